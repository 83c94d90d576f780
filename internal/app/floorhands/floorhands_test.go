package floorhands_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"millwright/internal/app/floorhands"
	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var anna = plant.Person{ID: 1, Name: "Anna", Role: plant.Manager}

// released is a work order for 10 pieces at a press that costs 60 an hour, and its job.
func released(t *testing.T, s *store.Store) (workorder.Order, execution.Job) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, change := t.Context(), item.Change{By: anna, Why: "to begin with"}
	blank := item.Blank("PIECE")
	blank.Name, blank.Kind, blank.Product = "Piece", item.Make, "PIECE-1"
	piece, err := s.Items().Add(ctx, blank, change)
	must(err)
	centre, err := s.Centres().AddCentre(ctx, bill.Centre{Code: "PRESS", Name: "Press", Machine: 60 * plant.Currency}, change)
	must(err)
	b, err := s.Bills().Add(ctx, bill.Bill{Item: piece.ID, Batch: plant.One, Operations: []bill.Operation{{Name: "Press", Centre: centre.ID, Run: time.Minute, Crew: plant.One}}}, change)
	must(err)
	_, err = s.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
	must(err)
	by := workorder.Doing{By: anna, Why: "wanted"}
	o, err := s.Works().Create(ctx, workorder.Order{Item: piece.ID, Quantity: 10 * plant.One, Begin: 20790, Due: 20795, Line: "filling-1"}, by)
	must(err)
	for _, step := range []workorder.Step{workorder.Firm, workorder.Release} {
		o, err = s.Works().Step(ctx, workorder.Stepping{ID: o.ID, Version: o.Version, Step: step}, by)
		must(err)
	}
	jobs, err := s.Books().Jobs(ctx)
	must(err)
	if len(jobs) != 1 || jobs[0].Work != o.ID {
		t.Fatalf("its jobs are %+v", jobs)
	}
	return o, jobs[0]
}

// The time that a line had for a job is booked at the job's operation, once, and costs what the work centre costs; also by
// a program that has forgotten what it booked. When readings came late the difference is booked, and can be seen.
func TestTheTimeOfALineIsBookedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		o, j := released(t, s)
		hour := time.Now().UTC().Truncate(time.Hour)
		j.Status, j.Started = execution.Running, hour.Add(-time.Hour)
		known := 0
		ledger := func(context.Context, plant.LineID, time.Time, time.Time) ([]oee.Segment, error) {
			return []oee.Segment{
				{From: hour.Add(-time.Hour), To: hour.Add(-50 * time.Minute), Category: oee.Changeover, Order: j.ID},
				{From: hour.Add(-50 * time.Minute), To: hour.Add(-20 * time.Minute), Category: oee.Running, Order: j.ID},
			}[:known], nil
		}
		for _, known = range []int{2, 2, 0, 0, 1, 2} {
			lines := floorhands.Lines(s, ledger, slog.New(slog.DiscardHandler))
			lines.Jobs = func(context.Context) ([]execution.Job, error) { return []execution.Job{j}, nil }
			lines.Now = func() time.Time { return hour.Add(time.Minute) }
			if err := lines.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		o, err := s.Works().Order(t.Context(), o.ID)
		if err != nil {
			t.Fatal(err)
		}
		if op := o.Operations[0]; op.SetUpIs != 10*plant.One || op.RunIs != 30*plant.One || op.Spent.Machine != 40*plant.Currency {
			t.Errorf("booked %s min of set-up, %s of running, %s", op.SetUpIs, op.RunIs, op.Spent.Machine)
		}
		if o.Lifecycle != workorder.Started {
			t.Errorf("it is %s", o.Lifecycle)
		}
		journal, err := s.WorkAccounts().Journal(t.Context(), o.ID)
		if err != nil {
			t.Fatal(err)
		}
		var said string
		for _, e := range journal {
			said += fmt.Sprintf("%s+%s ", e.SetUp, e.Run)
		}
		if said != "0+30 10+0 -10+-30 10+30 " {
			t.Errorf("its journal has %s", said)
		}
	})
}
