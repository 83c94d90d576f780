package workunit

import (
	"context"
	"errors"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

func TestAMachinesTimeIsLaidOutByTheSettingsOfItsTime(t *testing.T) {
	begin := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	line := func(cycle time.Duration, units ...plant.UnitID) plant.Line {
		l := plant.Line{ID: "l", Rates: []plant.Rate{{IdealCycle: cycle}}, Calendar: plant.Calendar{Shifts: []plant.ShiftPattern{{Name: "Day", Start: 0, End: 24 * 60}}}}
		for _, id := range units {
			l.Units = append(l.Units, plant.Unit{ID: id})
		}
		return l
	}
	signals := []machine.Signals{{Unit: "l/a", Good: machine.Counter{Tag: 1}}}
	facts := func(_ context.Context, _ plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
		for at, n := begin.Add(-time.Hour), plant.Quantity(0); at.Before(begin.Add(4 * time.Hour)); at, n = at.Add(10*time.Second), n+1 {
			if at.Before(from) || !at.Before(to) {
				continue
			}
			if !yield(machine.Counted{Unit: "l/a", What: machine.Good, Tag: 1, Since: at.Add(-10 * time.Second), At: at, From: n * plant.One, To: (n + 1) * plant.One, Qty: plant.One}) {
				break
			}
		}
		return nil
	}
	now := line(5*time.Second, "l/a")
	p := &plant.Plant{Sites: []plant.Site{{Areas: []plant.Area{{Lines: []plant.Line{now}}}}}}
	changed, end := begin.Add(90*time.Minute), begin.Add(3*time.Hour)
	var whole plant.Quantity // as the settings in use alone lay it out
	plain, err := New(p, signals, facts).Segments(t.Context(), "l/a", begin, end)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range plain {
		whole += s.Good
	}
	if whole < 1079*plant.One {
		t.Fatalf("it made %v", whole)
	}
	for name, c := range map[string]struct {
		was    []Former
		before time.Duration // the ideal cycle until the change
	}{
		"never changed":            {nil, 5 * time.Second},
		"was slower":               {[]Former{{Line: line(10*time.Second, "l/a"), Signals: signals, History: facts, Until: changed}}, 10 * time.Second},
		"was not there":            {[]Former{{Line: line(10*time.Second, "l/b"), Signals: signals, History: facts, Until: changed}}, 5 * time.Second},
		"changes after its end":    {[]Former{{Line: line(7*time.Second, "l/a"), Signals: signals, History: facts, Until: changed}, {Line: line(5*time.Second, "l/a"), Signals: signals, History: facts, Until: end.Add(time.Hour)}}, 7 * time.Second},
		"was over before the time": {[]Former{{Line: line(10*time.Second, "l/a"), Signals: signals, History: facts, Until: begin.Add(-time.Hour)}}, 5 * time.Second},
	} {
		u := New(p, signals, facts).Since(func(context.Context, plant.LineID, time.Time) ([]Former, time.Time, error) {
			return c.was, begin.Add(-time.Hour), nil
		})
		all, err := u.Segments(t.Context(), "l/a", begin, end)
		if err != nil || len(all) == 0 {
			t.Fatalf("%s: %v, %v", name, all, err)
		}
		at, good := begin, plant.Quantity(0)
		for _, s := range all {
			cycle := c.before
			if !s.From.Before(changed) {
				cycle = 5 * time.Second
			}
			if s.From.Before(changed) && s.To.After(changed) && c.before != 5*time.Second {
				t.Errorf("%s: %s to %s spans the change", name, s.From, s.To)
			}
			if !s.From.Equal(at) || s.Ideal != time.Duration(s.Good/plant.One)*cycle || s.Unit != "l/a" {
				t.Errorf("%s: from %s after %s, %v pieces are worth %s", name, s.From, at, s.Good, s.Ideal)
			}
			at, good = s.To, good+s.Good
		}
		if !at.Equal(end) || good != whole {
			t.Errorf("%s: it ends at %s with %v pieces", name, at, good)
		}
	}
	broken := errors.New("the database is away")
	u := New(p, signals, facts).Since(func(context.Context, plant.LineID, time.Time) ([]Former, time.Time, error) {
		return nil, time.Time{}, broken
	})
	if _, err := u.Segments(t.Context(), "l/a", begin, end); !errors.Is(err, broken) {
		t.Errorf("what cannot be known is %v", err)
	}
}

// What a machine says of the time before it was read is no time of it.
func TestTheTimeOfAMachineBeginsWithItsLine(t *testing.T) {
	begin := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	facts := func(_ context.Context, _ plant.LineID, _, _ time.Time, yield func(machine.Fact) bool) error {
		yield(machine.StateChanged{Unit: "l/a", At: begin.Add(-time.Hour), State: machine.Execute})
		return nil
	}
	p := &plant.Plant{Sites: []plant.Site{{Areas: []plant.Area{{Lines: []plant.Line{{ID: "l", Units: []plant.Unit{{ID: "l/a"}}}}}}}}}
	seen := begin.Add(20 * time.Minute)
	u := New(p, []machine.Signals{{Unit: "l/a", State: 1}}, facts).Since(func(context.Context, plant.LineID, time.Time) ([]Former, time.Time, error) {
		return nil, seen, nil
	})
	all, err := u.Segments(t.Context(), "l/a", begin, begin.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	was := map[oee.Category]time.Duration{}
	at := begin
	for _, s := range all {
		if !s.From.Equal(at) {
			t.Errorf("%s follows %s", s.From, at)
		}
		at = s.To
		was[s.Category] += s.To.Sub(s.From)
	}
	if len(was) != 2 || was[oee.NoData] != 20*time.Minute || was[oee.Running] != 40*time.Minute {
		t.Errorf("it was %v", was)
	}
}
