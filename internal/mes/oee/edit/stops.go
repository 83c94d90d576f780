package edit

import (
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Stop is what a person says one reason of: across units, hours and orders one, and cut at the end of the shift.
type Stop struct {
	Line plant.LineID
	plant.Span
	Lasted       time.Duration // without what ran between stops that were merged
	Shift, Date  string
	Category     oee.Category // as it counts
	Derived      oee.Category // as the machines said
	Unit         plant.UnitID // the first that caused it
	Fault        string       // the first
	Product      string       // and order, where it began
	Order        string
	Reason       string // of a person, or else of the machine
	Comment      string
	By           string // who said it; "" when the machine did
	Edit         int64  // that shaped it last
	Seen         int64  // the newest edit about it, which who says something of it must know: who reads fills it in
	Good, Reject plant.Quantity
}

// Missing tells whether somebody has still to say why the line stood.
func (s Stop) Missing() bool { return s.Category.Unexplained(s.Reason) }

// Stops gives the stops in segments that were overlaid, in their order. Micro-stops are none unless people made them so.
func Stops(segments []oee.Segment) []Stop {
	var all []Stop
	for i := range segments {
		s := &segments[i]
		if s.Stop.IsZero() {
			continue
		}
		if n := len(all); n > 0 && all[n-1].From.Equal(s.Stop) {
			all[n-1].goOn(s)
			continue
		}
		all = append(all, begun(s))
	}
	return slices.DeleteFunc(all, func(s Stop) bool { return !s.Category.Stopped() && !s.Derived.Stopped() })
}

func begun(s *oee.Segment) Stop {
	stop := Stop{
		Line: s.Line, Span: plant.Span{From: s.Stop, To: s.To}, Lasted: s.To.Sub(s.From), Shift: s.Shift, Date: s.Date,
		Category: s.Category, Derived: s.Category, Unit: s.Unit, Fault: s.Fault, Product: s.Product, Order: s.Order,
		Reason: s.Reason, Comment: s.Comment, By: s.By, Edit: s.Edit, Good: s.Good, Reject: s.Reject,
	}
	if s.Edit != 0 {
		stop.Derived = s.Derived
	}
	return stop
}

func (s *Stop) goOn(seg *oee.Segment) {
	s.To = seg.To
	s.Lasted += seg.To.Sub(seg.From)
	s.Good += seg.Good
	s.Reject += seg.Reject
	s.Edit = max(s.Edit, seg.Edit)
	if s.Fault == "" {
		s.Fault = seg.Fault
	}
	if s.Reason == "" {
		s.Reason = seg.Reason
	}
}

// Missing counts the stops of which nobody has said why.
func Missing(segments []oee.Segment) (n int) {
	for _, s := range Stops(segments) {
		if s.Missing() {
			n++
		}
	}
	return n
}

// Explain gives stops that nobody said anything of the reason that the machine's fault code means. It names the time
// and does not move it: another meaning of a code is another word for the past, and no other past.
func Explain(segments []oee.Segment, meaning func(unit plant.UnitID, fault string) (reason string, ok bool)) {
	first := map[time.Time]string{}
	for i := range segments {
		s := &segments[i]
		if s.Stop.IsZero() || s.Reason != "" || s.Fault == "" {
			continue
		}
		if r, ok := meaning(s.Unit, s.Fault); ok {
			s.Reason = r
			if first[s.Stop] == "" {
				first[s.Stop] = r
			}
		}
	}
	for i := range segments {
		if s := &segments[i]; !s.Stop.IsZero() && s.Reason == "" {
			s.Reason = first[s.Stop]
		}
	}
}
