package speed_test

import (
	"testing"
	"time"

	"millwright/internal/mes/board/speed"
	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/plant"
)

var filler = plant.Line{ID: "filler", Rates: []plant.Rate{{Product: "A", IdealCycle: time.Second}}}

// TestASpeedIsHeldWhileItChangesLittle: a percent is noise, three are a cause.
func TestASpeedIsHeldWhileItChangesLittle(t *testing.T) {
	t.Parallel()
	learned := cycle.Speed{}
	s := speed.New(func(plant.LineID, string) cycle.Speed { return learned })
	for _, c := range []struct{ learned, ideal, want time.Duration }{
		{0, 0, time.Second}, // the ideal one: nothing is learned
		{1010 * time.Millisecond, time.Second, time.Second},
		{1030 * time.Millisecond, time.Second, 1030 * time.Millisecond},
		{1015 * time.Millisecond, time.Second, 1030 * time.Millisecond},
		{1000 * time.Millisecond, 900 * time.Millisecond, time.Second}, // the plant has another ideal
	} {
		learned.Cycle, learned.Ideal = c.learned, c.ideal
		if got := s.Of(filler, "A").Cycle; got != c.want {
			t.Errorf("learned %s: %s; want %s", c.learned, got, c.want)
		}
	}
	if got := s.Of(filler, ""); got.Cycle != 0 {
		t.Errorf("of no product: %s", got.Cycle)
	}
}

// TestASpeedLastsWithScrapAndStops: 90 good pieces of which nine in ten are, at four fifths of the time.
func TestASpeedLastsWithScrapAndStops(t *testing.T) {
	t.Parallel()
	s := cycle.Speed{Pace: cycle.Pace{Ideal: 450 * time.Millisecond, Cycle: 500 * time.Millisecond, Good: cycle.Share{Part: 9, Whole: 10}}, Uptime: cycle.Share{Part: 4, Whole: 5}}
	if got := s.Lasts(plant.Pieces(90)); got != 62500*time.Millisecond {
		t.Errorf("it lasts %s", got)
	}
	if got, want := s.Words(), "0.5 s a piece as learned lately (ideal 0.45 s), 90 % of them good, running 80 % of the time"; got != want {
		t.Errorf("%q; want %q", got, want)
	}
	if got, want := (cycle.Speed{Pace: cycle.Pace{Ideal: time.Second, Cycle: time.Second}}).Words(), "1 s a piece, the ideal cycle"; got != want {
		t.Errorf("%q; want %q", got, want)
	}
	if got := (cycle.Speed{}).Words(); got != "" {
		t.Errorf("of what nobody knows: %q", got)
	}
}
