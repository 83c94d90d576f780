package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focus is the text of what has the focus.
const focus = `document.activeElement.textContent.trim()`

// covered gives the focus to all that can have it, in turn, and lists what one of the bars that stay on the screen
// then lies over. It is one script, so that no news moves the page meanwhile.
const covered = `(() => {
	const top = document.querySelector(".top").getBoundingClientRect().bottom;
	const end = document.querySelector(".rail").getBoundingClientRect().top;
	return [...document.querySelectorAll("main :is(a, button, input, summary)")].filter((el) => {
		el.focus();
		const at = el.getBoundingClientRect();
		return document.activeElement === el && (at.bottom <= top || at.top >= end);
	}).map((el) => el.outerHTML.slice(0, 120)).join("\n");
})()`

func TestHandsStayOnTheKeyboard(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())

	b.do(10*time.Second, "the skip link", chromedp.Navigate(s.url+"/"), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	if at := eval[string](b, `document.activeElement.id`); at != "main" {
		t.Errorf("the skip link leads to %q", at)
	}

	b.do(10*time.Second, "the lines", chromedp.Navigate(s.url+"/lines"), chromedp.WaitVisible(`[data-rows]`, chromedp.ByQuery))
	var rows []string
	for _, key := range []string{"j", "j", "j", "k"} {
		b.do(5*time.Second, key, chromedp.KeyEvent(key))
		rows = append(rows, eval[string](b, focus))
	}
	if want := []string{"Filling 1", "Filling 2", "Valve assembly", "Filling 2"}; !slices.Equal(rows, want) {
		t.Errorf("j j j k walks through %q, want a row at a time: %q", rows, want)
	}

	b.do(10*time.Second, "a trend", chromedp.EmulateViewport(1280, 800), chromedp.Navigate(s.url+"/line/filling-1#trend"), chromedp.WaitVisible(`#trend`, chromedp.ByQuery))
	b.until(5*time.Second, "the page to stand at its trend, under no bar",
		`document.getElementById("trend").getBoundingClientRect().top >= document.querySelector(".top").getBoundingClientRect().bottom && scrollY > 0`)

	for _, path := range []string{"/line/filling-1", "/trends"} {
		b.do(10*time.Second, "a phone", chromedp.EmulateViewport(360, 740), chromedp.Navigate(s.url+path), chromedp.WaitVisible(`#main`, chromedp.ByQuery))
		if under := eval[string](b, covered); under != "" {
			t.Errorf("%s: a bar covers what has the focus:\n%s", path, under)
		}
	}
	b.clean()
}

// reach presses Tab until what is looked for has the focus, and the focus can be seen.
func (b *browser) reach(what string) {
	b.t.Helper()
	for range 200 {
		if eval[bool](b, fmt.Sprintf(`document.activeElement.matches(%q)`, what)) {
			if !eval[bool](b, `document.activeElement.matches(":focus-visible") && getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
				b.t.Errorf("%s has the focus, and nobody sees it", what)
			}
			return
		}
		b.do(5*time.Second, "Tab", chromedp.KeyEvent(kb.Tab))
	}
	b.t.Fatalf("Tab leads nowhere to %s, but to %s\n%s", what, eval[string](b, `document.activeElement.outerHTML.slice(0, 300)`), b.stands())
}

// types presses a key that leads to another page.
func (b *browser) types(key, then string) {
	b.t.Helper()
	b.do(5*time.Second, "press a key", chromedp.Evaluate(`window.before = true`, nil), chromedp.KeyEvent(key))
	b.answered(then)
}

// TestTheSetUpIsDoneByKeys ticks nodes of a machine, puts the tree in order and tries a setting, without a mouse.
func TestTheSetUpIsDoneByKeys(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	s.eventually(60*time.Second, "the machine to be there", func() bool {
		b.open(s.url + "/admin/connections/plc/browse")
		return eval[bool](b, `!!document.querySelector("[data-ticks]")`)
	})
	b.reach(`tbody tr:last-child a`)
	b.types(kb.Enter, `.trail li:nth-child(2)`)
	b.reach(`tbody tr:last-child a`)
	b.types(kb.Enter, `.trail li:nth-child(3)`)
	b.reach(`input[name="node"]`)
	b.do(5*time.Second, "tick two", chromedp.KeyEvent(" "), chromedp.KeyEvent("j"), chromedp.KeyEvent(" "))
	b.until(soon, "two to be ticked", `document.querySelector(".picked [data-ticked]").textContent === "2"`)
	b.reach(`#fresh`)
	b.do(5*time.Second, "name the machine type", chromedp.KeyEvent("by-keys"))
	b.types(kb.Enter, `#report`)
	b.reads("2 added, 0 not")

	const names = `[...document.querySelectorAll('[id^="node-"], .tree-node')].map((n) => n.querySelector("a").textContent).join()`
	b.open(s.url + "/admin/lines")
	was := eval[string](b, names)
	const second = `.tree-node a[href="/admin/lines/filling-2"]`
	b.reach(second)
	b.do(5*time.Second, "Alt and the arrow up", chromedp.Evaluate(`window.before = true`, nil), chromedp.KeyEvent(kb.ArrowUp, chromedp.KeyModifiers(input.ModifierAlt)))
	b.answered(second)
	b.until(soon, "the focus to stay with what was moved", fmt.Sprintf(`document.activeElement.matches(%q)`, second))
	if is := eval[string](b, names); is == was {
		t.Errorf("the tree is as it was: %s", is)
	}
	b.do(5*time.Second, "Alt and the arrow down", chromedp.Evaluate(`window.before = true`, nil), chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(input.ModifierAlt)))
	b.answered(second)
	if is := eval[string](b, names); is != was {
		t.Errorf("the tree is %s, want %s", is, was)
	}

	b.open(s.url + "/admin/lines/filling-1")
	b.reach(`#min_stop`)
	b.do(5*time.Second, "another threshold", chromedp.KeyEvent("100"))
	b.reach(`#thresholds [formaction]`)
	b.types(kb.Enter, `#preview`)
	b.reads("This setting would give")
	b.reach(`#preview a`)
	b.do(5*time.Second, "back to the setting", chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	if at := eval[string](b, `document.activeElement.id + " " + document.activeElement.value`); at != "min_stop 100" {
		t.Errorf("from the preview the keys lead to %q", at)
	}
	b.clean("503") // until the machine was there
}

// tooLong gives every name of a page at most what a name can be, and lists what then reaches over the screen's edge.
// It is one script, so that no news comes between.
const tooLong = `((names, parts) => {
	for (const el of document.querySelectorAll(names)) el.textContent = "Hochgeschwindigkeitsgetränkeabfüllanlagensteuerung ".repeat(3) + "2";
	return [...document.querySelectorAll(parts)].filter((el) => el.getBoundingClientRect().right > innerWidth + 8)
		.map((el) => el.className).concat(document.documentElement.scrollWidth > innerWidth && getComputedStyle(document.body).overflow !== "hidden" ? "the page" : []).join(", ");
})`

func TestLongNamesPushNothingOffTheScreen(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	for _, width := range []int64{360, 1280} {
		for path, names := range map[string]string{
			"/":                                  ".row h2 a, .area, .product, .brand span, .menu-name",
			"/line/filling-1":                    "h1, .crumbs a, .stop-cause",
			"/trends?tag=filling-1/filler/speed": ".pens li > span:nth-of-type(1), .pick span",
			"/wall/line/filling-1":               "h1, .wall-stop-cause, .wall-cause",
			"/wall/hall/filling":                 "h1, .tile-top strong, .tile-cause",
		} {
			b.do(10*time.Second, path, chromedp.EmulateViewport(width, 800), chromedp.Navigate(s.url+path), chromedp.WaitVisible("main", chromedp.ByQuery))
			over := eval[string](b, fmt.Sprintf(`%s(%q, ".top-end, .wall-corner, .tile, .pane-plot, .sheet, .row")`, tooLong, names))
			if over != "" {
				t.Errorf("%s at %d px: %s", path, width, over)
			}
		}
	}
	b.clean()
}

// A table that is wider than the window has a shade at the side where there is more; one that fits has none.
func TestATableThatIsCutShowsThatThereIsMore(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	const shade = `(() => { const t = document.querySelector("main .scroll"); return (t.scrollWidth > t.clientWidth) + " " + (getComputedStyle(t).boxShadow !== "none"); })()`
	b.do(20*time.Second, "a phone", chromedp.EmulateViewport(360, 740), chromedp.Navigate(s.url+"/admin/connections"), chromedp.WaitVisible(`main .scroll`, chromedp.ByQuery))
	b.until(soon, "the shade of what is cut", shade+` === "true true"`)
	b.do(20*time.Second, "a wide window", chromedp.EmulateViewport(1920, 1080))
	b.until(soon, "no shade where all is seen", shade+` === "false false"`)
	b.clean()
}
