package store

import (
	"errors"

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
	if c.Cancel {
		_, err = book.Step(ctx, order.Step{Side: partner.Purchase, ID: id, Version: o.Version, Do: order.Cancel, Places: []int{int(c.Line)}}, do)
		return err
	}
	d, err := amended(o, c)
	if err != nil {
		return err
	}
	_, err = book.Change(ctx, d, do)
	return err
}

// amended is an order as it stands, but for one line.
func amended(o order.Order, c desk.Amendment) (order.Draft, error) {
	d := order.Draft{
		Side: o.Side, ID: o.ID, Version: o.Version, Partner: o.Partner.Number, Reference: o.Reference, Address: o.Address, Terms: o.Terms, Note: o.Note, Today: c.Today.String(),
	}
	found := false
	for _, l := range o.Lines {
		price := l.Price
		w := order.Wanted{Place: l.Place, Item: l.Number, Revision: l.Revision, Unit: l.Unit, Quantity: l.Asked, Price: &price, Requested: l.Requested, Due: l.Due}
		for _, call := range l.Calls {
			w.Calls = append(w.Calls, order.Call{Due: call.Due, Quantity: l.In(call.Quantity)})
		}
		if int64(l.Place) == c.Line {
			if found = true; len(l.Calls) > 0 {
				return d, errs.New(errs.Conflict, "line %d of %s is called in parts; change their days there", l.Place, o.Number)
			}
			w.Due = max(c.Due, c.Today).String()
			if c.Quantity != l.Open() {
				w.Quantity = l.In(l.Ordered - l.Open() + c.Quantity)
			}
		}
		d.Lines = append(d.Lines, w)
	}
	if !found {
		return d, errs.New(errs.NotFound, "%s has no line %d any more", o.Number, c.Line)
	}
	return d, nil
}
