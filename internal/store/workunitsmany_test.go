package store_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

// crowd is a line of some machines that stand for ten minutes in each hour, in shifts that begin within an hour.
func crowd(machines int, reads *int) *workunit.Units {
	const begin, half = 6*60 + 15, 12 * 60
	l := plant.Line{ID: line, Rates: []plant.Rate{{IdealCycle: 30 * time.Second}}}
	l.Calendar.Shifts = []plant.ShiftPattern{{Name: "Day", Start: begin, End: begin + half}, {Name: "Night", Start: begin + half, End: begin}}
	var signals []machine.Signals
	for i := range machines {
		u := plant.UnitID(fmt.Sprintf("%s/%02d", line, i))
		l.Units = append(l.Units, plant.Unit{ID: u, Line: line})
		signals = append(signals, machine.Signals{Unit: u, State: 1})
	}
	return workunit.New(&plant.Plant{Sites: []plant.Site{{Areas: []plant.Area{{Lines: []plant.Line{l}}}}}}, signals, func(_ context.Context, _ plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
		*reads++
		for at := plant.Later(from.Truncate(time.Hour), monday); at.Before(to); at = at.Add(10 * time.Minute) {
			state := machine.Execute
			if at.Minute() == 30 {
				state = machine.Held
			}
			for _, u := range l.Units {
				if !yield(machine.StateChanged{Unit: u.ID, At: at, State: state}) {
					return nil
				}
			}
		}
		return nil
	})
}

// Of a time that begins or ends within an hour, whole hours are told of many machines, of what is kept; at the ends of
// shifts it is told as it is asked for, and of few machines always.
func TestOfManyMachinesWholeHoursAreTold(t *testing.T) {
	ctx := t.Context()
	at := func(hour, minute int) time.Time {
		return monday.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	}
	for _, c := range []struct {
		machines    int
		asked, told plant.Span
		by          string
	}{
		{workunit.Few + 1, plant.Span{From: at(10, 30), To: at(14, 50)}, plant.Span{From: at(10, 15), To: at(15, 15)}, "unit"},
		{workunit.Few + 1, plant.Span{From: at(10, 30), To: at(10, 40)}, plant.Span{From: at(10, 15), To: at(11, 15)}, "unit"},
		{workunit.Few + 1, plant.Span{From: at(10, 30), To: at(14, 50)}, plant.Span{From: at(10, 15), To: at(15, 15)}, "hour,unit"},
		{workunit.Few + 1, plant.Span{From: at(7, 30), To: at(34, 0)}, plant.Span{From: at(7, 15), To: at(34, 15)}, "unit"},
		{workunit.Few + 1, plant.Span{From: at(7, 30), To: at(34, 0)}, plant.Span{From: at(7, 15), To: at(34, 15)}, "line"},
		{workunit.Few + 1, plant.Span{From: at(6, 15), To: at(18, 15)}, plant.Span{From: at(6, 15), To: at(18, 15)}, "unit"},
		{workunit.Few + 1, plant.Span{From: at(6, 15), To: at(17, 40)}, plant.Span{From: at(6, 15), To: at(18, 15)}, "day,unit"},
		{workunit.Few, plant.Span{From: at(10, 30), To: at(14, 50)}, plant.Span{From: at(10, 30), To: at(14, 50)}, "unit"},
	} {
		s, reads := storetest.SQLite(t).Open(), 0
		u := crowd(c.machines, &reads)
		must(t, s.Ledger().Replace(ctx, line, monday, strip(monday, 3*24*60)))
		keeper := rollup.NewKeeper(rollup.Options{Units: u.Layouts(), Book: workunit.Book{Book: s.Rollups()}, Segments: u.Segments})
		for _, l := range u.Layouts() {
			must(t, keeper.Roll(ctx, l))
		}
		by, err := kpi.ParseBy(c.by)
		must(t, err)
		gather := func(span plant.Span) (sum kpi.Sums, hours workunit.Hours) {
			t.Helper()
			q := rollup.Question{Lines: []kpi.Layout{{Line: line}}, Span: span, By: by}
			own, hours, err := u.Gather(ctx, s.Rollups(), q, kpi.NewGrouper(by, span, 1000, func(plant.LineID) (string, string) { return "", "" }))
			must(t, err)
			for _, all := range own {
				for _, o := range all {
					sum.Add(&o.Sums)
				}
			}
			return sum, hours
		}
		reads = 0
		got, hours := gather(c.asked)
		if c.machines > workunit.Few && reads > 0 {
			t.Errorf("%v by %s: facts were read %d times while somebody waited", c.asked, c.by, reads)
		}
		told, wider := hours.Of(c.asked)
		if told != c.told || wider != (c.told != c.asked) {
			t.Errorf("%v by %s: told is %v, %v", c.asked, c.by, told, wider)
		}
		if want, _ := gather(c.told); !reflect.DeepEqual(got, want) {
			t.Errorf("%v by %s: %v, want %v", c.asked, c.by, got, want)
		}
		all := time.Duration(0)
		for _, d := range got.Times {
			all += d
		}
		if all != time.Duration(c.machines)*c.told.To.Sub(c.told.From) || got.Times[oee.Breakdown]+got.Times[oee.MicroStop] == 0 {
			t.Errorf("%v by %s: all time is %s: %v", c.asked, c.by, all, got.Times)
		}
		if inner, is := hours.Of(plant.Span{From: at(12, 15), To: at(13, 15)}); is {
			t.Errorf("an hour between is told as %v", inner)
		}
	}
}
