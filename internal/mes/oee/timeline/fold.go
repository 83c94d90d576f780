package timeline

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline/pace"
	"millwright/internal/mes/oee/timeline/stops"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// fold lays out the facts of a line, given in the order of time, as segments. The calendar outweighs
// the machine: a break is a planned stop and the time between shifts is not scheduled whatever the
// machine does then, though what it counts is kept. Within the scheduled time what is not known is NoData.
type fold struct {
	m      *model
	roster *plant.Roster
	from   time.Time
	at     time.Time // how far the time is laid out
	cutAt  time.Time // where the kept segments start
	endAt  time.Time // where they end; zero when they go on
	slot   plant.Stretch
	units  []condition
	wait   wait
	open   stops.Piece // from open.From to at
	dirty  bool        // something was heard at this moment
	stops  stops.Stops
	pace   pace.Pace
	marks  []mark
	tail   []stops.Piece // of a silent pacer: since its last count
	sign   time.Time     // of a silent pacer: of its last count; zero before its first reading
	moved  bool          // of a silent pacer: it counted something
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

// newFold starts at a time; segments are kept of a span that begins no earlier.
func newFold(m *model, r *plant.Roster, from time.Time, keep plant.Span) fold {
	f := fold{m: m, roster: r, from: from, at: from, cutAt: keep.From, endAt: keep.To, units: make([]condition, len(m.Line.Units)), dirty: true}
	f.slot = r.At(from)
	f.open.From = from
	f.stops = stops.New(&m.Rules, from, keep)
	return f
}

// clone makes a copy that shares nothing that changes.
func (f *fold) clone() fold {
	c := *f
	c.units = append([]condition(nil), f.units...)
	c.marks = append([]mark(nil), f.marks...)
	c.tail = append([]stops.Piece(nil), f.tail...)
	c.stops, c.pace = f.stops.Clone(), f.pace.Clone()
	return c
}

// advance lays out the time up to a moment.
func (f *fold) advance(to time.Time) {
	if !f.at.Before(to) {
		return
	}
	f.listen()
	for _, at := range [2]time.Time{f.cutAt, f.endAt} {
		if at.After(f.at) && !at.After(to) {
			f.cross(at)
			f.at = at
			f.cut()
		}
	}
	f.cross(to)
	f.at = to
}

// cross goes over the calendar's edges up to a moment, which it may be one itself.
func (f *fold) cross(to time.Time) {
	for at := f.edge(); !at.After(to); at = f.edge() {
		f.at = at
		if at.Before(f.slot.To) {
			f.cut()
			continue
		}
		f.slot = f.roster.At(f.at)
		f.dirty = true
		f.listen()
	}
}

// edge is where the hour of the shift ends, or what the calendar says.
func (f *fold) edge() time.Time {
	began := f.slot.Shift.From
	if began.IsZero() {
		return f.slot.To
	}
	return plant.Earlier(f.slot.To, began.Add(f.at.Sub(began).Truncate(time.Hour)+time.Hour))
}

// listen begins another piece if what was heard changed what the line does.
func (f *fold) listen() {
	if !f.dirty {
		return
	}
	f.dirty = false
	known, product := f.wait.known, f.open.Product
	now := f.now()
	blind, fault := f.m.Silent && f.blind(), ""
	if f.m.Silent {
		fault = f.pacer().fault
	}
	last := stops.Words{State: now.State, Fault: now.Fault, Code: fault}
	switch explained := f.wait.known && !known && f.open.Category == oee.Starved; {
	case f.at.Equal(f.open.From):
		stops.Count(&now, &f.open.Segment)
		f.open = stops.Piece{Segment: now, Blind: blind, Code: fault, Began: f.slot.Shift.From, Last: last}
		f.open.From = f.at
	case stops.Same(&f.open.Segment, &now) && f.open.Blind == blind:
		turned := f.turned(now.Fault, fault)
		f.open.Last = last
		if turned {
			f.cut()
		}
		if f.open.Fault == "" && now.Category != oee.Running {
			f.open.Fault = now.Fault
		}
	case explained && now.Product == f.open.Product && now.Order == f.open.Order && now.Shift == f.open.Shift && now.Date == f.open.Date:
		f.open.Category, f.open.Unit, f.open.State, f.open.Fault, f.open.Last = now.Category, now.Unit, now.State, now.Fault, last
	default:
		f.shut()
		f.open = stops.Piece{Segment: now, Blind: blind, Code: fault, Began: f.slot.Shift.From, Last: last}
		f.open.From = f.at
	}
	f.pace.Turn(f.at, f.open.Category == oee.Running, f.m.rule(product))
	if f.open.Category == oee.NoData {
		f.pace.Unseen()
	}
	if f.open.Product != product {
		f.pace.Forget()
	}
}

// turned tells whether a fault came or went, while what the open piece is does not rest on what is heard later: from the
// first to the last moment of a fault a changeover is a breakdown.
func (f *fold) turned(fault, code string) bool {
	if f.m.Silent {
		return (f.open.Code == "") != (code == "")
	}
	settled := !f.wait.on || f.wait.known
	return settled && stops.Spans(f.open.Category) && (f.open.Fault == "") != (fault == "")
}

// cut ends the open piece and begins one that is the same, as it stands by now: where it began is not known to whoever
// lays out this time anew.
func (f *fold) cut() {
	next := f.open
	next.From = f.at
	stops.Uncount(&next.Segment)
	next.State, next.Fault, next.Code = next.Last.State, next.Last.Fault, next.Last.Code
	f.shut()
	f.open = next
}

// release gives on what ran so far, so that what was before it is decided. Other pieces may still change as a whole.
func (f *fold) release() {
	if f.open.Category == oee.Running && !f.m.Silent && f.at.Sub(f.open.From) >= disorder {
		f.listen()
		f.cut()
	}
}

// shut ends the open piece.
func (f *fold) shut() {
	f.open.To = f.at
	switch {
	case !f.open.From.Before(f.open.To):
	case f.m.Silent:
		f.tail = append(f.tail, f.open)
	default:
		f.stops.Push(f.open)
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
	if f.m.Silent && f.m.paces(c.Unit) {
		f.sound(c, before)
	}
	if before || good == 0 && reject == 0 {
		return
	}
	f.listen()
	if f.m.Silent && f.at.After(f.open.From) {
		f.cut()
	}
	f.add(good, reject, c)
}

// add counts pieces in the open piece. What was made of them while nobody could see it has no running time to be measured
// by: its ideal time is told apart, and is no part of a speed.
func (f *fold) add(good, reject plant.Quantity, of machine.Counted) {
	f.open.Good += good
	f.open.Reject += reject
	if cycle := f.m.Cycle(f.product()); cycle > 0 {
		ideal := oee.IdealTime(cycle, good+reject)
		of.Unseen = f.unseen(&of)
		seen := of.Seen(ideal)
		f.open.Ideal += ideal
		f.open.Unseen += ideal - seen
		f.pace.Count(f.at, seen, f.m.rule(f.product()))
	} else {
		f.open.Unrated += good + reject
	}
}

// unseen is how long of the time before a count nobody saw what the line did. A lone pacer tells that itself. What another
// unit counts while it is not known what the pacer does is all unseen; after that, what its own lost counter left open.
func (f *fold) unseen(c *machine.Counted) time.Duration {
	switch i := f.m.index[c.Unit]; {
	case i == f.m.pacer && len(f.m.stages[i]) == 1:
		return c.Unseen
	case f.stands(f.unit(f.lead())) == oee.NoData:
		return c.At.Sub(c.Since)
	case c.Lost:
		return c.Unseen
	}
	return 0
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
	done := f.stops.Finish()
	if n := len(done); n > 0 && f.open.From.Equal(f.at) && done[n-1].To.Equal(f.at) && done[n-1].Shift == f.open.Shift && done[n-1].Date == f.open.Date {
		stops.Count(&done[n-1], &f.open.Segment) // counted at this very moment
	}
	return done
}
