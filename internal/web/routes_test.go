package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"millwright/internal/plant"
	"millwright/internal/web"
)

// visitors of every role, by session or token.
func (w *world) visitors() map[plant.Role]*browser {
	all := map[plant.Role]*browser{plant.Nobody: w.browser()}
	for role, name := range map[plant.Role]string{plant.Viewer: "Vera", plant.Operator: "Otto", plant.Manager: "Mara", plant.Admin: "Ada"} {
		w.user(name, role)
		all[role] = w.signedIn(name)
	}
	all[plant.Display] = w.browser()
	if a := all[plant.Display].get("/wall/open/" + w.token(plant.Display, "/wall/line/filling-1")); a.status != http.StatusSeeOther {
		w.t.Fatalf("the display cannot come in: %d %s", a.status, a.body)
	}
	return all
}

// filled puts something that exists into a route's path.
func filled(path string) string {
	return strings.NewReplacer(":line", "filling-1", ":area", "filling", ":hall", "filling", ":job", "J-1", ":step", "hold", ":number", "1", ":edit", "1", ":unit", "filler", ":site", "ulm",
		":import", "x", ":list", "nope", ":kind", "item", ":id", "1", ":file", "1", ":item", "X-1", ":bill", "1", ":other", "1", ":centre", "1", ":tool", "1", ":machine", "packml", ":connection", "plc", ":thumbprint", "0", ":name", "x", ":key", "x", ":token", "x", "*", "app.css").Replace(path)
}

// methods are all that a path is asked with.
var methods = [...]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"}

// TestEveryRouteByEveryRole walks the whole table by every role: what is not allowed is refused, whoever asks.
func TestEveryRouteByEveryRole(t *testing.T) {
	w := newWorld(t)
	visitors := w.visitors()
	for _, r := range w.site.Table() {
		if r.Path == "/sign-out" || r.Path == "/live" {
			continue // tested by themselves
		}
		for role, b := range visitors {
			a := b.do(r.Method, filled(r.Path), nil, http.Header{"Content-Type": {"application/json"}})
			switch may := role >= r.Role && r.Duty.Open(role, plant.NoDuty); {
			case a.status >= 500:
				t.Errorf("%s %s by %s: %d %s", r.Method, r.Path, role, a.status, a.body)
			case may && (a.status == http.StatusUnauthorized || a.status == http.StatusForbidden) && !oneTime(r.Path) && !another(role, r.Path):
				t.Errorf("%s %s by %s: %d; it is open to %s", r.Method, r.Path, role, a.status, r.Role)
			case !may && !refused(a):
				t.Errorf("%s %s by %s: %d; it is for %s", r.Method, r.Path, role, a.status, r.Role)
			}
		}
	}
}

// TestEveryRouteOfADutyByEveryDuty walks the rows that take a duty by people who are viewers and have one each, and by
// programs with the scope for it.
func TestEveryRouteOfADutyByEveryDuty(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	for _, duty := range plant.Duties() {
		b := w.dutiful("a "+duty.String(), duty)
		for _, r := range w.site.Table() {
			if r.Duty == plant.NoDuty {
				continue
			}
			a := b.ask(r)
			if may := r.Duty&duty != 0; may == refused(a) || a.status >= 500 {
				t.Errorf("%s %s by %s: %d %s; it is for %s", r.Method, r.Path, duty, a.status, a.short(), r.Duty)
			}
		}
	}
}

func TestTheGuardKnowsDuties(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		who   plant.Reach
		least plant.Role
		duty  plant.Duty
		words string
	}{
		{plant.Reach{Base: plant.Viewer, Duties: plant.Planner}, plant.Viewer, plant.Planner, ""},
		{plant.Reach{Base: plant.Viewer, Duties: plant.Planner}, plant.Viewer, plant.Planner | plant.Sales, ""},
		{plant.Reach{Base: plant.Viewer, Duties: plant.Sales}, plant.Viewer, plant.Planner | plant.Purchaser, "the duty planner or purchaser"},
		{plant.Reach{Base: plant.Operator}, plant.Viewer, plant.Sales, "the duty sales"},
		{plant.Reach{Base: plant.Manager}, plant.Viewer, plant.Storekeeper, ""},
		{plant.Reach{Base: plant.Viewer, Duties: plant.Planner}, plant.Manager, plant.Planner, "not open to the role viewer"},
		{plant.Reach{Duties: plant.Planner}, plant.Viewer, plant.Planner, "no role here yet"},
		{plant.Reach{Grants: []plant.Grant{{At: "ulm", Role: plant.Manager}}, Duties: plant.Planner}, plant.Viewer, plant.Planner, "in the whole plant"},
	} {
		err := w.site.Admits(c.who, c.least, c.duty)
		if (err == nil) != (c.words == "") || err != nil && !strings.Contains(err.Error(), c.words) {
			t.Errorf("%+v for %s with %q: %v", c.who, c.least, c.duty, err)
		}
	}
}

// TestWhatStandsInNoRowIsNotThere asks every path with every method that the table does not name for it, by every role.
func TestWhatStandsInNoRowIsNotThere(t *testing.T) {
	w := newWorld(t)
	visitors := w.visitors()
	known, paths := map[string]bool{}, map[string]bool{}
	for _, r := range w.site.Table() {
		known[r.Method+" "+r.Path], paths[r.Path] = true, true
	}
	for path := range paths {
		for _, method := range methods {
			if known[method+" "+path] || slices.ContainsFunc(w.site.Table(), func(r web.Row) bool { return r.Method == method && matches(r.Path, filled(path)) }) {
				continue // it is another row's
			}
			for role, b := range visitors {
				a := b.do(method, filled(path), nil, http.Header{"Content-Type": {"application/json"}})
				if a.status != http.StatusMethodNotAllowed && a.status != http.StatusNotFound && a.status != http.StatusNoContent {
					t.Errorf("%s %s by %s: %d; there is no such route", method, path, role, a.status)
				}
			}
		}
	}
}

// matches tells whether an address is one of a row's path.
func matches(row, path string) bool {
	a, b := strings.Split(row, "/"), strings.Split(path, "/")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] && !strings.HasPrefix(a[i], ":") {
			return false
		}
	}
	return len(a) == len(b)
}

// oneTime tells of addresses that refuse everybody who has not their secret.
func oneTime(path string) bool {
	return strings.HasPrefix(path, "/setup") || strings.HasPrefix(path, "/wall/open/") || strings.HasPrefix(path, "/sign-in")
}

// another tells of the walls that the display of this test does not show.
func another(role plant.Role, path string) bool {
	return role == plant.Display && strings.HasPrefix(path, "/wall/")
}

func refused(a answer) bool {
	return a.status == http.StatusUnauthorized || a.status == http.StatusForbidden ||
		a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/sign-in")
}

func TestTheRouterKnowsNothingThatIsNotInTheTable(t *testing.T) {
	w := newWorld(t)
	known := map[string]bool{}
	for _, r := range w.site.Table() {
		known[r.Method+" "+r.Path] = true
	}
	mounted := w.site.Mounted()
	for r := range mounted {
		if !known[r] {
			t.Errorf("%s is answered, and stands in no row", r)
		}
	}
	for r := range known {
		if !mounted[r] {
			t.Errorf("%s stands in the table, and nobody answers it", r)
		}
	}
}

func TestNothingWorksBeforeThereIsAnAdmin(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for _, r := range w.site.Table() {
		a := b.do(r.Method, filled(r.Path), nil, nil)
		if !r.Always && a.status != http.StatusServiceUnavailable {
			t.Errorf("%s %s: %d", r.Method, r.Path, a.status)
		}
	}
	if a := b.get("/healthz"); a.status != 200 {
		t.Errorf("healthz: %d", a.status)
	}
	if a := b.get("/"); !strings.Contains(a.body, "set-up link") {
		t.Errorf("the page does not say what to do: %s", a.body)
	}
	if a := b.get("/trends?range=7d"); !strings.Contains(a.body, `href="/trends?range=7d">Try again`) || strings.Contains(a.body, "first page") {
		t.Errorf("the page leads to another closed one: %s", a.body)
	}
	// But a token was made by somebody who owns the data folder: it is worth what it says.
	if a := w.program(w.token(plant.Operator, "")).get("/api/v1/lines"); a.status != 200 {
		t.Errorf("a token before the first admin: %d", a.status)
	}
	if a := w.display("/wall/line/filling-1").get("/wall/line/filling-1"); a.status != 200 {
		t.Errorf("a display before the first admin: %d", a.status)
	}
}

func TestStrangePathsAreJustNotThere(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.signedIn("Ada")
	for _, path := range []string{
		"/nope", "/line/nope", "/line/..%2f..%2fetc%2fpasswd", "/line/%00", "/line/filling-1/tags", "/wall/hall/nope", "/wall/line/%3Cscript%3E",
		"/static/../web.go", "/static/%2e%2e/%2e%2e/go.mod", "/static/nope.css", "/api/v1/nope", "/api/v1/lines/nope", "/api/v2/lines",
		"//evil.example", "/line/filling-1'%20OR%20'1'='1", "/debug/pprof/", "/.git/config", "/api/v1/jobs/nope",
	} {
		a := b.get(path)
		if a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, a.status, a.header.Get("Location"))
		}
		if strings.Contains(a.body, "<script>") || strings.Contains(a.body, "root:") {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}

func TestErrorsTellNothingButAReference(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.signedIn("Ada")
	w.lines.fail = errSecret
	a := b.get("/api/v1/segments?" + url.Values{"line": {"filling-1"}, "from": {"2026-03-27T00:00:00Z"}, "to": {"2026-03-28T00:00:00Z"}}.Encode())
	if a.status != 500 || strings.Contains(a.body, "sqlite") || !strings.Contains(a.body, "reference") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("the error is %s", a.header.Get("Content-Type"))
	}
	reference := between(a.body, `"reference":"`, `"`)
	if len(reference) < 4 || !strings.Contains(w.log.String(), "reference="+reference) || !strings.Contains(w.log.String(), "sqlite: disk I/O") {
		t.Errorf("the log does not hold reference %q", reference)
	}
}

type secretError struct{}

func (secretError) Error() string {
	return "SELECT * FROM users: sqlite: disk I/O error at /var/lib/millwright/millwright.db"
}

var errSecret = secretError{}

func between(s, before, after string) string {
	_, rest, _ := strings.Cut(s, before)
	got, _, _ := strings.Cut(rest, after)
	return got
}
