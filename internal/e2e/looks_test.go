package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// send is a form of a page, filled in and sent without looking at it; it gives where that led.
const send = `(async (page, form, values) => {
	const doc = new DOMParser().parseFromString(await (await fetch(page)).text(), "text/html");
	const data = new FormData(doc.querySelector(form));
	for (const [name, value] of Object.entries(values)) data.set(name, value);
	const action = doc.querySelector(form).getAttribute("action");
	const body = Object.values(values).some((v) => v instanceof File) ? data : new URLSearchParams(data);
	const answer = await fetch(action, { method: "POST", body });
	return answer.status < 400 ? new URL(answer.url).pathname : "refused: " + answer.status + " " + action;
})(%s)`

// enrol puts a text of who may come in into force, and gives the page of what that changed.
const enrol = `(async (text) => {
	const post = (to, values) => fetch(to, { method: "POST", body: new URLSearchParams(values) });
	const plan = await post("/admin/access/check", { text });
	const form = new DOMParser().parseFromString(await plan.text(), "text/html").querySelector('form[action="/admin/access/apply"]');
	const values = new FormData(form);
	values.set("why", "reads only");
	return new URL((await post("/admin/access/apply", values)).url).pathname;
})(%q)`

// stopped is the page of a stop of a line that is long over: its past is laid out a moment after the start, and until then
// the last stop may turn out to be none.
const stopped = `(async (line) => {
	for (;;) {
		const now = Date.now(), at = (t) => new Date(t).toISOString();
		const { stops } = await (await fetch("/api/v1/stops?line=" + line + "&from=" + at(now - 86400000) + "&to=" + at(now))).json();
		if (stops?.length > 2) return "/line/" + line + "/stop?at=" + Date.parse(stops[0].from) * 1000;
		await new Promise((done) => setTimeout(done, 500));
	}
})("filling-1")`

// look runs axe. A narrow window changes where things are and a theme changes colours, so those are asked about that.
const look = `(async (rules) => {
	const only = rules ? { type: "rule", values: rules.split(" ") } : ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];
	const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"], preload: false });
	return found.violations.map((v) => v.id + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | "));
})(%q)`

// fitting is how wide the page is once what follows its window by script has done so.
const fitting = `(async () => {
	const all = document.documentElement, late = performance.now() + 5000;
	while (all.scrollWidth > innerWidth && performance.now() < late) await new Promise((done) => setTimeout(done, 50));
	return all.scrollWidth;
})()`

// way is a window and theme that a page is looked at in, and the rules of axe for it; none for all.
type way struct {
	wide  int
	theme string
	rules string
}

var ways = []way{
	{1280, "light", ""},
	{360, "dark", "color-contrast target-size scrollable-region-focusable link-in-text-block button-name link-name label"},
}

// noPages are the routes that answer with something else than a page, or lead to another.
var noPages = regexp.MustCompile(`^/(healthz|readyz|static/|favicon|robots|metrics|live|replay/view|setup/|wall/open/|sign-in/)|\.(csv|xlsx|json)$|/(export|own|values|file|backup/:name|confirm)$`)

// axe is the script that looks for what keeps people out.
func axe(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", "axe", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core")
	}
	return string(script) + ";0"
}

// TestEveryPageIsFitToBeSeen opens every page of the route table with something on it, narrow and wide, light and dark:
// axe finds nothing, nothing is wider than the window, and the console stays silent. So do the pages that follow forms.
func TestEveryPageIsFitToBeSeen(t *testing.T) {
	t.Parallel()
	axe := axe(t)
	s := startDemo(t)
	b := openBrowser(t)
	link := s.setupLink()
	b.open(link)
	b.seen("the set-up", axe, ways)
	b.sends(answer{link, `form[action="/setup"]`, `{name: "", password: "short"}`, ".faults"}, axe)
	b.becomeAdmin(link)
	known := b.furnish()
	var all []sight
	for _, path := range pagesOf(t) {
		if path != "/sign-in" {
			all = append(all, sight{path: known(path)})
		}
	}
	version := b.promise(fmt.Sprintf(enrol, "access: {people: [{name: Bert, role: viewer}]}"))
	for _, path := range []string{"/admin/access", version, "/admin/access?version=1"} {
		all = append(all, sight{path: path})
	}
	kept := b.keepBooks()
	for _, path := range bookPages(t) {
		if there := kept(path); there != "" {
			all = append(all, sight{path: there})
		}
	}
	all = append(all, sight{"/nothing-here", "404"}, sight{known("/admin/requests/:number") + "/confirm", "404"}, sight{"/admin/connections/press/browse", "503"})
	inWindows(s, all, func(b *browser, one sight) {
		b.look(s.url, one.path, axe, one.excused)
	})
	inWindows(s, answers(known), func(b *browser, a answer) {
		a.page = s.url + a.page
		b.sends(a, axe)
	})
	b.do(10*time.Second, "sign out", chromedp.Navigate(s.url+"/account"), chromedp.Submit(`form[action="/sign-out"]`, chromedp.ByQuery), chromedp.WaitVisible(`form[action="/sign-in"]`, chromedp.ByQuery))
	b.look(s.url, "/sign-in", axe, "")
	b.sends(answer{s.url + "/sign-in", `form[action="/sign-in"]`, `{name: "Ada", password: "wrong"}`, ".faults"}, axe)
}

// sight is a page to be looked at, and what the console may say of it; "" for nothing.
type sight struct{ path, excused string }

// inWindows does something for each of many, in as many browsers at a time as there are cores. (In another tab of one
// browser nothing is drawn, and so no chart gets its size.)
func inWindows[T any](s *server, all []T, do func(*browser, T)) {
	next := make(chan T, len(all))
	for _, one := range all {
		next <- one
	}
	close(next)
	s.t.Run("windows", func(t *testing.T) {
		for range goruntime.NumCPU() {
			t.Run("window", func(t *testing.T) {
				t.Parallel()
				b := openBrowser(t)
				b.signIn(s.url)
				for one := range next {
					do(b, one)
				}
			})
		}
	})
}

// pagesOf are the paths of the route table that are pages.
func pagesOf(t *testing.T) []string {
	t.Helper()
	table, err := os.ReadFile(filepath.Join("..", "web", "routes.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile(`\bget\("([^"]+)"`).FindAllStringSubmatch(string(table), -1) {
		if !noPages.MatchString(m[1]) {
			all = append(all, m[1])
		}
	}
	if len(all) < 30 {
		t.Fatalf("the table has pages %v only", all)
	}
	return all
}

// furnish makes something to be seen on every page, and gives how to fill in a route's path.
func (b *browser) furnish() func(path string) string {
	b.t.Helper()
	sent := func(page, form, values string) string {
		b.t.Helper()
		to := b.promise(fmt.Sprintf(send, fmt.Sprintf("%q, %q, %s", page, form, values)))
		if strings.HasPrefix(to, "refused") {
			b.t.Fatal(to)
		}
		return to
	}
	sent("/admin/people", `form[action="/admin/people"]`, `{name: "Bert", role: "nobody", password: "correct horse battery", why: "new"}`)
	sent("/admin/people/2", `form[action$="/grants"]`, `{"grant-at": "ulm/filling", "grant-role": "operator", "grant-why": "works there"}`)
	sent("/admin/people", `form[action="/admin/people"]`, `{name: "Mara", role: "manager", password: "correct horse battery", why: "new"}`)
	sent("/admin/people/3", `form[action="/admin/people/3"]`, `{owner: "OT", why: "owns the lines"}`)
	sent("/admin/tokens", `form[action="/admin/tokens"]`, `{name: "hall screen", role: "display", page: "/wall/line/filling-1", why: "new"}`)
	token := b.newestToken()
	sent(token, `form[action$="/page"]`, `{"page-2": "/wall/orders/ulm", "page-why": "more to see"}`)
	sent("/admin/new-connection", `main form.form-page`, `{id: "press", endpoint: "opc.tcp://127.0.0.1:1"}`)
	sent("/admin/mail", `form[action="/admin/mail"]`, `{host: "mail.example", port: "587", from: "reports@mail.example", why: "reports go by mail"}`)
	sent("/admin/mail/subscription", `main form.form-page`, `{name: "Morning round", kind: "day", to: "mara@mail.example", why: "she asked for it"}`)
	sent("/admin/requests/rules", `main form.form-page`, `{thresholds: "OT", why: "two pairs of eyes"}`)
	sent("/admin/lines/filling-1", `form[action$="/thresholds"]`, `{micro_max: "120"}`)
	request := sent("/admin/plant", `form[action="/admin/plant/publish"]`, `{why: "longer micro-stops"}`)
	sent("/admin/lines/filling-2", `form[action$="/thresholds"]`, `{min_stop: "4"}`)
	table := sent("/admin/tags/import", `form[enctype]`, `{file: new File(["machine type,tag,unit\npackml,speed,RPM\npackml,<b>,\n"], "tags.csv")}`)
	filled := strings.NewReplacer(":line", "filling-1", ":area", "filling", ":hall", "ulm", ":unit", "filler", ":site", "ulm", ":machine", "packml", ":connection", "plc")
	numbers := map[string]string{"/admin/people/:number": "2", "/admin/tokens/:number": strings.TrimPrefix(token, "/admin/tokens/"), "/wall/display/:number": strings.TrimPrefix(token, "/admin/tokens/"), "/admin/mail/subscription/:number": "1", "/admin/plant/revision/:number": "1"}
	whole := map[string]string{
		"/line/:line/stop":           b.promise(stopped),
		"/admin/requests/:number":    request,
		"/admin/tags/import/:import": table,
		"/admin/tags/one":            "/admin/tags/one?at=filling-1%2Ffiller&of=heated&tag=temperature",
		"/admin/equipment/add":       "/admin/equipment/add?at=ulm%2Ffilling",
		"/admin/equipment/name":      "/admin/equipment/name?at=ulm%2Ffilling",
		"/admin/equipment/remove":    "/admin/equipment/remove?at=ulm%2Ffilling%2Ffilling-1",
		"/admin/reasons/add":         "/admin/reasons/add?at=reasons",
		"/admin/reasons/edit":        "/admin/reasons/edit?at=reasons%2Fcap-jam",
		"/admin/reasons/remove":      "/admin/reasons/remove?at=reasons%2Fcap-jam",
		"/reports/shift":             "/reports/shift?line=filling-1",
		"/trends":                    "/trends?tag=filling-1%2Ffiller%2Ftemperature&tag=filling-1%2Ffiller%2Fspeed",
	}
	return func(path string) string {
		if there, ok := whole[path]; ok {
			return there
		}
		there := filled.Replace(strings.ReplaceAll(path, ":number", numbers[path]))
		if strings.Contains(there, ":") {
			b.t.Errorf("what is %s? Say in furnish", path)
		}
		return there
	}
}

// promise gives what a script's promise comes to.
func (b *browser) promise(script string) string {
	b.t.Helper()
	var v string
	b.do(60*time.Second, script, chromedp.Evaluate(script, &v, awaited))
	return v
}

func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// look opens a page and looks at it in every way.
func (b *browser) look(url, path, axe, excused string) {
	b.t.Helper()
	b.opens(url, path, excused)
	b.seen(path, axe, ways, excused)
}

// opens opens a page, which must be what its address says.
func (b *browser) opens(url, path, excused string) {
	b.t.Helper()
	b.do(20*time.Second, "open "+path, chromedp.EmulateViewport(1280, 900), scheme("light"), chromedp.Navigate(url+path))
	if title := eval[string](b, `document.title`); excused == "" && (strings.Contains(title, "no such") || strings.Contains(title, "went wrong")) {
		b.t.Errorf("%s: %s", path, title)
	}
	if excused == "" && strings.Contains(eval[string](b, `document.body.innerText`), "Something went wrong") {
		b.t.Errorf("%s: something went wrong", path)
	}
}

// seen looks at the page that is open.
func (b *browser) seen(path, axe string, ways []way, excused ...string) {
	b.t.Helper()
	b.do(20*time.Second, "bring axe to "+path, chromedp.Evaluate(axe, nil))
	for _, way := range ways {
		var found []string
		var width, high int
		b.do(60*time.Second, "look at "+path,
			chromedp.EmulateViewport(int64(way.wide), 900), scheme(way.theme),
			chromedp.Evaluate(`document.documentElement.scrollHeight`, &high),
			chromedp.ActionFunc(func(ctx context.Context) error { // whole, so that nothing is under a bar
				return chromedp.EmulateViewport(int64(way.wide), int64(high)+100).Do(ctx)
			}),
			chromedp.Evaluate(fmt.Sprintf(look, way.rules), &found, awaited),
			chromedp.Evaluate(fitting, &width, awaited))
		for _, f := range found {
			b.t.Errorf("%s, %d px, %s: %s", path, way.wide, way.theme, f)
		}
		if width > way.wide {
			b.t.Errorf("%s is %d px wide in a window of %d", path, width, way.wide)
		}
	}
	b.clean(excused...)
}

// scheme is what the reader's system prefers.
func scheme(theme string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}})
}
