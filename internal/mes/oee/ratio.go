package oee

import (
	"math/bits"
	"time"

	"millwright/internal/plant"
)

// Ratio is a number that may be unknown. Unknown is not zero: it prints as "–".
type Ratio struct {
	Value float64
	OK    bool
}

// number is what ratios are made of.
type number interface {
	~int64 | ~float64
}

// ratio divides; by nothing it is unknown.
func ratio[N, D number](part N, whole D) Ratio {
	if whole <= 0 {
		return Ratio{}
	}
	return Ratio{Value: float64(part) / float64(whole), OK: true}
}

// times multiplies; what holds something unknown is unknown.
func (r Ratio) times(others ...Ratio) Ratio {
	for _, o := range others {
		r = Ratio{Value: r.Value * o.Value, OK: r.OK && o.OK}
	}
	if !r.OK {
		return Ratio{}
	}
	return r
}

// IdealTime is how long an ideal line takes for some pieces: rounded half away from zero to the nanosecond, saturating.
func IdealTime(cycle time.Duration, pieces plant.Quantity) time.Duration {
	negative := (cycle < 0) != (pieces < 0)
	hi, lo := bits.Mul64(magnitude(int64(cycle)), magnitude(int64(pieces)))
	lo, carry := bits.Add64(lo, uint64(plant.One)/2, 0)
	hi += carry
	const most = uint64(1<<63 - 1)
	d := most
	if hi < uint64(plant.One) {
		if q, _ := bits.Div64(hi, lo, uint64(plant.One)); q < most {
			d = q
		}
	}
	if negative {
		return -time.Duration(d)
	}
	return time.Duration(d)
}

// PiecesIn is how many pieces an ideal line makes in a time: the inverse of IdealTime, rounded down to a millionth.
func PiecesIn(d, cycle time.Duration) plant.Quantity {
	if d <= 0 || cycle <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(d), uint64(plant.One))
	if hi >= uint64(cycle) {
		return 1<<63 - 1
	}
	q, _ := bits.Div64(hi, lo, uint64(cycle))
	return plant.Quantity(min(q, 1<<63-1))
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
