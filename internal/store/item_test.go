package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func byAnna(key string) item.Change {
	return item.Change{By: anna, Why: "as the drawing says", Key: key}
}

func steel() item.Item {
	i := item.Blank("M-1")
	i.Name, i.Unit, i.Tracking, i.ShelfDays, i.Barcode, i.Product = "Steel bar", "KGM", item.Lot, 30, "4006381333931", "BAR"
	i.Standard = 3 * plant.Currency
	i.Units = []item.Unit{{Code: "XBG", Factor: item.Ratio{Num: 25, Den: 1}}}
	i.Revisions = []item.Revision{{Name: "A", From: monday, Note: "as it began"}, {Name: "B"}}
	i.Planning.Safety, i.Planning.LeadDays = 5*plant.One, 3
	return i
}

func addItem(t testing.TB, s *store.Store, number string) item.Item {
	t.Helper()
	i := item.Blank(number)
	i.Name = "Item " + number
	kept, err := s.Items().Add(t.Context(), i, byAnna(""))
	must(t, err)
	return kept
}

func TestAnItemIsKeptChangedAndFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := s.Items()
		other := addItem(t, s, "M-2")
		i := steel()
		i.Alternates = []item.Alternate{{Item: other.ID, Rank: 1, Factor: item.Ratio{Num: 4, Den: 6}}}
		kept, err := k.Add(ctx, i, byAnna("k1"))
		must(t, err)
		again, err := k.Add(ctx, i, byAnna("k1"))
		must(t, err)
		found, err := k.Find(ctx, kept.ID)
		must(t, err)
		if d := cmp.Diff(kept, found) + cmp.Diff(found, again); d != "" || kept.ID == 0 || kept.Version != 1 || kept.Alternates[0].Factor != (item.Ratio{Num: 2, Den: 3}) {
			t.Errorf("%+v %s", kept, d)
		}
		for _, code := range []string{"m-1", " M-1 ", "4006381333931"} {
			if found, err = k.ByCode(ctx, code); err != nil || found.ID != kept.ID {
				t.Errorf("%q: %v %v", code, found.ID, err)
			}
		}
		_, err = k.ByNumber(ctx, "4006381333931")
		wantKind(t, err, errs.NotFound)
		kept.Name, kept.Units, kept.Alternates, kept.Revisions = "Steel rod", nil, nil, kept.Revisions[:1]
		changed, err := k.Save(ctx, kept, byAnna(""))
		must(t, err)
		if e := said(t, s); e.What != "item.change" || e.On != fmt.Sprintf("item/%d", kept.ID) || !strings.Contains(e.Old, "name: Steel bar") || !strings.Contains(e.New, "name: Steel rod") {
			t.Errorf("%+v", e)
		}
		_, err = k.Save(ctx, kept, byAnna("")) // a stale version
		wantKind(t, err, errs.Conflict)
		same, err := k.Save(ctx, changed, byAnna("")) // nothing to change
		must(t, err)
		if found, err = k.Find(ctx, kept.ID); err != nil || same.Version != 2 || cmp.Diff(changed, found) != "" {
			t.Errorf("%+v %v %s", same, err, cmp.Diff(changed, found))
		}
		sound(t, s)
	})
}

func TestNumbersAndBarcodesAreUnique(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, k := t.Context(), open().Items()
		_, err := k.Add(ctx, steel(), byAnna("k1"))
		must(t, err)
		i := steel()
		i.Number = "m-1"
		_, err = k.Add(ctx, i, byAnna(""))
		wantKind(t, err, errs.Conflict)
		i.Number = "M-3"
		_, err = k.Add(ctx, i, byAnna(""))
		wantKind(t, err, errs.Conflict) // the barcode
		_, err = k.Add(ctx, i, byAnna("k1"))
		wantKind(t, err, errs.Invalid) // the key of another
		i.Barcode, i.Alternates = "", []item.Alternate{{Item: 4711, Factor: item.One()}}
		_, err = k.Add(ctx, i, byAnna(""))
		wantKind(t, err, errs.Invalid)
		_, err = k.Save(ctx, item.Item{ID: 4711}, byAnna(""))
		wantKind(t, err, errs.Invalid)
		i.ID, i.Alternates = 4711, nil
		_, err = k.Save(ctx, i, byAnna(""))
		wantKind(t, err, errs.NotFound)
	})
}

func TestOneOfManyWhoChangeAnItemAtOnceIsFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		doors := []item.Catalogue{open().Items(), open().Items()}
		kept, err := doors[0].Add(ctx, steel(), byAnna(""))
		must(t, err)
		var all sync.WaitGroup
		failed := make([]error, 8)
		for n := range failed {
			all.Go(func() {
				mine := kept
				mine.Name = fmt.Sprint("Bar ", n)
				_, failed[n] = doors[n%2].Save(ctx, mine, byAnna(""))
			})
		}
		all.Wait()
		first := 0
		for _, err := range failed {
			if err == nil {
				first++
			} else if errs.KindOf(err) != errs.Conflict {
				t.Error(err)
			}
		}
		if first != 1 {
			t.Errorf("%d were first", first)
		}
	})
}

func TestABadRowLeavesTheOthersAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := s.Items()
		addItem(t, s, "A")
		named := func(number, name string) item.Row {
			return item.Row{Number: number, Change: func(i *item.Item) { i.Name = name }}
		}
		batch := item.Batch{Change: byAnna("k"), Rows: []item.Row{
			named("a", "Axle"), named("B", ""), named("C", "Cog"),
			{Number: "D", Wrong: errors.New("no number")},
			{Number: "E", Wrong: errs.New(errs.Invalid, "its yield is no number")},
			named("c", "Cog"),
		}}
		batch.Rows[3].Wrong = errs.New(errs.Invalid, "row 4 cannot be read")
		names := func() (all string) {
			found, err := k.Search(ctx, item.Search{})
			must(t, err)
			for _, i := range found {
				all += i.Number + "=" + i.Name + " "
			}
			return all
		}
		check := func(want string) {
			t.Helper()
			out, err := k.Put(ctx, batch)
			must(t, err)
			if out[0].Err != nil || out[0].Added || errs.KindOf(out[1].Err) != errs.Invalid || out[2].Err != nil || !out[2].Added ||
				out[3].Err == nil || out[4].Err == nil || !out[5].Same {
				t.Errorf("%+v", out)
			}
			if got := names(); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		batch.Dry = true
		check("A=Item A ")
		batch.Dry, batch.All = false, true
		check("A=Item A ")
		batch.All = false
		check("A=Axle C=Cog ")
		sound(t, s)
	})
}

func TestItemsAreFoundByWordsAndInPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		for _, n := range []string{"A-1", "A-2", "B_1", "B%1"} {
			addItem(t, s, n)
		}
		look := func(q item.Search) (all string) {
			found, err := s.Items().Search(ctx, q)
			must(t, err)
			for _, i := range found {
				all += i.Number + " "
			}
			return all
		}
		for want, q := range map[string]item.Search{
			"A-1 A-2 ": {Text: "a-"}, "A-2 ": {Limit: 1, After: "A-1"}, "B_1 ": {Text: "_"}, "B%1 ": {Text: "b%"}, "": {Kind: item.Make},
		} {
			if got := look(q); got != want {
				t.Errorf("%+v: %s", q, got)
			}
		}
		_, err := s.Items().ByNumber(ctx, "a\x00b")
		wantKind(t, err, errs.NotFound)
	})
}
