package office

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// TestAnOrderBearsMaterialMachineLabourAndEnergy: what a job took stands on its work order, kind by kind, and no shelf holds
// a part of a piece.
func TestAnOrderBearsMaterialMachineLabourAndEnergy(t *testing.T) {
	o := open(t, filepath.Join(t.TempDir(), "demo.db"))
	ctx, asked := t.Context(), plant.Span{}
	o.Energy = func(_ context.Context, line plant.LineID, of plant.Span) (plant.Quantity, bool, error) {
		asked = of
		return quantity("12.5"), line == "filling-1", nil
	}
	j := job("COLA-05", 3, 1200)
	for range 2 { // the second time nothing is done again
		if err := o.Settle(ctx, j); err != nil {
			t.Fatal(err)
		}
		delete(o.sold, key(j))
	}
	if !asked.From.Equal(j.Started) || !asked.To.Equal(j.Ended) {
		t.Errorf("the meters were asked of %v", asked)
	}
	w, err := o.Store.Works().Order(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := o.Store.WorkAccounts().Sheet(ctx, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	if p := sheet.Actual; p.Energy != 3*plant.Currency || p.Machine <= 0 || p.Labour <= 0 || p.Material <= 0 {
		t.Errorf("it has cost %+v", p)
	}
	for _, c := range w.Components {
		if c.Item == o.items["CARTON-12"] && c.Issued != plant.Pieces(101) { // for 1,203 bottles
			t.Errorf("%s cartons were issued", c.Issued)
		}
	}
	for _, g := range goods() {
		if g.from == "" && g.point != "" {
			if err := o.produce(ctx, g); err != nil {
				t.Fatal(err)
			}
		}
		if g.unit != "H87" || g.kind == item.Service {
			continue
		}
		there, err := o.Store.Stock().OnHand(ctx, o.items[g.number])
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range there {
			if s.OnHand%plant.One != 0 {
				t.Errorf("%s of %s are there", s.OnHand, g.number)
			}
		}
	}
	if tie, err := o.Store.Accounts().TieOut(ctx); err != nil || len(tie.Differences) > 0 {
		t.Errorf("%+v %v", tie, err)
	}
}

// TestPeopleClockOnToWhatTheirLineMakes: each shift has people of its own, nobody is at two lines, and who works on nothing
// is clocked off.
func TestPeopleClockOnToWhatTheirLineMakes(t *testing.T) {
	seen := map[int64]string{}
	for _, l := range teams() {
		for _, shift := range []string{"Early", "Late", "Night"} {
			for _, who := range team(l.line, shift) {
				if seen[who.ID] != "" || who.ID >= 0 || who.Name == "" {
					t.Errorf("%+v is %s too", who, seen[who.ID])
				}
				seen[who.ID] = who.Name
			}
		}
	}
	for _, who := range crew() {
		if seen[who.ID] != who.Name {
			t.Errorf("%+v is %s at the lines", who, seen[who.ID])
		}
	}
	o := open(t, filepath.Join(t.TempDir(), "demo.db"))
	ctx, now := t.Context(), time.Now()
	always := plant.Line{ID: "filling-1", Calendar: plant.Calendar{Zone: time.UTC, Shifts: []plant.ShiftPattern{{Name: "Early"}}}}
	j := job("COLA-05", 4, 1200)
	w, err := o.Store.Works().Create(ctx, workorder.Order{Item: o.items["COLA-05"], Quantity: plant.One, Begin: 20790, Due: 20790, Lifecycle: workorder.Firmed}, workorder.Doing{By: by(), Why: why})
	if err != nil {
		t.Fatal(err)
	}
	j.Work, j.Operation = w.ID, 10
	on := func() int {
		t.Helper()
		all, err := o.Store.Labour().Present(ctx, "filling-1", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	for _, step := range []struct {
		runs bool
		want int
	}{{true, 3}, {true, 3}, {false, 0}} {
		if err := o.Man(ctx, always, j, step.runs); err != nil {
			t.Fatal(err)
		}
		if got := on(); got != step.want {
			t.Errorf("%d people are on the job, want %d", got, step.want)
		}
	}
	if all, err := o.Store.Labour().Of(ctx, j.ID); err != nil || len(all) != 3 || all[0].From.Before(now.Add(-time.Minute)) {
		t.Errorf("%+v %v", all, err)
	}
}
