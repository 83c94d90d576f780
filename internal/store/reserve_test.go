package store_test

import (
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestWhatIsAgreedIsSetAside(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		ctx := t.Context()
		is := func(when string, reserved, planned int64) {
			t.Helper()
			if now := standing(t, k.s, 1); now.Reserved != pieces(reserved) || now.Planned != pieces(planned) || now.Available() != now.OnHand-pieces(reserved) {
				t.Errorf("%s: %+v, want %d reserved and %d planned", when, now, reserved, planned)
			}
		}
		k.has(10)
		first, err := k.s.Orders().Create(ctx, order.Draft{Side: partner.Sales, Partner: "c-100", Today: today, Lines: []order.Wanted{{Item: "A-100", Quantity: pieces(6), Requested: "2026-03-10"}}}, order.Doing{By: anna})
		must(t, err)
		is("a quote", 0, 6)
		first = k.firm(first)
		is("agreed", 6, 0)
		if first.Lines[0].Reserved != pieces(6) || k.again(first).Lines[0].Reserved != pieces(6) {
			t.Errorf("%+v", first.Lines[0])
		}
		listed(t, k.s, "A-100", map[string]int64{"onhand": 10, "reserved": 6, "available": 4})
		second := k.sells(8) // more than is free: the rest stays open
		is("a second one", 10, 4)
		unmoved(t, k.s, "10 of A-100 are set aside for other documents; take 1 less", sold(1, 1))
		unmoved(t, k.s, "are set aside", move(1, stock.Warehouse, stock.Production, 1))
		other := sold(1, 7)
		other.Document = first.Ref()
		unmoved(t, k.s, "are set aside for other documents; take 1 less", other)
		bin, err := k.s.Places().KeepPlace(ctx, stock.Place{Code: "A-1", Parent: stock.Warehouse}, anna, "")
		must(t, err)
		post(t, k.s, move(1, stock.Warehouse, bin.ID, 10))
		is("moved", 10, 4)
		_, err = k.move(k.again(first), order.Delivery, order.Pick{Place: 1, Quantity: pieces(4), Stock: bin.ID})
		must(t, err)
		is("partly delivered", 6, 4)
		d := order.Draft{Side: partner.Sales, ID: second.ID, Version: second.Version, Partner: "C-100", Today: today, Lines: []order.Wanted{{Place: 1, Item: "A-100", Quantity: pieces(3), Requested: "2026-03-10", Due: second.Lines[0].Due}}}
		second, err = k.s.Orders().Change(ctx, d, order.Doing{By: anna})
		must(t, err)
		is("changed", 5, 0)
		_, err = k.s.Orders().Step(ctx, order.Step{Side: partner.Sales, ID: second.ID, Version: second.Version, Do: order.Cancel}, order.Doing{By: anna})
		must(t, err)
		is("cancelled", 2, 0)
		post(t, k.s, move(1, bin.ID, stock.Customer, 4))
		_, err = k.move(k.again(first), order.Delivery, order.Pick{Place: 1, Quantity: pieces(2), Stock: bin.ID})
		must(t, err)
		is("delivered", 0, 0)
		if now := standing(t, k.s, 1); now.OnHand != 0 {
			t.Errorf("%+v", now)
		}
		proven(t, k.s)
	})
}

// A lot that is named for an order stays named as long as the order wants it.
func TestANamedLotIsForItsOrder(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		ctx := t.Context()
		k.has(10)
		o := k.sells(6)
		_, err := k.s.Reservations().Reserve(ctx, stock.Reservation{Item: 1, Document: o.Ref(), Line: 1, Quantity: pieces(5), Hard: true, By: anna})
		wantKind(t, err, errs.Conflict)
		_, err = k.s.Reservations().Reserve(ctx, stock.Reservation{Item: 1, Place: stock.Warehouse, Document: o.Ref(), Line: 1, Quantity: pieces(4), Hard: true, By: anna})
		must(t, err)
		if now := standing(t, k.s, 1); now.Reserved != pieces(10) {
			t.Errorf("%+v", now)
		}
		o = k.again(o)
		_, err = k.move(o, order.Delivery, order.Pick{Place: 1, Quantity: pieces(3)})
		must(t, err)
		all, err := k.s.Reservations().Reserved(ctx, stock.Meant{Document: o.Ref()})
		must(t, err)
		if len(all) != 2 || all[0].Quantity+all[1].Quantity != pieces(3) {
			t.Errorf("%+v", all)
		}
		o = k.again(o)
		_, err = k.s.Orders().Step(ctx, order.Step{Side: partner.Sales, ID: o.ID, Version: o.Version, Do: order.Cancel}, order.Doing{By: anna})
		must(t, err)
		if now := standing(t, k.s, 1); now.Reserved != 0 || now.OnHand != pieces(7) {
			t.Errorf("%+v", now)
		}
		proven(t, k.s)
	})
}

func TestAWorkOrderLeavesWhatIsSetAside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		w := newWorks(t, open(), 10)
		_, err := w.Reservations().Reserve(t.Context(), stock.Reservation{Item: w.powder, Document: "sales/1", Quantity: pieces(9), Hard: true, By: anna})
		must(t, err)
		free, err := w.WorkAccounts().Free(t.Context(), []int64{w.powder})
		must(t, err)
		o := w.report(w.released(10), workorder.Report{Good: pieces(10), Source: "machine:filling-1/filler"})
		if c := o.Components[0]; c.Issued != plant.One || c.Short != kg(t, "1.6") || free[w.powder] != plant.One {
			t.Errorf("%+v, %s free", c, free[w.powder])
		}
		_, err = w.work.Report(t.Context(), workorder.Report{Order: o.ID, Issues: []workorder.Issue{{Position: 10, Quantity: plant.One}}}, annaDoes)
		if err == nil || !strings.Contains(err.Error(), "1") {
			t.Error(err)
		}
		proven(t, w.Store)
	})
}

// listed wants these pieces in columns of an item's row in the list of the stock.
func listed(t *testing.T, s *store.Store, item string, want map[string]int64) {
	t.Helper()
	book := s.Lists()
	d := definition(t, book, "stock")
	a := register.Ask{Search: item}
	must(t, a.Check(d))
	page, err := book.Page(t.Context(), d, a, time.UTC)
	must(t, err)
	if len(page.Rows) != 1 {
		t.Fatalf("%d rows", len(page.Rows))
	}
	for i, c := range page.Columns {
		if n, asked := want[c.Key]; asked && page.Rows[0].Cells[i].Number != int64(pieces(n)) {
			t.Errorf("%s: %v, want %d", c.Key, page.Rows[0].Cells[i], n)
		}
	}
}

// What has expired is nothing that could be set aside, or that is planned with.
func TestWhatHasExpiredIsNotThere(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Open()
		w := newWorks(t, s, 3)
		gone := move(w.powder, stock.Supplier, stock.Warehouse, 10)
		gone.Lot, gone.Origin = "OLD", &stock.Origin{Expires: time.Now().Add(-time.Hour)}
		post(t, s, gone)
		ask := stock.Reservation{Item: w.powder, Document: "work/1", Line: 10, Quantity: pieces(4), Hard: true, By: anna}
		_, err := s.Reservations().Reserve(t.Context(), ask)
		wantKind(t, err, errs.Conflict)
		ask.Quantity = pieces(3)
		_, err = s.Reservations().Reserve(t.Context(), ask)
		must(t, err)
		f, err := s.Plans().Facts(t.Context())
		must(t, err)
		for _, i := range f.Items {
			if i.ID == w.powder && i.OnHand != pieces(3) {
				t.Errorf("planned with %s", i.OnHand)
			}
		}
	})
}
