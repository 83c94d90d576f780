package store_test

import (
	"fmt"
	"testing"
	"time"

	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/trace"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func serialled(item, from, to int64, serial string) stock.Move {
	m := move(item, from, to, 1)
	m.Serial = serial
	return m
}

func onWork(order string, all ...stock.Move) []stock.Move {
	for i := range all {
		all[i].Document, all[i].Source = order, "machine:hall/press"
	}
	return all
}

func TestMovesAreTracedThroughOrders(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		const use, out = stock.Production, stock.Warehouse
		post(t, s, ofLot(bought(4, 10, 10), "A"), ofLot(bought(4, 10, 10), "B"))
		first := ofLot(serialled(5, use, out, "S1"), "BATCH")
		post(t, s, onWork("work/1", ofLot(move(4, out, use, 3), "A"), first)...)
		done := post(t, s, onWork("work/1", ofLot(move(4, out, use, 2), "B"), ofLot(serialled(5, use, out, "S2"), "BATCH"))...)
		_, err := s.Stock().Reverse(ctx, stock.Undoing{Move: done.Moves[0].Number, Quantity: pieces(1), By: anna, Why: "counted twice"})
		must(t, err)
		gone := post(t, s, onWork("work/1", ofLot(move(4, out, use, 4), "B"))...)
		_, err = s.Stock().Reverse(ctx, stock.Undoing{Move: gone.First, By: anna, Why: "by mistake"})
		must(t, err)
		sale := ofLot(serialled(5, out, stock.Customer, "S1"), "BATCH")
		sale.Document = "sales/7"
		post(t, s, sale)

		a := trace.Lot{Item: 4, Number: "A"}
		tr, err := trace.Walk(ctx, s.Traces(), []trace.Lot{a}, trace.Forward, trace.Wide())
		must(t, err)
		if len(tr.Links) != 1 || tr.Links[0] != (trace.Link{From: a, To: trace.Lot{Item: 5, Number: "S1", Serial: true}, Order: "work/1", Quantity: pieces(3), Sure: true}) {
			t.Errorf("%+v", tr.Links)
		}
		r := tr.Recall()
		if len(r.Accounts) != 2 || r.Accounts[0].There() != pieces(7) || r.Accounts[1].Gone() != plant.One || r.Accounts[1].Shipped[0].Document != "sales/7" {
			t.Errorf("%+v", r.Accounts)
		}
		tr, err = trace.Walk(ctx, s.Traces(), []trace.Lot{{Item: 5, Number: "BATCH"}}, trace.Backward, trace.Wide())
		must(t, err)
		if len(tr.Seeds()) != 3 || len(tr.Links) != 2 || tr.Links[1].Quantity != plant.One {
			t.Errorf("%+v %+v", tr.Seeds(), tr.Links)
		}
		for _, l := range []trace.Lot{a, {Item: 4, Number: "B"}} {
			tr, err = trace.Walk(ctx, s.Traces(), []trace.Lot{l}, trace.Forward, trace.Wide())
			must(t, err)
			account := tr.Recall().Accounts[0]
			all, err := s.Stock().Balances(ctx, stock.Shelf{Item: 4, Lot: l.Number})
			must(t, err)
			if !account.Adds() || account.There() != all[0].Quantity {
				t.Errorf("%+v, and there are %+v", account, all)
			}
		}
	})
}

func TestWhereOrdersWereMade(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 50)
		o, noon := w.released(40), time.Now().UTC().Truncate(time.Second).Add(-2*time.Hour)
		w.report(o, workorder.Report{Operation: 10, Good: plant.Pieces(10), Run: plant.Pieces(20), At: noon, Source: "machine:filling-2/filler"})
		w.report(o, workorder.Report{Operation: 10, Scrap: plant.Pieces(2), At: noon.Add(time.Minute), Source: "machine:filling-2/filler"})
		w.report(o, workorder.Report{Operation: 10, Good: plant.Pieces(5), Run: plant.Pieces(10), At: noon.Add(time.Hour)})
		document := workorder.Document(o.ID)

		runs, err := w.TraceFloor().Runs(ctx, []string{document, "sales/1"})
		must(t, err)
		if len(runs) != 2 || runs[0].Line != "filling-2" || !runs[0].Span.From.Equal(noon.Add(-20*time.Minute)) || runs[1].Line != "filling-1" || runs[0].Rests != trace.ByReports {
			t.Errorf("%+v", runs)
		}
		homes, err := w.TraceFloor().Homes(ctx, []string{document})
		must(t, err)
		if homes[document] != "filling-1" {
			t.Errorf("%+v", homes)
		}
		for line, n := range map[plant.LineID]int{"filling-1": 1, "filling-2": 1, "filling": 0} {
			busy, err := w.TraceFloor().Busy(ctx, line, plant.Span{From: noon.Add(-time.Hour), To: noon})
			must(t, err)
			if len(busy) != n {
				t.Errorf("%s: %v", line, busy)
			}
		}
		moves, err := w.Traces().Orders(ctx, []string{document})
		must(t, err)
		scrapped := plant.Quantity(0)
		for _, m := range moves {
			if m.Scrap {
				scrapped += m.Quantity
			}
		}
		if scrapped != kg(t, "0.52") {
			t.Errorf("%s went into scrap: %+v", scrapped, moves)
		}
		named, err := w.TraceNames().Named(ctx, []trace.Lot{{Item: w.powder, Number: "L1"}, {Item: w.powder, Number: "none"}, {Item: w.piece}})
		must(t, err)
		if l := named[trace.Lot{Item: w.powder, Number: "L1"}]; len(named) != 1 || l.ItemNumber != "POWDER" || l.Unit != "KGM" || l.ID == 0 {
			t.Errorf("%+v", named)
		}
	})
}

func TestTheLastGoodLots(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		post(t, s, ofLot(bought(4, 10, 10), "BOUGHT"))
		for i := range 4 {
			post(t, s, ofLot(move(4, stock.Production, stock.Warehouse, 1), fmt.Sprintf("P%d", i)))
		}
		lots, err := s.Places().Lots(ctx, stock.Lots{Item: 4, Number: "P2"})
		must(t, err)
		_, err = s.Places().Hold(ctx, stock.Holding{Lot: lots[0].ID, Version: lots[0].Version, State: stock.OnHold, Why: "smells", By: anna})
		must(t, err)
		good, err := s.TraceNames().Good(ctx, 4, time.Now().Add(time.Hour), 2)
		must(t, err)
		if len(good) != 2 || good[0].Number != "P3" || good[1].Number != "P1" {
			t.Errorf("%+v", good)
		}
	})
}

func TestWhoBought(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		o := k.sells(5)
		buyers, err := k.s.TraceNames().Buyers(t.Context(), []string{o.Ref(), "sales/99", "work/1", ""})
		must(t, err)
		if b := buyers[o.Ref()]; len(buyers) != 1 || b.Number != o.Number || b.Partner != o.Partner.ID || b.Name == "" {
			t.Errorf("%+v", buyers)
		}
	})
}
