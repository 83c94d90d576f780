// Package chance is luck with a memory: seeded, the same on every machine, and possible to write down and take up again.
package chance

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// Spread is a log-normal length of time.
type Spread struct {
	Median time.Duration
	Sigma  float64
}

// Dice are one thing's luck. The zero Dice cannot be thrown.
type Dice struct {
	pcg  *rand.PCG
	rand *rand.Rand
}

// New makes the dice of one thing: another seed or another name, another luck.
func New(seed uint64, name string) Dice {
	h := fnv.New64a()
	h.Write([]byte(name))
	pcg := rand.NewPCG(seed, h.Sum64())
	return Dice{pcg, rand.New(pcg)}
}

// MarshalJSON writes the state.
func (d Dice) MarshalJSON() ([]byte, error) {
	b, err := d.pcg.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return json.Marshal(b)
}

// UnmarshalJSON takes up a state.
func (d *Dice) UnmarshalJSON(text []byte) error {
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

// Loaded tells whether the dice can be thrown.
func (d Dice) Loaded() bool { return d.rand != nil }

// Chance is true with probability p.
func (d Dice) Chance(p float64) bool { return d.rand.Float64() < p }

// Between is even in [low, high).
func (d Dice) Between(low, high float64) float64 { return low + (high-low)*d.rand.Float64() }

// Normal has mean 0 and standard deviation 1, cut at ±4.
func (d Dice) Normal() float64 { return max(-4, min(4, d.rand.NormFloat64())) }

// Until is the exponential time to the next of things that come every mean.
func (d Dice) Until(mean time.Duration) time.Duration {
	return time.Duration(d.rand.ExpFloat64() * float64(mean))
}

// Lasts draws a log-normal length, within a tenth and eight times its median.
func (d Dice) Lasts(s Spread) time.Duration {
	f := math.Exp(s.Sigma * d.rand.NormFloat64())
	return time.Duration(float64(s.Median) * max(0.1, min(8, f)))
}
