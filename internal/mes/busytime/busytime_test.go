package busytime_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/busytime"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

func at(minute int) time.Time {
	return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
}

// ledger is a line's morning: a set-up from 8:10, work from 8:20 with a break and a stop, and another job from 9:40.
var ledger = []oee.Segment{
	{From: at(0), To: at(10), Category: oee.Running, Order: "J-0"},
	{From: at(10), To: at(20), Category: oee.Changeover, Order: "J-1"},
	{From: at(20), To: at(50), Category: oee.Running, Order: "J-1"},
	{From: at(50), To: at(70), Category: oee.PlannedStop, Order: "J-1"},
	{From: at(70), To: at(85), Category: oee.Breakdown, Order: "J-1"},
	{From: at(85), To: at(90), Category: oee.NoData, Order: "J-1"},
	{From: at(90), To: at(100), Category: oee.ReducedSpeed, Order: "J-1"},
	{From: at(100), To: at(200), Category: oee.Running, Order: "J-2"},
}

// desk is a service over that morning, and what it booked.
type desk struct {
	busytime.Service
	now    time.Time
	jobs   []execution.Job
	booked []string
	fails  error
	ledger []oee.Segment
	older  []execution.Job
	asked  int
}

func newDesk() *desk {
	d := &desk{ledger: ledger, jobs: []execution.Job{{ID: "J-1", Line: "L", Work: 7, Started: at(10)}, {ID: "J-2", Line: "L", Work: 8, Started: at(100)}, {ID: "J-3", Line: "L", Started: at(0)}, {ID: "J-4", Line: "L", Work: 9}}}
	d.Service = busytime.Service{
		Jobs:     func(context.Context) ([]execution.Job, error) { return d.jobs, nil },
		Older:    func(context.Context) ([]execution.Job, error) { d.asked++; return d.older, nil },
		Segments: func(context.Context, plant.LineID, time.Time, time.Time) ([]oee.Segment, error) { return d.ledger, nil },
		Report: func(_ context.Context, h busytime.Hour) error {
			if d.fails == nil {
				d.booked = append(d.booked, h.Job.ID+" "+h.From.Format("15:04")+"–"+h.To.Format("15:04")+" "+h.SetUp.String()+" "+h.Run.String())
			}
			return d.fails
		},
		Now: func() time.Time { return d.now }, Log: slog.New(slog.DiscardHandler),
	}
	return d
}

func (d *desk) settles(t *testing.T, now time.Time, want ...string) {
	t.Helper()
	d.now, d.booked = now, nil
	if err := d.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.booked, want) {
		t.Errorf("at %s it booked %q, want %q", now.Format(time.TimeOnly), d.booked, want)
	}
}

func TestAnHourIsBookedOnceItIsOver(t *testing.T) {
	d := newDesk()
	d.settles(t, at(60))
	d.settles(t, at(61), "J-1 08:00–09:00 10m0s 30m0s")
	d.settles(t, at(62))
	d.jobs[0].Ended = at(100)
	d.settles(t, at(100).Add(19*time.Second))
	d.settles(t, at(101), "J-1 09:00–09:40 0s 25m0s")
	d.settles(t, at(300), "J-2 09:00–10:00 0s 20m0s", "J-2 10:00–11:00 0s 1h0m0s", "J-2 11:00–12:00 0s 20m0s")
}

// Readings came late: the line made something else until 8:40. Each hour comes by again within forty looks, and no oftener.
func TestAnHourThatIsDerivedAnewIsToldAgain(t *testing.T) {
	d := newDesk()
	d.settles(t, at(61), "J-1 08:00–09:00 10m0s 30m0s")
	d.ledger = slices.Clone(ledger)
	d.ledger[1].Order, d.ledger[2].Order = "J-0", "J-0"
	var told []string
	for range 80 {
		d.now, d.booked = at(62), nil
		if err := d.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		told = append(told, d.booked...)
	}
	if want := []string{"J-1 08:00–09:00 0s 0s", "J-1 08:00–09:00 0s 0s"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

func TestAnOrderThatTakesNothingIsAskedOnce(t *testing.T) {
	d := newDesk()
	d.fails = errs.New(errs.Conflict, "WO-000007 is closed and takes nothing any more")
	d.settles(t, at(61))
	d.fails = nil
	d.settles(t, at(62))
}

func TestABrokenDatabaseLosesNoHour(t *testing.T) {
	d := newDesk()
	d.fails, d.now = errors.New("the disk is full"), at(61)
	if err := d.Settle(t.Context()); !errors.Is(err, d.fails) {
		t.Errorf("%v", err)
	}
	d.fails = nil
	d.settles(t, at(62), "J-1 08:00–09:00 10m0s 30m0s")
}

// The program stood for three days, and the last hours of a job were not booked before: they are, and looked at again later.
// Of two old jobs each look takes one; what is not kept any more is left as it was booked.
func TestAJobOfDaysAgoIsStillBooked(t *testing.T) {
	d := newDesk()
	now := at(0).AddDate(0, 0, 3)
	d.older = []execution.Job{{ID: "J-1", Line: "L", Work: 7, Started: at(10), Ended: at(100)}, {ID: "J-2", Line: "L", Work: 8, Started: at(100), Ended: at(130)}}
	d.jobs = nil
	d.settles(t, now, "J-1 08:00–09:00 10m0s 30m0s", "J-1 09:00–09:40 0s 25m0s")
	d.settles(t, now, "J-2 09:00–10:00 0s 20m0s", "J-2 10:00–10:10 0s 10m0s")
	if d.asked != 1 {
		t.Errorf("it asked %d times", d.asked)
	}
	d.ledger = nil
	d.settles(t, now)
	d.settles(t, now)
	d.older = nil
	d.settles(t, now)
}
