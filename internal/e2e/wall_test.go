package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// openDisplay adds a display that shows one wall, and opens its link.
func (s *server) openDisplay(page string) *browser {
	s.t.Helper()
	out := s.command("", "token", "add", "hall", "--page", page, "--listen", strings.TrimPrefix(s.url, "http://"))
	at := strings.Index(out, "http://")
	if at < 0 {
		s.t.Fatalf("no link in %q", out)
	}
	b := openBrowser(s.t)
	b.do(20*time.Second, "open the wall", chromedp.Navigate(strings.TrimSpace(out[at:])), chromedp.WaitVisible(`main[data-panel]`, chromedp.ByQuery))
	return b
}

// newestToken is the page of the display's token that was made last.
func (b *browser) newestToken() string {
	b.t.Helper()
	return b.promise(`(async () => {
		const doc = new DOMParser().parseFromString(await (await fetch("/admin/tokens")).text(), "text/html");
		return [...doc.querySelectorAll("tbody tr")].find((row) => /display/i.test(row.cells[1].textContent)).querySelector("a").getAttribute("href");
	})()`)
}

// shows waits for a display to show a wall, by its name.
func (b *browser) shows(wall string) {
	b.t.Helper()
	b.until(soon, "the display to show "+wall, fmt.Sprintf(`document.querySelector("main[data-panel]")?.getAttribute("aria-label") === %q`, wall))
}

// movesAgainstBurnIn proves that all of a wall stands elsewhere each minute, also where motion is reduced, that it covers the
// screen wherever it stands, and that nothing written leaves it.
func (b *browser) movesAgainstBurnIn() {
	b.t.Helper()
	reduced := emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}})
	b.do(5*time.Second, "reduce motion", reduced)
	got := b.promise(`(async () => {
		const wall = document.querySelector(".drift"), all = wall.getAnimations(), wrong = [];
		if (all.length !== 1 || all[0].playState !== "running") return "it does not move: " + all.map((a) => a.playState);
		const went = all[0].currentTime, places = new Set();
		all[0].pause();
		for (let minute = 0; minute < 12; minute++) {
			all[0].currentTime = minute * 60000 + 30000;
			const r = wall.getBoundingClientRect();
			places.add(r.left + " " + r.top);
			if (r.left > 0 || r.top > 0 || r.right < innerWidth || r.bottom < innerHeight) wrong.push("bare edge in minute " + minute);
			for (const el of wall.querySelectorAll("h1, h2, td, dd, strong, .wall-clock")) {
				const e = el.getBoundingClientRect();
				if (e.width && (e.left < 0 || e.top < 0 || e.right > innerWidth || e.bottom > innerHeight)) wrong.push(el.className + " leaves the screen in minute " + minute);
			}
		}
		all[0].currentTime = went;
		all[0].play();
		if (places.size !== 12) wrong.push("it stands in " + places.size + " places of 12");
		return wrong.join("; ");
	})()`)
	if got != "" {
		b.t.Errorf("against burn-in: %s", got)
	}
	b.do(5*time.Second, "let motion be", emulation.SetEmulatedMedia())
}

// longCauses puts causes of two lines in the place of what stopped a line, and tells what of them cannot be read.
const longCauses = `(() => {
	const box = document.querySelector(".wall-stops"), list = box.querySelector("ol") ?? box.appendChild(document.createElement("ol")), wrong = [];
	box.querySelector("p")?.remove();
	const li = '<li class="stop-long"><svg class="icon" viewBox="0 0 16 16"></svg><span class="wall-stop-cause"></span><strong>1 h 12 min</strong></li>';
	list.innerHTML = li.repeat(3);
	const causes = ["Infeed conveyor is jammed again", "No bottles from depalletiser", "Labels of the other product"];
	[...list.querySelectorAll(".wall-stop-cause")].forEach((el, i) => {
		el.textContent = causes[i];
		const r = el.getBoundingClientRect(), within = box.getBoundingClientRect(), size = parseFloat(getComputedStyle(el).fontSize);
		if (el.scrollWidth > el.clientWidth + 1 || r.bottom > within.bottom || r.right > within.right) wrong.push(causes[i] + " is cut");
		if (size < 0.0149 * Math.min(innerWidth, innerHeight * 1.7778)) wrong.push(causes[i] + " is written in " + size + " px");
	});
	return wrong.join("; ");
})()`

func TestLongCausesAreReadOnWalls(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	for _, size := range [][2]int64{{1280, 720}, {1920, 1080}, {3840, 2160}} {
		for _, path := range []string{"/wall/line/filling-1", "/wall/hall/filling"} {
			b.do(10*time.Second, path, chromedp.EmulateViewport(size[0], size[1]), chromedp.Navigate(s.url+path), chromedp.WaitVisible("main", chromedp.ByQuery))
			if wrong := eval[string](b, longCauses); wrong != "" {
				t.Errorf("%s at %d px: %s", path, size[0], wrong)
			}
		}
	}
	b.clean()
}

func TestADisplayShowsWallsByTurnsForGood(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	admin := openBrowser(t)
	admin.becomeAdmin(s.setupLink())
	b := s.openDisplay("/wall/orders/ulm")
	b.shows("Orders of Ulm works")
	if rows := eval[int](b, `document.querySelectorAll(".orders tbody tr").length`); rows < 3 {
		t.Errorf("the orders wall has %d orders", rows)
	}
	token := admin.newestToken()
	give := func(values string) {
		t.Helper()
		if to := admin.promise(fmt.Sprintf(send, `"`+token+`", "form[action$='/page']", `+values)); to != token {
			t.Fatal(to)
		}
	}
	give(`{page: "/wall/line/filling-1", seconds: "5", "page-2": "/wall/hall/filling", "seconds-2": "5", "page-3": "/wall/orders/filling", "seconds-3": "5", "page-why": "more to see"}`)
	b.until(soon, "the display to go where its turns are", `location.pathname.startsWith("/wall/display/")`)
	round := func(walls ...string) {
		t.Helper()
		b.do(5*time.Second, "mark the page", chromedp.Evaluate(`window.sameDocument = true`, nil))
		for range 2 {
			for _, wall := range walls {
				b.shows(wall)
			}
		}
		if !eval[bool](b, `window.sameDocument === true && document.querySelectorAll("main").length === 1`) {
			t.Error("the display was loaded anew, or keeps what it showed before")
		}
	}
	round("Filling 1", "Filling", "Orders of Filling")
	nodes := eval[int](b, `document.getElementsByTagName("*").length`)
	t.Logf("%d elements in the page of a display", nodes)

	// Other walls while it shows some: the page is the same.
	give(`{page: "/wall/line/filling-2", seconds: "5", "page-2": "/wall/orders/ulm", "seconds-2": "5", "page-3": "", "page-why": "other lines"}`)
	round("Filling 2", "Orders of Ulm works")
	b.movesAgainstBurnIn()
	b.clean("WebSocket")

	s.stop(syscall.SIGKILL)
	b.until(soon, "the display to say that its data is old", `document.documentElement.dataset.link === "lost"`)
	kept := eval[string](b, `document.querySelector("main").getAttribute("aria-label")`)
	time.Sleep(6 * time.Second) // longer than a turn
	if now := eval[string](b, `document.querySelector("main").getAttribute("aria-label")`); now != kept || eval[bool](b, `document.querySelector("[data-stale]").hidden`) {
		t.Errorf("without a connection the display went from %s to %s", kept, now)
	}
	s.start()
	b.until(soon, "the display to be live again", `document.documentElement.dataset.link === "live"`)
	round("Filling 2", "Orders of Ulm works")
}

// TestACallIsOnTheWallAtOnce tells how long it takes from the tap to the wall.
func TestACallIsOnTheWallAtOnce(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	admin := openBrowser(t)
	admin.becomeAdmin(s.setupLink())
	b := s.openDisplay("/wall/line/filling-1")
	b.until(soon, "the wall to be live", `document.documentElement.dataset.link === "live"`)
	b.do(5*time.Second, "watch for the call", chromedp.Evaluate(`new MutationObserver(() => {
		if (!window.seenAt && document.querySelector(".wall-calls")?.textContent.includes("Quality")) window.seenAt = Date.now();
	}).observe(document, { subtree: true, childList: true, characterData: true })`, nil))
	tapped := admin.promise(`(async () => {
		const doc = new DOMParser().parseFromString(await (await fetch("/operator/filling-1")).text(), "text/html");
		const data = new URLSearchParams(new FormData(doc.querySelector("form[action$='/call']")));
		data.set("call", "quality");
		const at = String(Date.now());
		await fetch("/operator/filling-1/call", { method: "POST", body: data });
		return at;
	})()`)
	b.until(soon, "the call on the wall", `window.seenAt > 0`)
	t.Logf("a call was on the wall %d ms after the tap", eval[int64](b, `window.seenAt - `+tapped))
	if text := eval[string](b, `document.querySelector(".wall-calls").textContent`); !strings.Contains(text, "nobody yet") {
		t.Errorf("the wall says %q", text)
	}
	b.clean()
}
