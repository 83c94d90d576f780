package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/plant"
)

// below gives the address of a level that a page leads to by its name.
func (a answer) below(t *testing.T, name string) string {
	t.Helper()
	before, _, found := strings.Cut(a.body, ">"+name+"</a>")
	i := strings.LastIndex(before, `href="`)
	if !found || i < 0 {
		t.Fatalf("the page (%d) leads to no %q: %.300s", a.status, name, a.body)
	}
	return strings.ReplaceAll(before[i+6:len(before)-1], "&amp;", "&")
}

// lookedAt is a machine that was put into the draft, and the page of its top.
func lookedAt(t *testing.T, nodes int) (*world, *browser, answer) {
	t.Helper()
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada, m := w.signedIn("Ada"), w.machine(nodes, false)
	ada.connected(t, "m1", m.URL(), "None/None", "")
	return w, ada, ada.get("/admin/connections/m1/browse")
}

func theDraft(t *testing.T, w *world) config.Document {
	t.Helper()
	draft, err := w.book.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d, err := config.ParseDocument("draft", []byte(draft.Text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTickedNodesBecomeTagsAndABadOneStopsNoOther(t *testing.T) {
	w, ada, top := lookedAt(t, 3)
	level := ada.get(top.below(t, "press"))
	level.mustSay(t, "Value 0", "12.5", "nsu=urn:press;s=press.v0", ">Top</a>")
	unit := ada.get(top.below(t, "unit"))
	unit.mustSay(t, "&lt;script", "Recognised: PackML", "StateCurrent")
	at := unit.hidden("at")
	form := url.Values{
		"at": {at}, "names": {"{parent}_{name}"}, "fresh": {"press"},
		"node": {"nsu=urn:press;s=press.v0", "nsu=urn:press;s=press.bad", "nsu=urn:press;s=press.none"},
	}
	a := ada.post("/admin/connections/m1/browse", form)
	if a.status != http.StatusOK {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
	a.mustSay(t, "3 added, 0 not", "press_value_0", "unit_script_alert_1_script")
	form["names"] = []string{"{name}"}
	ada.post("/admin/connections/m1/browse", form).mustSay(t, "0 added, 3 not", "nothing of its name", "has it already, as press_value_0")
	tags := theDraft(t, w).Machines["press"].Tags
	if len(tags) != 3 || tags["press_value_0"].Address != "nsu=urn:press;s=press.v0" || tags["unit"].Label != "日本" {
		t.Errorf("%+v", tags)
	}
	for field, wrong := range map[string]url.Values{
		"type":  {"at": {at}, "names": {"{name}"}, "fresh": {"Press!"}, "node": {"nsu=urn:press;s=press.v0"}},
		"names": {"at": {at}, "names": {""}, "fresh": {"press"}, "node": {"nsu=urn:press;s=press.v0"}},
		"node":  {"at": {at}, "names": {"{name}"}, "fresh": {"press"}},
	} {
		if a := ada.post("/admin/connections/m1/browse", wrong); a.status != http.StatusUnprocessableEntity {
			t.Errorf("wrong %s: %d", field, a.status)
		}
	}
}

func TestAPackMLMachineIsMappedAtOnce(t *testing.T) {
	w, ada, top := lookedAt(t, 1)
	at := ada.get(top.below(t, "unit")).hidden("at")
	ada.post("/admin/connections/m1/browse", url.Values{"at": {at}, "preset": {"packml"}, "names": {"{name}"}, "fresh": {"packml-press"}}).mustSay(t, "1 added, 0 not", "as state")
	m := theDraft(t, w).Machines["packml-press"]
	if m.Signals.State != "state" || m.Tags["state"].Address != "nsu=urn:press;s=press.StateCurrent" {
		t.Errorf("%+v", m)
	}
}

func TestTenThousandNodesAreLookedThroughAndTaken(t *testing.T) {
	w, ada, top := lookedAt(t, 9_990)
	begin := time.Now()
	href := top.below(t, "press")
	level := ada.get(href)
	level.mustSay(t, "1 to 200 of 9990", "Later")
	t.Logf("the level: %v", time.Since(begin))
	begin = time.Now()
	last := ada.get(href + "&page=49")
	last.mustSay(t, "9801 to 9990 of 9990")
	t.Logf("a page: %v, %d bytes", time.Since(begin), len(last.body))
	ada.get(href+"&find=value+999").mustSay(t, "Value 999")
	ada.get("/admin/connections/m1/browse?find=StateCurrent&deep=on").mustSay(t, "1 to 1 of 1", "unit")
	begin = time.Now()
	a := ada.post("/admin/connections/m1/browse", url.Values{"at": {level.hidden("at")}, "names": {"{name}"}, "fresh": {"press"}, "all": {"on"}})
	a.mustSay(t, "9990 added, 0 not", "more.")
	t.Logf("taken: %v", time.Since(begin))
	if n := len(theDraft(t, w).Machines["press"].Tags); n != 9_990 {
		t.Errorf("%d tags", n)
	}
}

func TestAMachineThatIsNotThereIsASentence(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	ada.connected(t, "m1", "opc.tcp://127.0.0.1:1", "None/None", "")
	a := ada.get("/admin/connections/m1/browse")
	if a.status != http.StatusServiceUnavailable {
		t.Errorf("%d", a.status)
	}
	a.mustSay(t, "nothing listens at this port")
}
