package share

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/plant"
)

// turn is a moment at which other people are there than before, with the shifts that work from then on.
type turn struct {
	at     time.Time
	shifts []string
}

// turns are the moments at which shifts of any machine begin or end, or certificates of a skill do; the last one ends them.
func (p *Pools) turns(skill int64) (all []turn) {
	begin, end := p.facts.Now.Add(-time.Second), p.facts.Now.Add(p.facts.Ahead)
	moments := []time.Time{begin, end}
	add := func(t time.Time) {
		if t.After(begin) && t.Before(end) {
			moments = append(moments, t)
		}
	}
	shifts := p.work()
	for _, s := range shifts {
		add(s.From)
		add(s.To)
	}
	for _, h := range p.facts.People.Holders {
		if h.Skill == skill && !h.Until.IsZero() {
			add(h.Until)
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	next := 0
	var on []plant.Shift
	for _, m := range slices.CompactFunc(moments, time.Time.Equal) {
		for ; next < len(shifts) && !shifts[next].From.After(m); next++ {
			on = append(on, shifts[next])
		}
		on = slices.DeleteFunc(on, func(s plant.Shift) bool { return !s.To.After(m) })
		t := turn{at: m}
		for _, s := range on {
			if !slices.Contains(t.shifts, s.Name) {
				t.shifts = append(t.shifts, s.Name)
			}
		}
		all = append(all, t)
	}
	return all
}

// work gives the shifts of all machines by their begins, those that several have once.
func (p *Pools) work() []plant.Shift {
	if p.shifts != nil {
		return p.shifts
	}
	type shift struct {
		name     string
		from, to int64
	}
	read, seen := map[plant.CalendarKey]bool{}, map[shift]bool{}
	for _, c := range p.facts.Calendars {
		if read[c.Key()] {
			continue
		}
		read[c.Key()] = true
		for _, s := range c.Between(p.facts.Now.Add(-48*time.Hour), p.facts.Now.Add(p.facts.Ahead)) {
			if key := (shift{s.Name, s.From.Unix(), s.To.Unix()}); !seen[key] {
				seen[key], p.shifts = true, append(p.shifts, s)
			}
		}
	}
	slices.SortStableFunc(p.shifts, func(a, b plant.Shift) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Name, b.Name))
	})
	return p.shifts
}
