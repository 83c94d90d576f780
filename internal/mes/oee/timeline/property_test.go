package timeline

import (
	"context"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

var morning = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

// tale is a line and what its machines said, in the order of time.
type tale struct {
	line    plant.Line
	signals []machine.Signals
	facts   []machine.Fact
	end     time.Time
}

// drawTale makes up a line and its facts: stops of every length around the thresholds, breaks, products, silence.
func drawTale(t *rapid.T) tale {
	line := plant.Line{
		ID: "l", Pacer: "b", Output: "c",
		Units: []plant.Unit{{ID: "a"}, {ID: "b"}, {ID: "c"}},
		Rates: []plant.Rate{{Product: "P", IdealCycle: 2 * time.Second}, {Product: "Q", IdealCycle: 15 * time.Second}},
	}
	if rapid.Bool().Draw(t, "shifts") {
		line.Calendar.Shifts = []plant.ShiftPattern{
			{Name: "Early", Start: 6 * 60, End: 14 * 60, Breaks: []plant.ClockSpan{{Start: 7 * 60, End: 7*60 + 5}, {Start: 10 * 60, End: 10*60 + 30}}},
			{Name: "Late", Start: 14 * 60, End: 22 * 60},
		}
	}
	x := tale{line: line}
	silent := rapid.Bool().Draw(t, "silent")
	for i, u := range line.Units {
		s := machine.Signals{Unit: u.ID, State: tag.ID(10*i + 1), Good: machine.Counter{Tag: tag.ID(10*i + 2)}, Reject: machine.Counter{Tag: tag.ID(10*i + 3)}}
		if silent && u.ID == line.Pacer {
			s.State = 0
		}
		x.signals = append(x.signals, s)
	}
	x.tell(t, silent)
	return x
}

var pauses = []time.Duration{
	0, time.Microsecond, time.Second, 5 * time.Second, 6 * time.Second, 9 * time.Second, 10 * time.Second, 45 * time.Second,
	time.Minute, 299 * time.Second, 300 * time.Second, 301 * time.Second, 20 * time.Minute, 3 * time.Hour,
}

func (x *tale) tell(t *rapid.T, silent bool) {
	at := morning.Add(30 * time.Minute)
	totals := map[tag.ID]machine.Counted{}
	for i, s := range x.signals {
		first := machine.Counted{Unit: x.line.Units[i].ID, Since: at, At: at, Event: machine.Baseline}
		for _, first.What = range []machine.What{machine.Good, machine.Reject} {
			first.Tag = s.Good.Tag
			if first.What == machine.Reject {
				first.Tag = s.Reject.Tag
			}
			totals[first.Tag] = first
			x.facts = append(x.facts, first)
		}
	}
	for range rapid.IntRange(1, 80).Draw(t, "facts") {
		at = at.Add(rapid.SampledFrom(pauses).Draw(t, "pause"))
		i := rapid.SampledFrom([]int{1, 1, 1, 0, 2}).Draw(t, "unit")
		u, s := x.line.Units[i].ID, x.signals[i]
		switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
		case kind < 5 && s.State != 0:
			x.facts = append(x.facts, machine.StateChanged{
				Unit: u, At: at,
				State: rapid.SampledFrom([]machine.State{machine.Execute, machine.Execute, machine.Held, machine.Suspended, machine.Idle, machine.Unknown}).Draw(t, "state"),
				Mode:  rapid.SampledFrom([]machine.Mode{machine.Production, machine.Production, machine.Production, machine.ChangeOver}).Draw(t, "mode"),
			})
		case kind == 4 && silent:
			x.facts = append(x.facts, machine.SightChanged{Unit: x.line.Units[1].ID, At: at, Blind: rapid.Bool().Draw(t, "blind")})
		case kind == 5:
			x.facts = append(x.facts, machine.ProductChanged{Unit: u, At: at, Product: rapid.SampledFrom([]string{"P", "Q", ""}).Draw(t, "product")})
		case kind == 6:
			x.facts = append(x.facts, machine.FaultChanged{Unit: u, At: at, Code: rapid.SampledFrom([]string{"0", "7"}).Draw(t, "fault")})
		default:
			what, id := machine.Good, s.Good.Tag
			if kind == 9 {
				what, id = machine.Reject, s.Reject.Tag
			}
			c := totals[id]
			if !at.After(c.At) {
				continue
			}
			c.What, c.Since, c.From, c.Event = what, c.At, c.To, machine.Plain
			c.Qty = plant.Pieces(rapid.Int64Range(1, 9).Draw(t, "qty"))
			c.At, c.To = at, c.From+c.Qty
			totals[id] = c
			x.facts = append(x.facts, c)
		}
	}
	x.end = at.Add(rapid.SampledFrom(pauses).Draw(t, "rest") + time.Second)
}

// history gives the facts of a time with those that stood before, as a replay of the historian does.
func (x *tale) history(_ context.Context, _ plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
	standing := map[int]machine.Fact{}
	for _, f := range x.facts {
		if _, counted := f.(machine.Counted); !counted && !f.When().After(from) {
			standing[rank(f, x.index(f))] = f
		}
	}
	var first []machine.Fact
	for _, f := range standing {
		first = append(first, f)
	}
	slices.SortFunc(first, func(a, b machine.Fact) int {
		if d := a.When().Compare(b.When()); d != 0 {
			return d
		}
		return rank(a, x.index(a)) - rank(b, x.index(b))
	})
	for _, f := range first {
		if f.When().Before(from) && !yield(f) {
			return nil
		}
	}
	for _, f := range x.facts {
		if !f.When().Before(from) && f.When().Before(to) && !yield(f) {
			return nil
		}
	}
	return nil
}

func (x *tale) index(f machine.Fact) int {
	return slices.IndexFunc(x.line.Units, func(u plant.Unit) bool { return u.ID == f.Where() })
}

// ledger derives the whole ledger at once.
func (x *tale) ledger(t *rapid.T) []oee.Segment {
	closed, open := x.parts(t)
	return append(closed, open...)
}

// parts derives what is closed and what is open.
func (x *tale) parts(t *rapid.T) (closed, open []oee.Segment) {
	e := NewEngine(x.line, x.signals...)
	closed, err := e.Derive(context.Background(), x.history, morning, x.end)
	if err != nil {
		t.Fatal(err)
	}
	return closed, e.Open(x.end)
}

func TestTimeIsWholeAndPiecesAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawTale(t)
		got := x.ledger(t)
		at, good, reject := morning, plant.Quantity(0), plant.Quantity(0)
		for i := range got {
			s := &got[i]
			if !s.From.Equal(at) || !s.To.After(s.From) {
				t.Fatalf("segment %d is %s to %s, want it to begin at %s", i, s.From, s.To, at)
			}
			if i > 0 && same(&got[i-1], s) {
				t.Fatalf("segments %d and %d are one", i-1, i)
			}
			if s.Category == oee.ReducedSpeed || s.Ideal == 0 && s.Unrated != s.Good+s.Reject {
				t.Fatalf("segment %d is %+v", i, s)
			}
			at, good, reject = s.To, good+s.Good, reject+s.Reject
		}
		if !at.Equal(x.end) {
			t.Fatalf("the ledger ends at %s, want %s", at, x.end)
		}
		tally := machine.NewTally(x.line, x.signals)
		for _, f := range x.facts {
			if c, ok := f.(machine.Counted); ok {
				g, r := tally.Of(c)
				good, reject = good-g, reject-r
			}
		}
		if good != 0 || reject != 0 {
			t.Fatalf("%s good and %s rejected pieces too many", good, reject)
		}
	})
}

func TestStopsKeepToTheirThresholds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawTale(t)
		got := x.ledger(t)
		for i := 0; i < len(got); i++ {
			from := got[i].From
			first := i
			for i < len(got) && got[i].Category == oee.MicroStop {
				i++
			}
			if i == first {
				continue
			}
			if length := got[i-1].To.Sub(from); length > defaultMicroMax {
				t.Fatalf("a micro-stop from %s lasts %s", from, length)
			}
		}
	})
}

func TestBatchesAndDisorderChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawTale(t)
		want := x.ledger(t)
		type arrival struct {
			at   time.Time
			fact machine.Fact
		}
		var arrivals []arrival
		delays := map[int]time.Duration{} // a signal's facts stay in order
		for _, f := range x.facts {
			key := rank(f, x.index(f))
			if _, ok := delays[key]; !ok {
				delays[key] = time.Duration(rapid.Int64Range(0, int64(disorder)-1).Draw(t, "delay")).Truncate(time.Microsecond)
			}
			arrivals = append(arrivals, arrival{f.When().Add(delays[key]), f})
		}
		sort.SliceStable(arrivals, func(i, j int) bool { return arrivals[i].at.Before(arrivals[j].at) })
		e := NewEngine(x.line, x.signals...)
		e.Start(morning, morning)
		var got []oee.Segment
		for _, a := range arrivals {
			got = append(got, e.Apply(a.fact)...)
			switch rapid.IntRange(0, 4).Draw(t, "between") {
			case 0:
				got = append(got, e.Tick(a.at)...)
			case 1:
				e.At(a.at)
			case 2:
				if done := e.Apply(a.fact); len(done) > 0 { // told twice
					t.Fatal("the same fact again closed something")
				}
			}
		}
		if at, late := e.Late(); late {
			t.Fatalf("a fact of %s was late", at)
		}
		got = append(got, e.Tick(x.end.Add(2*disorder))...)
		got = append(got, e.Open(x.end)...)
		if got[len(got)-1].To.After(x.end) { // facts may have gone beyond
			t.Skip("laid out further than the end")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestLedgerGoesOnWhereItEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawTale(t)
		kept, open := x.parts(t)
		i := rapid.IntRange(0, len(kept)).Draw(t, "end of what is kept")
		want := append(kept, open...)[i:]
		e := NewEngine(x.line, x.signals...)
		closed, err := e.Derive(context.Background(), x.history, want[0].From, x.end)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.Concat(closed, e.Open(x.end))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestSnapshotAgreesWithTheLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawTale(t)
		e := NewEngine(x.line, x.signals...)
		if _, err := e.Derive(context.Background(), x.history, morning, x.end); err != nil {
			t.Fatal(err)
		}
		s := e.At(x.end)
		all := x.ledger(t)
		if last := all[len(all)-1]; s.Now != last.Category || s.Cause != last.Unit {
			t.Fatalf("now %s by %s, want %s by %s", s.Now, s.Cause, last.Category, last.Unit)
		}
		at := s.Window.From
		for i := range s.Segments {
			if !s.Segments[i].From.Equal(at) {
				t.Fatalf("segment %d of the snapshot begins at %s, want %s", i, s.Segments[i].From, at)
			}
			at = s.Segments[i].To
		}
		if !at.Equal(s.Window.To) {
			t.Fatalf("the snapshot's segments end at %s, want %s", at, s.Window.To)
		}
		sum := time.Duration(0)
		for _, d := range s.Classic.Times {
			sum += d
		}
		if sum != s.Classic.Window || sum != s.Window.Duration() {
			t.Fatalf("the times add up to %s of %s", sum, s.Window.Duration())
		}
		if s.Since.After(s.At) {
			t.Fatalf("since %s, after now", s.Since)
		}
	})
}

// TestTheEngineKnowsOnlyTheWallsClock: a monotonic reading, which goes on when that clock is put back, stays outside.
func TestTheEngineKnowsOnlyTheWallsClock(t *testing.T) {
	now := time.Now()
	at := now.Add(-3 * time.Hour).UTC().Truncate(time.Microsecond)
	line := plant.Line{ID: "l", Units: []plant.Unit{{ID: "u"}}, Pacer: "u", Output: "u"}
	e := NewEngine(line)
	e.Apply(machine.StateChanged{Unit: "u", At: at, State: machine.Held, Mode: machine.Production})
	e.Tick(now.Add(-2 * time.Hour))
	e.Tick(now)
	open := e.Open(now)
	times := []time.Time{e.Horizon(), e.At(now).At, open[len(open)-1].To}
	for _, x := range times {
		if x != x.Round(0) {
			t.Errorf("%s is of the monotonic clock", x)
		}
	}
	if !times[0].After(now.Add(-2 * time.Hour)) {
		t.Errorf("the clock had no say: it is laid out up to %s", times[0])
	}
}
