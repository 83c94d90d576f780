package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"millwright/internal/plant"
	"millwright/internal/revision"
)

// hidden finds a hidden field of a page.
func (a answer) hidden(name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		return ""
	}
	return m[1]
}

// drafted puts a text into the draft through the page.
func (b *browser) drafted(t *testing.T, text string) answer {
	t.Helper()
	page := b.get("/admin/plant/edit")
	return b.post("/admin/plant/edit", url.Values{"seal": {page.hidden("seal")}, "text": {text}})
}

var renamed = strings.Replace(plantText, "COLA-05: 600ms", "COLA-05: 700ms", 1)

func TestATextThatSaysNothingIsNoDraft(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	for _, text := range []string{"", " \r\n\t", "# the whole <plant>\n---\n"} {
		a := ada.post("/admin/plant/edit", url.Values{"seal": {ada.get("/admin/plant/edit").hidden("seal")}, "text": {text}, "why": {"tidied up"}})
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "It is empty, and would take the whole plant away.") || !strings.Contains(a.body, `href="#text"`) || !strings.Contains(a.body, "tidied up") {
			t.Errorf("%q: %d %s", text, a.status, complaint(a))
		}
		if strings.Contains(text, "plant") && !strings.Contains(a.body, "# the whole &lt;plant&gt;") {
			t.Errorf("what was typed is gone: %s", a.short())
		}
	}
	if strings.Contains(ada.get("/admin/plant").body, "Not published yet") {
		t.Error("it is drafted")
	}
	for _, query := range []string{"?dry=true", "?why=tidied"} {
		if a := w.program(w.token(plant.Admin, "")).putPlant(query, "*", " \n"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "would take the whole plant away") {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}

func TestThePlantIsDraftedLookedThroughAndPublished(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	if a := ada.drafted(t, renamed); a.status != http.StatusSeeOther || a.header.Get("Location") != "/admin/plant?done=drafted" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if head, err := w.book.Head(t.Context()); err != nil || head.Number != 1 {
		t.Fatalf("a draft is in use: %+v, %v", head, err)
	}
	page := ada.get("/admin/plant")
	for _, want := range []string{"Not published yet", "Line filling-1", "changes its rates", "700ms", "600ms", "the first start"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	version := page.hidden("version")
	if a := ada.post("/admin/plant/publish", url.Values{"version": {version}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Say in one sentence") || !strings.Contains(a.body, "700ms") {
		t.Errorf("published without a reason: %d", a.status)
	}
	if a := ada.post("/admin/plant/publish", url.Values{"version": {"7"}, "why": {"measured"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "measured") {
		t.Errorf("published what was not looked through: %d", a.status)
	}
	if a := ada.post("/admin/plant/publish", url.Values{"version": {version}, "why": {"measured on Monday"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	says(t, ada.get("/admin/audit?text=cola-05"), `<a href="/admin/plant/revision/2">revision 2, sha256 `, "<summary>revision 1, sha256 ", "COLA-05: 700ms")
	head, err := w.book.Head(t.Context())
	if err != nil || head.Number != 2 || head.By.Name != "Ada" || head.Why != "measured on Monday" || !strings.Contains(head.Text, "COLA-05: 700ms") {
		t.Errorf("%+v, %v", head, err)
	}
	if a := ada.get("/admin/plant/file"); a.body != head.Text || !strings.Contains(a.header.Get("Content-Disposition"), "plant-2.yaml") {
		t.Errorf("downloaded %q", a.body)
	}
	if a := ada.get("/admin/plant/revision/2"); !strings.Contains(a.body, "measured on Monday") || strings.Contains(a.body, "Roll back") {
		t.Error("revision 2 does not say why, or can be put back though it is in use")
	}
	if a := ada.post("/admin/plant/revision/1/back", url.Values{"head": {"2"}, "why": {"it was wrong"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if head, err = w.book.Head(t.Context()); err != nil || head.Number != 3 || head.Text != plantText || head.Origin != "revision 1" {
		t.Errorf("rolled back to %+v, %v", head, err)
	}
	if a := ada.get("/admin/plant/revision/99"); a.status != http.StatusNotFound {
		t.Errorf("revision 99: %d", a.status)
	}
}

func TestAPlantFileThatIsWrongIsShownAgain(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	for text, want := range map[string]string{
		"sites: [": "is not valid YAML",
		"sit: []":  "key &#34;sit&#34; is unknown here",
		strings.Replace(plantText, "zone: Europe/Berlin", "zone: Mars", 1):                           "is no time zone",
		strings.Replace(plantText, "name: Ulm works", "name: \"</textarea><script>x\"\n    q: 1", 1): "key &#34;q&#34; is unknown here",
	} {
		a := ada.drafted(t, text)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) || strings.Contains(a.body, "<script>x") {
			t.Errorf("%q: %d, without %q", text, a.status, want)
		}
		if _, err := w.book.Draft(t.Context()); err == nil {
			t.Errorf("%q became a draft", text)
		}
	}
}

func TestTheSecondOfTwoWhoEditSeesBothVersions(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	w.user("Eve", plant.Admin)
	ada, eve := w.signedIn("Ada"), w.signedIn("Eve")
	first, second := ada.get("/admin/plant/edit"), eve.get("/admin/plant/edit")
	if a := ada.post("/admin/plant/edit", url.Values{"seal": {first.hidden("seal")}, "text": {renamed}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	other := strings.Replace(plantText, "Ulm works", "Ulm North", 1)
	a := eve.post("/admin/plant/edit", url.Values{"seal": {second.hidden("seal")}, "text": {other}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Ulm North") || !strings.Contains(a.body, "700ms") {
		t.Errorf("%d: both versions are not there", a.status)
	}
	if a = eve.post("/admin/plant/edit", url.Values{"seal": {a.hidden("seal")}, "text": {other}}); a.status != http.StatusSeeOther {
		t.Errorf("once both were seen: %d", a.status)
	}
	version := eve.get("/admin/plant").hidden("version")
	if a := eve.post("/admin/plant/drop", url.Values{"version": {"1"}, "drop-why": {"not so"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("another draft was dropped: %d", a.status)
	}
	if a := eve.post("/admin/plant/drop", url.Values{"version": {version}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Say in one sentence") {
		t.Errorf("dropped without a reason: %d", a.status)
	}
	if a := eve.post("/admin/plant/drop", url.Values{"version": {version}, "drop-why": {"not so"}}); a.status != http.StatusSeeOther {
		t.Errorf("dropped: %d", a.status)
	}
}

// What is out of bounds is refused however it comes; what stood in the plant before stops no other change.
func TestAPlantOutOfBoundsIsNotTaken(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	bad := strings.Replace(plantText, "COLA-05: 600ms", "COLA-05: 1ns", 1)
	if a := ada.drafted(t, bad); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "rates.COLA-05: is 1ns") || !strings.Contains(a.body, "COLA-05: 1ns") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := w.program(w.token(plant.Admin, "")).do(http.MethodPut, "/api/v1/plant?why=test", strings.NewReader(bad), http.Header{"Content-Type": {"application/yaml"}, "If-Match": {`"1"`}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "is 1ns") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if _, err := w.book.Publish(t.Context(), revision.Revision{Parent: 1, Text: bad, By: plant.Program(), Why: "long ago"}); err != nil {
		t.Fatal(err)
	}
	if a := ada.drafted(t, strings.Replace(bad, "Filling", "Filling hall", 1)); a.status != http.StatusSeeOther {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestWhatAnotherProgramDraftsIsReadBeforeAPageNeedsIt(t *testing.T) {
	w := newWorld(t).running()
	text := strings.Replace(plantText, "enterprise:", "enterprise: another # ", 1)
	if _, err := w.book.SaveDraft(t.Context(), revision.Draft{Base: 1, Text: text, By: plant.Program()}); err != nil {
		t.Fatal(err)
	}
	w.site.LookAhead()
	eventually(t, "the draft was read", func() bool { return w.site.Knows(text) })
}

// Who has published is led to where it shows, and to the way back.
func TestWhatComesNextStandsWhereItWasPublished(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	if body := ada.get("/admin/plant?done=published").body; strings.Contains(body, "Go back to revision") {
		t.Error("there is a way back from the first revision")
	}
	kept(t, ada.drafted(t, renamed))
	says(t, ada.get("/admin/lines"), "Not in use yet: Line filling-1 changes its rates", "Changed last by Ada.")
	a := ada.post("/admin/plant/publish", url.Values{"version": {ada.get("/admin/plant").hidden("version")}, "why": {"measured"}})
	page := ada.get(a.header.Get("Location"))
	says(t, page, "What comes next", `href="/line/filling-1"`, "Line Filling", `href="/admin/plant/revision/1#back"`)
	if strings.Contains(page.body, `href="/line/packing-1"`) {
		t.Error("it leads to a line that nothing was changed about")
	}
	for _, at := range []string{"/admin/plant", "/admin/plant/revision/2"} {
		says(t, ada.get(at), `href="/admin/plant/revision/1#back"`, "Go back to revision 1")
	}
	says(t, ada.get("/admin/plant/revision/1"), `id="back"`, "Why (required)")
	if body := ada.get("/admin/plant/revision/1").body; strings.Contains(body, "Go back to revision") {
		t.Error("a former revision says that it is in use")
	}
}

// Lines that went are named where they went, with the way back; so is a plant without any.
func TestWhatComesNextTellsOfLinesThatAreGone(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	ada.published(t, strings.Replace(plantText, "lines:\n", "lines:\n          - {id: gone-1, name: Gone, units: [{id: u}]}\n", 1))
	back := func(to, head string) answer {
		a := ada.post("/admin/plant/revision/"+to+"/back", url.Values{"head": {head}, "why": {"no longer made"}})
		return ada.get(a.header.Get("Location"))
	}
	page := back("1", "2")
	says(t, page, "What comes next", "Line gone-1 is no longer there.", `href="/admin/plant/revision/2#back"`)
	if strings.Contains(page.body, `href="/line/gone-1"`) {
		t.Error("it leads to a line that is gone")
	}
	ada.published(t, "enterprise: Ulm works\n")
	says(t, ada.get("/admin/plant?done=published"), "What comes next", "are no longer there.", "The plant has no line now", "What to set up next", "Go back to revision 3")

	says(t, ada.get("/line/gone-1"), "Line gone-1 was removed by Ada on ", "with revision 3 (no longer made)", "revision 2 still has it", `href="/admin/plant/revision/2#back"`)
	says(t, ada.get("/admin/lines/gone-1"), "Line gone-1 was removed by Ada")
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	says(t, vera.get("/line/gone-1"), "an admin can put it back")
	if a := vera.get("/line/never-1"); a.status != http.StatusNotFound || strings.Contains(a.body, "removed") {
		t.Errorf("a line that never was: %d %s", a.status, a.body)
	}
	if a := w.granted("Paul", plant.Grant{At: "ulm/packing", Role: plant.Viewer}).get("/line/gone-1"); a.status != http.StatusNotFound || strings.Contains(a.body, "removed") {
		t.Errorf("who sees a part: %d %s", a.status, a.body)
	}
}

// What is drafted is told in words, above every page of the set-up.
func TestADraftIsToldInWords(t *testing.T) {
	w := newWorld(t)
	ada := w.admin("Ada")
	for text, want := range map[string]string{
		strings.Replace(renamed, "enterprise:", "enterprise: Another # ", 1):                                                 "changes its name; Line filling-1 changes its rates",
		strings.Replace(strings.Replace(renamed, "enterprise:", "enterprise: Another # ", 1), "Ulm works", "Ulm <North>", 1): "; and one more change. Changed last by Ada.",
	} {
		kept(t, ada.drafted(t, text))
		says(t, ada.get("/admin/calendar"), "Not in use yet: ", want)
	}
}
