package timeline

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// past is what a line's machines said, as the history keeps it: in the order of time, the first value of a time stands.
type past struct {
	line    plant.Line
	signals []machine.Signals
	samples []tag.Sample
}

// keep takes a sample; it tells whether it is one.
func (p *past) keep(s tag.Sample) bool {
	i := len(p.samples)
	for ; i > 0 && s.Time.Before(p.samples[i-1].Time); i-- {
	}
	for j := i - 1; j >= 0 && p.samples[j].Time.Equal(s.Time); j-- {
		if p.samples[j].Tag == s.Tag {
			return false
		}
	}
	p.samples = slices.Insert(p.samples, i, s)
	return true
}

// tell is a Source: it tells all of it to engines that have heard nothing.
func (p *past) tell(_ context.Context, _ plant.LineID, _, to time.Time, yield func(machine.Fact) bool) error {
	e := machine.NewEngine(p.signals)
	for _, s := range p.samples {
		if !s.Time.Before(to) {
			break
		}
		for _, f := range slices.Concat(e.Tick(s.Time), nil) {
			if !yield(f) {
				return nil
			}
		}
		for _, f := range e.Apply(s) {
			if !yield(f) {
				return nil
			}
		}
	}
	return nil
}

// ledger derives all of it.
func (p *past) ledger(t rapid.TB, now time.Time) (*Engine, []oee.Segment) {
	e := NewEngine(p.line, p.signals...)
	closed, err := e.Derive(context.Background(), p.tell, morning, now)
	if err != nil {
		t.Fatal(err)
	}
	return e, closed
}

// hall is the line of the fuzz test: its pacer has no state when silent.
func hall(silent bool) *past {
	p := &past{line: plant.Line{
		ID: "l", Pacer: "a", Output: "b", Units: []plant.Unit{{ID: "a", Buffer: plant.Pieces(3)}, {ID: "b"}},
		Rates: []plant.Rate{{Product: "P", IdealCycle: 15 * time.Second}, {IdealCycle: 2 * time.Second}},
		Calendar: plant.Calendar{Shifts: []plant.ShiftPattern{
			{Name: "Early", Start: 6 * 60, End: 14 * 60, Breaks: []plant.ClockSpan{{Start: 7 * 60, End: 7*60 + 5}, {Start: 10 * 60, End: 10*60 + 30}}},
			{Name: "Late", Start: 14 * 60, End: 22 * 60},
		}},
	}}
	for i, u := range p.line.Units {
		first := tag.ID(10*i + 1)
		p.signals = append(p.signals, machine.Signals{
			Unit: u.ID, State: first, Mode: first + 1, Product: first + 2, Fault: first + 3,
			Good: machine.Counter{Tag: first + 4, Modulus: 256, Deadband: plant.One}, Reject: machine.Counter{Tag: first + 5},
		})
	}
	if silent {
		p.signals[0].State = 0
	}
	return p
}

// said reads three bytes: whose signal, how much later or, with the highest bit, earlier, and what.
func said(at time.Time, b []byte) tag.Sample {
	steps := append(slices.Clone(pauses), 29*time.Second, 31*time.Second, 26*time.Hour)
	kind := tag.ID(b[0]&0x7) % 6
	s := tag.Sample{Tag: kind + 1 + 10*tag.ID(b[0]>>3&1), Time: at.Add(steps[int(b[1]&0x7f)%len(steps)])}
	if b[1]&0x80 != 0 {
		s.Time = at.Add(at.Sub(s.Time))
	}
	if b[0]&0x80 != 0 {
		s.Quality = tag.BadNoCommunication
	}
	switch kind {
	case 0:
		s.Value = tag.IntValue(int64(b[2] % 19))
	case 1:
		s.Value = tag.IntValue(int64(b[2] % 6))
	case 2, 3:
		s.Value = tag.TextValue([]string{"", "P", "Q", "0"}[b[2]%4])
	default:
		s.Value = tag.IntValue(int64(b[2]))
	}
	return s.Clean()
}

// FuzzDurationsSumToTheWallClock says anything in any order, late and doubled, to the engines as they run and as they
// derive: the ledger never has a gap, an overlap or a piece too many.
func FuzzDurationsSumToTheWallClock(f *testing.F) {
	f.Add(false, []byte{0, 2, 6, 12, 3, 0, 12, 5, 9, 0, 10, 11, 0, 6, 6, 12, 7, 200, 12, 7, 3, 0, 13, 4})
	f.Add(true, []byte{4, 0, 0, 4, 2, 1, 4, 2, 2, 4, 10, 3, 4, 0x83, 9, 1, 2, 3, 4, 12, 250, 4, 2, 1})
	f.Add(false, []byte{0, 2, 6, 0x80, 7, 0, 0, 16, 6, 12, 2, 5, 0, 0x8c, 11, 2, 0x84, 1, 12, 14, 40, 0, 13, 17})
	f.Add(false, []byte{0, 1, 5, 8, 1, 11, 0, 6, 6, 8, 1, 6, 12, 2, 255, 12, 0x82, 3, 12, 6, 2, 13, 6, 2, 3, 2, 3})
	for _, silent := range []bool{false, true} { // another product in a stop, before a fault and after it
		f.Add(silent, []byte{2, 1, 1, 0, 1, 6, 4, 1, 0, 4, 2, 9, 0, 12, 2, 2, 10, 0, 3, 3, 1, 3, 9, 0, 2, 12, 2, 0, 12, 6, 4, 12, 20, 4, 2, 25})
	}
	f.Fuzz(func(t *testing.T, silent bool, bytes []byte) {
		p := hall(silent)
		machines, live := machine.NewEngine(p.signals), NewEngine(p.line, p.signals...)
		live.Start(morning, morning)
		var kept []oee.Segment
		at := morning
		for n := 0; n+3 <= len(bytes) && n < 600; n += 3 {
			s := said(at, bytes[n:n+3])
			if s.Time.Before(morning) || !p.keep(s) {
				continue
			}
			if s.Time.After(at) {
				at = s.Time
			}
			for _, x := range slices.Concat(machines.Tick(at), machines.Apply(s)) {
				kept = append(kept, live.Apply(x)...)
			}
			if _, late := live.Late(); late {
				live, kept = p.ledger(t, at)
			}
			if bytes[n]&0x40 != 0 {
				kept = append(kept, live.Tick(at)...)
			}
		}
		now := at.Add(time.Second)
		whole(t, slices.Concat(kept, live.Open(now)), now)
		again, closed := p.ledger(t, now)
		all := slices.Concat(closed, again.Open(now))
		whole(t, all, now)
		p.agrees(t, all, now)
		if twice, same := p.ledger(t, now); !slices.Equal(all, slices.Concat(same, twice.Open(now))) {
			t.Fatal("deriving it twice gives two ledgers")
		}
	})
}

// whole holds that the segments cover the time since the morning without gap or overlap.
func whole(t rapid.TB, all []oee.Segment, now time.Time) {
	t.Helper()
	at := morning
	for i := range all {
		if !all[i].From.Equal(at) || !all[i].To.After(at) {
			t.Fatalf("segment %d is %s to %s, want it to begin at %s", i, all[i].From, all[i].To, at)
		}
		at = all[i].To
	}
	window := plant.Span{From: morning, To: now}
	sum := time.Duration(0)
	for _, d := range oee.Measure(window, all).Times {
		sum += d
	}
	if len(all) > 0 && !at.Equal(now) || sum != window.Duration() {
		t.Fatalf("the ledger ends at %s and sums to %s, want %s and %s", at, sum, now, window.Duration())
	}
}

// agrees holds that every piece that was counted is in it once.
func (p *past) agrees(t rapid.TB, all []oee.Segment, now time.Time) {
	t.Helper()
	var good, reject plant.Quantity
	tally := machine.NewTally(p.line, p.signals)
	_ = p.tell(context.Background(), "l", morning, now, func(f machine.Fact) bool {
		if c, ok := f.(machine.Counted); ok {
			g, r := tally.Of(c)
			good, reject = good+g, reject+r
		}
		return true
	})
	for i := range all {
		good, reject = good-all[i].Good, reject-all[i].Reject
	}
	if good != 0 || reject != 0 {
		t.Fatalf("%s good and %s rejected pieces are counted and not in the ledger", good, reject)
	}
}
