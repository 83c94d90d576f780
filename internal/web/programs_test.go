package web_test

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web"
)

func TestProgramsSeeThePastAsThePagesDo(t *testing.T) {
	w := newWorld(t)
	b := w.program(w.token(plant.Viewer, ""))
	s, _ := w.lines.Snapshot("filling-1")
	at := s.Window.From.Add(70 * time.Minute)
	a := b.get("/api/v1/replay?" + url.Values{"at": {at.Format(time.RFC3339Nano)}, "line": {"filling-1"}}.Encode())
	var got struct {
		Lines []struct {
			Line, Category, Cause, Fault, Shift string
			Since                               time.Time
			Good, OEE, Availability             float64
			StopsWithoutReason                  int
			Job                                 any
			Calls                               []any
		}
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusOK || len(got.Lines) != 1 {
		t.Fatalf("%d %s, %v", a.status, a.body, err)
	}
	l := got.Lines[0]
	if l.Category != "breakdown" || l.Cause != "filling-1/filler" || l.Fault != "E-107" || !l.Since.Equal(at.Add(-10*time.Minute)) || l.Good != 5400 || l.Shift != "Early" {
		t.Errorf("%+v", l)
	}
	if math.Abs(l.Availability-60./70) > 1e-9 || math.Abs(l.OEE-5400*0.6/60/70) > 1e-9 || l.Job != nil || l.Calls == nil {
		t.Errorf("%+v", l)
	}
	for path, status := range map[string]int{
		"/api/v1/replay?at=" + url.QueryEscape(at.Format(time.RFC3339)):                                 http.StatusOK,
		"/api/v1/replay?line=nope&at=" + url.QueryEscape(at.Format(time.RFC3339)):                       http.StatusNotFound,
		"/api/v1/replay?at=" + url.QueryEscape(w.clock.now().Add(time.Hour).UTC().Format(time.RFC3339)): http.StatusUnprocessableEntity,
		"/api/v1/replay":                         http.StatusUnprocessableEntity,
		"/api/v1/replay?at=0001-01-01T00:00:00Z": http.StatusUnprocessableEntity,
	} {
		if a := b.get(path); a.status != status {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestProgramsReckonAsThePagesDo(t *testing.T) {
	w := newWorld(t, worth)
	b := w.program(w.token(plant.Viewer, ""))
	s, _ := w.lines.Snapshot("filling-1")
	ask := func(set ...string) string {
		q := url.Values{"line": {"filling-1"}, "from": {s.Window.From.Format(time.RFC3339)}, "to": {s.Window.To.Format(time.RFC3339)}}
		for i := 0; i+1 < len(set); i += 2 {
			q.Set(set[i], set[i+1])
		}
		return "/api/v1/whatif?" + q.Encode()
	}
	a := b.get(ask("cut", "=breakdown:0.5", "scrap", "0.5"))
	var got struct {
		Before, After struct {
			OEE, Availability, Quality, Good, Reject, Planned, Run float64
		}
		Gain    float64
		Effects []struct {
			By, Of        string
			Seconds, Less float64
		}
		Reasons []struct {
			Key     string
			Seconds float64
		}
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusOK {
		t.Fatalf("%d %s, %v", a.status, a.body, err)
	}
	// 9600 good and 200 rejects in 105 of 120 min at 0.6 s; 7.5 min more; then half of the rejects. 1200 an hour is 0.2 a piece.
	good, reject := 9600*112.5/105, 200*112.5/105
	for what, n := range map[string][2]float64{
		"availability": {got.After.Availability, 112.5 / 120}, "quality": {got.After.Quality, (good + reject/2) / (good + reject)},
		"good": {got.After.Good, good + reject/2}, "reject": {got.After.Reject, reject / 2}, "run": {got.After.Run, 112.5 * 60},
		"planned": {got.After.Planned, got.Before.Planned}, "before": {got.Before.OEE, 0.8}, "gain": {got.Gain, (good + reject/2 - 9600) * 0.2},
	} {
		if math.Abs(n[0]-n[1]) > 1e-5 {
			t.Errorf("%s is %v, not %v", what, n[0], n[1])
		}
	}
	if e := got.Effects; len(e) != 1 || e[0].Less != 450 || e[0].Seconds != 900 || e[0].Of != "=breakdown" || len(got.Reasons) != 1 || got.Reasons[0].Seconds != 900 {
		t.Errorf("%+v of %+v", e, got.Reasons)
	}
	for path, status := range map[string]int{
		ask("cycle", "COLA-05:0.7", "unit", "filling-1/filler:1", "changeover", "60"): http.StatusOK,
		ask("minStop", "20"):                   http.StatusOK,
		ask("cut", "jam"):                      http.StatusUnprocessableEntity,
		ask("cut", "jam:NaN"):                  http.StatusUnprocessableEntity,
		ask("cut", "jam:1.5"):                  http.StatusUnprocessableEntity,
		ask("cycle", "COLA-05:0"):              http.StatusUnprocessableEntity,
		ask("scrap", "2"):                      http.StatusUnprocessableEntity,
		ask("minStop", "40", "microMax", "20"): http.StatusUnprocessableEntity,
		ask("line", "nope"):                    http.StatusNotFound,
		ask("from", "2020-01-01T00:00:00Z"):    http.StatusUnprocessableEntity,
	} {
		if a := b.get(path); a.status != status {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

// A product's own limits lay its time out anew, and that of no other product.
func TestProgramsGiveAProductLimitsOfItsOwn(t *testing.T) {
	w := newWorld(t, worth, func(d *web.Deps) {
		good, _ := d.Tags.Find("filling-1/filler/good")
		product, _ := d.Tags.Find("filling-1/filler/product")
		d.Signals = []machine.Signals{{Unit: "filling-1/filler", Good: machine.Counter{Tag: good}, Product: product}}
	})
	b := w.program(w.token(plant.Viewer, ""))
	s, _ := w.lines.Snapshot("filling-1")
	from, to := s.Window.From, s.Window.To
	samples := []tag.Sample{{Tag: w.id("filling-1/filler/product"), Time: from, Value: tag.TextValue("COLA-05")}}
	for at, n := from, int64(0); at.Before(to); at = at.Add(6 * time.Second) {
		if after := at.Sub(from); after < 30*time.Minute || after >= 32*time.Minute { // two minutes in which nothing is made
			n += 10
			samples = append(samples, tag.Sample{Tag: w.id("filling-1/filler/good"), Time: at, Value: tag.IntValue(n)})
		}
	}
	if refused, err := w.ingest(t.Context(), samples); err != nil || len(refused) > 0 {
		t.Fatal(refused, err)
	}
	ask := func(own ...string) (answer, string) {
		q := url.Values{"line": {"filling-1"}, "from": {from.Format(time.RFC3339)}, "to": {to.Format(time.RFC3339)}, "own": own}
		a := b.get("/api/v1/whatif?" + q.Encode())
		return a, strings.Join(own, " ")
	}
	for _, c := range []struct {
		own  []string
		down float64 // seconds that the line would have run less, as the pause is no micro-stop
	}{
		{[]string{"COLA-05:10:60"}, 120},
		{[]string{"WATER-05:5:600", "COLA-05:10:60"}, 120},
		{[]string{"WATER-05:10:60"}, 0},
		{[]string{"COLA-05:0:600"}, 0},
	} {
		a, words := ask(c.own...)
		var got struct {
			LaidAnew      bool
			Before, After struct{ Run float64 }
		}
		if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusOK || !got.LaidAnew {
			t.Errorf("%s: %d %s, %v", words, a.status, a.body, err)
		}
		if down := got.Before.Run - got.After.Run; math.Abs(down-c.down) > 12 { // a stop begins and ends by the cycles around it
			t.Errorf("%s: it ran %v s, and would have %v s", words, got.Before.Run, got.After.Run)
		}
	}
	for _, own := range []string{"COLA-05", "COLA-05:5", "COLA-05:x:120", "COLA-05:5:x", "COLA-05:NaN:120", "COLA-05:-1:120", "COLA-05:5:90000", "COLA-05:600:60", ":5:120"} {
		if a, _ := ask(own); a.status != http.StatusUnprocessableEntity {
			t.Errorf("own=%s: %d %s", own, a.status, a.body)
		}
	}
}
