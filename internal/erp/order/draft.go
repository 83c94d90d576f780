package order

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"millwright/internal/erp/item"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
)

// Draft is an order as somebody writes it: what is not said is found. With an ID it is how an order is to be from now on.
type Draft struct {
	Side      Side
	ID        int64
	Version   int64
	Partner   string // number
	Reference string
	Address   string // "" is the partner's first
	Terms     string // "" are the partner's
	Note      string
	Lines     []Wanted
	Today     string       `json:"-"` // by the plant's clocks
	Wrong     []errs.Field // what could not be read at all; it is told with the rest
}

// Wanted is a line as somebody writes it.
type Wanted struct {
	Place     int // of the line that is changed; 0 for a new one
	Item      string
	Revision  string
	Unit      string         // code or symbol; "" is the stock unit
	Quantity  plant.Quantity // of the unit
	Price     *plant.Money   // of one unit; nil is to be found
	Requested string         // a date; "" for none
	Due       string         // a date; "" is to be found
	Calls     []Call         // of a purchase line, in the unit
}

// Item is what an order has to know of an item.
type Item struct {
	ID      int64
	Number  string
	Name    string
	Retired bool
	Unit    string // of stock
	Units   map[string]partner.Factor
	Stock   Stocked
}

// Counted gives the code of the unit that a text names, by code or symbol, and what one of it is; "" is the stock unit. ok is
// false where the item is not counted in it.
func (i Item) Counted(text string) (unit string, f partner.Factor, ok bool) {
	if unit = strings.TrimSpace(text); unit == "" {
		unit = i.Unit
	}
	if f, ok = i.factor(unit); !ok {
		if u, known := measure.Of(unit); known {
			unit = u.Code
		}
		f, ok = i.factor(unit)
	}
	return unit, f, ok
}

// factor is what one of a unit is: as the item says, or as nature does.
func (i Item) factor(unit string) (partner.Factor, bool) {
	if f, ok := i.Units[unit]; ok {
		return f, true
	}
	return Between(unit, i.Unit)
}

// Between is what one of a unit is in another, where their sizes are fixed: a kilogram is 1000 grams.
func Between(unit, stock string) (partner.Factor, bool) {
	if unit == stock {
		return partner.Unity(), true
	}
	r, ok := item.Between(unit, stock)
	return partner.Factor{Num: r.Num, Den: r.Den}, ok
}

// Known is what a draft is made an order with.
type Known struct {
	Partner  partner.Partner
	Items    map[string]Item // by number, folded: see Fold
	Prices   []partner.Price // of these items
	Supplies []partner.Supply
	Was      *Order      // nil for a new one
	Cent     plant.Money // the smallest amount that the company pays; an order keeps that of its day
}

// Fold is a number without regard to case.
func Fold(number string) string { return strings.ToLower(strings.TrimSpace(number)) }

// MostLines is how many lines an order may have.
const MostLines = 500

// Compose makes an order of a draft, or tells everything that is wrong with it.
func Compose(d Draft, k Known) (Order, error) {
	w := partner.Wrong(slices.Clone(d.Wrong))
	o := Order{Side: d.Side, Cent: k.Cent}
	if k.Was != nil {
		o = *k.Was
	}
	o.Partner, o.Reference, o.Note = k.Partner, strings.TrimSpace(d.Reference), strings.TrimSpace(d.Note)
	o.Address, o.Terms = strings.TrimSpace(d.Address), cmp.Or(strings.TrimSpace(d.Terms), k.Partner.Terms)
	if o.Address == "" && len(k.Partner.Places) > 0 && d.Side == partner.Sales {
		o.Address = k.Partner.Places[0].Text
	}
	checkHead(&w, d, k, o)
	o.Lines = nil
	for i, l := range d.Lines {
		if i >= MostLines {
			w.Add("lines", "An order has %d lines at most; write the rest into another.", MostLines)
			break
		}
		c := composer{w: &w, k: k, d: d, at: fmt.Sprintf("lines[%d].", i)}
		o.Lines = append(o.Lines, c.line(l))
	}
	o.Lines = withDropped(&w, o.Lines, k.Was)
	for i := range o.Lines {
		o.Lines[i].Cent = o.Cent
	}
	number(o.Lines)
	if len(d.Lines) == 0 {
		w.Add("lines", "Write at least one line.")
	}
	checkTotal(&w, o)
	return o, w.Err("this order cannot be kept")
}

func checkHead(w *partner.Wrong, d Draft, k Known, o Order) {
	buys := d.Side == partner.Purchase
	p := k.Partner
	switch {
	case w.At("partner"):
	case p.ID == 0:
		w.Add("partner", "There is no partner %q.", errs.Clip(d.Partner))
	case p.Retired && (k.Was == nil || k.Was.Partner.ID != p.ID):
		w.Add("partner", "%s is retired: nothing new is agreed with them.", p.Number)
	case buys && !p.Supplier:
		w.Add("partner", "%s is no supplier.", p.Number)
	case !buys && !p.Customer:
		w.Add("partner", "%s is no customer.", p.Number)
	case k.Was != nil && k.Was.Firm && k.Was.Partner.ID != p.ID:
		w.Add("partner", "The order was agreed with %s: cancel it, and write another.", k.Was.Partner.Number)
	}
	w.Text("reference", o.Reference, 0, 80)
	w.Text("address", o.Address, 0, 2000)
	w.Text("terms", o.Terms, 0, 2000)
	w.Text("note", o.Note, 0, 2000)
}

// checkTotal refuses a sum that does not fit.
func checkTotal(w *partner.Wrong, o Order) {
	var sum int64
	for _, l := range o.Lines {
		sum += int64(l.Total()) / int64(MostLines)
	}
	if sum > int64(mostAmount)/MostLines {
		w.Add("lines", "All of it costs more than %s: write several orders.", mostAmount)
	}
}

// mostAmount is what an order or a line may cost at most.
const mostAmount = 1_000_000_000_000 * plant.Currency

// withDropped keeps the lines that the draft leaves out: of a firm order they cannot be.
func withDropped(w *partner.Wrong, lines []Line, was *Order) []Line {
	if was == nil {
		return lines
	}
	for _, l := range was.Lines {
		there := slices.ContainsFunc(lines, func(n Line) bool { return n.Place == l.Place })
		if !there && was.Firm {
			w.Add("lines", "Line %d was agreed: cancel it instead of leaving it out.", l.Place)
		}
	}
	return lines
}

// number gives new lines the places after the last.
func number(lines []Line) {
	last := 0
	for _, l := range lines {
		last = max(last, l.Place)
	}
	for i := range lines {
		if lines[i].Place == 0 {
			last++
			lines[i].Place = last
		}
	}
}
