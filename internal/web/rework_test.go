package web_test

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What was reworked, and what a counter said, come in by the API too. As long as nobody has said anything, no rework is taken
// out of the first pass yield, which says so, and its share is not known.
func TestReworkAndReadingsComeByTheAPI(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	s, _ := w.lines.Snapshot("filling-1")
	from, to := s.Window.From.UTC().Format(time.RFC3339Nano), s.Window.To.UTC().Format(time.RFC3339Nano)
	ask := "/api/v1/kpi?line=filling-1&by=line&formulas=true&" + url.Values{"from": {from}, "to": {to}}.Encode()
	var before, after figures
	b.read(ask, &before)
	made := before.Groups[0].Good / *before.of(t, 0, "first-time-yield").Value
	first := before.of(t, 0, "first-pass-yield")
	if first.Value == nil || *first.Value != *before.of(t, 0, "first-time-yield").Value || !strings.Contains(first.Note, "none is taken out") {
		t.Errorf("a first pass yield of %v: %s", first.Value, first.Note)
	}
	if before.of(t, 0, "rework-ratio").Value != nil {
		t.Error("it is known what was reworked, and nobody has said it")
	}
	row := func(rest string) string {
		return `{"line":"filling-1","from":"` + from + `","to":"` + to + `",` + rest + `}`
	}
	counted := strconv.Itoa(int(math.Round(made)) + 100)
	a := b.send("/api/v1/edits", `{"edits":[`+strings.Join([]string{
		row(`"kind":"rework","good":960`), row(`"kind":"reading","good":` + counted + `,"counter":10500`), row(`"kind":"reading","counter":10500`), row(`"kind":"rework"`),
		row(`"kind":"rework","good":1,"product":"MILK"`),
	}, ",")+`]}`)
	if a.status != http.StatusOK || strings.Count(a.body, `"id":`) != 3 || strings.Count(a.body, `"counter":10500`) != 2 || !strings.Contains(a.body, "say how many") || !strings.Contains(a.body, "was not made then") {
		t.Fatalf("%d %s", a.status, a.body)
	}
	b.read(ask, &after)
	good := before.Groups[0].Good + 100
	if g := after.Groups[0].Good; math.Abs(g-good) > 1e-6 {
		t.Errorf("%v good pieces, want %v", g, good)
	}
	for id, want := range map[string]float64{"first-pass-yield": (good - 960) / (made + 100), "rework-ratio": 960 / (made + 100)} {
		if got := after.of(t, 0, id).Value; got == nil || math.Abs(*got-want) > 1e-6 {
			t.Errorf("%s is %v, want %v", id, got, want)
		}
	}
}
