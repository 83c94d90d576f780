package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"millwright/config"
)

const (
	speedHref  = "/admin/tags/one?of=packml&tag=speed"
	fillerHref = "/admin/lines/filling-1/unit/filler"
)

// faster changes a tag of the machine type that all units of the world have.
func (b *browser) faster(t *testing.T) {
	t.Helper()
	form := fieldsOf(b.get(speedHref).body)
	form.Set("deadband", "0.5")
	kept(t, b.post(speedHref, form))
}

// filler gives the machine types of a unit as it is drafted.
func (w *world) filler() []string { return w.draft().Sites[0].Areas[0].Lines[0].Units[0].Machines }

func TestAChangeOfAMachineTypeIsItsNextVersion(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	ada.get("/admin/machines").mustSay(t, "packml", ">4<")
	page := ada.get("/admin/machines/packml")
	page.mustSay(t, "Version 1", "the newest, in use", "1, follows the newest", `href="/admin/tags/one?of=packml`)
	if strings.Contains(page.body, "What the draft changes") {
		t.Error("nothing is drafted, and the page tells a change")
	}
	ada.faster(t)
	ada.get("/admin/machines").mustSay(t, "version 1 is in use")
	ada.get("/admin/machines/packml").mustSay(t, "Version 2 is drafted; version 1 is in use. Publishing changes 4 work units in 1 tag.",
		"filling-1/filler, filling-1/packer, packing-1/filler and packing-1/packer", "Tag speed: deadband – → 0.5", "From version 1 to 2", "ends with the draft")
	ada.get("/admin/machines/packml?from=2&to=2").mustSay(t, "They say the same")
	ada.get("/admin/plant").mustSay(t, "Machine type packml", "is version 2 after 1: 4 units follow it", "tag speed: deadband – → 0.5")
	back := fieldsOf(ada.get(speedHref).body)
	back.Set("deadband", "")
	kept(t, ada.post(speedHref, back))
	if v := w.draft().Machines["packml"].Version; v != 0 {
		t.Errorf("taken back, it is version %d", v)
	}
}

func TestAUnitStaysOnAVersionUntilItIsMoved(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	ada.faster(t)
	page := ada.get(fillerHref)
	page.mustSay(t, "Follows the newest, version 2.", "Stay on version 1", "Tag speed: deadband 0.5 → –")
	kept(t, ada.send2(page, fillerHref+"/version", map[string]string{"move": "1 packml"}))
	if got := w.filler(); !slices.Equal(got, []string{"packml@1"}) {
		t.Errorf("%v", got)
	}
	if before := w.draft().Machines["packml"].Before; len(before) != 1 || before[1].Tags["speed"].Deadband != 0 {
		t.Errorf("%+v", before)
	}
	ada.get("/admin/machines/packml").mustSay(t, "Publishing changes 3 work units", "stays on 1", "not be removed")
	ada.get("/admin/plant").mustSay(t, "3 units follow it; filling-1/filler on 1 stays", "3 units, filling-1/packer")
	ada.get(fillerHref).mustSay(t, "Stays on version 1.", "Follow the newest", "packml, stays on version 1")
	fixed := ada.get(speedHref + "&at=filling-1/filler")
	fixed.mustSay(t, "version 1: its work unit stays on that")
	if strings.Contains(fixed.body, `name="deadband"`) {
		t.Error("the tag of a unit that stays on a version can be changed")
	}
	ada.get("/admin/tags").mustSay(t, "packml@1")
	if a := ada.send2(page, fillerHref+"/version", map[string]string{"move": "0 packml"}); a.status != 422 || !strings.Contains(a.body, "omebody else") {
		t.Errorf("a page that is old moves the unit: %d %s", a.status, complaint(a))
	}
	kept(t, ada.fill(fillerHref, fillerHref+"/machine", map[string]string{"name": "The filler"}))
	if got := w.filler(); !slices.Equal(got, []string{"packml@1"}) {
		t.Errorf("the form of the machine moved it: %v", got)
	}
	for move, want := range map[string]string{"": "Choose a version", "9 packml": "no version", "x packml": "Choose a version", "1 none": "no machine type"} {
		a := ada.fill(fillerHref, fillerHref+"/version", map[string]string{"move": move})
		if a.status != 422 && a.status != http.StatusNotFound || !strings.Contains(a.body, want) {
			t.Errorf("%q: %d %s", move, a.status, complaint(a))
		}
	}
	kept(t, ada.fill(fillerHref, fillerHref+"/version", map[string]string{"move": "0 packml"}))
	page = ada.get("/admin/machines/packml")
	page.mustSay(t, "not needed any more", "Leave out version 1")
	kept(t, ada.fill(fillerHref, fillerHref+"/version", map[string]string{"move": "1 packml"}))
	if a := ada.send2(page, "/admin/machines/packml/drop", map[string]string{"version": "1"}); a.status != 422 || !strings.Contains(a.body, "ersion 1 of machine type packml is used by filling-1/filler") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	kept(t, ada.fill(fillerHref, fillerHref+"/version", map[string]string{"move": "0 packml"}))
	kept(t, ada.send2(page, "/admin/machines/packml/drop", map[string]string{"version": "1"}))
	if d := w.draft().Machines["packml"]; d.Before != nil || d.Version != 2 {
		t.Errorf("%+v", d)
	}
}

func TestWhoChangesATypeSaysWhomItReaches(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	form := fieldsOf(ada.get(speedHref).body)
	form.Set("deadband", "0.5")
	form.Set("reach", "stay")
	a := ada.post(speedHref, form)
	kept(t, a)
	if got := w.filler(); !slices.Equal(got, []string{"packml@1"}) {
		t.Errorf("%v", got)
	}
	page := ada.get("/admin/machines/packml")
	page.mustSay(t, "Publishing changes no work unit", "All follow the newest")
	kept(t, ada.send2(page, "/admin/machines/packml/units", map[string]string{"version": "0"}))
	if got := w.filler(); !slices.Equal(got, []string{"packml"}) {
		t.Errorf("%v", got)
	}
	if a := ada.send2(page, "/admin/machines/packml/units", map[string]string{"version": "0"}); a.status != 422 || !strings.Contains(a.body, "omebody else") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	if a := ada.fill("/admin/machines/packml", "/admin/machines/packml/units", map[string]string{"version": "7"}); a.status != 422 || !strings.Contains(a.body, "no version") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	kept(t, ada.fill("/admin/machines/packml", "/admin/machines/packml/signals", map[string]string{"good-per": "2", "reach": "stay"}))
	if d := w.draft(); !slices.Equal(w.filler(), []string{"packml@1"}) || d.Machines["packml"].Signals.Good.Per != "2" || d.Machines["packml"].Before[1].Signals.Good.Per != "" {
		t.Errorf("%+v", d.Machines["packml"])
	}
}

func TestAnEarlierVersionIsNotChangedAsText(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	kept(t, ada.fill(fillerHref, fillerHref+"/version", map[string]string{"move": "1 packml"}))
	ada.faster(t)
	text := ada.get("/admin/plant/edit").form(t, "/admin/plant/edit")
	if !strings.Contains(text.Get("text"), "before:") {
		t.Fatal(text.Get("text"))
	}
	at := strings.Index(text.Get("text"), "before:")
	text.Set("text", text.Get("text")[:at]+strings.Replace(text.Get("text")[at:], "1/min", "Hz", 1))
	if a := ada.post("/admin/plant/edit", text); a.status != 422 || !strings.Contains(a.body, "machines.packml.before.1: is not what version 1 says") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
}

func TestMachineTypesComeAndGo(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	for set, want := range map[string]string{"name=": "small letters", "name=A b": "small letters", "name=packml": "already", "like=nothing": "no machine type"} {
		name, value, _ := strings.Cut(set, "=")
		form := map[string]string{"name": "filler"}
		form[name] = value
		if a := ada.fill("/admin/machines", "/admin/machines", form); a.status != 422 || !strings.Contains(a.body, want) || strings.Count(a.body, `href="#`+name+`"`) != 1 {
			t.Errorf("%s: %d %s", set, a.status, complaint(a))
		}
	}
	kept(t, ada.fill("/admin/machines", "/admin/machines", map[string]string{"name": "filler", "like": "packml"}))
	if d := w.draft().Machines; len(d["filler"].Tags) != 3 || d["filler"].Signals.Good.Tag != "good" || d["filler"].Version != 0 {
		t.Errorf("%+v", d["filler"])
	}
	const home = "/admin/machines/filler"
	old := ada.get(home)
	old.mustSay(t, "It is new.", "No work unit has it")
	if a := ada.fill(home, home+"/tags", map[string]string{"fresh": "a b"}); a.status != 422 || !strings.Contains(a.body, `href="#fresh"`) || !strings.Contains(a.body, `value="a b"`) {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	a := ada.fill(home, home+"/tags", map[string]string{"fresh": "zone1"})
	if to := a.header.Get("Location"); a.status != http.StatusSeeOther || !strings.HasPrefix(to, "/admin/tags/one?of=filler&tag=zone1") {
		t.Errorf("%d %s", a.status, to)
	}
	ada.get(a.header.Get("Location")).mustSay(t, "Kept in the draft", "machine type filler")
	if a := ada.send2(old, home+"/tags", map[string]string{"fresh": "zone2"}); a.status != 422 || !strings.Contains(a.body, "omebody else") {
		t.Errorf("an old page adds a tag: %d %s", a.status, complaint(a))
	}
	kept(t, ada.fill(home, home+"/tags/remove", map[string]string{"tag": "zone1"}))
	kept(t, ada.fill(home, home+"/signals", map[string]string{"speed": "", "good-per": "2"}))
	if s := w.draft().Machines["filler"].Signals; s.Speed != "" || s.Good.Per != "2" || s.Good.Tag != "good" {
		t.Errorf("%+v", s)
	}
	for set, want := range map[string]string{"good-per=x": "no amount", "good-per=0": "how many pieces a count is", "states=1": "has no ="} {
		name, value, _ := strings.Cut(set, "=")
		if a := ada.fill("/admin/machines/packml", "/admin/machines/packml/signals", map[string]string{name: value, "preset": "typed"}); a.status != 422 || !strings.Contains(a.body, want) || !strings.Contains(a.body, `href="#`+name+`"`) {
			t.Errorf("%s: %d %s", set, a.status, complaint(a))
		}
	}
	if a := ada.fill("/admin/machines/packml", "/admin/machines/packml/tags/remove", map[string]string{"tag": "good"}); a.status != 422 || !strings.Contains(a.body, "has no tag &#34;good&#34;") {
		t.Errorf("a tag that is a signal went: %d %s", a.status, complaint(a))
	}
	free := ada.get(home)
	kept(t, ada.fill(fillerHref, fillerHref+"/machine", map[string]string{"machine-1": "filler"}))
	if a := ada.send2(free, home+"/remove", nil); a.status != 422 || !strings.Contains(a.body, "achine type filler is used by filling-1/filler") {
		t.Errorf("%d %s", a.status, complaint(a))
	}
	kept(t, ada.fill(fillerHref, fillerHref+"/machine", map[string]string{"machine-1": ""}))
	kept(t, ada.fill(home, home+"/remove", nil))
	if _, there := w.draft().Machines["filler"]; there {
		t.Error("it is still there")
	}
	if a := ada.get(home); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
}

func TestARollBackIsANewVersionToo(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	ada.faster(t)
	kept(t, ada.fill("/admin/plant", "/admin/plant/publish", map[string]string{"why": "quieter", "since": "now"}))
	kept(t, ada.fill("/admin/plant/revision/1", "/admin/plant/revision/1/back", map[string]string{"why": "as before", "since": "now"}))
	head, err := w.book.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d, err := config.ParseDocument("head", []byte(head.Text))
	if err != nil {
		t.Fatal(err)
	}
	if p := d.Machines["packml"]; p.Number() != 3 || p.Tags["speed"].Deadband != 0 {
		t.Errorf("%+v", p)
	}
}
