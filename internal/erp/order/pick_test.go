package order_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/plant"
)

func TestWhatExpiresFirstIsTakenFirst(t *testing.T) {
	line := func(place int, item, pieces int64) order.Line {
		return order.Line{Place: place, Item: item, Factor: partner.Unity(), Ordered: plant.Pieces(pieces)}
	}
	on := func(item, place, pieces, since int64, lot string, expires int) stock.Balance {
		b := stock.Balance{Item: item, Place: place, Quantity: plant.Pieces(pieces), Since: since, Lot: lot}
		if expires > 0 {
			b.Expires = time.Date(2026, 3, expires, 0, 0, 0, 0, time.UTC)
		}
		return b
	}
	held := on(7, 10, 100, 1, "H", 1)
	held.State = stock.OnHold
	taken := on(7, 10, 10, 2, "T", 2)
	taken.Allocated = plant.Pieces(9)
	got := order.Suggest([]order.Line{line(1, 7, 12), line(2, 7, 4), line(3, 9, 1)}, []stock.Balance{on(7, 10, 100, 9, "N", 0), held, on(7, 11, 10, 5, "B", 20), taken}, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	want := []order.Pick{
		{Place: 1, Quantity: plant.One, Stock: 10, Lot: "T"},
		{Place: 1, Quantity: plant.Pieces(10), Stock: 11, Lot: "B"},
		{Place: 1, Quantity: plant.One, Stock: 10, Lot: "N"},
		{Place: 2, Quantity: plant.Pieces(4), Stock: 10, Lot: "N"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
