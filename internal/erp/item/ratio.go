package item

import (
	"fmt"
	"math/big"
	"strings"

	"millwright/internal/plant"
)

// Ratio is an exact factor; the zero Ratio is 1.
type Ratio struct{ Num, Den int64 }

// mostTerm bounds the terms of a ratio, so that two can be multiplied and reduced without surprise.
const mostTerm = 1_000_000_000_000_000

// One is the ratio of two equal things.
func One() Ratio { return Ratio{1, 1} }

// Whole gives the ratio with its terms, in lowest terms.
func (r Ratio) Whole() Ratio {
	if r == (Ratio{}) {
		return One()
	}
	a, b := r.Num, r.Den
	for b != 0 {
		a, b = b, a%b
	}
	if a < 0 {
		a = -a
	}
	if a == 0 {
		return r
	}
	return Ratio{r.Num / a, r.Den / a}
}

// Sound tells whether the ratio is more than nothing and of terms that can be reckoned with.
func (r Ratio) Sound() bool {
	return r == (Ratio{}) || r.Num > 0 && r.Den > 0 && r.Num <= mostTerm && r.Den <= mostTerm
}

// Of multiplies, rounded once, half away from zero; false when the product is too large.
func (r Ratio) Of(q plant.Quantity) (plant.Quantity, bool) {
	r = r.Whole()
	return q.Times(r.Num, r.Den)
}

// Over divides, rounded once, half away from zero; false when the quotient is too large.
func (r Ratio) Over(q plant.Quantity) (plant.Quantity, bool) {
	r = r.Whole()
	return q.Times(r.Den, r.Num)
}

// By is the product of two ratios in lowest terms; false when its terms are too large.
func (r Ratio) By(s Ratio) (Ratio, bool) { return reduced(r.Whole().rat(), s.Whole().rat()) }

// Per is the quotient of two ratios in lowest terms; false when its terms are too large.
func (r Ratio) Per(s Ratio) (Ratio, bool) {
	s = s.Whole()
	return r.By(Ratio{s.Den, s.Num})
}

func (r Ratio) rat() *big.Rat { return big.NewRat(r.Num, r.Den) }

func reduced(a, b *big.Rat) (Ratio, bool) {
	p := new(big.Rat).Mul(a, b)
	if !p.Num().IsInt64() || !p.Denom().IsInt64() {
		return Ratio{}, false
	}
	r := Ratio{p.Num().Int64(), p.Denom().Int64()}
	return r, r.Sound()
}

// String writes the ratio as ParseRatio reads it: as a decimal where that is exact, else as a fraction.
func (r Ratio) String() string {
	r = r.Whole()
	for places, power := 0, int64(1); places <= 15; places, power = places+1, power*10 {
		if r.Den > 0 && power%r.Den == 0 {
			return r.rat().FloatString(places)
		}
	}
	return fmt.Sprintf("%d/%d", r.Num, r.Den)
}

// ParseRatio reads an exact factor: "12", "0.45359237", "1/12", "45359237/100000000".
func ParseRatio(s string) (Ratio, error) {
	num, den, fraction := strings.Cut(strings.TrimSpace(s), "/")
	a, okA := decimal(num)
	b, okB := big.NewRat(1, 1), true
	if fraction {
		b, okB = decimal(den)
	}
	if !okA || !okB {
		return Ratio{}, fmt.Errorf("%q is no factor like 12, 0.45359237 or 1/12", clip(s))
	}
	r, ok := reduced(a, b.Inv(b))
	if !ok {
		return Ratio{}, fmt.Errorf("the factor %q has too many digits to reckon with exactly; write it with at most fifteen", clip(s))
	}
	return r, nil
}

// decimal reads a positive decimal exactly.
func decimal(s string) (*big.Rat, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 40 || strings.Trim(s, "0123456789.") != "" || strings.Count(s, ".") > 1 || s == "." {
		return nil, false
	}
	n, ok := new(big.Rat).SetString(s)
	return n, ok && n.Sign() > 0
}
