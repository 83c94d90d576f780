package plant

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestQuantityReadsAndPrints(t *testing.T) {
	cases := []struct {
		in   string
		want Quantity
		out  string
	}{
		{"37", 37_000_000, "37"},
		{"9.62", 9_620_000, "9.62"},
		{"-0.000001", -1, "-0.000001"},
		{"0", 0, "0"},
		{"-0", 0, "0"},
		{"0.500000", 500_000, "0.5"},
		{"007", 7_000_000, "7"},
		{"9223372036854.775807", math.MaxInt64, "9223372036854.775807"},
		{"-9223372036854.775808", math.MinInt64, "-9223372036854.775808"},
	}
	for _, c := range cases {
		if q, err := ParseQuantity(c.in); err != nil || q != c.want || q.String() != c.out {
			t.Errorf("%q reads as %d %s: %v", c.in, q, q, err)
		}
	}
}

func TestQuantityRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "is not a decimal number",
		"-":                      "is not a decimal number",
		".5":                     "is not a decimal number",
		"5.":                     "is not a decimal number",
		"1,5":                    "is not a decimal number",
		"1e6":                    "is not a decimal number",
		"+1":                     "is not a decimal number",
		"--1":                    "is not a decimal number",
		"1.2.3":                  "is not a decimal number",
		"NaN":                    "is not a decimal number",
		"1 2":                    "is not a decimal number",
		"٣":                      "is not a decimal number",
		"1.0000001":              "has more than six decimal places",
		"9223372036854.775808":   "is too large",
		"-9223372036854.775809":  "is too large",
		"10000000000000000000":   "is too large",
		strings.Repeat("9", 100): "is not a decimal number",
	} {
		if q, err := ParseQuantity(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q reads as %s: %v", in, q, err)
		}
	}
}

func TestTimesRoundsHalfAwayFromZero(t *testing.T) {
	cases := []struct {
		q        Quantity
		num, den int64
		want     Quantity
		ok       bool
	}{
		{1, 1, 2, 1, true},   // half a millionth
		{-1, 1, 2, -1, true}, // and below zero
		{1, -1, 2, -1, true},
		{1, 1, -2, -1, true},
		{-1, -1, -2, -1, true},
		{3, 1, 2, 2, true},
		{1, 1, 3, 0, true},
		{2, 1, 3, 1, true},
		{-2, 1, 3, -1, true},
		{37_000_000, 26, 100, 9_620_000, true}, // 37 pieces of 0.26 kg
		{12_000_000, 1, 12, 1_000_000, true},
		{440_000_000, 100_000_000, 45_359_237, 970_033_954, true},
		{math.MaxInt64, 1, 1, math.MaxInt64, true},
		{math.MinInt64, 1, 1, math.MinInt64, true},
		{math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64, true},
		{math.MaxInt64, 2, 1, 0, false},
		{math.MinInt64, -1, 1, 0, false},
		{1, 1, 0, 0, false},
	}
	for _, c := range cases {
		if got, ok := c.q.Times(c.num, c.den); ok != c.ok || ok && got != c.want {
			t.Errorf("%d × %d/%d = %d %v, want %d %v", c.q, c.num, c.den, got, ok, c.want, c.ok)
		}
	}
}

// TestTimesIsTheNearest: no whole number is nearer to the exact product, and a tie lies further from zero.
func TestTimesIsTheNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, num, den := rapid.Int64().Draw(t, "q"), rapid.Int64().Draw(t, "num"), rapid.Int64().Draw(t, "den")
		got, ok := Quantity(q).Times(num, den)
		if den == 0 {
			if ok {
				t.Fatal("a division by zero is ok")
			}
			return
		}
		exact := new(big.Rat).Mul(new(big.Rat).SetInt64(q), big.NewRat(num, den))
		limit := new(big.Rat).SetInt64(math.MaxInt64)
		if !ok {
			if new(big.Rat).Abs(exact).Cmp(limit) < 0 {
				t.Fatalf("%s fits, but Times says that it does not", exact.FloatString(3))
			}
			return
		}
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(int64(got)), exact)
		half := big.NewRat(1, 2)
		if d := new(big.Rat).Abs(off).Cmp(half); d > 0 || d == 0 && off.Sign() != exact.Sign() {
			t.Fatalf("%s was rounded to %d", exact.FloatString(3), got)
		}
	})
}

func TestQuantityInJSON(t *testing.T) {
	b, err := json.Marshal(map[string]Quantity{"q": 9_620_000})
	if err != nil || string(b) != `{"q":9.62}` {
		t.Errorf("%s %v", b, err)
	}
	for _, in := range []string{`9.62`, `"9.62"`} {
		var q Quantity
		if err := json.Unmarshal([]byte(in), &q); err != nil || q != 9_620_000 {
			t.Errorf("%s reads as %s: %v", in, q, err)
		}
	}
	for _, in := range []string{`null`, `true`, `[]`, `1e3`, `"a"`} {
		var q Quantity
		if err := json.Unmarshal([]byte(in), &q); err == nil && in != `null` {
			t.Errorf("%s reads as %s", in, q)
		}
	}
}

func TestPiecesSaturate(t *testing.T) {
	for n, want := range map[int64]Quantity{
		0: 0, 3: 3 * One, -3: -3 * One,
		9_223_372_036_854: 9_223_372_036_854_000_000, 9_223_372_036_855: math.MaxInt64,
		math.MaxInt64: math.MaxInt64, math.MinInt64: math.MinInt64,
	} {
		if got := Pieces(n); got != want {
			t.Errorf("Pieces(%d) = %d, want %d", n, got, want)
		}
	}
	if Quantity(-1_999_999).Floor() != -1 || Quantity(1_999_999).Floor() != 1 || Quantity(500_000).Float() != .5 {
		t.Error("Floor goes towards zero, Float is the number")
	}
}

// FuzzParseQuantity: what reads prints, and what prints reads as the same.
func FuzzParseQuantity(f *testing.F) {
	for _, s := range []string{"0", "-0.000001", "9223372036854.775807", "1.5", "1e9", "..", "-", "00.100"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := ParseQuantity(s)
		if err != nil {
			return
		}
		again, err := ParseQuantity(q.String())
		if err != nil || again != q {
			t.Errorf("%q reads as %d, which prints as %s and reads as %d: %v", s, q, q, again, err)
		}
		exact, ok := new(big.Rat).SetString(s)
		if !ok || exact.Cmp(big.NewRat(int64(q), int64(One))) != 0 {
			t.Errorf("%q reads as %s", s, q)
		}
	})
}

func TestEveryQuantityReadsAsItPrints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := Quantity(rapid.Int64().Draw(t, "q"))
		if got, err := ParseQuantity(q.String()); err != nil || got != q {
			t.Fatalf("%d prints as %s and reads as %d: %v", q, q, got, err)
		}
	})
}
