package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

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

// tooLong gives every name of a page at most what a name can be, and lists what then reaches over the screen's edge.
// It is one script, so that no news comes between.
const tooLong = `((names, parts) => {
	for (const el of document.querySelectorAll(names)) el.textContent = "Hochgeschwindigkeitsgetränkeabfüllanlagensteuerung ".repeat(3) + "2";
	return [...document.querySelectorAll(parts)].filter((el) => el.getBoundingClientRect().right > innerWidth + 8)
		.map((el) => el.className).concat(document.documentElement.scrollWidth > innerWidth && getComputedStyle(document.body).overflow !== "hidden" ? "the page" : []).join(", ");
})`

func TestLongNamesPushNothingOffTheScreen(t *testing.T) {
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
