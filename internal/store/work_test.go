package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// theWorks has a powder of which ten pieces take 2.5 kg and 4 % more, in two lots.
type theWorks struct {
	*store.Store
	t             testing.TB
	piece, powder int64
	work          workorder.Book
}

var annaDoes = workorder.Doing{By: anna, Why: "as planned"}

func kg(t testing.TB, text string) plant.Quantity {
	t.Helper()
	q, err := plant.ParseQuantity(text)
	must(t, err)
	return q
}

func newWorks(t testing.TB, s *store.Store, kilos ...int64) theWorks {
	t.Helper()
	ctx, w := t.Context(), theWorks{Store: s, t: t, work: s.Works()}
	change := item.Change{By: anna, Why: "to begin with"}
	add := func(i item.Item) int64 {
		kept, err := s.Items().Add(ctx, i, change)
		must(t, err)
		return kept.ID
	}
	powder := item.Blank("POWDER")
	powder.Name, powder.Kind, powder.Unit, powder.Tracking, powder.ShelfDays, powder.Valuation = "Powder", item.Buy, "KGM", item.Lot, 100, item.FIFO
	w.powder = add(powder)
	piece := item.Blank("PIECE")
	piece.Name, piece.Kind, piece.Product, piece.Valuation = "Piece", item.Make, "PIECE-1", item.FIFO
	w.piece = add(piece)
	centre, err := s.Centres().AddCentre(ctx, bill.Centre{Code: "PRESS", Name: "Press", Machine: 60 * plant.Currency, Labour: 30 * plant.Currency}, change)
	must(t, err)
	b, err := s.Bills().Add(ctx, bill.Bill{
		Item: w.piece, Batch: plant.Pieces(10), Lines: []bill.Line{{Item: w.powder, Quantity: kg(t, "2.5"), Scrap: plant.Pieces(4)}},
		Operations: []bill.Operation{{Name: "Press", Centre: centre.ID, Setup: 10 * time.Minute, Run: 5 * time.Minute, Crew: plant.One}},
	}, change)
	must(t, err)
	_, err = s.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
	must(t, err)
	for i, n := range kilos {
		paid := plant.Money(2*n) * plant.Currency
		_, err := s.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{{
			Item: w.powder, Lot: fmt.Sprintf("L%d", i+1), From: stock.Supplier, To: stock.Warehouse, Quantity: plant.Pieces(n), Paid: &paid,
			Origin: &stock.Origin{Expires: time.Now().Add(time.Duration(i+1) * 1000 * time.Hour)},
		}}})
		must(t, err)
	}
	return w
}

func (w theWorks) order(quantity int64) workorder.Order {
	w.t.Helper()
	o, err := w.work.Create(w.t.Context(), workorder.Order{Item: w.piece, Quantity: plant.Pieces(quantity), Begin: 20790, Due: 20795, Line: "filling-1"}, annaDoes)
	must(w.t, err)
	return o
}

func (w theWorks) step(o workorder.Order, s workorder.Step) workorder.Order {
	w.t.Helper()
	o, err := w.work.Step(w.t.Context(), workorder.Stepping{ID: o.ID, Version: o.Version, Step: s}, annaDoes)
	must(w.t, err)
	return o
}

func (w theWorks) released(quantity int64) workorder.Order {
	w.t.Helper()
	return w.step(w.order(quantity), workorder.Release)
}

func (w theWorks) report(o workorder.Order, r workorder.Report) workorder.Order {
	w.t.Helper()
	r.Order = o.ID
	o, err := w.work.Report(w.t.Context(), r, annaDoes)
	must(w.t, err)
	return o
}

// lots is what there is of the powder by lot.
func (w theWorks) lots() map[string]plant.Quantity {
	w.t.Helper()
	all, err := w.Stock().Balances(w.t.Context(), stock.Shelf{Item: w.powder})
	must(w.t, err)
	out := map[string]plant.Quantity{}
	for _, b := range all {
		out[b.Lot] += b.Quantity
	}
	return out
}

func (w theWorks) ties() []workorder.InProgress {
	w.t.Helper()
	all, count, wip, err := w.WorkAccounts().Progress(w.t.Context(), 0, 100)
	must(w.t, err)
	for _, p := range all {
		if !p.Ties() {
			w.t.Errorf("%s has %s issued and %s received, and the ledger %s", p.Number, p.Issued, p.Received, p.Ledger)
		}
	}
	sum := plant.Money(0)
	for _, p := range all {
		sum += p.WIP
	}
	if wip != sum || int(count) != len(all) {
		w.t.Errorf("%d orders hold %s, and of all %v are told", count, wip, all)
	}
	if len(all) > 0 {
		rest, count, wip, err := w.WorkAccounts().Progress(w.t.Context(), all[0].ID, 1)
		must(w.t, err)
		if !slices.Equal(rest, all[1:min(2, len(all))]) || wip != sum || int(count) != len(all) {
			w.t.Errorf("after the first of %v there are %+v", all, rest)
		}
	}
	return all
}

func TestAWorkOrderIsMadeAndSettled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		o := w.order(40)
		if o.Number != "WO-000001" || o.Product != "PIECE-1" || o.Lifecycle != workorder.Created || len(o.Components) > 0 {
			t.Errorf("%+v", o)
		}
		o = w.step(o, workorder.Firm)
		o = w.step(o, workorder.Release)
		if len(o.Components) != 1 || o.Components[0].Needed(o.Quantity) != kg(t, "10.4") || o.Components[0].Cost != 2*plant.Currency || len(o.Operations) != 1 || o.Operations[0].Run != plant.Pieces(20) {
			t.Errorf("%+v", o)
		}
		if want := kg(t, "65.8"); o.Money.Planned != plant.Money(want) { // 20.8 of powder, 30 minutes of press at 60 and of a person at 30
			t.Errorf("%s is planned", o.Money.Planned)
		}
		o = w.report(o, workorder.Report{Operation: 10, Good: plant.Pieces(37), SetUp: plant.Pieces(10), Run: plant.Pieces(20), Labour: plant.Pieces(30)})
		if d := cmp.Diff(map[string]plant.Quantity{"L2": kg(t, "15.38")}, w.lots()); d != "" || o.Lifecycle != workorder.Started || o.Good != plant.Pieces(37) {
			t.Errorf("%+v %s", o, d)
		}
		o = w.report(o, workorder.Report{Operation: 10, Good: -plant.Pieces(7)})
		if d := cmp.Diff(map[string]plant.Quantity{"L2": kg(t, "17.2")}, w.lots()); d != "" || o.Components[0].Issued != kg(t, "7.8") {
			t.Errorf("%+v %s", o, d)
		}
		in := w.ties()
		if len(in) != 1 || in[0].Issued != plant.Money(kg(t, "15.6")) || in[0].Booked != 45*plant.Currency || in[0].WIP != in[0].Issued+in[0].Booked-in[0].Received {
			t.Errorf("%+v", in)
		}
		sheet, err := w.WorkAccounts().Sheet(ctx, o.ID)
		must(t, err)
		o = w.step(o, workorder.Complete)
		o = w.step(o, workorder.Close)
		if o.Money.InWork() != 0 || o.Money.Settled != sheet.WIP || len(w.ties()) != 0 {
			t.Errorf("%+v, %+v", o.Money, sheet)
		}
		_, err = w.work.Report(ctx, workorder.Report{Order: o.ID, Good: plant.One}, annaDoes)
		wantKind(t, err, errs.Conflict)
		journal, err := w.WorkAccounts().Journal(ctx, o.ID)
		must(t, err)
		if len(journal) != 2 || journal[1].Issued != plant.Money(kg(t, "19.24")) || journal[0].Good != -plant.Pieces(7) {
			t.Errorf("%+v", journal)
		}
		if e := said(t, w.Store); e.What != "work.close" || e.On != "work/1" || e.Old == e.New {
			t.Errorf("%+v", e)
		}
		sound(t, w.Store)
	})
}

func TestCountsStandAndWhatLacksIsQueued(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 3)
		o := w.report(w.released(40), workorder.Report{Good: plant.Pieces(37), Source: "machine:filling-1/filler"})
		short, err := w.WorkAccounts().Shortages(ctx, workorder.Shortage{}, 100)
		must(t, err)
		if o.Good != plant.Pieces(37) || o.Components[0].Issued != plant.Pieces(3) || len(short) != 1 || short[0].Short != kg(t, "6.62") || len(w.lots()) != 0 {
			t.Errorf("%+v %+v %v", o, short, w.lots())
		}
		_, err = w.work.Report(ctx, workorder.Report{Order: o.ID, Issues: []workorder.Issue{{Position: 10, Quantity: plant.One}}}, annaDoes)
		wantKind(t, err, errs.Conflict)
		w.ties()
	})
}

func TestASnapshotStaysWhatItWas(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		ctx, w := t.Context(), newWorks(t, db.Open(), 50)
		o := w.report(w.released(100), workorder.Report{Good: plant.Pieces(40)})
		b, err := w.Bills().Add(ctx, bill.Bill{Item: w.piece, Batch: plant.Pieces(10), Lines: []bill.Line{{Item: w.powder, Quantity: plant.Pieces(5)}}}, item.Change{By: anna})
		must(t, err)
		_, err = w.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, item.Change{By: anna})
		must(t, err)
		o, err = w.work.Order(ctx, o.ID)
		must(t, err)
		if o.Components[0].Needed(o.Quantity) != plant.Pieces(26) {
			t.Errorf("the order follows the new bill: %+v", o.Components)
		}
		o, err = w.work.Amend(ctx, o.ID, o.Version, annaDoes)
		must(t, err)
		if got := o.Components[0].Needed(o.Quantity); got != kg(t, "40.4") || o.Snapshot != 2 || len(o.Operations) != 1 || !o.Operations[0].Done { // 10.4 for the 40 that are made, 30 for the rest
			t.Errorf("%s %+v", got, o)
		}
		all, err := w.WorkAccounts().Snapshots(ctx, o.ID)
		must(t, err)
		if len(all) != 2 || all[0].Components[0].Per.Num*100 != 26*all[0].Components[0].Per.Den || all[1].Made != plant.Pieces(40) || all[1].Bill != b.ID {
			t.Errorf("%+v", all)
		}
		w.report(o, workorder.Report{Good: plant.Pieces(10)})
		w.ties()
	})
}

func TestManyReportAtOnceAndNothingIsLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		const writers, each = 4, 10
		w, other := newWorks(t, open(), 100), open()
		o := w.released(1000)
		doors := []workorder.Book{w.work, other.Works()}
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				for n := range each {
					key := fmt.Sprint(i, n)
					for range 2 { // each asks twice
						if _, err := doors[i%2].Report(t.Context(), workorder.Report{Order: o.ID, Good: plant.One}, workorder.Doing{By: anna, Key: key}); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		all.Wait()
		o, err := w.work.Order(t.Context(), o.ID)
		must(t, err)
		if o.Good != plant.Pieces(writers*each) || o.Components[0].Issued != kg(t, "10.4") || o.Components[0].Short != 0 {
			t.Errorf("%s good, %s issued", o.Good, o.Components[0].Issued)
		}
		if d := cmp.Diff(map[string]plant.Quantity{"L1": kg(t, "89.6")}, w.lots()); d != "" {
			t.Error(d)
		}
		w.ties()
		sound(t, w.Store)
	})
}

func TestTheLastKilogramIsIssuedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		w := newWorks(t, open(), 1)
		o := w.released(100)
		failed := make([]error, 6)
		var all sync.WaitGroup
		for i := range failed {
			all.Go(func() {
				_, failed[i] = w.work.Report(t.Context(), workorder.Report{Order: o.ID, Issues: []workorder.Issue{{Position: 10, Quantity: plant.One}}}, annaDoes)
			})
		}
		all.Wait()
		won := 0
		for _, err := range failed {
			if err == nil {
				won++
			} else if errs.KindOf(err) != errs.Conflict {
				t.Error(err)
			}
		}
		if won != 1 || len(w.lots()) != 0 {
			t.Errorf("%d have it, %v is left", won, w.lots())
		}
	})
}

func TestAnOrderIsSplitMergedAndChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 50)
		o := w.released(100)
		keyed := workorder.Doing{By: anna, Key: "split-1"}
		part, err := w.work.Divide(ctx, workorder.Division{ID: o.ID, Version: o.Version, Quantity: plant.Pieces(30)}, keyed)
		must(t, err)
		again, err := w.work.Divide(ctx, workorder.Division{ID: o.ID, Version: o.Version, Quantity: plant.Pieces(30)}, keyed)
		must(t, err)
		if part.ID == o.ID || again.ID != part.ID || part.Quantity != plant.Pieces(30) || part.Parent != o.ID || len(part.Components) != 1 || part.Lifecycle != workorder.Released {
			t.Errorf("%+v %+v", part, again)
		}
		_, err = w.work.Divide(ctx, workorder.Division{ID: o.ID, Version: o.Version, Quantity: plant.Pieces(31)}, keyed)
		wantKind(t, err, errs.Invalid) // the key of another request
		_, err = w.work.Divide(ctx, workorder.Division{ID: o.ID, Version: o.Version, Quantity: plant.Pieces(10)}, annaDoes)
		wantKind(t, err, errs.Conflict) // it was changed meanwhile
		a, b := w.order(10), w.order(5)
		merged, err := w.work.Divide(ctx, workorder.Division{ID: a.ID, Version: a.Version, With: b.ID}, annaDoes)
		must(t, err)
		b, err = w.work.Order(ctx, b.ID)
		must(t, err)
		if merged.Quantity != plant.Pieces(15) || b.Lifecycle != workorder.Cancelled {
			t.Errorf("%+v %+v", merged, b)
		}
		merged.Quantity, merged.Due, merged.Note = plant.Pieces(20), 20800, "for the fair"
		changed, err := w.work.Change(ctx, merged, annaDoes)
		must(t, err)
		if changed.Quantity != plant.Pieces(20) || changed.Due != 20800 || changed.Note != "for the fair" || changed.Version != merged.Version+1 {
			t.Errorf("%+v", changed)
		}
		_, err = w.work.Change(ctx, merged, annaDoes)
		wantKind(t, err, errs.Conflict)
		sound(t, w.Store)
	})
}

func TestWhatIsNoWorkOrderIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open())
		for name, o := range map[string]workorder.Order{
			"of nothing":        {Item: w.piece, Due: 20795},
			"below nothing":     {Item: w.piece, Quantity: -plant.One, Due: 20795},
			"beyond counting":   {Item: w.piece, Quantity: 1 << 60, Due: 20795},
			"of no item":        {Item: 4711, Quantity: plant.One, Due: 20795},
			"of what is bought": {Item: w.powder, Quantity: plant.One, Due: 20795},
			"for no day":        {Item: w.piece, Quantity: plant.One},
		} {
			if _, err := w.work.Create(ctx, o, annaDoes); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := w.work.Order(ctx, 4711)
		wantKind(t, err, errs.NotFound)
		_, err = w.work.Step(ctx, workorder.Stepping{ID: w.order(1).ID, Version: 1, Step: workorder.Close}, annaDoes)
		wantKind(t, err, errs.Conflict)
		_, err = w.work.Step(ctx, workorder.Stepping{ID: w.order(1).ID, Version: 1, Step: "explode"}, annaDoes)
		wantKind(t, err, errs.Conflict)
	})
}
