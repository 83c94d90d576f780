package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web"
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
func (a answer) form(t *testing.T, action string) url.Values {
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
	got := map[plant.LineID]time.Time{}
	w := newWorld(t, func(d *web.Deps) {
		d.Setup.Again = func(line plant.LineID, from time.Time) error {
			got[line] = from
			return nil
		}
	})
	ada := w.admin("Ada")
	publish := func(since string) {
		kept(t, ada.fill("/admin/plant", "/admin/plant/publish", map[string]string{"why": "tried", "since": since}))
	}
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", map[string]string{"micro_max": "100"}))
	kept(t, ada.fill("/admin/equipment/name?at=ulm/packing", "/admin/equipment/name", map[string]string{"name": "Packing hall"}))
	publish("shift")
	l, _ := thePlant(t).Line("filling-1")
	if shift, ok := l.Calendar.At(w.clock.now()); !ok || len(got) != 1 || !got["filling-1"].Equal(shift.From) {
		t.Errorf("laid out anew: %v, the shift began at %s", got, shift.From)
	}
	clear(got)
	kept(t, ada.fill("/admin/lines/filling-1", "/admin/lines/filling-1/thresholds", map[string]string{"micro_max": "200"}))
	publish("now")
	if len(got) != 0 {
		t.Errorf("from now on lays out anew: %v", got)
	}
	kept(t, ada.fill("/admin/plant/revision/1", "/admin/plant/revision/1/back", map[string]string{"why": "wrong", "since": "shift"}))
	if len(got) != 1 {
		t.Errorf("rolled back, laid out anew: %v", got)
	}
}
