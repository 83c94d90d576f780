// Package turns is the moments at which a calendar tells the simulated lines something.
package turns

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/plant"
)

// mark is a moment at which the calendar tells the lines something.
type mark struct {
	at   int64
	what Turn
}

// Turn is what the calendar tells.
type Turn uint8

// The turns, in the order in which those of one moment come.
const (
	ShiftStarts Turn = iota
	BreakEnds
	BreakStarts
)

// Days is the calendar as the lines see it.
type Days struct{ plant.Calendar }

// around gives the marks of the day before t and the two after, in order.
func (d Days) around(t int64) []mark {
	const day = 24 * time.Hour
	var all []mark
	at := time.UnixMicro(t)
	for _, s := range d.Between(at.Add(-day), at.Add(2*day)) {
		all = append(all, mark{s.From.UnixMicro(), ShiftStarts})
		for _, b := range s.Breaks {
			all = append(all, mark{b.From.UnixMicro(), BreakStarts}, mark{b.To.UnixMicro(), BreakEnds})
		}
	}
	slices.SortStableFunc(all, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.what, b.what))
	})
	return all
}

// Next gives the time of the first mark after t.
func (d Days) Next(t int64) int64 {
	for _, m := range d.around(t) {
		if m.at > t {
			return m.at
		}
	}
	return t + 24*int64(time.Hour/time.Microsecond) // a calendar with days off: look again tomorrow
}

// At gives what happens at exactly t.
func (d Days) At(t int64) []Turn {
	var now []Turn
	for _, m := range d.around(t) {
		if m.at == t {
			now = append(now, m.what)
		}
	}
	return now
}

// Resting tells whether t lies in a break.
func (d Days) Resting(t int64) bool {
	on := false
	for _, m := range d.around(t) {
		if m.at > t {
			break
		}
		if m.what != ShiftStarts {
			on = m.what == BreakStarts
		}
	}
	return on
}
