// Package purchasing is who buys for the demo's company.
package purchasing

import (
	"context"
	"fmt"

	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// Buyer buys.
type Buyer struct {
	Store *store.Store
	Today string // a date
	Works string // the next day on which suppliers come
	Place int64  // where goods are taken in
	By    plant.Person
	Why   string
}

// Buy orders tools and coolant that have come, and what planning asks for, of which a part has come and the rest is a request.
// What is there stays as it is.
func (b Buyer) Buy(ctx context.Context) error {
	const supplier, reference = "S-180", "TOOLS-DEMO"
	if there, err := b.Store.OrderNumbers().Referred(ctx, partner.Purchase, supplier, reference); err != nil || there != 0 {
		return err
	}
	came := b.Works
	made, err := b.Store.Orders().Create(ctx, order.Draft{
		Side: partner.Purchase, Partner: supplier, Reference: reference, Today: b.Today, Lines: []order.Wanted{
			{Item: "COOLANT", Quantity: plant.Pieces(200), Requested: came, Due: came}, {Item: "INSERT", Quantity: plant.Pieces(50), Requested: came, Due: came},
		},
	}, order.Doing{By: b.By, Why: b.Why, Key: "demo/tools"})
	if err == nil {
		err = b.placed(ctx, made, 1)
	}
	if err != nil {
		return err
	}
	today, err := plant.ParseDate(b.Today)
	if err != nil {
		return err
	}
	messages, err := b.Store.Plans().Messages(ctx)
	if err != nil {
		return err
	}
	followed := 0
	for _, m := range messages {
		if m.Action != "order" || followed == 2 {
			continue
		}
		document, err := b.Store.Decisions().Accept(ctx, desk.Acceptance{ID: m.ID, Version: m.Version, Today: today}, desk.Doing{By: b.By, Why: b.Why})
		if kind := errs.KindOf(err); kind == errs.Conflict || kind == errs.NotFound || kind == errs.Invalid {
			continue // it was planned anew meanwhile
		} else if err != nil {
			return err
		}
		if followed++; followed == 1 {
			if err := b.partly(ctx, document); err != nil {
				return err
			}
		}
	}
	return nil
}

// partly places an order, of which half comes at once.
func (b Buyer) partly(ctx context.Context, document string) error {
	var id int64
	if _, err := fmt.Sscanf(document, "purchase/%d", &id); err != nil {
		return err
	}
	made, err := b.Store.Orders().Order(ctx, partner.Purchase, id)
	if err != nil {
		return err
	}
	return b.placed(ctx, made, 2)
}

// placed places an order, and takes in one part of so many of each line.
func (b Buyer) placed(ctx context.Context, made order.Order, parts int64) (err error) {
	if made.State() == order.Open {
		if made, err = b.Store.Orders().Step(ctx, order.Step{Side: made.Side, ID: made.ID, Version: made.Version, Do: order.Confirm}, order.Doing{By: b.By, Why: b.Why}); err != nil {
			return err
		}
	}
	m := order.Movement{Side: made.Side, ID: made.ID, Version: made.Version, Kind: order.Delivery, Reference: "DN-" + made.Number}
	for _, l := range made.Lines {
		p := order.Pick{Place: l.Place, Quantity: l.In(l.Open() / plant.Quantity(parts)), Stock: b.Place}
		if l.Stock.Tracking == "lot" {
			p.Lot, p.Theirs = fmt.Sprintf("%s-%s", made.Number, l.Number), fmt.Sprintf("%s-%d", made.Partner.Number, 7000+made.ID)
		}
		m.Picks = append(m.Picks, p)
	}
	_, err = b.Store.Orders().Move(ctx, m, order.Doing{By: b.By, Why: b.Why, Key: "demo/came/" + made.Number})
	return err
}
