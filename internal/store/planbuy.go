package store

import (
	"errors"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// request asks a supplier for something, in the transaction of its caller.
func (k plans) request(tx *gorm.DB, r desk.Request, by desk.Doing) (string, error) {
	var from struct {
		Item    string
		Cost    int64
		Partner *string
	}
	err := tx.Raw(`
		SELECT i.number AS item, COALESCE((SELECT NULLIF(v.last_cost, 0) FROM stock_value v WHERE v.item = i.id), i.standard_cost) AS cost, COALESCE(
		           (SELECT p.number FROM partner p WHERE p.id = i.supplier AND NOT p.retired),
		           (SELECT p.number FROM partner p JOIN supplier_item s ON s.partner = p.id WHERE s.item = i.id AND NOT p.retired ORDER BY s.preferred DESC, s.id LIMIT 1)) AS partner
		  FROM item i
		 WHERE i.id = ?`, r.Item).Scan(&from).Error
	if err != nil {
		return "", err
	}
	if from.Partner == nil {
		return "", errs.New(errs.Invalid, "%s has no supplier; name one at the item, or what a supplier delivers, then accept this again", from.Item)
	}
	if r, err = k.possible(tx, *from.Partner, r); err != nil {
		return "", err
	}
	d := order.Draft{
		Side: partner.Purchase, Partner: *from.Partner, Today: r.Today.String(), Lines: []order.Wanted{{Item: from.Item, Quantity: r.Quantity, Due: r.Due.String()}},
	}
	do := order.Doing{By: by.By, Why: planWhy(by)}
	o, err := k.s.within(tx).Orders().Create(tx.Statement.Context, d, do)
	if lacksPrice(err) { // then it is asked for with what it cost before: the supplier says what it costs now
		price := plant.Money(from.Cost)
		d.Lines[0].Price = &price
		o, err = k.s.within(tx).Orders().Create(tx.Statement.Context, d, do)
	}
	return o.Ref(), err
}

// possible is what a supplier can do of a request: on a day on which they deliver, not before it is wanted, and not less
// than they sell.
func (k plans) possible(tx *gorm.DB, number string, r desk.Request) (desk.Request, error) {
	book, ctx := k.s.within(tx).Partners(), tx.Statement.Context
	p, err := book.Numbered(ctx, number)
	if err != nil {
		return r, err
	}
	r.Due = delivers(p, r.Due)
	sold, err := book.Supplies(ctx, p.ID, r.Item)
	if s, is := partner.Choose(sold); is {
		r.Quantity = s.Round(r.Quantity)
	}
	return r, err
}

// delivers is the first date from one on at which goods of a partner come.
func delivers(p partner.Partner, on plant.Date) plant.Date {
	if next, ok := p.Calendar.Next(on.String()); ok {
		return dateOf(next)
	}
	return on
}

// lacksPrice tells whether a price is all that is wrong.
func lacksPrice(err error) bool {
	known := (*errs.Error)(nil)
	return errors.As(err, &known) && len(known.Fields) == 1 && known.Fields[0].Path == "lines[0].price"
}

// amendPurchase changes a line of a purchase order as a message asks.
func (k plans) amendPurchase(tx *gorm.DB, id int64, c desk.Amendment, by desk.Doing) error {
	book, ctx := k.s.within(tx).Orders(), tx.Statement.Context
	o, err := book.Order(ctx, partner.Purchase, id)
	if err != nil {
		return err
	}
	do := order.Doing{By: by.By, Why: planWhy(by)}
	at := slices.IndexFunc(o.Lines, func(l order.Line) bool { return int64(l.Place) == c.Line })
	if at < 0 {
		return errs.New(errs.NotFound, "%s has no line %d any more", o.Number, c.Line)
	}
	l := o.Lines[at]
	if c.Cancel && (len(l.Calls) == 0 || c.Was >= l.Open()) {
		_, err = book.Step(ctx, order.Step{Side: partner.Purchase, ID: id, Version: o.Version, Do: order.Cancel, Places: []int{int(c.Line)}}, do)
		return err
	}
	if c.Cancel {
		c.Quantity = 0
	}
	want, err := k.possible(tx, o.Partner.Number, desk.Request{Item: l.Item, Quantity: l.Ordered - c.Was + c.Quantity, Due: max(c.Due, c.Today)})
	if err != nil {
		return err
	}
	if c.Quantity == c.Was {
		want.Quantity = l.Ordered // as it was agreed
	}
	_, err = book.Change(ctx, amended(o, at, c, want), do)
	return err
}

// amended is an order as it stands, but for one line, or for one call of it.
func amended(o order.Order, at int, c desk.Amendment, want desk.Request) order.Draft {
	d := order.Draft{
		Side: o.Side, ID: o.ID, Version: o.Version, Partner: o.Partner.Number, Reference: o.Reference, Address: o.Address, Terms: o.Terms, Note: o.Note, Today: c.Today.String(),
	}
	for i, l := range o.Lines {
		price := l.Price
		w := order.Wanted{Place: l.Place, Item: l.Number, Revision: l.Revision, Unit: l.Unit, Quantity: l.Asked, Price: &price, Requested: l.Requested, Due: l.Due}
		calls := l.Calls
		if i == at {
			w.Quantity = l.In(want.Quantity)
			if j := slices.IndexFunc(calls, func(x order.Call) bool { return x.Due == c.From.String() }); j >= 0 {
				calls = recalled(calls, j, order.Call{Due: want.Due.String(), Quantity: calls[j].Quantity + want.Quantity - l.Ordered})
			} else {
				w.Due = want.Due.String()
			}
		}
		for _, call := range calls {
			w.Calls = append(w.Calls, order.Call{Due: call.Due, Quantity: l.In(call.Quantity)})
		}
		d.Lines = append(d.Lines, w)
	}
	return d
}

// recalled has another call in the place of one, added to what is called for its day already.
func recalled(calls []order.Call, at int, with order.Call) (all []order.Call) {
	for i, c := range calls {
		switch {
		case i == at:
		case c.Due == with.Due:
			with.Quantity += c.Quantity
		default:
			all = append(all, c)
		}
	}
	if with.Quantity > 0 {
		all = append(all, with)
	}
	return all
}
