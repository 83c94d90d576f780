package backfill

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/simulate"
)

var now = time.Date(2026, 11, 23, 15, 20, 31, 0, time.UTC)

func clock() time.Time { return now.Add(123) } // real clocks know nanoseconds

func grow(t testing.TB, back time.Duration, speed float64) *simulate.Plant {
	t.Helper()
	p, err := simulate.New(simulate.Demo(), 11, now.Add(-back), speed)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// row is a sample as the receiver reads it.
type row struct {
	Tag     string
	Time    time.Time
	Value   any
	Quality uint32
}

// receiver takes samples as Millwright does and keeps them.
type receiver struct {
	t       testing.TB
	rows    []row
	batches int
	answer  func(w http.ResponseWriter, batch int) bool // true when it has answered already
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.URL.Path != "/api/v1/samples" || req.Method != http.MethodPost || req.Header.Get("Authorization") != "Bearer secret" {
		r.t.Errorf("%s %s with %q", req.Method, req.URL, req.Header)
	}
	r.batches++
	if r.answer != nil && r.answer(w, r.batches) {
		return
	}
	z, err := gzip.NewReader(req.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	var body struct{ Samples []row }
	d := json.NewDecoder(z)
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(&body); err != nil {
		r.t.Fatal(err)
	}
	if len(body.Samples) > 5000 || len(body.Samples) == 0 {
		r.t.Errorf("a batch of %d samples", len(body.Samples))
	}
	r.rows = append(r.rows, body.Samples...)
	fmt.Fprintf(w, `{"accepted":%d,"refused":[]}`, len(body.Samples))
}

func receive(t testing.TB) (*receiver, string) {
	r := &receiver{t: t}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return r, s.URL
}

func (r row) number(t testing.TB) float64 {
	t.Helper()
	n, ok := r.Value.(json.Number)
	if !ok {
		t.Fatalf("%s is %v", r.Tag, r.Value)
	}
	f, err := n.Float64()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestADayIsToldInOrderAndNothingThatMattersIsMissing(t *testing.T) {
	r, url := receive(t)
	p := grow(t, 24*time.Hour, 1)
	began := time.Now()
	report, err := Push(t.Context(), p, Options{URL: url + "/", Token: "secret", Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d samples in %d batches, %v with the receiver's work", report.Sent, r.batches, time.Since(began).Round(time.Millisecond))
	if report.Sent != len(r.rows) || report.Accepted != len(r.rows) || report.Refused != 0 || report.Sent < 100_000 || report.Sent > 800_000 {
		t.Errorf("%+v of %d rows", report, len(r.rows))
	}
	if !p.Now().Equal(now) {
		t.Errorf("the plant stands at %v", p.Now())
	}
	byTag := map[string][]row{}
	last := time.Time{}
	for _, x := range r.rows {
		if x.Time.Before(last) {
			t.Fatalf("%s at %v came after %v", x.Tag, x.Time, last)
		}
		last = x.Time
		byTag[x.Tag] = append(byTag[x.Tag], x)
	}
	if last.After(now) || len(byTag) != len(p.Signals()) {
		t.Errorf("the last sample is of %v; %d tags of %d", last, len(byTag), len(p.Signals()))
	}
	checkSteps(t, byTag)
	checkCampaigns(t, byTag)
	checkIntervals(t, p.Signals(), byTag)
}

// checkSteps holds every state, mode, product and fault against a plant that was not thinned.
func checkSteps(t *testing.T, byTag map[string][]row) {
	t.Helper()
	p := grow(t, 24*time.Hour, 1)
	at := map[string]int{}
	for _, c := range append(p.Values(), p.Advance(now)...) {
		s := p.Signals()[c.Tag-1]
		if s.Class != simulate.Discrete {
			continue
		}
		rows := byTag[s.Name]
		i := at[s.Name]
		number, isNumber := c.Value.Float()
		if i < len(rows) && isNumber && rows[i].number(t) != number {
			t.Fatalf("%s turned %v at %v, and %v was told", s.Name, c.Value, c.Time, rows[i].Value)
		}
		if i >= len(rows) || !rows[i].Time.Equal(c.Time) || !isNumber && fmt.Sprint(rows[i].Value) != c.Value.String() {
			t.Fatalf("%s turned %v at %v, which was told otherwise", s.Name, c.Value, c.Time)
		}
		at[s.Name]++
	}
}

// checkCampaigns counts pieces between the changes of product, from the thinned rows alone.
func checkCampaigns(t *testing.T, byTag map[string][]row) {
	t.Helper()
	for _, l := range simulate.Demo().Lines {
		out := l.ID + "/" + l.Units[len(l.Units)-1].ID
		products, good := byTag[out+"/product"], byTag[out+"/good"]
		at := 0
		for i := 1; i < len(products); i++ {
			pieces := 0.0
			for at+1 < len(good) && good[at+1].Time.Before(products[i].Time) {
				d := good[at+1].number(t) - good[at].number(t)
				switch {
				case d < 0 && l.ID == "filling-1":
					d += 65536
				case d < 0:
					d = good[at+1].number(t)
				}
				pieces += d
				at++
			}
			if c := l.Programme[(i-1)%len(l.Programme)]; int64(pieces) != c.Quantity || products[i-1].Value != c.Product {
				t.Errorf("%s: campaign %d of %v shows %v pieces, made were %d %s", l.ID, i, products[i-1].Value, pieces, c.Quantity, c.Product)
			}
		}
	}
}

func checkIntervals(t *testing.T, signals []simulate.Signal, byTag map[string][]row) {
	t.Helper()
	most := map[simulate.Class]int{simulate.Count: 24*360 + 20, simulate.Analog: 24*60 + 2}
	for _, s := range signals {
		rows := byTag[s.Name]
		if limit, ok := most[s.Class]; ok && len(rows) > limit {
			t.Errorf("%s was told %d times", s.Name, len(rows))
		}
		if s.Class != simulate.Analog {
			continue
		}
		for i := 1; i < len(rows); i++ {
			if d := rows[i].number(t) - rows[i-1].number(t); d > -0.0999 && d < 0.0999 {
				t.Fatalf("%s moved by %v only", s.Name, d)
			}
		}
	}
}

func TestTheReceiverMayComeLate(t *testing.T) {
	r, url := receive(t)
	r.answer = func(w http.ResponseWriter, batch int) bool {
		switch batch {
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		case 3:
			panic(http.ErrAbortHandler)
		default:
			return false
		}
		return true
	}
	report, err := Push(t.Context(), grow(t, 10*time.Minute, 1), Options{URL: url, Token: "secret", Now: clock})
	if err != nil || report.Sent != len(r.rows) || r.batches < 4 {
		t.Errorf("%+v, %v after %d batches", report, err, r.batches)
	}
}

func TestFailuresAreSentences(t *testing.T) {
	cases := []struct {
		status int
		body   string
		kind   errs.Kind
		words  string
	}{
		{401, "", errs.Forbidden, "token is refused"},
		{403, "", errs.Forbidden, "token is refused"},
		{404, "no such page", errs.Internal, "404 Not Found: no such page"},
		{413, strings.Repeat("x", 1000), errs.Internal, "…"},
		{200, "hello", errs.Internal, "not what was agreed"},
		{500, "out of order", errs.Unavailable, "out of order"},
	}
	for _, x := range cases {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(x.status)
			fmt.Fprint(w, x.body)
		}))
		_, err := Push(t.Context(), grow(t, time.Minute, 1), Options{URL: s.URL, Token: "secret", Now: clock, Patience: 2 * time.Second})
		if err == nil || errs.KindOf(err) != x.kind || !strings.Contains(err.Error(), x.words) || strings.Contains(err.Error(), "secret") {
			t.Errorf("status %d: %v", x.status, err)
		}
		s.Close()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	_, err = Push(t.Context(), grow(t, time.Minute, 1), Options{URL: "http://" + l.Addr().String(), Now: clock, Patience: 2 * time.Second})
	if errs.KindOf(err) != errs.Unavailable || !strings.Contains(err.Error(), "refused") {
		t.Errorf("nobody listens: %v", err)
	}
	for _, url := range []string{"", "127.0.0.1:8080", "ftp://x"} {
		if _, err := Push(t.Context(), grow(t, time.Minute, 1), Options{URL: url, Now: clock}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("url %q: %v", url, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := Push(ctx, grow(t, time.Minute, 1), Options{URL: "http://" + l.Addr().String(), Now: clock}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("stopped by the caller: %v", err)
	}
}

func TestRefusedSamplesAreReported(t *testing.T) {
	r, url := receive(t)
	r.answer = func(w http.ResponseWriter, _ int) bool {
		var refused []string
		for i := range 30 {
			refused = append(refused, fmt.Sprintf(`{"index":%d,"error":"unknown tag"}`, i))
		}
		fmt.Fprintf(w, `{"accepted":100,"refused":[%s]}`, strings.Join(refused, ","))
		return true
	}
	report, err := Push(t.Context(), grow(t, time.Minute, 1), Options{URL: url, Token: "secret", Now: clock})
	if err != nil || report.Refused < 30 || len(report.Refusals) != 10 {
		t.Fatalf("%+v, %v", report, err)
	}
	if first := report.Refusals[0]; first.Tag != "filling-1/depalletizer/state" || first.Error != "unknown tag" || !first.Time.Equal(now.Add(-time.Minute)) {
		t.Errorf("%+v", first)
	}
}

func BenchmarkPush24h(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"accepted":5000}`) }))
	defer s.Close()
	for b.Loop() {
		report, err := Push(b.Context(), grow(b, 24*time.Hour, 1), Options{URL: s.URL, Now: clock})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(report.Sent), "samples")
	}
}
