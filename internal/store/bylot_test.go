package store_test

import (
	"fmt"
	"testing"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/stock"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/trace"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// beside adds a by-product, of which a piece of the product leaves so much, to the bill of pieces.
func (w theWorks) beside(number string, tracking item.Tracking, each string) (id int64) {
	w.t.Helper()
	ctx, change := w.t.Context(), item.Change{By: anna, Why: "it comes besides"}
	i := item.Blank(number)
	i.Name, i.Kind, i.Tracking, i.Valuation = number, item.Make, tracking, item.FIFO
	kept, err := w.Items().Add(ctx, i, change)
	must(w.t, err)
	bills, err := w.Bills().Of(ctx, w.piece)
	must(w.t, err)
	b, err := w.Bills().Find(ctx, bills[0].ID)
	must(w.t, err)
	b.ID, b.Version = 0, 0
	b.Lines = append(b.Lines, bill.Line{Kind: bill.ByProduct, Item: kept.ID, Quantity: kg(w.t, each), Share: plant.One})
	b, err = w.Bills().Add(ctx, b, change)
	must(w.t, err)
	_, err = w.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
	must(w.t, err)
	return kept.ID
}

// pieces are what there is of an item, by lot or serial.
func (w theWorks) pieces(item int64) map[string]string {
	w.t.Helper()
	all, err := w.Stock().Balances(w.t.Context(), stock.Shelf{Item: item})
	must(w.t, err)
	out := map[string]string{}
	for _, b := range all {
		if b.Quantity != 0 {
			out[b.Lot+b.Serial] = fmt.Sprint(b.Quantity)
		}
	}
	return out
}

func (w theWorks) has(what string, item int64, want map[string]string) {
	w.t.Helper()
	if have := w.pieces(item); fmt.Sprint(have) != fmt.Sprint(want) {
		w.t.Errorf("%s: there are %v, want %v", what, have, want)
	}
}

// What comes beside a product gets its lot with the count, and leads back to what it was made from.
func TestByProductsHaveLotsAndSerials(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		whey, core := w.beside("WHEY", item.Lot, "3"), w.beside("CORE", item.Serial, "2.5")
		c, o := w.counter(), w.released(40)
		const job = "WO-000001.10"
		c.count(job, 7, 0) // 2.1 and 1.75 of them
		w.has("after seven", whey, map[string]string{"WO-000001": "2.1"})
		serial := func(n int) string {
			return fmt.Sprintf("WO-000001-%d-%05d", c.found(o).Components[2].Position, n)
		}
		w.has("after seven", core, map[string]string{serial(1): "1"})
		c.count(job, 5, 0)
		w.has("after twelve", whey, map[string]string{"WO-000001": "3.6"})
		w.has("after twelve", core, map[string]string{serial(1): "1", serial(2): "1", serial(3): "1"})
		c.count(job, -4, 0) // one too many was counted
		w.has("after eight", whey, map[string]string{"WO-000001": "2.4"})
		w.has("after eight", core, map[string]string{serial(1): "1", serial(2): "1"})
		c.sound()

		tr, err := trace.Walk(ctx, w.Traces(), []trace.Lot{{Item: w.powder, Number: "L1"}}, trace.Forward, trace.Wide())
		must(t, err)
		into := map[trace.Lot]bool{}
		for _, l := range tr.Links {
			into[l.To] = true
		}
		if !into[trace.Lot{Item: whey, Number: "WO-000001"}] || !into[trace.Lot{Item: core, Number: serial(1), Serial: true}] {
			t.Errorf("the powder went into %+v", tr.Links)
		}
		tr, err = trace.Walk(ctx, w.Traces(), []trace.Lot{{Item: whey, Number: "WO-000001"}}, trace.Backward, trace.Wide())
		must(t, err)
		if len(tr.Links) == 0 || tr.Links[0].From.Item != w.powder {
			t.Errorf("the whey was made from %+v", tr.Links)
		}
		stays, err := trace.Desk{Ledger: w.Traces(), Floor: w.TraceFloor(), Names: w.TraceNames()}.Stays(ctx, []trace.Lot{{Item: whey, Number: "WO-000001"}})
		must(t, err)
		if len(stays) == 0 || stays[0].Line != "filling-1" {
			t.Errorf("the whey was made at %+v", stays)
		}
	})
}

// A by-product that is taken at completion has all of it then.
func TestAByProductComesAtCompletion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		w := newWorks(t, open(), 5, 20)
		whey := w.beside("WHEY", item.Lot, "3")
		c, o := w.counter(), w.released(40)
		c.count("WO-000001.10", 39, 0)
		j := w.job("WO-000001.10")
		j.Status, j.Ended = execution.Completed, c.at.Add(time.Second)
		c.count("WO-000001.10", 1, 0, j)
		w.has("complete", whey, map[string]string{o.Number: "12"})
	})
}
