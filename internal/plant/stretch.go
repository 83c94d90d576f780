package plant

import "time"

// Plan is what a moment is meant for.
type Plan uint8

// The plans.
const (
	OffShift Plan = iota // no shift runs
	OnShift              // meant to produce
	OnBreak              // a break of the shift
)

var planNames = [...]string{"not scheduled", "scheduled", "break"}

// String gives the plan's words.
func (p Plan) String() string {
	if int(p) < len(planNames) {
		return planNames[p]
	}
	return planNames[OffShift]
}

// Stretch is a part of a window with one plan.
type Stretch struct {
	Span
	Plan  Plan
	Shift Shift // the zero Shift while OffShift
}

// Cut divides [from, to) into stretches without gap and overlap.
func (c Calendar) Cut(from, to time.Time) []Stretch {
	var all []Stretch
	at := from
	upTo := func(end time.Time, p Plan, s Shift) {
		if end = Earlier(end, to); at.Before(end) {
			all = append(all, Stretch{Span{at, end}, p, s})
			at = end
		}
	}
	for _, s := range c.Between(from, to) {
		upTo(s.From, OffShift, Shift{})
		for _, b := range s.Breaks {
			upTo(b.From, OnShift, s)
			upTo(b.To, OnBreak, s)
		}
		upTo(s.To, OnShift, s)
	}
	upTo(to, OffShift, Shift{})
	return all
}

// Later is the later of two times.
func Later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// Earlier is the earlier of two times.
func Earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
