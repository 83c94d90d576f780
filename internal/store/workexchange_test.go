package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/erp/b2mml"
	"millwright/internal/erp/register"
	"millwright/internal/erp/workorder"
	"millwright/internal/erp/workorder/sent"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func (w theWorks) sends(im register.Import) register.Report {
	w.t.Helper()
	orders := sent.Orders{Exchange: w.WorkExchange(), Items: w.Items(), Lines: func() []string { return []string{"filling-1"} }}
	im.By, im.Why = anna, "schedule of today"
	r, err := orders.Import(w.t.Context(), im)
	must(w.t, err)
	return r
}

func scheduled(t testing.TB, quantity int) register.Table {
	t.Helper()
	request := func(id, item, quantity, unit, state string) string {
		return `<ProductionRequest><ID>` + id + `</ID><EndTime>2026-12-10T12:00:00Z</EndTime><SegmentRequirement><MaterialProducedRequirement><MaterialDefinitionID>` + item +
			`</MaterialDefinitionID><Quantity><QuantityString>` + quantity + `</QuantityString><UnitOfMeasure>` + unit + `</UnitOfMeasure></Quantity></MaterialProducedRequirement></SegmentRequirement><RequestState>` + state + `</RequestState></ProductionRequest>`
	}
	table, err := b2mml.Schedule([]byte(`<ProductionSchedule xmlns="http://www.mesa.org/xml/B2MML-V0600">`+
		request("450-1", "PIECE", fmt.Sprint(quantity), "H87", "Released")+request("450-2", "piece", "2", "DZN", "Forecast")+request("450-3", "NONE", "1", "", "")+
		request("450-4", "PIECE", "1e30", "", "")+request("450-5", "PIECE", "1", "KGM", "")+request("450-2", "PIECE", "1", "", "")+request("450-9", "PIECE", "1", "", "Cancelled")+
		request("450-6", "POWDER", "1", "KGM", "")+`</ProductionSchedule>`), time.UTC)
	must(t, err)
	return table
}

func results(r register.Report) (all []string) {
	for _, l := range r.Lines {
		words := string(l.Result)
		for _, f := range l.Wrong {
			words += " " + f.Path
		}
		for _, c := range l.Changes {
			words += " " + c.Title + " " + c.Old + " to " + c.New
		}
		all = append(all, l.Name+" "+words)
	}
	return all
}

func TestAScheduleIsKeptOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		bad := []string{"450-3 wrong Item", "450-4 wrong Quantity", "450-5 wrong Quantity", "450-2 wrong Reference", "450-9 unchanged", "450-6 wrong item"}
		want := func(what string, got register.Report, first ...string) {
			t.Helper()
			if d := cmp.Diff(append(first, bad...), results(got)); d != "" {
				t.Errorf("%s: %s", what, d)
			}
		}
		want("looked at", w.sends(register.Import{Table: scheduled(t, 40)}), "450-1 new", "450-2 new")
		whole := w.sends(register.Import{Table: scheduled(t, 40), Apply: true, Whole: true})
		want("all or none", whole, "450-1 new", "450-2 new")
		if heads, err := w.WorkAccounts().Orders(ctx, workorder.Search{Limit: 10}); err != nil || len(heads) > 0 || whole.Applied {
			t.Errorf("%v %v", heads, err)
		}
		want("kept", w.sends(register.Import{Table: scheduled(t, 40), Apply: true}), "450-1 new", "450-2 new")
		want("sent again", w.sends(register.Import{Table: scheduled(t, 40), Apply: true}), "450-1 unchanged", "450-2 unchanged")
		want("changed", w.sends(register.Import{Table: scheduled(t, 48), Apply: true}), "450-1 changed Quantity 40 to 48", "450-2 unchanged")
		o, err := w.work.Order(ctx, 1)
		must(t, err)
		if o.Reference != "450-1" || o.Quantity != plant.Pieces(48) || o.Lifecycle != workorder.Firmed || o.Due.String() != "2026-12-10" || o.Begin != o.Due {
			t.Errorf("%+v", o)
		}
		if e := said(t, w.Store); e.What != "work.change" || e.On != "work/1" || !strings.Contains(e.New, "of 48 good") || e.Why != "schedule of today" {
			t.Errorf("%+v", e)
		}
		o, err = w.work.Order(ctx, 2)
		must(t, err)
		if o.Quantity != plant.Pieces(24) || o.Lifecycle != workorder.Created {
			t.Errorf("%+v", o)
		}
		table := register.Table{Head: []string{"Their number", "State", "Due"}, Rows: [][]string{{"450-2", "cancelled", "x"}, {"450-1", "", "2026-12-11"}}, At: []int{2, 3}}
		if d := cmp.Diff([]string{"450-2 changed State created to cancelled", "450-1 changed Due 2026-12-10 to 2026-12-11"}, results(w.sends(register.Import{Table: table, Apply: true}))); d != "" {
			t.Error(d)
		}
		own, err := w.work.Create(ctx, workorder.Order{Item: w.piece, Quantity: plant.Pieces(8), Due: 20795, Begin: 20795, Lifecycle: workorder.Firmed}, annaDoes)
		must(t, err)
		listed := register.Table{Head: []string{"Number", "Their number", "Item", "Quantity", "State"}, Rows: [][]string{
			{o.Number, "450-2", "PIECE", "24", "cancelled"}, {strings.ToLower(own.Number), "", "PIECE", "8", "firmed"}, {"WO-999999", "", "PIECE", "8", "firmed"}, {own.Number, "", "PIECE", "8", "firmed"},
		}, At: []int{2, 3, 4, 5}}
		if d := cmp.Diff([]string{"450-2 unchanged", own.Number + " unchanged", "WO-999999 wrong number", own.Number + " wrong Reference"}, results(w.sends(register.Import{Table: listed, Apply: true}))); d != "" {
			t.Error(d)
		}
		listed.Rows, listed.At = [][]string{{own.Number, "", "PIECE", "9", "released"}}, []int{2}
		if d := cmp.Diff([]string{own.Number + " wrong state"}, results(w.sends(register.Import{Table: listed, Apply: true}))); d != "" {
			t.Error(d)
		}
		listed.Rows[0][4] = "firmed"
		if d := cmp.Diff([]string{own.Number + " changed Quantity 8 to 9"}, results(w.sends(register.Import{Table: listed, Apply: true}))); d != "" {
			t.Error(d)
		}
		_, err = w.work.Create(ctx, workorder.Order{Item: w.piece, Quantity: plant.One, Due: 20795, Reference: "450-1"}, annaDoes)
		wantKind(t, err, errs.Conflict)
	})
}

func TestPerformanceTellsWhatWasReportedInATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		o := w.released(40)
		first := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
		w.report(o, workorder.Report{Operation: 10, Good: plant.Pieces(37), Scrap: plant.Pieces(1), Run: plant.Pieces(20), At: first})
		w.report(o, workorder.Report{Good: -plant.Pieces(7), At: first.Add(24 * time.Hour)})
		performed := func(s workorder.Span) workorder.Performance {
			t.Helper()
			all, err := w.WorkExchange().Performed(ctx, s)
			must(t, err)
			if len(all) != 1 {
				t.Fatalf("%+v", all)
			}
			return all[0]
		}
		p := performed(workorder.Span{From: first, Until: first.Add(time.Hour)})
		if p.Number != o.Number || p.Yield != plant.Pieces(37) || p.Loss != plant.One || !p.Begun.Equal(first) || len(p.Steps) != 1 || p.Steps[0].Run != plant.Pieces(20) || p.Steps[0].Name != "Press" {
			t.Errorf("%+v", p)
		}
		lots := map[string]plant.Quantity{}
		for _, l := range append(p.Used, p.Made...) {
			lots[l.Number+" "+l.Lot] += l.Quantity
		}
		if d := cmp.Diff(map[string]plant.Quantity{"POWDER L1": plant.Pieces(5), "POWDER L2": kg(t, "4.88"), "PIECE ": plant.Pieces(37)}, lots); d != "" {
			t.Error(d)
		}
		p = performed(workorder.Span{Orders: []int64{o.ID}}) // what was taken back is off
		if p.Yield != plant.Pieces(30) || len(p.Made) != 1 || p.Made[0].Quantity != plant.Pieces(30) || p.Used[1].Quantity != kg(t, "3.06") {
			t.Errorf("%+v", p)
		}
		all, err := w.WorkExchange().Performed(ctx, workorder.Span{From: first.Add(48 * time.Hour)})
		if must(t, err); len(all) > 0 {
			t.Errorf("%+v", all)
		}
	})
}
