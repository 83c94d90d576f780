package plant

import "time"

// Changeover is how long a line may take to change to another product, and how that is seen.
type Changeover struct {
	Default time.Duration            // where nothing else is said; 0 where nothing is
	To      map[string]time.Duration // by the product that is made next
	Pairs   map[Pair]time.Duration   // of a product and itself: to another order of it
	Told    bool                     // only a machine's mode tells set-up time: no stop is taken for it
}

// Pair is two products that a line makes one after the other.
type Pair struct{ From, To string }

// Target is how long the change from one product to another may take: as is said of the two, else of the second, else
// of all. A product that is not known is "". ok is false when no target is known.
func (c Changeover) Target(from, to string) (d time.Duration, ok bool) {
	d = c.Default
	if own, is := c.To[to]; is {
		d = own
	}
	if own, is := c.Pairs[Pair{from, to}]; is {
		d = own
	}
	return d, d > 0
}
