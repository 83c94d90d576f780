package kpi

import (
	"math"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Measure says what an amount is an amount of.
type Measure string

// The measures. A Ratio has none; times are nanoseconds and pieces millionths, exactly.
const (
	Ratio  Measure = "ratio"
	Time   Measure = "time"
	Pieces Measure = "pieces"
	Count  Measure = "count"
	Rate   Measure = "pieces per hour"
	Cycle  Measure = "time per piece"
)

// Amount is a number of a formula.
type Amount struct {
	Measure Measure
	Whole   int64     // of times, pieces and counts
	Ratio   oee.Ratio // of the others
}

// Float is the amount in seconds, pieces, or as it is; not OK where it is not known.
func (a Amount) Float() oee.Ratio {
	switch a.Measure {
	case Time:
		return oee.Ratio{Value: time.Duration(a.Whole).Seconds(), OK: true}
	case Pieces:
		return oee.Ratio{Value: plant.Quantity(a.Whole).Float(), OK: true}
	case Count:
		return oee.Ratio{Value: float64(a.Whole), OK: true}
	}
	return a.Ratio
}

func lasting(d time.Duration) Amount { return Amount{Measure: Time, Whole: int64(d)} }
func pieces(q plant.Quantity) Amount { return Amount{Measure: Pieces, Whole: int64(q)} }
func counted(n int64) Amount         { return Amount{Measure: Count, Whole: n} }

// over divides; by nothing, or by or of something unknown, it is unknown. Times are divided by times as they are.
func (a Amount) over(b Amount) oee.Ratio {
	if a.Measure == b.Measure && a.Measure != Ratio {
		a, b = counted(a.Whole), counted(b.Whole)
	}
	x, y := a.Float(), b.Float()
	if !x.OK || !y.OK || y.Value <= 0 {
		return oee.Ratio{}
	}
	return oee.Ratio{Value: x.Value / y.Value, OK: true}
}

// TermPart is what a number of a formula is made of: time of one category, or pieces.
type TermPart struct {
	Name string
	Amount
	Of      oee.Category // whose segments make it
	Any     bool         // it is made of pieces: all segments that have some
	Ordered bool         // it is the time of orders: all segments with one, within shifts
}

// Fits tells whether a segment is of those that make it.
func (p TermPart) Fits(s *oee.Segment) bool {
	switch {
	case p.Ordered:
		return s.Order != "" && s.Category != oee.NotScheduled
	case p.Any:
		return s.Good != 0 || s.Reject != 0
	}
	return p.Of == s.Category
}

// Term is one number of a formula.
type Term struct {
	Name string
	Sign string // how it is joined to the ones before: "÷", "×"; "" for the first, and where the formula has brackets
	Amount
	Parts []TermPart
	bare  bool // it is a number alone
}

// Made gives the segments that make a term.
func (t Term) Made(segments []oee.Segment) (all []oee.Segment) {
	for i := range segments {
		s := &segments[i]
		if slices.ContainsFunc(t.Parts, func(p TermPart) bool { return p.Fits(s) }) {
			all = append(all, *s)
		}
	}
	return all
}

// Value is a key figure with how it is made. It is never capped, and not OK where it is not known.
type Value struct {
	ID      ID
	Name    string
	Measure Measure
	oee.Ratio
	Low, High oee.Ratio // the ends of what it can be when part of the time is not known; else not OK
	AtLeast   bool      // it is a lower bound: nothing failed yet
	Formula   string    // "Run time ÷ planned production time"
	Terms     []Term    // in the order of the formula
	Note      string    // why it is not known, or what to know about it
	bare      bool      // it does not say how it is made
}

// within makes a term of the time of some categories.
func (s *scribe) within(name string, categories ...oee.Category) Term {
	t := Term{Name: name, Amount: Amount{Measure: Time}, bare: s.bare}
	for _, c := range categories {
		t.Whole += int64(s.Times[c])
		if s.Times[c] != 0 && !s.bare {
			t.Parts = append(t.Parts, TermPart{Name: c.String(), Amount: lasting(s.Times[c]), Of: c})
		}
	}
	return t
}

// of makes a term of what segments with pieces add up to.
func (s *scribe) of(name string, a Amount) Term {
	if s.bare {
		return Term{Name: name, Amount: a, bare: true}
	}
	return Term{Name: name, Amount: a, Parts: []TermPart{{Name: name, Amount: a, Any: true}}}
}

// Amount is the key figure as a number of a formula.
func (v Value) Amount() Amount {
	if v.Measure == Time && v.OK {
		return lasting(time.Duration(math.Round(v.Value * float64(time.Second))))
	}
	if v.Measure == Time {
		return Amount{Measure: Ratio}
	}
	return Amount{Measure: v.Measure, Ratio: v.Ratio}
}

// term makes a term of another key figure.
func (v Value) term() Term { return Term{Name: v.Name, Amount: v.Amount()} }

// after makes it a later term of a formula.
func (t Term) after(sign string) Term {
	t.Sign = sign
	return t
}
