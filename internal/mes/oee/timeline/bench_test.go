package timeline

import (
	"context"
	"fmt"
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// busyWeek is a line of five units for a while: a count every two seconds from each of two of them,
// a reject now and then, and a stop every few minutes.
func busyWeek(days int) (plant.Line, []machine.Signals, []machine.Fact) {
	line := plant.Line{
		ID: "l", Pacer: "u1", Output: "u4", Rates: []plant.Rate{{IdealCycle: 2 * time.Second}},
		Calendar: plant.Calendar{Shifts: []plant.ShiftPattern{
			{Name: "Early", Start: 6 * 60, End: 14 * 60, Breaks: []plant.ClockSpan{{Start: 9 * 60, End: 9*60 + 15}}},
			{Name: "Late", Start: 14 * 60, End: 22 * 60, Breaks: []plant.ClockSpan{{Start: 18 * 60, End: 18*60 + 30}}},
			{Name: "Night", Start: 22 * 60, End: 6 * 60},
		}},
	}
	var signals []machine.Signals
	for i := range 5 {
		u := plant.UnitID(fmt.Sprintf("u%d", i))
		line.Units = append(line.Units, plant.Unit{ID: u})
		signals = append(signals, machine.Signals{Unit: u, State: tag.ID(10*i + 1), Good: machine.Counter{Tag: tag.ID(10*i + 2)}, Reject: machine.Counter{Tag: tag.ID(10*i + 3)}})
	}
	var facts []machine.Fact
	totals := map[tag.ID]plant.Quantity{}
	count := func(i int, what machine.What, id tag.ID, at time.Time) {
		from := totals[id]
		totals[id] += plant.One
		facts = append(facts, machine.Counted{Unit: line.Units[i].ID, What: what, Tag: id, Since: at.Add(-2 * time.Second), At: at, From: from, To: totals[id], Qty: plant.One})
	}
	for n := range days * 24 * 1800 {
		at := morning.Add(time.Duration(n) * 2 * time.Second)
		if n%150 == 0 {
			facts = append(facts, machine.StateChanged{Unit: "u1", At: at, State: machine.Execute, Mode: machine.Production})
		}
		if n%150 == 120 {
			facts = append(facts, machine.StateChanged{Unit: "u1", At: at, State: machine.Held, Mode: machine.Production})
		}
		count(1, machine.Good, 12, at)
		count(4, machine.Good, 42, at)
		if n%40 == 0 {
			count(2, machine.Reject, 23, at)
		}
	}
	return line, signals, facts
}

// BenchmarkDeriveWeek lays out a week of one line anew: some 620,000 facts.
func BenchmarkDeriveWeek(b *testing.B) {
	line, signals, facts := busyWeek(7)
	source := func(_ context.Context, _ plant.LineID, _, _ time.Time, yield func(machine.Fact) bool) error {
		for _, f := range facts {
			if !yield(f) {
				break
			}
		}
		return nil
	}
	b.ReportAllocs()
	for b.Loop() {
		e := NewEngine(line, signals...)
		closed, err := e.Derive(context.Background(), source, morning, morning.AddDate(0, 0, 7))
		if err != nil || len(closed) < 1000 {
			b.Fatal(len(closed), err)
		}
	}
	b.ReportMetric(float64(len(facts)), "facts/op")
}

// BenchmarkSnapshot50 looks at fifty lines, each near the end of a shift.
func BenchmarkSnapshot50(b *testing.B) {
	line, signals, facts := busyWeek(1)
	e := NewEngine(line, signals...)
	now := morning.Add(7*time.Hour + 59*time.Minute)
	e.Start(morning, morning)
	for _, f := range facts {
		if f.When().After(now) {
			break
		}
		e.Apply(f)
	}
	if s := e.At(now); len(s.Segments) < 100 {
		b.Fatalf("%d segments", len(s.Segments))
	}
	b.ReportAllocs()
	for b.Loop() {
		for range 50 {
			e.At(now)
		}
	}
}

// BenchmarkApply takes one fact as it comes.
func BenchmarkApply(b *testing.B) {
	line, signals, facts := busyWeek(1)
	b.ReportAllocs()
	i, e := 0, NewEngine(line, signals...)
	for b.Loop() {
		if i == len(facts) {
			i, e = 0, NewEngine(line, signals...)
		}
		e.Apply(facts[i])
		i++
	}
}
