package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// hrefBeside finds where a number of a formula leads.
func hrefBeside(t *testing.T, page, name, value string) string {
	t.Helper()
	m := regexp.MustCompile(`<dt>` + regexp.QuoteMeta(name) + `</dt><dd><a href="([^"]+)">` + regexp.QuoteMeta(value) + `<`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("%s, %s, leads nowhere", name, value)
	}
	return html.UnescapeString(m[1])
}

// A number of a formula opens its segments, which add up to it, and each of these the samples that it rests on.
func TestEveryNumberOpensItsSegmentsAndTheseTheirSamples(t *testing.T) {
	w := newWorld(t, worth, func(d *web.Deps) {
		good, _ := d.Tags.Find("filling-1/filler/good")
		d.Signals = []machine.Signals{{Unit: "filling-1/filler", Good: machine.Counter{Tag: good}}}
	})
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	s, _ := w.lines.Snapshot("filling-1")
	good := w.id("filling-1/filler/good")
	if refused, err := w.ingest(t.Context(), []tag.Sample{{Tag: good, Time: s.Window.From.Add(time.Minute), Value: tag.IntValue(777)}}); err != nil || len(refused) > 0 {
		t.Fatal(refused, err)
	}
	page := vera.get("/line/filling-1").body
	if to := hrefBeside(t, page, "Availability", "87.5 %"); to != "#formula-filling-1-a" || !strings.Contains(page, `id="formula-filling-1-a"`) {
		t.Errorf("availability leads to %q", to)
	}
	run := hrefBeside(t, page, "Run time", "105.0 min")
	list := vera.get(run)
	for _, want := range []string{"Running", `>2<`, ">105.0<", "J-7001"} {
		if !strings.Contains(list.body, want) {
			t.Errorf("the segments of the run time lack %q", want)
		}
	}
	if strings.Contains(list.body, "E-107") {
		t.Error("the stop stands among the segments of the run time")
	}
	first := regexp.MustCompile(`href="(/line/filling-1/segment\?at=\d+)"`).FindStringSubmatch(list.body)
	if first == nil {
		t.Fatal("no segment opens")
	}
	one := vera.get(first[1])
	says(t, one, "The samples behind it", ">777<", "/trends?", "Segment after: breakdown")
	says(t, vera.get("/line/filling-1/segment?at="+micros(s.Segments[1].From)), "The stop that it is part of", "/line/filling-1/stop?at=")
	says(t, vera.get("/line/filling-1/segment?at="+micros(s.Segments[2].From)), " to now")
	if a := vera.get(strings.Replace(run, "/segments?", "/segments/export.csv?", 1)); strings.Count(a.body, "\n") != 3 || !strings.Contains(a.body, "J-7001") {
		t.Errorf("the file: %s", a.body)
	}
}

func micros(at time.Time) string { return strconv.FormatInt(at.UnixMicro(), 10) }

// Many samples stand on several pages, and those of one moment are never torn apart.
func TestTheSamplesOfASegmentAreReadOn(t *testing.T) {
	w := newWorld(t, func(d *web.Deps) {
		good, _ := d.Tags.Find("filling-1/filler/good")
		d.Signals = []machine.Signals{{Unit: "filling-1/filler", Good: machine.Counter{Tag: good}}}
	})
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	s, _ := w.lines.Snapshot("filling-1")
	var batch []tag.Sample
	for i := range int64(250) {
		batch = append(batch, tag.Sample{Tag: w.id("filling-1/filler/good"), Time: s.Window.From.Add(time.Duration(i) * time.Second), Value: tag.IntValue(10_000 + i)})
	}
	if refused, err := w.ingest(t.Context(), batch); err != nil || len(refused) > 0 {
		t.Fatal(refused, err)
	}
	a := vera.get("/line/filling-1/segment?at=" + micros(s.Window.From))
	next := regexp.MustCompile(`href="([^"]+)">Those that follow<`).FindStringSubmatch(a.body)
	if next == nil || !strings.Contains(a.body, "199<") {
		t.Fatal("those that follow cannot be opened")
	}
	b := vera.get(html.UnescapeString(strings.TrimSuffix(next[1], "#behind")))
	if !strings.Contains(b.body, "200<") || !strings.Contains(b.body, "249<") || strings.Contains(b.body, "Those that follow") || !strings.Contains(b.body, "From the beginning") {
		t.Error("the second part is another")
	}
}

// Key figures are divided by everything that the ledger knows, on the page and in the API alike.
func TestFiguresByEverySide(t *testing.T) {
	w := newWorld(t, worth)
	w.user("Vera", plant.Viewer)
	vera, api := w.signedIn("Vera"), w.program(w.token(plant.Viewer, ""))
	s, _ := w.lines.Snapshot("filling-1")
	ask := w.morningOf("filling-1") // "?…"
	span := url.Values{"line": {"filling-1"}, "from": {s.Window.From.Format(time.RFC3339)}, "to": {s.Window.To.Format(time.RFC3339)}}
	for _, by := range []string{"unit", "line", "area", "site", "shift", "hour", "day", "week", "month", "order", "product", "operator", "reason", "shift-name", "order,hour"} {
		page := vera.get("/figures" + ask + "&per=" + url.QueryEscape(by))
		span.Set("by", by)
		var got figures
		api.read("/api/v1/kpi?"+span.Encode(), &got)
		rows := strings.Count(page.body, `<th scope="row">`)
		if total := by != "unit" && by != "reason"; total {
			rows--
		}
		if page.status != http.StatusOK || len(got.Groups) == 0 || rows != len(got.Groups) {
			t.Errorf("by %s: %d, %d rows on the page and %d groups", by, page.status, rows, len(got.Groups))
		}
		for _, href := range regexp.MustCompile(`<th scope="row"><a href="([^"]+)">`).FindAllStringSubmatch(page.body, -1) {
			if a := vera.get(html.UnescapeString(href[1])); a.status != http.StatusOK || !strings.Contains(a.body, "Every key figure") {
				t.Errorf("by %s: %s: %d", by, href[1], a.status)
			}
		}
	}
	one := vera.get("/figures" + ask + "&per=order&is=J-7001")
	says(t, one, "93.3", "OEE (ISO 22400-2)", "Throughput rate", "First pass yield")
	list := vera.get(hrefBeside(t, one.body, "Order execution time", "45.0 min"))
	says(t, list, ">1<", ">45.0<", "Only J-7001.")
	if strings.Contains(list.body, "60 min") {
		t.Error("another order's segment stands there")
	}
	if a := vera.get("/figures/export.csv" + ask + "&per=order"); strings.Count(a.body, "\n") != 3 || !strings.Contains(a.body, "J-7001,") {
		t.Errorf("the file: %s", a.body)
	}
}

// What is asked wrongly is told beside the fields; what names nothing is not found.
func TestFiguresAskedWrongly(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	for path, want := range map[string]int{
		"/figures?per=colour": 422, "/figures?range=custom&from=x&to=y": 422, "/figures?per=order&is=none": 404, "/figures?is=a&is=b&is=c&is=d&is=e": 422,
		"/segments?of=colour": 422, "/segments?range=custom&from=2026-03-02&to=2026-03-01": 422, "/segments?range=custom&from=2025-03-02&to=2025-12-01": 422,
		"/line/filling-1/segment": 422, "/line/filling-1/segment?at=x": 422, "/line/filling-1/segment?at=1": 422, "/line/nope/segment?at=1764000000000000": 404,
	} {
		if a := vera.get(path); a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
	}
}

// The API opens a figure as the pages do: its parts say how their segments are asked for, and these add up to them.
func TestPartsOfFiguresAddUpInTheAPI(t *testing.T) {
	w := newWorld(t)
	w.lines.change("filling-1", func(s *oee.Snapshot) { s.Segments[0].Good /= 3 }) // what is pro rata must add up as well
	api := w.sender()
	s, _ := w.lines.Snapshot("filling-1")
	span := url.Values{"line": {"filling-1"}, "from": {s.Window.From.Format(time.RFC3339)}, "to": {s.Window.To.Format(time.RFC3339)}, "by": {"product,hour"}, "formulas": {"true"}}
	var got struct {
		Groups []struct {
			Period string
			Sides  map[string]string
			Name   string
			KPIs   []struct {
				ID    string
				Terms []struct {
					Name, Unit string
					Value      float64
					Parts      []struct{ Of string }
				}
			}
		}
	}
	api.read("/api/v1/kpi?"+span.Encode(), &got)
	opened := 0
	for _, g := range got.Groups {
		for _, k := range g.KPIs {
			for _, term := range k.Terms {
				if len(term.Parts) == 0 || term.Unit != "time" || strings.HasPrefix(term.Name, "Ideal") {
					continue
				}
				q := url.Values{"line": span["line"], "from": span["from"], "to": span["to"], "by": span["by"], "period": {g.Period}, "is": {g.Name}}
				for _, p := range term.Parts {
					q.Add("of", p.Of)
				}
				var list struct {
					Seconds  float64
					Count    int
					Segments []struct{ Source []string }
				}
				api.read("/api/v1/kpi/segments?"+q.Encode(), &list)
				if opened++; list.Seconds != term.Value || list.Count != len(list.Segments) {
					t.Errorf("%s: %s of %s is %v, its segments come to %v", g.Period, term.Name, k.ID, term.Value, list.Seconds)
				}
			}
		}
	}
	if opened < 20 {
		t.Errorf("%d numbers were opened", opened)
	}
	if a := api.get("/api/v1/kpi/segments?of=colour&from=" + url.QueryEscape(span.Get("from")) + "&to=" + url.QueryEscape(span.Get("to"))); a.status != 422 {
		t.Errorf("a colour: %d", a.status)
	}
}

func TestPiecesOfAPartOfASegmentAreEstimated(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	s, _ := w.lines.Snapshot("filling-1")
	for after, want := range map[time.Duration]bool{0: false, 30 * time.Minute: true} {
		var got struct {
			Segments []struct {
				Good      float64
				Estimated bool
			}
		}
		q := url.Values{"line": {"filling-1"}, "from": {s.Window.From.Add(after).Format(time.RFC3339)}, "to": {s.Window.To.Format(time.RFC3339)}}
		b.read("/api/v1/kpi/segments?"+q.Encode(), &got)
		if len(got.Segments) != 3 || got.Segments[0].Estimated != want || got.Segments[1].Estimated || got.Segments[2].Estimated {
			t.Errorf("from %s on: %+v", after, got.Segments)
		}
	}
	if strings.Contains(b.get("/segments?line=filling-1&range=shift").body, "≈") {
		t.Error("segments that are whole are estimated")
	}
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		edge := s.Segments[0].To.Add(5 * time.Minute)
		s.Segments[0].To, s.Segments[1].From = edge, edge
	})
	hour := url.Values{"line": {"filling-1"}, "range": {"shift"}, "per": {"hour"}, "period": {s.Window.From.UTC().Format(time.RFC3339)}}
	b.get("/segments?"+hour.Encode()).mustSay(t, "≈ 4", "is estimated: the segment reaches beyond")
}

// Sums of a time whose ends cut a segment say so, by hours and else: on the page, in its file and by the API.
func TestSumsOfAPartOfASegmentAreEstimated(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	s, _ := w.lines.Snapshot("filling-1")
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, after := range []time.Duration{0, 30 * time.Minute} {
		from, to := s.Window.From.Add(after), s.Window.To
		for _, by := range []string{"line", "line,hour"} {
			var got struct {
				Groups []struct{ Estimated bool }
			}
			b.read("/api/v1/kpi?"+url.Values{"by": {by}, "line": {"filling-1"}, "from": {from.Format(time.RFC3339)}, "to": {to.Format(time.RFC3339)}}.Encode(), &got)
			if n := len(got.Groups); n == 0 || got.Groups[0].Estimated != (after > 0) || n > 1 && got.Groups[n-1].Estimated {
				t.Errorf("by %s from %s on: %+v", by, after, got.Groups)
			}
		}
		q := url.Values{"line": {"filling-1"}, "range": {"custom"}, "from": {from.In(zone).Format(time.DateTime)}, "to": {to.In(zone).Format(time.DateTime)}, "each": {"hour"}}
		page, file := b.get("/figures?"+q.Encode()).body, b.get("/figures/export.csv?"+q.Encode()).body
		if strings.Contains(page, "≈ is estimated") != (after > 0) || strings.Contains(file, ",yes,") != (after > 0) {
			t.Errorf("from %s on the page says %s and the file\n%s", after, between(page, "<h2", "</section>"), file)
		}
	}
}
