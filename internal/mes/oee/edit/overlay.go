package edit

import (
	"slices"
	"sort"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Overlay lays edits over the segments of a line, both in their order. What comes out has no gap and no overlap where
// the segments have none, lasts as long, and holds the same pieces but for those that people declared. A reason is given
// to a stop as a whole, however the bounds of the stop moved since it was said; to say two things of one, split it.
func Overlay(segments []oee.Segment, edits []Edit) []oee.Segment {
	return Lay(slices.Clone(segments), edits)
}

// Lay is Overlay on segments that nobody else has: they are written into.
func Lay(segments []oee.Segment, edits []Edit) []oee.Segment {
	s := &sheet{segments: segments}
	s.findStops()
	standing := Standing(edits)
	for i := range standing {
		s.tell(&standing[i])
	}
	s.write()
	return s.segments
}

// sheet is a line's time while it is edited.
type sheet struct {
	segments []oee.Segment
	parts    []part // the stops, in their order
}

// part is what is one stop so far.
type part struct {
	plant.Span
	category    oee.Category // as derived, where it begins
	shift, date string
	reason      *Edit
	said        plant.Span // of what the reason was said
	comment     *Edit
}

// Stands tells whether time of a category is part of a stop.
func Stands(c oee.Category) bool { return c.Stopped() || c == oee.MicroStop }

// findStops takes what follows without running and is of one kind for one stop, whatever unit or fault lay behind it in
// turn. The end of a shift ends it: each shift answers for its own.
func (s *sheet) findStops() {
	for i := range s.segments {
		seg := &s.segments[i]
		if !Stands(seg.Category) {
			continue
		}
		if n := len(s.parts); n > 0 {
			last := &s.parts[n-1]
			if last.To.Equal(seg.From) && last.category == seg.Category && last.shift == seg.Shift && last.date == seg.Date {
				last.To = seg.To
				continue
			}
		}
		if s.parts == nil {
			s.parts = make([]part, 0, len(s.segments)/2+1) // a stop and a run, as a rule
		}
		s.parts = append(s.parts, part{
			Span: plant.Span{From: seg.From, To: seg.To}, category: seg.Category, shift: seg.Shift, date: seg.Date,
		})
	}
}

func (s *sheet) tell(e *Edit) {
	if !e.From.Before(e.To) {
		return
	}
	switch e.Kind {
	case Reason:
		s.reason(e)
	case Comment:
		for _, i := range s.about(e.Span()) {
			s.parts[i].comment = e
		}
	case Split:
		i := sort.Search(len(s.parts), func(i int) bool { return s.parts[i].To.After(e.Cut) })
		if i < len(s.parts) && s.parts[i].From.Before(e.Cut) {
			s.divide(i, e.Cut)
		}
	case Merge:
		s.merge(e)
	case Scrap:
		s.scrap(e)
	case Count:
		s.count(e)
	case Recount:
		s.recount(e)
	case Rework:
		s.rework(e)
	case Reading:
		if b := e.Booked; b != nil {
			added := *e
			added.Good, added.Reject = b.Good, b.Reject
			s.recount(&added)
		} else {
			s.reading(e)
		}
	}
}

// about finds the stops that something was said about: it covers half of the stop, or lies by half within it. What
// reaches over the edge of another, because the edge moved since, does not speak of that.
func (s *sheet) about(of plant.Span) (all []int) {
	first := sort.Search(len(s.parts), func(i int) bool { return s.parts[i].To.After(of.From) })
	for i := first; i < len(s.parts) && s.parts[i].From.Before(of.To); i++ {
		p := &s.parts[i]
		common := 2 * overlap(p.Span, of)
		if common >= p.Duration() || common >= of.Duration() {
			all = append(all, i)
		}
	}
	return all
}

func overlap(a, b plant.Span) time.Duration {
	if a.From.Before(b.From) {
		a.From = b.From
	}
	if a.To.After(b.To) {
		a.To = b.To
	}
	return max(0, a.Duration())
}

// reason gives a reason. Where another was said of another stop, and the two are one now, each keeps its own part.
func (s *sheet) reason(e *Edit) {
	for _, i := range slices.Backward(s.about(e.Span())) { // dividing moves those after it
		p := &s.parts[i]
		switch {
		case p.reason == nil:
		case !e.From.Before(p.said.To) && p.From.Before(e.From):
			s.divide(i, e.From)
			i++
		case !p.said.From.Before(e.To) && e.To.Before(p.To):
			s.divide(i, e.To)
		}
		s.parts[i].explain(e)
	}
}

func (p *part) explain(e *Edit) {
	p.reason, p.said = e, e.Span()
	if e.Comment != "" {
		p.comment = e
	}
}

// divide makes two of a stop.
func (s *sheet) divide(i int, at time.Time) {
	s.cut(at)
	right := s.parts[i]
	right.From = at
	s.parts[i].To = at
	s.parts = slices.Insert(s.parts, i+1, right)
}

// merge makes one of the stops of a shift. What ran between them stays as it was. Unless a reason comes with it, the
// first that has one gives it to all.
func (s *sheet) merge(e *Edit) {
	of := s.about(e.Span())
	if len(of) == 0 {
		return
	}
	first, last := of[0], of[0]
	for _, i := range of[1:] {
		if s.parts[i].shift != s.parts[first].shift || s.parts[i].date != s.parts[first].date {
			break
		}
		last = i
	}
	one := s.parts[first]
	for _, p := range s.parts[first+1 : last+1] {
		if one.reason == nil {
			one.reason, one.said = p.reason, p.said
		} else if p.reason != nil {
			one.said = plant.Span{From: plant.Earlier(one.said.From, p.said.From), To: plant.Later(one.said.To, p.said.To)}
		}
		if p.comment != nil {
			one.comment = p.comment
		}
		one.To = p.To
	}
	if e.Reason != "" {
		one.explain(e)
	}
	s.parts = slices.Replace(s.parts, first, last+1, one)
}

// write puts what was said of the stops into their segments.
func (s *sheet) write() {
	next := 0
	for i := range s.segments {
		seg := &s.segments[i]
		for next < len(s.parts) && !s.parts[next].To.After(seg.From) {
			next++
		}
		if next == len(s.parts) {
			return
		}
		if p := &s.parts[next]; Stands(seg.Category) && !seg.From.Before(p.From) {
			p.write(seg)
		}
	}
}

func (p *part) write(seg *oee.Segment) {
	seg.Stop = p.From
	if e := p.comment; e != nil {
		seg.Comment = e.Comment
		mark(seg, e)
	}
	if e := p.reason; e != nil {
		seg.Reason, seg.By = e.Reason, e.By.Name
		mark(seg, e)
		if movable(e.Category) {
			seg.Category = e.Category
		}
	}
}

// mark notes which edit shaped a segment last, and what it was before any did.
func mark(seg *oee.Segment, e *Edit) {
	if seg.Edit == 0 {
		seg.Derived = seg.Category
	}
	seg.Edit = max(seg.Edit, e.ID)
}
