package simulate

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/plant"
)

// mark is a moment at which the calendar tells the lines something.
type mark struct {
	at   int64
	what turn
}

type turn uint8

const (
	shiftStarts turn = iota
	breakEnds
	breakStarts
)

// days is the calendar as the lines see it.
type days struct{ plant.Calendar }

// around gives the marks of the day before t and the two after, in order.
func (d days) around(t int64) []mark {
	const day = 24 * time.Hour
	var all []mark
	at := time.UnixMicro(t)
	for _, s := range d.Between(at.Add(-day), at.Add(2*day)) {
		all = append(all, mark{s.From.UnixMicro(), shiftStarts})
		for _, b := range s.Breaks {
			all = append(all, mark{b.From.UnixMicro(), breakStarts}, mark{b.To.UnixMicro(), breakEnds})
		}
	}
	slices.SortStableFunc(all, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.what, b.what))
	})
	return all
}

// next gives the time of the first mark after t.
func (d days) next(t int64) int64 {
	for _, m := range d.around(t) {
		if m.at > t {
			return m.at
		}
	}
	return t + 24*int64(time.Hour/time.Microsecond) // a calendar with days off: look again tomorrow
}

// turns gives what happens at exactly t.
func (d days) turns(t int64) []turn {
	var now []turn
	for _, m := range d.around(t) {
		if m.at == t {
			now = append(now, m.what)
		}
	}
	return now
}

// resting tells whether t lies in a break.
func (d days) resting(t int64) bool {
	on := false
	for _, m := range d.around(t) {
		if m.at > t {
			break
		}
		if m.what != shiftStarts {
			on = m.what == breakStarts
		}
	}
	return on
}
