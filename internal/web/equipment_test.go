package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// short is what a failed test prints of a page.
func (a answer) short() string {
	if len(a.body) > 300 {
		return a.body[:300]
	}
	return a.body
}

// draft reads the draft as a plant.
func (w *world) draft() config.Document {
	w.t.Helper()
	text := ""
	d, err := w.book.Draft(w.t.Context())
	switch {
	case err == nil:
		text = d.Text
	case errs.KindOf(err) == errs.NotFound:
		head, err := w.book.Head(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		text = head.Text
	default:
		w.t.Fatal(err)
	}
	doc, err := config.ParseDocument("draft", []byte(text))
	if err != nil {
		w.t.Fatal(err)
	}
	return doc
}

// admin is a browser of somebody who sets the plant up.
func (w *world) admin(name string) *browser {
	w.user(name, plant.Admin)
	return w.signedIn(name)
}

// fill opens a page and sends the form on it with that action, with some fields set otherwise.
func (b *browser) fill(page, action string, set map[string]string) answer {
	b.w.t.Helper()
	return b.send2(b.get(page), action, set)
}

// send2 sends a form of a page that was opened before.
func (b *browser) send2(page answer, action string, set map[string]string) answer {
	b.w.t.Helper()
	form := page.form(b.w.t, action)
	for name, value := range set {
		form.Set(name, value)
	}
	return b.post(action, form)
}

// form reads the fields of the form with an action as a browser would send them.
func (a answer) form(t testing.TB, action string) url.Values {
	t.Helper()
	_, rest, ok := strings.Cut(a.body, `action="`+action+`"`)
	if !ok {
		t.Fatalf("%d: there is no form to %s: %s", a.status, action, a.short())
	}
	inside, _, _ := strings.Cut(rest, "</form>")
	return fieldsOf(inside)
}

func kept(t *testing.T, a answer) {
	t.Helper()
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d: %s", a.status, complaint(a))
	}
}

// complaint is what a page says is wrong.
func complaint(a answer) string {
	if s := between(a.body, `class="faults"`, "</div>"); s != "" {
		return s[:min(len(s), 600)]
	}
	return a.short()
}

// A line and a work unit keep a name, as their forms say.
func TestNothingIsLeftWithoutAName(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	for page, form := range map[string]string{"/admin/lines/filling-1": "/flow", "/admin/lines/filling-1/unit/filler": "/machine"} {
		a := ada.fill(page, page+form, map[string]string{"name": " "})
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="name-fault"`) {
			t.Errorf("%s without a name: %d %s", page, a.status, complaint(a))
		}
	}
}

// What there is one of alone is chosen: a new line reads from the only connection, and a new site is in the zone of the others.
func TestWhatANewPartCanOnlyBeIsChosen(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	page := ada.get("/admin/equipment/add?at=")
	says(t, page, `value="Europe/Berlin"`, `value="EUR"`)
	kept(t, ada.fill("/admin/equipment/add?at=ulm/filling", "/admin/equipment/add", map[string]string{"id": "filling-2", "name": "Filling-2", "unit": "filler"}))
	if u := w.draft().Sites[0].Areas[0].Lines[1].Units[0]; !slices.Equal(u.Machines, []string{"packml"}) || u.Connection != "" || u.ID != "filler" {
		t.Errorf("the unit of the new line is %+v", u)
	}
	kept(t, ada.fill("/admin/equipment/add?at=ulm/filling/filling-2", "/admin/equipment/add", map[string]string{"id": "capper", "name": "Capper", "machine": ""}))
	if u := w.draft().Sites[0].Areas[0].Lines[1].Units[1]; len(u.Machines) != 0 {
		t.Errorf("none was chosen for %+v", u)
	}
	a := ada.fill("/admin/equipment/add?at=ulm/filling", "/admin/equipment/add", map[string]string{"id": "filling-3", "name": "Filling-3", "unit": "filler", "machine": "other"})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="machine-fault"`) {
		t.Errorf("a type that is not there: %d %s", a.status, complaint(a))
	}
}

func TestThePlantGrowsFromSiteToMachine(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	for _, step := range []struct {
		at  string
		set map[string]string
	}{
		{"", map[string]string{"id": "linz", "name": "Linz", "zone": "Europe/Vienna"}},
		{"linz", map[string]string{"id": "hall-9", "name": "Hall 9"}},
		{"linz/hall-9", map[string]string{"id": "press-1", "name": "Press <b>1", "unit": "press"}},
		{"linz/hall-9/press-1", map[string]string{"id": "packer", "name": "Packer"}},
	} {
		kept(t, ada.fill("/admin/equipment/add?at="+step.at, "/admin/equipment/add", step.set))
	}
	page := ada.get("/admin/lines")
	if strings.Contains(page.body, "<b>1") || !strings.Contains(page.body, "Press &lt;b&gt;1") {
		t.Error("the tree does not show the new line, or shows its name as HTML")
	}
	line := w.draft().Sites[1].Areas[0].Lines[0]
	if len(line.Units) != 2 || line.Output != "press" {
		t.Errorf("adding a unit at the end changed what counts for the line: %+v", line)
	}
	move := func(at, to string) answer {
		page := ada.get("/admin/lines")
		_, rest, _ := strings.Cut(page.body, `name="at" value="`+at+`"`)
		return ada.post("/admin/equipment/move", url.Values{"at": {at}, "to": {to}, "seal": {between(rest, `name="seal" value="`, `"`)}})
	}
	kept(t, move("linz", "up"))
	kept(t, move("linz", "up")) // it is the first already
	if d := w.draft(); d.Sites[0].ID != "linz" {
		t.Errorf("linz is not the first: %+v", d.Sites[0].ID)
	}
	kept(t, move("linz", "1")) // dragged below its neighbour
	if d := w.draft(); d.Sites[1].ID != "linz" {
		t.Errorf("linz is not the second: %+v", d.Sites[1].ID)
	}
	kept(t, move("linz", "-1"))
	if a := move("linz", "far"); a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
		t.Errorf("moved by no number: %d", a.status)
	}
	kept(t, move("ulm/filling/filling-1/filler", "down"))
	if l := w.draft().Sites[1].Areas[0].Lines[0]; l.Units[0].ID != "packer" || l.Pacer != "filler" || l.Output != "packer" {
		t.Errorf("moving a unit changed what paces the line: %+v", l)
	}
	kept(t, ada.fill("/admin/equipment/name?at=ulm", "/admin/equipment/name", map[string]string{"name": "Ulm North"}))
	if d := w.draft(); d.Sites[1].Name != "Ulm North" || d.Sites[1].Zone != "Europe/Berlin" {
		t.Errorf("%+v", d.Sites[1])
	}
}

func TestRemovingSaysWhatStays(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	page := ada.get("/admin/equipment/remove?at=ulm/packing")
	if !strings.Contains(page.body, "1 line and 2 work units") || !strings.Contains(page.body, "What the ledgers hold stays") {
		t.Errorf("%d: it does not say what goes and what stays", page.status)
	}
	if a := ada.fill("/admin/equipment/remove?at=ulm/filling/filling-1/filler", "/admin/equipment/remove", nil); a.status != 422 || !strings.Contains(a.body, "paces the line: let another") {
		t.Errorf("the pacer was removed: %d %s", a.status, complaint(a))
	}
	kept(t, ada.send2(page, "/admin/equipment/remove", nil))
	if d := w.draft(); len(d.Sites[0].Areas) != 1 {
		t.Errorf("%d areas are left", len(d.Sites[0].Areas))
	}
	for _, at := range []string{"nope", "ulm/nope", "ulm/packing", "ulm/filling/filling-1/filler/x", ""} {
		if a := ada.get("/admin/equipment/remove?at=" + at); a.status != http.StatusNotFound {
			t.Errorf("removing %q: %d", at, a.status)
		}
	}
}

func TestEquipmentThatCannotBeIsRefusedAsItWasTyped(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	for at, c := range map[string]struct {
		set  map[string]string
		want []string
	}{
		"":            {map[string]string{"id": "Ulm 2", "name": "</p><script>x", "zone": "Mars"}, []string{"is no identity", "is no time zone", `href="#zone"`}},
		"ulm":         {map[string]string{"id": "filling", "name": "Again"}, []string{"stands already", `href="#id"`}},
		"ulm/filling": {map[string]string{"id": "press", "name": "Press", "unit": "9 9"}, []string{"is no identity", `href="#unit"`}},
	} {
		a := ada.fill("/admin/equipment/add?at="+at, "/admin/equipment/add", c.set)
		if a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, "<script>x") || !strings.Contains(a.body, c.set["id"]) {
			t.Errorf("%q: %d %s", at, a.status, complaint(a))
		}
		for _, want := range c.want {
			if !strings.Contains(a.body, want) {
				t.Errorf("%q: it does not say %q: %s", at, want, complaint(a))
			}
		}
	}
	for _, form := range []string{"add?at=", "name?at=ulm"} {
		path, _, _ := strings.Cut("/admin/equipment/"+form, "?")
		a := ada.fill("/admin/equipment/"+form, path, map[string]string{"name": " ", "zone": "Mars", "currency": "euro"})
		a.mustSay(t, `href="#name"`, `href="#zone"`, `href="#currency"`, `value="euro"`)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", form, a.status)
		}
	}
	if _, err := w.book.Draft(t.Context()); errs.KindOf(err) != errs.NotFound {
		t.Errorf("something was kept: %v", err)
	}
}

func TestTheSecondOfTwoSeesWhatTheFirstDid(t *testing.T) {
	w := newWorld(t)
	ada, eve := w.admin("Ada"), w.admin("Eve")
	hers := eve.get("/admin/equipment/name?at=ulm")
	kept(t, ada.fill("/admin/equipment/name?at=ulm", "/admin/equipment/name", map[string]string{"name": "Ulm North"}))
	a := eve.send2(hers, "/admin/equipment/name", map[string]string{"name": "Ulm South"})
	if a.status != 422 || !strings.Contains(a.body, "Ulm North") || !strings.Contains(a.body, "Ulm South") {
		t.Fatalf("%d: both versions are not there: %s", a.status, complaint(a))
	}
	kept(t, eve.send2(a, "/admin/equipment/name", nil))
	if d := w.draft(); d.Sites[0].Name != "Ulm South" {
		t.Errorf("%q", d.Sites[0].Name)
	}
	order := eve.get("/admin/lines")
	kept(t, ada.fill("/admin/equipment/add?at=ulm", "/admin/equipment/add", map[string]string{"id": "hall", "name": "Hall"}))
	_, rest, _ := strings.Cut(order.body, `name="at" value="ulm/packing"`)
	if a := eve.post("/admin/equipment/move", url.Values{"at": {"ulm/packing"}, "to": {"up"}, "seal": {between(rest, `name="seal" value="`, `"`)}}); a.status != 422 {
		t.Errorf("an order that was changed meanwhile was moved: %d", a.status)
	}
}

func TestAChangeAppliesFromTheStartOfTheShift(t *testing.T) {
	w := newWorld(t)
	got := map[plant.LineID]time.Time{}
	look := func() { // at what was wished for since the last look
		t.Helper()
		clear(got)
		all, err := w.ledger.Wishes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range all {
			got[one.Line] = one.From
			if err := w.ledger.Replace(t.Context(), one.Line, time.Time{}, nil, one); err != nil || one.Why != oee.Change {
				t.Fatalf("%+v: %v", one, err)
			}
		}
	}
	ada := w.admin("Ada")
	publish := func(since string) {
		kept(t, ada.fill("/admin/plant", "/admin/plant/publish", map[string]string{"why": "tried", "since": since}))
		look()
	}
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", map[string]string{"micro_max": "100"}))
	kept(t, ada.fill("/admin/equipment/name?at=ulm/packing", "/admin/equipment/name", map[string]string{"name": "Packing hall"}))
	publish("shift")
	l, _ := thePlant(t).Line("filling-1")
	l.Calendar = round(l.Calendar.Zone, 6*60) // as the plant's text has it
	if shift, ok := l.Calendar.At(w.clock.now()); !ok || len(got) != 1 || !got["filling-1"].Equal(shift.From) {
		t.Errorf("laid out anew: %v, the shift began at %s", got, shift.From)
	}
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", map[string]string{"micro_max": "200"}))
	publish("now")
	if len(got) != 0 {
		t.Errorf("from now on lays out anew: %v", got)
	}
	kept(t, ada.fill("/admin/plant/revision/1", "/admin/plant/revision/1/back", map[string]string{"why": "wrong", "since": "shift"}))
	look()
	if len(got) != 1 {
		t.Errorf("rolled back, laid out anew: %v", got)
	}
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", map[string]string{"micro_max": "300"}))
	at := w.clock.now().Add(-50 * time.Hour).Truncate(time.Minute)
	for _, wrong := range []time.Time{w.clock.now().Add(time.Hour), w.clock.now().AddDate(0, 0, -40)} {
		a := ada.fill("/admin/plant", "/admin/plant/publish", map[string]string{"why": "tried", "since": "time", "from": local(wrong)})
		if a.status != 422 || !strings.Contains(a.body, "Choose a moment of the last 31 days.") || !strings.Contains(a.body, `value="`+local(wrong)+`"`) {
			t.Errorf("from %s: %d", wrong, a.status)
		}
	}
	if a := ada.fill("/admin/plant", "/admin/plant/publish", map[string]string{"why": "tried", "since": "time"}); a.status != 422 {
		t.Errorf("from no moment: %d", a.status)
	}
	kept(t, ada.fill("/admin/plant", "/admin/plant/publish", map[string]string{"why": "tried", "since": "time", "from": local(at)}))
	look()
	if len(got) != 1 || !got["filling-1"].Equal(at) {
		t.Errorf("from %s, laid out anew: %v", at, got)
	}
	zone, _ := time.LoadLocation("Europe/Berlin")
	since := "filling-1 from " + at.In(zone).Format("Mon 2 Jan 2006, 15:04") + " on"
	ada.get("/admin/plant").mustSay(t, "<td>"+since+"</td>", "<td>from then on</td>")
	ada.get("/admin/plant/revision/5").mustSay(t, "Lines that go by it from before: "+since)
	ada.get("/admin/plant/revision/3").mustSay(t, "All lines go by it from then on.")
}

func TestWhyADraftIsChangedNeedNotBeSaid(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	const page, form = "/admin/lines/filling-1", "/admin/lines/filling-1/thresholds"
	kept(t, ada.fill(page, form, map[string]string{"micro_max": "100"}))
	if e := w.trail("plant.draft"); e[0].Why != "" {
		t.Errorf("%+v", e[0])
	}
	kept(t, ada.fill(page, form, map[string]string{"micro_max": "110", "why": "  short stops of the wrapper "}))
	if e := w.trail("plant.draft"); e[0].Why != "short stops of the wrapper" {
		t.Errorf("%+v", e[0])
	}
	long := strings.Repeat("x", 501)
	a := ada.fill(page, form, map[string]string{"micro_max": "120", "why": long})
	if a.status != 422 || !strings.Contains(a.body, `href="#why"`) || !strings.Contains(a.body, `id="why" name="why"`) || !strings.Contains(a.body, long) || !strings.Contains(a.body, `value="120"`) {
		t.Errorf("a reason that is too long: %d %s", a.status, complaint(a))
	}
	text := ada.get("/admin/plant/edit").form(t, "/admin/plant/edit")
	text.Set("text", strings.Replace(text.Get("text"), "Filling-1", "Filler", 1))
	text.Set("why", "as people call it")
	kept(t, ada.post("/admin/plant/edit", text))
	if e := w.trail("plant.draft"); e[0].Why != "as people call it" {
		t.Errorf("%+v", e[0])
	}
	text = ada.get("/admin/plant/edit").form(t, "/admin/plant/edit")
	text.Set("text", text.Get("text")+"scrap:\n  - id: dent\n    name: Dent\n    category: nothing\n")
	if a := ada.post("/admin/plant/edit", text); a.status != 422 || !strings.Contains(a.body, "(line ") {
		t.Errorf("without a line: %d %s", a.status, complaint(a))
	}
}

// local is a moment as it is typed: on the clocks of the plant.
func local(t time.Time) string {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return t.In(zone).Format("2006-01-02T15:04")
}
