package workunit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// added is a book in which all time is added up to a moment, and of which nothing is wanted from before.
type added struct {
	rollup.Book
	begin, fresh time.Time
	meaning      string
}

func (b added) State(context.Context, plant.LineID) (rollup.State, error) {
	return rollup.State{Begin: b.begin, End: b.fresh, Fresh: b.fresh, Meaning: b.meaning}, nil
}

func (added) Chunks(context.Context, rollup.Ask) ([]rollup.Chunk, error) { return nil, nil }

// hall is four lines of five machines each, which run, stand and count; a machine in a number of seconds by its place.
func hall(begin time.Time) (*plant.Plant, []machine.Signals, func(reads *int) func(context.Context, plant.LineID, time.Time, time.Time, func(machine.Fact) bool) error) {
	var lines []plant.Line
	var signals []machine.Signals
	for l := range 4 {
		line := plant.Line{ID: plant.LineID(fmt.Sprint("l", l)), Rates: []plant.Rate{{IdealCycle: 5 * time.Second}}, Calendar: plant.Calendar{Shifts: []plant.ShiftPattern{{Name: "Day", Start: 15, End: 24 * 60}}}}
		for m := range 5 {
			u := plant.UnitID(fmt.Sprint(line.ID, "/m", m))
			line.Units = append(line.Units, plant.Unit{ID: u})
			signals = append(signals, machine.Signals{Unit: u, State: 1, Good: machine.Counter{Tag: 2}})
		}
		lines = append(lines, line)
	}
	facts := func(reads *int) func(context.Context, plant.LineID, time.Time, time.Time, func(machine.Fact) bool) error {
		return func(_ context.Context, line plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
			*reads++
			var all []machine.Fact
			for m := range 5 {
				u := plant.UnitID(fmt.Sprint(line, "/m", m))
				state := machine.Execute
				for at := begin; at.Before(to); at = at.Add(time.Duration(7+m) * time.Minute) {
					all = append(all, machine.StateChanged{Unit: u, At: at, State: state})
					if state = machine.Held; len(all)%2 == 0 {
						state = machine.Execute
					}
				}
				for at, n := begin, plant.Quantity(0); at.Before(to); at, n = at.Add(time.Duration(5+m)*time.Second), n+1 {
					all = append(all, machine.Counted{Unit: u, What: machine.Good, Tag: 2, Since: at.Add(-time.Duration(5+m) * time.Second), At: at, From: n * plant.One, To: (n + 1) * plant.One, Qty: plant.One})
				}
			}
			slices.SortStableFunc(all, func(a, b machine.Fact) int { return a.When().Compare(b.When()) })
			said := map[string]machine.Fact{} // how things stood
			for _, f := range all {
				if s, is := f.(machine.StateChanged); is && f.When().Before(from) {
					said[string(s.Unit)] = s
				}
			}
			for _, f := range all {
				before := f.When().Before(from)
				if s, is := f.(machine.StateChanged); before && (!is || said[string(s.Unit)] != f) {
					continue
				}
				if !yield(f) {
					return nil
				}
			}
			return nil
		}
	}
	return &plant.Plant{Sites: []plant.Site{{Areas: []plant.Area{{Lines: lines}}}}}, signals, facts
}

// What is told of many machines at once is what is told of those of each line, by any division, from any moment on.
func TestManyMachinesAreToldAsFewAre(t *testing.T) {
	begin := time.Date(2026, 3, 2, 0, 15, 0, 0, time.UTC)
	fresh, now := begin.Add(3*time.Hour), begin.Add(4*time.Hour+23*time.Minute)
	p, signals, facts := hall(begin)
	reads := 0
	u := New(p, signals, facts(&reads))
	book := added{begin: begin, fresh: fresh, meaning: u.Layouts()[0].Meaning}
	var all, each []kpi.Layout
	for _, l := range p.Sites[0].Areas[0].Lines {
		each = append(each, kpi.Layout{Line: l.ID})
	}
	all = each
	told := func(lines []kpi.Layout, by string, from time.Time) (rows []string) {
		t.Helper()
		how, err := kpi.ParseBy(by)
		if err != nil {
			t.Fatal(err)
		}
		q := rollup.Question{Lines: lines, Span: plant.Span{From: from, To: now}, By: how}
		own, _, err := u.Gather(t.Context(), book, q, kpi.NewGrouper(how, q.Span, 1000, func(plant.LineID) (string, string) { return "", "" }))
		if err != nil {
			t.Fatal(err)
		}
		for name, of := range own {
			for _, o := range of {
				rows = append(rows, fmt.Sprint(name, o.ID, o.Sums))
			}
		}
		slices.Sort(rows)
		return rows
	}
	questions := map[string]time.Time{"unit": fresh, "unit,hour": fresh, "unit,shift": fresh, "unit,product": fresh.Add(time.Hour)}
	want := map[string][]string{}
	for by, from := range questions {
		for i := range each {
			want[by] = append(want[by], told(each[i:i+1], by, from)...)
		}
		slices.Sort(want[by])
		if len(want[by]) < 20 {
			t.Fatalf("by %s there are %d rows", by, len(want[by]))
		}
	}
	reads = 0
	for _, l := range each {
		u.follow(t.Context(), book, l.Line, now)
	}
	if reads > 2*len(each) { // once more where something began before
		t.Errorf("facts of %d lines were read %d times", len(each), reads)
	}
	reads = 0
	for by, from := range questions {
		if got := told(all, by, from); strings.Join(got, "\n") != strings.Join(want[by], "\n") {
			t.Errorf("by %s of all at once:\n%s\nof each line:\n%s", by, strings.Join(got, "\n"), strings.Join(want[by], "\n"))
		}
	}
	if at, ok := u.UpTo([]plant.LineID{"l0", "l1", "l2"}); reads != 0 || !ok || !at.Equal(now) {
		t.Errorf("facts were read %d times while somebody waited; known up to %v, %v", reads, at, ok)
	}
	if _, ok := u.UpTo([]plant.LineID{"l0"}); ok {
		t.Error("of one line all is laid out while somebody waits, and something is said of it")
	}
	// A part of an hour that is added up, and what was set back since, are laid out while somebody waits.
	early := fresh.Add(-40 * time.Minute)
	var alone []string
	for i := range each {
		alone = append(alone, told(each[i:i+1], "unit", early)...)
	}
	slices.Sort(alone)
	if got := told(all, "unit", early); strings.Join(got, "\n") != strings.Join(alone, "\n") {
		t.Errorf("from before the end of the sums:\n%s\nof each line:\n%s", strings.Join(got, "\n"), strings.Join(alone, "\n"))
	}
	for _, s := range u.tails.of["l0/m0"].segments {
		if s.Category != oee.NoData {
			return
		}
	}
	t.Error("the machines did nothing")
}
