package store_test

import (
	"testing"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// What is not made yet of an order takes an alternate of its bill, or an item that may stand for the component everywhere;
// what was issued stays with what it was, and the ledgers tie.
func TestAnotherItemIsTakenInAComponentsPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		change := item.Change{By: anna, Why: "powder is scarce"}
		add := func(number string) int64 {
			i := item.Blank(number)
			i.Name, i.Kind, i.Unit, i.Tracking, i.Valuation = number, item.Buy, "KGM", item.None, item.FIFO
			kept, err := w.Items().Add(ctx, i, change)
			must(t, err)
			paid := 30 * plant.Currency
			_, err = w.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{{Item: kept.ID, From: stock.Supplier, To: stock.Warehouse, Quantity: plant.Pieces(30), Paid: &paid}}})
			must(t, err)
			return kept.ID
		}
		granule, paste := add("GRANULE"), add("PASTE")
		powder, err := w.Items().Find(ctx, w.powder)
		must(t, err)
		powder.Alternates = []item.Alternate{{Item: paste, Factor: item.Ratio{Num: 3, Den: 2}}}
		_, err = w.Items().Save(ctx, powder, change)
		must(t, err)
		b, err := w.Bills().Add(ctx, bill.Bill{Item: w.piece, Batch: plant.Pieces(10), Lines: []bill.Line{
			{Position: 10, Item: w.powder, Quantity: kg(t, "2.5")}, {Position: 20, Item: granule, Quantity: plant.Pieces(3), Instead: 10},
		}}, change)
		must(t, err)
		_, err = w.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
		must(t, err)

		o := w.released(40)
		all, err := w.WorkAccounts().Substitutes(ctx, o.ID)
		must(t, err)
		if len(all) != 2 || all[0].Item != granule || all[1].Item != paste || all[0].Needed(o.Left()) != plant.Pieces(12) || all[1].Needed(o.Left()) != plant.Pieces(15) || all[0].Cost != plant.Currency {
			t.Fatalf("%+v", all)
		}
		o = w.report(o, workorder.Report{Good: plant.Pieces(10)})
		swap := workorder.Swap{ID: o.ID, Version: o.Version, Position: 10, Item: granule}
		by := workorder.Doing{By: anna, Why: "powder is scarce", Key: "s-1"}
		_, err = w.work.Swap(ctx, workorder.Swap{ID: o.ID, Version: o.Version, Position: 10, Item: w.piece}, annaDoes)
		wantKind(t, err, errs.Conflict)
		for range 2 { // as after a lost answer
			o, err = w.work.Swap(ctx, swap, by)
			must(t, err)
		}
		_, err = w.work.Swap(ctx, swap, workorder.Doing{By: anna, Why: "again", Key: "s-2"})
		wantKind(t, err, errs.Conflict)
		o = w.report(o, workorder.Report{Good: plant.Pieces(30)})
		issued := map[int64]plant.Quantity{}
		for _, c := range o.Components {
			issued[c.Item] += c.Issued
		}
		if issued[w.powder] != kg(t, "2.5") || issued[granule] != plant.Pieces(9) || o.Snapshot != 2 {
			t.Errorf("issued %v, snapshot %d", issued, o.Snapshot)
		}
		w.counter().sound()
		if kept, err := w.WorkAccounts().Snapshots(ctx, o.ID); err != nil || len(kept) != 2 || kept[1].Made != plant.Pieces(10) {
			t.Errorf("%+v, %v", kept, err)
		}
	})
}
