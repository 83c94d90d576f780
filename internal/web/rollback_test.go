package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/plant"
)

// published drafts a text and puts it into use.
func (b *browser) published(t *testing.T, text string) {
	t.Helper()
	kept(t, b.drafted(t, text))
	kept(t, b.post("/admin/plant/publish", url.Values{"version": {b.get("/admin/plant").hidden("version")}, "why": {"measured"}}))
}

func TestRollingBackUndoesOnlyWhatItsPageShowed(t *testing.T) {
	w := newWorld(t)
	anna, otto := w.admin("Anna"), w.admin("Otto")
	anna.published(t, renamed)
	shown := anna.get("/admin/plant/revision/1")
	says(t, shown, "In use is revision 2", "Anna", "measured")
	otto.published(t, strings.Replace(renamed, "Ulm works", "Ulm North", 1))
	for _, head := range []string{shown.hidden("head"), "", "one"} {
		a := anna.post("/admin/plant/revision/1/back", url.Values{"head": {head}, "why": {"too slow"}})
		if a.status != http.StatusUnprocessableEntity || w.headNumber() != 3 {
			t.Fatalf("shown with %q in use: %d, revision %d is in use", head, a.status, w.headNumber())
		}
		says(t, a, "Otto has put revision 3 into use (measured)", `value="too slow"`, "In use is revision 3")
	}
	kept(t, anna.post("/admin/plant/revision/1/back", url.Values{"head": {"3"}, "why": {"too slow"}}))
	if head, err := w.book.Head(t.Context()); err != nil || head.Number != 4 || head.Text != plantText {
		t.Errorf("rolled back to %+v, %v", head, err)
	}
}

func TestRollingBackDropsADraftOnlyWhenThatIsSaid(t *testing.T) {
	w := newWorld(t)
	anna, otto := w.admin("Anna"), w.admin("Otto")
	anna.published(t, renamed)
	kept(t, otto.drafted(t, strings.Replace(renamed, "Ulm works", "Ulm North", 1)))
	page := anna.get("/admin/plant/revision/1")
	says(t, page, "Drop the draft too", "Otto changed it last")
	form := url.Values{"head": {"2"}, "draft": {page.hidden("draft")}, "why": {"too slow"}}
	for _, drop := range []url.Values{{}, {"drop": {"on"}, "draft": {"7"}}} {
		wanted := url.Values{}
		for _, all := range []url.Values{form, drop} {
			for k, v := range all {
				wanted[k] = v
			}
		}
		a := anna.post("/admin/plant/revision/1/back", wanted)
		if a.status != http.StatusUnprocessableEntity || w.headNumber() != 2 || !strings.Contains(a.body, "Otto works on a draft") {
			t.Fatalf("with %v: %d, revision %d is in use", drop, a.status, w.headNumber())
		}
	}
	if _, err := w.book.Draft(t.Context()); err != nil {
		t.Fatalf("the draft: %v", err)
	}
	form.Set("drop", "on")
	kept(t, anna.post("/admin/plant/revision/1/back", form))
	if _, err := w.book.Draft(t.Context()); err == nil || w.headNumber() != 3 {
		t.Errorf("the draft is still there: %v", err)
	}
	rows, err := w.chain.Find(t.Context(), access.Search{Text: "dropped with revision 3"})
	if err != nil || len(rows) != 1 || rows[0].Who.Name != "Anna" || rows[0].Why != "too slow" || !strings.Contains(rows[0].Old, "+    name: Ulm North") {
		t.Errorf("audited %+v, %v", rows, err)
	}
	says(t, anna.get("/admin/audit"), "<summary>draft 1 of revision 2, sha256 ", "Ulm North")
}

// What waits for approval ends nobody's draft, so nobody is asked to drop one.
func TestRollingBackThatWaitsLeavesTheDraft(t *testing.T) {
	w := newWorld(t)
	anna, otto := w.admin("Anna"), w.admin("Otto")
	anna.published(t, renamed)
	w.owner(w.user("Olga", plant.Manager), plant.OT)
	kept(t, anna.post("/admin/requests/rules", url.Values{"version": {"0"}, "rates": {"OT"}, "why": {"they know"}}))
	kept(t, otto.drafted(t, strings.Replace(renamed, "Ulm works", "Ulm North", 1)))
	if strings.Contains(anna.get("/admin/plant/revision/1").body, "Drop the draft too") {
		t.Error("a draft that stays is to be dropped")
	}
	a := anna.post("/admin/plant/revision/1/back", url.Values{"head": {"2"}, "why": {"too slow"}})
	if _, err := w.book.Draft(t.Context()); err != nil || a.header.Get("Location") != "/admin/requests/1?done=asked" {
		t.Errorf("%s, the draft: %v", a.header.Get("Location"), err)
	}
}
