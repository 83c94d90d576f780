package coding

import (
	"math"

	"millwright/internal/ot/tag"
)

// A marker is a quiet NaN: 13 bits that say so, then the form, then the status code. It is never the
// NaN by which the store marks a series as ended, which is not quiet.
const markerBits = 0x7FF8_0000_0000_0000

// Form says where the value of a sample is.
type Form uint8

// The forms.
const (
	Plain     Form = iota // on the spine: no marker
	NoValue               // there is none
	SideFloat             // in SideValue
	SideBits              // an integer, in SideHigh and SideLow
)

func marker(f Form, q tag.Quality) float64 {
	return math.Float64frombits(markerBits | uint64(f)<<32 | uint64(q))
}

// Read takes a point of a spine apart; a plain value is good.
func Read(v float64) (Form, tag.Quality) {
	if !math.IsNaN(v) {
		return Plain, tag.Good
	}
	bits := math.Float64bits(v)
	return Form(bits >> 32), tag.Quality(uint32(bits))
}

// Point is one number in one series.
type Point struct {
	Part  Part
	Value float64
}

// Packer remembers on which spine the floats of a tag stood last.
type Packer struct {
	spine  Part
	misses uint8 // floats in a row that fitted no spine of decimals
}

// enough misses show that a tag does not send short decimals.
const enough = 100

// Points appends the points of a sample to out, the spine's last. number is the lexicon's for a text.
// The sample must be clean.
func (c *Packer) Points(s tag.Sample, number uint32, out []Point) []Point {
	v, big := plain(s.Value, number)
	form := NoValue
	switch {
	case s.Value.Kind() == tag.None:
	case big:
		form = SideBits
		bits := integerBits(s.Value)
		out = append(out, Point{SideHigh, float64(bits >> 32)}, Point{SideLow, float64(uint32(bits))})
	case s.Quality == tag.Good && s.Value.Kind() == tag.Float:
		p, packed := c.choose(v)
		return append(out, Point{p, packed})
	case s.Quality == tag.Good:
		return append(out, Point{Whole, v})
	default:
		form = SideFloat
		out = append(out, Point{SideValue, v})
	}
	return append(out, Point{Whole, marker(form, s.Quality)})
}

// choose finds the spine for a float: the one used last while it fits, otherwise the coarsest that does.
func (c *Packer) choose(v float64) (Part, float64) {
	if c.misses >= enough {
		return Whole, v
	}
	if packed, ok := max(c.spine, 1).pack(v); ok {
		c.misses = 0
		return max(c.spine, 1), packed
	}
	for p := Part(1); p < SideValue; p++ {
		if packed, ok := p.pack(v); ok {
			c.spine, c.misses = p, 0
			return p, packed
		}
	}
	c.misses++
	return Whole, v
}

// plain gives a value as a float; big is true for an integer that is none exactly.
func plain(v tag.Value, number uint32) (f float64, big bool) {
	if v.Kind() == tag.Text {
		return float64(number), false
	}
	f, _ = v.Float()
	switch v.Kind() {
	case tag.Int:
		i, _ := v.Int()
		return f, i > exact || i < -exact
	case tag.Uint:
		u, _ := v.Uint()
		return f, u > exact
	}
	return f, false
}

func integerBits(v tag.Value) uint64 {
	if i, ok := v.Int(); ok {
		return uint64(i)
	}
	u, _ := v.Uint()
	return u
}

// Value makes a value from a plain number; text is what the number stands for when the kind is Text.
func Value(k tag.Kind, f float64, text string) tag.Value {
	switch k {
	case tag.Boolean:
		return tag.BoolValue(f != 0)
	case tag.Int:
		return tag.IntValue(int64(f))
	case tag.Uint:
		return tag.UintValue(uint64(f))
	case tag.Float:
		return tag.FloatValue(f)
	case tag.Text:
		return tag.TextValue(text)
	}
	return tag.Value{}
}

// Big makes an integer from its two sides.
func Big(k tag.Kind, high, low float64) tag.Value {
	bits := uint64(high)<<32 | uint64(low)
	if k == tag.Int {
		return tag.IntValue(int64(bits))
	}
	return tag.UintValue(bits)
}
