package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// learning is a world whose filler ran six stints of 100 pieces in 20 minutes, of which two were rejects, each after a
// set-up of 12 minutes, and the item that it made.
func learning(t *testing.T) (*world, int64) {
	w, ctx := newWorld(t), t.Context()
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		at := w.clock.now().UTC().Truncate(time.Minute).Add(-8 * time.Hour)
		s.Segments = nil
		add := func(minutes int, c oee.Category, good, reject int64) {
			to := at.Add(time.Duration(minutes) * time.Minute)
			s.Segments = append(s.Segments, oee.Segment{Line: "filling-1", From: at, To: to, Category: c, Product: "COLA-05", Good: plant.Pieces(good), Reject: plant.Pieces(reject)})
			at = to
		}
		for range 6 {
			add(12, oee.Changeover, 0, 0)
			add(20, oee.Running, 98, 2)
			add(5, oee.Breakdown, 0, 0)
		}
	})
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	by := item.Change{By: plant.Program()}
	i := item.Blank("COLA")
	i.Name, i.Kind, i.Product = "Cola", item.Make, "COLA-05"
	i, err := w.kept.Items().Add(ctx, i, by)
	must(err)
	part := item.Blank("SYRUP")
	part.Name, part.Kind = "Syrup", item.Buy
	part, err = w.kept.Items().Add(ctx, part, by)
	must(err)
	centre, err := w.kept.Centres().AddCentre(ctx, bill.Centre{Code: "FILL", Name: "Filling", Place: "filling-1"}, by)
	must(err)
	b, err := w.kept.Bills().Add(ctx, bill.Bill{
		Item: i.ID, Batch: plant.Pieces(10), Lines: []bill.Line{{Item: part.ID, Quantity: plant.One}},
		Operations: []bill.Operation{{Name: "Fill", Centre: centre.ID, Setup: time.Minute, Run: 6 * time.Second, Crew: plant.One}},
	}, by)
	must(err)
	_, err = w.kept.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, by)
	must(err)
	return w, i.ID
}

const learned = "/standards/one?days=30&line=filling-1&product=COLA-05"

// formTo is the form of a page that goes to an address.
func formTo(page, action string) url.Values {
	return fieldsOf(between(page, `action="`+action+`"`, "</form>"))
}

func TestWhatWasLearnedIsProposed(t *testing.T) {
	w, _ := learning(t)
	ada := w.admin("Ada")
	if a := ada.get("/standards"); a.status != http.StatusOK || !strings.Contains(plain(a.body), "COLA-05") || !strings.Contains(plain(a.body), "6 stints, 6 set-ups") || !strings.Contains(plain(a.body), "12.0 min") {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := ada.get(learned); a.status != http.StatusOK {
		t.Fatal(w.log.String())
	}
	page := plain(ada.get(learned).body)
	for _, want := range []string{"It is 600 ms in the plant as it is drafted; 12 s is proposed, by 6 stints", "Proposed: 12 s for a piece", "98.00 %", "spread-bar", "The last set-ups", "n 6: 12 s, 12 s, 12 s"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	api := got[struct {
		Standards []struct {
			Product                      string
			IdealCycle, SetUpTime, Yield *float64
			Cycle                        struct{ Samples int }
		}
	}](ada, "/api/v1/standards?line=filling-1").Standards
	if len(api) != 1 || api[0].Cycle.Samples != 6 || *api[0].IdealCycle != 12 || *api[0].SetUpTime != 12 || *api[0].Yield != .98 {
		t.Errorf("%+v", api)
	}
	f := formTo(page, "/standards/rate")
	for range 2 { // sent twice
		if a := ada.post("/standards/rate", f); a.status != http.StatusSeeOther || !strings.Contains(a.header.Get("Location"), "done=drafted") {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if got := w.draft().Sites[0].Areas[0].Lines[0].Rates["COLA-05"]; got != 12*time.Second {
		t.Errorf("%s is drafted", got)
	}
	f.Set("is", "13s")
	if a := ada.post("/standards/rate", f); a.status != http.StatusConflict || !strings.Contains(a.body, "was changed since you opened the page") {
		t.Errorf("%d %s", a.status, a.short())
	}
	f.Set("is", "never")
	if a := ada.post("/standards/rate", f); a.status != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", a.status, a.short())
	}
	for _, path := range []string{"/standards/one?line=none&product=COLA-05", "/standards/one?line=filling-1&product=MILK", "/standards/one?line=packing-1", "/api/v1/standards?line=none"} {
		if a := ada.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestWhatWasLearnedGoesIntoBillAndItem(t *testing.T) {
	w, id := learning(t)
	pia := w.dutiful("Pia", plant.Planner)
	page := pia.get(learned).body
	if strings.Contains(page, `action="/standards/rate"`) {
		t.Error("a planner is offered the plant's draft")
	}
	f := formTo(page, "/standards/bill")
	for range 2 { // sent twice
		if a := pia.post("/standards/bill", f); a.status != http.StatusSeeOther || a.header.Get("Location") != "/bills/2?done=saved" {
			t.Fatalf("%d %s %s", a.status, a.header.Get("Location"), a.short())
		}
	}
	f.Set("key", "another") // somebody else's page
	if a := pia.post("/standards/bill", f); a.header.Get("Location") != "/bills/2?done=saved" {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	b, err := w.kept.Bills().Find(t.Context(), 2)
	if err != nil || b.State != bill.Draft || b.Operations[0].Run != 2*time.Minute || b.Operations[0].Setup != 12*time.Minute || len(b.Lines) != 1 || !strings.Contains(b.Note, "6 stints") {
		t.Errorf("%+v %v", b, err)
	}
	f.Set("bill", "7")
	if a := pia.post("/standards/bill", f); a.status != http.StatusConflict {
		t.Errorf("%d %s", a.status, a.short())
	}
	y := formTo(page, "/standards/yield")
	for range 2 {
		if a := pia.post("/standards/yield", y); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.short())
		}
	}
	i, err := w.kept.Items().Find(t.Context(), id)
	if err != nil || i.Planning.Yield.String() != "0.98" {
		t.Errorf("%s %v", i.Planning.Yield, err)
	}
	if y.Set("is", "9700"); pia.post("/standards/yield", y).status != http.StatusConflict {
		t.Error("an old version is taken")
	}
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	if page := vera.get(learned).body; strings.Contains(page, `method="post" action="/standards`) {
		t.Error("a viewer is offered a form")
	}
}

// TestTheSetUpMatrixIsProposed: what changes took goes into the draft of the plant when an admin says so, and only then counts.
func TestTheSetUpMatrixIsProposed(t *testing.T) {
	w, _ := learning(t)
	ada, pia := w.admin("Ada"), w.dutiful("Pia", plant.Planner)
	says(t, ada.get("/standards"), "Set-up matrix", "#changes")
	page := ada.get(learned).body
	if text := plain(page); !strings.Contains(text, "Targets of changes to it") || !strings.Contains(text, "After COLA-05: 12 min, by 5 set-ups") {
		t.Errorf("the page says %s", between(text, "Targets of changes", "</section>"))
	}
	if strings.Contains(pia.get(learned).body, `action="/standards/change"`) {
		t.Error("a planner is offered the plant's draft")
	}
	f := formTo(page, "/standards/change")
	f.Set("change", url.Values{"from": {"COLA-05"}, "was": {"0s"}, "is": {"12m0s"}}.Encode())
	if a := pia.post("/standards/change", f); a.status != http.StatusForbidden {
		t.Errorf("a planner approves it: %d", a.status)
	}
	for range 2 { // sent twice
		if a := ada.post("/standards/change", f); a.status != http.StatusSeeOther || !strings.Contains(a.header.Get("Location"), "done=drafted") {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if got := w.draft().Sites[0].Areas[0].Lines[0].Changeover.FromTo; len(got) != 1 || got["COLA-05 > COLA-05"] != 12*time.Minute {
		t.Errorf("%v is drafted", got)
	}
	f.Set("change", url.Values{"from": {"COLA-05"}, "was": {"1m"}, "is": {"13m"}}.Encode())
	if a := ada.post("/standards/change", f); a.status != http.StatusConflict || !strings.Contains(a.body, "was changed since you opened the page") {
		t.Errorf("of what is not there any more: %d", a.status)
	}
	for _, no := range []string{"", "from=A&was=x&is=y", "from=A+%3E+B&was=0s&is=1m", "from=A&was=0s&is=-1m"} {
		f.Set("change", no)
		if a := ada.post("/standards/change", f); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", no, a.status)
		}
	}
	api := got[struct {
		Standards []struct {
			Changes []struct {
				From   string
				Target *float64
			}
		}
	}](ada, "/api/v1/standards?line=filling-1").Standards
	if len(api[0].Changes) != 1 || api[0].Changes[0].From != "COLA-05" || *api[0].Changes[0].Target != 12 {
		t.Errorf("%+v", api)
	}
}
