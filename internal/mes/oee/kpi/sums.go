// Package kpi measures the ledger of time over lines, units, products and periods: sums, and the key figures made of them.
package kpi

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Counts is how many stretches of time there were, by category.
type Counts [oee.ReducedSpeed + 1]int64

// Sums is what a part of the ledger adds up to. All of it is whole numbers, so that the sums of parts are the sums of
// the whole to the last digit, however it was cut.
type Sums struct {
	Times         oee.Times
	Stops         Counts // that began, or went on into another shift: each shift has its own
	Failures      int64  // breakdowns that began: one that goes on into another shift is one
	Good, Reject  plant.Quantity
	Unrated       plant.Quantity // pieces without a known rate
	Ideal         time.Duration  // what an ideal line takes for all rated pieces
	GoodIdeal     time.Duration  // and for the good ones
	Unseen        time.Duration  // of Ideal: for pieces made while nobody saw the line
	Ordered       time.Duration  // within shifts, while an order ran: AOET
	OrderedPieces plant.Quantity // made then
	Edited        time.Duration  // that people gave another meaning
	Unexplained   time.Duration  // down without a reason
	Unasked       int64          // stops of which that is true
	Rework        plant.Quantity // of the good pieces, as people said; 0 is not known
}

// Add adds another part.
func (s *Sums) Add(o *Sums) {
	for i, d := range o.Times {
		s.Times[i] += d
		s.Stops[i] += o.Stops[i]
	}
	for place := 2 * len(s.Times); place < Numbers; place++ {
		*s.number(place) += *o.number(place)
	}
}

// Window is the wall clock time that the sums are of.
func (s *Sums) Window() (all time.Duration) {
	for _, d := range s.Times {
		all += d
	}
	return all
}

// Pieces is all that was made.
func (s *Sums) Pieces() plant.Quantity { return s.Good + s.Reject }

// Classic is the classic OEE of the sums.
func (s *Sums) Classic() oee.Classic {
	return oee.Roll(oee.Classic{
		Window: s.Window(), Times: s.Times, Good: s.Good, Reject: s.Reject, Unrated: s.Unrated, Ideal: s.Ideal, GoodIdeal: s.GoodIdeal, Unseen: s.Unseen,
	})
}

// Of adds up the part of a ledger that lies in a window. What no segment covers is NoData.
func Of(window plant.Span, segments []oee.Segment) (all Sums) {
	for _, r := range (Layout{}).Rows(window, segments) {
		all.Add(&r.Sums)
	}
	return all
}

// Numbers is how many numbers sums are.
const Numbers = 2*len(oee.Times{}) + 13

// Write writes the numbers of the sums one after the other.
func (s *Sums) Write(n *[Numbers]int64) {
	for place := range n {
		n[place] = *s.number(place)
	}
}

// Plus adds to the number that Write writes at a place.
func (s *Sums) Plus(place int, n int64) { *s.number(place) += n }

func (s *Sums) number(place int) *int64 {
	const k = len(s.Times)
	switch place {
	case 2 * k:
		return &s.Failures
	case 2*k + 1:
		return (*int64)(&s.Good)
	case 2*k + 2:
		return (*int64)(&s.Reject)
	case 2*k + 3:
		return (*int64)(&s.Unrated)
	case 2*k + 4:
		return (*int64)(&s.Ideal)
	case 2*k + 5:
		return (*int64)(&s.GoodIdeal)
	case 2*k + 6:
		return (*int64)(&s.Ordered)
	case 2*k + 7:
		return (*int64)(&s.OrderedPieces)
	case 2*k + 8:
		return (*int64)(&s.Edited)
	case 2*k + 9:
		return (*int64)(&s.Unexplained)
	case 2*k + 10:
		return &s.Unasked
	case 2*k + 11:
		return (*int64)(&s.Rework)
	case 2*k + 12:
		return (*int64)(&s.Unseen)
	}
	if place < k {
		return (*int64)(&s.Times[place])
	}
	return &s.Stops[place-k]
}
