package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// makes adds items that are made here and gives their ids by number.
func makes(t testing.TB, s *store.Store, numbers ...string) map[string]int64 {
	t.Helper()
	ids := map[string]int64{}
	for _, n := range numbers {
		i := item.Blank(n)
		i.Name, i.Kind = "Item "+n, item.Make
		kept, err := s.Items().Add(t.Context(), i, byAnna(""))
		must(t, err)
		ids[n] = kept.ID
	}
	return ids
}

// of is a bill of one line for each part.
func of(id int64, parts ...int64) bill.Bill {
	b := bill.Bill{Item: id, Batch: plant.One}
	for n, p := range parts {
		b.Lines = append(b.Lines, bill.Line{Item: p, Quantity: plant.Pieces(int64(n) + 2)})
	}
	return b
}

func addBill(t testing.TB, s *store.Store, b bill.Bill, from time.Time) bill.Bill {
	t.Helper()
	kept, err := s.Bills().Add(t.Context(), b, byAnna(""))
	must(t, err)
	kept, err = s.Bills().Step(t.Context(), bill.Step{ID: kept.ID, Version: kept.Version, To: bill.Released, From: from}, byAnna(""))
	must(t, err)
	return kept
}

func TestABillIsDraftedReleasedAndReplaced(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k, ids := s.Bills(), makes(t, s, "Z", "A", "B", "C")
		centre, err := s.Centres().AddCentre(ctx, bill.Centre{Code: "MILL", Name: "Mill", Place: "filling-1", Machine: 40 * plant.Currency}, byAnna(""))
		must(t, err)
		draft := of(ids["Z"], ids["A"], ids["B"])
		draft.Lines[0].Unit, draft.Lines[0].Scrap, draft.Lines[1].Operation = "DZN", 5*plant.One, 10
		draft.Lines = append(draft.Lines, bill.Line{Item: ids["C"], Quantity: plant.One, Instead: 20})
		draft.Operations = []bill.Operation{{Name: "Fit", Centre: centre.ID, Setup: time.Hour, Run: time.Minute, Crew: plant.One}}
		b, err := k.Add(ctx, draft, item.Change{By: anna, Key: "k1"})
		must(t, err)
		again, err := k.Add(ctx, draft, item.Change{By: anna, Key: "k1"})
		must(t, err)
		found, err := k.Find(ctx, b.ID)
		must(t, err)
		if d := cmp.Diff(b, found) + cmp.Diff(b, again); d != "" || b.Number != 1 || b.State != bill.Draft || b.Lines[0].Per != (item.Ratio{Num: 126, Den: 5}) {
			t.Errorf("%+v %s", b, d)
		}
		if g, err := k.Below(ctx, []int64{ids["Z"]}, monday); err != nil || len(g.Bills) != 0 || g.Items[ids["Z"]].Number != "Z" {
			t.Errorf("a draft is in force: %+v %v", g, err)
		}
		b.Lines, b.Note = b.Lines[:2], "lighter"
		b, err = k.Save(ctx, b, byAnna(""))
		must(t, err)
		_, err = k.Save(ctx, found, byAnna("")) // a stale version
		wantKind(t, err, errs.Conflict)
		_, err = k.Step(ctx, bill.Step{ID: b.ID, Version: 1, To: bill.Released}, byAnna(""))
		wantKind(t, err, errs.Conflict)
		b, err = k.Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released, From: monday}, byAnna(""))
		must(t, err)
		if e := said(t, s); e.What != "bill.release" || e.On != fmt.Sprintf("bill/%d", b.ID) || !strings.Contains(e.New, "released") {
			t.Errorf("%+v", e)
		}
		_, err = k.Save(ctx, b, byAnna("")) // what is released is never changed
		wantKind(t, err, errs.Conflict)
		two := addBill(t, s, of(ids["Z"], ids["C"]), monday.Add(time.Hour))
		for at, want := range map[time.Time]int64{monday.Add(-1 * time.Minute): 0, monday: b.ID, monday.Add(59 * time.Minute): b.ID, monday.Add(time.Hour): two.ID} {
			g, err := k.Below(ctx, []int64{ids["Z"]}, at)
			must(t, err)
			if got := g.Bills[ids["Z"]].ID; got != want {
				t.Errorf("at %s it is %d, want %d", at, got, want)
			}
		}
		three, err := k.Add(ctx, of(ids["Z"], ids["B"]), byAnna(""))
		must(t, err)
		_, err = k.Step(ctx, bill.Step{ID: three.ID, Version: 1, To: bill.Released, From: monday}, byAnna("")) // the moment of another
		wantKind(t, err, errs.Conflict)
		two, err = k.Step(ctx, bill.Step{ID: two.ID, Version: two.Version, To: bill.Obsoleted}, byAnna(""))
		must(t, err)
		g, err := k.Below(ctx, nil, monday.Add(2*time.Hour))
		must(t, err)
		if g.Bills[ids["Z"]].ID != b.ID || two.Obsolete.IsZero() || g.Centres[centre.ID].Machine != centre.Machine {
			t.Errorf("%+v", g.Bills)
		}
		all, err := k.Of(ctx, ids["Z"])
		if err != nil || len(all) != 3 || all[0].Number != 3 || all[1].State != bill.Obsoleted {
			t.Errorf("%+v %v", all, err)
		}
		sound(t, s)
	})
}

func TestACircleIsRefusedOnWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k, ids := s.Bills(), makes(t, s, "A", "B", "C", "D")
		addBill(t, s, of(ids["A"], ids["D"], ids["B"]), monday)
		_, err := k.Add(ctx, of(ids["B"], ids["C"]), byAnna("")) // a draft counts too
		must(t, err)
		_, err = k.Add(ctx, of(ids["C"], ids["D"], ids["A"]), byAnna(""))
		wantKind(t, err, errs.Invalid)
		if !strings.Contains(err.Error(), "C → A → B → C") {
			t.Error(err)
		}
		_, err = k.Add(ctx, of(ids["A"], ids["A"]), byAnna(""))
		wantKind(t, err, errs.Invalid)
		kept, err := k.Add(ctx, of(ids["C"], ids["D"]), byAnna(""))
		must(t, err)
		kept.Lines[0].Item = ids["B"]
		_, err = k.Save(ctx, kept, byAnna(""))
		wantKind(t, err, errs.Invalid)
		if after, err := k.Find(ctx, kept.ID); err != nil || after.Version != 1 || after.Lines[0].Item != ids["D"] {
			t.Errorf("something was kept: %+v %v", after, err)
		}
	})
}

// Of two who would close a circle together, one is refused.
func TestTwoCannotCloseACircleTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		doors := []*store.Store{open(), open()}
		ids := makes(t, doors[0], "A", "B")
		failed := make([]error, 2)
		var both sync.WaitGroup
		for n, b := range []bill.Bill{of(ids["A"], ids["B"]), of(ids["B"], ids["A"])} {
			both.Go(func() { _, failed[n] = doors[n].Bills().Add(ctx, b, byAnna("")) })
		}
		both.Wait()
		if (failed[0] == nil) == (failed[1] == nil) {
			t.Error(failed)
		}
	})
}

func TestBillsOfWhatIsNotThereAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k, ids := s.Bills(), makes(t, s, "A", "B")
		bought := addItem(t, s, "BUY")
		wrong := map[string]bill.Bill{
			"no such item": of(ids["A"], 4711), "no item": of(4711, ids["A"]), "not made here": of(bought.ID, ids["A"]),
		}
		centre := of(ids["A"], ids["B"])
		centre.Operations = []bill.Operation{{Name: "Fit", Centre: 99}}
		wrong["no such work centre"] = centre
		unit := of(ids["A"], ids["B"])
		unit.Lines[0].Unit = "KGM"
		wrong["add the unit"] = unit
		for says, b := range wrong {
			_, err := k.Add(ctx, b, byAnna(""))
			wantKind(t, err, errs.Invalid)
			if !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v", says, err)
			}
		}
		_, err := k.Find(ctx, 4711)
		wantKind(t, err, errs.NotFound)
		_, err = k.Step(ctx, bill.Step{ID: 4711, To: bill.Released}, byAnna(""))
		wantKind(t, err, errs.NotFound)
		empty, err := k.Add(ctx, of(ids["A"]), byAnna(""))
		must(t, err)
		_, err = k.Step(ctx, bill.Step{ID: empty.ID, Version: 1, To: bill.Released}, byAnna(""))
		wantKind(t, err, errs.Invalid)
	})
}

func TestWhereAnItemIsUsedAtAllLevels(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		ids := makes(t, s, "E", "D", "A", "Z")
		addBill(t, s, of(ids["D"], ids["E"]), monday)
		addBill(t, s, of(ids["A"], ids["D"]), monday)
		addBill(t, s, of(ids["Z"], ids["A"], ids["E"]), monday)
		uses, err := s.Bills().Above(ctx, ids["E"])
		must(t, err)
		got := ""
		for _, u := range uses {
			got += fmt.Sprintf("%d:%d/%d ", u.Level, u.Bill.Item, u.Of)
		}
		if want := fmt.Sprintf("1:%d/%d 1:%d/%d 2:%d/%d 3:%d/%d ", ids["D"], ids["E"], ids["Z"], ids["E"], ids["A"], ids["D"], ids["Z"], ids["A"]); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		g, err := s.Bills().Below(ctx, []int64{ids["Z"]}, monday)
		must(t, err)
		needs, err := g.Needs(ids["Z"], plant.Pieces(10)) // Z = 2 A + 3 E, A = 2 D, D = 2 E
		if err != nil || needs[len(needs)-1].Quantity != plant.Pieces(110) {
			t.Errorf("%+v %v", needs, err)
		}
	})
}

func TestWorkCentresAreUnique(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, k := t.Context(), open().Centres()
		c, err := k.AddCentre(ctx, bill.Centre{Code: "MILL", Name: "Mill"}, byAnna(""))
		must(t, err)
		_, err = k.AddCentre(ctx, bill.Centre{Code: "mill", Name: "Mill 2"}, byAnna(""))
		wantKind(t, err, errs.Conflict)
		_, err = k.AddCentre(ctx, bill.Centre{Code: "", Name: "Mill 2", Labour: -1}, byAnna(""))
		wantKind(t, err, errs.Invalid)
		c.Labour = 30 * plant.Currency
		c, err = k.SaveCentre(ctx, c, byAnna(""))
		must(t, err)
		old := c
		old.Version = 1
		_, err = k.SaveCentre(ctx, old, byAnna(""))
		wantKind(t, err, errs.Conflict)
		all, err := k.Centres(ctx)
		if err != nil || cmp.Diff([]bill.Centre{c}, all) != "" {
			t.Errorf("%+v %v", all, err)
		}
	})
}
