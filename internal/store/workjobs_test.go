package store_test

import (
	"context"
	"testing"

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
		j := w.job("WO-000001/10")
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
