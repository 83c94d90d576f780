package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// shiftBefore is the address of the page of the last shift that ended on a line.
func (b *browser) shiftBefore(line string) string {
	b.t.Helper()
	return b.promise(fmt.Sprintf(`fetch("/api/v1/lines/%[1]s").then((r) => r.json()).then((l) => "/line/%[1]s/shift?at=" + (Date.parse(l.shift.from) - 60000) * 1000)`, line))
}

// What a shift leaves to the next stands on the line's wall from the signature until the next shift acknowledges it, and
// comes and goes there by itself.
func TestTheWallShowsWhatAShiftLeavesUntilTheNextHasReadIt(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	lead, operator := openBrowser(t), openBrowser(t)
	lead.becomeAdmin(s.setupLink())
	lead.open(s.url + "/admin/people")
	lead.fill(`form[action="/admin/people"]`, map[string]string{"name": "Otto", "role": "operator", "password": password, "why": "works at the line"}, ".done")
	wall := s.openDisplay("/wall/line/filling-1")
	wall.until(soon, "the wall to be live", `document.documentElement.dataset.link === "live"`)
	const left = `(document.querySelector(".wall-left")?.innerText ?? "")`
	if words := eval[string](wall, left); words != "" {
		t.Errorf("the wall shows %q before anybody signed", words)
	}
	wall.do(5*time.Second, "mark the wall", chromedp.EmulateViewport(1920, 1080), chromedp.Evaluate(`window.sameDocument = true`, nil))

	place := lead.shiftBefore("filling-1")
	lead.open(s.url + place)
	lead.fill(`form[action$="/shift/sign"]`, map[string]string{"comment": "Watch the film of the labeller"}, `form[action$="/shift/reopen"]`)
	wall.until(soon, "the wall to show what the shift leaves", `window.sameDocument && `+left+`.includes("Watch the film of the labeller") && `+left+`.includes("Ada")`)
	if cut := eval[string](wall, `(() => {
		const box = document.querySelector(".wall-left"), within = box.getBoundingClientRect();
		if (within.bottom > innerHeight || within.right > innerWidth) return "it leaves the screen";
		return [...box.children].filter((el) => el.scrollWidth > el.clientWidth + 1 || el.getBoundingClientRect().bottom > within.bottom + 1).map((el) => el.textContent).join("; ");
	})()`); cut != "" {
		t.Errorf("on the wall: %s", cut)
	}

	operator.do(20*time.Second, "sign in",
		chromedp.Navigate(s.url+"/sign-in"),
		chromedp.SendKeys(`#name`, "Otto", chromedp.ByQuery),
		chromedp.SendKeys(`#password`, password, chromedp.ByQuery),
		chromedp.Submit(`form[action="/sign-in"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`[data-panel="now/lines"]`, chromedp.ByQuery),
	)
	operator.open(s.url + place)
	operator.reads("Watch the film of the labeller")
	if !eval[bool](wall, `window.sameDocument && `+left+` !== ""`) {
		t.Error("the wall no longer shows it, and nobody has acknowledged it")
	}
	operator.press("Acknowledge the hand-over", "#handover dl")
	operator.reads("Acknowledged", "Otto")
	wall.until(soon, "the wall to let it go by itself", `window.sameDocument && !document.querySelector(".wall-left")`)
	if !eval[bool](wall, `document.querySelector("main").getAttribute("aria-label") === "Filling 1" && !!document.querySelector(".wall-numbers")`) {
		t.Error("nothing is left of the wall")
	}
	lead.clean()
	operator.clean()
	wall.clean()
}
