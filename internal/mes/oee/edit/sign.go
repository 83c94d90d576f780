package edit

import (
	"fmt"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Signed is a shift as somebody answered for it: it is read like this whatever becomes known later, until it is
// opened again.
type Signed struct {
	ID          int64
	Line        plant.LineID
	Shift, Date string
	plant.Span
	Segments []oee.Segment // of the span, without gap
	By       plant.Person
	At       time.Time
	Comment  string    // to the next shift
	Taken    time.Time // when the next shift took it over; zero until it has
	TakenBy  plant.Person
}

// Check refuses what is no whole shift.
func (s *Signed) Check() error {
	at := s.From
	for i := range s.Segments {
		if seg := &s.Segments[i]; !seg.From.Equal(at) || !at.Before(seg.To) {
			return errs.New(errs.Invalid, "sign a shift: its time has a gap or an overlap at %s", at.Format(time.RFC3339))
		}
		at = s.Segments[i].To
	}
	switch {
	case s.Line == "" || s.Shift == "" || !s.From.Before(s.To):
		return errs.New(errs.Invalid, "sign a shift: say which")
	case !at.Equal(s.To):
		return errs.New(errs.Invalid, "sign a shift: its time is known up to %s only; sign it when it has ended and is laid out", at.Format(time.RFC3339))
	case len([]rune(s.Comment)) > longestComment:
		return errs.New(errs.Invalid, "sign a shift: keep the comment under %d characters", longestComment)
	}
	return nil
}

// Clip gives the segments of a span, cut at its edges.
func Clip(segments []oee.Segment, of plant.Span) []oee.Segment {
	n := 0
	for i := range segments {
		if segments[i].Within(of) > 0 {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	all := make([]oee.Segment, 0, n)
	for i := range segments {
		if segments[i].Within(of) > 0 {
			all = append(all, segments[i].Part(of))
		}
	}
	return all
}

// Freeze puts signed shifts, in their order, in the place of what is derived of their time.
func Freeze(segments []oee.Segment, signed []Signed) []oee.Segment {
	if len(signed) == 0 || len(segments) == 0 {
		return segments
	}
	var all []oee.Segment
	at, end := segments[0].From, segments[len(segments)-1].To
	for i := range signed {
		s := &signed[i]
		if !s.To.After(at) || !s.From.Before(end) {
			continue
		}
		all = append(all, Clip(segments, plant.Span{From: at, To: s.From})...)
		all = append(all, s.Segments...)
		at = s.To
	}
	return append(all, Clip(segments, plant.Span{From: at, To: plant.Later(at, end)})...)
}

// Late is what became known of a signed shift after it was signed: it is told, and not taken in.
type Late struct {
	Good, Reject plant.Quantity
	Times        oee.Times
}

// Since compares what was signed with what is derived now; ok is false when nothing changed.
func (s *Signed) Since(now []oee.Segment) (l Late, ok bool) {
	was, is := oee.Measure(s.Span, s.Segments), oee.Measure(s.Span, Clip(now, s.Span))
	l.Good, l.Reject = is.Good-was.Good, is.Reject-was.Reject
	for c := range is.Times {
		l.Times[c] = is.Times[c] - was.Times[c]
	}
	return l, l != Late{}
}

// String says it in words: "12 good pieces more, 00:03:00 less running".
func (l Late) String() string {
	var parts []string
	say := func(n int64, amount, what string) {
		switch {
		case n > 0:
			parts = append(parts, fmt.Sprintf("%s%s more", amount, what))
		case n < 0:
			parts = append(parts, fmt.Sprintf("%s%s less", strings.TrimPrefix(amount, "-"), what))
		}
	}
	say(int64(l.Good), l.Good.String(), " good pieces")
	say(int64(l.Reject), l.Reject.String(), " rejects")
	for c, d := range l.Times {
		say(int64(d), d.Round(time.Second).String(), " of "+oee.Category(c).String())
	}
	return strings.Join(parts, ", ")
}
