package web_test

import (
	"html"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/internal/errs"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

func (w *world) line() config.LineEntry { return w.draft().Sites[0].Areas[0].Lines[0] }

func TestRatesAreWrittenInAnyUnit(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/rates", map[string]string{
		"product-1": "WATER-05", "cycle-1": "100", "unit-1": "rate", "product-2": "*", "cycle-2": "1,5", "unit-2": "s",
	}))
	want := map[string]time.Duration{"COLA-05": 600 * time.Millisecond, "WATER-05": 600 * time.Millisecond, "*": 1500 * time.Millisecond}
	if got := w.line().Rates; !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	for _, set := range []map[string]string{
		{"cycle-0": "0"},
		{"cycle-0": "-3"},
		{"cycle-0": "NaN"},
		{"cycle-0": "fast"},
		{"cycle-0": "1e-9"},
		{"cycle-0": "1e300"},
		{"unit-0": "h"},
		{"product-4": "COLA-05", "cycle-4": "1"},
		{"product-4": "", "cycle-4": "2"},
	} {
		a := ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/rates", set)
		if a.status != 422 || !strings.Contains(a.body, "WATER-05") {
			t.Errorf("%v: %d %s", set, a.status, complaint(a))
		}
	}
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/rates", map[string]string{"product-0": "", "cycle-0": ""}))
	if got := w.line().Rates; len(got) != 2 {
		t.Errorf("a row without a product stays: %v", got)
	}
}

func TestWhatTimeIsWorthIsKeptInTheDraft(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	rates := "/admin/lines/filling-1/rates"
	kept(t, ada.fill("/admin/lines/filling-1", rates, map[string]string{"hour": "1200,50", "margin-0": "0.35", "product-1": "WATER-05", "margin-1": "0,2"}))
	line := w.line()
	if got := line.Worth; got.Hour != "1200.5" || !maps.Equal(got.Margins, map[string]string{"COLA-05": "0.35", "WATER-05": "0.2"}) || len(line.Rates) != 1 {
		t.Errorf("%+v, rates %v", got, line.Rates)
	}
	for _, set := range []map[string]string{{"hour": "much"}, {"hour": "-1"}, {"margin-0": "1e3"}, {"product-4": "*", "cycle-4": "1", "margin-4": "1"}, {"margin-4": "2"}} {
		if a := ada.fill("/admin/lines/filling-1", rates, set); a.status != 422 || !strings.Contains(a.body, "WATER-05") {
			t.Errorf("%v: %d %s", set, a.status, complaint(a))
		}
	}
	kept(t, ada.fill("/admin/lines/filling-1", rates, map[string]string{"hour": "", "margin-0": "", "product-1": "", "margin-1": ""}))
	if got := w.line().Worth; got.Hour != "" || len(got.Margins) != 0 {
		t.Errorf("what is taken away stays: %+v", got)
	}
}

func TestWhatSomebodyElseMadeOfItIsToldInWords(t *testing.T) {
	w := newWorld(t)
	w.user("Eve", plant.Admin)
	ada, eve := w.admin("Ada"), w.signedIn("Eve")
	const line = "/admin/lines/filling-1"
	for _, c := range []struct {
		form      string
		eve, ada  map[string]string
		told, not string
	}{
		{"/rates", map[string]string{"product-0": "", "cycle-0": ""}, map[string]string{"cycle-0": "0.7"}, "rates: nothing\nworth: nothing\n", "- {}"},
		{"/thresholds", map[string]string{"special-0": "COLA-05", "micro_max-0": "30"}, map[string]string{"micro_max": "90"}, "product_thresholds:\n  COLA-05:\n    micro_max: 30s\n", "- "},
		{"/flow", map[string]string{"name": "Hall 1"}, map[string]string{"name": "Filling A"}, "name: Hall 1\npacer: filler\n", `""`},
	} {
		page := ada.get(line)
		kept(t, eve.fill(line, line+c.form, c.eve))
		a := ada.send2(page, line+c.form, c.ada)
		theirs := html.UnescapeString(regexp.MustCompile(`(?s)<textarea [^>]*>(.*?)</textarea>`).FindString(a.body))
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(theirs, c.told) || strings.Contains(theirs, c.not) {
			t.Errorf("%s: %d %q", c.form, a.status, theirs)
		}
	}
}

func TestThresholdsAreKeptInTheDraft(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", map[string]string{"min_stop": "4.5", "micro_max": "120", "low_speed": "85"}))
	if got, want := w.line().Thresholds, (config.ThresholdsEntry{MinStop: 4500 * time.Millisecond, MicroMax: 2 * time.Minute, LowSpeed: .85}); got != want {
		t.Errorf("%+v", got)
	}
	for set, want := range map[string]string{"min_stop=500": "no pause could be", "low_speed=101": "up to 100", "micro_max=-1": "greater than 0", "min_stop=<b>": "greater than 0"} {
		name, value, _ := strings.Cut(set, "=")
		if a := ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", map[string]string{name: value}); a.status != 422 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", set, a.status, complaint(a))
		}
	}
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", map[string]string{"special-0": "COLA-05", "micro_max-0": "30", "special-1": "WATER-05", "low_speed-1": "70"}))
	want := map[string]config.ThresholdsEntry{"COLA-05": {MicroMax: 30 * time.Second}, "WATER-05": {LowSpeed: .7}}
	if got := w.line(); !maps.Equal(got.Special, want) || bounds.Limits(got, "COLA-05") != (config.ThresholdsEntry{MinStop: 4500 * time.Millisecond, MicroMax: 30 * time.Second, LowSpeed: .85}) {
		t.Errorf("%+v", got.Special)
	}
	for _, c := range []struct {
		set  map[string]string
		want string
	}{
		{map[string]string{"special-2": "", "min_stop-2": "3"}, "Name the product"},
		{map[string]string{"special-2": "*", "min_stop-2": "3"}, "stands above"},
		{map[string]string{"special-2": "COLA-05", "min_stop-2": "3"}, "stands here twice"},
		{map[string]string{"special-2": "JUICE"}, "Say what differs"},
		{map[string]string{"special-2": "JUICE", "micro_max-2": "2"}, "no pause could be"},
		{map[string]string{"special-2": "JUICE", "low_speed-2": "200"}, "up to 100"},
	} {
		if a := ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", c.set); a.status != 422 || !strings.Contains(a.body, c.want) {
			t.Errorf("%v: %d %s", c.set, a.status, complaint(a))
		}
	}
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", map[string]string{"special-0": "", "micro_max-0": ""}))
	if got := w.line().Special; len(got) != 1 || got["WATER-05"].LowSpeed != .7 {
		t.Errorf("%+v", got)
	}
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/flow", map[string]string{"name": "Filling A", "pacer": "packer"}))
	if l := w.line(); l.Name != "Filling A" || l.Pacer != "packer" || l.Output != "packer" {
		t.Errorf("%+v", l)
	}
	if a := ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/flow", map[string]string{"pacer": "nobody"}); a.status != 422 || !strings.Contains(a.body, `href="#pacer"`) {
		t.Errorf("%d %s", a.status, complaint(a))
	}
}

func TestSignalsAreChosenByWhatTheMachineSays(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	w.says("filling-1/filler/good", tag.IntValue(12480))
	w.says("filling-1/filler/product", tag.TextValue("<script>x"))
	const at, signals = "/admin/lines/filling-1/unit/filler", "/admin/lines/filling-1/unit/filler/signals"
	page := ada.get(at)
	if page.status != 200 || strings.Contains(page.body, "<script>x") || !strings.Contains(page.body, "Good count (good): 12") {
		t.Errorf("%d: the choices do not tell what the tags read", page.status)
	}
	kept(t, ada.fill(at, signals, map[string]string{
		"state": "speed", "preset": "opc30060", "good-modulus": "65536", "good-deadband": "2", "good-glitch": "3", "good-per": "4", "good-lifetime": "on", "reject": "good", "product": "none", "order": "product",
	}))
	e := w.line().Units[0].Signals
	if e.State != "speed" || len(e.States) != 17 || e.States["4"] != "Execute" || e.States["0"] != "Stopped" || e.States["16"] != "Unholding" || e.Order != "product" || e.Product != "none" {
		t.Errorf("%+v", e)
	}
	if want := (config.CounterEntry{Modulus: 65536, Deadband: "2", Glitch: 3 * time.Second, Per: "4", Lifetime: true}); e.Good != want || e.Reject.Tag != "good" {
		t.Errorf("%+v", e.Good)
	}
	if again := ada.get(at).form(t, signals); again.Get("preset") != "opc30060" || again.Get("good-lifetime") != "on" {
		t.Errorf("the form does not show what was kept: %v", again)
	}
	kept(t, ada.fill(at, signals, map[string]string{"preset": "packtags"}))
	if e := w.line().Units[0].Signals; len(e.States) != 17 || e.States["6"] != "Execute" || e.States["17"] != "Complete" {
		t.Errorf("%+v", e.States)
	}
	kept(t, ada.fill(at, signals, map[string]string{"preset": "typed", "states": "A=B = Held\r\n\r\nREADY = idle", "modes": "AUTO = Production"}))
	if e := w.line().Units[0].Signals; !maps.Equal(e.States, map[string]string{"A=B": "Held", "READY": "idle"}) || e.Modes["AUTO"] != "Production" {
		t.Errorf("%+v", e)
	}
	kept(t, ada.fill(at, signals, map[string]string{"speed": "none", "good": "none"}))
	if e := w.line().Units[0].Signals; e.Speed != "none" || e.Good.Tag != "none" {
		t.Errorf("the signals were not unset: %+v", e)
	}
	if again := ada.get(at).form(t, signals); again.Get("speed") != "none" || again.Get("good") != "none" {
		t.Errorf("the form does not show that they are unset: %v", again)
	}
	kept(t, ada.fill(at, signals, map[string]string{"speed": "", "good": ""}))
	says(t, ada.fill(at, signals, map[string]string{"states": "READY", "good-modulus": "x", "good-per": "many"}), `href="#states"`, `href="#good-modulus"`, `href="#good-per"`, `value="many"`)
	for set, want := range map[string]string{
		"states=READY": "has no =", "states=READY = Sleepy": "no PackML state", "states=A = Held\nA = Idle": "twice", "modes=A = Turbo": "no unit mode",
		"good-modulus=-1": "whole number", "good-glitch=x": "seconds", "good-per=many": "no amount", "speed=nothing": "is no tag", "order=nothing": "is no tag",
	} {
		name, value, _ := strings.Cut(set, "=")
		a := ada.fill(at, signals, map[string]string{name: value})
		if a.status != 422 || !strings.Contains(a.body, want) || !strings.Contains(a.body, `href="#`+name+`"`) {
			t.Errorf("%s: %d %s", set, a.status, complaint(a))
		}
	}
}

func TestAMachineIsChosenForAUnit(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	const at, machine = "/admin/lines/filling-1/unit/packer", "/admin/lines/filling-1/unit/packer/machine"
	kept(t, ada.fill(at, machine, map[string]string{"name": "Packer 2", "machine-0": "", "machine-1": ""}))
	if u := w.line().Units[1]; u.Name != "Packer 2" || len(u.Machines) != 0 {
		t.Errorf("%+v", u)
	}
	if a := ada.get(at); a.status != 200 || !strings.Contains(a.body, "Its tags are not there yet") {
		t.Errorf("%d: it does not say why there is nothing to choose", a.status)
	}
	if a := ada.fill(at, machine, map[string]string{"connection": "nowhere", "machine-0": "robot"}); a.status != 422 || !strings.Contains(a.body, `href="#connection"`) || !strings.Contains(a.body, `href="#machine-0"`) {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	theirs := ada.get(at)
	kept(t, ada.fill(at, machine, map[string]string{"name": "Packer 3"}))
	if a := ada.send2(theirs, machine, map[string]string{"name": "Packer 4"}); a.status != 422 || !strings.Contains(a.body, "Packer 3") || !strings.Contains(a.body, "Packer 4") {
		t.Errorf("%d: both versions are not there", a.status)
	}
	for _, path := range []string{"/admin/lines/nope", "/admin/lines/filling-1/unit/nope", "/admin/lines/filling-1/unit/filler%2Fx"} {
		if a := ada.get(path); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if _, err := w.book.Revision(t.Context(), 2); errs.KindOf(err) != errs.NotFound {
		t.Errorf("something is in use already: %v", err)
	}
}

func TestUnitsWorkSideBySideWithRoomBetween(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	const page, form = "/admin/lines/filling-1", "/admin/lines/filling-1/flow"
	kept(t, ada.fill("/admin/equipment/add?at=ulm/filling/filling-1", "/admin/equipment/add", map[string]string{"id": "filler-2", "name": "Filler 2"}))
	kept(t, ada.fill(page, form, map[string]string{"beside-filler-2": "filler", "buffer-filler": "250"}))
	l := w.draft().Sites[0].Areas[0].Lines[0]
	if last := l.Units[len(l.Units)-1]; last.Beside != "filler" || l.Units[0].Buffer != 250 {
		t.Errorf("%+v", l.Units)
	}
	ada.get("/admin/lines").mustSay(t, "beside filler", "buffer of 250 after it")
	for field, value := range map[string]string{"buffer-filler": "much", "beside-filler": "filler-2", "beside-filler-2": "filler-2"} {
		a := ada.fill(page, form, map[string]string{field: value})
		if a.status != 422 || !strings.Contains(a.body, `href="#`) {
			t.Errorf("%s %s: %d", field, value, a.status)
		}
	}
}

// Who sets an ideal cycle is told where one is found: by what the line did, or before it did anything.
func TestWhereAnIdealCycleIsFoundIsTold(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	says(t, ada.get("/admin/lines/filling-1"), `href="/line/filling-1/health"`, "Which ideal cycles fit what it has done")
	w.drafted(func(d *config.Document) {
		lines := &d.Sites[0].Areas[0].Lines
		*lines = append(*lines, config.LineEntry{ID: "fresh", Name: "Fresh", Units: []config.UnitEntry{{ID: "one"}}})
	})
	says(t, ada.get("/admin/lines/fresh"), "the machine&#39;s data sheet", "Or leave it out")
}
