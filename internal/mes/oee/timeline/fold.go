package timeline

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// fold lays out the facts of a line, given in the order of time, as segments. The calendar outweighs
// the machine: a break is a planned stop and the time between shifts is not scheduled whatever the
// machine does then, though what it counts is kept. Within the scheduled time what is not known is NoData.
type fold struct {
	m      *model
	roster *roster
	from   time.Time
	at     time.Time // how far the time is laid out
	cutAt  time.Time // where the kept segments start
	slot   plant.Stretch
	units  []condition
	wait   wait
	open   piece // from open.From to at
	dirty  bool  // something was heard at this moment
	stops  stops
	marks  []mark
	tail   []piece   // of a silent pacer: since its last count
	sign   time.Time // of a silent pacer: of its last count; zero before its first reading
	moved  bool      // of a silent pacer: it counted something
}

// mark is how far a counter is counted.
type mark struct {
	unit  plant.UnitID
	what  machine.What
	tag   tag.ID
	at    time.Time
	total plant.Quantity
}

func (m *mark) of(c *machine.Counted) bool {
	return m.tag == c.Tag && m.what == c.What && m.unit == c.Unit
}

// newFold starts at a time; segments are kept from another on, which is not earlier.
func newFold(m *model, r *roster, from, keep time.Time) fold {
	f := fold{m: m, roster: r, from: from, at: from, cutAt: keep, units: make([]condition, len(m.line.Units)), dirty: true}
	f.slot = r.at(from)
	f.open.From = from
	f.stops = stops{m: m, out: joiner{from: keep}}
	return f
}

// clone makes a copy that shares nothing that changes.
func (f *fold) clone() fold {
	c := *f
	c.units = append([]condition(nil), f.units...)
	c.marks = append([]mark(nil), f.marks...)
	c.tail = append([]piece(nil), f.tail...)
	c.stops = f.stops.clone()
	return c
}

// advance lays out the time up to a moment.
func (f *fold) advance(to time.Time) {
	if !f.at.Before(to) {
		return
	}
	f.listen()
	if f.cutAt.After(f.at) && !f.cutAt.After(to) {
		f.cross(f.cutAt)
		f.at = f.cutAt
		f.cut()
	}
	f.cross(to)
	f.at = to
}

// cross goes over the calendar's edges up to a moment, which it may be one itself.
func (f *fold) cross(to time.Time) {
	for !f.slot.To.After(to) {
		f.at = f.slot.To
		f.slot = f.roster.at(f.at)
		f.dirty = true
		f.listen()
	}
}

// listen begins another piece if what was heard changed what the line does.
func (f *fold) listen() {
	if !f.dirty {
		return
	}
	f.dirty = false
	known := f.wait.known
	now := f.now()
	blind := f.m.silent && f.blind()
	switch explained := f.wait.known && !known && f.open.Category == oee.Starved; {
	case f.at.Equal(f.open.From):
		count(&now, &f.open.Segment)
		f.open = piece{Segment: now, blind: blind}
		f.open.From = f.at
	case same(&f.open.Segment, &now) && f.open.blind == blind:
		if f.open.Fault == "" && now.Category != oee.Running {
			f.open.Fault = now.Fault
		}
	case explained && now.Product == f.open.Product && now.Shift == f.open.Shift && now.Date == f.open.Date:
		f.open.Category, f.open.Unit, f.open.State, f.open.Fault = now.Category, now.Unit, now.State, now.Fault
	default:
		f.shut()
		f.open = piece{Segment: now, blind: blind}
		f.open.From = f.at
	}
}

// cut ends the open piece and begins one that is the same.
func (f *fold) cut() {
	next := f.open
	next.From, next.Good, next.Reject, next.Ideal, next.Unrated = f.at, 0, 0, 0, 0
	f.shut()
	f.open = next
}

// release gives on what ran so far, so that what was before it is decided. Other pieces may still change as a whole.
func (f *fold) release() {
	if f.open.Category == oee.Running && !f.m.silent && f.at.Sub(f.open.From) >= disorder {
		f.listen()
		f.cut()
	}
}

// shut ends the open piece.
func (f *fold) shut() {
	f.open.To = f.at
	switch {
	case !f.open.From.Before(f.open.To):
	case f.m.silent:
		f.tail = append(f.tail, f.open)
	default:
		f.stops.push(f.open)
	}
}

// apply takes the next fact. Those from before the start only say how things stood.
func (f *fold) apply(fact machine.Fact) {
	i, ok := f.m.index[fact.Where()]
	if !ok {
		return
	}
	f.advance(fact.When())
	if c, ok := fact.(machine.Counted); ok {
		f.tally(c)
		return
	}
	if f.units[i].hear(fact) {
		f.dirty = true
	}
}

// tally takes a count: it belongs to what goes on from its moment on.
func (f *fold) tally(c machine.Counted) {
	c, ok := f.once(c)
	if !ok {
		return
	}
	good, reject := f.m.tally.Of(c)
	before := c.At.Before(f.at) // the start
	if f.m.silent && f.m.paces(c.Unit) {
		f.sound(c, before)
	}
	if before || good == 0 && reject == 0 {
		return
	}
	f.listen()
	if f.m.silent && f.at.After(f.open.From) {
		f.cut()
	}
	f.add(good, reject)
}

// add counts pieces in the open piece.
func (f *fold) add(good, reject plant.Quantity) {
	f.open.Good += good
	f.open.Reject += reject
	if cycle := f.m.cycle(f.pacer().product); cycle > 0 {
		f.open.Ideal += oee.IdealTime(cycle, good+reject)
	} else {
		f.open.Unrated += good + reject
	}
}

// once leaves what was not counted yet of a count.
func (f *fold) once(c machine.Counted) (machine.Counted, bool) {
	for i := range f.marks {
		m := &f.marks[i]
		if !m.of(&c) {
			continue
		}
		rest, ok := c.After(m.at, m.total)
		if ok {
			m.at, m.total = c.At, c.To
		}
		return rest, ok
	}
	f.marks = append(f.marks, mark{unit: c.Unit, what: c.What, tag: c.Tag, at: c.At, total: c.To})
	return c, true
}

// counted tells whether a count was taken already.
func (f *fold) counted(c machine.Counted) bool {
	for i := range f.marks {
		if m := &f.marks[i]; m.of(&c) {
			_, more := c.After(m.at, m.total)
			return !more
		}
	}
	return false
}

// finish gives the segments since those that are done, as it all stands at a moment. Only a clone can take it.
func (f *fold) finish(now time.Time) []oee.Segment {
	f.advance(now)
	f.listen()
	f.shut()
	f.quiet()
	f.stops.finish()
	f.stops.out.close()
	done := f.stops.out.done
	if n := len(done); n > 0 && f.open.From.Equal(f.at) && done[n-1].Shift == f.open.Shift && done[n-1].Date == f.open.Date {
		count(&done[n-1], &f.open.Segment) // counted at this very moment
	}
	return done
}
