package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestAMachineTypeChangesForThoseWhoFollowIt changes a tag of a machine type, sees whom that reaches, has one unit stay
// on the version before, and publishes.
func TestAMachineTypeChangesForThoseWhoFollowIt(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	narrow := func(what string) {
		t.Helper()
		b.do(10*time.Second, "make the window narrow", chromedp.EmulateViewport(360, 800))
		if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 360 {
			t.Errorf("%s is %d px wide in a window of 360", what, wide)
		}
		b.do(10*time.Second, "make the window wide", chromedp.EmulateViewport(1280, 900))
	}
	b.open(s.url + "/admin/machines")
	b.reads("heated", "packml", "vibrating")
	narrow("machine types")
	b.press("heated", `#tags`)
	narrow("machine type")
	b.press("temperature", `#settings`)
	b.fill(`#settings form`, map[string]string{"address": "nsu=urn:millwright:simulator;s={line}.{unit}.Speed", "deadband": "0.5"}, `.done`)
	b.open(s.url + "/admin/machines/heated")
	b.reads("Version 2 is drafted; version 1 is in use. Publishing changes 3 work units in 1 tag.", "its history goes on under the same name", "From version 1 to 2")
	narrow("changed machine type")
	b.open(s.url + "/admin/lines/filling-1/unit/filler")
	b.reads("Versions of its machine types", "Follows the newest, version 2", "Tag temperature: deadband 0.5 → 0.1")
	narrow("unit")
	b.do(10*time.Second, "have it stay", chromedp.Evaluate(`window.before = true`, nil), chromedp.Click(`button[aria-label="Stay on version 1 of heated"]`, chromedp.ByQuery))
	b.answered(`.done`)
	b.reads("Stays on version 1")
	b.open(s.url + "/admin/plant")
	b.reads("Machine type heated is version 2 after 1: 2 units follow it; filling-1/filler on 1 stays", "2 units, filling-2/filler and packing-1/sealer")
	b.fill(`form[action="/admin/plant/publish"]`, map[string]string{"why": "another sensor"}, `.done`)
	b.open(s.url + "/admin/machines/heated")
	b.reads("the newest, in use", "stays on 1")
	b.reorders(s.url + "/admin/lines")
	b.clean()
}

// reorders puts the units of a line in another order on the page of all equipment: by keys, and by dragging them back.
func (b *browser) reorders(tree string) {
	b.t.Helper()
	const (
		first = `document.getElementById("at-ulm.filling.filling-1.depalletizer")`
		units = `[...` + first + `.closest("ul").children].map((li) => li.querySelector(".tree-node").id.split(".").pop()).join(" ")`
	)
	b.open(tree)
	was := eval[string](b, units)
	b.do(10*time.Second, "move the depalletizer down by Alt and the arrow", chromedp.Evaluate(`window.before = true; `+first+`.querySelector("a").focus()`, nil),
		chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(input.ModifierAlt)))
	b.answered(`.done`)
	names := strings.Fields(was)
	names[0], names[1] = names[1], names[0]
	if now := eval[string](b, units); now != strings.Join(names, " ") {
		b.t.Errorf("by Alt and the arrow %q became %q", was, now)
	}
	b.until(5*time.Second, "what was moved to have the focus", first+`.contains(document.activeElement)`)
	b.do(10*time.Second, "drag it back to the top", chromedp.Evaluate(`(() => {
		window.before = true;
		const held = `+first+`, top = held.closest("ul").firstElementChild.querySelector(".tree-node"), dataTransfer = new DataTransfer();
		if (!held.draggable) throw "it cannot be dragged";
		for (const [name, at] of [["dragstart", held], ["dragover", top], ["drop", top], ["dragend", held]])
			at.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }));
	})()`, nil))
	b.answered(`.done`)
	if now := eval[string](b, units); now != was {
		b.t.Errorf("dragged back it is %q, and was %q", now, was)
	}
}
