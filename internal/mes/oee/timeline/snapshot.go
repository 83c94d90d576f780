package timeline

import (
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// At gives the line as it stands: its running shift, or the last one when none runs. A moment before
// what is laid out already is taken for its end: a clock that steps back makes no time.
func (e *Engine) At(now time.Time) oee.Snapshot {
	now = wall(now)
	if e.begun && now.Before(e.base.at) {
		now = e.base.at
	}
	s := oee.Snapshot{Line: e.m.Line.ID, At: now, Shift: e.roster.Shift(now)}
	s.Window = plant.Span{From: now, To: now}
	if !s.Shift.From.IsZero() {
		s.Window.From = plant.Later(s.Shift.From, e.begin)
	}
	if !s.Shift.To.IsZero() && now.After(s.Shift.To) {
		s.Window.To = s.Shift.To
	}
	s.Window.From = plant.Earlier(s.Window.From, s.Window.To)
	var f fold
	var open []oee.Segment
	if e.begun {
		f, now = e.look(now)
		open = f.finish(now)
	}
	s.Segments = e.within(s.Window, open)
	s.Classic = oee.Measure(s.Window, s.Segments)
	s.Target = oee.Target(s.Segments, e.m.Line.Ideal)
	s.Open = unexplained(s.Segments)
	e.doing(&s, open)
	if s.Now == oee.Running {
		rule := e.m.rule(s.Product)
		s.Speed = f.pace.Speed(now, rule)
		s.Slow, _ = f.pace.Slow(now, rule)
	}
	return s
}

// within gives the segments of a window without a gap: what lies before the ledger is filled from the calendar.
func (e *Engine) within(w plant.Span, open []oee.Segment) []oee.Segment {
	inside := make([]oee.Segment, 0, len(e.closed)+len(open))
	for _, list := range [2][]oee.Segment{e.closed, open} {
		for i := range list {
			if list[i].Within(w) > 0 {
				inside = append(inside, list[i])
			}
		}
	}
	first := w.To
	if len(inside) > 0 {
		first = inside[0].From
	}
	if !w.From.Before(first) {
		return inside
	}
	return append(e.unheard(w.From, first), inside...)
}

// unheard fills a time from which nothing is known.
func (e *Engine) unheard(from, to time.Time) []oee.Segment {
	var all []oee.Segment
	for from.Before(to) {
		slot := e.roster.At(from)
		s := oee.Segment{Line: e.m.Line.ID, From: from, To: slot.To, Category: meant(slot.Plan), Shift: slot.Shift.Name, Date: slot.Shift.Date}
		if s.Category == oee.Running {
			s.Category = oee.NoData
		}
		if s.To.After(to) {
			s.To = to
		}
		all = append(all, s)
		from = s.To
	}
	return all
}

// unexplained counts the stops that somebody has still to explain. One that is cut is one.
func unexplained(segments []oee.Segment) int {
	n, within := 0, false
	for i := range segments {
		is := segments[i].Category.Unexplained(segments[i].Reason)
		if is && !within {
			n++
		}
		within = is
	}
	return n
}

// doing fills in what the line does now, and since when.
func (e *Engine) doing(s *oee.Snapshot, open []oee.Segment) {
	s.Now, s.Since = meant(e.roster.At(s.At).Plan), s.Window.From
	if s.Now == oee.Running {
		s.Now = oee.NoData
	}
	if !e.begun {
		return
	}
	units := slices.Clone(e.base.units)
	for i := range e.recent {
		x := &e.recent[i]
		if at := e.m.index[x.fact.Where()]; e.m.beside(e.m.pacer, at) && !x.at.After(s.At) {
			units[at].hear(x.fact)
		}
	}
	if lead := e.m.lead(units); lead < len(units) {
		s.State, s.Fault = units[lead].state, units[lead].fault
		s.Product, s.Order = e.m.product(units), e.m.order(units)
	}
	if len(open) == 0 {
		return
	}
	last := &open[len(open)-1]
	s.Now, s.Cause, s.Since = last.Category, last.Unit, last.From
	if s.Fault == "" {
		s.Fault = last.Fault
	}
	for _, list := range [2][]oee.Segment{open[:len(open)-1], e.closed} {
		for i := len(list) - 1; i >= 0; i-- {
			if p := &list[i]; p.Category != s.Now || p.Unit != s.Cause || !p.To.Equal(s.Since) {
				return
			}
			s.Since = list[i].From
		}
	}
}
