package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/ot/driver/opcua/plantserver"
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
	level.mustSay(t, "Value 0", "12.5\u00a0°C", "nsu=urn:press;s=press.v0", ">Top</a>")
	unit := ada.get(top.below(t, "unit"))
	unit.mustSay(t, "&lt;script", "Recognised: PackML", "By names alone", "StateCurrent")
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
	ada.post("/admin/connections/m1/browse", form).mustSay(t, "0 added, 3 not", "has it already, as press_value_0")
	tags := theDraft(t, w).Machines["press"].Tags
	if len(tags) != 3 || tags["press_value_0"].Address != "nsu=urn:press;s=press.v0" || tags["press_value_0"].Unit != "CEL" || tags["unit"].Label != "日本" {
		t.Errorf("%+v", tags)
	}
	for field, wrong := range map[string]url.Values{
		"type":  {"at": {at}, "names": {"{name}"}, "fresh": {"Press!"}, "node": {"nsu=urn:press;s=press.v0"}},
		"names": {"at": {at}, "names": {""}, "fresh": {"press"}, "node": {"nsu=urn:press;s=press.v0"}},
		"node":  {"at": {at}, "names": {"{name}"}, "fresh": {"press"}},
	} {
		ada.post("/admin/connections/m1/browse/tick", url.Values{"clear": {"on"}})
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

// A machine that tells its state by machines one in another, as OPC 30050 has it, gets a state that is derived from them.
func TestNestedStateMachinesTellOneState(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	status := []string{"filler", "BaseStateMachine"}
	o := plantserver.Options{Listen: "127.0.0.1:0", Namespace: "urn:filler", Name: "filler"}
	for i, path := range [][]string{status, append(status[:2:2], "MachineState"), {"filler", "BaseStateMachine", "MachineState", "ExecuteState"}} {
		o.Nodes = append(o.Nodes, plantserver.Node{ID: fmt.Sprint("state", i), Path: path, Name: "CurrentState", Type: plantserver.String})
	}
	o.Nodes = append(o.Nodes, plantserver.Node{ID: "speed", Path: []string{"filler"}, Name: "CurMachSpeed", Type: plantserver.Double})
	m, err := plantserver.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.machines.Close()
		_ = m.Close()
	})
	ada.connected(t, "m1", m.URL(), "None/None", "")
	page := ada.get(ada.get("/admin/connections/m1/browse").below(t, "filler"))
	says(t, page, "PackML by its nested state machines (OPC 30050)")
	take := url.Values{"at": {page.hidden("at")}, "preset": {"packmlnested"}, "names": {"{name}"}, "fresh": {"filler"}}
	ada.post("/admin/connections/m1/browse", take).mustSay(t, "5 added, 0 not", "part of the state", "as state", "as speed")
	d := theDraft(t, w).Machines["filler"]
	if d.Signals.State != "state" || d.Tags["state"].Expr != `first(tag("state_execute"), tag("state_machine"), tag("state_base"))` || d.Tags["state"].Address != "" {
		t.Errorf("%+v", d)
	}
	for tag, at := range map[string]string{"state_base": "state0", "state_machine": "state1", "state_execute": "state2"} {
		if d.Tags[tag].Address != "nsu=urn:filler;s="+at {
			t.Errorf("%s is read at %s", tag, d.Tags[tag].Address)
		}
	}
	if d.Signals.States["Held"] != "Held" || d.Signals.States["Running"] != "Execute" || d.Signals.States["Cleared"] != "" {
		t.Errorf("its words mean %v", d.Signals.States)
	}
	ada.post("/admin/connections/m1/browse", take).mustSay(t, "0 added, 5 not", "of this name already")
}

func TestTenThousandNodesAreLookedThroughAndTaken(t *testing.T) {
	n, end := 9_990, "9801 to 9990 of 9990"
	if raceDetector { // much time for little: one goroutine does it all
		n, end = 1_990, "1801 to 1990 of 1990"
	}
	w, ada, top := lookedAt(t, n)
	begin := time.Now()
	href := top.below(t, "press")
	level := ada.get(href)
	level.mustSay(t, fmt.Sprintf("1 to 200 of %d", n), "Later")
	t.Logf("the level: %v", time.Since(begin))
	begin = time.Now()
	last := ada.get(fmt.Sprintf("%s&page=%d", href, n/200))
	last.mustSay(t, end)
	t.Logf("a page: %v, %d bytes", time.Since(begin), len(last.body))
	ada.get(href+"&find=value+999").mustSay(t, "Value 999")
	ada.get("/admin/connections/m1/browse?find=StateCurrent&deep=on").mustSay(t, "1 to 1 of 1", "unit")
	begin = time.Now()
	ada.post(between(level.body, `data-ticks="`, `"`), url.Values{"all": {"on"}})
	t.Logf("ticked: %v", time.Since(begin))
	begin = time.Now()
	ada.get(href).mustSay(t, fmt.Sprintf("<strong data-ticked>%d</strong>", n), " checked")
	t.Logf("a page of ticked ones: %v", time.Since(begin))
	begin = time.Now()
	a := ada.post("/admin/connections/m1/browse", url.Values{"at": {level.hidden("at")}, "names": {"{name}"}, "fresh": {"press"}})
	a.mustSay(t, fmt.Sprintf("%d added, 0 not", n), "more.")
	t.Logf("taken: %v", time.Since(begin))
	tags := theDraft(t, w).Machines["press"].Tags
	if newest := fmt.Sprintf("value_%d", n-1); len(tags) != n || tags[newest].Unit != "CEL" {
		t.Errorf("%d tags, the last %+v", len(tags), tags[newest])
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

func TestAnOpenPageOfAMachineIsToldItsValues(t *testing.T) {
	_, ada, top := lookedAt(t, 3)
	level := ada.get(top.below(t, "press"))
	from := strings.ReplaceAll(between(level.body, `data-values="`, `"`), "&amp;", "&")
	a := ada.get(from)
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
		t.Fatalf("%s: %d %.300s", from, a.status, a.body)
	}
	a.mustSay(t, `"address":"nsu=urn:press;s=press.v0"`, "12.5\u00a0°C", `"quality":"good"`)
}

// ticks sends the ticks of a page, and gives the page that follows.
func (b *browser) ticks(t *testing.T, page answer, form url.Values) answer {
	t.Helper()
	a := b.post(strings.ReplaceAll(between(page.body, `data-ticks="`, `"`), "&amp;", "&"), form)
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
	return b.get(a.header.Get("Location"))
}

func TestTicksAreKeptFromLevelToLevelAndTakenAtOnce(t *testing.T) {
	w, ada, top := lookedAt(t, 450)
	const home, v0, bad = "/admin/connections/m1/browse", "nsu=urn:press;s=press.v0", "nsu=urn:press;s=press.bad"
	count := func(a answer, want string) {
		t.Helper()
		if got := between(a.body, "<strong data-ticked>", "</strong>"); got != want {
			t.Errorf("%s ticked, want %s", got, want)
		}
	}
	press := ada.get(top.below(t, "press"))
	second := ada.ticks(t, press, url.Values{"node": {v0, "nsu=urn:press;s=press.v1"}, "go": {"1"}})
	second.mustSay(t, "201 to 400 of 450")
	count(second, "2")
	unit := ada.get(top.below(t, "unit"))
	count(ada.ticks(t, unit, url.Values{"node": {bad}}), "3")
	count(ada.ticks(t, press, url.Values{"was": {"nsu=urn:press;s=press.v1"}, "node": {v0}}), "2")
	found := ada.get(home + "?find=value+44&deep=on")
	found.mustSay(t, "Tick all 11 found") // 44, and 440 to 449
	count(ada.ticks(t, found, url.Values{"all": {"on"}}), "13")
	only := ada.get(home + "?ticked=on")
	only.mustSay(t, "1 to 13 of 13", "Value 449", "&lt;script", "Back to the machine")
	count(w.admin("Bert").get(home), "0") // everybody has his own

	a := ada.post(home, url.Values{"names": {"{name}"}, "fresh": {"Press!"}, "node": {"nsu=urn:press;s=press.v2"}})
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong name: %d", a.status)
	}
	count(a, "14")
	ada.post(home, url.Values{"names": {"x"}, "fresh": {"press"}}).mustSay(t, "1 added, 13 not", "13 values stay ticked")
	ada.post(home, url.Values{"names": {"{name}"}, "fresh": {"press"}}).mustSay(t, "13 added, 0 not")
	count(ada.get(home), "0")
	ada.get(home+"?ticked=on").mustSay(t, "Nothing is ticked")
	ada.get(home+"?find=nobody&deep=on").mustSay(t, "No name here or below")
	if n := len(theDraft(t, w).Machines["press"].Tags); n != 14 {
		t.Errorf("%d tags", n)
	}

	count(ada.ticks(t, press, url.Values{"all": {"on"}}), "450")
	count(ada.ticks(t, press, url.Values{"clear": {"on"}}), "0")
	for _, stranger := range []string{"nsu=urn:press;s=press.v9999", hostile, ""} {
		if a := ada.post(home+"/tick", url.Values{"node": {stranger}}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%q is ticked: %d", stranger, a.status)
		}
	}
}

// Without scripts nothing is kept as it is ticked: whoever goes on to another level takes the ticks along.
func TestTicksGoAlongToAnotherLevelWithoutScripts(t *testing.T) {
	_, ada, top := lookedAt(t, 3)
	const v0 = "nsu=urn:press;s=press.v0"
	press := ada.get(top.below(t, "press"))
	press.mustSay(t, `form="nodes-form"`, `name="to" value="">Top</button>`)
	into := strings.ReplaceAll(top.below(t, "unit"), "&amp;", "&")
	query, err := url.Parse(into)
	if err != nil {
		t.Fatal(err)
	}
	at := query.Query().Get("at")
	top.mustSay(t, `name="to" value="`+at+`">unit</button>`)
	unit := ada.ticks(t, press, url.Values{"node": {v0}, "to": {at}})
	unit.mustSay(t, "<strong data-ticked>1</strong>", "Recognised: PackML")
	only := ada.ticks(t, unit, url.Values{"show": {"on"}})
	only.mustSay(t, "1 to 1 of 1", "Value 0", "Back to the machine")
	ada.ticks(t, only, url.Values{"was": {v0}, "to": {""}}).mustSay(t, "<strong data-ticked>0</strong>", ">press</button>")
}

func TestAScriptIsToldHowManyAreTicked(t *testing.T) {
	_, ada, top := lookedAt(t, 3)
	press := ada.get(top.below(t, "press"))
	at := strings.ReplaceAll(between(press.body, `data-ticks="`, `"`), "&amp;", "&")
	ask := func(form url.Values) answer {
		return ada.do(http.MethodPost, at, strings.NewReader(form.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}})
	}
	ask(url.Values{"node": {"nsu=urn:press;s=press.v0", "nsu=urn:press;s=press.v1"}}).mustSay(t, `{"ticked":2}`)
	ask(url.Values{"was": {"nsu=urn:press;s=press.v0"}}).mustSay(t, `{"ticked":1}`)
	if a := ask(url.Values{"node": {"nothing"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Tick it again") {
		t.Errorf("%d %s", a.status, a.body)
	}
	ada.get(between(press.body, `data-values="`, `"`)).mustSay(t, `"ticked":1`)
}

func TestASearchThatFindsNothingSaysSo(t *testing.T) {
	_, ada, top := lookedAt(t, 3)
	const at = "/admin/connections/m1/browse"
	says := func(href, words string) {
		t.Helper()
		a := ada.get(href)
		_, beside, _ := strings.Cut(a.body, `class="form-end seek"`)
		beside, _, _ = strings.Cut(beside, `id="nodes-form"`)
		if !strings.Contains(beside, `<p role="status">`+words) {
			t.Errorf("beside the search of %s stands %q", href, beside)
		}
	}
	says(at+"?deep=on&find=nowhere", "No name here or below contains it.")
	says(top.below(t, "press")+"&find=nowhere", "No name of this level contains it.")
	says(at+"?deep=on", "Everything below is looked through for a name: write a part of it.")
}

// A tag that is not in use yet shows what stands at it in the machine, as long as its look is open, or when that is asked for.
func TestATagOfTheDraftShowsWhatStandsInTheMachine(t *testing.T) {
	w, ada, top := lookedAt(t, 1)
	press := ada.get(top.below(t, "press"))
	ada.post("/admin/connections/m1/browse", url.Values{"at": {press.hidden("at")}, "names": {"{name}"}, "fresh": {"press"}, "node": {"nsu=urn:press;s=press.v0"}}).mustSay(t, "1 added, 0 not")
	w.drafted(func(d *config.Document) {
		d.Machines["press"].Tags["half"] = config.TagEntry{Address: "nsu=urn:press;s=press.v0", Scale: 0.5}
		u := &d.Sites[0].Areas[0].Lines[0].Units[0]
		u.Connection, u.Machines = "m1", []string{"press"}
	})
	page := ada.get(fillerHref)
	page.mustSay(t, "12.5 °C", "6.25", "value_0): 12.5")
	w.machines.Close()
	page = ada.get(fillerHref)
	page.mustSay(t, "has not been read", `href="`+fillerHref+`?read=now#values-title"`)
	if strings.Contains(page.body, "6.25") {
		t.Error("what is known is not what stands in the machine")
	}
	ada.get(fillerHref+"?read=now").mustSay(t, "12.5 °C", "6.25")
	w.drafted(func(d *config.Document) { d.Connections[len(d.Connections)-1].Endpoint = "opc.tcp://127.0.0.1:1" })
	a := ada.get(fillerHref + "?read=now")
	if a.status != http.StatusOK {
		t.Errorf("%d", a.status)
	}
	a.mustSay(t, "They could not be read: ", "nothing listens at this port", "Read them now")
}
