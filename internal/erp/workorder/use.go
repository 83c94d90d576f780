package workorder

import (
	"math"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Use is how much of a part a bill of material takes: so much of it for a batch of so many, and an add-on for what is
// lost of it.
type Use struct {
	Takes plant.Quantity // of the part …
	Batch plant.Quantity // … for so much of the product; 0 means for one
	AddOn Ratio          // of it besides: 4 % is 4/100; the zero Ratio is none
}

// Ratio is the use as one exact factor.
func (u Use) Ratio() (Ratio, error) {
	batch := u.Batch
	if batch == 0 {
		batch = plant.One
	}
	add := u.AddOn
	if add == (Ratio{}) {
		add.Den = 1
	}
	if u.Takes < 0 || batch < 0 || add.Num < 0 || add.Den <= 0 {
		return Ratio{}, errs.New(errs.Invalid, "a component takes %s for %s with %d/%d more; nothing of that can be negative", u.Takes, batch, add.Num, add.Den)
	}
	if add.Num > math.MaxInt64-add.Den {
		return Ratio{}, errs.New(errs.Invalid, "the add-on of a component, %d/%d, is beyond counting", add.Num, add.Den)
	}
	r, ok := Ratio{int64(u.Takes), int64(batch)}.By(Ratio{add.Num + add.Den, add.Den})
	if !ok {
		return Ratio{}, errs.New(errs.Invalid, "a component that takes %s for %s with %d/%d more is beyond counting", u.Takes, batch, add.Num, add.Den)
	}
	return r, nil
}

// By multiplies two factors, in lowest terms; ok is false when that does not fit.
func (r Ratio) By(x Ratio) (product Ratio, ok bool) {
	a, b := gcd(r.Num, x.Den), gcd(x.Num, r.Den)
	n1, d2, n2, d1 := r.Num/a, x.Den/a, x.Num/b, r.Den/b
	if n1 != 0 && n2 > math.MaxInt64/n1 || d1 > math.MaxInt64/d2 {
		return Ratio{}, false
	}
	product = Ratio{n1 * n2, d1 * d2}
	c := gcd(product.Num, product.Den)
	return Ratio{product.Num / c, product.Den / c}, true
}

// gcd is the greatest common divisor of numbers that are not negative, at least 1.
func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, 1)
}

// Needed is what the whole order takes of the component, when so much is to be made.
func (c *Component) Needed(quantity plant.Quantity) plant.Quantity { return c.used(quantity, true) }

// Used is what so many pieces, good or scrapped, have taken of it.
func (c *Component) Used(made plant.Quantity) plant.Quantity { return c.used(made, made > 0) }

func (c *Component) used(made plant.Quantity, begun bool) plant.Quantity {
	q, ok := max(0, made-c.From).Times(c.Per.Num, max(c.Per.Den, 1))
	if !ok || q > Most {
		q = Most // nobody has so much: it stays short
	}
	q += c.Base
	if begun && c.Base == 0 {
		q += c.Once
	}
	return min(q, Most)
}

// Step is what going from so much made to so much takes of the component. It is the difference of two totals, so that
// what is reversed is to the last millionth what was taken, however often it was rounded between.
func (c *Component) Step(from, to plant.Quantity) plant.Quantity { return c.Used(to) - c.Used(from) }

// Lot is so much of a component in one lot at its place; "" for what has no lots.
type Lot struct {
	Lot      string
	Serial   string
	Quantity plant.Quantity
}

// Draw takes a quantity from lots in the order in which they are to be used; short is what they lack.
func Draw(lots []Lot, q plant.Quantity) (take []Lot, short plant.Quantity) {
	for _, l := range lots {
		if q <= 0 {
			break
		}
		if n := min(q, l.Quantity); n > 0 {
			l.Quantity = n
			take = append(take, l)
			q -= n
		}
	}
	return take, max(q, 0)
}

// Past is an issue that may be reversed: a move of the stock ledger, and what of it was not reversed yet.
type Past struct {
	Move int64
	Lot
}

// Undo gives what is to be put back of earlier issues: the last one first, into the lots that it came from.
// What was never issued is taken off what is short before that; left is what neither holds.
func Undo(issues []Past, short, q plant.Quantity) (back []Past, unshort, left plant.Quantity) {
	unshort = min(short, q)
	q -= unshort
	for i := len(issues) - 1; i >= 0 && q > 0; i-- {
		p := issues[i]
		if p.Quantity = min(p.Quantity, q); p.Quantity > 0 {
			back = append(back, p)
			q -= p.Quantity
		}
	}
	return back, unshort, q
}
