package kpi

// Compared is one group in two ranges of time; one of them is nil where it had none.
type Compared struct {
	Name // as it is now, or else as it was then
	Now  *Group
	Then *Group
}

// slot is the place of a period in its range, and its sides.
type slot struct {
	place int
	sides [MostSides]string
}

// Compare puts the groups of two ranges side by side: those of the same sides, and of periods the first by the first.
func Compare(now, then []Group) []Compared {
	all := make([]Compared, 0, max(len(now), len(then)))
	at := map[slot]int{}
	add := func(groups []Group, put func(*Compared, *Group)) {
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
	add(now, func(c *Compared, g *Group) { c.Now = g })
	add(then, func(c *Compared, g *Group) { c.Then = g })
	return all
}
