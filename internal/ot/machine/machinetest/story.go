package machinetest

import (
	"time"

	"pgregory.net/rapid"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// DrawCounting makes any readings of the good counter: rises, falls, jitter, glitches, losses of sight.
func DrawCounting(t *rapid.T) (machine.Signals, []tag.Sample) {
	signals := Mill()
	signals.Good.Modulus = rapid.SampledFrom([]uint64{0, 0, 100}).Draw(t, "modulus")
	signals.Good.Deadband = rapid.SampledFrom([]plant.Quantity{0, plant.One}).Draw(t, "deadband")
	signals.Good.Lifetime = rapid.IntRange(0, 3).Draw(t, "lifetime") == 0
	var samples []tag.Sample
	at := Day()
	for range rapid.IntRange(1, 25).Draw(t, "samples") {
		at = at.Add(time.Duration(rapid.SampledFrom([]int64{1, 1000, 2000, 5000, 60_000, 4_000_000}).Draw(t, "pause")) * time.Millisecond)
		value := rapid.SampledFrom([]int64{0, 1, 2, 3, 5, 50, 94, 95, 96, 99}).Draw(t, "value")
		s := tag.Sample{Tag: signals.Good.Tag, Time: at, Value: tag.IntValue(value)}
		if rapid.IntRange(0, 6).Draw(t, "lost") == 0 {
			s.Quality = tag.BadNoCommunication
		}
		samples = append(samples, s)
	}
	return signals, samples
}

// DrawSights puts readings of a state between others, that is lost from time to time.
func DrawSights(t *rapid.T, state tag.ID, samples []tag.Sample) (all []tag.Sample) {
	for _, s := range samples {
		for range rapid.IntRange(0, 2).Draw(t, "states") {
			before := time.Duration(rapid.SampledFrom([]int64{0, 1, 500, 1500, 30_000}).Draw(t, "before")) * time.Millisecond
			x := tag.Sample{Tag: state, Time: s.Time.Add(-before), Value: tag.IntValue(int64(machine.Execute))}
			if rapid.Bool().Draw(t, "state lost") {
				x.Quality = tag.BadNoCommunication
			}
			all = append(all, x)
		}
		all = append(all, s)
	}
	return all
}

// DrawRolling makes such readings of a counter of 16 bits, near to where it rolls over.
func DrawRolling(t *rapid.T) (machine.Signals, []tag.Sample) {
	signals, samples := DrawCounting(t)
	signals.Good.Modulus = 1 << 16
	for i := range samples {
		if n, _ := samples[i].Value.Int(); n >= 50 {
			samples[i].Value = tag.IntValue(n + 1<<16 - 100)
		}
	}
	return signals, samples
}
