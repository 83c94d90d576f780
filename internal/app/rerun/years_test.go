package rerun

import (
	"bytes"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/driver/replay"
	"millwright/internal/plant"
)

// years is the log of a real mill from 2016 to 2020: switched on for a few hours of them, lost and found again many
// times, and up to November 2016 with other names of its items.
const years = "../../ot/driver/replay/testdata/Hurco02-2016-2019.txt.gz"

// ledger replays the log and gives the mill's time as it is laid out.
func ledger(t *testing.T) []oee.Segment {
	t.Helper()
	model, err := config.BundledPlant("mill.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(years)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	p := newPlayer(model, 0)
	if err := p.play(t.Context(), f, replay.Format{}); err != nil {
		t.Fatal(err)
	}
	return append(p.segment["mill"], p.lines[0].Open(p.to)...)
}

// unheard gives when the log says that nobody knows whether the mill runs. What it says in its older spelling, it says of
// the same signal.
func unheard(t *testing.T) (spans []plant.Span, first, last time.Time) {
	t.Helper()
	f, err := os.Open(years)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var since time.Time
	for row, err := range replay.Read(f, replay.Format{}) {
		if err != nil {
			t.Fatal(err)
		}
		if first.IsZero() {
			first, since = row.Time, row.Time
		}
		last = row.Time
		if row.Item != "Program_Status" && row.Item != "execution" {
			continue
		}
		switch lost := row.Quality.Bad(); {
		case lost && since.IsZero():
			since = row.Time
		case !lost && !since.IsZero():
			spans, since = append(spans, plant.Span{From: since, To: row.Time}), time.Time{}
		}
	}
	return append(spans, plant.Span{From: since, To: last}), first, last
}

func TestYearsOfARealMillNeverRunWhileNobodyHearsIt(t *testing.T) {
	segments := ledger(t)
	lost, first, last := unheard(t)
	if len(lost) < 20 || len(segments) < 2*len(lost) {
		t.Fatalf("the log is lost %d times, and laid out as %d segments", len(lost), len(segments))
	}
	var good plant.Quantity
	at := segments[0].From
	for i := range segments {
		s := &segments[i]
		if !s.From.Equal(at) || !s.To.After(s.From) {
			t.Fatalf("segment %d is %s to %s, want it to begin at %s", i, s.From, s.To, at)
		}
		at, good = s.To, good+s.Good
		for _, w := range lost {
			if s.Category != oee.NoData && s.Within(w) > 0 {
				t.Errorf("%s from %s to %s, while nothing is heard from %s to %s", s.Category, s.From, s.To, w.From, w.To)
			}
		}
	}
	if !at.Equal(last) || good != plant.Pieces(469) {
		t.Errorf("the time ends at %s with %s parts, want %s with 469", at, good, last)
	}
	window := plant.Span{From: first, To: last}
	sum := time.Duration(0)
	for _, d := range oee.Measure(window, segments).Times {
		sum += d
	}
	if sum != window.Duration() {
		t.Errorf("the categories sum to %s of %s", sum, window.Duration())
	}
	if again := ledger(t); !slices.Equal(segments, again) {
		t.Error("the same log again gives another ledger")
	}
}

// TestTheReplayCommandTellsTheYearsOfTheMill is the same through the command, to the bit twice.
func TestTheReplayCommandTellsTheYearsOfTheMill(t *testing.T) {
	var one, two bytes.Buffer
	for _, out := range []*bytes.Buffer{&one, &two} {
		if err := Run(t.Context(), Options{Log: years, JSON: true}, out); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the second replay says something else")
	}
	r := replayed(t, Options{Log: years})
	sum := 0.0
	for _, s := range r.Categories {
		sum += s
	}
	if r.Good != plant.Pieces(469) || r.Categories["running"] > 3600 || math.Abs(sum-r.To.Sub(r.From).Seconds()) > 1e-6 {
		t.Errorf("%s parts, %v s of %s", r.Good, r.Categories, r.To.Sub(r.From))
	}
}
