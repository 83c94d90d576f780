package store_test

import (
	"sync"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestAHandOverStandsUntilItIsAcknowledged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k := s.Edits()
		wants := func(id int64, taken string) {
			t.Helper()
			got, ok, err := k.HandedOver(ctx, line)
			must(t, err)
			if ok != (id != 0) || got.ID != id || got.TakenBy.Name != taken || got.Taken.IsZero() != (taken == "") {
				t.Errorf("handed over is %+v, %v", got, ok)
			}
		}
		wants(0, "")
		first, err := k.Sign(ctx, signed(10, 20), 0)
		must(t, err)
		wants(first.ID, "")
		late := signed(10, 20)
		for i := range late.Segments {
			late.Segments[i].From, late.Segments[i].To = late.Segments[i].From.Add(24*time.Hour), late.Segments[i].To.Add(24*time.Hour)
		}
		late.From, late.To, late.Comment = late.From.Add(24*time.Hour), late.To.Add(24*time.Hour), ""
		later, err := k.Sign(ctx, late, 0)
		must(t, err)
		wants(first.ID, "") // the later one left no words
		must(t, k.Acknowledge(ctx, first, ben))
		if a := said(t, s); a.What != "shift.acknowledge" || a.Who.Name != "ben" || a.Why != "all well" {
			t.Errorf("audited as %+v", a)
		}
		must(t, k.Acknowledge(ctx, first, anna)) // comes second
		wants(later.ID, "")                      // it waits for somebody all the same
		must(t, k.Acknowledge(ctx, later, ben))
		wants(later.ID, "ben")
		all, err := k.Signed(ctx, line, at(0), at(20))
		must(t, err)
		if len(all) != 1 || all[0].TakenBy.Name != "ben" || len(all[0].Segments) != 2 {
			t.Errorf("%+v", all)
		}
		must(t, k.Reopen(ctx, first, anna, "a count was wrong"))
		must(t, k.Reopen(ctx, later, anna, "a count was wrong"))
		wants(0, "")
		wantKind(t, k.Acknowledge(ctx, first, ben), errs.Conflict)
		wantKind(t, k.Acknowledge(ctx, edit.Signed{ID: 4711, Line: line}, ben), errs.Conflict)
		again, err := k.Sign(ctx, signed(10, 20), 0)
		must(t, err)
		wants(again.ID, "") // what is signed anew is handed over anew
		wantKind(t, k.Acknowledge(ctx, edit.Signed{ID: again.ID, Line: "filling-2"}, ben), errs.Conflict)
		sound(t, s)
	})
}

func TestOneOfManyTakesAShiftOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		doors := []edit.Edits{open().Edits(), open().Edits()}
		s, err := doors[0].Sign(ctx, signed(10, 20), 0)
		must(t, err)
		var all sync.WaitGroup
		failed := make([]error, 8)
		for i := range failed {
			all.Go(func() {
				failed[i] = doors[i%2].Acknowledge(ctx, s, plant.Person{ID: int64(i), Name: "ben", Role: plant.Operator})
			})
		}
		all.Wait()
		for _, err := range failed {
			must(t, err)
		}
	})
}
