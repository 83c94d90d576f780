package execution

import (
	"slices"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Booked is up to which reading a counter is booked; ok is false when nothing of it is.
func (d *Desk) Booked(id tag.ID) (at time.Time, ok bool) {
	m, ok := d.marks[d.name(id)]
	return m.At, ok
}

// Correct brings what is booked of a counter in line with readings that were corrected: was is what it counted by the
// old ones since the first of them, is by the new ones, both up to the mark, where it shows total now. What differs is
// taken back from those it was booked to, and given to those who owned the line then: by reversal, never by change.
func (d *Desk) Correct(id tag.ID, was, is []machine.Counted, total plant.Quantity) {
	for _, c := range without(was, is) {
		d.again(c, -1)
	}
	for _, c := range without(is, was) {
		d.again(c, 1)
	}
	if m, known := d.marks[d.name(id)]; known && m.Total != total {
		m.Total = total
		d.mark(m)
	}
}

// without gives those of some counts that others do not have.
func without(some, others []machine.Counted) (all []machine.Counted) {
	for _, c := range some {
		if !slices.Contains(others, c) {
			all = append(all, c)
		}
	}
	return all
}

// again books a count, or takes it back.
func (d *Desk) again(c machine.Counted, sign plant.Quantity) {
	s := d.byUnit[c.Unit]
	if s == nil {
		return
	}
	good, reject := s.tally.Of(c)
	for i, qty := range [2]plant.Quantity{good, reject} {
		e := entry{count: c, made: d.made(s, c), scrap: i == 1, qty: sign * qty}
		for _, h := range s.share(e.made, c.At, e.qty) {
			d.enter(s, &e, h)
		}
	}
}
