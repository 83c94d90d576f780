package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// read asks the API and takes the answer apart.
func (b *browser) read(path string, into any) {
	b.w.t.Helper()
	a := b.get(path)
	if a.status != 200 {
		b.w.t.Fatalf("GET %s: %d %s", path, a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		b.w.t.Fatalf("GET %s: %v in %s", path, err, a.body)
	}
}

type receipt struct {
	Accepted int
	Refused  []struct {
		Index int
		Error string
	}
}

func (b *browser) ingest(text string) receipt {
	b.w.t.Helper()
	a := b.send("/api/v1/samples", text)
	if a.status != 200 {
		b.w.t.Fatalf("%d %s", a.status, a.body)
	}
	var r receipt
	if err := json.Unmarshal([]byte(a.body), &r); err != nil {
		b.w.t.Fatal(err)
	}
	return r
}

func (w *world) sender() *browser {
	w.user("Ada", plant.Admin)
	return w.program(w.token(plant.Operator, ""))
}

func TestSamplesAreKeptAsTheyCame(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	at := w.clock.now().Add(-time.Hour).UTC().Truncate(time.Second)
	row := func(name string, i int, value string) string {
		return fmt.Sprintf(`{"tag":%q,"time":%q,"value":%s}`, name, at.Add(time.Duration(i)*time.Second).Format(time.RFC3339Nano), value)
	}
	rows := []string{
		row("filling-1/filler/good", 0, "9007199254740993"), row("filling-1/filler/good", 1, "18446744073709551615"), row("filling-1/filler/good", 2, "-1"),
		row("filling-1/filler/speed", 0, "98.5"), row("filling-1/filler/speed", 1, "1e3"), row("filling-1/filler/speed", 2, "true"),
		row("filling-1/filler/product", 0, `"COLA\u002d05 é"`), row("filling-1/filler/product", 1, `"12"`),
	}
	if r := b.ingest(`{"samples":[` + strings.Join(rows, ",") + `]}`); r.Accepted != len(rows) || len(r.Refused) != 0 {
		t.Fatalf("%+v", r)
	}
	want := map[string][]string{
		"filling-1/filler/good":    {"9007199254740993 int", "18446744073709551615 uint", "-1 int"},
		"filling-1/filler/speed":   {"98.5 float", "1000.0 float", "true bool"},
		"filling-1/filler/product": {`"COLA-05 é" text`, `"12" text`},
	}
	for name, values := range want {
		var got struct {
			Samples []struct {
				Time  time.Time
				Value json.RawMessage
				Kind  string
			}
		}
		b.read("/api/v1/tags/samples?"+url.Values{"tag": {name}, "from": {at.Format(time.RFC3339)}, "to": {at.Add(time.Minute).Format(time.RFC3339)}}.Encode(), &got)
		if len(got.Samples) != len(values) {
			t.Fatalf("%s: %+v", name, got)
		}
		for i, s := range got.Samples {
			if have := string(s.Value) + " " + s.Kind; have != values[i] || !s.Time.Equal(at.Add(time.Duration(i)*time.Second)) {
				t.Errorf("%s: %s at %s, want %s", name, have, s.Time, values[i])
			}
		}
	}
}

func TestOneBadRowStopsNoOther(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	now := w.clock.now().UTC()
	at := now.Add(-time.Minute).Format(time.RFC3339Nano)
	good := `{"tag":"filling-1/filler/speed","time":"` + at + `","value":1}`
	rows := []struct{ row, why string }{
		{good, ""},
		{`{"tag":"nope","time":"` + at + `","value":1}`, `there is no tag "nope"`},
		{`{"tag":"filling-1/filler/speed","time":"yesterday","value":1}`, "is not like"},
		{`{"tag":"filling-1/filler/speed","time":"` + at + `"}`, "there is no value"},
		{`{"tag":"filling-1/filler/speed","time":"` + at + `","value":null}`, "a value is"},
		{`{"tag":"filling-1/filler/speed","time":"` + at + `","value":{"a":1}}`, "a value is"},
		{`{"tag":"filling-1/filler/speed","time":"` + at + `","value":99999999999999999999}`, "more than 64 bits"},
		{`{"tag":"filling-1/filler/speed","time":"` + at + `","value":1e999}`, "out of range"},
		{`{"tag":5,"time":"` + at + `","value":1}`, "must not be a number"},
		{`{"tag":"filling-1/filler/speed","time":"` + at + `","value":1,"quality":-1}`, "a whole number from 0"},
		{`{"tag":"filling-1/filler/speed","time":"` + at + `","wert":1}`, "unknown field"},
		{`[]`, "a sample is an object"},
		{`{"tag":"filling-1/filler/speed","time":"` + now.Add(48*time.Hour).Format(time.RFC3339) + `","value":1}`, "set the clock"},
		{`{"tag":"filling-1/filler/product","time":"` + at + `","value":"` + strings.Repeat("x", 5000) + `"}`, "4096 bytes"},
		{strings.Replace(good, `"value":1`, `"value":2,"quality":2147483648`, 1), ""}, // the same time, another value
		{good, ""}, // the same again
	}
	var all []string
	for _, r := range rows {
		all = append(all, r.row)
	}
	got := b.ingest(`{"samples":[` + strings.Join(all, ",") + `]}`)
	refused := map[int]string{}
	for _, r := range got.Refused {
		refused[r.Index] = r.Error
	}
	for i, r := range rows {
		if r.why != "" && !strings.Contains(refused[i], r.why) {
			t.Errorf("row %d %s: %q", i, r.row, refused[i])
		}
	}
	if refused[0] != "" || refused[15] != "" || refused[12] == "" || refused[14] == "" {
		t.Errorf("refused: %v", refused)
	}
	if got.Accepted != 2 || got.Accepted+len(got.Refused) != len(rows) {
		t.Errorf("%d accepted, %d refused of %d", got.Accepted, len(got.Refused), len(rows))
	}
}

func TestSendingABatchAgainDoesNoHarm(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	at := w.clock.now().Add(-time.Hour).UTC().Truncate(time.Second)
	var rows []string
	for i := range 500 {
		rows = append(rows, fmt.Sprintf(`{"tag":"filling-1/filler/good","time":%q,"value":%d}`, at.Add(time.Duration(i)*time.Second).Format(time.RFC3339), i))
	}
	batch := `{"samples":[` + strings.Join(rows, ",\n ") + `]}`
	for range 3 {
		if r := b.ingest(batch); r.Accepted != 500 {
			t.Fatalf("%+v", r)
		}
	}
	var got struct{ Samples []struct{} }
	b.read("/api/v1/tags/samples?limit=10000&"+url.Values{"tag": {"filling-1/filler/good"}, "from": {at.Format(time.RFC3339)}, "to": {at.Add(time.Hour).Format(time.RFC3339)}}.Encode(), &got)
	if len(got.Samples) != 500 {
		t.Errorf("%d samples are kept", len(got.Samples))
	}
	if s, ok := w.latest.Get(w.id("filling-1/filler/good")); !ok || s.Value != tag.IntValue(499) {
		t.Errorf("the newest is %v", s)
	}
}

func TestBatchMayBePacked(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprintf(z, `{"samples":[{"tag":"filling-1/filler/good","time":%q,"value":1}]}`, w.clock.now().UTC().Format(time.RFC3339))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	a := b.do(http.MethodPost, "/api/v1/samples", &packed, http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}})
	if a.status != 200 || !strings.Contains(a.body, `"accepted":1`) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestAHistoryThatIsFullNamesNoFolder(t *testing.T) {
	w := newWorld(t, func(d *web.Deps) {
		d.Ingest = func(context.Context, []tag.Sample) ([]history.Refusal, error) {
			return nil, errs.New(errs.Unavailable, "the disk under /var/lib/millwright is full")
		}
	})
	b := w.sender()
	a := b.send("/api/v1/samples", fmt.Sprintf(`{"samples":[{"tag":"filling-1/filler/good","time":%q,"value":1}]}`, w.clock.now().UTC().Format(time.RFC3339)))
	if a.status != http.StatusServiceUnavailable || strings.Contains(a.body, "/var") || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if !strings.Contains(w.log.String(), "/var/lib/millwright is full") {
		t.Error("the log does not say why")
	}
}

func TestRequestsThatCannotBeReadSayWhy(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	row := fmt.Sprintf(`{"tag":"filling-1/filler/good","time":%q,"value":1}`, w.clock.now().UTC().Format(time.RFC3339))
	many := `{"samples":[` + strings.Repeat(row+",", 10_000) + row + `]}`
	for body, want := range map[string]int{
		"": 422, "{}": 422, "[]": 422, `{"samples":1}`: 422, `{"samples":[` + row: 422, `{"samples":[` + row + `]`: 422, `{"samples":[` + row + `]} x`: 422,
		`{"samples":[` + row + `],"more":1}`: 422, `{"samples":[{"tag":}]}`: 422, `{"other":[]}`: 422, many: 422, `{"samples":[]}`: 200,
	} {
		a := b.send("/api/v1/samples", body)
		if a.status != want || want == 422 && !strings.Contains(a.body, "the body must be") && body != many {
			t.Errorf("%.60s: %d %s", body, a.status, a.body)
		}
	}
	h := http.Header{"Content-Type": {"text/plain"}}
	if a := b.do(http.MethodPost, "/api/v1/samples", strings.NewReader(`{"samples":[]}`), h); a.status != http.StatusUnsupportedMediaType {
		t.Errorf("text: %d", a.status)
	}
	h = http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"br"}}
	if a := b.do(http.MethodPost, "/api/v1/samples", strings.NewReader(`{"samples":[]}`), h); a.status != http.StatusUnsupportedMediaType {
		t.Errorf("brotli: %d", a.status)
	}
}

func TestLinesAndUnits(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	var lines struct {
		Lines []struct {
			ID, Category string
			OEE          struct{ OEE, Availability *float64 }
		}
	}
	b.read("/api/v1/lines", &lines)
	if len(lines.Lines) != 2 || lines.Lines[0].ID != "filling-1" || lines.Lines[0].Category != "running" || *lines.Lines[0].OEE.Availability != 0.875 {
		t.Errorf("%+v", lines)
	}
	var line struct {
		Pacer, Output string
		Shift         struct{ Name string }
		Units         []struct{ ID string }
		Tags          []string
	}
	b.read("/api/v1/lines/packing-1", &line)
	if line.Pacer != "packing-1/filler" || line.Shift.Name != "Early" || len(line.Units) != 2 || len(line.Tags) != 6 {
		t.Errorf("%+v", line)
	}
	var units struct{ Units []struct{ ID, State string } }
	b.read("/api/v1/units?line=filling-1", &units)
	if len(units.Units) != 2 || units.Units[0].State != "Unknown" {
		t.Errorf("%+v", units)
	}
}

func TestWhatIsNotKnownIsNull(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	w.lines.change("filling-1", func(s *oee.Snapshot) { s.Classic, s.Target = oee.Classic{}, 0 })
	for path, want := range map[string]string{"/api/v1/oee?line=filling-1": `"oee":null`, "/api/v1/lines/filling-1": `"target":null`, "/api/v1/units": `"good":null`, "/api/v1/tags": `"value":null`} {
		if a := b.get(path); !strings.Contains(a.body, want) {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}

func TestTagsComeInPages(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	var names []string
	after := ""
	for range 10 {
		var page struct {
			Tags []struct{ Name string }
			Next string
		}
		b.read("/api/v1/tags?limit=5&after="+url.QueryEscape(after), &page)
		for _, one := range page.Tags {
			names = append(names, one.Name)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(names) != w.tags.Len() {
		t.Errorf("%d of %d tags: %v", len(names), w.tags.Len(), names)
	}
	var some struct{ Tags []struct{ Name, Line string } }
	b.read("/api/v1/tags?line=packing-1&prefix=packing-1/packer", &some)
	if len(some.Tags) != 3 || some.Tags[0].Line != "packing-1" {
		t.Errorf("%+v", some)
	}
}

func TestSamplesComeInPages(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	at := w.clock.now().Add(-time.Hour).UTC().Truncate(time.Second)
	var batch []tag.Sample
	for i := range 25 {
		batch = append(batch, tag.Sample{Tag: w.id("filling-1/filler/good"), Time: at.Add(time.Duration(i) * time.Second), Value: tag.IntValue(int64(i))})
	}
	if _, err := w.ingest(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	from, seen := at.Format(time.RFC3339Nano), 0
	for range 10 {
		var page struct {
			Samples []struct{ Value int64 }
			Next    *time.Time
		}
		b.read("/api/v1/tags/samples?limit=10&"+url.Values{"tag": {"filling-1/filler/good"}, "from": {from}, "to": {at.Add(time.Hour).Format(time.RFC3339)}}.Encode(), &page)
		for _, s := range page.Samples {
			if s.Value != int64(seen) {
				t.Fatalf("sample %d is %d", seen, s.Value)
			}
			seen++
		}
		if page.Next == nil {
			break
		}
		from = page.Next.Format(time.RFC3339Nano)
	}
	if seen != 25 {
		t.Errorf("%d samples", seen)
	}
}

func TestBucketsAreColumns(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	to := w.clock.now().UTC().Truncate(time.Minute)
	for i := range 30 {
		s := tag.Sample{Tag: w.id("filling-1/filler/speed"), Time: to.Add(time.Duration(i-30) * time.Minute), Value: tag.FloatValue(float64(i))}
		if _, err := w.ingest(t.Context(), []tag.Sample{s}); err != nil {
			t.Fatal(err)
		}
	}
	var got struct {
		Start           []float64
		Min, Mean, Last []*float64
		Bad             []float64
	}
	b.read("/api/v1/tags/buckets?points=12&"+url.Values{"tag": {"filling-1/filler/speed"}, "from": {to.Add(-time.Hour).Format(time.RFC3339)}, "to": {to.Format(time.RFC3339)}}.Encode(), &got)
	if len(got.Start) != 12 || len(got.Min) != 12 || len(got.Mean) != 12 || len(got.Last) != 12 || len(got.Bad) != 12 {
		t.Fatalf("%+v", got)
	}
	if got.Min[0] != nil || got.Min[6] == nil || *got.Min[6] != 0 || *got.Last[11] != 29 || got.Start[1]-got.Start[0] != 300 {
		t.Errorf("%+v", got)
	}
}

func TestQuestionsThatMakeNoSense(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	span := "&from=2026-03-27T00:00:00Z&to=2026-03-28T00:00:00Z"
	for path, want := range map[string]int{
		"/api/v1/tags/samples?tag=nope" + span: 404, "/api/v1/tags/samples?tag=filling-1/filler/good": 422, "/api/v1/tags/samples?tag=filling-1/filler/good&from=x&to=y": 422,
		"/api/v1/tags/samples?tag=filling-1/filler/good&limit=99999" + span:                                422,
		"/api/v1/tags/buckets?tag=filling-1/filler/good&points=5000" + span:                                422,
		"/api/v1/tags/buckets?tag=filling-1/filler/good&from=2026-03-28T00:00:00Z&to=2026-03-27T00:00:00Z": 422,
		"/api/v1/tags?after=nope": 422, "/api/v1/tags?limit=0": 422, "/api/v1/segments?line=nope" + span: 404, "/api/v1/oee?line=nope": 404, "/api/v1/units?line=nope": 404, "/api/v1/tags?line=nope": 404, "/api/v1/jobs?line=nope": 404, "/api/v1/lines?nope=1": 422,
	} {
		a := b.get(path)
		if a.status != want || !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") || !strings.Contains(a.body, `"status":`+fmt.Sprint(want)) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestSegmentsAndOEE(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	s, _ := w.lines.Snapshot("filling-1")
	span := url.Values{"line": {"filling-1"}, "from": {s.Window.From.Format(time.RFC3339)}, "to": {s.Window.To.Format(time.RFC3339)}}.Encode()
	var got struct {
		Segments []struct{ Category, Fault, Order string }
		Next     *time.Time
	}
	b.read("/api/v1/segments?"+span, &got)
	if len(got.Segments) != 3 || got.Segments[1].Category != "breakdown" || got.Segments[1].Fault != "E-107" || got.Segments[1].Order != "" || got.Segments[2].Order != "J-7001" || got.Next != nil {
		t.Errorf("%+v", got)
	}
	b.read("/api/v1/segments?limit=2&"+span, &got)
	if len(got.Segments) != 2 || got.Next == nil || !got.Next.Equal(s.Segments[2].From) {
		t.Errorf("%+v", got)
	}
	var shift, window struct {
		Availability, Performance, Quality, OEE float64
		Good                                    float64
		Seconds                                 map[string]float64
	}
	b.read("/api/v1/oee?line=filling-1", &shift)
	b.read("/api/v1/oee?"+span, &window)
	if shift.OEE != window.OEE || shift.Availability != 0.875 || shift.Good != 9600 || shift.Seconds["breakdown"] != 900 {
		t.Errorf("%+v %+v", shift, window)
	}
}

func TestJobsByTheAPI(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.program(w.token(plant.Manager, ""))
	post := func(path, key, body string) answer {
		return b.do(http.MethodPost, path, strings.NewReader(body), http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}})
	}
	job := `{"line":"packing-1","product":"BOX-S","planned":12.5,"due":"2026-03-28T06:00:00Z"}`
	first := post("/api/v1/jobs", "k1", job)
	again := post("/api/v1/jobs", "k1", job)
	if first.status != http.StatusCreated || again.status != http.StatusCreated || first.body != again.body || w.jobs.added != 1 {
		t.Errorf("%d %d %s %s", first.status, again.status, first.body, again.body)
	}
	if !strings.Contains(first.body, `"planned":12.5`) || w.jobs.by.Name != "token program" {
		t.Errorf("%s by %s", first.body, w.jobs.by.Name)
	}
	if a := post("/api/v1/jobs", "k1", strings.Replace(job, "12.5", "13", 1)); a.status != 422 {
		t.Errorf("the key of another request: %d", a.status)
	}
	if a := post("/api/v1/jobs", "k2", `{"id":"J-1","line":"filling-1","product":"x","planned":1}`); a.status != http.StatusConflict {
		t.Errorf("a number that is taken: %d %s", a.status, a.body)
	}
	for body, want := range map[string]int{
		`{"line":"nope","product":"x","planned":1}`: 404, `{"id":"..","line":"filling-1","product":"x","planned":1}`: 422, `{"line":"filling-1","product":"x","planned":0}`: 422, `{"line":"filling-1","product":"x","planned":1.1234567}`: 422,
		`{"line":"filling-1","product":"x","planned":1e99}`: 422, `{"line":"filling-1","product":"","planned":1}`: 422, `{"line":"filling-1","product":"x"}`: 422,
		`{"id":"../x","line":"filling-1","product":"x","planned":1}`: 422, `{"line":"filling-1","product":"x","planned":1,"role":"admin"}`: 422, `{`: 400,
	} {
		if a := post("/api/v1/jobs", "", body); a.status != want {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	if a := post("/api/v1/jobs/J-1/hold", "", `{"version":99}`); a.status != http.StatusConflict {
		t.Errorf("an old version: %d", a.status)
	}
	held := post("/api/v1/jobs/J-1/hold", "k3", `{"version":3,"why":"no bottles"}`)
	repeated := post("/api/v1/jobs/J-1/hold", "k3", `{"version":3,"why":"no bottles"}`)
	if held.status != 200 || repeated.status != 200 || !strings.Contains(repeated.body, `"status":"held"`) || len(w.jobs.steps) != 1 {
		t.Errorf("%d %d %v", held.status, repeated.status, w.jobs.steps)
	}
	var one struct{ Status string }
	b.read("/api/v1/jobs/J-1", &one)
	var all struct{ Jobs []struct{ ID string } }
	b.read("/api/v1/jobs?line=filling-1", &all)
	if one.Status != "held" || len(all.Jobs) != 2 {
		t.Errorf("%+v %+v", one, all)
	}
}

func TestTheDescriptionTellsEveryRoute(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}
	b.read("/api/v1/openapi.json", &doc)
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("version %q", doc.OpenAPI)
	}
	for _, r := range w.site.Table() {
		if !strings.HasPrefix(r.Path, "/api/v1/") || strings.Contains(r.Path, "openapi") {
			continue
		}
		path := regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}")
		if doc.Paths[path][strings.ToLower(r.Method)] == nil {
			t.Errorf("%s %s is not described", r.Method, path)
		}
	}
	if a := b.get("/api/v1/openapi.yaml"); a.status != 200 || !strings.Contains(a.body, "openapi: 3.1") {
		t.Errorf("yaml: %d", a.status)
	}
}

func TestWhatTakesTooLongSaysSo(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	w.lines.fail = fmt.Errorf("read segments: %w", context.DeadlineExceeded)
	a := b.get("/api/v1/segments?line=filling-1&from=2026-03-27T00:00:00Z&to=2026-03-28T00:00:00Z")
	if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "took too long") {
		t.Errorf("%d %s", a.status, a.body)
	}
}
