package simulate

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// dice is chance with a memory of its own, which can be written down and taken up again.
type dice struct {
	pcg  *rand.PCG
	rand *rand.Rand
}

// newDice makes the dice of one thing in the plant: another seed or another name, another luck.
func newDice(seed uint64, name string) dice {
	h := fnv.New64a()
	h.Write([]byte(name))
	pcg := rand.NewPCG(seed, h.Sum64())
	return dice{pcg, rand.New(pcg)}
}

// MarshalJSON writes the state.
func (d dice) MarshalJSON() ([]byte, error) {
	b, err := d.pcg.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return json.Marshal(b)
}

// UnmarshalJSON takes up a state.
func (d *dice) UnmarshalJSON(text []byte) error {
	var b []byte
	if err := json.Unmarshal(text, &b); err != nil {
		return err
	}
	d.pcg = &rand.PCG{}
	if err := d.pcg.UnmarshalBinary(b); err != nil {
		return fmt.Errorf("state of the dice: %w", err)
	}
	d.rand = rand.New(d.pcg)
	return nil
}

// chance is true with probability p.
func (d dice) chance(p float64) bool { return d.rand.Float64() < p }

// between is even in [low, high).
func (d dice) between(low, high float64) float64 { return low + (high-low)*d.rand.Float64() }

// normal has mean 0 and standard deviation 1, cut at ±4.
func (d dice) normal() float64 { return max(-4, min(4, d.rand.NormFloat64())) }

// until is the exponential time to the next of things that come every mean.
func (d dice) until(mean time.Duration) time.Duration {
	return time.Duration(d.rand.ExpFloat64() * float64(mean))
}

// lasts draws a log-normal length, within a tenth and eight times its median.
func (d dice) lasts(s Spread) time.Duration {
	f := math.Exp(s.Sigma * d.rand.NormFloat64())
	return time.Duration(float64(s.Median) * max(0.1, min(8, f)))
}
