package plant

import (
	"fmt"
	"slices"
	"sort"
)

// OtherDay is a date with shifts in the place of those of its weekday: an extra Saturday, shorter hours, work on a
// holiday. Their Days count for nothing.
type OtherDay struct {
	Date   Date
	Name   string
	Shifts []ShiftPattern
}

// OtherOn tells which shifts a date has in the place of those of its weekday; ok is false when it has those.
func (c Calendar) OtherOn(d Date) (o OtherDay, ok bool) {
	i := sort.Search(len(c.Other), func(i int) bool { return c.Other[i].Date >= d })
	if i == len(c.Other) || c.Other[i].Date != d {
		return OtherDay{}, false
	}
	return c.Other[i], true
}

// of gives the shifts that open on a date, as far as they open on its weekday.
func (c Calendar) of(date wall) []ShiftPattern {
	d := Date(date / day)
	if o, ok := c.OtherOn(d); ok {
		return o.Shifts
	}
	if _, closed := c.ClosedOn(d); closed {
		return nil
	}
	return c.patterns()
}

// And is the date with what two say of it: shifts that overlap are one, from the first start to the last end.
func (d OtherDay) And(o OtherDay) OtherDay {
	all := slices.Concat(d.Shifts, o.Shifts)
	slices.SortStableFunc(all, func(a, b ShiftPattern) int { return int(a.Start - b.Start) })
	d.Shifts = all[:0:0]
	for _, p := range all {
		if n := len(d.Shifts); n > 0 && d.Shifts[n-1].meets(p) {
			d.Shifts[n-1] = d.Shifts[n-1].and(p)
		} else {
			d.Shifts = append(d.Shifts, p)
		}
	}
	return d
}

// meets tells whether a later shift of the same date begins within the shift.
func (p ShiftPattern) meets(later ShiftPattern) bool {
	_, end := p.on(0)
	start, _ := later.on(0)
	return start < end
}

// and is the shift with a later one that begins within it. A day is the longest that it lasts.
func (p ShiftPattern) and(later ShiftPattern) ShiftPattern {
	from, end := p.on(0)
	_, to := later.on(0)
	last := min(max(end, to), from+day)
	p.End = Clock(last / 60 % minutesPerDay)
	p.Breaks = slices.Clone(p.Breaks)
	for _, b := range later.Breaks {
		if start, _ := later.pause(b); start < last {
			p.Breaks = append(p.Breaks, b)
		}
	}
	return p
}

// Validate says everything that is wrong with the shifts of a date by themselves, a sentence each.
func (d OtherDay) Validate() (wrong []error) {
	for i, p := range d.Shifts {
		wrong = append(wrong, p.validate(i)...)
	}
	if len(wrong) > 0 {
		return wrong
	}
	for i, p := range d.Shifts {
		for _, o := range d.Shifts[:i] {
			if o.meets(p) && p.meets(o) {
				wrong = append(wrong, fmt.Errorf("shifts %s and %s overlap: let one end before the other starts", o.told(), p.told()))
			}
		}
	}
	return wrong
}

func (p ShiftPattern) told() string {
	return fmt.Sprintf("%q (%s)", p.Name, ClockSpan{p.Start, p.End})
}

// Collision is a shift that goes on when one of the next date has begun.
type Collision struct {
	Date        Date   // on which the first of both opens
	First, Next string // `"Early" (06:00–14:00)`
}

// String is the collision as a sentence.
func (c Collision) String() string {
	return fmt.Sprintf("shift %s of %s goes on when %s of %s begins: let one end before the other starts", c.First, c.Date, c.Next, c.Date+1)
}

// Collisions are the other days whose shifts run into those of the date before or after, each pair of shifts once;
// nil when there are none.
func (c Calendar) Collisions() (all []Collision) {
	said := map[[2]string]bool{}
	for _, o := range c.Other {
		for _, date := range [2]wall{o.Date.wall() - day, o.Date.wall()} {
			all = append(all, c.night(date, said)...)
		}
	}
	return all
}

// night finds shifts of a date that go on when one of the next date has begun.
func (c Calendar) night(date wall, said map[[2]string]bool) (all []Collision) {
	next := date + day
	for _, p := range c.of(date) {
		_, end := p.on(date)
		if end <= next || !p.opens(date.weekday()) {
			continue
		}
		for _, q := range c.of(next) {
			pair := [2]string{p.told(), q.told()}
			if start, _ := q.on(next); start < end && q.opens(next.weekday()) && !said[pair] {
				said[pair] = true
				all = append(all, Collision{Date(date / day), pair[0], pair[1]})
			}
		}
	}
	return all
}
