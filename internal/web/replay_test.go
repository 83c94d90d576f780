package web_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/andon"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee/past"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// playing asks for the two hours that the lines of the world know, at a moment.
func (w *world) playing(path string, at time.Time, more ...string) string {
	s, _ := w.lines.Snapshot("filling-1")
	us := func(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }
	q := url.Values{"from": {us(s.Window.From)}, "to": {us(s.Window.To)}, "at": {us(at)}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return path + "?" + q.Encode()
}

// momentOf is the part of a page that is of the moment.
func momentOf(page string) string {
	i := strings.Index(page, `<div class="past"`)
	if i < 0 {
		return ""
	}
	part := page[i:]
	if j := strings.Index(part, "</main>"); j >= 0 {
		part = strings.TrimSpace(part[:j])
		part = strings.TrimSuffix(part, "</div>") // of the player around it
	}
	return strings.TrimSpace(part)
}

func TestWhatIsPlayedIsWhatThePageShows(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	s, _ := w.lines.Snapshot("filling-1")
	for range 25 {
		at := s.Window.From.Add(time.Duration(rand.Int64N(int64(s.Window.Duration()))))
		page, part := b.get(w.playing("/replay", at)), b.get(w.playing("/replay/view", at))
		if page.status != http.StatusOK || part.status != http.StatusOK {
			t.Fatalf("%d, %d: %s", page.status, part.status, part.body)
		}
		if got := momentOf(page.body); got == "" || got != momentOf(part.body) {
			t.Fatalf("at %s:\n%s\nis not\n%s", at, momentOf(part.body), got)
		}
	}
}

func TestAMomentIsThatOfTheLedger(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	s, _ := w.lines.Snapshot("filling-1")
	l, _ := thePlant(t).Line("filling-1")
	zone, _ := time.LoadLocation("Europe/Berlin")
	for _, c := range []struct {
		minute int
		words  []string
	}{
		{30, []string{"Running", "30:00", "2700", "100.0"}},
		{70, []string{"Breakdown", "10:00", "Filler, fault E-107", "5400"}},
		{100, []string{"Running", "25:00", "J-7001"}},
	} {
		at := s.Window.From.Add(time.Duration(c.minute) * time.Minute)
		page := plain(b.get(w.playing("/replay/view", at, "where", "filling-1")).body)
		is := past.At(l, s.Segments, at)
		want := append(slices.Clone(c.words), "This is the past", at.In(zone).Format("Mon 2 Jan 2006, 15:04:05"), fmt.Sprintf("%.1f", 100*is.Classic.OEE.Value), is.Classic.Good.String()[:4])
		for _, words := range want {
			if words != "J-7001" && !strings.Contains(page, words) {
				t.Errorf("minute %d lacks %q: %s", c.minute, words, page)
			}
		}
		if strings.Contains(page, "Packing-1") {
			t.Errorf("minute %d shows another line", c.minute)
		}
	}
}

func TestReplayShowsWhoWasCalledAndWhichJobRan(t *testing.T) {
	at := time.Time{}
	w := newWorld(t, func(d *web.Deps) { d.Turns = turns{&at} })
	w.user("Otto", plant.Operator)
	b := w.signedIn("Otto")
	s, _ := w.lines.Snapshot("filling-1")
	at = s.Window.From
	if a := b.post("/operator/filling-1/call", url.Values{"call": {string(andon.Maintenance)}, "key": {"k"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, minute := range []int{60, 119} {
		page := b.get(w.playing("/replay/view", s.Window.From.Add(time.Duration(minute)*time.Minute))).body
		if strings.Contains(page, "Maintenance") {
			t.Errorf("minute %d: nobody had called yet: %s", minute, page)
		}
		if !strings.Contains(page, "J-77") || !strings.Contains(plain(page), "123<span class=\"hush\"> of 1000") {
			t.Errorf("minute %d: the job is missing: %s", minute, page)
		}
	}
	w.clock.pass(10 * time.Minute)
	late := url.Values{"at": {strconv.FormatInt(w.clock.now().UnixMicro(), 10)}, "from": {strconv.FormatInt(at.UnixMicro(), 10)}, "to": {strconv.FormatInt(w.clock.now().UnixMicro(), 10)}}
	if page := b.get("/replay/view?" + late.Encode()).body; !strings.Contains(page, "Maintenance: Called by Otto") {
		t.Errorf("the call is missing: %s", page)
	}
}

// turns is one job that owns the line.
type turns struct{ from *time.Time }

func (t turns) Then(_ context.Context, line plant.LineID, _ plant.Span) ([]execution.Job, error) {
	return []execution.Job{{ID: "J-77", Line: line, Product: "COLA-05", Planned: plant.Pieces(1000), Good: plant.Pieces(123), Status: execution.Running, Started: *t.from}}, nil
}

func TestReplayIsAskedForInWords(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	for _, c := range []struct {
		query, words string
		status       int
	}{
		{"", "shift, ", 200},
		{"where=ulm", "Packing-1", 200},
		{"where=ulm/filling", "Filling-1", 200},
		{"where=nowhere", "choose a place", 404},
		{"at=yesterday", "Write a date and a time", 422},
		{"at=99999999999999999999", "Write a date and a time", 422},
		{"from=2026-01-02+06:00&to=2026-01-03+06:01", "24 hours at most", 422},
		{"from=2026-01-02+06:00&to=2026-01-02+05:00", "must come after", 422},
		{"from=2026-01-02+06:00", "Write a date and a time", 422},
		{"from=2296-01-02+06:00&to=2296-01-02+07:00", "future", 422},
		{"from=2026-01-02+06:00&to=2026-01-02+07:00&at=2031-01-01+00:00", "Fri 2 Jan 2026, 06:59:59", 200},
	} {
		a := b.get("/replay?" + c.query)
		if a.status != c.status || !strings.Contains(a.body, c.words) {
			t.Errorf("%s: %d, without %q", c.query, a.status, c.words)
		}
		if a.status == 422 && c.query != "" && !strings.Contains(a.body, `name="from"`) {
			t.Errorf("%s: the form is gone", c.query)
		}
	}
	if a := b.get("/replay"); strings.Contains(a.body, "data-until") || strings.Contains(a.body, "live.js") {
		t.Error("the page of the past shows the present")
	}
}

func TestReplayAndWhatIfWriteNothing(t *testing.T) {
	w := newWorld(t, worth)
	w.user("Ada", plant.Admin)
	b := w.signedIn("Ada")
	s, _ := w.lines.Snapshot("filling-1")
	if err := w.ledger.Replace(t.Context(), "filling-1", s.Window.From, s.Segments); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/replay", w.playing("/replay/view", s.Window.To), w.tryOver("cut.=breakdown", "50", "min_stop", "20", "scrap", "10", "cycle.COLA-05", "0.5", "changeover", "3")} {
		b.get(path) // whatever a first look leaves behind, such as the session's last use
	}
	kept, err := w.ledger.Segments(t.Context(), "filling-1", s.Window.From, s.Window.To)
	if err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprintf("%+v", kept)
	bytes := w.ledgerBytes(t)
	for range 3 {
		for _, path := range []string{"/replay", w.playing("/replay/view", s.Window.To), w.tryOver("cut.=breakdown", "50", "min_stop", "20", "scrap", "10", "cycle.COLA-05", "0.5", "changeover", "3"), w.tryOver("unit.filling-1/filler", "100")} {
			if a := b.get(path); a.status != http.StatusOK {
				t.Fatalf("%s: %d %s", path, a.status, a.body)
			}
		}
	}
	if kept, err = w.ledger.Segments(t.Context(), "filling-1", s.Window.From, s.Window.To); err != nil || fmt.Sprintf("%+v", kept) != before {
		t.Errorf("the ledger changed: %+v, %v", kept, err)
	}
	if again := w.ledgerBytes(t); again != bytes {
		t.Error("the bytes of the database changed")
	}
	for _, path := range []string{"/replay", "/replay/view", "/whatif"} {
		if a := b.post(path, nil); a.status != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", path, a.status)
		}
	}
}

// ledgerBytes are those of the database's file and its log.
func (w *world) ledgerBytes(t *testing.T) string {
	t.Helper()
	all := ""
	for _, tail := range []string{"", "-wal"} {
		text, err := os.ReadFile(w.ledgers + tail)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		all += string(text)
	}
	return all
}
