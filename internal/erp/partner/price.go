package partner

import (
	"cmp"
	"fmt"
	"strings"

	"millwright/internal/plant"
)

// Side is which way goods go.
type Side string

// The sides.
const (
	Sales    Side = "sales"
	Purchase Side = "purchase"
)

// Price is what one unit of an item costs, from a quantity on, in a time: by a list, or agreed with one partner.
type Price struct {
	ID       int64
	Side     Side
	List     string // "" where it is agreed with the partner
	Partner  int64  // 0 where it is of a list
	Item     int64
	Unit     string
	Least    plant.Quantity // of the unit; 0 is any quantity
	Amount   plant.Money
	From, To string // dates, To the last; "" for always and for ever
	Version  int64

	Name   string // the partner's number, for a reader; "" of a list
	Number string // the item's, for a reader
	Factor Factor // of the unit, for who compares
}

// Factor says what one unit is: Num/Den stock units.
type Factor struct{ Num, Den int64 }

// Unity is the factor of the stock unit itself.
func Unity() Factor { return Factor{1, 1} }

// Stock is a quantity of the unit in stock units, rounded once; ok is false when it overflows.
func (f Factor) Stock(q plant.Quantity) (plant.Quantity, bool) { return q.Times(f.Num, f.Den) }

// Of is a quantity of stock units in the unit, rounded once.
func (f Factor) Of(q plant.Quantity) (plant.Quantity, bool) { return q.Times(f.Den, f.Num) }

// Ask is what a price is asked for. Zero fields ask for all.
type Ask struct {
	Side    Side
	Partner int64
	List    string
	Item    int64

	Date     string
	Quantity plant.Quantity // in stock units
	Unit     string         // in which the answer is to be
	Factor   Factor
	Cent     plant.Money // of the company's currency, in which what is found is said; 0 for hundredths
}

// Most is what a price or a quantity may be at most: a thousand million.
const Most = 1_000_000_000 * plant.One

// Clean trims what was typed.
func (p Price) Clean() Price {
	for _, s := range []*string{&p.List, &p.Unit, &p.From, &p.To} {
		*s = strings.TrimSpace(*s)
	}
	return p
}

// Check tells everything that is wrong with a clean price.
func (p Price) Check() error {
	var w Wrong
	if p.Side != Sales && p.Side != Purchase {
		w.Add("side", "A price is for sales or for purchase.")
	}
	if (p.List == "") == (p.Partner == 0) {
		w.Add("list", "A price is of a list, or agreed with one partner: name one of the two.")
	}
	w.Text("list", p.List, 0, longestNumber)
	w.Text("unit", p.Unit, 1, longestNumber)
	if p.Least < 0 || p.Least > Most {
		w.Add("from", "Write a quantity from 0 to 1000000000.")
	}
	if p.Amount < 0 || p.Amount > plant.Money(Most) {
		w.Add("price", "Write a price from 0 to 1000000000.")
	}
	for path, d := range map[string]string{"validFrom": p.From, "validTo": p.To} {
		if d != "" && !IsDate(d) {
			w.Add(path, "%q is no date: write 2026-12-24, or nothing.", cut(d))
		}
	}
	if p.From != "" && p.To != "" && p.To < p.From {
		w.Add("validTo", "The last day comes before the first.")
	}
	return w.Err("this price cannot be kept")
}

// Told is a price as the audit writes it.
func (p Price) Told() string {
	of := "list " + p.List
	if p.Partner != 0 {
		of = "agreed with " + cmp.Or(p.Name, Ref(p.Partner))
	}
	when := ""
	if p.From != "" || p.To != "" {
		when = fmt.Sprintf(" (%s to %s)", cmp.Or(p.From, "…"), cmp.Or(p.To, "…"))
	}
	return fmt.Sprintf("%s: %s, %s, from %s %s: %s%s", p.Side, p.Number, of, p.Least, p.Unit, p.Amount, when)
}

// Found is a price, and why it is that.
type Found struct {
	Amount plant.Money // of one of the asked unit
	Why    string      // "list 2026, from 500: 4.20"
}

// Find chooses among the prices of an item: what is agreed with the partner goes before the list, the highest break that is
// reached before lower ones, and the newest before older ones. ok is false where none holds.
func Find(all []Price, a Ask) (found Found, ok bool) {
	best, is := Price{}, false
	for _, p := range all {
		if p.holds(a) && (!is || p.before(best)) {
			best, is = p, true
		}
	}
	if !is {
		return Found{}, false
	}
	amount, ok := best.per(a.Factor)
	if !ok {
		return Found{}, false
	}
	why := "list " + best.List
	if best.Partner != 0 {
		why = "agreed with " + cmp.Or(best.Name, "the partner")
	}
	if best.Least > 0 {
		why += ", from " + best.Least.String()
		if best.Unit != a.Unit {
			why += " " + best.Unit
		}
	}
	why += ": " + a.plain(best.Amount)
	if best.Unit != a.Unit {
		why += " for one " + best.Unit
	}
	return Found{amount, why}, true
}

// plain writes an amount with the decimals that people expect, or with all that it has.
func (a Ask) plain(m plant.Money) string { return m.In(cmp.Or(a.Cent, plant.Cent(""))) }

func (p Price) holds(a Ask) bool {
	mine := p.Side == a.Side && p.Item == a.Item
	mine = mine && (p.Partner != 0 && p.Partner == a.Partner || p.Partner == 0 && p.List == a.List && a.List != "")
	if !mine || p.From > a.Date || p.To != "" && p.To < a.Date {
		return false
	}
	least, ok := p.factor().Stock(p.Least)
	return ok && least <= a.Quantity
}

func (p Price) factor() Factor {
	if p.Factor == (Factor{}) {
		return Unity()
	}
	return p.Factor
}

// before tells whether a price goes before another that holds as well.
func (p Price) before(o Price) bool {
	if (p.Partner != 0) != (o.Partner != 0) {
		return p.Partner != 0
	}
	mine, _ := p.factor().Stock(p.Least) // both hold, so both fit
	other, _ := o.factor().Stock(o.Least)
	return cmp.Or(cmp.Compare(mine, other), cmp.Compare(p.From, o.From), cmp.Compare(p.ID, o.ID)) > 0
}

// per is the price of one unit of another factor, rounded once.
func (p Price) per(f Factor) (plant.Money, bool) {
	own := p.factor()
	if f == (Factor{}) || f == own {
		return p.Amount, true
	}
	// amount · (f.Num/f.Den) / (own.Num/own.Den), with what is common taken out, so that it fits
	num, den := []int64{f.Num, own.Den}, []int64{f.Den, own.Num}
	for i := range num {
		for j := range den {
			d := gcd(num[i], den[j])
			num[i], den[j] = num[i]/d, den[j]/d
		}
	}
	n, fits := times(num[0], num[1])
	d, fit := times(den[0], den[1])
	if !fits || !fit {
		return 0, false
	}
	return p.Amount.Times(n, d)
}

func times(a, b int64) (int64, bool) {
	q, ok := plant.Quantity(a).Times(b, 1)
	return int64(q), ok
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, 1)
}
