package store_test

import (
	"testing"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// What a work order makes for a line of a sales order is that line's: it is set aside as it is made, and given free as it is
// taken back.
func TestWhatIsMadeForALineIsSetAsideForIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 50)
		_, err := w.Partners().Keep(ctx, partner.Partner{Number: "C-1", Name: "Ann", Customer: true}, anna, "")
		must(t, err)
		price := plant.Currency
		sell := func(n int64) order.Order {
			t.Helper()
			o, err := w.Orders().Create(ctx, order.Draft{Side: partner.Sales, Partner: "C-1", Today: "2026-03-02", Lines: []order.Wanted{{Item: "PIECE", Quantity: plant.Pieces(n), Price: &price, Due: "2026-03-20"}}}, order.Doing{By: anna})
			must(t, err)
			o, err = w.Orders().Step(ctx, order.Step{Side: o.Side, ID: o.ID, Version: o.Version, Do: order.Confirm}, order.Doing{By: anna})
			must(t, err)
			return o
		}
		first, second := sell(12), sell(5)
		sold, err := w.WorkPegs().Named(ctx, "so-000001/1")
		must(t, err)
		if sold.Order != first.ID || sold.Item != w.piece || sold.Open != plant.Pieces(12) || sold.For != "Ann" {
			t.Fatalf("%+v", sold)
		}
		wanted := workorder.Order{Item: w.powder, Quantity: plant.Pieces(40), Begin: 20790, Due: 20795, SalesLine: sold.ID}
		_, err = w.work.Create(ctx, wanted, annaDoes)
		wantKind(t, err, errs.Invalid)
		wanted.Item = w.piece
		o, err := w.work.Create(ctx, wanted, annaDoes)
		must(t, err)
		if all, err := w.WorkPegs().MadeFor(ctx, first.ID); err != nil || len(all) != 1 || all[0].ID != o.ID {
			t.Errorf("%+v, %v", all, err)
		}
		o = w.step(o, workorder.Release)
		kept := func(want int64) {
			t.Helper()
			c, err := w.Orders().Order(ctx, partner.Sales, first.ID)
			must(t, err)
			if got := c.Lines[0].Reserved; got != plant.Pieces(want) {
				t.Errorf("%s are set aside, not %d", got, want)
			}
			w.counter().sound()
		}
		report := func(n int64) {
			t.Helper()
			_, err := w.work.Report(ctx, workorder.Report{Order: o.ID, Good: plant.Pieces(n)}, workorder.Doing{By: anna})
			must(t, err)
		}
		report(10)
		kept(10)
		report(-3)
		kept(7)
		_, err = w.Orders().Move(ctx, order.Movement{Kind: order.Delivery, Side: partner.Sales, ID: second.ID, Version: second.Version, Picks: []order.Pick{{Place: 1, Quantity: plant.Pieces(5)}}}, order.Doing{By: anna})
		wantKind(t, err, errs.Conflict)
		report(13)
		kept(12) // no more than it wants: the rest is anybody's
		_, err = w.Orders().Move(ctx, order.Movement{Kind: order.Delivery, Side: partner.Sales, ID: second.ID, Version: second.Version, Picks: []order.Pick{{Place: 1, Quantity: plant.Pieces(5)}}}, order.Doing{By: anna})
		must(t, err)
		soft := plant.Quantity(0)
		all, err := w.Reservations().Reserved(ctx, stock.Meant{Document: first.Ref()})
		must(t, err)
		for _, r := range all {
			if !r.Hard {
				soft += r.Quantity
			}
		}
		if soft != 0 {
			t.Errorf("%s of what is there are still planned for", soft)
		}
		f, err := w.Plans().Facts(ctx)
		must(t, err)
		bound := false
		for _, c := range f.Coming {
			bound = bound || c.Document == o.Document() && c.For == sold.ID
		}
		if !bound {
			t.Error("planning is not told what the order is made for")
		}
	})
}
