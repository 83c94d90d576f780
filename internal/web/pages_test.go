package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/static"
)

func TestNowShowsEveryLine(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	page := w.signedIn("Vera").get("/").body
	for _, want := range []string{
		`id="now-filling-1"`, `id="now-packing-1"`, "COLA-05", "J-1", "1 stop without a reason", `id="panel:now/lines"`, `id="panel:now/totals"`,
		`<meta http-equiv="refresh"`, "Vera", "Ulm works",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestStoppedLinesComeFirst(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	first := func() bool {
		page := b.get("/").body
		return strings.Index(page, `id="now-packing-1"`) < strings.Index(page, `id="now-filling-1"`)
	}
	if first() {
		t.Error("the order of the plant is not kept")
	}
	w.lines.change("packing-1", func(s *oee.Snapshot) { s.Now = oee.Breakdown })
	if !first() {
		t.Error("the stopped line does not come first")
	}
}

func TestLineShowsItsFormulas(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	page := plain(w.signedIn("Vera").get("/line/filling-1").body)
	// 105 of 120 min run; 9,800 pieces of 0.6 s are 98 min; 200 of them rejected.
	for _, want := range []string{
		"105.0 min ÷ 120.0 min = 87.5 %", "120.0 min ÷ 0.6 s = 12000", "98.0 min ÷ 105.0 min = 93.3 %", "9600 ÷ 9800 = 98.0 %", "87.5 % × 93.3 % × 98.0 % = 80.0 %",
		"Early shift", "15 min", "Filler, fault E-107", "−2400",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// plain takes the narrow spaces out of a page, which group digits, and makes the others ordinary ones.
func plain(page string) string { return strings.NewReplacer("\u202f", "", "\u00a0", " ").Replace(page) }

func TestUnknownIsNotZero(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	w.lines.mu.Lock()
	w.lines.snaps = map[plant.LineID]oee.Snapshot{}
	w.lines.mu.Unlock()
	b := w.signedIn("Vera")
	for _, path := range []string{"/", "/lines", "/line/filling-1", "/wall/line/filling-1", "/wall/hall/filling"} {
		a := b.get(path)
		if a.status != 200 || !strings.Contains(a.body, "No data") || strings.Contains(a.body, "NaN") || strings.Contains(a.body, "Inf") {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestTrendIsDrawnOnTheServer(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	now := w.clock.now()
	var batch []tag.Sample
	for i := range 120 {
		batch = append(batch, tag.Sample{Tag: w.id("filling-1/filler/speed"), Time: now.Add(time.Duration(i-120) * time.Minute), Value: tag.FloatValue(float64(90 + i%10))}.Clean())
	}
	if _, err := w.ingest(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	b := w.signedIn("Vera")
	page := b.get("/line/filling-1").body
	if !strings.Contains(page, `data-pen="filling-1/filler/speed"`) || !regexp.MustCompile(`<path[^>]* d="M\d+ \d+L`).MatchString(page) {
		t.Error("the pacer's speed is not drawn")
	}
	ask := url.Values{"tag": {"filling-1/filler/speed", "filling-1/packer/good"}, "from": {now.Add(-time.Hour).UTC().Format(time.RFC3339)}, "to": {now.UTC().Format(time.RFC3339)}}
	page = b.get("/trends?" + ask.Encode()).body
	if strings.Count(page, "data-pen=") != 2 || !strings.Contains(page, "Zoom in") {
		t.Error("the trends page does not draw what is asked for")
	}
	for query, want := range map[string]int{
		"tag=nope": 404, "from=x&to=y": 422, "from=2026-03-28T00:00:00Z&to=2026-03-27T00:00:00Z": 422, "from=1900-01-01T00:00:00Z&to=2026-03-27T00:00:00Z": 422,
		strings.Repeat("tag=filling-1/filler/speed&", 9): 422, "range=7d": 200, "range=nonsense": 200,
	} {
		if a := b.get("/trends?" + query); a.status != want {
			t.Errorf("%.60s: %d, want %d", query, a.status, want)
		}
	}
}

func TestHostileTextIsInert(t *testing.T) {
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'"{{7*7}}${7*7}javascript:alert(1)`
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	w.says("filling-1/filler/product", tag.TextValue(evil))
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		s.Product, s.Fault, s.Now, s.Shift.Name = evil, evil, oee.Breakdown, evil
		for i := range s.Segments {
			s.Segments[i].Fault, s.Segments[i].Product = evil, evil
		}
	})
	w.units.all = []machine.Status{{Unit: "filling-1/filler", State: machine.Held, Product: evil, Fault: evil}}
	w.jobs.all[0].ID, w.jobs.all[0].Product, w.jobs.all[0].Order = evil, evil, evil
	b := w.signedIn("Otto")
	inline := regexp.MustCompile(`(?i)<script(\s[^>]*)?>[^<]|<[^>]*\son\w+\s*=|<[^>]*\sstyle\s*=|href="javascript:`)
	for _, path := range []string{"/", "/lines", "/line/filling-1", "/trends?tag=" + url.QueryEscape(evil), "/wall/line/filling-1", "/wall/hall/filling", "/sign-in?next=" + url.QueryEscape(evil), "/" + url.PathEscape(evil)} {
		a := b.get(path)
		if strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<img src=x") {
			t.Errorf("%s: the text is alive", path)
		}
		if m := inline.FindString(unquoted(a.body)); m != "" {
			t.Errorf("%s: inline script or style: %s", path, m)
		}
	}
	for _, path := range []string{"/api/v1/lines", "/api/v1/tags", "/api/v1/jobs", "/api/v1/units"} {
		a := b.get(path)
		if !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s could be taken for a page: %v", path, a.header)
		}
	}
}

// unquoted empties the values of attributes, in which anything may stand once it is escaped.
func unquoted(page string) string {
	return regexp.MustCompile(`="[^"]*"`).ReplaceAllStringFunc(page, func(v string) string {
		if strings.HasPrefix(v, `="javascript:`) {
			return v
		}
		return `=""`
	})
}

func TestHeadersMakeBrowsersCareful(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	for _, path := range []string{"/", "/sign-in", "/nope", "/api/v1/lines", "/healthz", static.Path("app.css")} {
		h := b.get(path).header
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: CSP %q", path, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if h.Get("X-Request-Id") == "" || h.Get("Server") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if cc := b.get(static.Path("app.css")).header.Get("Cache-Control"); !strings.Contains(cc, "immutable") {
		t.Errorf("static files are cached as %q", cc)
	}
}

func TestPagesArePacked(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	a := b.do(http.MethodGet, "/line/filling-1", nil, http.Header{"Accept-Encoding": {"gzip"}})
	if a.header.Get("Content-Encoding") != "gzip" || !strings.Contains(a.header.Get("Vary"), "Accept-Encoding") {
		t.Fatalf("%v", a.header)
	}
	z, err := gzip.NewReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(z)
	if err != nil || !strings.Contains(string(page), "Filling-1") {
		t.Errorf("%v", err)
	}
	if len(a.body) > 30<<10 {
		t.Errorf("the page weighs %d bytes", len(a.body))
	}
}

func TestJobIsStartedAndHeldFromThePage(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	b := w.signedIn("Otto")
	if page := b.get("/line/filling-1").body; !strings.Contains(page, `action="/jobs/J-1/hold"`) || !strings.Contains(page, `action="/jobs/J-2/start"`) {
		t.Fatal("the page has no buttons")
	}
	form := url.Values{"version": {"3"}}
	if a := b.post("/jobs/J-1/hold", form); a.status != http.StatusSeeOther || a.header.Get("Location") != "/line/filling-1" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := b.post("/jobs/J-1/hold", form); a.status != http.StatusConflict || !strings.Contains(a.body, "look again") {
		t.Errorf("pressed twice: %d", a.status)
	}
	refused := b.do(http.MethodPost, "/jobs/J-1/hold", strings.NewReader(form.Encode()), http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Referer": {w.http.URL + "/line/filling-1?range=24h"},
	})
	if refused.status != http.StatusConflict || !strings.Contains(refused.body, `href="/line/filling-1?range=24h">Back`) {
		t.Errorf("who is refused is not led back: %d %s", refused.status, refused.body)
	}
	for path, want := range map[string]int{"/jobs/J-1/explode": 404, "/jobs/nope/hold": 404} {
		if a := b.post(path, form); a.status != want {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := b.post("/jobs/J-1/resume", url.Values{"version": {"x"}}); a.status != 422 {
		t.Errorf("no version: %d", a.status)
	}
	if got := strings.Join(w.jobs.steps, ", "); got != "J-1 held" || w.jobs.by.Name != "Otto" {
		t.Errorf("the job took the steps %q by %s", got, w.jobs.by.Name)
	}
}

func TestReadinessSaysNoReason(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	if a := b.get("/readyz"); a.status != 200 {
		t.Error(a.status)
	}
	w.unready = errSecret
	if a := b.get("/readyz"); a.status != 503 || strings.Contains(a.body, "sqlite") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestMetricsAreForLoopbackOrAViewer(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.browser()
	b.get("/")
	if a := b.get("/metrics"); a.status != 200 || !strings.Contains(a.body, "millwright_http_request_seconds") || !strings.Contains(a.body, "millwright_live_clients 0") {
		t.Errorf("from loopback: %d", a.status)
	}
	b.header.Set("X-Forwarded-For", "192.0.2.1") // through a proxy on this machine
	if a := b.get("/metrics"); a.status != http.StatusUnauthorized {
		t.Errorf("through a proxy: %d", a.status)
	}
	p := w.program(w.token(plant.Viewer, ""))
	p.header.Set("X-Forwarded-For", "192.0.2.1")
	if a := p.get("/metrics"); a.status != 200 {
		t.Errorf("with a token: %d", a.status)
	}
}
