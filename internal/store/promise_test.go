package store_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/erp/order"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/outlook"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// A baseline is kept once, forecasts move, and what is not foretold any more is not loaded.
func TestPromisesAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, k := t.Context(), open().Promises()
		at := time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC)
		told := outlook.Told{Ref: promise.SaleRef(7, 1), Likely: at.Add(2 * time.Hour), Best: at.Add(time.Hour), Baseline: at.Add(30 * time.Hour), Dated: true, Causes: "Filler down 38 min", At: at, Open: true}
		blank := outlook.Told{Ref: promise.WorkRef(3), At: at, Open: true}
		must(t, k.Keep(ctx, []outlook.Told{told, blank}))
		later := told
		later.At, later.Likely, later.Baseline, later.Causes = at.Add(time.Hour), time.Time{}, at, "Resin short from 14:10"
		blank.At, blank.Baseline, blank.Likely = at.Add(time.Hour), at.Add(5*time.Hour), at.Add(5*time.Hour)
		must(t, k.Keep(ctx, []outlook.Told{later, blank}))
		must(t, k.Keep(ctx, []outlook.Told{told})) // somebody who is behind
		all, err := k.Told(ctx)
		must(t, err)
		want := later
		want.Baseline, want.BaselineAt = told.Baseline, at
		blank.BaselineAt = at
		if d := cmp.Diff([]outlook.Told{want, blank}, all); d != "" {
			t.Error(d)
		}
		dates, err := k.Dates(ctx, told.Ref, time.UTC)
		must(t, err)
		if d := cmp.Diff([]outlook.Past{{At: later.At, Best: later.Best, Causes: later.Causes}, {At: at, Best: told.Best, Likely: told.Likely, Causes: told.Causes}}, dates.History); d != "" {
			t.Error(d)
		}
		later.At, later.Open = at.Add(2*time.Hour), false
		must(t, k.Keep(ctx, []outlook.Told{later}))
		must(t, k.Forget(ctx, at.Add(90*time.Minute)))
		if dates, err = k.Dates(ctx, told.Ref, time.UTC); err != nil || len(dates.History) != 1 || dates.Open {
			t.Errorf("%+v %v", dates, err)
		}
		if all, err = k.Told(ctx); err != nil || len(all) != 1 {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// The business is read with what is open of it, what is set aside, and what it is worth; the four dates with when it was done.
func TestAForecastReadsTheBusiness(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		shop := newShop(t, db)
		ctx, k := t.Context(), shop.s.Promises()
		sold, bought := shop.sells(40), shop.buys(order.Wanted{Item: "A-100", Quantity: plant.Pieces(2), Requested: "2026-03-04"})
		before, err := k.Wish(ctx)
		must(t, err)
		w, err := shop.s.Works().Create(ctx, workorder.Order{Item: 1, Line: "filling-1", Quantity: plant.Pieces(30), Due: dateOf(t, "2026-03-09")}, annaDoes)
		must(t, err)
		after, err := k.Wish(ctx)
		must(t, err)
		if after <= before {
			t.Errorf("a work order did not change the wish: %d, %d", before, after)
		}
		b, err := k.Business(ctx)
		must(t, err)
		if len(b.Sales) != 1 || len(b.Work) != 1 || len(b.Coming) != 1 {
			t.Fatalf("%+v", b)
		}
		s := b.Sales[0]
		if s.Order != sold.ID || s.Text != sold.Number+"/1" || s.Customer != "Ann & Co" || s.Open != plant.Pieces(40) || s.Value != 200*plant.Currency || s.Margin != 4*plant.Currency || !s.Margins || s.Requested != dateOf(t, "2026-03-10") {
			t.Errorf("the sale is %+v", s)
		}
		if c := b.Coming[0]; c.Document != order.Ref(bought.Side, bought.ID) || c.Quantity != plant.Pieces(2) {
			t.Errorf("what comes is %+v", c)
		}
		if x := b.Work[0]; x.ID != w.ID || x.Line != "filling-1" || x.Left != plant.Pieces(30) || x.Released || x.Value != 30*plant.Currency {
			t.Errorf("the work order is %+v", x)
		}
		if i := b.Items[1]; i.Number != "A-100" || i.Free != 0 || !i.Make || len(b.Items) != 1 {
			t.Errorf("the items are %+v", b.Items)
		}
		d, err := k.Dates(ctx, promise.SaleRef(sold.ID, 1), time.UTC)
		must(t, err)
		if want := time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC); !d.Requested.Equal(want) || !d.Actual.IsZero() {
			t.Errorf("it was wanted by the end of %s; done %s", d.Requested, d.Actual)
		}
	})
}

// How a work order went is told in steps of time, with the lots that it took and made.
func TestAWorkOrderIsToldInTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		w := newWorks(t, open(), 5, 20)
		k := w.Promises()
		o := w.released(100)
		if c, err := k.Course(t.Context(), o.ID, 100); err != nil || !c.From.IsZero() || len(c.Points)+len(c.Lots) != 0 {
			t.Errorf("before it began: %+v %v", c, err)
		}
		begun := time.Now().Add(-2 * time.Hour).UTC().Truncate(time.Microsecond)
		w.report(o, workorder.Report{Good: plant.Pieces(30), At: begun})
		w.report(o, workorder.Report{Good: plant.Pieces(7), Scrap: plant.Pieces(1), At: begun.Add(time.Hour)})
		c, err := k.Course(t.Context(), o.ID, 100)
		must(t, err)
		if !c.From.Equal(begun) || !c.To.Equal(begun.Add(time.Hour)) || len(c.Points) != 2 || c.Points[0].Good != plant.Pieces(30) || c.Points[1].Scrap != plant.One || c.Points[0].Cost <= 0 {
			t.Errorf("%+v", c)
		}
		taken, made := plant.Quantity(0), plant.Quantity(0)
		for _, u := range c.Lots {
			if u.Made {
				made += u.Quantity
			} else if u.Item == w.powder {
				taken += u.Quantity
			}
		}
		if made != plant.Pieces(37) || taken != kg(t, "9.88") {
			t.Errorf("made %s, taken %s: %+v", made, taken, c.Lots)
		}
	})
}

func dateOf(t testing.TB, text string) plant.Date {
	t.Helper()
	d, err := plant.ParseDate(text)
	must(t, err)
	return d
}

// Of ten million moves those of one order are found by an index.
func TestWhatIsReadOfAnOrderIsLedToByIndexes(t *testing.T) {
	w := newWorks(t, storetest.SQLite(t).Open(), 5, 20)
	o := w.released(100)
	w.report(o, workorder.Report{Good: plant.Pieces(30), At: time.Now().Add(-time.Hour)})
	ctx := t.Context()
	for name, read := range map[string]func() error{
		"in time":  func() error { _, err := w.Promises().Course(ctx, o.ID, 100); return err },
		"journal":  func() error { _, err := w.WorkAccounts().Journal(ctx, o.ID); return err },
		"scrap":    func() error { _, err := w.WorkScrap().Scrapped(ctx, o.ID); return err },
		"progress": func() error { _, _, _, err := w.WorkAccounts().Progress(ctx, 0, 10); return err },
		"in work":  func() error { _, _, _, err := w.WorkAccounts().Progress(ctx, 1, 10); return err },
		"short":    func() error { _, err := w.WorkAccounts().Shortages(ctx, workorder.Shortage{}, 10); return err },
		"moves":    func() error { _, err := w.Stock().Moves(ctx, stock.Search{Document: o.Document()}); return err },
	} {
		plans, err := w.Ways(ctx, read)
		must(t, err)
		if len(plans) == 0 {
			t.Errorf("%s: nothing was asked", name)
		}
		for _, p := range plans {
			if scanned.MatchString(p) {
				t.Errorf("%s reads a whole ledger:\n%s", name, p)
			}
		}
	}
}

var scanned = regexp.MustCompile(`(?m)^SCAN (m|r|c|work_component|stock_move|work_report|work_scrap)\b`)
