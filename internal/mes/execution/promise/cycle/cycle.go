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

// Speed is how a line makes a product, its stops included.
type Speed struct {
	Pace
	Uptime Share // of the time in which it is meant to run; the zero Share means all
}

// Lasts is how long so many good pieces take, of the time in which the line is meant to run.
func (s Speed) Lasts(good plant.Quantity) time.Duration {
	return s.Uptime.Stretch(s.Taking(s.Good.Cycles(good)))
}

// Near tells whether both take nearly as long: two of a hundred apart at most.
func (s Speed) Near(other Speed) bool {
	a, b := s.Lasts(plant.Pieces(1000)), other.Lasts(plant.Pieces(1000))
	return s.Ideal == other.Ideal && (a-b).Abs() <= max(a, b)/50
}

// Words tell it: "0.52 s a piece as learned lately (ideal 0.48 s), 97 % of them good, running 88 % of the time".
func (s Speed) Words() string {
	if s.Cycle <= 0 {
		return ""
	}
	words := seconds(s.Cycle) + " a piece, the ideal cycle"
	if s.Cycle != s.Ideal {
		words = seconds(s.Cycle) + " a piece as learned lately"
		if s.Ideal > 0 {
			words += " (ideal " + seconds(s.Ideal) + ")"
		}
	}
	if s.Good.Known() && s.Good.Part < s.Good.Whole {
		words += ", " + s.Good.Percent() + " of them good"
	}
	if s.Uptime.Known() && s.Uptime.Part < s.Uptime.Whole {
		words += ", running " + s.Uptime.Percent() + " of the time"
	}
	return words
}

// seconds are those of a cycle, to the hundredth, or the thousandth of a short one.
func seconds(d time.Duration) string {
	if d >= 10*time.Second {
		return plant.Quantity(d.Round(10*time.Millisecond).Microseconds()).String() + " s"
	}
	return plant.Quantity(d.Round(time.Millisecond).Microseconds()).String() + " s"
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
