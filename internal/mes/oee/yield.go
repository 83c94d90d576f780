package oee

import "millwright/internal/plant"

// Step is one of the steps that pieces go through, one after the other.
type Step struct {
	In, Out  plant.Quantity
	Reworked plant.Quantity // of those that came out
}

// FTY is the share of pieces that come out of a step at last; FPY that of those that were right at once.
func (s Step) FTY() Ratio { return ratio(s.Out, s.In) }

// FPY is the share of pieces that were right without rework.
func (s Step) FPY() Ratio { return ratio(s.Out-s.Reworked, s.In) }

// RolledYield is the share of pieces that go through all steps without rework; unknown without steps.
func RolledYield(steps ...Step) Ratio {
	if len(steps) == 0 {
		return Ratio{}
	}
	all := Ratio{Value: 1, OK: true}
	for _, s := range steps {
		all = all.times(s.FPY())
	}
	return all
}
