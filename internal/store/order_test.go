package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// shop is a plant that buys and sells: a customer, a supplier, three items and a price list.
type shop struct {
	t        testing.TB
	s        *store.Store
	customer partner.Partner
	supplier partner.Partner
}

const today = "2026-03-02"

func newShop(t testing.TB, db storetest.Database) shop {
	t.Helper()
	ctx := context.Background()
	k := shop{t: t, s: db.Open()}
	for _, i := range []struct{ id, number, tracking, kind string }{{"1", "A-100", "none", "both"}, {"2", "L-100", "lot", "buy"}, {"3", "S-100", "serial", "make"}, {"4", "V-1", "none", "service"}} {
		db.Exec(fmt.Sprintf(`INSERT INTO item (id, number, folded, name, kind, unit, tracking, shelf_days, valuation, standard_cost, product, barcode, phantom, note, lead_days, safety, safety_days, fence_days,
			lot_rule, lot_quantity, lot_min, lot_max, lot_multiple, lot_days, yield_num, yield_den, reorder_method, reorder_point, supplier, version, retired, made_id, made_name)
			VALUES (%s, '%s', '%s', 'Item %s', '%s', 'H87', '%s', 0, 'fifo', 1000000, '', '', FALSE, '', 0, 0, 0, 0, 'lot for lot', 0, 0, 0, 0, 0, 1, 1, 'mrp', 0, 0, 1, FALSE, 0, '')`,
			i.id, i.number, strings.ToLower(i.number), i.number, i.kind, i.tracking))
	}
	db.Exec("INSERT INTO item_unit (item, unit, num, den) VALUES (1, 'BX', 12, 1)")
	var err error
	k.customer, err = k.s.Partners().Keep(ctx, partner.Partner{Number: "C-100", Name: "Ann & Co", Customer: true, List: "2026", Terms: "30 days net", Places: []partner.Address{{Name: "Works", Text: "1 Mill Lane"}}, Contacts: []partner.Contact{{Name: "Ann"}}}, anna, "")
	must(t, err)
	k.supplier, err = k.s.Partners().Keep(ctx, partner.Partner{Number: "S-200", Name: "Bits", Supplier: true, LeadDays: 5, Margin: partner.Margin{Over: 10 * plant.One}}, anna, "")
	must(t, err)
	_, err = k.s.Partners().KeepPrice(ctx, partner.Price{Side: partner.Sales, List: "2026", Item: 1, Unit: "H87", Amount: 5 * plant.Currency}, anna, "")
	must(t, err)
	price := 2 * plant.Currency
	_, err = k.s.Partners().KeepSupply(ctx, partner.Supply{Partner: k.supplier.ID, Item: 1, Number: "B-7", Unit: "BX", Price: &price, Preferred: true}, anna, "")
	must(t, err)
	return k
}

func (k shop) sells(pieces int64) order.Order {
	k.t.Helper()
	ctx := context.Background()
	o, err := k.s.Orders().Create(ctx, order.Draft{Side: partner.Sales, Partner: "c-100", Today: today, Lines: []order.Wanted{{Item: "A-100", Quantity: plant.Pieces(pieces), Requested: "2026-03-10"}}}, order.Doing{By: anna})
	must(k.t, err)
	return k.firm(o)
}

func (k shop) firm(o order.Order) order.Order {
	k.t.Helper()
	o, err := k.s.Orders().Step(context.Background(), order.Step{Side: o.Side, ID: o.ID, Version: o.Version, Do: order.Confirm}, order.Doing{By: anna})
	must(k.t, err)
	return o
}

func (k shop) buys(lines ...order.Wanted) order.Order {
	k.t.Helper()
	o, err := k.s.Orders().Create(context.Background(), order.Draft{Side: partner.Purchase, Partner: "S-200", Today: today, Lines: lines}, order.Doing{By: anna})
	must(k.t, err)
	return k.firm(o)
}

func (k shop) again(o order.Order) order.Order {
	k.t.Helper()
	o, err := k.s.Orders().Order(context.Background(), o.Side, o.ID)
	must(k.t, err)
	return o
}

func (k shop) move(o order.Order, kind order.Kind, picks ...order.Pick) (order.Paper, error) {
	return k.s.Orders().Move(context.Background(), order.Movement{Side: o.Side, ID: o.ID, Version: o.Version, Kind: kind, Picks: picks}, order.Doing{By: anna})
}

// has receives what is to be sold.
func (k shop) has(pieces int64) {
	k.t.Helper()
	o := k.buys(order.Wanted{Item: "A-100", Quantity: plant.Pieces(pieces)})
	_, err := k.move(o, order.Delivery, order.Pick{Place: 1, Quantity: plant.Pieces(pieces)})
	must(k.t, err)
}

func eachShop(t *testing.T, run func(t *testing.T, k shop, db storetest.Database)) {
	t.Helper()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) { run(t, newShop(t, db), db) })
}

func TestAPartnerIsKeptChangedAndTold(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		ctx := t.Context()
		book := k.s.Partners()
		p, err := book.Numbered(ctx, " C-100")
		must(t, err)
		if p.Name != "Ann & Co" || len(p.Contacts) != 1 || p.Places[0].Text != "1 Mill Lane" || p.Version != 1 {
			t.Errorf("%+v", p)
		}
		p.Supplier, p.Calendar = true, partner.Calendar{Days: 1, Closed: []string{"2026-12-24"}}
		p, err = book.Keep(ctx, p, ben, "they sell to us too")
		must(t, err)
		if e := said(t, k.s); e.On != "partner/1" || e.What != "partner.change" || !strings.Contains(e.Old, "is: customer\n") || !strings.Contains(e.New, "Mon, not on 2026-12-24") || e.Why != "they sell to us too" {
			t.Errorf("%+v", e)
		}
		if again, err := book.Keep(ctx, p, ben, ""); err != nil || again.Version != p.Version {
			t.Errorf("nothing was changed, and it is version %d: %v", again.Version, err)
		}
		p.Version, p.Name = 1, "Late"
		_, err = book.Keep(ctx, p, ben, "")
		wantKind(t, err, errs.Conflict)
		_, err = book.Keep(ctx, partner.Partner{Number: "c-100", Name: "Twin", Customer: true}, ben, "")
		wantKind(t, err, errs.Invalid)
		_, err = book.Numbered(ctx, "nobody")
		wantKind(t, err, errs.NotFound)
		sound(t, k.s)
	})
}

func TestPricesAndWhatSuppliersDeliver(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		ctx := t.Context()
		book := k.s.Partners()
		p := partner.Price{Side: partner.Sales, List: "2026", Item: 1, Unit: "BX", Least: plant.Pieces(10), Amount: 48 * plant.Currency}
		kept, err := book.KeepPrice(ctx, p, anna, "")
		must(t, err)
		_, err = book.KeepPrice(ctx, p, anna, "")
		wantKind(t, err, errs.Invalid)
		p.Unit = "KGM"
		_, err = book.KeepPrice(ctx, p, anna, "")
		wantKind(t, err, errs.Invalid)
		all, err := book.Prices(ctx, partner.Ask{List: "2026"})
		must(t, err)
		if len(all) != 2 || all[0].Number != "A-100" || all[0].Factor != (partner.Factor{Num: 12, Den: 1}) {
			t.Errorf("%+v", all)
		}
		must(t, book.DropPrice(ctx, kept.ID, kept.Version, anna))
		wantKind(t, book.DropPrice(ctx, kept.ID, kept.Version, anna), errs.NotFound)
		other, err := book.Keep(ctx, partner.Partner{Number: "S-201", Name: "Bytes", Supplier: true}, anna, "")
		must(t, err)
		_, err = book.KeepSupply(ctx, partner.Supply{Partner: other.ID, Item: 1, Unit: "H87", Preferred: true}, anna, "")
		must(t, err)
		supplies, err := book.Supplies(ctx, 0, 1)
		must(t, err)
		if len(supplies) != 2 || supplies[0].Preferred || !supplies[1].Preferred || supplies[0].Supplier != "S-200" || supplies[0].Price == nil {
			t.Errorf("%+v", supplies)
		}
		sound(t, k.s)
	})
}

func TestAnOrderIsQuotedConfirmedDeliveredAndExported(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, db storetest.Database) {
		ctx := t.Context()
		k.has(100)
		o := k.sells(10)
		if o.Number != "SO-000001" || o.State() != order.Firm || o.Lines[0].Why != "list 2026: 5.00" || o.FirmAt.IsZero() {
			t.Errorf("%+v %s", o, o.State())
		}
		if n := count(t, db, "SELECT open FROM sales_line"); n != int64(plant.Pieces(10)) {
			t.Errorf("planning sees %d", n)
		}
		p, err := k.move(o, order.Delivery, order.Pick{Place: 1, Quantity: plant.Pieces(4)})
		must(t, err)
		if p.Number != "DN-000001" || p.Lines[0].Amount != 20*plant.Currency || p.Lines[0].Move == 0 {
			t.Errorf("%+v", p)
		}
		if e := said(t, k.s); e.On != "sales/1" || e.What != "sales.delivery" || !strings.Contains(e.New, "line 1: 4 H87") || !strings.Contains(e.New, "Partly delivered") {
			t.Errorf("%+v", e)
		}
		o = k.again(o)
		_, err = k.move(o, order.Delivery, order.Pick{Place: 1, Quantity: plant.Pieces(6)})
		must(t, err)
		if o = k.again(o); o.State() != order.Delivered {
			t.Error(o.State())
		}
		first, err := k.s.Orders().Export(ctx, partner.Sales, order.Doing{By: anna, Key: "x1"})
		must(t, err)
		again, err := k.s.Orders().Export(ctx, partner.Sales, order.Doing{By: anna, Key: "x1"})
		must(t, err)
		none, err := k.s.Orders().Export(ctx, partner.Sales, order.Doing{By: anna, Key: "x2"})
		must(t, err)
		if len(first.Lines) != 2 || again.ID != first.ID || len(again.Lines) != 2 || none.ID != 0 || first.Lines[1].Quantity != plant.Pieces(6) || first.Lines[1].Partner != "C-100" {
			t.Errorf("%+v\n%+v\n%+v", first, again, none)
		}
		if o = k.again(o); o.State() != order.Closed || count(t, db, "SELECT COUNT(*) FROM sales_order WHERE state = 'closed'") != 1 {
			t.Error(o.State())
		}
		rev, err := k.s.Orders().Move(ctx, order.Movement{Side: o.Side, ID: o.ID, Version: o.Version, Kind: order.Reversal, Reverses: p.ID}, order.Doing{By: anna, Why: "the wrong customer"})
		must(t, err)
		if rev.Number != "RV-000003" || rev.Lines[0].Quantity != plant.Pieces(-4) {
			t.Errorf("%+v", rev)
		}
		credit, err := k.s.Orders().Export(ctx, partner.Sales, order.Doing{By: anna})
		must(t, err)
		if len(credit.Lines) != 1 || credit.Lines[0].Amount != -20*plant.Currency || credit.Lines[0].Kind != order.Reversal {
			t.Errorf("%+v", credit)
		}
		if o = k.again(o); o.State() != order.Partly || o.Lines[0].Open() != plant.Pieces(4) {
			t.Errorf("%s %+v", o.State(), o.Lines)
		}
		sound(t, k.s)
	})
}

func TestOfTwoDeliveriesOfTheSameRestOneWins(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		k := newShop(t, db)
		k.has(100)
		other := k
		other.s = db.Open()
		o := k.sells(10)
		var all sync.WaitGroup
		failed := make([]error, 6)
		for i := range failed {
			all.Go(func() {
				_, failed[i] = []shop{k, other}[i%2].move(o, order.Delivery, order.Pick{Place: 1, Quantity: plant.Pieces(10)})
			})
		}
		all.Wait()
		won := 0
		for _, err := range failed {
			if err == nil {
				won++
			} else if errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), "look again") {
				t.Error(err)
			}
		}
		if o = k.again(o); won != 1 || o.Lines[0].Done != plant.Pieces(10) || count(t, db, "SELECT COUNT(*) FROM sales_paper") != 1 {
			t.Errorf("%d won, %s are gone", won, o.Lines[0].Done)
		}
		sound(t, k.s)
	})
}

func TestTheSameKeyDoesNothingTwice(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, db storetest.Database) {
		ctx := t.Context()
		k.has(100)
		d := order.Draft{Side: partner.Sales, Partner: "C-100", Today: today, Lines: []order.Wanted{{Item: "A-100", Quantity: plant.Pieces(5), Requested: today}}}
		by := order.Doing{By: anna, Key: "k1"}
		var all sync.WaitGroup
		made := make([]order.Order, 4)
		for i := range made {
			all.Go(func() {
				o, err := k.s.Orders().Create(ctx, d, by)
				if err != nil {
					t.Error(err)
				}
				made[i] = o
			})
		}
		all.Wait()
		d.Lines[0].Quantity = plant.Pieces(6)
		_, err := k.s.Orders().Create(ctx, d, by)
		wantKind(t, err, errs.Invalid)
		if n := count(t, db, "SELECT COUNT(*) FROM sales_order"); n != 1 || made[3].ID != made[0].ID {
			t.Errorf("%d orders", n)
		}
		o := k.firm(made[0])
		m := order.Movement{Side: o.Side, ID: o.ID, Version: o.Version, Kind: order.Delivery, Picks: []order.Pick{{Place: 1, Quantity: plant.Pieces(5)}}}
		first, err := k.s.Orders().Move(ctx, m, order.Doing{By: anna, Key: "k2"})
		must(t, err)
		second, err := k.s.Orders().Move(ctx, m, order.Doing{By: anna, Key: "k2"})
		must(t, err)
		if first.ID != second.ID || len(second.Lines) != 1 || count(t, db, "SELECT COUNT(*) FROM sales_paper") != 1 {
			t.Errorf("%+v %+v", first, second)
		}
		sound(t, k.s)
	})
}

func TestAPurchaseComesInCallsAndIsChanged(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, db storetest.Database) {
		ctx := t.Context()
		o := k.buys(order.Wanted{Item: "A-100", Unit: "BX", Quantity: plant.Pieces(10), Calls: []order.Call{{Due: "2026-03-20", Quantity: plant.Pieces(4)}}})
		l := o.Lines[0]
		if o.Number != "PO-000001" || l.Why != "price of S-200: 2.00" || l.Ordered != plant.Pieces(120) || l.Due != "2026-03-07" || len(l.Calls) != 1 {
			t.Errorf("%+v", l)
		}
		d := order.Draft{Side: o.Side, ID: o.ID, Version: o.Version, Partner: "S-200", Today: today, Lines: []order.Wanted{
			{Place: 1, Item: "A-100", Unit: "BX", Quantity: plant.Pieces(8), Due: "2026-03-25"}, {Item: "V-1", Quantity: plant.One, Price: new(plant.Money)},
		}}
		o, err := k.s.Orders().Change(ctx, d, order.Doing{By: ben, Why: "they have less"})
		must(t, err)
		if e := said(t, k.s); e.On != "purchase/1" || !strings.Contains(e.Old, "10 BX") || !strings.Contains(e.New, "8 BX") || e.Who.Name != "ben" {
			t.Errorf("%+v", e)
		}
		_, err = k.s.Orders().Change(ctx, d, order.Doing{By: ben})
		wantKind(t, err, errs.Conflict)
		if n := count(t, db, "SELECT COUNT(*) FROM purchase_call"); n != 0 {
			t.Errorf("%d calls are left", n)
		}
		p, err := k.s.Orders().Move(ctx, order.Movement{Side: o.Side, ID: o.ID, Version: o.Version, Kind: order.Delivery, Reference: "LS-9", Picks: []order.Pick{{Place: 1, Quantity: plant.Pieces(8)}, {Place: 2, Quantity: plant.One}}}, order.Doing{By: anna})
		must(t, err)
		if o = k.again(o); p.Number != "GR-000001" || o.State() != order.Delivered || p.Lines[1].Move != 0 {
			t.Errorf("%+v %s", p, o.State())
		}
		papers, err := k.s.Orders().Papers(ctx, o.Side, o.ID)
		must(t, err)
		if len(papers) != 1 || papers[0].Reference != "LS-9" || papers[0].Lines[0].Quantity != plant.Pieces(96) || papers[0].Lines[0].Amount != 16*plant.Currency {
			t.Errorf("%+v", papers)
		}
		back, err := k.move(o, order.Return, order.Pick{Place: 1, Quantity: plant.Pieces(1)})
		must(t, err)
		if back.Number != "RT-000002" || k.again(o).Lines[0].Net() != plant.Pieces(84) {
			t.Errorf("%+v", back)
		}
		sound(t, k.s)
	})
}

func TestNothingIsHalfPosted(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, db storetest.Database) {
		k.has(5)
		o := k.sells(10)
		moves := count(t, db, "SELECT COUNT(*) FROM stock_move")
		for name, pick := range map[string]order.Pick{
			"more than there is": {Place: 1, Quantity: plant.Pieces(6)},
			"more than is open":  {Place: 1, Quantity: plant.Pieces(11)},
			"less than nothing":  {Place: 1, Quantity: -plant.One},
			"no such line":       {Place: 2, Quantity: plant.One},
			"no such place":      {Place: 1, Quantity: plant.One, Stock: 4711},
		} {
			if _, err := k.move(o, order.Delivery, pick); err == nil || errs.KindOf(err) == errs.Internal {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := k.again(o); n.Version != o.Version || n.Lines[0].Done != 0 || count(t, db, "SELECT COUNT(*) FROM stock_move") != moves || count(t, db, "SELECT COUNT(*) FROM sales_paper") != 0 {
			t.Errorf("%+v", n)
		}
		sound(t, k.s)
	})
}

func count(t testing.TB, db storetest.Database, query string) (n int64) {
	t.Helper()
	raw := db.Raw()
	defer func() { _ = raw.Close() }()
	must(t, raw.QueryRowContext(context.Background(), query).Scan(&n))
	return n
}
