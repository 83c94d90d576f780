package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"millwright/internal/erp/item"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestWhatHasMovedKeepsItsUnitAndTracking(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		change := item.Change{By: anna, Why: "to try"}
		of := func(id int64) item.Item {
			t.Helper()
			i, err := s.Items().Find(ctx, id)
			must(t, err)
			return i
		}
		fresh := of(1)
		fresh.Unit, fresh.Tracking = "KGM", item.Lot
		fresh, err := s.Items().Save(ctx, fresh, change)
		must(t, err)
		fresh.Unit, fresh.Tracking = "C62", item.None
		_, err = s.Items().Save(ctx, fresh, change)
		must(t, err)
		post(t, s, bought(1, 1, 1), sold(1, 1)) // nothing is left, and the moves stay
		moved := of(1)
		moved.Unit, moved.Tracking = "KGM", item.Serial
		_, err = s.Items().Save(ctx, moved, change)
		wantKind(t, err, errs.Invalid)
		var told *errs.Error
		if !errors.As(err, &told) || len(told.Fields) != 2 || told.Fields[0].Path != "unit" || told.Fields[1].Path != "tracking" || !strings.Contains(told.Fields[0].Message, "counted in C62") {
			t.Errorf("%+v", told)
		}
		out, err := s.Items().Put(ctx, item.Batch{Rows: []item.Row{{Number: "I-1", Change: func(i *item.Item) { i.Unit = "KGM" }}}, Change: change})
		must(t, err)
		wantKind(t, out[0].Err, errs.Invalid)
		moved = of(1)
		moved.Name = "Another name"
		_, err = s.Items().Save(ctx, moved, change)
		must(t, err)
	})
}

func TestTheSupplierOfAnItemIsThePreferredOne(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		ctx := t.Context()
		is := func(when string, supplier int64, preferred ...int64) {
			t.Helper()
			i, err := k.s.Items().Find(ctx, 2)
			must(t, err)
			all, err := k.s.Partners().Supplies(ctx, 0, 2)
			must(t, err)
			var got []int64
			for _, s := range all {
				if s.Preferred {
					got = append(got, s.Partner)
				}
			}
			if i.Planning.Supplier != supplier || !slices.Equal(got, preferred) {
				t.Errorf("%s: the item says %d and of its suppliers %v are preferred, want %d and %v", when, i.Planning.Supplier, got, supplier, preferred)
			}
		}
		_, err := k.s.Partners().KeepSupply(ctx, partner.Supply{Partner: k.supplier.ID, Item: 2, Unit: "H87", Preferred: true}, anna, "")
		must(t, err)
		is("kept as preferred", k.supplier.ID, k.supplier.ID)
		other, err := k.s.Partners().Keep(ctx, partner.Partner{Number: "S-300", Name: "Others", Supplier: true}, anna, "")
		must(t, err)
		_, err = k.s.Partners().KeepSupply(ctx, partner.Supply{Partner: other.ID, Item: 2, Unit: "H87"}, anna, "")
		must(t, err)
		is("another one", k.supplier.ID, k.supplier.ID)
		i, err := k.s.Items().Find(ctx, 2)
		must(t, err)
		i.Planning.Supplier = other.ID
		_, err = k.s.Items().Save(ctx, i, item.Change{By: anna, Why: "cheaper"})
		must(t, err)
		is("said at the item", other.ID, other.ID)
		all, err := k.s.Partners().Supplies(ctx, other.ID, 2)
		must(t, err)
		second := all[0]
		second.Preferred = false
		_, err = k.s.Partners().KeepSupply(ctx, second, anna, "")
		must(t, err)
		is("no longer preferred", 0)
		if e := said(t, k.s); e.What != "supply.keep" {
			t.Errorf("%+v", e)
		}
	})
}
