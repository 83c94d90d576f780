package store_test

import (
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
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

// A counter that people read is booked to the job that had the line: what machines have booked of that time is in it, and what
// they tell of it later is taken from it.
func TestACounterThatPeopleReadIsTheJobsToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		c, o := w.counter(), w.released(60)
		const job = "WO-000001.10"
		c.begin(job)
		c.count(job, 8, 0)
		read := edit.Edit{Line: "filling-1", Kind: edit.Reading, From: c.at.Add(-time.Minute), To: c.at.Add(30 * time.Minute), Good: plant.Pieces(30), Counter: plant.Pieces(1230), By: ben}
		kept, err := w.Edits().Add(ctx, read, 0)
		must(t, err)
		c.sound()
		c.stands(o, 30, 0, "7.8", "0")
		if j := w.job(job); j.Ahead.Rest != plant.Pieces(22) || !j.Ahead.To.Equal(read.To) {
			t.Errorf("%+v", j.Ahead)
		}
		c.later(job, 12)
		c.stands(o, 30, 0, "7.8", "0")
		c.said(edit.Reading, 10, 0)
		_, err = w.Edits().Add(ctx, edit.Edit{Line: "filling-1", Kind: edit.Undo, Undoes: kept.ID, From: at(0), To: at(1), By: anna}, 0)
		must(t, err)
		c.sound()
		c.stands(o, 20, 0, "5.2", "0")
		if j := w.job(job); j.Ahead.Rest != 0 {
			t.Errorf("after it was undone %+v", j.Ahead)
		}
	})
}

// What people counted of a job in all is said of its line's time too, in the same transaction: since it began, but not of a
// shift that is signed.
func TestWhatWasCountedInAllIsTheLinesToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		c, o := w.counter(), w.released(60)
		const job = "WO-000001.10"
		begun := c.begin(job)
		c.count(job, 8, 1)
		c.recount(job, 22, 1, "")
		c.stands(o, 30, 2, "8.32", "0")
		c.said(edit.Recount, 22, 1)
		c.recount(job, -5, 0, "")
		c.stands(o, 25, 2, "7.02", "0")
		c.said(edit.Recount, -5, 0)
		signed := edit.Signed{Line: "filling-1", Shift: "Early", Date: "2026-03-02", Span: plant.Span{From: begun, To: c.at.Add(time.Minute)}, By: anna}
		signed.Segments = []oee.Segment{{Line: "filling-1", From: signed.From, To: signed.To, Category: oee.Running, Shift: "Early", Date: "2026-03-02"}}
		_, err := w.Edits().Sign(ctx, signed, 99)
		must(t, err)
		c.recount(job, 1, 0, "was signed by anna")
		c.at = c.at.Add(2 * time.Minute)
		c.count(job, 3, 0)
		c.recount(job, -4, 0, "has only 3 good and 0 scrap since the last signed shift")
		c.recount(job, -3, 0, "")
		c.said(edit.Recount, -3, 0)
		c.stands(o, 25, 2, "7.02", "0")
		if all := audited(t, w.Store, "job.count"); len(all) != 3 || all[2].On != job || all[2].New != "22 good by hand, 1 scrap by hand" {
			t.Errorf("%+v", all)
		}
	})
}

// What somebody reports of an operation that is a job on a line is the line's too.
func TestAReportByHandIsTheLinesToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		c, o := w.counter(), w.released(60)
		const job = "WO-000001.10"
		c.begin(job)
		_, err := w.work.Report(ctx, workorder.Report{Order: o.ID, Operation: 10, Good: plant.Pieces(7)}, annaDoes)
		must(t, err)
		c.sound()
		c.stands(o, 7, 0, "1.82", "0")
		c.said(edit.Recount, 7, 0)
		c.later(job, 5)
		c.stands(o, 7, 0, "1.82", "0")
		c.said(edit.Recount, 2, 0)
	})
}

// begin gives the line to a job.
func (c *counter) begin(job string) time.Time {
	c.t.Helper()
	j := c.job(job)
	j.Status, j.Started = execution.Running, c.at
	must(c.t, c.Books().Post(c.t.Context(), execution.Posting{Jobs: []execution.Job{j}, Runs: []execution.Run{{Line: "filling-1", From: c.at, Job: job}}, By: plant.Program()}))
	return c.at
}

// later posts what a machine tells of pieces that people have counted.
func (c *counter) later(job string, good int64) {
	c.t.Helper()
	machine := c.booking(job, plant.Pieces(good), false)
	hand := machine
	hand.Tag, hand.Unit, hand.Qty, hand.Told = execution.ByHand, "", -machine.Qty, true
	must(c.t, c.Books().Post(c.t.Context(), execution.Posting{Bookings: []execution.Booking{machine, hand}, By: plant.Program()}))
	c.sound()
	too := hand
	too.Qty = -plant.Pieces(1000)
	wantKind(c.t, c.Books().Post(c.t.Context(), execution.Posting{Bookings: []execution.Booking{too}, By: plant.Program()}), errs.Conflict)
}

// recount says how many more or less a job has in all; a recount that must be refused has words.
func (c *counter) recount(job string, good, scrap int64, words string) {
	c.t.Helper()
	r := execution.Recount{Job: job, Line: "filling-1", Product: "PIECE-1", Good: plant.Pieces(good), Scrap: plant.Pieces(scrap), At: c.at.Add(time.Second)}
	p := execution.Posting{Recount: &r, By: ben}
	for i, q := range [2]plant.Quantity{r.Good, r.Scrap} {
		if q != 0 {
			p.Bookings = append(p.Bookings, execution.Booking{Tag: execution.ByHand, Line: "filling-1", Job: job, Scrap: i == 1, Since: r.At, At: r.At, Qty: q})
		}
	}
	err := c.Books().Post(c.t.Context(), p)
	switch {
	case words == "":
		must(c.t, err)
	case err == nil || !strings.Contains(err.Error(), words):
		c.t.Errorf("%v, want %s", err, words)
	}
	c.sound()
}

// said holds what the newest edit says of the line's time against what is expected.
func (c *counter) said(kind edit.Kind, good, scrap int64) {
	c.t.Helper()
	all, err := c.Edits().Edits(c.t.Context(), "filling-1", c.at.Add(-24*time.Hour), c.at.Add(24*time.Hour))
	must(c.t, err)
	if len(all) == 0 {
		c.t.Fatal("nothing was said")
	}
	e := all[len(all)-1]
	if b := e.Booked; kind == edit.Reading && b != nil {
		e.Good, e.Reject = b.Good, b.Reject
	}
	if e.Kind != kind || e.Good != plant.Pieces(good) || e.Reject != plant.Pieces(scrap) {
		c.t.Errorf("said %+v, want %s %d %d", e, kind, good, scrap)
	}
}
