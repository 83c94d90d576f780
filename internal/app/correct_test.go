package app

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

var mia = plant.Person{ID: 1, Name: "Mia", Role: plant.Manager}

// corrects says that samples were wrong.
func corrects(t *testing.T, a *App, samples ...tag.Sample) []history.Refusal {
	t.Helper()
	all := make([]history.Correction, len(samples))
	for i, s := range samples {
		all[i] = history.Correction{New: s, By: mia, Why: "the scale was off"}
	}
	refused, err := a.correct(context.Background(), all)
	if err != nil {
		t.Fatal(err)
	}
	return refused
}

// agrees waits until the time ledger and the count ledger both have so many good pieces.
func agrees(t *testing.T, a *App, want int64, from time.Time) {
	t.Helper()
	var g, bg plant.Quantity
	for range 1200 {
		g, _ = pieces(t, a, "one", from, time.Now().Add(time.Second))
		bg, _ = booked(t, a, "one", from, time.Now().Add(time.Second))
		if g == plant.Pieces(want) && bg == g {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Errorf("%d good pieces are right; the time ledger has %v, the books %v", want, g, bg)
}

// A reading that was wrong is corrected: both ledgers have what is true then, and go on from it.
func TestACorrectedReadingIsDerivedAndBookedAnew(t *testing.T) {
	data := t.TempDir()
	a, err := together(t, data, Plan{Name: "plant.yaml", Text: []byte(pairPlant("first"))})
	if err != nil {
		t.Fatal(err)
	}
	end := runs(t, a)
	good, _ := a.floor.Load().model.Tags.Find("one/packer/good")
	begin := time.Now().Add(-3 * time.Hour).Truncate(time.Second)
	from := begin.Add(-time.Hour)
	reads := func(minute int, v int64) tag.Sample {
		return tag.Sample{Tag: good, Time: begin.Add(time.Duration(minute) * time.Minute), Value: tag.IntValue(v)}
	}
	says := func(all ...tag.Sample) {
		t.Helper()
		if refused, err := a.ingest(t.Context(), all); err != nil || len(refused) > 0 {
			t.Fatal(refused, err)
		}
	}
	says(reads(0, 0), reads(1, 10), reads(2, 25), reads(3, 30))
	agrees(t, a, 30, from)
	if r := corrects(t, a, reads(2, 27)); len(r) > 0 { // in the middle: what comes after makes up for it
		t.Fatal(r)
	}
	agrees(t, a, 30, from)
	if r := corrects(t, a, reads(3, 40)); len(r) > 0 { // the newest: 10 pieces more
		t.Fatal(r)
	}
	agrees(t, a, 40, from)
	says(reads(4, 45))
	agrees(t, a, 45, from)
	if r := corrects(t, a, reads(4, 40), reads(9, 1)); len(r) != 1 || r[0].Index != 1 { // back to where it stood; and what never was
		t.Fatal(r)
	}
	agrees(t, a, 40, from)
	says(reads(5, 41))
	agrees(t, a, 41, from)
	if r := corrects(t, a, tag.Sample{Tag: good, Time: reads(5, 0).Time, Quality: tag.Bad}); len(r) > 0 { // nobody knows
		t.Fatal(r)
	}
	agrees(t, a, 40, from)
	end()
	if a, err = together(t, data, Plan{}); err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	says(reads(6, 50))
	agrees(t, a, 50, from)
	said, err := a.store.Corrections().Of(t.Context(), "one/packer/good", plant.Span{From: from, To: time.Now()}, 10)
	if err != nil {
		t.Fatal(err)
	}
	var words string
	for _, c := range said {
		words += fmt.Sprintf("%s→%s %s; ", c.Was.Value, c.New.Value, c.By.Name)
	}
	if words != "41→ Mia; 45→40 Mia; 30→40 Mia; 25→27 Mia; " {
		t.Error(words)
	}
	if left, err := a.store.Corrections().Pending(t.Context()); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
}

// request sends a request to the program's API, and gives status and answer.
func request(t *testing.T, method, url, token, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(text)
}

// Corrections are asked for by name, by who may, and with a reason; old and new values stay to be seen. Durations still
// sum to the wall clock, and what is derived again after a restart is the same to the bit.
func TestCorrectionsThroughTheAPI(t *testing.T) {
	data := t.TempDir()
	a, err := together(t, data, Plan{Name: "plant.yaml", Text: []byte(pairPlant("first"))})
	if err != nil {
		t.Fatal(err)
	}
	site, err := a.Site()
	if err != nil {
		t.Fatal(err)
	}
	end := runs(t, a)
	boss, err := a.NewToken(t.Context(), "laboratory", plant.Manager)
	if err != nil {
		t.Fatal(err)
	}
	hand, err := a.NewToken(t.Context(), "gateway", plant.Operator)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now().UTC().Add(-5 * time.Hour).Truncate(time.Second)
	row := func(second int, v int64, more string) string {
		return fmt.Sprintf(`{"tag":"one/packer/good","time":%q,"value":%d%s}`, begin.Add(time.Duration(second)*time.Second).Format(time.RFC3339), v, more)
	}
	send := func(token string, rows ...string) string {
		t.Helper()
		status, text := request(t, http.MethodPost, site+"/api/v1/samples", token, `{"samples":[`+strings.Join(rows, ",")+`]}`)
		if status != http.StatusOK {
			t.Fatal(status, text)
		}
		return text
	}
	chance := rand.New(rand.NewPCG(1, 2))
	shown := make([]int64, 600)
	rows := make([]string, len(shown))
	for i := range shown {
		if i > 0 {
			shown[i] = shown[i-1] + chance.Int64N(4)
		}
		rows[i] = row(20*i, shown[i], "")
	}
	if text := send(hand, rows...); !strings.Contains(text, `"accepted":600`) {
		t.Fatal(text)
	}
	agrees(t, a, shown[599], begin)
	const why = `,"correct":true,"why":"counted by hand"`
	for _, c := range []struct{ token, row, says string }{
		{hand, row(20, shown[1]+1, ""), "another value stands"},
		{hand, row(20, shown[1]+1, why), "takes a manager, or the scope samples:correct"},
		{boss, row(20, shown[1]+1, `,"correct":true`), "why says why"},
		{boss, row(21, 1, why), "nothing stands at"},
		{boss, row(20, shown[1], why), `"accepted":1`},
	} {
		if text := send(c.token, c.row); !strings.Contains(text, c.says) {
			t.Errorf("%s: %s, want %s", c.row, text, c.says)
		}
	}
	for range 3 {
		rows = rows[:0]
		for i := 1; i < len(shown)-1; i++ {
			if chance.IntN(40) == 0 {
				shown[i] = shown[i-1] + chance.Int64N(shown[i+1]-shown[i-1]+1)
				rows = append(rows, row(20*i, shown[i], why))
			}
		}
		shown[599] += chance.Int64N(5)
		if text := send(boss, append(rows, row(20*599, shown[599], why))...); !strings.Contains(text, `"refused":[]`) {
			t.Fatal(text)
		}
	}
	agrees(t, a, shown[599], begin)
	span := fmt.Sprintf("&from=%s&to=%s", begin.Format(time.RFC3339), begin.Add(4*time.Hour).Format(time.RFC3339))
	if _, text := request(t, http.MethodGet, site+"/api/v1/tags/corrections?tag=one/packer/good"+span, hand, ""); !strings.Contains(text, `"why":"counted by hand"`) || !strings.Contains(text, `"by":"token laboratory"`) || !strings.Contains(text, `"was":{"time"`) {
		t.Error(text)
	}
	from, to := begin.Add(10*time.Minute), begin.Add(3*time.Hour)
	derived := func() bool { // the last corrections left the sum as it was: that alone does not say that the ledger has them
		left, err := a.store.Ledger().Wishes(t.Context())
		return err == nil && len(left) == 0 && segments(t, a, from, to) != nil
	}
	eventually(t, "the ledger has the corrections", derived)
	want := segments(t, a, from, to)
	if m := oee.Measure(plant.Span{From: from, To: to}, want); m.Good == 0 {
		t.Error("nothing was made")
	}
	at := from
	for _, s := range want {
		if s.From.After(at) {
			t.Errorf("a gap at %s", at)
		}
		at = s.To
	}
	if at.Before(to) {
		t.Errorf("it ends at %s", at)
	}
	if err := a.store.Ledger().Wish(t.Context(), oee.Wish{Line: "one", Why: oee.Late, From: begin, Mark: time.Now().UnixMicro()}); err != nil {
		t.Fatal(err)
	}
	end()
	if a, err = together(t, data, Plan{}); err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	eventually(t, "the ledger is derived again", derived)
	if got := segments(t, a, from, to); !reflect.DeepEqual(got, want) {
		t.Errorf("%d segments instead of %d, or others: %s", len(got), len(want), cmp.Diff(want, got))
	}
	agrees(t, a, shown[599], begin)
}

// segments gives those of line one.
func segments(t *testing.T, a *App, from, to time.Time) []oee.Segment {
	t.Helper()
	all, err := a.floor.Load().oee.Segments(t.Context(), "one", from, to)
	if err != nil {
		return nil
	}
	for i := range all {
		s := &all[i]
		s.From, s.To, s.Stop = s.From.Round(0).UTC(), s.To.Round(0).UTC(), s.Stop.Round(0).UTC()
	}
	return all
}
