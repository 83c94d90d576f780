//go:build unix

package web_test

import (
	"compress/gzip"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/web"
)

// shape is how the tags of a plant are spread over machine types.
type shape string

const (
	shared shape = "shared-types" // twelve types of ten tags
	own    shape = "own-types"    // one for each unit, as taken from machines one by one
	one    shape = "one-type"     // 9,000 tags in the type of a single unit, as taken from one machine at once; a tag in each other
)

// kind is the type of the n-th unit of a plant.
func (s shape) kind(n int) int {
	switch {
	case s == own:
		return n
	case s == one && n == 77*5+3:
		return 7
	case s == one && n%12 == 7:
		return 8
	}
	return n % 12
}

// twoHundred is a plant of 200 lines and 10,000 tags, in five units a line, two areas at each of five sites.
func twoHundred(as shape) string {
	var b strings.Builder
	kinds := 12
	if as == own {
		kinds = 1000
	}
	b.WriteString("enterprise: Two hundred\nconnections:\n")
	for i := range 20 {
		fmt.Fprintf(&b, "  - {id: plc-%d, driver: opcua, endpoint: \"opc.tcp://10.0.0.%d:4840\"}\n", i, i+1)
	}
	b.WriteString("machines:\n")
	for i := range kinds {
		fmt.Fprintf(&b, "  kind-%d:\n    tags:\n      good: {label: Good, address: \"ns=2;s={line}.{unit}.good\"}\n", i)
		more := 8
		switch {
		case as == one && i != 7:
			b.WriteString("    signals: {good: {tag: good, modulus: 65536}}\n")
			continue
		case as == one:
			more = 8_998
		}
		b.WriteString("      state: {label: State, address: \"ns=2;s={line}.{unit}.state\"}\n")
		for j := range more {
			fmt.Fprintf(&b, "      t%d: {label: Temperature %d, unit: CEL, address: \"ns=2;s={line}.{unit}.k%d.t%d\", interval: 1s, deadband: 0.5, writable: %v}\n", j, j, i, j, j == 0)
		}
		b.WriteString("    signals: {state: state, good: {tag: good, modulus: 65536}}\n")
	}
	for _, tree := range []string{"reasons", "scrap"} {
		fmt.Fprintf(&b, "%s:\n", tree)
		for i := range 12 {
			fmt.Fprintf(&b, "  - {id: %s-%d, name: Cause %d, names: {de: Ursache %d}, parts: [", tree[:1], i, i, i)
			for j := range 12 {
				fmt.Fprintf(&b, "{id: %s-%d-%d, name: Cause %d of %d}, ", tree[:1], i, j, j, i)
			}
			b.WriteString("]}\n")
		}
	}
	b.WriteString("sites:\n")
	n := 0
	for site := range 5 {
		fmt.Fprintf(&b, `  - id: site-%d
    name: Site %d
    zone: Europe/Berlin
    currency: EUR
    shifts:
      - {name: Early, start: "06:00", end: "14:00", breaks: ["10:00-10:30"]}
      - {name: Late, start: "14:00", end: "22:00"}
      - {name: Night, days: [mon, tue, wed, thu], start: "22:00", end: "06:00"}
    holidays: [{name: Christmas, on: "2026-12-25", to: "2026-12-26", repeat: FREQ=YEARLY}]
    stops: [{name: Service, on: "2026-03-02", start: "08:00", end: "10:00", repeat: FREQ=WEEKLY;BYDAY=MO}]
    areas:
`, site, site)
		for area := range 2 {
			fmt.Fprintf(&b, "      - id: hall-%d\n        name: Hall %d\n        lines:\n", 2*site+area, 2*site+area)
			for range 20 {
				fmt.Fprintf(&b, "          - id: line-%d\n            name: Line %d\n            rates: {COLA-05: 600ms, WATER-05: 500ms, \"*\": 800ms}\n            thresholds: {min_stop: 10s, micro_max: 3m, low_speed: 0.8}\n            units:\n", n, n)
				for unit := range 5 {
					fmt.Fprintf(&b, "              - {id: u%d, name: Unit %d, connection: plc-%d, machines: [kind-%d]}\n", unit, unit, n%20, as.kind(n*5+unit))
				}
				n++
			}
		}
	}
	return b.String()
}

// largeWorld is a plant of 200 lines, with a past of changes and many people.
type largeWorld struct {
	*world
	text   string
	ada    http.Header
	person *browser // Ada too
	seven  string   // a unit of kind-7
}

func newLargeWorld(b *testing.B, as shape) largeWorld {
	d, err := config.ParseDocument("large", []byte(twoHundred(as)))
	if err != nil {
		b.Fatal(err)
	}
	text, err := d.Text()
	if err != nil {
		b.Fatal(err)
	}
	m, err := d.Model("large", nil)
	if err != nil {
		b.Fatal(err)
	}
	w := newWorld(b, wellKept(b, well()), func(o *web.Deps) {
		archive, err := embedded.Open(b.TempDir(), m.Tags, o.Log, embedded.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = archive.Close() })
		o.Floor = web.Floor{Plant: &m.Plant, Tags: m.Tags, Signals: m.Signals, Units: &units{}, Lines: newLines(&m.Plant, &clock{}), Jobs: newJobs()}
		o.Archive, o.Latest = archive, bus.NewLatest(m.Tags.Len())
		o.Log = nil
	})
	w.user("Ada", plant.Admin)
	w.owner(w.user("Olga", plant.Manager), plant.OT)
	w.owner(w.user("Ines", plant.Admin), plant.IT)
	for i := range 500 {
		w.user(fmt.Sprintf("Person %d", i), plant.Operator)
		one := access.NewToken{Name: fmt.Sprintf("program %d", i), Role: plant.Viewer}
		if i%2 == 0 {
			one = access.NewToken{Name: fmt.Sprintf("display %d", i), Role: plant.Display, Page: fmt.Sprintf("/wall/line/line-%d", i%200)}
		}
		if _, _, err := access.AddToken(b.Context(), w.vault, one, plant.Program()); err != nil {
			b.Fatal(err)
		}
	}
	text = []byte(strings.Replace(string(text), "opc.tcp://10.0.0.8:4840", w.machine(9_990, false).URL(), 1)) // plc-7 is there
	w.age(b, string(text))
	person := w.signedIn("Ada")
	u, _ := url.Parse(w.http.URL)
	ada := http.Header{"Accept-Encoding": {"gzip"}}
	for _, c := range person.client.Jar.Cookies(u) {
		ada.Add("Cookie", c.Name+"="+c.Value)
	}
	seven := "line-1/u2"
	if as == one {
		seven = "line-77/u3"
	}
	return largeWorld{world: w, text: string(text), ada: ada, person: person, seven: seven}
}

// age gives the plant 500 revisions, of which the last is text, and 200,000 changes.
func (w *world) age(b *testing.B, text string) {
	db, err := sql.Open("sqlite", w.ledgers)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	must := func(tx *sql.Tx, query string, args ...any) {
		if _, err := tx.Exec(query, args...); err != nil {
			b.Fatal(err)
		}
	}
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	for i := 2; i <= 500; i++ {
		must(tx, "INSERT INTO revisions (number, parent, at, who_id, who_name, who_role, why, origin, content) VALUES (?, ?, ?, 1, 'Ada', 'admin', 'measured anew', 'browser', ?)", i, i-1, time.Now().UnixMicro(), text+fmt.Sprintf("# %d\n", i))
	}
	must(tx, "UPDATE revisions SET content = ? WHERE number >= 499", text)
	var seq int64
	var head string
	if err := tx.QueryRow("SELECT seq, hash FROM audit_head").Scan(&seq, &head); err != nil {
		b.Fatal(err)
	}
	hash, _ := hex.DecodeString(head)
	before := [32]byte(hash)
	for seq < 200_000 {
		seq++
		e := access.Entry{Seq: seq, At: time.Now().UTC().Truncate(time.Microsecond), Who: plant.Person{ID: 1, Name: "Ada", Role: plant.Admin}, What: "plant.draft", On: "plant", New: fmt.Sprintf("draft %d of revision 7", seq), Why: "because it was measured anew"}
		before = e.Seal(before)
		must(tx, "INSERT INTO audit (seq, at, who_id, who_name, who_role, what, thing, old, new, why, hash) VALUES (?, ?, 1, 'Ada', 'admin', ?, ?, '', ?, ?, ?)",
			seq, e.At.UnixMicro(), e.What, e.On, e.New, e.Why, hex.EncodeToString(before[:]))
	}
	must(tx, "UPDATE audit_head SET seq = ?, hash = ?", seq, hex.EncodeToString(before[:]))
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// ask has the site answer, without a network between.
func (w largeWorld) ask(b *testing.B, site http.Handler, method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, w.http.URL+path, strings.NewReader(form.Encode()))
	r.Header = w.ada.Clone()
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	a := httptest.NewRecorder()
	site.ServeHTTP(a, r)
	if a.Code >= 400 {
		b.Fatalf("%s %s: %d %s", method, path, a.Code, unzipped(b, a))
	}
	return a
}

// measure runs one sub-benchmark; prepare is not counted.
func measure(b *testing.B, name string, prepare, do func()) {
	b.Run(name, func(b *testing.B) {
		least, cpu := time.Duration(1<<62), time.Duration(1<<62)
		for b.Loop() {
			b.StopTimer()
			if prepare != nil {
				prepare()
			}
			begin, used := time.Now(), processor()
			b.StartTimer()
			do()
			least, cpu = min(least, time.Since(begin)), min(cpu, processor()-used)
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(least.Microseconds())/1000, "ms")
		b.ReportMetric(float64(cpu.Microseconds())/1000, "cpu-ms")
	})
}

// BenchmarkAdminPages is the server's time for every page under /admin, of a plant of 200 lines and 10,000 tags with
// 200,000 audited changes: the least of all runs, since others may be at work on the machine. Run it with
// -benchtime=10x.
func BenchmarkAdminPages(b *testing.B) {
	for _, as := range []shape{shared, own, one} {
		b.Run(string(as), func(b *testing.B) {
			w := newLargeWorld(b, as)
			b.Run("published", func(b *testing.B) { w.pages(b) })
			changed := strings.Replace(w.text, "name: Line 77\n", "name: Line seventy-seven\n", 1)
			if _, err := w.book.SaveDraft(b.Context(), revision.Draft{Base: 500, Text: changed, By: plant.Person{ID: 1, Name: "Ada", Role: plant.Admin}}); err != nil {
				b.Fatal(err)
			}
			b.Run("drafted", func(b *testing.B) { w.pages(b) })
			w.firsts(b)
			w.saves(b)
			w.imports(b)
			w.governed(b)
		})
	}
}

func (w largeWorld) pages(b *testing.B) {
	for _, r := range w.site.Table() {
		if r.Method != http.MethodGet || !strings.HasPrefix(r.Path, "/admin") {
			continue
		}
		path := strings.NewReplacer(":line", "line-77", ":unit", "u3", ":site", "site-2", ":connection", "plc-7", ":machine", "kind-7", "revision/:number", "revision/500", ":number", "1").Replace(r.Path)
		if strings.HasPrefix(r.Path, "/admin/webhooks/:") || strings.HasPrefix(r.Path, "/admin/mail/subscription/:") {
			continue // there is none
		}
		switch r.Path {
		case "/admin/requests/:number", "/admin/requests/:number/confirm", "/admin/tags/import/:import", "/admin/system/backup/:name", "/admin/certificates/machine/:thumbprint", // there is none yet
			"/admin/access/version/:number", "/admin/access/version/:number/file":
			continue
		case "/admin/tags/one":
			path += "?of=kind-7&tag=t3"
		case "/admin/equipment/add", "/admin/equipment/remove":
			path += "?at=site-2/hall-4/line-99"
		case "/admin/reasons/add", "/admin/reasons/edit", "/admin/reasons/remove":
			path += "?at=reasons/r-7"
		case "/admin/equipment/name":
			path += "?at=site-2/hall-4"
		}
		measure(b, path, nil, func() { w.ask(b, w.site.Handler(), "GET", path, nil) })
	}
	for _, path := range []string{"/admin/tags?find=k7+line-4", "/admin/tags?find=nothing", "/admin/audit?text=nothing", "/admin/audit?who=nobody", "/admin/audit?on=nothing", "/admin/audit?from=2020-01-01&to=2020-02-01", "/admin/audit?text=draft+7", "/admin/audit?before=1000", "/admin/plant?before=100", "/admin/connections/plc-7/browse?at=" + url.QueryEscape("nsu=urn:press;s=press"), "/admin/connections/plc-7/browse?deep=on&find=value+99"} {
		measure(b, path, nil, func() { w.ask(b, w.site.Handler(), "GET", path, nil) })
	}
}

// firsts measures pages that nobody has asked for since somebody else changed the draft: a line of it, or a machine type.
func (w largeWorld) firsts(b *testing.B) {
	n := 0
	first := func(name, path, old, fresh string) {
		measure(b, name+path, func() {
			n++
			d, err := w.book.Draft(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			d.Text = strings.Replace(w.text, old, fmt.Sprintf(fresh, n), 1)
			if _, err := w.book.SaveDraft(b.Context(), d); err != nil {
				b.Fatal(err)
			}
		}, func() { w.ask(b, w.site.Handler(), "GET", path, nil) })
	}
	tag := "/admin/tags/one?of=kind-7&tag=t3&at=" + w.seven
	for _, path := range []string{"/admin/lines", "/admin/tags", tag, "/admin/machines/kind-7", "/admin/plant", "/admin/calendar"} {
		first("first", path, "name: Line 77\n", "name: Line seven %d\n")
	}
	for _, path := range []string{tag, "/admin/plant"} {
		first("type", path, "{line}.{unit}.k7.t5\n", "{line}.{unit}.k7.t5-%d\n")
	}
}

// saves measures forms that are kept in the draft.
func (w largeWorld) saves(b *testing.B) {
	n := 0
	for _, f := range []struct{ page, action, field, value string }{
		{"/admin/lines/line-77", "/admin/lines/line-77/thresholds", "min_stop", "%d"},
		{"/admin/tags/one?of=kind-7&tag=t3&at=" + w.seven, "/admin/tags/one?at=" + url.QueryEscape(w.seven) + "&amp;of=kind-7&amp;tag=t3", "label", "Label %d"},
		{"/admin/machines/kind-7", "/admin/machines/kind-7/signals", "good-modulus", "%d"},
		{"/admin/lines/line-77/unit/u3", "/admin/lines/line-77/unit/u3/signals", "good-modulus", "%d"},
		{"/admin/equipment/name?at=site-2", "/admin/equipment/name", "name", "Site no %d"},
	} {
		var form url.Values
		measure(b, "save"+f.action, func() {
			n++
			page := w.ask(b, w.site.Handler(), "GET", f.page, nil)
			form = answer{status: page.Code, body: unzipped(b, page)}.form(b, f.action)
			if !form.Has(f.field) {
				b.Fatalf("%s has no %s: %v", f.action, f.field, form)
			}
			form.Set(f.field, fmt.Sprintf(f.value, 2+n%50))
		}, func() { w.ask(b, w.site.Handler(), "POST", strings.ReplaceAll(f.action, "&amp;", "&"), form) })
	}
}

// imports measures the report on a table of all tags, of which every tenth is changed.
func (w largeWorld) imports(b *testing.B) {
	table := unzipped(b, w.ask(b, w.site.Handler(), "GET", "/admin/tags/export.csv", nil))
	href, _ := w.person.looked(b, w.person.upload("/admin/tags/import", "tags.csv", []byte(strings.ReplaceAll(table, "Temperature 3", "Temp 3"))))
	for _, path := range []string{href, href + "?show=unchanged", href + "?show=unchanged&page=20"} {
		measure(b, "/admin/tags/import/:import"+strings.TrimPrefix(path, href), nil, func() { w.ask(b, w.site.Handler(), "GET", path, nil) })
	}
}

// governed measures pages while a request waits that changes the rates of every line.
func (w largeWorld) governed(b *testing.B) {
	w.ask(b, w.site.Handler(), "POST", "/admin/requests/rules", url.Values{"version": {"0"}, "rates": {"OT and IT"}, "why": {"both must agree"}})
	measure(b, "governed/admin/plant", nil, func() { w.ask(b, w.site.Handler(), "GET", "/admin/plant", nil) })
	number, n := int64(0), 0
	submit := func() {
		n++
		r := revision.Revision{Parent: 500, Text: strings.ReplaceAll(w.text, "COLA-05: 600ms", fmt.Sprintf("COLA-05: %dms", 600+n)), By: plant.Person{ID: 1, Name: "Ada", Role: plant.Admin}, Why: "measured anew", Origin: "browser"}
		out, err := w.site.Setup.Desk.Submit(b.Context(), consent.Change{Revision: r, Since: "now"})
		if err != nil || !out.Waits() {
			b.Fatalf("%+v %v", out, err)
		}
		number = out.Request
	}
	one := func() { w.ask(b, w.site.Handler(), "GET", fmt.Sprintf("/admin/requests/%d", number), nil) }
	measure(b, "first/admin/requests/:number", submit, one)
	measure(b, "/admin/requests/:number", nil, one)
	measure(b, "waiting/admin/requests", nil, func() { w.ask(b, w.site.Handler(), "GET", "/admin/requests", nil) })
	measure(b, "waiting/admin/plant", nil, func() { w.ask(b, w.site.Handler(), "GET", "/admin/plant", nil) })
}

func unzipped(b *testing.B, a *httptest.ResponseRecorder) string {
	if a.Header().Get("Content-Encoding") != "gzip" {
		return a.Body.String()
	}
	r, err := gzip.NewReader(a.Body)
	if err != nil {
		b.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

// processor is the time that this process has had of the processors.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
