package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"millwright/internal/access"
	"millwright/internal/live"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// granted is a person who has a role at some places alone.
func (w *world) granted(name string, grants ...plant.Grant) *browser {
	w.t.Helper()
	u := w.user(name, plant.Nobody)
	u.Grants = grants
	if err := w.vault.SaveUser(w.t.Context(), u, plant.Program(), ""); err != nil {
		w.t.Fatal(err)
	}
	return w.signedIn(name)
}

// dutiful is a viewer who has duties in the business.
func (w *world) dutiful(name string, duties plant.Duty) *browser {
	w.t.Helper()
	u := w.user(name, plant.Viewer)
	u.Duties = duties
	if err := w.vault.SaveUser(w.t.Context(), u, plant.Program(), ""); err != nil {
		w.t.Fatal(err)
	}
	return w.signedIn(name)
}

// scoped is a program with a token of some scopes, at some places.
func (w *world) scoped(scopes []access.Scope, at ...plant.Place) *browser {
	w.t.Helper()
	secret, _, err := access.AddToken(w.t.Context(), w.vault, access.NewToken{Name: "program", Scopes: scopes, At: at}, plant.Program())
	if err != nil {
		w.t.Fatal(err)
	}
	return w.program(secret)
}

func (b *browser) ask(r web.Row) answer {
	return b.do(r.Method, filled(r.Path), nil, http.Header{"Content-Type": {"application/json"}})
}

// TestEveryRouteByEveryRoleAtAPlace walks the table with people who have a role at one hall alone. The addresses of
// the test are all about the other hall, or about none.
func TestEveryRouteByEveryRoleAtAPlace(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	for role := plant.Viewer; role <= plant.Manager; role++ {
		here := w.granted("here "+role.String(), plant.Grant{At: "ulm/filling", Role: role})
		elsewhere := w.granted("elsewhere "+role.String(), plant.Grant{At: "ulm/packing", Role: role})
		for _, r := range w.site.Table() {
			if r.Role == plant.Nobody || r.Path == "/live" {
				continue
			}
			want := map[*browser]string{here: "in", elsewhere: "in"}
			switch {
			case r.Where == "":
				want = map[*browser]string{here: "403", elsewhere: "403"}
			case r.Where != "some" && role < r.Role:
				want = map[*browser]string{here: "403", elsewhere: "404"}
			case r.Where != "some":
				want[elsewhere] = "404"
			case role < r.Role:
				want = map[*browser]string{here: "403", elsewhere: "403"}
			}
			for b, expected := range want {
				got := "in"
				if a := b.ask(r); a.status == http.StatusForbidden || a.status == http.StatusUnauthorized || a.status == http.StatusNotFound || a.status >= 500 {
					got = fmt.Sprint(a.status)
				}
				if got != expected {
					t.Errorf("%s %s by a %s at the hall %v: %s, want %s", r.Method, r.Path, role, b == here, got, expected)
				}
			}
		}
	}
	nothing := w.granted("nothing")
	for _, r := range w.site.Table() {
		if r.Role > plant.Nobody && r.Path != "/live" {
			if a := nothing.ask(r); a.status != http.StatusForbidden {
				t.Errorf("%s %s by who has no role: %d", r.Method, r.Path, a.status)
			}
		}
	}
}

// TestEveryOperationByEveryScope walks the table with tokens of one scope each.
func TestEveryOperationByEveryScope(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	for _, m := range access.Scopes() {
		everywhere := w.scoped([]access.Scope{m.Scope})
		elsewhere := everywhere
		if m.As < plant.Admin {
			elsewhere = w.scoped([]access.Scope{m.Scope}, "ulm/packing")
		}
		for _, r := range w.site.Table() {
			if r.Role == plant.Nobody || r.Path == "/live" || strings.HasPrefix(r.Path, "/account") {
				continue
			}
			if strings.HasPrefix(r.Path, "/admin") && r.Scope != access.Administer {
				t.Errorf("%s %s takes no more than %s", r.Method, r.Path, r.Scope)
			}
			_, may := (access.Token{Scopes: []access.Scope{m.Scope}}).Allows(r.Scope)
			a, b := everywhere.ask(r), elsewhere.ask(r)
			names := strings.Contains(a.body, string(r.Scope)) || r.Method == http.MethodHead
			switch {
			case !may && (a.status != http.StatusForbidden || b.status != http.StatusForbidden || !names || !strings.Contains(a.header.Get("WWW-Authenticate"), `scope="`+string(r.Scope)+`"`)):
				t.Errorf("%s %s with %s: %d, elsewhere %d, %s; it takes %s", r.Method, r.Path, m.Scope, a.status, b.status, a.header.Get("WWW-Authenticate"), r.Scope)
			case may && (a.status == http.StatusForbidden || a.status == http.StatusUnauthorized):
				t.Errorf("%s %s with %s: %d %s", r.Method, r.Path, m.Scope, a.status, a.short())
			case may && r.Where != "some" && r.Where != "" && b.status != http.StatusNotFound:
				t.Errorf("%s %s with %s at another hall: %d", r.Method, r.Path, m.Scope, b.status)
			}
		}
	}
}

func TestTheDescriptionStatesTheScopes(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	var doc struct {
		Paths map[string]map[string]struct {
			Security []map[string][]string
		}
	}
	w.scoped([]access.Scope{access.Read}).read("/api/v1/openapi.json", &doc)
	told := 0
	for _, r := range w.site.Table() {
		path := regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}")
		op, ok := doc.Paths[path][strings.ToLower(r.Method)]
		if !ok {
			continue
		}
		told++
		if len(op.Security) != 1 || !slices.Equal(op.Security[0]["token"], []string{string(r.Scope)}) {
			t.Errorf("%s %s: %v, want %s", r.Method, r.Path, op.Security, r.Scope)
		}
	}
	if all := 0; told < 16 {
		for _, ops := range doc.Paths {
			all += len(ops)
		}
		t.Errorf("%d operations of %d are in the table", told, all)
	}
}

// Who sees one hall finds no word of another: on no page, in no answer, on no socket.
func TestNothingOfAnotherHallIsSeen(t *testing.T) {
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	person := w.granted("Pia", plant.Grant{At: "ulm/packing", Role: plant.Manager})
	program := w.scoped([]access.Scope{access.Read, access.SendSamples, access.WriteJobs}, "ulm/packing")
	while := url.Values{"from": {w.clock.now().Add(-time.Hour).UTC().Format(time.RFC3339)}, "to": {w.clock.now().UTC().Format(time.RFC3339)}}.Encode()
	for _, b := range []*browser{person, program} {
		for _, path := range []string{
			"/", "/lines", "/trends", "/losses", "/losses?by=line", "/losses/lens", "/losses/stops.csv", "/losses/export.csv?by=line", "/figures?per=line", "/figures/export.csv?per=area", "/segments", "/segments/export.csv", "/api/v1/kpi/segments?" + while, "/line/packing-1", "/wall/line/packing-1", "/wall/hall/packing", "/trends?tag=packing-1/filler/speed",
			"/api/v1/lines", "/api/v1/lines/packing-1", "/api/v1/units", "/api/v1/connections", "/api/v1/tags", "/api/v1/jobs", "/api/v1/tags?prefix=filling",
			"/api/v1/tags/buckets?tag=packing-1/filler/speed&" + while, "/api/v1/kpi?by=line&" + while, "/api/v1/kpi?by=area&" + while,
			"/api/v1/tags/last?tag=packing-1/filler/speed",
		} {
			a := b.get(path)
			if a.status != http.StatusOK || strings.Contains(strings.ToLower(a.body), "filling") {
				t.Errorf("%s: %d, and it tells of the other hall: %v", path, a.status, strings.Contains(strings.ToLower(a.body), "filling"))
			}
		}
		for _, path := range []string{
			"/line/filling-1", "/wall/line/filling-1", "/wall/hall/filling", "/trends?tag=filling-1/filler/speed", "/line/packing-1?tag=filling-1/filler/speed",
			"/losses?line=filling-1", "/losses/lens?line=filling-1", "/losses/stops.csv?line=filling-1", "/losses/export.csv?line=filling-1",
			"/figures?line=filling-1", "/figures/export.csv?line=filling-1", "/segments?line=filling-1", "/segments/export.csv?line=filling-1", "/line/filling-1/segment?at=1764000000000000",
			"/api/v1/kpi/segments?line=filling-1&" + while,
			"/trends?tag=connection/plc/alive", "/api/v1/lines/filling-1", "/api/v1/units?line=filling-1", "/api/v1/tags?line=filling-1", "/api/v1/jobs?line=filling-1",
			"/api/v1/jobs/J-1", "/api/v1/oee?line=filling-1", "/api/v1/segments?line=filling-1&" + while, "/api/v1/kpi?line=filling-1&" + while, "/api/v1/kpi/lens?line=filling-1",
			"/api/v1/tags/last?tag=filling-1/filler/speed", "/api/v1/tags/samples?tag=filling-1/filler/speed&" + while, "/api/v1/tags/buckets?tag=filling-1/filler/speed&" + while,
		} {
			none := b.get(strings.NewReplacer("filling-1", "nope-1", "hall/filling", "hall/nope", "J-1", "J-99", "connection/plc/alive", "connection/nope/alive").Replace(path))
			if a := b.get(path); a.status != http.StatusNotFound || none.status != http.StatusNotFound {
				t.Errorf("%s: %d; what is nowhere: %d", path, a.status, none.status)
			} else if strings.NewReplacer("filling", "nope", "J-1", "J-99", "plc", "nope").Replace(a.short()) != strings.NewReplacer("filling", "nope", "J-1", "J-99", "plc", "nope").Replace(none.short()) {
				t.Errorf("%s: hidden and missing read differently: %s | %s", path, a.short(), none.short())
			}
		}
		if a := b.send("/api/v1/jobs", `{"line":"filling-1","product":"X","planned":1}`); a.status != http.StatusNotFound {
			t.Errorf("a job for the other hall: %d", a.status)
		}
		if a := b.send("/api/v1/jobs", `{"line":"packing-1","product":"X","planned":1}`); a.status != http.StatusCreated {
			t.Errorf("a job for the own hall: %d %s", a.status, a.body)
		}
		at := w.clock.now().Add(-time.Minute).UTC().Format(time.RFC3339Nano)
		r := b.ingest(`{"samples":[{"tag":"packing-1/filler/speed","time":"` + at + `","value":1},{"tag":"filling-1/filler/speed","time":"` + at + `","value":1}]}`)
		if r.Accepted != 1 || len(r.Refused) != 1 || !strings.Contains(r.Refused[0].Error, "there is no tag") {
			t.Errorf("%+v", r)
		}
		for _, panel := range []string{"line/filling-1/head", "line/filling-1/tags", "wall/line/filling-1", "wall/hall/filling", "now/lines@ulm/filling", "now/lines@", "admin/connections"} {
			if code := b.watch(panel).closed(); code != websocket.ClosePolicyViolation {
				t.Errorf("%s: the socket closed with %d", panel, code)
			}
		}
		open := b.watch("now/lines", "now/totals", "lines", "line/packing-1/head", "wall/hall/packing")
		for _, panel := range []string{"now/lines", "lines"} {
			if seen := open.sees(panel, "Packing-1"); strings.Contains(seen, "Filling") {
				t.Errorf("%s tells of the other hall: %s", panel, seen)
			}
		}
		open = b.watch("now/totals")
		open.sees("now/totals", "of 1")
	}
	whole := w.signedIn("Ada").watch("now/lines")
	if seen := whole.sees("now/lines", "Packing-1"); !strings.Contains(seen, "Filling-1") {
		t.Error("who sees all sees a part")
	}
}

// A role at one line shows the line, and not the wall of its hall, on which others may stand.
func TestALineIsNotItsHall(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.granted("Lin", plant.Grant{At: "ulm/packing/packing-1", Role: plant.Viewer})
	if a := b.get("/lines"); a.status != http.StatusOK || !strings.Contains(a.body, "Packing-1") || strings.Contains(a.body, "/wall/hall/") {
		t.Errorf("%d", a.status)
	}
	if a := b.get("/wall/hall/packing"); a.status != http.StatusNotFound {
		t.Errorf("the hall: %d", a.status)
	}
	if a := b.get("/wall/line/packing-1"); a.status != http.StatusOK {
		t.Errorf("the line: %d", a.status)
	}
}

// A manager of one hall who sees the other takes steps in the first alone.
func TestARoleHoldsWhereItIsGiven(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	u := w.user("Mo", plant.Viewer)
	u.Grants = []plant.Grant{{At: "ulm/packing", Role: plant.Manager}}
	if err := w.vault.SaveUser(t.Context(), u, plant.Program(), ""); err != nil {
		t.Fatal(err)
	}
	b := w.signedIn("Mo")
	if a := b.post("/jobs/J-1/hold", url.Values{"version": {"3"}}); a.status != http.StatusForbidden {
		t.Errorf("a job that may be seen: %d", a.status)
	}
	if a := b.send("/api/v1/jobs/J-1/hold", `{"version":3}`); a.status != http.StatusForbidden {
		t.Errorf("the same by the API: %d", a.status)
	}
	if a := b.send("/api/v1/jobs", `{"line":"filling-1","product":"X","planned":1}`); a.status != http.StatusForbidden {
		t.Errorf("a job where Mo only looks: %d", a.status)
	}
	at := w.clock.now().Add(-time.Minute).UTC().Format(time.RFC3339Nano)
	if r := b.ingest(`{"samples":[{"tag":"filling-1/filler/speed","time":"` + at + `","value":1}]}`); r.Accepted != 0 || !strings.Contains(r.Refused[0].Error, "not send") {
		t.Errorf("%+v", r)
	}
	if a := b.send("/api/v1/jobs", `{"id":"J-9","line":"packing-1","product":"X","planned":1}`); a.status != http.StatusCreated || w.jobs.by.Role != plant.Manager || w.jobs.by.Name != "Mo" {
		t.Errorf("%d by %+v", a.status, w.jobs.by)
	}
	if a := b.post("/jobs/J-9/start", url.Values{"version": {"1"}}); a.status != http.StatusSeeOther || w.jobs.by.Role != plant.Manager {
		t.Errorf("%d by %+v", a.status, w.jobs.by)
	}
	if page := b.get("/line/packing-1"); page.status != http.StatusOK || strings.Contains(page.body, `href="/admin"`) {
		t.Errorf("%d", page.status)
	}
}

// A job's buttons are drawn for who may press them there, and for nobody else: neither in the page nor in the news.
func TestAJobsButtonsAreForWhoMayPressThem(t *testing.T) {
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	w.user("Vera", plant.Viewer)
	w.user("Otto", plant.Operator)
	here := w.granted("Hanna", plant.Grant{At: "ulm", Role: plant.Viewer}, plant.Grant{At: "ulm/filling", Role: plant.Operator})
	elsewhere := w.granted("Elsa", plant.Grant{At: "ulm", Role: plant.Viewer}, plant.Grant{At: "ulm/packing", Role: plant.Operator})
	const button = `action="/jobs/J-1/hold"`
	for name, c := range map[string]struct {
		b   *browser
		may bool
	}{"a viewer": {w.signedIn("Vera"), false}, "an operator": {w.signedIn("Otto"), true}, "an operator here": {here, true}, "an operator elsewhere": {elsewhere, false}} {
		if page := c.b.get("/line/filling-1"); page.status != http.StatusOK || strings.Contains(page.body, button) != c.may || !strings.Contains(page.body, "J-1") {
			t.Errorf("the page for %s: %d", name, page.status)
		}
		if seen := c.b.watch("line/filling-1/jobs").sees("line/filling-1/jobs", "J-1"); strings.Contains(seen, button) != c.may {
			t.Errorf("the news for %s: %s", name, seen)
		}
	}
	if code := elsewhere.watch("line/filling-1/jobs!").closed(); code != 1008 {
		t.Errorf("whoever knows the name of the drawing: %d", code)
	}
}

func TestATokenForOneConnectionSendsItsTagsAlone(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.scoped([]access.Scope{access.SendSamples, access.Read}, "connection:gateway")
	at := w.clock.now().Add(-time.Minute).UTC().Format(time.RFC3339Nano)
	row := func(tag string) string { return `{"tag":"` + tag + `","time":"` + at + `","value":1}` }
	if r := b.ingest(`{"samples":[` + row("packing-1/packer/speed") + `,` + row("packing-1/filler/speed") + `]}`); r.Accepted != 1 || len(r.Refused) != 1 || r.Refused[0].Index != 1 {
		t.Errorf("%+v", r)
	}
	var got struct{ Tags []struct{ Name string } }
	b.read("/api/v1/tags", &got)
	if len(got.Tags) != 3 || !strings.HasPrefix(got.Tags[0].Name, "packing-1/packer/") {
		t.Errorf("%+v", got)
	}
	if a := b.get("/api/v1/lines"); strings.Contains(a.body, "packing-1") {
		t.Errorf("it sees lines: %s", a.body)
	}
}

func TestAbortingTakesItsScope(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	a := w.scoped([]access.Scope{access.StepJobs}).send("/api/v1/jobs/J-1/abort", `{"version":3}`)
	if a.status != http.StatusForbidden || !strings.Contains(a.body, "jobs:write") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := w.scoped([]access.Scope{access.WriteJobs}).send("/api/v1/jobs/J-1/abort", `{"version":3}`); a.status != http.StatusOK || w.jobs.by.Role != plant.Manager {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestAnAdminGivesARoleAtAPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	w.user("Bert", plant.Viewer)
	ada, bert := w.signedIn("Ada"), w.signedIn("Bert")
	page := ada.get("/admin/people/2")
	if !strings.Contains(page.body, "Ulm works › Filling › Filling-1") {
		t.Fatalf("no tree of places: %s", page.short())
	}
	version := page.hidden("version")
	form := func(at, role, why string) url.Values {
		return url.Values{"version": {version}, "grant-at": {at}, "grant-role": {role}, "grant-why": {why}}
	}
	for want, f := range map[string]url.Values{
		"Say in one sentence":        form("ulm/filling", "operator", ""),
		"Choose a site, an area":     form("ulm/nope", "operator", "w"),
		"in the whole plant: choose": form("ulm/filling", "admin", "w"),
		"The role is viewer":         form("ulm/filling", "king", "w"),
	} {
		if a := ada.post("/admin/people/2/grants", f); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d", want, a.status)
		}
	}
	open := bert.watch("now/lines")
	open.sees("now/lines", "Filling-1")
	if a := ada.post("/admin/people/2/grants", form("ulm/filling", "operator", "works there now")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if a := bert.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("Bert goes on: %d", a.status)
	}
	if code := open.closed(); code != live.CloseSignedOut {
		t.Errorf("the socket closed with %d", code)
	}
	if a := ada.post("/admin/people/2/grants", form("ulm/packing", "operator", "w")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "changed by somebody else") {
		t.Errorf("an old version was saved: %d", a.status)
	}
	if page := ada.get("/admin/people"); !strings.Contains(page.body, "operator at Ulm works › Filling") {
		t.Error("the list does not show it")
	}
	bert = w.signedIn("Bert")
	if a := bert.post("/jobs/J-1/hold", url.Values{"version": {"3"}}); a.status != http.StatusSeeOther {
		t.Errorf("Bert may not what was given: %d", a.status)
	}
	if a := bert.get("/account"); !strings.Contains(a.body, "Viewer, operator at Ulm works › Filling") {
		t.Error("Bert is not told what was given")
	}
	version = ada.get("/admin/people/2").hidden("version")
	if a := ada.post("/admin/people/2/grants", form("ulm/filling", "nobody", "moved on")); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
	if e := w.trail("user.change"); e[0].Old != "Bert, viewer, enabled, operator at ulm/filling" || e[0].New != "Bert, viewer, enabled" || e[1].Why != "works there now" {
		t.Errorf("%+v", e)
	}
}

func TestAPersonMayHaveNoRoleInTheWholePlant(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	if a := ada.post("/admin/people", url.Values{"name": {"Nora"}, "role": {"nobody"}, "password": {password}, "why": {"new"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if a := ada.post("/admin/people", url.Values{"name": {"Kim"}, "role": {"king"}, "password": {password}, "why": {"new"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a role that is none: %d", a.status)
	}
	b := w.browser()
	if a := b.post("/sign-in", url.Values{"name": {"Nora"}, "password": {password}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	if a := b.get("/"); a.status != http.StatusForbidden || !strings.Contains(a.body, "no role here yet") {
		t.Errorf("%d %s", a.status, a.short())
	}
}

func TestATokenIsMadeWithScopes(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	secret := ada.post("/admin/tokens", url.Values{"name": {"gateway"}, "role": {"program"}, "scope-samples:write": {"on"}, "at": {"connection:gateway"}, "why": {"sends"}}).secret()
	if a := w.program(secret).get("/api/v1/lines"); a.status != http.StatusForbidden || !strings.Contains(a.body, "the scope read") {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, path := range []string{"/admin/tokens", "/admin/tokens/1"} {
		if a := ada.get(path); !strings.Contains(a.body, "samples:write") || !strings.Contains(a.body, "Connection gateway") {
			t.Errorf("%s does not show what it may", path)
		}
	}
	a := ada.post("/admin/tokens", url.Values{"name": {"x"}, "role": {"program"}, "scope-plant:read": {"on"}, "at": {"ulm/filling"}, "why": {"w"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "as a whole") || !strings.Contains(a.body, `id="scope-plant:read" name="scope-plant:read" type="checkbox" checked`) {
		t.Errorf("%d %s", a.status, a.short())
	}
	var problem struct{ Status int }
	if err := json.Unmarshal([]byte(w.program(secret).get("/api/v1/plant").body), &problem); err != nil || problem.Status != 403 {
		t.Errorf("%+v %v", problem, err)
	}
}
