package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/live"
	"millwright/internal/plant"
)

// secret finds what a page shows only once.
func TestDutiesAreTicked(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	says(t, ada.post("/admin/people", url.Values{"name": {"Bert"}, "role": {"nobody"}, "duty-sales": {"on"}, "why": {"new"}}), `href="#duty"`, "A duty takes a role")
	if a := ada.post("/admin/people", url.Values{"name": {"Bert"}, "role": {"viewer"}, "duty-sales": {"on"}, "duty-planner": {"on"}, "why": {"new"}}); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.short())
	}
	says(t, ada.get("/admin/people"), "planner, sales")
	page := ada.get("/admin/people/2")
	says(t, page, `id="duty-planner" name="duty-planner" type="checkbox" checked`, "Viewer, active, planner, sales")
	form := url.Values{"version": {page.hidden("version")}, "role": {"viewer"}, "duty-purchaser": {"on"}, "why": {"moved"}}
	if a := ada.post("/admin/people/2", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if e := w.trail("user.change"); e[0].Old != "Bert, viewer, enabled, duties planner sales" || e[0].New != "Bert, viewer, enabled, duties purchaser" {
		t.Errorf("%+v", e[0])
	}
	says(t, ada.post("/admin/people/2", form), "Duties: purchaser") // somebody was first
}

func (a answer) secret() string {
	return between(a.body, `<code class="secret">`, `</code>`)
}

// ticks gives the sessions that a page lets one end.
func (a answer) ticks() (ids []string) {
	for _, m := range regexp.MustCompile(`name="session" value="([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// trail gives what the audit chain tells of a kind of change.
func (w *world) trail(what string) (all []access.Entry) {
	w.t.Helper()
	entries, err := w.chain.Find(w.t.Context(), access.Search{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		if e.What == what {
			all = append(all, e)
		}
	}
	return all
}

func TestAUserIsAddedAndComesIn(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	a := ada.post("/admin/people", url.Values{"name": {"Bert <b>"}, "role": {"king"}, "password": {"short"}})
	for _, want := range []string{"Say in one sentence", "Bert &lt;b&gt;", "The role is viewer", "made of letters", "at least 12 characters", `href="#role"`, `href="#name"`, `href="#password"`, `href="#why"`} {
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("%d without %q", a.status, want)
		}
	}
	for want, form := range map[string]url.Values{
		"The role is viewer":      {"name": {"Bert"}, "role": {"king"}, "why": {"new shift"}},
		"at least 12 characters":  {"name": {"Bert"}, "role": {"operator"}, "password": {"short"}, "why": {"new shift"}},
		"a user named ADA alread": {"name": {"ADA"}, "role": {"operator"}, "why": {"new shift"}},
		"made of letters":         {"name": {"<script>x"}, "role": {"operator"}, "why": {"new shift"}},
	} {
		if a := ada.post("/admin/people", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) || strings.Contains(a.body, "<script>x") || !strings.Contains(a.body, "new shift") {
			t.Errorf("%s: %d", want, a.status)
		}
	}
	a = ada.post("/admin/people", url.Values{"name": {"Bert"}, "role": {"operator"}, "why": {"new shift"}})
	made := a.secret()
	if a.status != http.StatusOK || len(made) != 24 {
		t.Fatalf("%d: the password is %q", a.status, made)
	}
	if list := ada.get("/admin/people"); !strings.Contains(list.body, ">Bert<") || strings.Contains(list.body, made) {
		t.Error("Bert is not in the list, or his password is")
	}
	bert := w.browser()
	if a := bert.post("/sign-in", url.Values{"name": {"Bert"}, "password": {made}}); a.status != http.StatusSeeOther {
		t.Errorf("Bert cannot come in: %d", a.status)
	}
	if a := bert.get("/admin/people"); a.status != http.StatusForbidden {
		t.Errorf("an operator sees the users: %d", a.status)
	}
	if e := w.trail("user.add"); e[0].Who.Name != "Ada" || e[0].On != "Bert" || e[0].Why != "new shift" {
		t.Errorf("%+v", e[0])
	}
	for _, said := range []string{w.log.String(), ada.get("/admin/people/2").body} {
		if strings.Contains(said, made) {
			t.Error("the password stands where it should not")
		}
	}
}

func TestAUserIsChanged(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	w.user("Bert", plant.Viewer)
	ada, bert := w.signedIn("Ada"), w.signedIn("Bert")
	page := ada.get("/admin/people/2")
	form := url.Values{"version": {page.hidden("version")}, "role": {"manager"}}
	if a := ada.post("/admin/people/2", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="manager" selected`) {
		t.Errorf("without a reason: %d %s", a.status, a.short())
	}
	form.Set("why", "promoted")
	if a := ada.post("/admin/people/2", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if a := bert.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("Bert goes on with his old role: %d", a.status)
	}
	form.Set("off", "on")
	if a := ada.post("/admin/people/2", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "changed by somebody else") || !strings.Contains(a.body, "Manager, active") {
		t.Errorf("an old version was saved: %d", a.status)
	}
	form.Set("version", ada.get("/admin/people/2").hidden("version"))
	if a := ada.post("/admin/people/2", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	if a := w.browser().post("/sign-in", url.Values{"name": {"Bert"}, "password": {password}}); a.status != http.StatusUnauthorized {
		t.Errorf("who is disabled comes in: %d", a.status)
	}
	if e := w.trail("user.change"); e[0].Old != "Bert, manager, enabled" || e[0].New != "Bert, manager, disabled" || e[1].Why != "promoted" {
		t.Errorf("%+v", e)
	}
	last := url.Values{"version": {ada.get("/admin/people/1").hidden("version")}, "role": {"viewer"}, "why": {"tired"}}
	if a := ada.post("/admin/people/1", last); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "the last admin") {
		t.Errorf("the last admin went: %d", a.status)
	}
	for _, path := range []string{"/admin/people/99", "/admin/people/x"} {
		if a := ada.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestAnAdminSetsAPassword(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	w.user("Bert", plant.Viewer)
	ada, bert := w.signedIn("Ada"), w.signedIn("Bert")
	if a := ada.post("/admin/people/2/password", url.Values{"password": {"short"}, "password-why": {"forgotten"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "at least 12") || !strings.Contains(a.body, `value="forgotten"`) {
		t.Errorf("%d", a.status)
	}
	if a := ada.post("/admin/people/2/password", url.Values{"password": {"five dry herons wait"}}); a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, "herons") {
		t.Errorf("without a reason: %d", a.status)
	}
	says(t, ada.post("/admin/people/2/password", url.Values{"password": {"short"}}), `href="#password"`, `href="#password-why"`)
	says(t, ada.post("/admin/people/2/grants", url.Values{"grant-at": {"nowhere"}, "grant-role": {"king"}}), `href="#grant-at"`, `href="#grant-role"`, `href="#grant-why"`)
	made := ada.post("/admin/people/2/password", url.Values{"password-why": {"forgotten"}}).secret()
	if a := bert.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("Bert's session goes on: %d", a.status)
	}
	if a := bert.post("/sign-in", url.Values{"name": {"Bert"}, "password": {made}}); made == "" || a.status != http.StatusSeeOther {
		t.Errorf("the password %q does not open: %d", made, a.status)
	}
	if a := ada.post("/admin/people/2/password", url.Values{"password": {"five dry herons wait"}, "password-why": {"asked for"}}); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
	if e := w.trail("user.change"); e[0].Why != "asked for" || !strings.HasSuffix(e[0].New, "new password") {
		t.Errorf("%+v", e[0])
	}
}

func TestAnAdminEndsSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	w.user("Bert", plant.Viewer)
	ada := w.signedIn("Ada")
	tablet := w.browser()
	tablet.header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36")
	tablet.post("/sign-in", url.Values{"name": {"Bert"}, "password": {password}})
	w.clock.pass(time.Minute)
	desk := w.signedIn("Bert")
	page := ada.get("/admin/people/2")
	if ids := page.ticks(); len(ids) != 2 || !strings.Contains(page.body, "Chrome on Android") || !strings.Contains(page.body, "127.0.0.1") {
		t.Fatalf("%d sessions on the page", len(ids))
	}
	for _, form := range []url.Values{{"sessions-why": {"lost"}}, {"session": page.ticks()}, {"session": {""}, "sessions-why": {"lost"}}} {
		if a := ada.post("/admin/people/2/sessions", form); a.status != http.StatusUnprocessableEntity || len(w.trail("session.end")) != 0 {
			t.Errorf("%v: %d", form, a.status)
		}
	}
	open := tablet.watch("now/lines")
	open.sees("now/lines", "Filling-1")
	if a := ada.post("/admin/people/2/sessions", url.Values{"session": page.ticks()[1:], "sessions-why": {"the tablet is lost"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if a := tablet.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("the tablet is still in: %d", a.status)
	}
	if code := open.closed(); code != live.CloseSignedOut {
		t.Errorf("the socket closed with %d", code)
	}
	if a := desk.get("/"); a.status != http.StatusOK {
		t.Errorf("the other session ended too: %d", a.status)
	}
	ada.post("/admin/people/2/sessions", url.Values{"all": {"on"}, "sessions-why": {"left"}})
	if a := desk.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("still in: %d", a.status)
	}
	if e := w.trail("session.end"); len(e) != 2 || e[1].Why != "the tablet is lost" || e[1].On != "Bert" || e[1].Who.Name != "Ada" {
		t.Errorf("%+v", e)
	}
}

// The use of a session is noted now and then; a note that comes late must not bring an ended session back.
func TestAnEndedSessionDoesNotComeBack(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	w.clock.pass(time.Hour)
	if a := b.get("/"); a.status != http.StatusOK {
		t.Fatalf("%d", a.status)
	}
	w.clock.pass(sessionIdle - time.Minute)
	if a := b.get("/account"); a.status != http.StatusOK || !strings.Contains(a.body, "(this one)") {
		t.Errorf("what was used an hour later goes on from there: %d", a.status)
	}
	if _, err := w.vault.EndSessions(t.Context(), access.Ending{User: 1}, plant.Program()); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(time.Hour)
	for range 2 {
		if a := b.get("/"); a.status != http.StatusSeeOther {
			t.Errorf("an ended session is back: %d", a.status)
		}
	}
}

// sessionIdle is how long a session lasts without use.
const sessionIdle = 12 * time.Hour

func TestAPersonChangesTheOwnPassword(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	here, there := w.signedIn("Vera"), w.signedIn("Vera")
	if a := here.get("/account"); a.status != http.StatusOK || len(a.ticks()) != 1 || !strings.Contains(a.body, "(this one)") {
		t.Fatalf("%d, %d sessions can be ended", a.status, len(a.ticks()))
	}
	if a := here.get("/"); !strings.Contains(a.body, `href="/account"`) {
		t.Error("no way leads to the account")
	}
	const fresh = "five dry herons wait"
	for want, form := range map[string]url.Values{
		"This is not your password":    {"old": {"four dry otters sing"}, "password": {fresh}, "again": {fresh}},
		"Type the same password twice": {"old": {password}, "password": {fresh}, "again": {"five dry herons"}},
		"at least 12 characters":       {"old": {password}, "password": {"short"}, "again": {"short"}},
	} {
		if a := here.post("/account/password", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) || strings.Contains(a.body, "herons") {
			t.Errorf("%s: %d", want, a.status)
		}
	}
	says(t, here.post("/account/password", url.Values{"old": {"guess"}, "password": {"short"}, "again": {"shirt"}}), "This is not your password", "same password twice", "at least 12 characters")
	if a := here.post("/account/password", url.Values{"old": {password}, "password": {fresh}, "again": {fresh}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if a := here.get("/"); a.status != http.StatusOK {
		t.Errorf("where it was changed: %d", a.status)
	}
	if a := there.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("elsewhere: %d", a.status)
	}
	if a := there.post("/sign-in", url.Values{"name": {"Vera"}, "password": {password}}); a.status != http.StatusUnauthorized {
		t.Errorf("the old password opens: %d", a.status)
	}
	there.post("/sign-in", url.Values{"name": {"Vera"}, "password": {fresh}})
	if a := here.post("/account/sessions", url.Values{"all": {"on"}}); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
	if a, b := here.get("/"), there.get("/"); a.status != http.StatusOK || b.status != http.StatusSeeOther {
		t.Errorf("after ending all others: here %d, there %d", a.status, b.status)
	}
	if e := w.trail("user.change"); e[0].Who.Name != "Vera" {
		t.Errorf("%+v", e[0])
	}
}

// The number of a token may be that of a user: a program must not act for that person.
func TestAProgramHasNoAccount(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	program := w.program(w.token(plant.Operator, ""))
	for _, a := range []answer{
		program.get("/account"), program.post("/account/sessions", url.Values{"all": {"on"}}),
		program.post("/account/password", url.Values{"old": {password}, "password": {"five dry herons wait"}, "again": {"five dry herons wait"}}),
	} {
		if a.status != http.StatusForbidden {
			t.Errorf("%d", a.status)
		}
	}
	if a := ada.get("/"); a.status != http.StatusOK {
		t.Errorf("a program ended the session of the person of its number: %d", a.status)
	}
}

func TestGuessingTheOldPasswordIsSlow(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	w.clock.stop()
	status := 0
	for range 8 {
		status = b.post("/account/password", url.Values{"old": {"a guess of mine"}, "password": {"five dry herons wait"}, "again": {"five dry herons wait"}}).status
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("the 8th guess: %d", status)
	}
}
