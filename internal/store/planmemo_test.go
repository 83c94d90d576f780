package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/stock"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// What planning remembers of items and bills is what somebody who reads everything finds, whatever has changed.
func TestPlanningRemembersNothingThatHasChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		change, book := item.Change{By: anna, Why: "better"}, w.Plans()
		version := func(lines ...bill.Line) bill.Bill {
			b, err := w.Bills().Add(ctx, bill.Bill{Item: w.bottle, Batch: plant.One, Lines: lines}, change)
			must(t, err)
			return b
		}
		step := func(b bill.Bill, to bill.State, from time.Time) bill.Bill {
			b, err := w.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: to, From: from}, change)
			must(t, err)
			return b
		}
		var second bill.Bill
		for _, does := range []struct {
			what string
			do   func()
			per  int64 // caps in a bottle, from then on
		}{
			{"nothing", func() {}, 1},
			{"a receipt", func() {
				_, err := w.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{{Item: w.cap, From: stock.Opening, To: stock.Warehouse, Quantity: plant.One}}})
				must(t, err)
			}, 1},
			{"a draft", func() { second = version(bill.Line{Item: w.cap, Quantity: 2 * plant.One}) }, 1},
			{"its release for later", func() { second = step(second, bill.Released, time.Now().Add(time.Hour)) }, 1},
			{"another in force", func() {
				step(version(bill.Line{Item: w.cap, Quantity: 3 * plant.One}), bill.Released, time.Time{})
			}, 3},
			{"another lead time", func() {
				i, err := w.Items().Find(ctx, w.cap)
				must(t, err)
				i.Planning.LeadDays = 9
				_, err = w.Items().Save(ctx, i, change)
				must(t, err)
			}, 3},
		} {
			does.do()
			got, err := book.Facts(ctx)
			must(t, err)
			want, err := w.Plans().Facts(ctx)
			must(t, err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("after %s:\n%s", does.what, diff)
			}
			if len(got.Parts) != 1 || got.Parts[0].Per.Num != does.per*got.Parts[0].Per.Den {
				t.Errorf("after %s: %+v", does.what, got.Parts)
			}
		}
	})
}
