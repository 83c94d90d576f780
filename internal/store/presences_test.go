package store_test

import (
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/crew"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestPeopleSignOnAtALineAndOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		book := s.Crew()
		anna, otto := plant.Person{ID: 7, Name: "Anna"}, plant.Person{ID: 8, Name: "Otto"}
		now := time.Now()
		on := func(who plant.Person, unit plant.UnitID) crew.Presence {
			t.Helper()
			p, err := book.SignOn(ctx, crew.Presence{Line: line, Unit: unit, Who: who, On: otto, Span: plant.Span{From: now, To: now.Add(8 * time.Hour)}})
			must(t, err)
			return p
		}
		first := on(anna, "")
		if again := on(anna, ""); again.ID != first.ID {
			t.Error("who is signed on is signed on again")
		}
		second, third := on(anna, "filler"), on(otto, "")
		there, err := book.Present(ctx, line, third.From)
		must(t, err)
		if len(there) != 3 || there[0].ID != first.ID || there[1].Unit != "filler" || there[2].Who.Name != "Otto" || there[2].On != otto {
			t.Fatalf("at the line are %+v", there)
		}
		left, err := book.SignOff(ctx, line, first.ID, otto)
		must(t, err)
		if !left.Left || left.Off != otto || left.To.Before(first.From) || !left.To.Before(first.To) {
			t.Errorf("signed off: %+v", left)
		}
		if again, err := book.SignOff(ctx, line, first.ID, anna); err != nil || again != left {
			t.Errorf("signed off again: %+v, %v", again, err)
		}
		_, err = book.SignOff(ctx, "elsewhere", second.ID, otto)
		wantKind(t, err, errs.NotFound)
		crews, err := s.Rollups().Crew(ctx, line, plant.Span{From: first.From, To: now.Add(time.Hour)})
		must(t, err)
		if len(crews) != 3 || crews[0].Who != "Anna" || crews[0].Span != left.Span || !crews[2].To.Equal(third.To) {
			t.Errorf("the crew is %+v", crews)
		}
		chain, err := s.Audit().List(ctx, "line "+string(line), store.Page{Limit: 10})
		must(t, err)
		if len(chain) != 4 || chain[0].What != "line.sign_off" || chain[3].What != "line.sign_on" || chain[3].Who.Name != "Otto" {
			t.Errorf("the audit has %+v", chain)
		}
	})
}

// Who comes or goes changes what the sums are of.
func TestSumsDoNotOutliveWhoComesOrGoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		begin := time.Now().UTC().Truncate(time.Hour).Add(-3 * time.Hour)
		must(t, s.Ledger().Replace(ctx, line, begin, strip(begin, 60, 60, 600))) // a ledger that is ahead of the clock
		fresh := func() time.Time {
			state, err := s.Rollups().State(ctx, line)
			must(t, err)
			return state.Fresh
		}
		keep := func() {
			state, err := s.Rollups().State(ctx, line)
			must(t, err)
			must(t, s.Rollups().Keep(ctx, line, state, []rollup.Chunk{{Line: line, Grain: rollup.Hours, Span: plant.Span{From: begin, To: begin.Add(10 * time.Hour)}, Packed: []byte{2, 0}}}, begin.Add(10*time.Hour)))
		}
		keep()
		p, err := s.Crew().SignOn(ctx, crew.Presence{Line: line, Who: plant.Person{ID: 7, Name: "Anna"}, Span: plant.Span{To: begin.Add(9 * time.Hour)}})
		must(t, err)
		if at := fresh(); at.After(p.From) {
			t.Errorf("the sums hold up to %s after somebody came at %s", at, p.From)
		}
		keep()
		p, err = s.Crew().SignOff(ctx, line, p.ID, plant.Person{})
		must(t, err)
		if at := fresh(); at.After(p.To) {
			t.Errorf("the sums hold up to %s after somebody went at %s", at, p.To)
		}
	})
}
