package machine_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/machinetest"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// drawMonotone makes readings of a counter that only goes up, rolling over at a modulus, and how much
// it really counted after the first reading.
func drawMonotone(t *rapid.T, modulus int64) (samples []tag.Sample, made plant.Quantity) {
	total := plant.Quantity(rapid.Int64Range(0, modulus*int64(plant.One)-1).Draw(t, "start"))
	at := machinetest.Day()
	for i := range rapid.IntRange(1, 60).Draw(t, "readings") {
		if i > 0 {
			rise := plant.Quantity(rapid.Int64Range(0, modulus*int64(plant.One)/10).Draw(t, "rise"))
			total += rise
			made += rise
			at = at.Add(time.Duration(rapid.Int64Range(1, 10_000_000).Draw(t, "pause")) * time.Microsecond)
		}
		shown := float64(total%(plant.Quantity(modulus)*plant.One)) / float64(plant.One)
		samples = append(samples, tag.Sample{Tag: 3, Time: at, Value: tag.FloatValue(shown)})
	}
	return samples, made
}

func TestMonotoneCountersAreCountedExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		modulus := rapid.SampledFrom([]int64{10, 100, 1000, 65536, 1 << 20, 1 << 32}).Draw(t, "modulus")
		samples, made := drawMonotone(t, modulus)
		for i := rapid.IntRange(0, 5).Draw(t, "bad readings"); i > 0; i-- {
			at := rapid.IntRange(1, len(samples)).Draw(t, "where")
			lost := tag.Sample{Tag: 3, Quality: tag.Bad, Time: samples[at-1].Time}
			samples = slices.Insert(samples, at, lost)
		}
		signals := machinetest.Mill()
		signals.Good.Modulus = uint64(modulus)
		if got := sum(run(signals, samples)...); got.good != made {
			t.Fatalf("made %s, counted %s: %v", made, got.good, samples)
		}
	})
}

// TestARestartCountsTheSame: whoever kept the last mark and sees everything after it again gets the same sum.
func TestARestartCountsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		signals, samples := machinetest.DrawCounting(t)
		whole := sum(run(signals, samples)...).good

		cut := rapid.IntRange(0, len(samples)).Draw(t, "cut")
		first := machine.NewEngine([]machine.Signals{signals})
		var before []machine.Fact
		for _, s := range samples[:cut] {
			before = append(before, first.Apply(s)...)
		}
		second := machine.NewEngine([]machine.Signals{signals})
		var mark time.Time
		if len(before) > 0 {
			last := before[len(before)-1].(machine.Counted)
			mark = last.At
			second.Seed(last.Tag, last.At, last.To)
		}
		var after []machine.Fact
		for _, s := range samples {
			if s.Time.After(mark) {
				after = append(after, second.Apply(s)...)
			}
		}
		after = append(after, second.Tick(samples[len(samples)-1].Time.Add(2*time.Hour))...)
		if parts := sum(before...).good + sum(after...).good; parts != whole {
			t.Fatalf("in one go %s, with a restart after %d samples %s + %s", whole, cut, sum(before...).good, sum(after...).good)
		}
	})
}

// TestARestartWithItsHistoryCountsTheSame: what one reading alone does not tell, the hour before the mark does.
func TestARestartWithItsHistoryCountsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		signals, samples := machinetest.DrawRolling(t)
		whole := sum(run(signals, samples)...).good

		first := machine.NewEngine([]machine.Signals{signals})
		second := machine.NewEngine([]machine.Signals{signals})
		var mark machine.Counted
		parts := plant.Quantity(0)
		for _, s := range samples[:rapid.IntRange(0, len(samples)).Draw(t, "cut")] {
			for _, f := range first.Apply(s) {
				mark = f.(machine.Counted)
				parts += mark.Qty
			}
		}
		book := func(facts []machine.Fact) {
			for _, f := range facts {
				rest, ok := f.(machine.Counted), true
				if mark.Tag != 0 {
					rest, ok = rest.After(mark.At, mark.To)
				}
				if ok {
					mark = rest
					parts += rest.Qty
				}
			}
		}
		if mark.Tag != 0 {
			second.Seed(mark.Tag, mark.At, mark.To)
		}
		for _, s := range samples {
			book(second.Apply(s))
		}
		book(second.Tick(samples[len(samples)-1].Time.Add(2 * time.Hour)))
		if parts != whole {
			t.Fatalf("in one go %s, with a restart %s", whole, parts)
		}
	})
}

// TestRepetitionsAndLateReadingsChangeNothing: only a Late tells of them.
func TestRepetitionsAndLateReadingsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		signals, samples := machinetest.DrawCounting(t)
		clean := run(signals, samples)
		var noisy []tag.Sample
		for i, s := range samples {
			noisy = append(noisy, s)
			for range rapid.IntRange(0, 2).Draw(t, "again") {
				old := noisy[rapid.IntRange(0, len(noisy)-1).Draw(t, "which")]
				newestReading := time.Time{}
				for _, x := range samples[:i+1] {
					if _, ok := signals.Good.Reading(x); ok {
						newestReading = x.Time
					}
				}
				if old.Time.After(newestReading) {
					continue // a loss of sight after it, said again: covered by the exact repetition
				}
				noisy = append(noisy, old)
			}
		}
		got := slices.DeleteFunc(run(signals, noisy), func(f machine.Fact) bool { _, late := f.(machine.Late); return late })
		if !slices.Equal(got, clean) {
			t.Fatalf("clean: %v\nnoisy: %v", clean, got)
		}
	})
}

// TestFactsAreInOrderAndNeverNegative holds for any readings in order.
func TestFactsAreInOrderAndNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		signals, samples := machinetest.DrawCounting(t)
		var at, since time.Time
		var total plant.Quantity
		for _, f := range run(signals, samples) {
			c := f.(machine.Counted)
			if c.At.Before(at) || c.Since.Before(since) || c.At.Before(c.Since) || c.Qty < 0 {
				t.Fatalf("fact %+v after %s", c, at)
			}
			if c.Event != machine.Baseline && c.From != total && signals.Good.Deadband == 0 {
				t.Fatalf("fact %+v does not go on from %s", c, total)
			}
			at, since, total = c.At, c.Since, c.To
		}
	})
}

// TestCountersDoNotDisturbEachOther: readings of two units, mixed in any way, count as they do alone.
func TestCountersDoNotDisturbEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		signals, a := machinetest.DrawCounting(t)
		_, b := machinetest.DrawCounting(t)
		other := signals
		other.Unit, other.Good.Tag = "other", 10
		other.State, other.Mode, other.Product, other.Order, other.Fault, other.Speed, other.Reject, other.Total = 0, 0, 0, 0, 0, 0, machine.Counter{}, machine.Counter{}
		e := machine.NewEngine([]machine.Signals{signals, other})
		got := map[plant.UnitID]plant.Quantity{}
		apply := func(s tag.Sample) {
			for _, f := range e.Apply(s) {
				if c, ok := f.(machine.Counted); ok {
					got[c.Unit] += c.Qty
				}
			}
		}
		i, j := 0, 0
		for i < len(a) || j < len(b) {
			if j == len(b) || i < len(a) && rapid.Bool().Draw(t, "first") {
				apply(a[i])
				i++
				continue
			}
			s := b[j]
			s.Tag = 10
			apply(s)
			j++
		}
		for _, f := range e.Tick(machinetest.Day().AddDate(1, 0, 0)) {
			got[f.Where()] += f.(machine.Counted).Qty
		}
		alone := func(samples []tag.Sample) plant.Quantity {
			e := machine.NewEngine([]machine.Signals{signals})
			var all []machine.Fact
			for _, s := range samples {
				all = append(all, e.Apply(s)...)
			}
			return sum(append(all, e.Tick(machinetest.Day().AddDate(1, 0, 0))...)...).good
		}
		if got[signals.Unit] != alone(a) || got["other"] != alone(b) {
			t.Fatalf("together %v, alone %s and %s", got, alone(a), alone(b))
		}
	})
}
