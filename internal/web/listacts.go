// What is done to several records of the order book at once, from their lists.

package web

import (
	"context"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
)

// tradeActs are those to orders, items, bills, partners and lots. A record that is so already is done.
func (s *Server) tradeActs(all map[string]act) {
	for _, side := range []order.Side{partner.Sales, partner.Purchase} {
		all[string(side)+"/confirm"] = s.stepsOrder(side, order.Confirm)
		all[string(side)+"/cancel"] = s.stepsOrder(side, order.Cancel)
	}
	for name, retired := range map[string]bool{"retire": true, "use": false} {
		all["items/"+name], all["partners/"+name] = s.retiresItem(retired), s.retiresPartner(retired)
	}
	all["bills/release"], all["bills/obsolete"] = s.stepsBill(bill.Released), s.stepsBill(bill.Obsoleted)
	all["lots/hold"], all["lots/free"] = s.holdsLot(stock.OnHold), s.holdsLot(stock.Free)
}

// seen refuses what was changed since who ticked it has seen it.
func (a acting) seen(version int64, name string) error {
	if a.version != 0 && a.version != version {
		return errs.New(errs.Conflict, "somebody has changed %s meanwhile; look again", name)
	}
	return nil
}

// stepsOrder takes one of several orders a step on.
func (s *Server) stepsOrder(side order.Side, do order.Do) act {
	return func(ctx context.Context, a acting) (string, error) {
		o, err := s.Trade.Orders.Order(ctx, side, a.id)
		if err != nil {
			return "", err
		}
		step := order.Step{Side: side, ID: a.id, Version: a.version, Do: do}
		if do == order.Confirm {
			if step.Promised, err = s.promises(ctx, o); err != nil {
				return o.Number, err
			}
		}
		_, err = s.Trade.Orders.Step(ctx, step, order.Doing{By: a.by, Why: a.why, Key: a.key})
		return o.Number, err
	}
}

func (s *Server) retiresItem(retired bool) act {
	return func(ctx context.Context, a acting) (string, error) {
		i, err := s.Trade.Items.Find(ctx, a.id)
		if err != nil || i.Retired == retired {
			return i.Number, err
		}
		if err := a.seen(i.Version, i.Number); err != nil {
			return i.Number, err
		}
		i.Retired = retired
		_, err = s.Trade.Items.Save(ctx, i, item.Change{By: a.by, Why: a.why, Key: a.key})
		return i.Number, err
	}
}

func (s *Server) retiresPartner(retired bool) act {
	return func(ctx context.Context, a acting) (string, error) {
		p, err := s.Trade.Partners.Partner(ctx, a.id)
		if err != nil || p.Retired == retired {
			return p.Number, err
		}
		if err := a.seen(p.Version, p.Number); err != nil {
			return p.Number, err
		}
		p.Retired = retired
		_, err = s.Trade.Partners.Keep(ctx, p, a.by, a.why)
		return p.Number, err
	}
}

// stepsBill takes one of several bills a step on; released ones hold from now.
func (s *Server) stepsBill(to bill.State) act {
	return func(ctx context.Context, a acting) (string, error) {
		b, err := s.Trade.Bills.Find(ctx, a.id)
		if err != nil || b.State == to {
			return "", err
		}
		if err := a.seen(b.Version, "the bill"); err != nil {
			return "", err
		}
		_, err = s.Trade.Bills.Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: to}, item.Change{By: a.by, Why: a.why, Key: a.key})
		return "", err
	}
}

func (s *Server) holdsLot(to stock.State) act {
	return func(ctx context.Context, a acting) (string, error) {
		l, err := s.Trade.Material.Store.Lot(ctx, a.id)
		if err != nil || l.State == to {
			return l.Number, err
		}
		if err := a.seen(l.Version, l.Number); err != nil {
			return l.Number, err
		}
		_, err = s.Trade.Material.Store.Hold(ctx, stock.Holding{Lot: l.ID, State: to, Why: a.why, Version: l.Version, By: a.by})
		return l.Number, err
	}
}
