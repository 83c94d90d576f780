package plant

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Quantity is an amount in millionths of the item's stock unit, or of a piece. Never a float.
type Quantity int64

// One is a whole piece.
const One Quantity = 1_000_000

// Pieces makes a quantity of n whole pieces; it saturates rather than wraps.
func Pieces(n int64) Quantity {
	switch {
	case n > math.MaxInt64/int64(One):
		return math.MaxInt64
	case n < math.MinInt64/int64(One):
		return math.MinInt64
	}
	return Quantity(n) * One
}

// Times multiplies by the ratio num/den exactly and rounds half away from zero; ok is false when it overflows or den is 0.
func (q Quantity) Times(num, den int64) (product Quantity, ok bool) {
	if den == 0 {
		return 0, false
	}
	n, d := magnitude(int64(q)), magnitude(den)
	hi, lo := bits.Mul64(n, magnitude(num))
	lo, carry := bits.Add64(lo, d/2, 0)
	if hi += carry; hi >= d {
		return 0, false
	}
	size, _ := bits.Div64(hi, lo, d)
	switch negative := (q < 0) != (num < 0) != (den < 0); {
	case negative && size <= 1<<63:
		return Quantity(-size), true
	case !negative && size < 1<<63:
		return Quantity(size), true
	}
	return 0, false
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// Float is the amount as a number, for ratios on a screen; never for a ledger.
func (q Quantity) Float() float64 { return float64(q) / float64(One) }

// Floor is the number of whole pieces, towards zero.
func (q Quantity) Floor() int64 { return int64(q / One) }

// String prints the exact decimal without trailing zeros: "37", "9.62", "-0.000001".
func (q Quantity) String() string {
	sign, u := "", uint64(q)
	if q < 0 {
		sign, u = "-", uint64(-q)
	}
	whole, frac := u/uint64(One), u%uint64(One)
	if frac == 0 {
		return sign + strconv.FormatUint(whole, 10)
	}
	return sign + strconv.FormatUint(whole, 10) + "." + strings.TrimRight(fmt.Sprintf("%06d", frac), "0")
}

// ParseQuantity reads a decimal of at most six places: "37", "9.62", "-0.000001".
func ParseQuantity(s string) (Quantity, error) {
	refuse := func(why string) (Quantity, error) {
		return 0, fmt.Errorf("quantity %q %s", clip(s), why)
	}
	digits := strings.TrimPrefix(s, "-")
	whole, frac, _ := strings.Cut(digits, ".")
	if whole == "" || len(digits) > 32 || strings.Trim(whole+frac, "0123456789") != "" || strings.HasSuffix(digits, ".") {
		return refuse("is not a decimal number like 12 or 9.62")
	}
	if len(frac) > 6 {
		return refuse("has more than six decimal places")
	}
	sign := s[:len(s)-len(digits)]
	n, err := strconv.ParseInt(sign+whole+frac+strings.Repeat("0", 6-len(frac)), 10, 64)
	if err != nil {
		return refuse("is too large")
	}
	return Quantity(n), nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// MarshalJSON writes the exact decimal as a JSON number.
func (q Quantity) MarshalJSON() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalJSON reads a JSON number or string of at most six decimal places.
func (q *Quantity) UnmarshalJSON(b []byte) error {
	parsed, err := ParseQuantity(strings.Trim(string(b), `"`))
	if err != nil {
		return err
	}
	*q = parsed
	return nil
}
