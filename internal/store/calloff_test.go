package store_test

import (
	"reflect"
	"testing"

	"millwright/internal/erp/order"
	"millwright/internal/erp/order/calloff"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

func TestSchedulesTellWhatIsCalledAndWhatCame(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		k.has(10)
		first, _ := k.sells(8), k.sells(5)
		_, err := k.move(first, order.Delivery, order.Pick{Place: 1, Quantity: plant.Pieces(6)})
		must(t, err)
		k.buys(order.Wanted{Item: "A-100", Unit: "BX", Quantity: plant.Pieces(10), Calls: []order.Call{{Due: "2026-03-20", Quantity: plant.Pieces(4)}, {Due: "2026-03-16", Quantity: plant.Pieces(3)}}})
		read := func(side partner.Side, of calloff.Ask) []calloff.Schedule {
			t.Helper()
			all, err := k.s.Calloffs().Schedules(t.Context(), side, of)
			must(t, err)
			return all
		}
		sales := read(partner.Sales, calloff.Ask{Since: "2026-01-01", Partner: "C-100", Item: "A-100"})
		if len(sales) != 1 {
			t.Fatalf("%+v", sales)
		}
		if st := sales[0].Stand("2026-03-11"); st.Due != plant.Pieces(13) || st.Backlog != plant.Pieces(7) || len(st.Days) != 1 || st.Days[0].Day != "2026-03-10" || sales[0].Partner.Number != "C-100" {
			t.Errorf("%+v", st)
		}
		buys := read(partner.Purchase, calloff.Ask{})
		if len(buys) != 1 {
			t.Fatalf("%+v", buys)
		}
		st := buys[0].Stand("2026-03-17")
		if n := len(st.Days); n != 3 || st.Days[n-1].Day != "2026-03-20" || st.Days[n-1].Called != plant.Pieces(48) || st.Days[n-2].Called != plant.Pieces(36) || buys[0].Done != plant.Pieces(10) {
			t.Errorf("%+v", st) // what the calls leave is due on the line's own day, with what came before
		}
		for _, of := range []calloff.Ask{{Since: "2026-04-01"}, {Partner: "NONE"}, {Item: "NONE"}} {
			if all := read(partner.Purchase, of); len(all) > 0 {
				t.Errorf("%+v: %+v", of, all)
			}
		}
	})
}

// TestSchedulesAreReadPageByPage reads more calls than a page has, of which one schedule has more than a page alone.
func TestSchedulesAreReadPageByPage(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, db storetest.Database) {
		k.sells(3)
		raw := db.Raw()
		for _, sql := range []string{
			`INSERT INTO sales_line (id, document, place, item, revision, text, unit, num, den, asked, price, price_why, promise_why, over_pct, under_pct, requested, promised, quantity, delivered, cancelled, returned, billed, open)
			 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
			 SELECT 1000 + i, document, 1000 + i, item, revision, text, unit, num, den, asked, price, price_why, promise_why, over_pct, under_pct, requested, promised, quantity, 0, 0, 0, 0, quantity FROM sales_line, n`,
		} {
			_, err := raw.ExecContext(t.Context(), sql)
			must(t, err)
		}
		whole, err := k.s.Calloffs().Schedules(t.Context(), partner.Sales, calloff.Ask{})
		must(t, err)
		var all []calloff.Schedule
		for next := new(calloff.Place); next != nil; {
			var some []calloff.Schedule
			some, next, err = k.s.Calloffs().Page(t.Context(), partner.Sales, calloff.Ask{}, *next)
			must(t, err)
			all = append(all, some...)
		}
		if len(whole) == 0 || len(whole[0].Calls) < 2500 || !reflect.DeepEqual(all, whole) {
			t.Errorf("%d schedules page by page, and %d at once", len(all), len(whole))
		}
	})
}
