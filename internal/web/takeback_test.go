package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"millwright/internal/plant"
)

// amendment finds the form that takes a change back, by what the page says of it.
func (a answer) amendment(t *testing.T, what string) url.Values {
	t.Helper()
	for _, li := range regexp.MustCompile(`(?s)<li><details.*?</li>`).FindAllString(a.body, -1) {
		if text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(li, ""); strings.Contains(text, what) {
			return url.Values{"key": {answer{body: li}.hidden("key")}, "seal": {answer{body: li}.hidden("seal")}}
		}
	}
	t.Fatalf("%q is not among the changes of the draft:\n%s", what, a.body)
	return nil
}

const takeBack = "/admin/plant/take-back"

func TestOneOfSeveralDraftedChangesIsTakenBack(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	if a := ada.drafted(t, strings.Replace(renamed, "Ulm works", "Ulm North", 1)); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	page := ada.get("/admin/plant")
	page.mustSay(t, "What is drafted", "changes its name", "Take back this change")
	form := page.amendment(t, "changes its rates (COLA-05)")
	a := ada.post(takeBack, form)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/admin/plant?done=takenback" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	draft, err := w.book.Draft(t.Context())
	if err != nil || !strings.Contains(draft.Text, "COLA-05: 600ms") || !strings.Contains(draft.Text, "Ulm North") || draft.By.Name != "Ada" {
		t.Fatalf("%+v, %v", draft, err)
	}
	ada.get("/admin/audit").mustSay(t, "taken back: line filling-1 changes its rates (COLA-05)")
	if a := ada.post(takeBack, form); a.status != http.StatusConflict || !strings.Contains(a.body, "not in the draft any more") || !strings.Contains(a.body, "Ulm North") {
		t.Errorf("taken back twice: %d", a.status)
	}
	if a := ada.post(takeBack, ada.get("/admin/plant").amendment(t, "changes its name")); a.header.Get("Location") != "/admin/plant?done=takenlast" {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	if a := ada.get("/admin/plant"); strings.Contains(a.body, "Not published yet") {
		t.Error("nothing is drafted any more, and the page says otherwise")
	}
	if a := ada.post(takeBack, form); a.status != http.StatusConflict {
		t.Errorf("taken back without a draft: %d", a.status)
	}
}

func TestAChangeThatSomebodyChangedSinceIsNotTakenBack(t *testing.T) {
	w := newWorld(t)
	ada, eve := w.admin("Ada"), w.admin("Eve")
	ada.drafted(t, renamed)
	form := ada.get("/admin/plant").amendment(t, "changes its rates")
	other := strings.Replace(renamed, "Ulm works", "Ulm North", 1)
	eve.drafted(t, other)
	if a := eve.drafted(t, strings.Replace(other, "COLA-05: 700ms", "COLA-05: 800ms", 1)); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	if a := ada.post(takeBack, form); a.status != http.StatusConflict || !strings.Contains(a.body, "as it is now") || !strings.Contains(a.body, "800ms") {
		t.Errorf("%d: what somebody else drafted was taken back unseen", a.status)
	}
	// What others draft elsewhere is no conflict.
	form = ada.get("/admin/plant").amendment(t, "changes its name")
	eve.drafted(t, strings.Replace(other, "COLA-05: 700ms", "COLA-05: 900ms", 1))
	if a := ada.post(takeBack, form); a.status != http.StatusSeeOther {
		t.Errorf("%d %s", a.status, a.body)
	}
	if draft, err := w.book.Draft(t.Context()); err != nil || !strings.Contains(draft.Text, "COLA-05: 900ms") || strings.Contains(draft.Text, "Ulm North") {
		t.Errorf("%+v, %v", draft, err)
	}
}

func TestAChangeThatOthersNeedIsNotTakenBackAlone(t *testing.T) {
	w := newWorld(t)
	w.user("Max", plant.Manager)
	ada := w.admin("Ada")
	needing := strings.Replace(plantText, "sites:", "reasons: [{id: jam, name: Jam, category: breakdown}]\nsites:", 1)
	needing = strings.Replace(needing, "units: [{id: filler,", `units: [{id: filler, faults: {"7": jam},`, 1)
	if a := ada.drafted(t, needing); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	form := ada.get("/admin/plant").amendment(t, "Reason jam is new")
	a := ada.post(takeBack, form)
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "would not hold together without this change (reason jam is new)") || !strings.Contains(a.body, "What is drafted") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if draft, err := w.book.Draft(t.Context()); err != nil || !strings.Contains(draft.Text, "jam") {
		t.Errorf("%+v, %v", draft, err)
	}
	if a := w.signedIn("Max").post(takeBack, form); a.status != http.StatusForbidden {
		t.Errorf("a manager takes back: %d", a.status)
	}
}
