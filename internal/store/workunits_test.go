package store_test

import (
	"context"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

const (
	first  = plant.UnitID("filling-1/a")
	second = plant.UnitID("filling-1/b")
)

// twoMachines is a line of two machines, of which the second stops for a while in each hour, and counts a piece a minute.
type twoMachines struct {
	*workunit.Units
	begin time.Time
	held  time.Duration // of each hour
}

func newTwoMachines(begin time.Time, zone *time.Location) *twoMachines {
	m := &twoMachines{begin: begin, held: 10 * time.Minute}
	l := plant.Line{ID: line, Units: []plant.Unit{{ID: first, Name: "A", Line: line}, {ID: second, Name: "B", Line: line}}, Pacer: first, Output: second, Rates: []plant.Rate{{IdealCycle: 30 * time.Second}}}
	l.Calendar = plant.Calendar{Zone: zone, Shifts: []plant.ShiftPattern{{Name: "Day", Start: 6 * 60, End: 18 * 60}, {Name: "Night", Start: 18 * 60, End: 6 * 60}}}
	p := &plant.Plant{Sites: []plant.Site{{Zone: zone, Areas: []plant.Area{{Lines: []plant.Line{l}}}}}}
	signals := []machine.Signals{{Unit: first, State: 1, Product: 5}, {Unit: second, State: 2, Good: machine.Counter{Tag: 3}, Reject: machine.Counter{Tag: 4}}}
	m.Units = workunit.New(p, signals, m.facts)
	return m
}

func (m *twoMachines) facts(_ context.Context, _ plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
	unit, count := second, func(at time.Time) plant.Quantity { return plant.Pieces(int64(at.Sub(m.begin) / time.Minute)) }
	if !yield(machine.StateChanged{Unit: first, At: m.begin, State: machine.Execute}) || !yield(machine.ProductChanged{Unit: first, At: m.begin, Product: "P"}) {
		return nil
	}
	hour := plant.Later(from.Truncate(time.Hour), m.begin)
	for at := hour; at.Before(to); at = at.Add(time.Minute) {
		facts := []machine.Fact{}
		switch at.Sub(at.Truncate(time.Hour)) {
		case 0:
			facts = append(facts, machine.StateChanged{Unit: unit, At: at, State: machine.Held})
		case m.held:
			facts = append(facts, machine.StateChanged{Unit: unit, At: at, State: machine.Execute})
		}
		facts = append(facts, machine.Counted{Unit: unit, What: machine.Good, Tag: 3, At: at, Since: at.Add(-time.Minute), From: count(at.Add(-time.Minute)), To: count(at), Qty: plant.One})
		for _, f := range facts {
			if !yield(f) {
				return nil
			}
		}
	}
	return nil
}

// told adds up the machines' time as it is answered, by day and machine.
func (m *twoMachines) told(t *testing.T, book rollup.Book, window plant.Span, words string) (workunit.Gathered, []kpi.Group) {
	t.Helper()
	by, err := kpi.ParseBy(words)
	must(t, err)
	g := kpi.NewGrouper(by, window, 1000, func(plant.LineID) (string, string) { return "", "" })
	own, _, err := m.Gather(t.Context(), book, rollup.Question{Lines: []kpi.Layout{{Line: line}}, Span: window, By: by}, g)
	must(t, err)
	groups, err := g.Groups()
	must(t, err)
	return own, groups
}

func TestTheTimeOfSingleMachinesIsKeptWithThatOfTheirLine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		book := s.Rollups()
		m := newTwoMachines(monday, time.UTC)
		keeper := rollup.NewKeeper(rollup.Options{Units: m.Layouts(), Book: workunit.Book{Book: book}, Segments: m.Segments})
		roll := func() {
			t.Helper()
			for _, l := range m.Layouts() {
				must(t, keeper.Roll(ctx, l))
			}
		}
		week := plant.Span{From: monday, To: monday.AddDate(0, 0, 7)}
		held := func(after string, want time.Duration) {
			t.Helper()
			own, groups := m.told(t, book, week, "unit")
			if len(groups) != 2 || len(own) != 2 {
				t.Fatalf("%s: there are %d groups, and %d machines", after, len(groups), len(own))
			}
			b := own[groups[1].Name][0]
			if lost := b.Times[oee.Breakdown]; b.ID != second || lost != want { // breakdowns
				t.Errorf("%s: machine %s stood for %s, want %s; all: %v", after, b.ID, lost, want, b.Times)
			}
		}
		must(t, s.Ledger().Replace(ctx, line, monday, strip(monday, 7*24*60)))
		held("before sums are kept only the end is laid out", 30*10*time.Minute)
		roll()
		state, err := book.State(ctx, plant.LineID(second))
		must(t, err)
		if state.Fresh.IsZero() {
			t.Fatal("nothing is kept")
		}
		held("kept", 7*24*10*time.Minute)
		days, _ := m.told(t, book, week, "day,unit")
		sum := time.Duration(0)
		for name, own := range days {
			for _, o := range own {
				if sum += o.Times[oee.Breakdown]; name.Period == "" {
					t.Errorf("%s has no day", o.ID)
				}
			}
		}
		if sum != 7*24*10*time.Minute {
			t.Errorf("the days add up to %s", sum)
		}
		m.held = 20 * time.Minute // it is told otherwise, late
		roll()
		held("as nobody said that it changed", 7*24*10*time.Minute)
		must(t, s.Ledger().Replace(ctx, line, monday.AddDate(0, 0, 6), strip(monday.AddDate(0, 0, 6), 24*60)))
		roll()
		held("the last day is laid out anew with its line's, and the date before it, which might have gone on", 5*24*10*time.Minute+2*24*20*time.Minute)
		must(t, s.Ledger().Replace(ctx, line, week.To, strip(week.To, 60)))
		before, err := book.State(ctx, plant.LineID(second))
		must(t, err)
		if before.Fresh.Before(week.To.Add(-time.Hour)) {
			t.Errorf("what only goes on sets the sums back to %s", before.Fresh)
		}
	})
}

func TestAYieldIsRolledUpWhereEachGroupIsOfOneLine(t *testing.T) {
	m := newTwoMachines(monday, time.UTC)
	day := plant.Span{From: monday, To: monday.AddDate(0, 0, 1)}
	for words, machines := range map[string]int{"line": 2, "": 2, "hour": 2, "reason": 0, "unit,reason": 0, "operator": 0, "line,operator": 0} {
		own, _ := m.told(t, nil, day, words)
		for name, all := range own {
			if len(all) != machines || all[0].ID > all[1].ID {
				t.Errorf("by %q there are %d machines of %v", words, len(all), name)
			}
		}
		if (machines == 0) != (len(own) == 0) {
			t.Errorf("by %q there are %d groups", words, len(own))
		}
	}
}
