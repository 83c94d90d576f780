package promise_test

import (
	"fmt"
	"testing"
	"time"

	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/mes/execution/promise/wording"
	"millwright/internal/plant"
)

// orders is a plant of ten lines with so many open sales orders, each with a work order and its job, three parts each.
func orders(now time.Time, n int) *promise.Facts {
	f := &promise.Facts{Now: now, Items: map[int64]promise.Item{}}
	today := plant.DateIn(now, time.UTC)
	for i := range 10 {
		f.Lines = append(f.Lines, promise.Line{
			ID: plant.LineID(fmt.Sprintf("line-%d", i)), Name: fmt.Sprintf("Line %d", i), Uptime: cycle.Share{Part: 85, Whole: 100},
			Calendar: plant.Calendar{Shifts: []plant.ShiftPattern{{Name: "Early", Start: 6 * 60, End: 14 * 60, Breaks: []plant.ClockSpan{{Start: 600, End: 630}}}, {Name: "Late", Start: 14 * 60, End: 22 * 60}}},
			Paces:    map[string]cycle.Pace{"": {Ideal: 2 * time.Second, Cycle: 2300 * time.Millisecond, Good: cycle.Share{Part: 97, Whole: 100}}},
		})
	}
	for i := range int64(40) {
		f.Items[1000+i] = promise.Item{Number: fmt.Sprintf("RM-%d", i), Name: fmt.Sprintf("Resin %d", i), Free: plant.Pieces(20_000)}
		f.Coming = append(f.Coming, promise.Coming{Item: 1000 + i, Date: today + plant.Date(1+i%5), Quantity: plant.Pieces(40_000), Text: fmt.Sprintf("PO-%d", i)})
	}
	for i := range int64(n) {
		id, line := i+1, int(i%10)
		f.Items[id] = promise.Item{Number: fmt.Sprintf("P-%d", id), Name: "Part", Make: true, Lead: 3, Orders: true}
		work := promise.Work{ID: id, Number: fmt.Sprintf("WO-%06d", id), Item: id, Line: f.Lines[line].ID, Left: plant.Pieces(800), Due: today + plant.Date(i/60), Released: true}
		for k := range int64(3) {
			work.Components = append(work.Components, workorder.Component{Position: 10 * (k + 1), Item: 1000 + (i+k)%40, Per: workorder.Ratio{Num: 3, Den: 2}})
		}
		f.Work = append(f.Work, work)
		f.Lines[line].Jobs = append(f.Lines[line].Jobs, promise.Job{ID: work.Number, Work: id, Product: f.Items[id].Number, Planned: plant.Pieces(800), Running: i < 10, Begun: i < 10})
		f.Sales = append(f.Sales, promise.Sale{ID: id, Order: id, Place: 1, Text: fmt.Sprintf("SO-%06d/1", id), Item: id, Open: plant.Pieces(800), Promised: work.Due, Value: plant.Money(800+i) * plant.Currency})
	}
	return f
}

func BenchmarkForecastOf500OpenOrders(b *testing.B) {
	now := time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC)
	for b.Loop() {
		f := promise.Foretell(orders(now, 500))
		if len(f.Risks()) == 0 {
			b.Fatal("nothing is at risk, so that nothing was foretold")
		}
	}
}

// The same facts give the same forecast, whatever order a map is read in.
func TestAForecastIsDetermined(t *testing.T) {
	now := time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC)
	tell := func() (all string) {
		f := promise.Foretell(orders(now, 120))
		for _, o := range f.Risks() {
			all += fmt.Sprintf("%s %s %s %s\n", o.Text, o.Best, o.Likely, wording.Say(f, o.Causes))
		}
		return all
	}
	first := tell()
	for range 5 {
		if tell() != first {
			t.Fatal("two forecasts of the same facts differ")
		}
	}
}

// The first order gets what there is, the next what is made, and what nobody makes is said to be missing.
func TestWhoWantsItFirstGetsIt(t *testing.T) {
	now := clock(t, day+"10:00:00")
	sale := func(id int64, due string, q, value int64) promise.Sale {
		return promise.Sale{ID: id, Order: id, Place: 1, Text: fmt.Sprintf("SO-%d", id), Item: 1, Open: plant.Pieces(q), Promised: date(t, due), Value: plant.Money(value) * plant.Currency}
	}
	f := promise.Foretell(&promise.Facts{
		Now: now, Lines: []promise.Line{press(promise.Job{ID: "WO-7", Work: 7, Product: "P", Planned: plant.Pieces(600)})},
		Items: map[int64]promise.Item{1: {Number: "P", Name: "Part", Free: plant.Pieces(100), Lead: 5, Orders: true, Make: true}},
		Work:  []promise.Work{{ID: 7, Number: "WO-7", Item: 1, Line: "press", Left: plant.Pieces(600), Due: date(t, "2026-03-12"), Released: true}},
		Sales: []promise.Sale{sale(1, "2026-03-20", 500, 900), sale(2, "2026-03-10", 100, 50), sale(3, "2026-03-12", 300, 70)},
	})
	for _, c := range []struct {
		sale  int64
		ready string
	}{{2, day + "10:00:00"}, {3, day + "12:00:00"}, {1, "2026-03-18 00:00:00"}} {
		if o, _ := f.Of(promise.SaleRef(c.sale, 1)); !o.Likely.Equal(clock(t, c.ready)) {
			t.Errorf("SO-%d is ready %s, want %s: %s", c.sale, o.Likely, c.ready, wording.Say(f, o.Causes))
		}
	}
	if o, _ := f.Of(promise.SaleRef(1, 1)); wording.Say(f, o.Causes) != "Nothing is ordered for 200 of Part, which takes 5 working days" {
		t.Errorf("SO-1: %s", wording.Say(f, o.Causes))
	}
}

// What will be late stands in the order of what it is worth, with what would help.
func TestOrdersAtRiskAndWhatFixesThem(t *testing.T) {
	now := clock(t, day+"10:00:00")
	line := press(
		promise.Job{ID: "J-1", Product: "P", Planned: plant.Pieces(600), Running: true, Begun: true, Due: clock(t, day+"20:00:00")},
		promise.Job{ID: "J-2", Product: "P", Planned: plant.Pieces(1200), Due: clock(t, day+"23:00:00")},
		promise.Job{ID: "J-3", Product: "P", Planned: plant.Pieces(300), Due: clock(t, day+"13:30:00")},
	)
	spare := promise.Line{ID: "spare", Name: "Spare", Makes: []string{"P"}, Paces: map[string]cycle.Pace{"P": {Cycle: 30 * time.Second}}}
	f := promise.Foretell(&promise.Facts{Now: now, Lines: []promise.Line{line, spare}})
	risks := f.Risks()
	if len(risks) != 1 || risks[0].Text != "J-3" || wording.Say(f, risks[0].Causes) != "Waits behind 2 jobs on Press until 16:00" {
		t.Fatalf("at risk: %+v", risks)
	}
	want := []string{"On Spare: done 12:30, in time", "Next on Press: done 13:00, in time"}
	fixes := f.Fixes(risks[0].Ref)
	if len(fixes) != len(want) {
		t.Fatalf("fixes: %+v", fixes)
	}
	for i, w := range want {
		if wording.Fix(f, fixes[i]) != w || len(fixes[i].Hurts) > 0 {
			t.Errorf("fix %d: %+v, want %s", i, fixes[i], w)
		}
	}
}

// A part of a part: what is made of it waits for the line that makes it, and says why that stands.
func TestALineWaitsForAnother(t *testing.T) {
	now := clock(t, day+"10:00:00")
	parts := press(promise.Job{ID: "WO-1", Work: 1, Product: "P", Planned: plant.Pieces(300), Running: true, Begun: true})
	parts.Halt = promise.Halt{Since: clock(t, day+"09:50:00"), Words: "Press down"}
	weld := promise.Line{ID: "weld", Name: "Welding", Paces: map[string]cycle.Pace{"W": {Cycle: time.Minute}}, Jobs: []promise.Job{{ID: "WO-2", Work: 2, Product: "W", Planned: plant.Pieces(60)}}}
	f := promise.Foretell(&promise.Facts{
		Now: now, Lines: []promise.Line{weld, parts}, Items: map[int64]promise.Item{1: {Number: "P", Name: "Part"}, 2: {Number: "W", Name: "Frame"}},
		Work: []promise.Work{
			{ID: 1, Number: "WO-1", Item: 1, Left: plant.Pieces(300), Due: date(t, "2026-03-10"), Released: true},
			{ID: 2, Number: "WO-2", Item: 2, Left: plant.Pieces(60), Due: date(t, "2026-03-09"), Released: true, Components: []workorder.Component{{Position: 10, Item: 1, Per: workorder.Ratio{Num: 4, Den: 1}}}},
		},
	})
	o, _ := f.Of(promise.WorkRef(2))
	if !o.Likely.Equal(clock(t, day+"12:00:00")) || wording.Say(f, o.Causes) != "Part short until WO-1 comes, 11:00; Press down 10 min" {
		t.Errorf("likely %s: %s", o.Likely, wording.Say(f, o.Causes))
	}
}

// What is made is never more than there is material for, and no promise comes before now.
func TestAHeldOrderHasNoDate(t *testing.T) {
	now := clock(t, day+"10:00:00")
	line := press(promise.Job{ID: "J-1", Product: "P", Planned: plant.Pieces(10), Held: true}, promise.Job{ID: "J-2", Product: "X", Planned: plant.Pieces(10)}, promise.Job{ID: "J-3", Product: "P", Planned: plant.Pieces(10)})
	line.Jobs[0].Due = now.Add(-time.Hour)
	f := promise.Foretell(&promise.Facts{Now: now, Lines: []promise.Line{line}})
	for id, want := range map[string]string{"J-1": "J-1 is on hold", "J-2": "Nobody says how fast Press makes X", "J-3": "Waits behind J-2 on Press"} {
		if o, _ := f.Of(promise.JobRef(id)); !o.Unknown() || wording.Say(f, o.Causes) != want {
			t.Errorf("%s: likely %s: %s, want %s", id, o.Likely, wording.Say(f, o.Causes), want)
		}
	}
	if o, _ := f.Of(promise.JobRef("J-1")); !o.Late() || o.Lateness != time.Hour {
		t.Errorf("what is due and on hold is late: %s", o.Lateness)
	}
}
