package web_test

import (
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/ot/tag"
)

const (
	atDerive  = "/admin/lines/filling-1/unit/filler/derive"
	tryDerive = atDerive + "/try"
)

func (w *world) derived(name string) config.TagEntry {
	d := w.draft()
	kinds := d.Sites[0].Areas[0].Lines[0].Units[0].Machines
	return d.Machines[kinds[len(kinds)-1]].Tags[name]
}

func TestATagIsDerivedInTheBrowser(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	if a := ada.fill(atDerive, tryDerive, map[string]string{"name": "half", "expr": "good / 2"}); a.status != 200 || !strings.Contains(a.body, "gives nothing yet") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	w.says("filling-1/filler/good", tag.IntValue(83))
	a := ada.fill(atDerive, tryDerive, map[string]string{"name": "half", "expr": "good / 2 + 0.3", "unit": "°C"})
	if a.status != 200 || !strings.Contains(a.body, "Now gives 41.8 °C.") || !strings.Contains(a.body, "good = 83") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	if again := a.form(t, atDerive); again.Get("expr") != "good / 2 + 0.3" || again.Get("name") != "half" || again.Get("unit") != "°C" {
		t.Errorf("what was typed is gone: %v", again)
	}
	if w.derived("half").Expr != "" {
		t.Error("a try is kept")
	}
	if a := ada.fill(atDerive, tryDerive, map[string]string{"name": "half", "expr": "good / (good - 83)"}); !strings.Contains(a.body, "gives no value: out of range") {
		t.Errorf("%d %s", a.status, complaint(a))
	}

	kept(t, ada.fill(atDerive, atDerive, map[string]string{"name": "half", "expr": "good / 2", "label": "Half", "swing": "0,5", "heartbeat": "30"}))
	if got, want := w.derived("half"), (config.TagEntry{Expr: "good / 2", Label: "Half", Swing: 0.5, Heartbeat: 30 * time.Second}); got != want {
		t.Errorf("%+v", got)
	}
	if page := ada.get("/admin/lines/filling-1/unit/filler"); !strings.Contains(page.body, `href="`+atDerive+`?tag=half"`) || !strings.Contains(page.body, "good / 2") {
		t.Error("the unit's page does not lead to it")
	}
	theirs := ada.get(atDerive + "?tag=half")
	kept(t, ada.fill(atDerive+"?tag=half", atDerive, map[string]string{"expr": "good / 4", "deadband": "2"}))
	if got := w.derived("half"); got.Expr != "good / 4" || got.Deadband != 2 || got.Label != "Half" {
		t.Errorf("%+v", got)
	}
	if a := ada.send2(theirs, atDerive, map[string]string{"expr": "good / 8"}); a.status != 422 || !strings.Contains(a.body, "good / 4") || !strings.Contains(a.body, "good / 8") {
		t.Errorf("%d: both versions are not there", a.status)
	}
	kept(t, ada.fill(atDerive, atDerive, map[string]string{"name": "quarter", "expr": "half / 2"}))
	if a := ada.fill(atDerive+"?tag=half", atDerive+"/remove", nil); a.status != 422 || !strings.Contains(a.body, "has no tag &#34;half&#34;") || !strings.Contains(a.body, "good / 4") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	kept(t, ada.fill(atDerive+"?tag=quarter", atDerive+"/remove", nil))
	kept(t, ada.fill(atDerive+"?tag=half", atDerive+"/remove", nil))
	if got := w.derived("half"); got.Expr != "" {
		t.Errorf("it is still there: %+v", got)
	}
	if a := ada.get(atDerive + "?tag=good"); a.status != 404 {
		t.Errorf("a tag that is read is taken for a derived one: %d", a.status)
	}
}

func TestAFormulaThatCannotBeIsToldBesideItsField(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	kept(t, ada.fill(atDerive, atDerive, map[string]string{"name": "half", "expr": "good / 2"}))
	for _, c := range []struct{ field, value, want string }{
		{"expr", "good +", "At character 6"},
		{"expr", "", "nothing is written"},
		{"expr", "gone * 2", "has no tag"},
		{"expr", "fresh + 1", "it reads itself"},
		{"expr", "good % 2", "no operator %"},
		{"expr", "<script>", "At character"},
		{"expr", strings.Repeat("good+", 200) + "1", "longer than 500"},
		{"name", "half", "already"},
		{"name", "good", "already"},
		{"name", "2nd", "a letter first"},
		{"name", "a b", "letters, digits"},
		{"name", "", "letters, digits"},
		{"swing", "-1", "Write a number"},
		{"deadband", "NaN", "Write a number"},
		{"heartbeat", "0.1", "from 1 to 86400"},
	} {
		for _, to := range []string{atDerive, tryDerive} {
			set := map[string]string{"name": "fresh", "expr": "good * 2"}
			set[c.field] = c.value
			a := ada.fill(atDerive, to, set)
			if a.status != 422 || !strings.Contains(a.body, c.want) || !strings.Contains(a.body, `href="#`+c.field+`"`) || strings.Contains(a.body, "<script>") {
				t.Errorf("%s=%s: %d %s", c.field, c.value, a.status, complaint(a))
			}
		}
	}
	if got := w.derived("fresh"); got.Expr != "" {
		t.Errorf("something of it is kept: %+v", got)
	}
}
