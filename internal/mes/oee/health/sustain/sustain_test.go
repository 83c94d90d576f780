package sustain_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/health/sustain"
	"millwright/internal/plant"
)

var dawn = time.Date(2026, 11, 12, 6, 0, 0, 0, time.UTC)

// ledger is told piece by piece.
type ledger struct {
	at  time.Time
	all []oee.Segment
}

func (l *ledger) say(c oee.Category, product string, minutes float64, good int64) {
	if l.at.IsZero() {
		l.at = dawn
	}
	to := l.at.Add(time.Duration(minutes * float64(time.Minute)))
	l.all = append(l.all, oee.Segment{From: l.at, To: to, Category: c, Product: product, Good: plant.Pieces(good)})
	l.at = to
}

func (l *ledger) run(minutes float64, good int64) { l.say(oee.Running, "A", minutes, good) }
func (l *ledger) stop(minutes float64)            { l.say(oee.Breakdown, "A", minutes, 0) }

func lineOf(cycle time.Duration) plant.Line {
	l := plant.Line{ID: "l"}
	if cycle > 0 {
		l.Rates = []plant.Rate{{Product: "A", IdealCycle: cycle}}
	}
	return l
}

func audit(t testing.TB, l plant.Line, segments []oee.Segment) sustain.Rate {
	t.Helper()
	var a sustain.Auditor
	a.Hear(segments)
	all := a.Rates(l, nil)
	if len(all) != 1 {
		t.Fatalf("%+v", all)
	}
	return all[0]
}

// Three stretches at an ideal cycle of 2 s: an hour at 30 pieces a minute, 40 minutes at 31, an hour at 27. With windows
// of ten minutes there are 51, 31 and 51 windows; of 133 the 127th (0.95 × 133 = 126.35) is one of the 31 that made 310.
func TestTheSustainedRateIsThe95thPercentileOfItsWindows(t *testing.T) {
	var l ledger
	l.run(60, 1800)
	l.stop(7)
	l.run(40, 1240)
	l.stop(7)
	l.run(60, 1620)
	r := audit(t, lineOf(2*time.Second), l.all)
	if r.Windows != 133 || r.Stretches != 3 || r.Window != 10*time.Minute || r.Ran != 160*time.Minute || r.Made != plant.Pieces(4660) {
		t.Fatalf("%+v", r)
	}
	// 600 s ÷ 310 = 1.935483871 s; 2 s ÷ that = 310 ÷ 300; three digits of it are 1.93 s.
	if r.Cycle != 1_935_483_871 || r.Fitting != 1930*time.Millisecond || r.Verdict != sustain.TooSlow {
		t.Errorf("%+v", r)
	}
	if got, want := r.Speed.Value, 310.0/300; got < want-1e-9 || got > want+1e-9 {
		t.Errorf("speed %v, want %v", got, want)
	}
	if len(r.Best) != 1 || !r.Best[0].From.Equal(dawn.Add(67*time.Minute)) || r.Best[0].Duration() != 40*time.Minute || r.Best[0].Made != plant.Pieces(1240) {
		t.Errorf("it ran so in %+v", r.Best)
	}
}

func TestAnIdealCycleIsJudged(t *testing.T) {
	three := func(perHour int64) []oee.Segment {
		var l ledger
		for range 3 {
			l.run(60, perHour)
			l.stop(10)
		}
		return l.all
	}
	for _, c := range []struct {
		name    string
		cycle   time.Duration
		ledger  []oee.Segment
		verdict sustain.Verdict
		fitting time.Duration
	}{
		{"at its ideal", 2 * time.Second, three(1800), sustain.Fits, 2 * time.Second},
		{"a hundredth above", 2 * time.Second, three(1818), sustain.Fits, 1980 * time.Millisecond},
		{"more than that", 2 * time.Second, three(1819), sustain.TooSlow, 1970 * time.Millisecond},
		{"at nine tenths", 2 * time.Second, three(1620), sustain.Fits, 2220 * time.Millisecond},
		{"below", 2 * time.Second, three(1600), sustain.Low, 2250 * time.Millisecond},
		{"no ideal cycle", 0, three(1800), sustain.Unset, 2 * time.Second},
		{"hardly anything made", 2 * time.Second, three(33), sustain.Few, 0},
		{"a piece every five minutes", 300 * time.Second, three(12), sustain.Few, 0},
	} {
		r := audit(t, lineOf(c.cycle), c.ledger)
		if r.Verdict != c.verdict || r.Fitting != c.fitting {
			t.Errorf("%s: %s, %s would fit; want %s, %s\n%+v", c.name, r.Verdict, r.Fitting, c.verdict, c.fitting, r)
		}
	}
}

func TestWhatIsNotEnoughSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		tell      func(l *ledger)
		windows   int
		stretches int
	}{
		"two long stretches": {func(l *ledger) { l.run(100, 3000); l.stop(1); l.run(100, 3000) }, 182, 2},
		"all too short":      {func(l *ledger) { l.run(9, 270); l.stop(1); l.run(9.9, 270); l.stop(1); l.run(9, 270) }, 0, 0},
		"few windows":        {func(l *ledger) { l.run(20, 600); l.stop(1); l.run(20, 600); l.stop(1); l.run(20, 600) }, 33, 3},
	} {
		var l ledger
		c.tell(&l)
		if r := audit(t, lineOf(2*time.Second), l.all); r.Verdict != sustain.Few || r.Windows != c.windows || r.Stretches != c.stretches || r.Cycle != 0 || len(r.Best) != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// A stop, a micro-stop, silence and another product all interrupt; the edge of an hour, a shift or an order does not.
func TestAStretchIsInterruptedByAnythingButTheLedgersCuts(t *testing.T) {
	for name, c := range map[string]struct {
		between   func(l *ledger)
		stretches int
	}{
		"a cut":           {func(*ledger) {}, 1},
		"another order":   {func(l *ledger) { l.run(1, 30); l.all[len(l.all)-1].Order = "J-2" }, 1},
		"a micro-stop":    {func(l *ledger) { l.say(oee.MicroStop, "A", 0.2, 0) }, 2},
		"no data":         {func(l *ledger) { l.say(oee.NoData, "A", 0.2, 0) }, 2},
		"a gap":           {func(l *ledger) { l.at = l.at.Add(time.Second) }, 2},
		"another product": {func(l *ledger) { l.say(oee.Running, "B", 15, 1000) }, 2},
	} {
		var l ledger
		l.run(15, 450)
		c.between(&l)
		l.run(15, 450)
		var a sustain.Auditor
		a.Hear(l.all)
		if r := a.Rates(lineOf(2*time.Second), nil)[0]; r.Stretches != c.stretches {
			t.Errorf("%s: %d stretches", name, r.Stretches)
		}
	}
}

func TestWhatPeopleCountedIsNoRate(t *testing.T) {
	var l ledger
	for range 3 {
		l.run(60, 1800)
		l.stop(5)
	}
	for i := range l.all {
		l.all[i].Good += plant.Pieces(900)
		l.all[i].Manual = plant.Pieces(900)
	}
	if r := audit(t, lineOf(2*time.Second), l.all); r.Made != plant.Pieces(5400) || r.Verdict != sustain.Fits {
		t.Errorf("%+v", r)
	}
}

// What was made while nobody saw the line is counted in the first moments after: that is no rate either.
func TestWhatWasMadeUnseenIsNoRate(t *testing.T) {
	var l ledger
	for range 3 {
		l.run(60, 1800)
		l.stop(5)
	}
	for i := range l.all {
		if s := &l.all[i]; s.Good > 0 {
			s.Ideal, s.Unseen = 3*time.Hour, 2*time.Hour
			s.Good *= 3
		}
	}
	if r := audit(t, lineOf(2*time.Second), l.all); r.Made != plant.Pieces(5400) || r.Verdict != sustain.Fits {
		t.Errorf("%+v", r)
	}
}

// A slow product has longer windows: 25 s a piece are 42 minutes for a hundred.
func TestAWindowHoldsAHundredPieces(t *testing.T) {
	var l ledger
	for range 3 {
		l.run(120, 288)
		l.stop(5)
	}
	if r := audit(t, lineOf(25*time.Second), l.all); r.Window != 42*time.Minute || r.Windows != 3*79 || r.Verdict != sustain.Fits {
		t.Errorf("%+v", r)
	}
}

func TestAProductThatDidNotRunIsNamed(t *testing.T) {
	var a sustain.Auditor
	l := plant.Line{Rates: []plant.Rate{{Product: "B", IdealCycle: time.Second}, {IdealCycle: 3 * time.Second}}}
	if all := a.Rates(l, nil); len(all) != 1 || all[0].Product != "B" || all[0].Verdict != sustain.Few {
		t.Errorf("%+v", all)
	}
}

// Behind the pacer a buffer empties: the line gives more than its pacer makes, which is no rate that it sustains.
func TestThePacersOwnCountIsTheRate(t *testing.T) {
	var l ledger
	for range 4 {
		l.run(60, 2000)
		l.stop(5)
	}
	var a sustain.Auditor
	a.Hear(l.all)
	even := func(perMinute int64) sustain.Counter {
		return func(from time.Time, minutes int) (sums []plant.Quantity, ok bool) {
			for k := range int64(minutes + 1) {
				sums = append(sums, plant.Pieces(k*perMinute))
			}
			return sums, !from.Equal(dawn) // of the first nothing is known
		}
	}
	line := lineOf(2 * time.Second)
	if r := a.Rates(line, nil)[0]; r.Verdict != sustain.TooSlow || r.Stretches != 4 {
		t.Errorf("by the line's count: %+v", r)
	}
	if r := a.Rates(line, even(29))[0]; r.Verdict != sustain.Fits || r.Stretches != 3 || r.Windows != 153 || r.Best[0].Made != plant.Pieces(29*60) {
		t.Errorf("by the pacer's: %+v", r)
	}
	short := func(time.Time, int) ([]plant.Quantity, bool) { return nil, true }
	if r := a.Rates(line, short)[0]; r.Verdict != sustain.Few || r.Stretches != 0 {
		t.Errorf("of nothing: %+v", r)
	}
}

// However the time is cut and told, it comes to the same; no run is slower than the sustained rate, nor shorter than a
// window; and the sustained rate lies between the slowest and the fastest window.
func TestRatesDoNotHangOnHowTheLedgerIsCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l ledger
		for range rapid.IntRange(1, 12).Draw(t, "segments") {
			c := rapid.SampledFrom([]oee.Category{oee.Running, oee.Running, oee.Running, oee.Breakdown}).Draw(t, "category")
			minutes := rapid.IntRange(1, 90).Draw(t, "minutes")
			made := int64(0)
			if c == oee.Running {
				made = int64(minutes) * rapid.Int64Range(0, 60).Draw(t, "pieces a minute")
			}
			l.say(c, "A", float64(minutes), made)
		}
		line := lineOf(2 * time.Second)
		var whole, parts sustain.Auditor
		whole.Hear(l.all)
		for _, s := range l.all {
			n := rapid.IntRange(1, int(s.To.Sub(s.From)/time.Minute)).Draw(t, "cut")
			at := s.From.Add(time.Duration(n) * time.Minute)
			for _, w := range []plant.Span{{From: s.From, To: at}, {From: at, To: s.To}} {
				if w.From.Before(w.To) {
					parts.Hear([]oee.Segment{s.Part(w)})
				}
			}
		}
		a, b := whole.Rates(line, nil), parts.Rates(line, nil)
		if len(a) != len(b) {
			t.Fatalf("%+v\n%+v", a, b)
		}
		for i := range a {
			r := a[i]
			if r.Verdict != b[i].Verdict || r.Cycle != b[i].Cycle || r.Windows != b[i].Windows || !slices.Equal(r.Best, b[i].Best) {
				t.Fatalf("as one\n%+v\ncut\n%+v", r, b[i])
			}
			for _, run := range r.Best {
				if run.Duration() < r.Window || run.Speed.Value < r.Speed.Value*(1-1e-6) {
					t.Fatalf("a run of %+v is none: %+v", r, run)
				}
			}
			if (r.Cycle > 0) != (r.Fitting > 0) || r.Fitting > r.Cycle+r.Cycle/1_000_000 || r.Cycle > 0 && len(r.Best) == 0 {
				t.Fatalf("%+v", r)
			}
		}
	})
}
