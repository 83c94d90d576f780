// Package cycle is how long a piece takes on a line: as the plant says, and as it was learned.
package cycle

import (
	"strconv"
	"time"

	"millwright/internal/plant"
)

// Share is a part of a whole; of a whole of 0 it is not known.
type Share struct{ Part, Whole int64 }

// Known tells whether there is anything to go by.
func (s Share) Known() bool { return s.Whole > 0 && s.Part > 0 }

// Stretch is how long something takes of which only a share of the time counts.
func (s Share) Stretch(d time.Duration) time.Duration {
	if !s.Known() || s.Part >= s.Whole {
		return d
	}
	q, ok := plant.Quantity(d).Times(s.Whole, s.Part)
	if !ok {
		return never
	}
	return time.Duration(q)
}

// Pace is how a line makes a product.
type Pace struct {
	Ideal time.Duration // a piece, as the plant says; 0 when it does not
	Cycle time.Duration // a piece, as it was learned
	Good  Share         // of the pieces that are made; the zero Share means all
}

// Weight is how many pieces the standard is worth against those that were seen.
const Weight = 20

// Learn gives the cycle of pieces of which a standard is known, and how long n of them took while the line ran. Few of them
// change little: the standard counts as Weight pieces. Without a standard only what was seen counts; 0 is not known.
func Learn(standard, took time.Duration, n int64) time.Duration {
	if n < 0 || took < 0 {
		n, took = 0, 0
	}
	if standard <= 0 {
		if n == 0 {
			return 0
		}
		return took / time.Duration(n)
	}
	return (standard*Weight + took) / time.Duration(Weight+n)
}

// Cycles is how many pieces have to be begun for so many good ones, by whole pieces.
func (s Share) Cycles(good plant.Quantity) plant.Quantity {
	if good <= 0 {
		return 0
	}
	if s.Known() && s.Part < s.Whole {
		if all, ok := good.Times(s.Whole, s.Part); ok {
			if back, _ := all.Times(s.Part, s.Whole); back < good { // it was rounded down
				all++
			}
			good = all
		}
	}
	if rest := good % plant.One; rest != 0 {
		good += plant.One - rest
	}
	return good
}

// never is longer than anything is looked ahead.
const never = 1000 * 24 * time.Hour

// Taking is how long so many pieces take.
func (p Pace) Taking(pieces plant.Quantity) time.Duration {
	d, ok := plant.Quantity(p.Cycle).Times(int64(pieces), int64(plant.One))
	if !ok || time.Duration(d) > never {
		return never
	}
	return time.Duration(d)
}

// Lasts is how long an amount of a component is enough for, while it is taken for each piece and a piece takes so long.
func Lasts(there plant.Quantity, num, den int64, cycle time.Duration) (time.Duration, bool) {
	if num <= 0 || den <= 0 || cycle <= 0 {
		return 0, false
	}
	pieces, ok := max(0, there).Times(den, num)
	if !ok {
		return never, true
	}
	d, ok := plant.Quantity(cycle).Times(int64(pieces), int64(plant.One))
	if !ok {
		return never, true
	}
	return min(never, time.Duration(d)), true
}

// Percent is the share in whole per cent; "–" when it is not known.
func (s Share) Percent() string {
	if s.Whole <= 0 {
		return "–"
	}
	q, _ := plant.Quantity(s.Part).Times(100, s.Whole)
	return strconv.FormatInt(int64(q), 10) + " %"
}
