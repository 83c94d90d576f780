package board

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"millwright/internal/plant"
)

// need is when the material of a work order is there.
type need struct {
	at    time.Time // zero: it is there, or nobody knows
	words string    // what comes last, "Resin of PO-000007", or what is short without anything on its way
}

// supply is something that will be there.
type supply struct {
	at       time.Time
	quantity plant.Quantity
	of       string
}

// material finds when the material of each order is there: what is free goes to the orders that are due first, then what
// is bought by its dates and what is made by the kept schedule.
func material(b Business, kept map[string]Placed) map[int64]need {
	coming := supplies(b, kept)
	free := map[int64]plant.Quantity{}
	for id, i := range b.Items {
		free[id] = i.Free
	}
	needs := map[int64]need{}
	for i := range b.Work {
		w := &b.Work[i]
		var n need
		made := w.Good + w.Scrap
		for k := range w.Components {
			c := &w.Components[k]
			if c.Output {
				continue
			}
			open := max(0, c.Needed(made+w.Left())-c.Issued)
			taken := min(open, free[c.Item])
			free[c.Item] -= taken
			if open -= taken; open > 0 {
				n = n.later(wait(open, c.Item, coming), b.Items[c.Item].Name)
			}
		}
		needs[w.ID] = n
	}
	return needs
}

// later is the need that is met last. What nobody knows is told, and holds nothing up.
func (n need) later(m need, item string) need {
	if m.at.IsZero() {
		if n.words == "" {
			n.words = cmp.Or(item, "material") + " is short, and nothing is on its way"
		}
		return n
	}
	if n.at.IsZero() || m.at.After(n.at) {
		return need{m.at, item + m.words}
	}
	return n
}

// wait takes a quantity of what comes, and tells when it is all there.
func wait(open plant.Quantity, item int64, coming map[int64][]supply) (n need) {
	all := coming[item]
	for i := range all {
		if all[i].quantity == 0 {
			continue
		}
		taken := min(open, all[i].quantity)
		all[i].quantity -= taken
		if open -= taken; open == 0 {
			return need{all[i].at, " of " + all[i].of}
		}
	}
	return need{}
}

// supplies is what is bought and made of items that others take, by when it is there.
func supplies(b Business, kept map[string]Placed) map[int64][]supply {
	coming := map[int64][]supply{}
	for _, c := range b.Coming {
		coming[c.Item] = append(coming[c.Item], supply{c.Date.Begin(time.UTC).Add(6 * time.Hour), c.Quantity, c.Number})
	}
	for i := range b.Work {
		w := &b.Work[i]
		if _, taken := b.Items[w.Item]; !taken || w.Held != "" {
			continue
		}
		last := w.Number
		if n := len(w.Operations); n > 0 {
			last = fmt.Sprintf("%s.%d", w.Number, w.Operations[n-1].Position)
		}
		at := w.Due.Begin(time.UTC).Add(18 * time.Hour)
		if k, is := kept[last]; is {
			at = k.End
		}
		coming[w.Item] = append(coming[w.Item], supply{at, w.Left(), w.Number})
	}
	for _, all := range coming {
		slices.SortStableFunc(all, func(a, b supply) int { return a.at.Compare(b.at) })
	}
	return coming
}
