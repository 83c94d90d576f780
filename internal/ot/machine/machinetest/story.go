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
