package promise_test

import (
	"testing"
	"time"

	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/mes/execution/promise/wording"
	"millwright/internal/mes/oee/money"
	"millwright/internal/plant"
)

// day is a Tuesday.
const day = "2026-03-10 "

func clock(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func date(t testing.TB, s string) plant.Date {
	t.Helper()
	d, err := plant.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// press is a line that makes five a minute of P.
func press(jobs ...promise.Job) promise.Line {
	return promise.Line{ID: "press", Name: "Press", Paces: map[string]cycle.Pace{"P": {Ideal: 12 * time.Second, Cycle: 12 * time.Second}}, Jobs: jobs}
}

// half is 1000 pieces of which 250 are made.
func half() promise.Job {
	return promise.Job{ID: "J-1", Product: "P", Planned: plant.Pieces(1000), Good: plant.Pieces(250), Begun: true, Running: true}
}

// The published cases of the date of an order.
func TestWhenAnOrderIsReady(t *testing.T) {
	shift := func(start, end plant.Clock, breaks ...plant.ClockSpan) plant.Calendar {
		return plant.Calendar{Shifts: []plant.ShiftPattern{{Name: "Early", Start: start, End: end, Breaks: breaks}}}
	}
	scrap := press(half())
	scrap.Paces = map[string]cycle.Pace{"P": {Cycle: 12 * time.Second, Good: cycle.Share{Part: 98, Whole: 100}}}
	ending, paused := press(half()), press(half())
	ending.Calendar = shift(6*60, 12*60)
	paused.Calendar = shift(6*60, 22*60, plant.ClockSpan{Start: 12 * 60, End: 12*60 + 30})
	for _, c := range []struct {
		name string
		line promise.Line
		want string
	}{
		{"E1: 750 pieces at five a minute", press(half()), day + "12:30:00"},
		{"E2: with a break in between", paused, day + "13:00:00"},
		{"E3: two in a hundred are scrapped", scrap, day + "12:33:12"},
		{"E4: the shift ends, and the next one begins tomorrow", ending, "2026-03-11 06:30:00"},
	} {
		f := promise.Foretell(&promise.Facts{Now: clock(t, day+"10:00:00"), Lines: []promise.Line{c.line}})
		best, likely, _ := f.Job("J-1")
		if want := clock(t, c.want); !likely.Equal(want) || !best.Equal(want) {
			t.Errorf("%s: best %s, likely %s, want %s", c.name, best, likely, want)
		}
	}
}

// E5: while a line stands nobody knows how long, its promise moves with the clock.
func TestAStandingLineMovesItsPromise(t *testing.T) {
	line := press(half())
	line.Jobs[0].Due = clock(t, day+"11:00:00")
	line.Halt = promise.Halt{Since: clock(t, day+"09:22:00"), Words: "Filler down"}
	for _, c := range []struct{ now, ready, words string }{
		{"10:00:00", "12:30:00", "Filler down 38 min"},
		{"10:47:00", "13:17:00", "Filler down 1 h 25 min"},
	} {
		f := promise.Foretell(&promise.Facts{Now: clock(t, day+c.now), Lines: []promise.Line{line}})
		o, _ := f.Of(promise.JobRef("J-1"))
		if !o.Likely.Equal(clock(t, day+c.ready)) || !o.Stalled.Equal(line.Halt.Since) {
			t.Errorf("at %s: likely %s, stalled since %s", c.now, o.Likely, o.Stalled)
		}
		if got := wording.Say(f, o.Causes[:1]); got != c.words {
			t.Errorf("at %s: %q, want %q", c.now, got, c.words)
		}
	}
}

// E6, and what few pieces change.
func TestACycleIsLearned(t *testing.T) {
	for _, c := range []struct {
		standard, took time.Duration
		n              int64
		want           time.Duration
	}{
		{10 * time.Second, 40 * 12 * time.Second, 40, 11_333_333_333},
		{10 * time.Second, 0, 0, 10 * time.Second},
		{0, 40 * 12 * time.Second, 40, 12 * time.Second},
		{0, 0, 0, 0},
	} {
		if got := cycle.Learn(c.standard, c.took, c.n); got != c.want {
			t.Errorf("standard %s, %d in %s: %s, want %s", c.standard, c.n, c.took, got, c.want)
		}
	}
}

// 460 pieces at two a unit last 2.00 h at 115 an hour, and 1.643 h at 140.
func TestMinutesToStarvation(t *testing.T) {
	for _, c := range []struct {
		perHour int64
		want    time.Duration
	}{{115, 2 * time.Hour}, {140, 5_914 * time.Second}} {
		got, ok := cycle.Lasts(plant.Pieces(460), 2, 1, time.Hour/time.Duration(c.perHour))
		if !ok || (got-c.want).Abs() > time.Second {
			t.Errorf("%d an hour: %s, want %s", c.perHour, got, c.want)
		}
	}
	if _, ok := cycle.Lasts(plant.One, 0, 1, time.Second); ok {
		t.Error("what is not taken for each piece never starves a line")
	}
}

// M2: what a stop costs by the margin of the running order, and by what that still wants.
func TestAStopInMoney(t *testing.T) {
	line := plant.Line{Rates: []plant.Rate{{Product: "P", IdealCycle: 30 * time.Second}}, Worth: plant.Worth{Margins: map[string]plant.Money{"P": 4_500_000}}}
	rate := money.RateOf(line, "P")
	stop := money.Stop{Lasts: 12 * time.Minute, Quality: 980_000}
	if got := rate.Stopped(stop).String(); got != "105.84" {
		t.Errorf("a stop of 12 min costs %s, want 105.84", got)
	}
	stop.Left, stop.Bounded = plant.Pieces(10), true
	if got := rate.Stopped(stop).String(); got != "44.1" {
		t.Errorf("with ten pieces left it costs %s, want 44.10", got)
	}
}

// resin is one kilogram a piece.
func resin(items ...workorder.Component) []workorder.Component {
	return append([]workorder.Component{{Position: 10, Item: 2, Per: workorder.Ratio{Num: 1, Den: 1}}}, items...)
}

// A line makes what there is material for, waits for more, and says so.
func TestMaterialStopsALine(t *testing.T) {
	now := clock(t, day+"10:00:00")
	job := half()
	job.Work = 7
	facts := func(coming ...promise.Coming) *promise.Facts {
		return &promise.Facts{
			Now: now, Lines: []promise.Line{press(job)}, Coming: coming,
			Items: map[int64]promise.Item{1: {Number: "P", Name: "Part"}, 2: {Number: "RES", Name: "Resin", Unit: "KGM", Free: plant.Pieces(1250 - 1000)}},
			Work:  []promise.Work{{ID: 7, Number: "WO-000007", Item: 1, Left: plant.Pieces(750), Made: plant.Pieces(250), Due: date(t, "2026-03-10"), Released: true, Components: issued(resin(), 250)}},
		}
	}
	f := promise.Foretell(facts())
	o, _ := f.Of(promise.WorkRef(7))
	if !o.Unknown() || wording.Say(f, o.Causes) != "Resin short from 10:50, none is on its way" {
		t.Errorf("likely %s: %s", o.Likely, wording.Say(f, o.Causes))
	}
	f = promise.Foretell(facts(promise.Coming{Item: 2, Date: date(t, "2026-03-10"), Quantity: plant.Pieces(900), Text: "PO-000009/1"}))
	if o, _ = f.Of(promise.WorkRef(7)); !o.Likely.Equal(clock(t, day+"13:40:00")) || wording.Say(f, o.Causes) != "Resin short from 10:50 until PO-000009/1 comes, 12:00" {
		t.Errorf("likely %s: %s", o.Likely, wording.Say(f, o.Causes))
	}
	s := f.Starving("press")
	if len(s) != 1 || s[0].Lasts != 50*time.Minute || s[0].Enough || s[0].By != "PO-000009/1" {
		t.Errorf("it starves of %+v", s)
	}
}

// What is not ordered yet can be there after its lead time; what is wanted later than that is no lack.
func TestWhatIsNotOrderedTakesItsTime(t *testing.T) {
	now := clock(t, day+"10:00:00")
	for lead, want := range map[int64]string{1: "Resin short from 10:50, none is on its way: ordered now it is there Thu 12 Mar 00:00", 0: "Resin short from 10:50, none is on its way"} {
		job := half()
		job.Work = 7
		f := promise.Foretell(&promise.Facts{
			Now: now, Lines: []promise.Line{press(job)},
			Items: map[int64]promise.Item{1: {Number: "P", Name: "Part"}, 2: {Number: "RES", Name: "Resin", Unit: "KGM", Free: plant.Pieces(250), Lead: lead, Orders: lead > 0}},
			Work:  []promise.Work{{ID: 7, Number: "WO-000007", Item: 1, Left: plant.Pieces(750), Made: plant.Pieces(250), Due: date(t, "2026-03-10"), Released: true, Components: issued(resin(), 250)}},
		})
		o, _ := f.Of(promise.WorkRef(7))
		if got := wording.Say(f, o.Causes); got != want || o.Unknown() != (lead == 0) {
			t.Errorf("%d days: %s, likely %s", lead, got, o.Likely)
		}
	}
}

// issued says that components were taken for so many pieces.
func issued(all []workorder.Component, made int64) []workorder.Component {
	for i := range all {
		all[i].Issued = all[i].Used(plant.Pieces(made))
	}
	return all
}
