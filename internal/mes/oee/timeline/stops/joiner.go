package stops

import (
	"cmp"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
)

// joiner joins pieces of one kind into segments.
type joiner struct {
	from  time.Time     // what begins before is left out
	to    time.Time     // and what does not; zero means nothing
	last  oee.Segment   // may still grow; none while its To is zero
	hour  time.Time     // the last one of its shift within it, where it was not cut as nothing was counted so far; zero for none
	fault [2]string     // of the last segment up to that hour, and since
	state machine.State // with which that hour began
	loose oee.Segment   // pieces counted at a moment that has no length, for the next segment
	done  []oee.Segment
}

// put takes the next piece.
func (j *joiner) put(p Piece) {
	s := p.Segment
	moment := s.From.Equal(s.To)
	parts := func(at time.Time) bool { return j.last.From.Before(at) && !s.From.Before(at) }
	counted := made(&j.last) || made(&j.loose) || made(&s)
	hour := !moment && p.hour()
	bound := !moment && (parts(j.from) || parts(j.to) || hour && (Hourly(s.Category) || counted))
	if !bound && !j.last.To.IsZero() && Same(&j.last, &s) {
		switch {
		case hour:
			j.hour, j.state, j.fault = s.From, s.State, [2]string{j.last.Fault, ""}
		case counted:
			j.part()
		}
		j.fault[1] = cmp.Or(j.fault[1], s.Fault)
		j.last.To = s.To
		Count(&j.last, &s)
		Count(&j.last, &j.loose)
		j.loose = oee.Segment{}
		j.last.Fault = cmp.Or(j.last.Fault, s.Fault)
		return
	}
	if moment {
		Count(&j.loose, &s)
		return
	}
	j.close()
	Count(&s, &j.loose)
	j.last, j.loose = s, oee.Segment{}
}

// Hourly tells whether a time of this kind is cut at the hours of its shift. Other time is where something was counted in
// it: what is counted in an hour is of that hour.
func Hourly(c oee.Category) bool { return c == oee.Running || c == oee.NoData }

// hour tells whether a piece begins an hour of its shift.
func (p *Piece) hour() bool {
	return !p.Began.IsZero() && p.From.Sub(p.Began)%time.Hour == 0
}

// made tells whether pieces were counted in a stretch.
func made(s *oee.Segment) bool { return s.Good != 0 || s.Reject != 0 }

// part cuts the last segment at its last hour, if pieces come to it after that. Each part has the fault that was said in it,
// as where a stretch that is laid out anew begins or ends there.
func (j *joiner) part() {
	if j.hour.IsZero() {
		return
	}
	rest := j.last
	rest.From, j.last.To = j.hour, j.hour
	rest.State, j.last.Fault, rest.Fault = j.state, j.fault[0], j.fault[1]
	j.close()
	j.last = rest
}

// close ends the last segment.
func (j *joiner) close() {
	if !j.last.To.IsZero() && !j.last.From.Before(j.from) && (j.to.IsZero() || j.last.From.Before(j.to)) {
		j.done = append(j.done, j.last)
	}
	j.last, j.hour = oee.Segment{}, time.Time{}
}

// Same tells whether two stretches, one right after the other, are one segment.
func Same(a, b *oee.Segment) bool {
	return a.Category == b.Category && a.Unit == b.Unit && a.Product == b.Product && a.Order == b.Order && a.Shift == b.Shift && a.Date == b.Date
}

// Count adds what was counted in another stretch.
func Count(s, o *oee.Segment) {
	s.Good += o.Good
	s.Reject += o.Reject
	s.Ideal += o.Ideal
	s.Unseen += o.Unseen
	s.Unrated += o.Unrated
}

// Uncount takes what was counted out of a stretch.
func Uncount(s *oee.Segment) { s.Good, s.Reject, s.Ideal, s.Unseen, s.Unrated = 0, 0, 0, 0, 0 }
