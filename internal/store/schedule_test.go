package store_test

import (
	"testing"
	"time"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/board"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// The schedule is kept whole, and moves of planners are audited; who has not seen the newest order is told so.
func TestTheScheduleIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		book := s.Schedule()
		at := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
		bar := func(key, machine string, hours int) board.Placed {
			from := at.Add(time.Duration(hours) * time.Hour)
			return board.Placed{Key: key, Machine: machine, Start: from, End: from.Add(time.Hour)}
		}
		kept, err := book.Kept(ctx)
		must(t, err)
		v, err := book.Keep(ctx, board.Kept{Version: kept.Version, Bars: []board.Placed{bar("J-1", "filling-1", 0), bar("J-2", "filling-1", 1)}})
		must(t, err)
		if v != kept.Version {
			t.Errorf("version %d; want %d, as nothing has another place", v, kept.Version)
		}
		moved := bar("J-2", "packing-1", 5)
		moved.Pinned, moved.By = true, "Anna"
		v2, err := book.Decide(ctx, board.Decision{Placed: moved, Version: v, Why: "the mould is there"}, anna)
		must(t, err)
		if v2 <= v {
			t.Errorf("version %d after %d", v2, v)
		}
		_, err = book.Decide(ctx, board.Decision{Placed: bar("J-1", "packing-1", 0), Version: v}, anna)
		wantKind(t, err, errs.Conflict)
		_, err = book.Keep(ctx, board.Kept{Version: v})
		wantKind(t, err, errs.Conflict)
		kept, err = book.Kept(ctx)
		must(t, err)
		if len(kept.Bars) != 2 || kept.Bars[1] != moved || kept.Version != v2 {
			t.Errorf("kept %+v", kept)
		}
		chain, err := s.Audit().List(ctx, "schedule J-2", store.Page{Limit: 5})
		must(t, err)
		if len(chain) != 1 || chain[0].What != "schedule.move" || chain[0].Why != "the mould is there" || chain[0].Old == chain[0].New {
			t.Errorf("the audit has %+v", chain)
		}
		v, err = book.Keep(ctx, board.Kept{Version: v2, Anew: true, Bars: []board.Placed{bar("J-3", "filling-1", 2)}})
		must(t, err)
		kept, err = book.Kept(ctx)
		must(t, err)
		if len(kept.Bars) != 1 || kept.Bars[0].Key != "J-3" || kept.Version != v || v <= v2 {
			t.Errorf("kept %+v", kept)
		}
	})
}

// What is to be scheduled is read at one moment: jobs, work orders with their steps and parts, and what is there.
func TestWhatIsToBeScheduledIsRead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		w := newWorks(t, s, 5)
		o := w.released(40)
		created := w.order(10)
		must(t, s.Books().AddJob(ctx, execution.Job{ID: "J-1", Line: "filling-1", Product: "OTHER", Planned: 5_000_000, Status: execution.Waiting}, anna, ""))
		b, err := s.Schedule().Business(ctx)
		must(t, err)
		if len(b.Work) != 2 || b.Work[0].ID != o.ID || b.Work[0].Name != "Piece" || len(b.Work[0].Components) != 1 || len(b.Work[0].Operations) != 1 || b.Work[1].ID != created.ID {
			t.Fatalf("read %+v", b.Work)
		}
		if len(b.Jobs) != 2 || b.Jobs[0].Work+b.Jobs[1].Work != o.ID {
			t.Errorf("jobs %+v", b.Jobs)
		}
		if i := b.Items[w.powder]; i.Name != "Powder" || i.Free != kg(t, "5") {
			t.Errorf("powder %+v", i)
		}
		if c := b.Centres[b.Work[0].Operations[0].Centre]; c.Code != "PRESS" || c.Line != "" {
			t.Errorf("centre %+v", c)
		}
	})
}

// What is made for a customer is held to what the customer was promised, or asked for, as long as some of it is open.
func TestWhatACustomerWaitsForIsScheduledByTheCustomersDate(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		shop := newShop(t, db)
		sold := shop.sells(40)
		for _, line := range []int64{sold.Lines[0].ID, 0} {
			_, err := shop.s.Works().Create(t.Context(), workorder.Order{Item: 1, Line: "filling-1", SalesLine: line, Quantity: plant.Pieces(40), Due: dateOf(t, "2026-03-20")}, annaDoes)
			must(t, err)
		}
		b, err := shop.s.Schedule().Business(t.Context())
		must(t, err)
		if len(b.Work) != 2 || b.Work[0].Wanted.String() != "2026-03-10" || b.Work[1].Wanted != 0 {
			t.Errorf("read %+v", b.Work)
		}
	})
}
