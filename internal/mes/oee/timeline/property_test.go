package timeline

import (
	compare "cmp"
	"context"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline/stops"
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
	if rapid.Bool().Draw(t, "parallel") {
		line.Units[2].Beside = "b"
	}
	if rapid.Bool().Draw(t, "buffer") {
		line.Units[0].Buffer = 30 * plant.One
	}
	if rapid.Bool().Draw(t, "again") {
		line.Changeover.Pairs = map[plant.Pair]time.Duration{{From: "P", To: "P"}: time.Minute}
	}
	x := tale{line: line}
	silent, untold := rapid.Bool().Draw(t, "silent"), rapid.Bool().Draw(t, "untold")
	for i, u := range line.Units {
		s := machine.Signals{Unit: u.ID, State: tag.ID(10*i + 1), Good: machine.Counter{Tag: tag.ID(10*i + 2)}, Reject: machine.Counter{Tag: tag.ID(10*i + 3)}, Product: tag.ID(10*i + 4)}
		if silent && u.ID == line.Pacer {
			s.State = 0
		}
		if untold {
			s.Product = 0
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
	orders := rapid.SampledFrom([]string{"J-1", "J-2", ""})
	waits := append(slices.Clone(pauses), 13*time.Hour)
	standing := 0 // facts of a stop in which only its product, order and fault change
	for range rapid.IntRange(1, 80).Draw(t, "facts") {
		at = at.Add(rapid.SampledFrom(waits).Draw(t, "pause"))
		if standing == 0 && rapid.IntRange(0, 9).Draw(t, "stands") == 0 {
			standing = rapid.IntRange(1, 8).Draw(t, "for")
		}
		if standing > 0 {
			standing--
			x.facts = append(x.facts, changing(t, x.line.Pacer, at))
			continue
		}
		i := rapid.SampledFrom([]int{1, 1, 1, 0, 2}).Draw(t, "unit")
		u, s := x.line.Units[i].ID, x.signals[i]
		switch kind := rapid.IntRange(0, 11).Draw(t, "kind"); {
		case kind < 5 && s.State != 0:
			x.facts = append(x.facts, machine.StateChanged{
				Unit: u, At: at,
				State: rapid.SampledFrom([]machine.State{machine.Execute, machine.Execute, machine.Held, machine.Suspended, machine.Idle, machine.Unknown}).Draw(t, "state"),
				Mode:  rapid.SampledFrom([]machine.Mode{machine.Production, machine.Production, machine.Production, machine.ChangeOver}).Draw(t, "mode"),
			})
		case kind == 4 && silent:
			x.facts = append(x.facts, machine.SightChanged{Unit: x.line.Units[1].ID, At: at, Blind: rapid.Bool().Draw(t, "blind")})
		case kind == 10 || kind == 5 && s.Product == 0: // of the other units it is nothing
			o := oee.OrderChanged{Pacer: u, At: at, Runs: rapid.Bool().Draw(t, "runs"), Order: orders.Draw(t, "order"), Product: rapid.SampledFrom([]string{"P", "Q", ""}).Draw(t, "product")}
			x.facts = append(x.facts, o)
		case kind == 5:
			x.facts = append(x.facts, machine.ProductChanged{Unit: u, At: at, Product: rapid.SampledFrom([]string{"P", "Q", ""}).Draw(t, "product")})
		case kind == 11:
			x.facts = append(x.facts, machine.OrderNamed{Unit: u, At: at, Order: orders.Draw(t, "named")})
		case kind == 6:
			x.facts = append(x.facts, machine.FaultChanged{Unit: u, At: at, Code: rapid.SampledFrom([]string{"0", "7", "8"}).Draw(t, "fault")})
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

// changing is what the pacer says while somebody sets it up.
func changing(t *rapid.T, u plant.UnitID, at time.Time) machine.Fact {
	switch rapid.IntRange(0, 5).Draw(t, "change") {
	case 0:
		return machine.StateChanged{Unit: u, At: at, State: rapid.SampledFrom([]machine.State{machine.Held, machine.Idle, machine.Stopped}).Draw(t, "standing"), Mode: machine.Production}
	case 1:
		return machine.OrderNamed{Unit: u, At: at, Order: rapid.SampledFrom([]string{"J-1", "J-2", ""}).Draw(t, "next")}
	case 2:
		return machine.FaultChanged{Unit: u, At: at, Code: rapid.SampledFrom([]string{"0", "7", "8"}).Draw(t, "fault")}
	}
	return machine.ProductChanged{Unit: u, At: at, Product: rapid.SampledFrom([]string{"P", "Q", ""}).Draw(t, "made next")}
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
			counted := s.Good != 0 || s.Reject != 0
			before := i > 0 && (got[i-1].Good != 0 || got[i-1].Reject != 0)
			hour := (stops.Hourly(s.Category) || counted || before) && s.From.Equal(s.From.Truncate(time.Hour))
			if i > 0 && stops.Same(&got[i-1], s) && !hour {
				t.Fatalf("segments %d and %d are one", i-1, i)
			}
			if (stops.Hourly(s.Category) || counted) && s.Shift != "" && s.To.After(s.From.Truncate(time.Hour).Add(time.Hour)) {
				t.Fatalf("segment %d is of two hours: %s to %s", i, s.From, s.To)
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

// Whatever else happens, each moment is the job's whose the line is then, or that of the order which its pacer names.
func TestEveryMomentHasItsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawTale(t)
		job, named, next := "", "", 0
		for _, s := range x.ledger(t) {
			for next < len(x.facts) && x.facts[next].When().Before(s.To) {
				at := x.facts[next].When()
				if order := compare.Or(job, named); at.After(s.From) && order != s.Order {
					t.Fatalf("before %s the order is %q, and that of the segment from %s %q", at, order, s.From, s.Order)
				}
				for ; next < len(x.facts) && x.facts[next].When().Equal(at); next++ {
					switch f := x.facts[next].(type) {
					case oee.OrderChanged:
						if f.Pacer == x.line.Pacer {
							job = f.Order
						}
					case machine.OrderNamed:
						if f.Unit == x.line.Pacer {
							named = f.Order
						}
					}
				}
			}
			if order := compare.Or(job, named); order != s.Order {
				t.Fatalf("at the end of what lies from %s to %s the order is %q, want %q", s.From, s.To, s.Order, order)
			}
		}
	})
}

// A changeover that no mode tells has another product or order within it or beside it, and no fault.
func TestChangeoversLieBetweenTwoProductsOrOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawTale(t)
		if slices.ContainsFunc(x.facts, func(f machine.Fact) bool {
			s, ok := f.(machine.StateChanged)
			return ok && s.Mode == machine.ChangeOver
		}) {
			t.Skip("a mode tells it")
		}
		with := x.ledger(t)
		x.line.Changeover.Told = true
		without := x.ledger(t)
		products, orders := map[string]bool{}, map[string]bool{}
		for _, s := range with {
			if s.Category == oee.Changeover && s.Fault != "" {
				t.Fatalf("a fault in the changeover from %s", s.From)
			}
			products[s.Product], orders[s.Order] = true, true
		}
		delete(products, "")
		delete(orders, "")
		var sum, was oee.Times
		for _, w := range []struct {
			all []oee.Segment
			sum *oee.Times
		}{{with, &sum}, {without, &was}} {
			for _, s := range w.all {
				w.sum[s.Category] += s.To.Sub(s.From)
			}
		}
		for c := range sum {
			switch c := oee.Category(c); {
			case c == oee.Changeover && len(products) < 2 && len(orders) < 2 && sum[c] > 0:
				t.Fatalf("%s of changeovers with nothing to change to", sum[c])
			case c == oee.Breakdown || c == oee.Blocked || c == oee.Starved:
				if sum[c] > was[c] {
					t.Fatalf("more %s than the machines said", c)
				}
			case c != oee.Changeover && sum[c] != was[c]:
				t.Fatalf("%s of %s, without changeovers %s", sum[c], c, was[c])
			}
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
			if length := got[i-1].To.Sub(from); length > stops.DefaultMicroMax {
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

func TestAnEarlierStretchIsLaidOutAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawTale(t)
		kept, _ := x.parts(t)
		if len(kept) == 0 {
			t.Skip()
		}
		i := rapid.IntRange(0, len(kept)-1).Draw(t, "first")
		j := rapid.IntRange(i, len(kept)-1).Draw(t, "last")
		got, err := NewEngine(x.line, x.signals...).Between(context.Background(), x.history, plant.Span{From: kept[i].From, To: kept[j].To}, x.end)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(kept[i:j+1], got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A stretch ends where it is told to, and no piece is in it and in the next one, or in neither.
func TestStretchesJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawTale(t)
		cut := morning.Add(time.Duration(rapid.Int64Range(1, int64(x.end.Sub(morning)/time.Microsecond)-1).Draw(t, "cut")) * time.Microsecond)
		before, err := NewEngine(x.line, x.signals...).Between(context.Background(), x.history, plant.Span{From: morning, To: cut}, x.end)
		if err != nil {
			t.Fatal(err)
		}
		e := NewEngine(x.line, x.signals...)
		after, err := e.Derive(context.Background(), x.history, cut, x.end)
		if err != nil {
			t.Fatal(err)
		}
		var good, want plant.Quantity
		at := morning
		for _, s := range slices.Concat(before, after, e.Open(x.end)) {
			if !s.From.Equal(at) {
				t.Fatalf("a segment begins at %s, want %s; the cut is at %s", s.From, at, cut)
			}
			at, good = s.To, good+s.Good
		}
		for _, s := range x.ledger(t) {
			want += s.Good
		}
		if !at.Equal(x.end) || good != want || !before[len(before)-1].To.Equal(cut) {
			t.Fatalf("it ends at %s with %s pieces, want %s with %s; the first part ends at %s, cut at %s", at, good, x.end, want, before[len(before)-1].To, cut)
		}
	})
}

// What an engine that goes on hears of the time before, it cannot have laid out, though the counter has gone on since.
func TestACountFromBeforeTheStartIsLate(t *testing.T) {
	line := plant.Line{ID: "l", Units: []plant.Unit{{ID: "u"}}, Pacer: "u", Output: "u"}
	piece := func(n int64) machine.Counted {
		at := morning.Add(time.Duration(n) * time.Minute)
		return machine.Counted{Unit: "u", What: machine.Good, Tag: 1, Since: at.Add(-time.Minute), At: at, From: plant.Pieces(n - 1), To: plant.Pieces(n), Qty: plant.One}
	}
	e := NewEngine(line)
	_, err := e.Derive(context.Background(), func(_ context.Context, _ plant.LineID, from, _ time.Time, yield func(machine.Fact) bool) error {
		for n := int64(1); n <= 90; n++ {
			if c := piece(n); !c.At.Before(from) && !yield(c) {
				break
			}
		}
		return nil
	}, morning.Add(time.Hour), morning.Add(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	e.Apply(piece(80))
	if at, late := e.Late(); late {
		t.Errorf("a piece that is laid out is late: %s", at)
	}
	e.Apply(piece(59))
	if at, late := e.Late(); !late || !at.Equal(piece(59).At) {
		t.Errorf("a piece from before the start is taken for laid out: %s", at)
	}
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
