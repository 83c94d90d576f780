// Package figure is how numbers, times and durations are written for the reader.
package figure

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"
)

// Unknown is what stands in the place of a number that is not known. Unknown is not zero.
const Unknown = "–"

// About stands before a number that is estimated.
const About = "≈ "

// Typographic signs: a narrow no-break space groups digits, a no-break space binds a number to its unit.
const (
	thin  = "\u202f"
	bound = "\u00a0"
	minus = "\u2212"
)

// Locale is how a site writes numbers and times. The zero Locale writes as ISO 80000 does, in UTC.
type Locale struct {
	Zone    *time.Location
	Decimal string // sign between whole and part; "" means "."
	Group   string // sign between thousands; "" means a narrow space
}

// For gives the way a language writes numbers ("de", "en-GB"), with the clock of a zone.
func For(language string, zone *time.Location) Locale {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch base {
	case "de", "nl", "es", "it", "pt", "da", "id", "tr":
		return Locale{Zone: zone, Decimal: ",", Group: "."}
	case "fr", "pl", "cs", "sv", "nb", "fi", "ru", "uk", "hu", "sk", "bg":
		return Locale{Zone: zone, Decimal: ",", Group: thin}
	}
	return Locale{Zone: zone, Decimal: ".", Group: thin}
}

// Whole writes a whole number with grouped thousands: "12 480", "−3".
func (l Locale) Whole(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = minus, digits[1:]
	}
	return sign + l.group(digits)
}

// Signed writes a difference with its sign always there: "+412", "−412", "±0".
func (l Locale) Signed(n int64) string {
	switch {
	case n > 0:
		return "+" + l.Whole(n)
	case n == 0:
		return "±0"
	}
	return l.Whole(n)
}

// Number writes a number with exactly so many places; Unknown for NaN and infinities.
func (l Locale) Number(f float64, places int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Unknown
	}
	return l.dress(strconv.FormatFloat(f, 'f', places, 64))
}

// Reading writes a measured value with no more digits than a person can use: about five significant ones,
// trailing zeros cut. Whole numbers are written in full.
func (l Locale) Reading(f float64) string {
	switch a := math.Abs(f); {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return Unknown
	case a != 0 && (a >= 1e15 || a < 1e-4):
		return strings.ReplaceAll(strconv.FormatFloat(f, 'e', 3, 64), "-", minus)
	case f == math.Trunc(f):
		return l.dress(strconv.FormatFloat(f, 'f', 0, 64))
	default:
		places := min(max(4-int(math.Floor(math.Log10(a))), 0), 6)
		s := strconv.FormatFloat(f, 'f', places, 64)
		if strings.Contains(s, ".") {
			s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		}
		return l.dress(s)
	}
}

// Percent writes a ratio as a percentage without its sign: 0.7124 is "71.2"; Unknown when it is not ok.
func (l Locale) Percent(ratio float64, ok bool) string {
	if !ok {
		return Unknown
	}
	return l.Number(ratio*100, 1)
}

// Minutes writes a duration in minutes with one place: "41.5".
func (l Locale) Minutes(d time.Duration) string { return l.Number(d.Minutes(), 1) }

// Plain reads back a number that this locale wrote: "−12 480.5" is "-12480.5", to the same digit. ok is false for words
// and for Unknown.
func (l Locale) Plain(text string) (plain string, ok bool) {
	decimal, group := cmp.Or(l.Decimal, "."), cmp.Or(l.Group, thin)
	plain = text
	for _, sign := range [][2]string{{group, ""}, {decimal, "."}, {minus, "-"}, {"±", ""}, {"+", ""}} {
		plain = strings.ReplaceAll(plain, sign[0], sign[1])
	}
	_, err := strconv.ParseFloat(plain, 64)
	digit := strings.IndexFunc(plain, func(c rune) bool { return c >= '0' && c <= '9' })
	return plain, err == nil && digit >= 0 && digit <= 1 && !strings.ContainsAny(plain, "xXpP_")
}

// dress puts the locale's signs on a plain decimal like "-12480.5".
func (l Locale) dress(plain string) string {
	sign := ""
	if strings.HasPrefix(plain, "-") {
		plain = plain[1:]
		if strings.Trim(plain, "0.") != "" {
			sign = minus
		}
	}
	whole, part, has := strings.Cut(plain, ".")
	s := sign + l.group(whole)
	if !has {
		return s
	}
	if l.Decimal == "" {
		return s + "." + part
	}
	return s + l.Decimal + part
}

func (l Locale) group(digits string) string {
	if len(digits) < 5 { // four digits read well as they are
		return digits
	}
	sign := l.Group
	if sign == "" {
		sign = thin
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(sign)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Dash gives a word, or the sign for unknown where there is none.
func Dash(word string) string { return cmp.Or(word, Unknown) }
