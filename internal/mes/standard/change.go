package standard

import (
	"cmp"
	"slices"
	"time"
)

// Change is what a line took to change to a product from another one, in minutes.
type Change struct {
	From string
	Spread
}

// Changes are the set-ups to the product by what was made before, the most often measured first. Those after nothing that is
// known are left out.
func (l Learned) Changes() (all []Change) {
	by := map[string]*Change{}
	for _, x := range l.SetUp.Samples {
		if x.After == "" {
			continue
		}
		if by[x.After] == nil {
			by[x.After] = &Change{From: x.After}
		}
		by[x.After].Samples = append(by[x.After].Samples, x)
	}
	for _, c := range by {
		c.spread()
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b Change) int {
		return cmp.Or(cmp.Compare(len(b.Samples), len(a.Samples)), cmp.Compare(a.From, b.From))
	})
	return all
}

// Setting is the target that is proposed for the change: half of all took longer.
func (c Change) Setting() (time.Duration, bool) { return c.minutes(), c.Known() }
