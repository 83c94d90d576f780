package store_test

import (
	"testing"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// TestWhatComesBesidesOrdersIsPlannedWith: a lid comes besides each bottle, so that none is bought for the lids that are
// sold, whether the bottles are planned, firmed, released or made.
func TestWhatComesBesidesOrdersIsPlannedWith(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		change := item.Change{By: anna, Why: "lids come besides"}
		lid := item.Blank("LID")
		lid.Name, lid.Kind, lid.Valuation, lid.Planning.LeadDays, lid.Planning.Method = "Lid", item.Buy, item.FIFO, 3, item.MRP
		lid, err := w.Items().Add(ctx, lid, change)
		must(t, err)
		price := plant.Currency
		o, err := w.Orders().Create(ctx, order.Draft{
			Side: partner.Sales, Partner: "C-1", Today: planDay.String(),
			Lines: []order.Wanted{{Item: "LID", Quantity: plant.Pieces(80), Price: &price, Requested: (planDay + 15).String(), Due: (planDay + 15).String()}},
		}, order.Doing{By: anna})
		must(t, err)
		_, err = w.Orders().Step(ctx, order.Step{Side: partner.Sales, ID: o.ID, Version: o.Version, Do: order.Confirm}, order.Doing{By: anna})
		must(t, err)
		lids := func(when string, want plant.Quantity, from string) {
			t.Helper()
			s, err := w.desk.Standing(ctx)
			must(t, err)
			bought := plant.Quantity(0)
			for _, m := range s.Messages() {
				if m.Item == lid.ID {
					bought += m.Quantity
				}
			}
			if bought != want {
				t.Errorf("%s: %s lids are bought, want %s", when, bought, want)
			}
			if ties := s.Ties(lid.ID); len(ties) == 0 || ties[0].From.Text != from {
				t.Errorf("%s: %+v", when, ties)
			}
		}
		lids("without them", plant.Pieces(80), "planned order of LID")
		b, err := w.Bills().Add(ctx, bill.Bill{Item: w.bottle, Batch: plant.One, Lines: []bill.Line{
			{Item: w.cap, Quantity: plant.One}, {Item: lid.ID, Kind: bill.CoProduct, Quantity: plant.One, Share: 20 * plant.One},
		}}, change)
		must(t, err)
		_, err = w.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
		must(t, err)
		lids("planned", 0, "besides the planned order of BOTTLE")
		for _, m := range w.list() {
			w.accept(m)
		}
		lids("firmed", 0, "WO-000001, besides BOTTLE")
		wo, err := w.Works().Order(ctx, 1)
		must(t, err)
		_, err = w.Works().Step(ctx, workorder.Stepping{ID: 1, Version: wo.Version, Step: workorder.Release}, annaDoes)
		must(t, err)
		lids("released", 0, "WO-000001")
	})
}
