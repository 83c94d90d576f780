package stops

import (
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// The two thresholds of stop detection, where the line does not say; DefaultMicroMax is the upper one.
const (
	defaultMinStop  = 10 * time.Second
	DefaultMicroMax = 300 * time.Second
	restartCycles   = 3                // running for fewer ideal cycles does not end a stop
	longestDoubt    = 30 * time.Second // what cycles of minutes may ask of both, where the pacer says its state
)

// Rules are how long a line may pause, by what it makes.
type Rules struct {
	Line    plant.Line
	Pacer   plant.UnitID
	Silent  bool          // the pacer has no state tag: whether it runs is inferred from its counts
	Running machine.State // the state of a running segment
}

// Reach bounds the memory of stop detection: a stop that is longer than a micro-stop is known for
// one without its beginning, and what hides that beginning is one pause and one running island. What ran
// for as long as another island before a stop has a say in whether it is a changeover.
func (r *Rules) Reach() time.Duration {
	pause, micro := r.MinStop(""), r.MicroMax("")
	for _, rate := range r.Line.Rates {
		pause = max(pause, r.MinStop(rate.Product))
	}
	for product := range r.Line.Special {
		pause, micro = max(pause, r.MinStop(product)), max(micro, r.MicroMax(product))
	}
	return micro + 2*pause + 3*r.island()
}

// island is the longest time that any product must run to end a stop.
func (r *Rules) island() time.Duration {
	island := r.Restart("")
	for _, rate := range r.Line.Rates {
		island = max(island, r.Restart(rate.Product))
	}
	return island
}

// MinStop is how long the line must pause for a stop while it makes a product.
func (r *Rules) MinStop(product string) time.Duration {
	if least := r.Line.Limits(product).MinStop; least > 0 {
		return least
	}
	return max(defaultMinStop, r.capped(r.Cycle(product)*3/2))
}

// MicroMax is the longest micro-stop while it makes a product.
func (r *Rules) MicroMax(product string) time.Duration {
	if most := r.Line.Limits(product).MicroMax; most > 0 {
		return most
	}
	return DefaultMicroMax
}

// Restart is how long the line must run to end a stop.
func (r *Rules) Restart(product string) time.Duration {
	return r.capped(restartCycles * r.Cycle(product))
}

// capped bounds what long cycles ask for, where the pacer says its state: then a pause of minutes is one,
// however long a piece takes.
func (r *Rules) capped(d time.Duration) time.Duration {
	if !r.Silent {
		return min(d, longestDoubt)
	}
	return d
}

// Cycle is the ideal cycle of a product, 0 when no rate is known.
func (r *Rules) Cycle(product string) time.Duration {
	cycle, ok := r.Line.Ideal(product)
	if !ok || cycle < 0 {
		return 0
	}
	return cycle
}
