package machine

import (
	"math"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// most is the highest reading that is believed: no machine has counted 10¹² pieces, and sums of
// differences below it stay far from overflowing.
const most = 1_000_000_000_000

// Reading gives what a counter shows. ok is false for everything that is no count: bad quality, text
// (even "12"), booleans, negative numbers, NaN and numbers beyond belief. A signed tag of a counter that
// rolls over shows its upper half as negative numbers.
func (c Counter) Reading(s tag.Sample) (shown plant.Quantity, ok bool) {
	if !s.Quality.Good() {
		return 0, false
	}
	switch s.Value.Kind() {
	case tag.Int, tag.Uint:
		i, fits := s.Value.Int()
		if m := int64(min(c.Modulus, most)); fits && i < 0 && i >= -m/2 {
			i += m
		}
		shown, ok = plant.Pieces(i), fits && i >= 0 && i <= most
	case tag.Float:
		f, _ := s.Value.Float()
		if f >= 0 && f <= most {
			shown, ok = plant.Quantity(math.Round(f*float64(plant.One))), true
		}
	}
	if c.Lifetime && shown == 0 {
		return 0, false
	}
	return shown, ok
}

// modulus is where the counter rolls over, as a reading; 0 means never.
func (c Counter) modulus() plant.Quantity {
	if c.Modulus > most {
		return 0
	}
	return plant.Pieces(int64(c.Modulus))
}

// pieces turns counts into pieces.
func (c Counter) pieces(counts plant.Quantity) plant.Quantity {
	if c.Per == 0 || counts == 0 {
		return counts
	}
	q, ok := counts.Times(int64(c.Per), int64(plant.One))
	if !ok || q > plant.Pieces(most) {
		return plant.Pieces(most)
	}
	return max(q, 0)
}
