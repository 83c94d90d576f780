package store_test

import (
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// What people count at a line is said once, and counts for its time, the job that owned it, and the job's work order.
func TestPiecesCountedAtTheLineAreTheJobsToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		c, o := w.counter(), w.released(40)
		const job = "WO-000001.10"
		j := w.job(job)
		j.Status, j.Started = execution.Running, c.at
		must(t, w.Books().Post(ctx, execution.Posting{Jobs: []execution.Job{j}, Runs: []execution.Run{{Line: "filling-1", From: c.at, Job: job}}, By: plant.Program()}))
		queue := w.queue()
		e := edit.Edit{Line: "filling-1", Kind: edit.Count, From: c.at.Add(-time.Hour), To: c.at.Add(30 * time.Minute), Good: plant.Pieces(30), Reject: plant.Pieces(4), By: ben, Key: "k1"}
		for range 2 { // as after a lost answer
			kept, err := w.Edits().Add(ctx, e, 0)
			must(t, err)
			e.ID = kept.ID
		}
		c.sound()
		c.stands(o, 30, 4, "8.84", "0")
		if j := w.job(job); j.Good != plant.Pieces(30) || j.Scrap != plant.Pieces(4) || w.queue() == queue {
			t.Errorf("%+v", j)
		}
		if a := audited(t, w.Store, "job.count"); len(a) != 2 || a[0].Who.Name != "ben" || a[0].On != job || a[0].New != "4 scrap by hand" || a[0].Why != "count 1 at the line" {
			t.Errorf("%+v", a)
		}
		scrap := edit.Edit{Line: "filling-1", Kind: edit.Scrap, From: c.at, To: c.at.Add(time.Minute), Reject: plant.Pieces(2), By: ben, Key: "k2"}
		_, err := w.Edits().Add(ctx, scrap, 0)
		must(t, err)
		c.stands(o, 28, 6, "8.84", "0")
		early := edit.Edit{Line: "filling-1", Kind: edit.Count, From: c.at.Add(-time.Hour), To: c.at, Good: plant.Pieces(9), By: ben}
		_, err = w.Edits().Add(ctx, early, 0)
		must(t, err)
		for range 2 {
			again := undo(e.ID, ben)
			again.Line, again.Key = "filling-1", "u1"
			_, err := w.Edits().Add(ctx, again, 0)
			must(t, err)
		}
		_, err = w.Edits().Add(ctx, edit.Edit{Line: "filling-1", Kind: edit.Undo, Undoes: e.ID, From: at(0), To: at(1), By: anna}, 0)
		wantKind(t, err, errs.Conflict)
		c.sound()
		if j := w.job(job); j.Good != -plant.Pieces(2) || j.Scrap != plant.Pieces(2) {
			t.Errorf("after it was taken back %+v", j)
		}
	})
}

func audited(t *testing.T, s *store.Store, what string) (all []access.Entry) {
	t.Helper()
	entries, err := s.Audit().List(t.Context(), "", store.Page{Limit: 100})
	must(t, err)
	for _, e := range entries {
		if e.What == what {
			all = append(all, e)
		}
	}
	return all
}
