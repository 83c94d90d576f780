package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/errs"
	"millwright/internal/mes/brief"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/labour"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestSkillsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, k := t.Context(), open().Skills()
		weld, err := k.Add(ctx, " Welding ", anna)
		must(t, err)
		_, err = k.Add(ctx, "Welding", ben)
		wantKind(t, err, errs.Conflict)
		_, err = k.Add(ctx, " ", ben)
		wantKind(t, err, errs.Invalid)
		until := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
		must(t, k.Grant(ctx, skill.Holder{Skill: weld.ID, Who: plant.Person{ID: 7, Name: "Otto"}, By: anna}))
		must(t, k.Grant(ctx, skill.Holder{Skill: weld.ID, Who: plant.Person{ID: 7, Name: "Otto"}, Until: until, By: ben}))
		wantKind(t, k.Grant(ctx, skill.Holder{Skill: 99, Who: ben, By: anna}), errs.NotFound)
		for range 2 { // said again, it stands already
			must(t, k.Require(ctx, skill.Need{Skill: weld.ID, Line: line, Product: "COLA-05", Operation: 10}, anna))
		}
		m, err := k.Matrix(ctx)
		must(t, err)
		if len(m.Needs) != 1 || len(m.Holders) != 1 || !m.Holders[0].Until.Equal(until) || m.Holders[0].By.Name != ben.Name || m.Skills[0].Name != "Welding" {
			t.Errorf("%+v", m)
		}
		must(t, k.Release(ctx, m.Needs[0].ID, anna))
		wantKind(t, k.Release(ctx, m.Needs[0].ID, anna), errs.NotFound)
		must(t, k.Withdraw(ctx, weld.ID, 7, anna))
		wantKind(t, k.Withdraw(ctx, weld.ID, 7, anna), errs.NotFound)
		if m, err = k.Matrix(ctx); err != nil || len(m.Needs)+len(m.Holders) != 0 {
			t.Errorf("%+v %v", m, err)
		}
	})
}

func TestInstructionsHaveVersions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, k := t.Context(), open().Briefs()
		first, err := k.Keep(ctx, brief.Sheet{Kind: brief.Checklist, Line: line, Title: "Set-up", Words: "Guard closed?\nNozzle 4?", By: anna})
		must(t, err)
		next := first
		next.Words, next.By = "Guard closed?", ben
		second, err := k.Keep(ctx, next)
		must(t, err)
		_, err = k.Keep(ctx, next) // by who has not seen the second
		wantKind(t, err, errs.Conflict)
		_, err = k.Keep(ctx, brief.Sheet{Kind: brief.Instruction})
		wantKind(t, err, errs.Invalid)
		_, err = k.Keep(ctx, brief.Sheet{ID: 99, Kind: brief.Instruction, Title: "x", Words: "y"})
		wantKind(t, err, errs.NotFound)
		all, err := k.Sheets(ctx)
		must(t, err)
		if d := cmp.Diff([]brief.Sheet{second}, all); d != "" || second.Version != 2 {
			t.Error(d)
		}
		for _, a := range []string{"no guard", "yes", "yes"} {
			must(t, k.Mark(ctx, brief.Mark{Sheet: second.ID, Version: 2, Job: "J-1", Who: ben, Answers: []string{a}}))
		}
		must(t, k.Mark(ctx, brief.Mark{Sheet: first.ID, Version: 1, Who: anna}))
		wantKind(t, k.Mark(ctx, brief.Mark{Sheet: 99, Version: 1, Who: anna}), errs.NotFound)
		marks, err := k.Marks(ctx, "J-1", anna.ID)
		must(t, err)
		if len(marks) != 2 || !marks[0].Yes() || marks[0].Who.Name != ben.Name || marks[1].Job != "" {
			t.Errorf("%+v", marks)
		}
		if marks, err = k.Marks(ctx, "J-2", ben.ID); err != nil || len(marks) != 0 {
			t.Errorf("of another job, by who has read nothing: %+v %v", marks, err)
		}
	})
}

func TestTheTimeOfPeopleOnJobs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, k := t.Context(), open().Labour()
		now := time.Now().UTC().Truncate(time.Microsecond)
		otto := plant.Person{ID: 7, Name: "Otto"}
		job := execution.Job{ID: "WO-000001/10", Line: line, Work: 1, Operation: 10}
		s := labour.Stint{Line: line, Job: job.ID, Work: 1, Operation: 10, Who: otto, On: anna, Span: plant.Span{From: now, To: now.Add(time.Hour)}}
		on, err := k.On(ctx, s)
		must(t, err)
		again, err := k.On(ctx, s)
		must(t, err)
		if again.ID != on.ID || on.Left || on.Work != 1 || on.Operation != 10 {
			t.Errorf("%+v %+v", on, again)
		}
		other := s
		other.Job = "J-2"
		_, err = k.On(ctx, other)
		must(t, err)
		there, err := k.Present(ctx, line, on.From.Add(time.Second))
		must(t, err)
		beside, err := k.Beside(ctx, otto.ID, on.Span)
		must(t, err)
		due, err := k.Due(ctx)
		must(t, err)
		if len(there) != 2 || len(beside) != 2 || len(due) != 0 {
			t.Errorf("%d there, %d beside, %d due", len(there), len(beside), len(due))
		}
		off, err := k.Off(ctx, line, on.ID, ben)
		must(t, err)
		if !off.Left || off.Off.Name != ben.Name || off.To.After(on.To) {
			t.Errorf("%+v", off)
		}
		_, err = k.Off(ctx, line, on.ID, anna) // he has gone already
		must(t, err)
		_, err = k.Off(ctx, "packing-1", on.ID, anna)
		wantKind(t, err, errs.NotFound)
		forgotten := s
		forgotten.Who.ID, forgotten.To = 8, now.Add(-time.Hour) // the shift is over
		_, err = k.On(ctx, forgotten)
		must(t, err)
		due, err = k.Due(ctx)
		must(t, err)
		if len(due) != 2 || due[0].ID != on.ID || due[1].Left {
			t.Errorf("due: %+v", due)
		}
		must(t, k.Settle(ctx, on.ID, plant.Pieces(30)))
		must(t, k.Settle(ctx, on.ID, plant.Pieces(31))) // it was
		all, err := k.Of(ctx, job.ID)
		must(t, err)
		if len(all) != 2 || !all[0].Reported || all[0].Minutes != plant.Pieces(30) || all[1].Reported {
			t.Errorf("%+v", all)
		}
	})
}
