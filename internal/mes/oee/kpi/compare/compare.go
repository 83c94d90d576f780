// Package compare puts the key figures of two times side by side.
package compare

import "millwright/internal/mes/oee/kpi"

// Compared is one group in two ranges of time; one of them is nil where it had none.
type Compared struct {
	kpi.Name // as it is now, or else as it was then
	Now      *kpi.Group
	Then     *kpi.Group
}

// slot is the place of a period in its range, and its sides.
type slot struct {
	place int
	sides [kpi.MostSides]string
}

// Groups puts the groups of two ranges side by side: those of the same sides, and of periods the first by the first.
func Groups(now, then []kpi.Group) []Compared {
	all := make([]Compared, 0, max(len(now), len(then)))
	at := map[slot]int{}
	add := func(groups []kpi.Group, put func(*Compared, *kpi.Group)) {
		place, last := -1, ""
		for i := range groups {
			g := &groups[i]
			if place < 0 || g.Period != last {
				place, last = place+1, g.Period
			}
			key := slot{place, g.Sides}
			n, ok := at[key]
			if !ok {
				n = len(all)
				at[key] = n
				all = append(all, Compared{Name: g.Name})
			}
			put(&all[n], g)
		}
	}
	add(now, func(c *Compared, g *kpi.Group) { c.Now = g })
	add(then, func(c *Compared, g *kpi.Group) { c.Then = g })
	return all
}
