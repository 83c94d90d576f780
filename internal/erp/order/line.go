package order

import (
	"cmp"
	"slices"
	"strings"

	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// agreed is why a price is what somebody has written.
const agreed = "as agreed"

// composer makes one line.
type composer struct {
	w  *partner.Wrong
	k  Known
	d  Draft
	at string // "lines[2]."
}

func (c composer) wrong(field, format string, args ...any) {
	if !c.w.At(c.at + field) {
		c.w.Add(c.at+field, format, args...)
	}
}

func (c composer) line(want Wanted) Line {
	was, changes := c.was(want)
	item, ok := c.k.Items[Fold(want.Item)]
	switch {
	case strings.TrimSpace(want.Item) == "":
		c.wrong("item", "Write an item's number.")
	case !ok:
		c.wrong("item", "There is no item %q.", errs.Clip(want.Item))
	case item.Retired && !changes:
		c.wrong("item", "%s is retired.", item.Number)
	case changes && was.Item != item.ID && c.k.Was.Firm:
		c.wrong("item", "This line was agreed for %s: cancel it, and write another line.", was.Number)
	}
	l := Line{
		ID: was.ID, Place: was.Place, Item: item.ID, Number: item.Number, Text: item.Name, Revision: strings.TrimSpace(want.Revision),
		Asked: want.Quantity, Requested: want.Requested, Due: want.Due, Stock: item.Stock,
		Done: was.Done, Cancelled: was.Cancelled, Returned: was.Returned, Billed: was.Billed,
	}
	if c.d.Side == partner.Purchase {
		l.Margin = c.k.Partner.Margin
	}
	if changes {
		l.Margin = was.Margin
	}
	c.checkRevision(l.Revision)
	known := ok && c.quantity(want, item, &l)
	if known {
		c.price(want, item, &l)
		c.dates(&l)
		if changes && l.Due == was.Due {
			l.Promise = was.Promise
		}
		c.calls(want, &l)
		c.kept(was, changes, l)
	}
	return l
}

func (c composer) checkRevision(r string) {
	if len(r) > 20 {
		c.wrong("revision", "A revision has 20 characters at most.")
	}
}

// was finds the line that is changed.
func (c composer) was(want Wanted) (Line, bool) {
	if want.Place == 0 || c.k.Was == nil {
		return Line{}, false
	}
	l, ok := c.k.Was.Line(want.Place)
	twice := 0
	for _, o := range c.d.Lines {
		if o.Place == want.Place {
			twice++
		}
	}
	if !ok {
		c.wrong("item", "There is no line %d any more.", want.Place)
	} else if twice > 1 {
		c.wrong("item", "Line %d stands here twice.", want.Place)
	}
	return l, ok
}

// quantity reads the unit and the quantity into stock units.
func (c composer) quantity(want Wanted, item Item, l *Line) bool {
	unit, f, ok := item.Counted(want.Unit)
	if !ok {
		c.wrong("unit", "%s is not counted in %s: use %s.", item.Number, errs.Clip(want.Unit), strings.Join(unitsOf(item), ", "))
		return false
	}
	l.Unit, l.Factor = unit, f
	switch stock, fits := f.Stock(want.Quantity); {
	case c.w.At(c.at + "quantity"):
		return false
	case want.Quantity <= 0:
		c.wrong("quantity", "Write a quantity greater than 0.")
	case !fits || want.Quantity > partner.Most || stock > partner.Most:
		c.wrong("quantity", "This is more than anybody can deliver: write 1000000000 at most.")
	case stock == 0:
		c.wrong("quantity", "This is less than a millionth of the stock unit.")
	case item.Stock.Tracking == "serial" && stock%plant.One != 0:
		c.wrong("quantity", "%s has serial numbers: order whole pieces.", item.Number)
	default:
		l.Ordered = stock
		return true
	}
	return false
}

func unitsOf(item Item) (all []string) {
	for u := range item.Units {
		all = append(all, u)
	}
	slices.Sort(all)
	return all
}

// price takes what is written, or finds what holds.
func (c composer) price(want Wanted, item Item, l *Line) {
	ask := partner.Ask{
		Side: c.d.Side, Partner: c.k.Partner.ID, List: c.k.Partner.List, Item: item.ID,
		Date: c.d.Today, Quantity: l.Ordered, Unit: l.Unit, Factor: l.Factor, Cent: c.k.Cent,
	}
	found, ok := partner.Find(c.prices(item), ask)
	supply, supplied := c.supply(item.ID)
	if !ok && supplied {
		found, ok = supply.Found(ask)
	}
	switch {
	case c.w.At(c.at + "price"):
	case want.Price == nil && c.same(want, *l, ok):
		was, _ := c.k.Was.Line(want.Place)
		l.Price, l.Why = was.Price, was.Why
	case want.Price == nil && !ok:
		c.wrong("price", "No price holds for %s: write one.", item.Number)
	case want.Price == nil:
		l.Price, l.Why = found.Amount, found.Why
	case *want.Price < 0 || *want.Price > plant.Money(partner.Most):
		c.wrong("price", "Write a price from 0 to 1000000000.")
	default:
		l.Price, l.Why = *want.Price, agreed
		if ok && found.Amount == *want.Price {
			l.Why = found.Why
		}
	}
	if sum, fits := l.Amount(l.Ordered); !fits || sum > mostAmount {
		c.wrong("price", "The line costs more than %s.", mostAmount)
		l.Price = 0
	}
	if why := supply.Admits(l.Ordered); supplied && why != "" {
		c.wrong("quantity", "%s", why)
	}
}

// same tells whether the price of a changed line stands: nothing that it rests on is changed, it was agreed, or no other holds.
func (c composer) same(want Wanted, l Line, found bool) bool {
	if want.Place == 0 || c.k.Was == nil {
		return false
	}
	was, ok := c.k.Was.Line(want.Place)
	return ok && was.Item == l.Item && was.Unit == l.Unit && (was.Ordered == l.Ordered || was.Why == agreed || !found)
}

// prices are those of an item, with the factors of their units.
func (c composer) prices(item Item) (all []partner.Price) {
	for _, p := range c.k.Prices {
		f, ok := item.factor(p.Unit)
		if p.Item == item.ID && ok {
			p.Factor = f
			all = append(all, p)
		}
	}
	return all
}

func (c composer) supply(item int64) (partner.Supply, bool) {
	i := slices.IndexFunc(c.k.Supplies, func(s partner.Supply) bool { return s.Item == item && s.Partner == c.k.Partner.ID })
	if i < 0 || c.d.Side != partner.Purchase {
		return partner.Supply{}, false
	}
	s := c.k.Supplies[i]
	for _, it := range c.k.Items {
		if it.ID == item {
			s.Factor, _ = it.factor(s.Unit) // it was kept in a unit of the item
		}
	}
	return s, true
}

// dates reads what is wanted and finds what is promised: the first day on which goods go.
func (c composer) dates(l *Line) {
	for _, d := range []struct{ field, date string }{{"requested", l.Requested}, {"due", l.Due}} {
		if d.date != "" && !partner.IsDate(d.date) {
			c.wrong(d.field, "%q is no date: write 2026-12-24.", errs.Clip(d.date))
			return
		}
	}
	p := c.k.Partner
	if l.Due == "" {
		l.Due = c.found(l)
		return
	}
	if !p.Calendar.Open(l.Due) {
		next, _ := p.Calendar.Next(l.Due)
		c.wrong("due", "%s takes and gives nothing on %s; the next day is %s.", p.Number, partner.Weekday(l.Due), partner.Weekday(next))
	}
}

// found is the first day on which goods go: from the one that is requested; of a purchase from today and the time it takes.
func (c composer) found(l *Line) string {
	from := l.Requested
	if c.d.Side == partner.Purchase {
		lead := c.k.Partner.LeadDays
		if s, ok := c.supply(l.Item); ok && s.LeadDays != nil {
			lead = *s.LeadDays
		}
		from = max(from, partner.Later(c.d.Today, lead))
	}
	if from == "" {
		return ""
	}
	next, _ := c.k.Partner.Calendar.Next(from)
	return next
}

// calls reads the dated parts of a purchase line.
func (c composer) calls(want Wanted, l *Line) {
	var sum plant.Quantity
	seen := map[string]bool{}
	for _, call := range want.Calls {
		q, fits := l.Factor.Stock(call.Quantity)
		switch {
		case c.d.Side != partner.Purchase:
			c.wrong("calls", "Only purchase lines come in dated parts.")
			return
		case !partner.IsDate(call.Due) || seen[call.Due]:
			c.wrong("calls", "Each part has a date of its own: 2026-12-24.")
			return
		case !fits || q <= 0 || q > partner.Most:
			c.wrong("calls", "Each part has a quantity greater than 0.")
			return
		case !c.k.Partner.Calendar.Open(call.Due):
			next, _ := c.k.Partner.Calendar.Next(call.Due)
			c.wrong("calls", "%s gives nothing on %s; the next day is %s.", c.k.Partner.Number, partner.Weekday(call.Due), partner.Weekday(next))
			return
		}
		seen[call.Due] = true
		sum += q
		l.Calls = append(l.Calls, Call{call.Due, q})
		if sum > l.Ordered {
			c.wrong("calls", "The parts are more than the line.")
			return
		}
	}
	slices.SortFunc(l.Calls, func(a, b Call) int { return cmp.Compare(a.Due, b.Due) })
}

// kept refuses what would take back what has gone.
func (c composer) kept(was Line, changes bool, l Line) {
	if !changes {
		return
	}
	switch gone := was.Done + was.Cancelled - was.Over(); {
	case l.Ordered < gone:
		c.wrong("quantity", "%s %s are gone or cancelled already: write no less.", was.In(gone), was.Unit)
	case l.Price != was.Price && was.Billed != 0:
		c.wrong("price", "Accounting knows a part of this line: its price stands.")
	}
}
