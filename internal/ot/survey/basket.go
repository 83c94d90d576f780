package survey

import "slices"

// MostTicked bounds a basket.
const MostTicked = 10_000

// Basket is what somebody has ticked of a machine and not taken yet, in the order in which it was ticked.
type Basket struct {
	all []Found
	has map[string]bool // by address
}

// Change puts nodes into the basket and takes out those of some addresses. It does nothing, and gives false, when the
// basket would hold more than MostTicked.
func (b *Basket) Change(put []Found, out []string) bool {
	gone := make(map[string]bool, len(out))
	for _, a := range out {
		gone[a] = true
	}
	all := slices.DeleteFunc(slices.Clone(b.all), func(f Found) bool { return gone[f.Address] })
	has := make(map[string]bool, len(all)+len(put))
	for _, f := range all {
		has[f.Address] = true
	}
	for _, f := range put {
		if !has[f.Address] {
			has[f.Address] = true
			all = append(all, f)
		}
	}
	if len(all) > MostTicked {
		return false
	}
	b.all, b.has = all, has
	return true
}

// Has tells whether the node of an address is ticked.
func (b *Basket) Has(address string) bool { return b.has[address] }

// Len is how many are ticked.
func (b *Basket) Len() int { return len(b.all) }

// All gives what is ticked. Nobody changes it.
func (b *Basket) All() []Found { return b.all }
