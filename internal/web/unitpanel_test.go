package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"millwright/config"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

func TestAUnitsPageFollowsItsMachine(t *testing.T) {
	w := newWorld(t).running()
	w.user("Mara", plant.Manager)
	ada := w.admin("Ada")
	const page, panel = "/admin/lines/filling-1/unit/filler", "admin/unit/filling-1/filler"
	w.says("filling-1/filler/speed", tag.FloatValue(81.5))
	ada.get(page).mustSay(t, `data-panel="`+panel+`"`, "81.5 1/min", "has not been read")
	s := ada.watch(panel)
	s.sees(panel, "81.5")
	w.clock.pass(time.Second)
	w.says("filling-1/filler/speed", tag.FloatValue(82.25))
	w.says("filling-1/filler/good", tag.IntValue(12))
	w.says("filling-1/filler/product", tag.TextValue("<b>COLA"))
	seen := s.sees(panel, "82.25")
	if strings.Contains(seen, "<b>") {
		t.Error("what a machine says is taken for HTML")
	}
	w.drafted(func(d *config.Document) {
		l := &d.Sites[0].Areas[0].Lines[0]
		l.Units, l.Pacer = l.Units[1:], ""
	})
	s.sees(panel, "Its tags are not there yet")
	for _, panel := range []string{"admin/unit/", "admin/unit/filling-1", "admin/unit/filling-1/nope", "admin/unit/nope/filler", panel + "/x"} {
		if code := ada.watch(panel).closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("%s: %d", panel, code)
		}
	}
	if code := w.signedIn("Mara").watch(panel).closed(); code != websocket.ClosePolicyViolation {
		t.Errorf("a manager watches it: %d", code)
	}
}

// TestAUnitThatIsOnlyDraftedStandsStill: there is nothing of it to be followed.
func TestAUnitThatIsOnlyDraftedStandsStill(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	kept(t, ada.fill("/admin/equipment/add?at=ulm/filling/filling-1", "/admin/equipment/add", map[string]string{"id": "labeller", "name": "Labeller"}))
	a := ada.get("/admin/lines/filling-1/unit/labeller")
	if a.status != 200 || strings.Contains(a.body, "data-panel") {
		t.Errorf("%d, or it is followed", a.status)
	}
}
