package store_test

import (
	"testing"
	"time"

	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tool"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// TestToolsAreKeptByOneAtATime: with numbers that are unique without regard to case, and what became of them in the audit.
func TestToolsAreKeptByOneAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		back := time.Date(2026, 3, 9, 6, 0, 0, 0, time.UTC)
		mould, err := s.Tools().Add(ctx, tool.Tool{Number: " Mould-7 ", Name: "Mould for caps", Count: 2, Away: 1, Back: back, Place: "Rack 3"}, byAnna(""))
		must(t, err)
		if mould.Number != "Mould-7" || mould.Version != 1 {
			t.Errorf("kept as %+v", mould)
		}
		if _, err := s.Tools().Add(ctx, tool.Tool{Number: "MOULD-7", Name: "Another", Count: 1}, byAnna("")); errs.KindOf(err) != errs.Conflict {
			t.Errorf("the same number again: %v", err)
		}
		second := mould
		second.Away, second.Name = 0, "Mould, mended"
		kept, err := s.Tools().Save(ctx, second, byAnna("it is back"))
		must(t, err)
		if !kept.Back.IsZero() {
			t.Error("what is not away comes back")
		}
		if _, err := s.Tools().Save(ctx, mould, byAnna("")); errs.KindOf(err) != errs.Conflict {
			t.Errorf("saved as it was before: %v", err)
		}
		if _, err := s.Tools().Save(ctx, tool.Tool{ID: mould.ID, Version: 2, Number: "M", Name: "M", Count: 1, Away: 2}, byAnna("")); errs.KindOf(err) != errs.Invalid {
			t.Errorf("more away than there are: %v", err)
		}
		again, err := s.Tools().Tool(ctx, mould.ID)
		must(t, err)
		if again != kept {
			t.Errorf("read %+v, kept %+v", again, kept)
		}
		if _, err := s.Tools().Tool(ctx, 99); errs.KindOf(err) != errs.NotFound {
			t.Errorf("none: %v", err)
		}
	})
}

// TestAToolsTableSentTwiceChangesNothing: what is wrong is told beside its cell, and the rest is kept.
func TestAToolsTableSentTwiceChangesNothing(t *testing.T) {
	eachShop(t, func(_ *testing.T, k shop, _ storetest.Database) {
		table := "number,name,there are,in maintenance,back\nM-1,Mould,2,1,2026-03-09 06:00\nG-1,Gauge,,,\nM-2,,1,,\nM-3,Mould,1,2,\n"
		want := []string{"2 M-1 new", "3 G-1 new", "4 M-2 wrong / Name: Write it: it is empty", "5 M-3 wrong / In maintenance: Write how many of the 1 are in maintenance"}
		k.want("looked through", k.takes("tools", table, register.Import{}), want...)
		k.want("kept", k.takes("tools", table, register.Import{Apply: true}), want...)
		want[0], want[1] = "2 M-1 unchanged", "3 G-1 unchanged"
		k.want("again", k.takes("tools", table, register.Import{Apply: true}), want...)
		k.want("changed", k.takes("tools", "number,in maintenance,retired\nm-1,0,yes\n", register.Import{Apply: true}),
			"2 m-1 changed / In maintenance 1 to 0 / Back 2026-03-09T06:00:00Z to  / Retired  to yes")
	})
}

// TestWhatAnOperationTakesGoesIntoTheOrder: a routing says tools and people, a work order copies them, and the schedule
// reads all of it.
func TestWhatAnOperationTakesGoesIntoTheOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		ids := makes(t, s, "P")
		centre, err := s.Centres().AddCentre(ctx, bill.Centre{Code: "PRESS", Name: "Press"}, byAnna(""))
		must(t, err)
		mould, err := s.Tools().Add(ctx, tool.Tool{Number: "M-1", Name: "Mould", Count: 2}, byAnna(""))
		must(t, err)
		fitter, err := s.Skills().Add(ctx, "Fitter", anna)
		must(t, err)
		gauge, err := s.Tools().Add(ctx, tool.Tool{Number: "G-1", Name: "Gauge", Count: 3}, byAnna(""))
		must(t, err)
		welder, err := s.Skills().Add(ctx, "Welder", anna)
		must(t, err)
		also := tool.Takes{{Tool: gauge.ID, Amount: 3 * plant.One}, {Skill: welder.ID, Amount: plant.One / 2}}
		b := bill.Bill{Item: ids["P"], Batch: plant.One, Operations: []bill.Operation{{Name: "Press", Centre: centre.ID, Run: time.Minute, Crew: 2 * plant.One, Skill: fitter.ID, Tool: mould.ID, Also: also}}}
		for path, change := range map[string]func(*bill.Operation){
			"operations[0].tool": func(o *bill.Operation) { o.Tool = 99 }, "operations[0].skill": func(o *bill.Operation) { o.Skill = 99 },
			"operations[0].also": func(o *bill.Operation) { o.Also[0].Tool = 99 },
			"operations[0].crew": func(o *bill.Operation) { o.Crew, o.Also = 0, tool.Takes{} }, "operations[0].tools": func(o *bill.Operation) { o.Tools = -1 },
		} {
			wrong := b
			wrong.Operations = []bill.Operation{b.Operations[0]}
			change(&wrong.Operations[0])
			_, err := s.Bills().Add(ctx, wrong, byAnna(""))
			if f := errs.FieldsOf(err); errs.KindOf(err) != errs.Invalid || len(f) == 0 || f[0].Path != path {
				t.Errorf("%s: %v, %v", path, err, f)
			}
		}
		addBill(t, s, b, time.Time{})
		o, err := s.Works().Create(ctx, workorder.Order{Item: ids["P"], Quantity: plant.Pieces(5), Due: plant.DateOf(time.Now())}, workorder.Doing{By: anna})
		must(t, err)
		o, err = s.Works().Step(ctx, workorder.Stepping{ID: o.ID, Version: o.Version, Step: workorder.Release}, workorder.Doing{By: anna})
		must(t, err)
		if p := o.Operations[0]; p.Crew != 2*plant.One || p.Skill != fitter.ID || p.Tool != mould.ID || p.Tools != 1 {
			t.Errorf("the order takes %+v", p)
		}
		if p := o.Operations[0]; p.Also != also {
			t.Errorf("besides it takes %+v", p.Also)
		}
		uses, err := s.Tools().Uses(ctx, gauge.ID)
		must(t, err)
		if len(uses) != 1 || uses[0].Tools != 3 || uses[0].Operation != "Press" {
			t.Errorf("the gauge is taken by %+v", uses)
		}
		must(t, s.Skills().Employ(ctx, skill.Staff{Skill: fitter.ID, Shift: "Early", People: 3, Known: true}, anna))
		facts, err := s.Schedule().Business(ctx)
		must(t, err)
		if p := facts.Work[0].Operations[0]; p.Tool != mould.ID || p.Skill != fitter.ID || p.Also != also || facts.Kit.Tools[mould.ID].Count != 2 || facts.Kit.Skills[fitter.ID] != "Fitter" || len(facts.People.Staff) != 1 {
			t.Errorf("the schedule reads %+v, %+v, %+v", p, facts.Kit, facts.People)
		}
	})
}

// TestHowManyWorkInAShift: said once more it stands already, and it can be said that nobody knows.
func TestHowManyWorkInAShift(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		k, err := s.Skills().Add(ctx, "Fitter", anna)
		must(t, err)
		say := func(shift string, n int64, known bool) error {
			return s.Skills().Employ(ctx, skill.Staff{Skill: k.ID, Shift: shift, People: n, Known: known}, anna)
		}
		must(t, say("Early", 3, true))
		must(t, say("Late", 2, true))
		must(t, say("Early", 4, true))
		must(t, say("Late", 0, false))
		must(t, say("Late", 0, false))
		m, err := s.Skills().Matrix(ctx)
		must(t, err)
		if len(m.Staff) != 1 || m.Staff[0].People != 4 || m.Staff[0].By.Name != anna.Name {
			t.Errorf("kept %+v", m.Staff)
		}
		if err := say("Early", -1, true); errs.KindOf(err) != errs.Invalid {
			t.Errorf("fewer than nobody: %v", err)
		}
		if err := s.Skills().Employ(ctx, skill.Staff{Skill: 99, Shift: "Early", Known: true}, anna); errs.KindOf(err) != errs.NotFound {
			t.Errorf("of no skill: %v", err)
		}
	})
}

// TestATableOfBillsSaysWhatOperationsTake: tools by number, skills by name, without regard to case.
func TestATableOfBillsSaysWhatOperationsTake(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		ctx := t.Context()
		_, err := k.s.Centres().AddCentre(ctx, bill.Centre{Code: "PRESS", Name: "Press"}, byAnna(""))
		must(t, err)
		mould, err := k.s.Tools().Add(ctx, tool.Tool{Number: "M-1", Name: "Mould", Count: 2}, byAnna(""))
		must(t, err)
		fitting, err := k.s.Skills().Add(ctx, "Fitting", anna)
		must(t, err)
		table := "bill of,kind,name,work centre,run,crew,skill,tool,tools\n"
		k.want("what is not there", k.takes("bills", table+"S-100,operation,Press,press,90 s,2,Magic,M-1,3\n", register.Import{Apply: true}),
			"2 S-100 wrong / Skill: There is no skill Magic / Tools: There are only 2 of M-1")
		k.want("what is", k.takes("bills", table+"S-100,operation,Press,press,90 s,2,fitting,m-1,\n", register.Import{Apply: true}), "2 S-100 new")
		k.want("changed", k.takes("bills", table+"S-100,operation,Press,press,90 s,2,,m-1,2\n", register.Import{Apply: true}),
			"2 S-100 changed / Operation 10 Press, PRESS, run 1m30s, crew 2, skill Fitting, tool M-1 × 1 to Press, PRESS, run 1m30s, crew 2, tool M-1 × 2")
		b, err := k.s.Bills().Find(ctx, 1)
		must(t, err)
		if o := b.Operations[0]; o.Tool != mould.ID || o.Tools != 2 || o.Skill != 0 || fitting.ID == 0 {
			t.Errorf("kept %+v", o)
		}
		more := "bill of,kind,name,work centre,run,crew,tool,tools,also takes\n"
		k.want("more than there is", k.takes("bills", more+"S-100,operation,Press,press,90 s,2,m-1,2,3 × M-2\n", register.Import{Apply: true}),
			"2 S-100 wrong / Also takes: There is no tool and no skill 3 × M-2; write them like 2 × M-7; Welding")
		k.want("and another skill", k.takes("bills", more+"S-100,operation,Press,press,90 s,2,m-1,2,2 × fitting\n", register.Import{Apply: true}),
			"2 S-100 changed / Operation 10 Press, PRESS, run 1m30s, crew 2, tool M-1 × 2 to Press, PRESS, run 1m30s, crew 2, tool M-1 × 2, also 2 × Fitting")
		uses, err := k.s.Tools().Uses(ctx, mould.ID)
		must(t, err)
		if len(uses) != 1 || uses[0].Item != "S-100" || uses[0].Tools != 2 || uses[0].Operation != "Press" {
			t.Errorf("it is taken by %+v", uses)
		}
	})
}
