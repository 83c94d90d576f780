package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/web/api/foretold"
)

// owner makes an existing person an owner, by the store.
func (w *world) owner(u access.User, side plant.Side) {
	w.t.Helper()
	u.Owner = side
	if err := w.vault.SaveUser(w.t.Context(), u, plant.Program(), "trusted"); err != nil {
		w.t.Fatal(err)
	}
}

// governed is a world in which ideal cycles need both sides; Olga is a manager for OT, Ines an admin for IT, Ada none.
func governed(t *testing.T, options ...option) (w *world, ada, olga, ines *browser) {
	t.Helper()
	w = newWorld(t, options...)
	w.user("Ada", plant.Admin)
	w.owner(w.user("Olga", plant.Manager), plant.OT)
	w.owner(w.user("Ines", plant.Admin), plant.IT)
	ada, olga, ines = w.signedIn("Ada"), w.signedIn("Olga"), w.signedIn("Ines")
	a := ada.post("/admin/requests/rules", url.Values{"version": {"0"}, "rates": {"OT and IT"}, "why": {"both must agree"}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/admin/requests?done=saved" {
		t.Fatalf("the rules: %d %s", a.status, complaint(a))
	}
	return w, ada, olga, ines
}

// asked publishes a draft that must wait, and gives the page of its request.
func (b *browser) asked(t *testing.T, text string) string {
	t.Helper()
	kept(t, b.drafted(t, text))
	page := b.get("/admin/plant")
	a := b.post("/admin/plant/publish", url.Values{"version": {page.hidden("version")}, "why": {"measured"}, "since": {"now"}})
	where, ok := strings.CutSuffix(a.header.Get("Location"), "?done=asked")
	if a.status != http.StatusSeeOther || !ok {
		t.Fatalf("it does not wait: %d %s %s", a.status, a.header.Get("Location"), complaint(a))
	}
	return where
}

func (b *browser) approve(where string) answer {
	effect := b.get(where).hidden("effect")
	return b.post(where+"/approve", url.Values{"effect": {effect}, "password": {password}, "comment": {"looked at it"}})
}

func (w *world) headNumber() int64 {
	w.t.Helper()
	head, err := w.book.Head(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return head.Number
}

func says(t *testing.T, a answer, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestAChangeWaitsUntilBothSidesHaveSigned(t *testing.T) {
	w, ada, olga, ines := governed(t, counting)
	w.worked()
	rated := strings.Replace(plantText, "COLA-05: 600ms", "COLA-05: 700ms, '*': 1s", 1)
	kept(t, ada.drafted(t, rated))
	says(t, ada.get("/admin/plant"), "It has to be approved before it is in use", "Line filling-1: ideal cycles (COLA-05, all other products): by an owner for OT and one for IT", "Ask for approval")
	where := ada.asked(t, rated)
	if again := ada.asked(t, rated); again != where || w.headNumber() != 1 {
		t.Errorf("asked twice: %s and %s", where, again)
	}
	says(t, ada.get("/admin/plant"), "It waits for approval already", where)
	page := ada.get(where)
	says(t, page, "Waits for an owner for OT and one for IT", "You had a hand in this change", "Computed ", "Withdraw the request", "700ms", `<span class="waiting">1`)
	if oee := page.row("OEE, %"); len(oee) != 3 || oee[0] == oee[1] {
		t.Errorf("before and after: %v", oee)
	}
	if a := ada.approve(where); a.status != http.StatusUnprocessableEntity && a.status != http.StatusForbidden {
		t.Errorf("the author approves: %d", a.status)
	}
	says(t, olga.get(where), "Your answer, as an owner for OT", "Approve and sign")
	if a := olga.post(where+"/approve", url.Values{"effect": {"1"}, "password": {"wrong"}, "comment": {"fine"}}); a.status != 422 || !strings.Contains(a.body, "This is not your password.") || !strings.Contains(a.body, `value="fine"`) {
		t.Errorf("a wrong password: %d %s", a.status, complaint(a))
	}
	if a := olga.approve(where); a.status != http.StatusSeeOther || w.headNumber() != 1 {
		t.Fatalf("one of two: %d %s", a.status, complaint(a))
	}
	says(t, olga.get(where), "Waits for an owner for IT", "looked at it", "key 1, ")
	if a := ines.approve(where); a.status != http.StatusSeeOther || !strings.HasSuffix(a.header.Get("Location"), "done=published") || w.headNumber() != 2 {
		t.Fatalf("both: %d %s", a.status, complaint(a))
	}
	says(t, ada.get(where), "Approved, and published as revision 2", "What comes next", `href="/line/filling-1"`, `href="/admin/plant/revision/1#back"`)
	if strings.Contains(olga.get(where).body, "What comes next") {
		t.Error("who may not set up is led there")
	}
	if _, err := w.chain.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	back := ada.post("/admin/plant/revision/1/back", url.Values{"head": {"2"}, "why": {"too slow"}, "since": {"now"}})
	if back.status != http.StatusSeeOther || !strings.HasPrefix(back.header.Get("Location"), "/admin/requests/2") || w.headNumber() != 2 {
		t.Errorf("rolled back at once: %d %s", back.status, back.header.Get("Location"))
	}
}

func TestAnOvertakenRequestIsAskedAgain(t *testing.T) {
	w, ada, olga, ines := governed(t)
	publish := func(b *browser, old, now string) {
		t.Helper()
		head, err := w.book.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		kept(t, b.drafted(t, strings.Replace(head.Text, old, now, 1)))
		page := b.get("/admin/plant")
		kept(t, b.post("/admin/plant/publish", url.Values{"version": {page.hidden("version")}, "why": {"renamed"}}))
	}
	publish(ada, "enterprise: Test", "enterprise: Rest") // from here on the file stands as the program writes it
	head, err := w.book.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	where := ada.asked(t, strings.Replace(head.Text, "COLA-05: 600ms", "COLA-05: 700ms", 1))
	draft, err := w.book.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.book.DropDraft(t.Context(), draft.Version, plant.Program(), ""); err != nil {
		t.Fatal(err)
	}
	publish(ines, "enterprise: Rest", "enterprise: Best")
	says(t, olga.get(where), "Overtaken", "It can no longer be published")
	if a := olga.post(where+"/approve", url.Values{"effect": {"1"}, "password": {password}}); a.status != 422 {
		t.Errorf("approved what is overtaken: %d", a.status)
	}
	kept(t, ines.post(where+"/again", nil))
	says(t, ines.get(where), "Withdrawn by Ines", "asked again as request 2")
	says(t, ines.get("/admin/requests/2"), "You had a hand in this change", "Ada, Ines", "who agrees by asking")
	kept(t, olga.approve("/admin/requests/2"))
	if head, err = w.book.Head(t.Context()); err != nil || head.Number != 4 || !strings.Contains(head.Text, "COLA-05: 700ms") || !strings.Contains(head.Text, "enterprise: Best") {
		t.Errorf("%+v, %v", head, err)
	}
}

func TestProgramsAreToldThatAChangeWaits(t *testing.T) {
	w, _, olga, ines := governed(t)
	b := w.program(w.token(plant.Admin, ""))
	var p foretold.Plan
	dry := b.putPlant("?dry=true", "", renamed)
	if err := json.Unmarshal([]byte(dry.body), &p); err != nil || dry.status != 200 || len(p.Needs) != 1 || strings.Join(p.Needs[0].By, " ") != "OT IT" {
		t.Errorf("dry: %d %s", dry.status, dry.body)
	}
	for range 2 {
		a := b.putPlant("?why=measured", `"1"`, renamed)
		if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.status != http.StatusAccepted || a.header.Get("Location") != "/admin/requests/1" || p.Request != 1 || p.Revision != 1 || a.header.Get("ETag") != `"1"` {
			t.Errorf("put: %d %v %s", a.status, a.header, a.body)
		}
	}
	if a := b.post("/admin/requests/1/approve", url.Values{"effect": {"1"}}); a.status != 403 {
		t.Errorf("a program approves: %d", a.status)
	}
	for _, who := range []*browser{olga, ines} {
		if a := who.approve("/admin/requests/1"); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, complaint(a))
		}
	}
	if w.headNumber() != 2 {
		t.Error("it is not published")
	}
}

func TestARefusalNeedsAReasonAndEndsIt(t *testing.T) {
	_, ada, olga, ines := governed(t)
	where := ada.asked(t, renamed)
	if a := olga.post(where+"/refuse", url.Values{"password": {password}}); a.status != 422 || !strings.Contains(a.body, "Say in one sentence") {
		t.Errorf("without a reason: %d", a.status)
	}
	kept(t, olga.post(where+"/refuse", url.Values{"password": {password}, "comment": {"never measured"}}))
	says(t, ada.get(where), "Refused by Olga", "never measured")
	if a := ines.post(where+"/approve", url.Values{"effect": {"1"}, "password": {password}}); a.status != 422 {
		t.Errorf("approved what is refused: %d", a.status)
	}
	if a := ada.post(where+"/withdraw", url.Values{"why": {"x"}}); a.status != 422 {
		t.Errorf("withdrawn what is refused: %d", a.status)
	}
	if a := ada.post(where+"/effect", nil); a.status != http.StatusConflict {
		t.Errorf("computed what is refused: %d", a.status)
	}
}

func TestRulesAreNotWeakenedByOneAlone(t *testing.T) {
	w, ada, olga, ines := governed(t)
	a := ada.post("/admin/requests/rules", url.Values{"version": {"1"}, "why": {"a burden"}})
	if a.header.Get("Location") != "/admin/requests/1?done=asked" {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	says(t, olga.get("/admin/requests/1"), "Ideal cycles: approved by nobody, no longer by an owner for OT and one for IT")
	for _, who := range []*browser{olga, ines} {
		kept(t, who.approve("/admin/requests/1"))
	}
	says(t, ada.get("/admin/requests"), "No change needs approval.")
	late := ada.post("/admin/requests/rules", url.Values{"version": {"1"}, "rates": {"OT"}, "why": {"again"}})
	if late.status != 422 || late.hidden("version") != "2" || !strings.Contains(late.body, `value="OT" selected`) {
		t.Errorf("over other rules: %d, version %s", late.status, late.hidden("version"))
	}
	says(t, late, "changed by somebody else", "As they stand now", "Ideal cycles: Needs no approval")
	if a := ada.post("/admin/requests/rules", url.Values{"version": {"2"}, "rates": {"OT"}}); a.status != 422 || !strings.Contains(a.body, `value="OT" selected`) {
		t.Errorf("without a reason: %d", a.status)
	}
	kept(t, ada.post("/admin/requests/rules", url.Values{"version": {late.hidden("version")}, "rates": {"OT"}, "why": {"again"}}))
	if _, err := w.chain.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestAnUnknownRuleOpensNothing: a word that names no side is refused, and never read as "nobody need agree".
func TestAnUnknownRuleOpensNothing(t *testing.T) {
	w, ada, _, _ := governed(t)
	for _, word := range []string{"both", "ot", "OT and IT ", "none", "<script>"} {
		a := ada.post("/admin/requests/rules", url.Values{"version": {"1"}, "rates": {word}, "changeovers": {"OT"}})
		if a.status != 422 || strings.Contains(a.body, "<script>") || strings.Count(a.body, `value="OT and IT" selected`) != 1 || !strings.Contains(a.body, `value="OT" selected`) {
			t.Errorf("%q: %d %s", word, a.status, complaint(a))
		}
		says(t, a, `href="#rates"`, `id="rates-fault"`, `href="#why"`)
	}
	if a := ada.get("/admin/requests/rules"); a.hidden("version") != "1" || strings.Count(a.body, "selected") != strings.Count(a.body, `value="" selected`)+1 || !strings.Contains(a.body, `value="OT and IT" selected`) {
		t.Errorf("the rules have changed: version %s", a.hidden("version"))
	}
	u, err := w.vault.UserByName(t.Context(), "Olga")
	if err != nil {
		t.Fatal(err)
	}
	href := "/admin/people/" + strconv.FormatInt(u.ID, 10)
	a := ada.post(href, url.Values{"version": {ada.get(href).hidden("version")}, "role": {"manager"}, "owner": {"both"}, "why": {"x"}})
	if now, err := w.vault.User(t.Context(), u.ID); a.status != 422 || !strings.Contains(a.body, `id="owner-fault"`) || err != nil || now.Owner != plant.OT {
		t.Errorf("%d %s: %s, %v", a.status, complaint(a), now.Owner, err)
	}
}

func TestAnAdminMakesOwnersButNotHimself(t *testing.T) {
	w, ada, _, _ := governed(t)
	u, err := w.vault.UserByName(t.Context(), "Ada")
	if err != nil {
		t.Fatal(err)
	}
	href := "/admin/people/1"
	form := url.Values{"version": {ada.get(href).hidden("version")}, "role": {"admin"}, "owner": {"OT"}, "why": {"me"}}
	if a := ada.post(href, form); a.status != 422 || !strings.Contains(a.body, "somebody else must make you an owner") {
		t.Errorf("made himself one: %d %s", a.status, complaint(a))
	}
	if now, err := w.vault.User(t.Context(), u.ID); err != nil || now.Owner != plant.NoSide {
		t.Errorf("%+v, %v", now, err)
	}
	v := w.user("Vera", plant.Viewer)
	other := "/admin/people/" + ada.get("/admin/people").numberOf("Vera")
	form.Set("version", ada.get(other).hidden("version"))
	form.Set("role", "viewer")
	if a := ada.post(other, form); a.status != 422 || !strings.Contains(a.body, "An owner is a manager or an admin.") {
		t.Errorf("a viewer: %d %s", a.status, complaint(a))
	}
	form.Set("role", "manager")
	kept(t, ada.post(other, form))
	if now, err := w.vault.User(t.Context(), v.ID); err != nil || now.Owner != plant.OT {
		t.Errorf("%+v, %v", now, err)
	}
	says(t, ada.get(other), "Manager, active, owner for OT")
	form.Set("owner", "IT") // over the version that was seen before
	late := ada.post(other, form)
	if late.status != 422 || late.hidden("version") == form.Get("version") || !strings.Contains(late.body, `value="IT" selected`) {
		t.Errorf("over another choice: %d, version %s", late.status, late.hidden("version"))
	}
	says(t, late, "changed by somebody else", "As it stands now", "Owner: for OT")
}

// numberOf finds a person's number in the list of people.
func (a answer) numberOf(name string) string {
	before, _, _ := strings.Cut(a.body, ">"+name+"</a>")
	return strings.TrimSuffix(before[strings.LastIndex(before, "/")+1:], `"`)
}
