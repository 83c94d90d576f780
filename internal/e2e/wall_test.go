package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

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
