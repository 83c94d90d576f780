package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// jobOf gives the job of an order's one operation.
func (w theWorks) job(id string) execution.Job {
	w.t.Helper()
	j, err := w.Counts().Job(w.t.Context(), id)
	must(w.t, err)
	return j
}

func (w theWorks) queue() int64 {
	w.t.Helper()
	n, err := w.Books().Queue(w.t.Context())
	must(w.t, err)
	return n
}

// A work order with a line waits in the line's queue from its release on, and what is changed of it is changed there.
func TestAReleasedWorkOrderWaitsInItsLinesQueue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		o := w.order(40)
		if jobs, err := w.Books().Jobs(ctx); err != nil || len(jobs) != 0 {
			t.Fatalf("before the release there is %v, %v", jobs, err)
		}
		before := w.queue()
		o = w.step(o, workorder.Release)
		j := w.job("WO-000001.10")
		if j.Work != o.ID || j.Operation != 10 || j.Line != "filling-1" || j.Product != "PIECE-1" || j.Planned != plant.Pieces(40) || j.Status != execution.Waiting || w.queue() == before {
			t.Fatalf("%+v", j)
		}
		o.Quantity, o.Rank = plant.Pieces(50), 3
		o = w.changed(ctx, o)
		if n := w.job(j.ID); n.Planned != plant.Pieces(50) || n.Rank != j.Rank+3 || n.Version != j.Version+1 {
			t.Errorf("a larger order's job is %+v", n)
		}
		before = w.queue()
		o.Note = "with care"
		o = w.changed(ctx, o)
		if w.queue() != before {
			t.Error("a note changed the queue")
		}
		o = w.step(o, workorder.Hold)
		if n := w.job(j.ID); n.Status != execution.Held {
			t.Errorf("the job of a held order is %+v", n)
		}
		o = w.step(o, workorder.Resume)
		if n := w.job(j.ID); n.Status != execution.Waiting {
			t.Errorf("the job of a resumed order is %+v", n)
		}
		o.Line = ""
		o = w.changed(ctx, o)
		if n := w.job(j.ID); n.Status != execution.Aborted {
			t.Errorf("the job of an order without a line is %+v", n)
		}
		o.Line = "filling-2"
		o = w.changed(ctx, o)
		if n := w.job(j.ID); n.Status != execution.Waiting || n.Line != "filling-2" || !n.Ended.IsZero() {
			t.Errorf("the job of an order on another line is %+v", n)
		}
		o = w.step(o, workorder.Cancel)
		if n := w.job(j.ID); n.Status != execution.Aborted {
			t.Errorf("the job of a cancelled %s is %+v", o.Number, n)
		}
	})
}

func (w theWorks) changed(ctx context.Context, o workorder.Order) workorder.Order {
	w.t.Helper()
	o, err := w.work.Change(ctx, o, annaDoes)
	must(w.t, err)
	return o
}

// twoSteps is an order of two operations on one line each, whose powder the first one takes.
func (w theWorks) twoSteps(quantity int64) workorder.Order {
	w.t.Helper()
	ctx, change := w.t.Context(), item.Change{By: anna, Why: "to begin with"}
	i := item.Blank("PAIR")
	i.Name, i.Kind = "Pair", item.Make
	made, err := w.Items().Add(ctx, i, change)
	must(w.t, err)
	mill, err := w.Centres().AddCentre(ctx, bill.Centre{Code: "MILL", Name: "Mill", Place: "mill-1/spindle"}, change)
	must(w.t, err)
	wash, err := w.Centres().AddCentre(ctx, bill.Centre{Code: "WASH", Name: "Wash", Place: "filling-1"}, change)
	must(w.t, err)
	b, err := w.Bills().Add(ctx, bill.Bill{
		Item: made.ID, Batch: plant.Pieces(10), Lines: []bill.Line{{Item: w.powder, Quantity: kg(w.t, "2.5"), Scrap: plant.Pieces(4)}},
		Operations: []bill.Operation{{Name: "Mill", Centre: mill.ID, Run: time.Minute, Crew: plant.One}, {Name: "Wash", Centre: wash.ID, Run: time.Minute, Crew: plant.One}},
	}, change)
	must(w.t, err)
	_, err = w.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
	must(w.t, err)
	o, err := w.work.Create(ctx, workorder.Order{Item: made.ID, Quantity: plant.Pieces(quantity), Begin: 20790, Due: 20795, Line: "filling-1"}, annaDoes)
	must(w.t, err)
	o = w.step(o, workorder.Release)
	if j := w.job(o.Number + ".10"); j.Line != "mill-1" {
		w.t.Errorf("the first operation is made on %+v", j)
	}
	return o
}

// A job that was begun days ago is looked at until its order is closed, or a month has passed.
func TestTheTimeOfOldJobsIsLookedAtAgain(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		w := newWorks(t, db.Open(), 5, 20)
		w.step(w.order(40), workorder.Release)
		begun := func(days int, want int) {
			t.Helper()
			db.Exec(fmt.Sprintf("UPDATE jobs SET started_at = %d, ended_at = %d", time.Now().AddDate(0, 0, -days).UnixMicro(), time.Now().AddDate(0, 0, -days).Add(time.Hour).UnixMicro()))
			if all, err := w.TimedLater(t.Context()); err != nil || len(all) != want || want > 0 && all[0].ID != "WO-000001.10" {
				t.Errorf("begun %d days ago: %v %v", days, all, err)
			}
		}
		begun(1, 0)
		begun(3, 1)
		begun(40, 0)
		db.Exec("UPDATE work_order SET lifecycle = 'closed'")
		begun(3, 0)
	})
}
