package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// promised is what the wall of a line says of its job.
func (b *browser) promised(line string) string {
	b.t.Helper()
	return b.promise(fmt.Sprintf(`(async (line) => {
		const page = new DOMParser().parseFromString(await (await fetch("/wall/line/" + line)).text(), "text/html");
		return page.querySelector(".wall-job")?.textContent.replace(/\s+/g, " ").trim() ?? "";
	})(%q)`, line))
}

// issued is how much of a component an order has taken, as its page says.
const issued = `parseFloat([...document.querySelectorAll("main tr")].find((r) => r.textContent.includes(%q))?.cells[3].textContent) || 0`

// TestAnOrderIsConfirmedMadeAndTraced follows one order of a customer through the demo: confirmed by a click, released to a
// line, put first in its queue and made by its machines. Its components are taken from the stock, its lot leads to the tags
// of the machines that made it, and the wall promises when the next one is ready.
func TestAnOrderIsConfirmedMadeAndTraced(t *testing.T) {
	t.Parallel()
	on, s, b := seenAtWork(t)
	s.eventually(time.Minute, "the line to work on a work order", func() bool {
		return strings.Contains(b.promised(on.line), "WO-")
	})
	b.open(s.url + "/risk")
	if risks := eval[[]int](b, `document.querySelector("main").innerText.match(/([\d\s]+)of (\d+)/).slice(1).map((n) => +n.replace(/\D/g, ""))`); risks[0]*2 > risks[1] || risks[1] > 150 {
		t.Errorf("%d of %d orders are at risk: nobody believes such a plant", risks[0], risks[1])
	}

	// The product that the line does not make now: it is next.
	product := on.products[0]
	if b.promise(fmt.Sprintf(`fetch("/api/v1/jobs?line=%s").then((r) => r.json()).then((all) => all.jobs.find((j) => j.status === "running")?.product ?? "")`, on.line)) == product {
		product = on.products[1]
	}
	tomorrow := time.Now().Add(36 * time.Hour).Format(time.DateOnly)
	b.open(s.url + "/sales/new")
	b.fill(`.order-form`, map[string]string{"partner": on.customer, "lines-item-0": product, "lines-quantity-0": "60", "lines-due-0": tomorrow}, `.facts`)
	sale := eval[string](b, `document.querySelector("h1").textContent`)
	b.press("Confirm", `.facts`)
	b.reads("Confirmed", sale)

	b.open(s.url + "/work/new?item=" + product)
	b.fill(`form[action="/work/new"]`, map[string]string{"quantity": "60", "due": tomorrow, "line": on.line, "note": "For " + sale}, `.facts`)
	work := eval[string](b, `document.querySelector("h1").textContent`)
	page := eval[string](b, `location.pathname`)
	b.press("Release", `.facts`)

	row := fmt.Sprintf(`[...document.querySelectorAll(".lineup-node")].find((n) => n.textContent.includes(%q))`, work)
	b.open(s.url + "/line/" + on.line + "/queue")
	b.until(soon, "the job to stand in the queue", row+` || location.reload()`)
	b.do(20*time.Second, "drag it to the top", chromedp.Evaluate(`(() => {
		window.before = true;
		const held = `+row+`, top = held.closest("ol").firstElementChild.querySelector(".tree-node"), dataTransfer = new DataTransfer();
		if (!held.draggable) throw "it cannot be dragged";
		for (const [name, at] of [["dragstart", held], ["dragover", top], ["drop", top], ["dragend", held]])
			at.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }));
	})()`, nil))
	b.answered(`.lineup`)
	if at := eval[string](b, row+`.querySelector(".lineup-place").textContent`); at != "1" {
		t.Errorf("dragged to the top it stands at %s", at)
	}

	s.eventually(2*time.Minute, "the machines to have made it", func() bool {
		return b.promise(fmt.Sprintf(`fetch("/api/v1/jobs?line=%s").then((r) => r.json()).then((all) => String(all.jobs.find((j) => j.id.startsWith(%q))?.good >= 60))`, on.line, work)) == "true"
	})
	b.open(s.url + page)
	b.until(soon, "its parts to be taken from the stock", fmt.Sprintf(issued, on.part)+` >= 60 || location.reload()`)
	b.press("Lots and traces", `.sheet`)
	b.until(soon, "the tags of the machines that made its lot", `[...document.querySelectorAll(".lot-signal path.plot-line")].some((p) => p.getAttribute("d").length > 20)`)

	s.eventually(3*time.Minute, "the mill's job to have what its log tells of the time before", func() bool {
		return b.promise(`fetch("/work/parked").then((r) => r.text()).then((text) => {
			const page = new DOMParser().parseFromString(text, "text/html");
			return String([...page.querySelectorAll("tbody a")].some((a) => a.textContent === "CNC mill"));
		})`) == "false"
	})
	s.eventually(2*time.Minute, "the wall to promise when the next job is ready", func() bool {
		return strings.Contains(b.promised(on.line), "ready")
	})
}
