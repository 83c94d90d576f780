// Package coding says how samples of any kind and quality stand in series of 64-bit floats.
//
// Every sample is one point on a spine: the series of its tag and kind. A good value stands there as
// itself. Anything else is a marker, a NaN that carries the status code and says where the value is:
// nowhere, in the side series "v", or, for integers beyond 2^53, in two side series of 32 bits each.
// So nobody who forgets about quality can take a bad value for a good one, and a sample whose sides
// are missing is seen to be incomplete.
//
// Floats that are short decimals stand as integers on a spine of their own ("d2": hundredths; "s2":
// hundredths, rounded to the nearest 32-bit float), since the store packs small integers four times
// as tightly. The value is computed back bit by bit, or it is not kept that way.
package coding

import (
	"math"
	"strconv"

	"github.com/prometheus/prometheus/model/labels"

	"millwright/internal/ot/tag"
)

// The labels of a series. What corrects samples stands in series of its own, by the how manieth correction of their
// time it is: of one time the highest is what holds, and nothing that was ever kept is written over.
const (
	LabelTag  = "tag"
	LabelKind = "kind"
	LabelPart = "part"
	LabelFix  = "fix"
)

// Part is which series of a tag and kind a point stands in.
type Part uint8

const maxDecimal = 4

// The parts. Those from 1 to 4 are spines of decimals of 64-bit floats, the next four of 32-bit floats.
const (
	Whole     Part = 0          // the spine of plain values
	singles   Part = maxDecimal // singles+1 to singles+maxDecimal
	SideValue Part = 2*maxDecimal + 1
	SideHigh  Part = SideValue + 1
	SideLow   Part = SideValue + 2
	partCount Part = SideValue + 3
)

var partNames = [partCount]string{"", "d1", "d2", "d3", "d4", "s1", "s2", "s3", "s4", "v", "hi", "lo"}

var powers = [maxDecimal + 1]float64{1, 10, 100, 1000, 10000}

// Spine tells whether samples stand on this part by themselves.
func (p Part) Spine() bool { return p < SideValue }

// power is what a value was multiplied by to stand on a spine of decimals.
func (p Part) power() float64 {
	if p > singles {
		return powers[p-singles]
	}
	return powers[p]
}

// Restore gives the value that stands on a spine as v.
func (p Part) Restore(v float64) float64 {
	switch {
	case p == Whole:
		return v
	case p > singles:
		return float64(float32(v / p.power()))
	default:
		return v / p.power()
	}
}

// pack gives what stands on a spine of decimals for a value; ok is false when it would not come back bit by bit.
func (p Part) pack(v float64) (packed float64, ok bool) {
	packed = math.Round(v * p.power())
	if math.Abs(packed) > exact {
		return 0, false
	}
	return packed, math.Float64bits(p.Restore(packed)) == math.Float64bits(v)
}

// exact is the largest integer up to which every one is a float64.
const exact = 1 << 53

// Labels names the series of a tag for one kind and part; fix is 0 for samples as they came.
func Labels(tagName string, k tag.Kind, p Part, fix int) labels.Labels {
	if fix == 0 {
		return labels.FromStrings(LabelKind, k.String(), LabelPart, partNames[p], LabelTag, tagName)
	}
	return labels.FromStrings(LabelFix, strconv.Itoa(fix), LabelKind, k.String(), LabelPart, partNames[p], LabelTag, tagName)
}

// Fix tells the how manieth correction a series holds; 0 is for samples as they came.
func Fix(ls labels.Labels) int {
	n, err := strconv.Atoi(ls.Get(LabelFix))
	if err != nil {
		return 0
	}
	return n
}

// Identify tells kind and part of a series; ok is false for one that is none of ours.
func Identify(ls labels.Labels) (k tag.Kind, p Part, ok bool) {
	kind, name := ls.Get(LabelKind), ls.Get(LabelPart)
	for k.String() != kind {
		if k++; k > tag.Text {
			return k, p, false
		}
	}
	for partNames[p] != name {
		if p++; p == partCount {
			return k, p, false
		}
	}
	return k, p, true
}
