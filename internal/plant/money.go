package plant

import (
	"strings"
	"time"
)

// Money is an amount in millionths of the site's currency. Never a float.
type Money int64

// Currency is one whole unit of money.
const Currency Money = 1_000_000

// ParseMoney reads a decimal of at most six places: "4.50".
func ParseMoney(s string) (Money, error) {
	q, err := ParseQuantity(s)
	return Money(q), err
}

// String prints the exact decimal without trailing zeros.
func (m Money) String() string { return Quantity(m).String() }

// Times multiplies by the ratio num/den exactly and rounds half away from zero; ok is false when it overflows or den is 0.
func (m Money) Times(num, den int64) (product Money, ok bool) {
	q, ok := Quantity(m).Times(num, den)
	return Money(q), ok
}

// Cent is the smallest amount that is paid in a currency, by ISO 4217; where none is known, a hundredth.
func Cent(currency string) Money {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return Currency
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return Currency / 1000
	}
	return Currency / 100
}

// Places is how many decimals a cent takes: none in yen, two in euro, three in dinar.
func (cent Money) Places() (n int) {
	for at := Currency; cent > 0 && at > cent; at /= 10 {
		n++
	}
	return n
}

// In writes an amount with the decimals of a currency, by its cent, or with all that it has.
func (m Money) In(cent Money) string {
	whole, frac, _ := strings.Cut(m.String(), ".")
	if more := cent.Places() - len(frac); more > 0 {
		frac += strings.Repeat("0", more)
	}
	if frac == "" {
		return whole
	}
	return whole + "." + frac
}

// Paid rounds to whole cents, half away from zero. Where a cent is 0 the amount stays exact.
func (m Money) Paid(cent Money) Money {
	if cent <= 0 {
		return m
	}
	rest := m % cent
	m -= rest
	switch {
	case 2*rest >= cent:
		m += cent
	case 2*rest <= -cent:
		m -= cent
	}
	return m
}

// Worth is what a line's time is worth.
type Worth struct {
	Hour    Money            // of an hour in which it makes good pieces at its ideal pace; 0 where nobody says
	Margins map[string]Money // of a good piece, by product
}

// Of is what an hour of making a product at a pace is worth: by its margin where one is known, else as all hours.
// ok is false when nobody says.
func (w Worth) Of(product string, cycle time.Duration) (worth Money, per time.Duration, ok bool) {
	if margin, is := w.Margins[product]; is && cycle > 0 {
		return margin, cycle, true
	}
	return w.Hour, time.Hour, w.Hour > 0
}
