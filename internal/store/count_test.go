package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestWhatIsAllocatedIsForItsDocument(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		post(t, s, ofLot(bought(4, 10, 10), "L1"), ofLot(bought(4, 5, 5), "L2"))
		there, err := s.Stock().Balances(ctx, stock.Shelf{Item: 4})
		must(t, err)
		picks, short := stock.Suggest(there, stock.FIFO, pieces(12), time.Now())
		if len(picks) != 2 || short != 0 || picks[0].Lot != "L1" || picks[1].Quantity != pieces(2) {
			t.Fatalf("%+v, %s short", picks, short)
		}
		hard := stock.Reservation{Item: 4, Place: stock.Warehouse, Lot: "L1", Document: "sales/7", Line: 1, Quantity: pieces(8), Hard: true, By: anna}
		_, err = s.Reservations().Reserve(ctx, hard)
		must(t, err)
		_, err = s.Reservations().Reserve(ctx, stock.Reservation{Item: 4, Document: "work/2", Quantity: pieces(3), By: anna})
		must(t, err)
		if now := standing(t, s, 4); now.Reserved != pieces(8) || now.Available() != pieces(7) || now.Planned != pieces(3) {
			t.Errorf("%+v", now)
		}
		hard.Document = "sales/8"
		_, err = s.Reservations().Reserve(ctx, hard)
		if wantKind(t, err, errs.Conflict); !strings.Contains(err.Error(), "10 are there, 8 of them allocated") {
			t.Error(err)
		}
		unmoved(t, s, "8 of them allocated to other documents; 3 cannot leave", ofLot(sold(4, 3), "L1"))
		own := ofLot(sold(4, 3), "L1")
		own.Document = "sales/7"
		post(t, s, own)
		left, err := s.Reservations().Reserved(ctx, stock.Meant{Document: "sales/7"})
		must(t, err)
		if len(left) != 1 || left[0].Quantity != pieces(5) {
			t.Fatalf("%+v", left)
		}
		proven(t, s)
		must(t, s.Reservations().Release(ctx, left[0].ID, anna, "cancelled"))
		wantKind(t, s.Reservations().Release(ctx, left[0].ID, anna, "twice"), errs.NotFound)
		post(t, s, ofLot(sold(4, 7), "L1"))
		proven(t, s)
	})
}

func TestACountFindsWhatIsThere(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		bin, err := s.Places().KeepPlace(ctx, stock.Place{Code: "A-1", Parent: stock.Warehouse}, anna, "")
		must(t, err)
		post(t, s, bought(1, 10, 100), bought(2, 10, 20), ofLot(bought(4, 5, 5), "L1"), move(1, stock.Supplier, bin.ID, 4))
		c, err := s.Stocktakes().Begin(ctx, stock.Stocktake{Place: stock.Warehouse, Tolerance: plant.One / 10, By: anna})
		must(t, err)
		_, err = s.Stocktakes().Begin(ctx, stock.Stocktake{Place: bin.ID, By: anna})
		wantKind(t, err, errs.Conflict)
		post(t, s, sold(1, 3)) // before it is counted
		_, err = s.Stocktakes().Enter(ctx, c.ID, []stock.Found{
			{Item: "I-77", Quantity: 1}, {Item: "i-1", Place: "Z", Quantity: 1}, {Item: "I-4", Quantity: 1}, {Item: "I-1", Quantity: -1}, {Line: 99, Quantity: 1}, {Item: "I-1", Lot: "L", Quantity: 1},
		}, anna)
		wantKind(t, err, errs.Invalid)
		if all := (*errs.Error)(nil); !errors.As(err, &all) || len(all.Fields) != 6 {
			t.Errorf("%v", err)
		}
		c, err = s.Stocktakes().Enter(ctx, c.ID, []stock.Found{
			{Item: "I-1", Quantity: pieces(7)},
			{Item: "I-2", Quantity: pieces(8)},
			{Item: "I-4", Lot: "L1", Quantity: pieces(5)},
			{Item: "I-1", Place: "a-1", Quantity: pieces(4)},
			{Item: "I-4", Lot: "L9", Quantity: pieces(2)},
		}, anna)
		must(t, err)
		post(t, s, sold(1, 2)) // after it was counted
		end := stock.Taking{Count: c.ID, Version: c.Version, By: anna}
		_, err = s.Stocktakes().Finish(ctx, end)
		if wantKind(t, err, errs.Conflict); !strings.Contains(err.Error(), "2 lines are beyond the tolerance") {
			t.Error(err)
		}
		c, err = s.Stocktakes().Enter(ctx, c.ID, []stock.Found{{Item: "I-2", Quantity: pieces(9)}, {Item: "I-4", Lot: "L9", Quantity: pieces(2)}}, anna)
		must(t, err)
		_, err = s.Stocktakes().Finish(ctx, end) // as it was seen before
		wantKind(t, err, errs.Conflict)
		end.Version = c.Version
		c, err = s.Stocktakes().Finish(ctx, end)
		must(t, err)
		for item, want := range map[int64]int64{1: 9, 2: 9, 4: 7} {
			if now := standing(t, s, item); now.OnHand != pieces(want) {
				t.Errorf("item %d: %s", item, now.OnHand)
			}
		}
		_, lines, err := s.Stocktakes().Count(ctx, c.ID, 0, 0)
		must(t, err)
		for _, l := range lines {
			if l.Item == 1 && l.Difference() != 0 || l.Item == 2 && l.Difference() != -pieces(1) {
				t.Errorf("%+v", l)
			}
		}
		_, err = s.Stocktakes().Enter(ctx, c.ID, []stock.Found{{Item: "I-1", Quantity: 1}}, anna)
		wantKind(t, err, errs.Conflict)
		proven(t, s)
	})
}

func TestNothingMovesWhereACountFreezesIt(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		post(t, s, bought(1, 10, 100))
		c, err := s.Stocktakes().Begin(ctx, stock.Stocktake{Place: stock.Warehouse, Freeze: true, Blind: true, By: anna})
		must(t, err)
		unmoved(t, s, "place STOCK is being counted", sold(1, 1))
		_, err = s.Stocktakes().Finish(ctx, stock.Taking{Count: c.ID, Version: c.Version, By: anna})
		wantKind(t, err, errs.Conflict) // nothing is counted
		c, err = s.Stocktakes().Finish(ctx, stock.Taking{Count: c.ID, Version: c.Version, Cancel: true, Why: "rain", By: anna})
		must(t, err)
		if c.State != "cancelled" {
			t.Errorf("%+v", c)
		}
		post(t, s, sold(1, 1))
	})
}

func TestFiveThousandLinesAreCountedAtOnce(t *testing.T) {
	lines := 5000
	if testing.Short() {
		lines = 300
	}
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		var moves []stock.Move
		var found []stock.Found
		for i := range lines {
			moves = append(moves, ofLot(bought(4, 5, 5), fmt.Sprint("L", i)))
			found = append(found, stock.Found{Item: "I-4", Lot: fmt.Sprint("L", i), Quantity: pieces(4)})
		}
		post(t, s, moves...)
		began := time.Now()
		c, err := s.Stocktakes().Begin(ctx, stock.Stocktake{Place: stock.Warehouse, By: anna})
		must(t, err)
		unknown := slices.Clone(found)
		for i := range unknown {
			unknown[i].Item = fmt.Sprint("NONE-", i)
		}
		if _, err := s.Stocktakes().Enter(ctx, c.ID, unknown, anna); len(errs.FieldsOf(err)) != lines {
			t.Errorf("%d faults are told of %d", len(errs.FieldsOf(err)), lines)
		}
		c, err = s.Stocktakes().Enter(ctx, c.ID, found, anna)
		must(t, err)
		entered := time.Since(began)
		_, err = s.Stocktakes().Finish(ctx, stock.Taking{Count: c.ID, Version: c.Version, By: anna, Accept: true, Why: "one of each was eaten"})
		must(t, err)
		t.Logf("%d lines: entered after %s, posted after %s", lines, entered, time.Since(began))
		if now := standing(t, s, 4); now.OnHand != pieces(int64(4*lines)) {
			t.Errorf("%+v", now)
		}
		proven(t, s)
	})
}
