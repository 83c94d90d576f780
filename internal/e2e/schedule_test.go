package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// adds adds a job to a line as a program would.
func (b *browser) adds(id, line, product string) {
	b.t.Helper()
	status := b.promise(fmt.Sprintf(`fetch("/api/v1/jobs", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ id: %q, line: %q, product: %q, planned: 20 }) }).then(async (r) => r.status + " " + await r.text())`, id, line, product))
	if status[:3] != "201" {
		b.t.Fatalf("the job %s is answered with %s", id, status)
	}
}

// mouse does something with the left button at the middle of a bar, or so far from there.
func (b *browser) mouse(does input.MouseType, bar string, by float64) {
	b.t.Helper()
	at := eval[[]float64](b, fmt.Sprintf(`(() => { const box = document.querySelector('[data-bar=%q] .gantt-body').getBoundingClientRect(); return [box.left + Math.min(box.width / 2, 8), box.top + box.height / 2]; })()`, bar))
	b.do(5*time.Second, string(does), chromedp.ActionFunc(func(ctx context.Context) error {
		return input.DispatchMouseEvent(does, at[0]+by, at[1]).WithButton(input.Left).WithButtons(1).WithClickCount(1).Do(ctx)
	}))
}

// TestTheScheduleGoesOnByItself: what is new stands in the open page without a reload; focus and scrolling stay, and a bar
// that is being dragged is not taken out of the planner's hand.
func TestTheScheduleGoesOnByItself(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	b.do(10*time.Second, "the schedule", chromedp.EmulateViewport(700, 600), chromedp.Navigate(s.url+"/schedule?days=14"), chromedp.WaitVisible(`.gantt`, chromedp.ByQuery), chromedp.Evaluate(`window.sameDocument = true`, nil))
	b.until(soon, "the page to be live", `document.documentElement.dataset.link === "live"`)
	b.adds("SHOWN-1", "mill-1", "BOX-OP1")
	b.until(soon, "the new job to stand in the chart", `window.sameDocument && document.querySelector('[data-bar="SHOWN-1"]')`)

	eval[any](b, `document.querySelector('[data-bar="SHOWN-1"]').focus()`)
	eval[any](b, `document.querySelector(".gantt-scroll").scrollLeft = 60; scrollTo(0, 80)`)
	before := eval[[]float64](b, `[document.querySelector(".gantt-scroll").scrollLeft, scrollY]`)
	b.adds("SHOWN-2", "mill-1", "BOX-OP1")
	b.until(soon, "the next job", `window.sameDocument && document.querySelector('[data-bar="SHOWN-2"]')`)
	if at := eval[string](b, `document.activeElement.dataset?.bar ?? document.activeElement.tagName`); at != "SHOWN-1" {
		t.Errorf("the focus went from the bar to %s", at)
	}
	if now := eval[[]float64](b, `[document.querySelector(".gantt-scroll").scrollLeft, scrollY]`); now[0] != before[0] || now[1] != before[1] || now[0] == 0 {
		t.Errorf("it was scrolled to %v, and is to %v", before, now)
	}

	b.mouse(input.MousePressed, "SHOWN-2", 0)
	b.mouse(input.MouseMoved, "SHOWN-2", -30)
	if !eval[bool](b, `document.querySelector(".gantt-dragged")?.dataset.bar === "SHOWN-2"`) {
		t.Fatal("the bar does not follow the mouse")
	}
	b.adds("SHOWN-3", "mill-1", "BOX-OP1")
	b.until(soon, "the table to have what is new while the bar is held", `document.getElementById("told-SHOWN-3")`)
	if !eval[bool](b, `document.querySelector(".gantt-dragged")?.dataset.bar === "SHOWN-2" && !document.querySelector('[data-bar="SHOWN-3"]')`) {
		t.Error("the chart changed under the planner's hand")
	}
	b.do(5*time.Second, "let go by Escape", chromedp.KeyEvent("\x1b"))
	b.until(soon, "the chart to have it then", `window.sameDocument && document.querySelector('[data-bar="SHOWN-3"]') && !document.querySelector(".gantt-dragged")`)
	b.clean()
}

// finger does something with a finger at the middle of a bar, or so far from there; lifted it is nowhere.
func (b *browser) finger(does input.TouchType, bar string, by float64) {
	b.t.Helper()
	var points []*input.TouchPoint
	if does != input.TouchEnd {
		at := eval[[]float64](b, fmt.Sprintf(`(() => { window.touched ??= (() => { const box = document.querySelector('[data-bar=%q] .gantt-body').getBoundingClientRect(); return [box.left + Math.min(box.width / 2, 8), box.top + box.height / 2]; })(); return window.touched; })()`, bar))
		points = []*input.TouchPoint{{X: at[0] + by, Y: at[1]}}
	}
	b.do(5*time.Second, string(does), chromedp.ActionFunc(func(ctx context.Context) error { return input.DispatchTouchEvent(does, points).Do(ctx) }))
}

// TestABarIsDraggedByAFinger: one that rests on a bar takes it along; one that moves at once scrolls, and takes nothing.
func TestABarIsDraggedByAFinger(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	for _, id := range []string{"FINGER-1", "FINGER-2"} {
		b.adds(id, "mill-1", "BOX-OP1")
	}
	b.do(10*time.Second, "the schedule", chromedp.EmulateViewport(900, 700, chromedp.EmulateTouch), chromedp.Navigate(s.url+"/schedule?days=14"), chromedp.WaitVisible(`[data-bar="FINGER-2"]`, chromedp.ByQuery), chromedp.Evaluate(`document.querySelector('[data-bar="FINGER-2"]').scrollIntoView({ block: "center" })`, nil))

	b.finger(input.TouchStart, "FINGER-2", 0)
	b.finger(input.TouchMove, "FINGER-2", -40)
	time.Sleep(600 * time.Millisecond) // longer than a finger has to rest
	if eval[bool](b, `!!document.querySelector(".gantt-dragged")`) {
		t.Error("a finger that moves at once takes a bar along")
	}
	b.finger(input.TouchEnd, "FINGER-2", 0)

	eval[any](b, `delete window.touched; document.querySelector('[data-bar="FINGER-2"]').scrollIntoView({ block: "center" })`)
	b.finger(input.TouchStart, "FINGER-2", 0)
	b.until(soon, "the bar to be taken", `document.querySelector(".gantt-dragged")?.dataset.bar === "FINGER-2"`)
	eval[any](b, `document.getElementById("drag").submit = () => { window.sent = new URLSearchParams(new FormData(document.getElementById("drag"))).toString(); }`)
	left := eval[float64](b, `(() => { const one = (bar) => document.querySelector('[data-bar="' + bar + '"] .gantt-body').getBoundingClientRect(); return one("FINGER-1").left - one("FINGER-2").left; })()`)
	b.finger(input.TouchMove, "FINGER-2", left/2)
	b.finger(input.TouchMove, "FINGER-2", left-4)
	b.finger(input.TouchEnd, "FINGER-2", 0)
	b.until(soon, "the bar to be put before the other", `new URLSearchParams(window.sent).get("bar") === "FINGER-2" && new URLSearchParams(window.sent).get("before") === "FINGER-1"`)
	b.clean()
}

// TestADraggedBarStaysAndSaysWhy: a bar that the mouse puts before another stands there, says who put it there, and stays when
// more is added; asking what would be if another came first changes nothing.
func TestADraggedBarStaysAndSaysWhy(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	for _, id := range []string{"HELD-1", "HELD-2", "HELD-3"} {
		b.adds(id, "mill-1", "BOX-OP1")
	}
	b.do(30*time.Second, "the schedule", chromedp.EmulateViewport(1600, 900), chromedp.Navigate(s.url+"/schedule?days=14"), chromedp.WaitVisible(`[data-bar="HELD-3"]`, chromedp.ByQuery), chromedp.Evaluate(`document.querySelector('[data-bar="HELD-3"]').scrollIntoView({ block: "center" })`, nil))
	left := eval[float64](b, `(() => { const one = (bar) => document.querySelector('[data-bar="' + bar + '"] .gantt-body').getBoundingClientRect(); return one("HELD-1").left - one("HELD-3").left; })()`)
	b.mouse(input.MousePressed, "HELD-3", 0)
	b.mouse(input.MouseMoved, "HELD-3", left/2)
	eval[any](b, `window.before = true`)
	b.do(5*time.Second, "let go before the first", chromedp.ActionFunc(func(ctx context.Context) error {
		at := eval[[]float64](b, `(() => { const box = document.querySelector('[data-bar="HELD-1"] .gantt-body').getBoundingClientRect(); return [box.left - 2, box.top + box.height / 2]; })()`)
		if err := input.DispatchMouseEvent(input.MouseMoved, at[0], at[1]).WithButton(input.Left).WithButtons(1).Do(ctx); err != nil {
			return err
		}
		return input.DispatchMouseEvent(input.MouseReleased, at[0], at[1]).WithButton(input.Left).WithClickCount(1).Do(ctx)
	}))
	b.answered(`[data-bar="HELD-3"]`)
	b.reads("Put there by", "Why it is there", "How fast")
	order := `["HELD-1", "HELD-2", "HELD-3"].sort((a, b) => document.querySelector('[data-bar="' + a + '"] .gantt-body').getBoundingClientRect().left - document.querySelector('[data-bar="' + b + '"] .gantt-body').getBoundingClientRect().left).join(" ")`
	const want = "HELD-3 HELD-1 HELD-2"
	if got := eval[string](b, order); got != want {
		t.Errorf("the bars stand %s; want %s", got, want)
	}
	b.adds("HELD-4", "mill-1", "BOX-OP1")
	b.until(soon, "the next bar", `document.querySelector('[data-bar="HELD-4"]')`)
	if got := eval[string](b, order); got != want {
		t.Errorf("after another came the bars stand %s; want %s", got, want)
	}

	const places = `fetch("/api/v1/schedule").then((r) => r.json()).then((s) => s.bars.map((b) => b.machine + " " + b.key + (b.pinned ? " held" : "")).join("; "))`
	was := b.promise(places)
	b.open(s.url + "/schedule?days=14&bar=HELD-2&first=1")
	b.reads("HELD-2", "first")
	if now := b.promise(places); now != was {
		t.Errorf("what was supposed is kept: %s; it was %s", now, was)
	}
	b.clean()
}

// TestAQueueGoesOnByItself: a job that comes stands in the open queue; a reason that is being typed and a job that is being
// dragged stay in hand.
func TestAQueueGoesOnByItself(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	b.adds("QUEUE-1", "mill-1", "BOX-OP1")
	b.open(s.url + "/line/mill-1/queue")
	b.until(soon, "the page to be live", `window.sameDocument = true, document.documentElement.dataset.link === "live"`)
	eval[any](b, `(() => { const why = document.getElementById("why-QUEUE-1"); why.closest("details").open = true; why.focus(); })()`)
	b.do(5*time.Second, "type a reason", chromedp.SendKeys(`#why-QUEUE-1`, "The customer left", chromedp.ByQuery))
	b.adds("QUEUE-2", "mill-1", "BOX-OP1")
	b.until(soon, "the new job to stand in the queue", `window.sameDocument && document.getElementById("job-QUEUE-2")?.draggable`)
	if typed := eval[string](b, `(() => { const why = document.getElementById("why-QUEUE-1"); return [why.value, why.closest("details").open, document.activeElement === why].join(" "); })()`); typed != "The customer left true true" {
		t.Errorf("of the reason there is left: %s", typed)
	}
	drag := func(what string) string {
		return fmt.Sprintf(`document.getElementById("job-QUEUE-2").dispatchEvent(new DragEvent(%q, { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }))`, what)
	}
	eval[any](b, drag("dragstart"))
	b.adds("QUEUE-3", "mill-1", "BOX-OP1")
	time.Sleep(1500 * time.Millisecond) // longer than news take to the page
	if !eval[bool](b, `!document.getElementById("job-QUEUE-3") && !!document.querySelector(".tree-held")`) {
		t.Error("the queue changed under the hand")
	}
	eval[any](b, drag("dragend"))
	b.until(soon, "the queue to have it then", `window.sameDocument && document.getElementById("job-QUEUE-3") && !document.querySelector(".tree-held")`)
	b.clean()
}
