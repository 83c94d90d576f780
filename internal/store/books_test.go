package store_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestJobsComeBackAsTheyWere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		b := open().Books()
		full, bare := job("J-1"), execution.Job{ID: "J-2", Line: "assembly-1", Status: execution.Waiting, Version: 1}
		must(t, b.AddJob(ctx, full, anna, "ordered"))
		must(t, b.AddJob(ctx, bare, anna, ""))
		wantKind(t, b.AddJob(ctx, full, anna, "again"), errs.Conflict)
		got, err := open().Books().Jobs(ctx)
		must(t, err)
		if d := cmp.Diff([]execution.Job{bare, full}, got); d != "" {
			t.Error(d)
		}
	})
}

func TestJobsThatCannotBeAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		b := open().Books()
		madeBefore := job("J-1")
		madeBefore.Good = plant.One
		nameless := job("")
		for _, j := range []execution.Job{madeBefore, nameless} {
			wantKind(t, b.AddJob(t.Context(), j, anna, ""), errs.Invalid)
		}
		jobs, err := b.Jobs(t.Context())
		must(t, err)
		if len(jobs) != 0 {
			t.Errorf("kept %v", jobs)
		}
	})
}

func TestOldJobsAreNotLoaded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, b := t.Context(), open().Books()
		for id, age := range map[string]time.Duration{"J-new": time.Hour, "J-old": 49 * time.Hour} {
			j := job(id)
			must(t, b.AddJob(ctx, j, anna, ""))
			j.Status, j.Ended = execution.Completed, time.Now().Add(-age)
			must(t, b.Post(ctx, execution.Posting{Jobs: []execution.Job{j}, By: anna}))
		}
		got, err := b.Jobs(ctx)
		must(t, err)
		if len(got) != 1 || got[0].ID != "J-new" {
			t.Errorf("got %v, want J-new alone", got)
		}
	})
}

func TestAPostingIsKeptWhole(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		ctx, s := t.Context(), db.Open()
		must(t, s.Books().AddJob(ctx, job("J-1"), anna, ""))
		at := monday.Add(time.Minute)
		p := counted("filling-1/packer/good", "J-1", 37, time.Time{}, at)
		p.Bookings[0].Since = monday
		p.Bookings = append(p.Bookings,
			execution.Booking{Tag: "filling-1/packer/reject", Line: line, Unit: "filling-1/packer", Job: "J-1", Scrap: true, Estimated: true, Since: monday, At: at, Qty: plant.Pieces(3)},
			execution.Booking{Tag: "filling-1/capper/reject", Line: line, Unit: "filling-1/capper", Since: monday, At: at.Add(time.Second), Scrap: true, Qty: plant.Pieces(2)},
			execution.Booking{Tag: "filling-1/packer/good", Line: line, Unit: "filling-1/packer", Job: "J-1", Since: monday, At: at.Add(2 * time.Second), Qty: plant.Pieces(-1)})
		must(t, s.Books().Post(ctx, p))

		if good, scrap := progressOf(t, s, "J-1"); good != plant.Pieces(36) || scrap != plant.Pieces(3) {
			t.Errorf("progress %s good, %s scrap; want 36 and 3", good, scrap)
		}
		day := plant.Span{From: monday, To: monday.Add(time.Hour)}
		ofLine, err := s.Counts().OfLine(ctx, line, day, 10)
		must(t, err)
		if d := cmp.Diff(p.Bookings, ofLine); d != "" {
			t.Error(d)
		}
		ofJob, err := s.Counts().OfJob(ctx, "J-1", day, 2)
		must(t, err)
		if d := cmp.Diff([]execution.Booking{p.Bookings[1], p.Bookings[3]}, ofJob); d != "" {
			t.Error("the last two of the job: ", d)
		}
		good, scrap, err := s.Counts().Sum(ctx, "J-1")
		must(t, err)
		if good != plant.Pieces(36) || scrap != plant.Pieces(3) {
			t.Errorf("the bookings make %s good, %s scrap; want 36 and 3", good, scrap)
		}
		marks, err := s.Books().Marks(ctx)
		must(t, err)
		if d := cmp.Diff([]execution.Mark{{Tag: "filling-1/packer/good", At: at, Total: plant.Pieces(37)}}, marks); d != "" {
			t.Error(d)
		}
		sound(t, s)
		db.Exec("UPDATE jobs SET good = good + 1")
		if n, err := s.Counts().Verify(ctx); err == nil || !strings.Contains(err.Error(), "J-1") {
			t.Errorf("a progress that the bookings do not make went unseen: %d, %v", n, err)
		}
	})
}

// Whatever part of a posting cannot be kept, no other part is.
func TestAPostingIsKeptWholeOrNotAtAll(t *testing.T) {
	at := monday.Add(time.Minute)
	spoil := map[string]struct {
		kind  errs.Kind
		spoil func(p *execution.Posting)
	}{
		"the first mark is there already": {errs.Conflict, func(p *execution.Posting) {
			p.Marks = append(p.Marks, execution.Mark{Tag: "kept", At: at})
		}},
		"the mark before is another": {errs.Conflict, func(p *execution.Posting) {
			p.Marks = append(p.Marks, execution.Mark{Tag: "kept", At: at, Before: monday.Add(time.Second)})
		}},
		"the mark before is not there": {errs.Conflict, func(p *execution.Posting) {
			p.Marks = append(p.Marks, execution.Mark{Tag: "lost", At: at, Before: monday})
		}},
		"two marks of one counter": {errs.Invalid, func(p *execution.Posting) {
			p.Marks = append(p.Marks, p.Marks[0])
		}},
		"a job that is not there": {errs.NotFound, func(p *execution.Posting) {
			p.Bookings = append(p.Bookings, execution.Booking{Tag: "x", Line: line, Job: "J-0", At: at, Qty: plant.One})
		}},
		"a job of an old version": {errs.Conflict, func(p *execution.Posting) {
			j := job("J-1")
			j.Version, j.Status = 0, execution.Running
			p.Jobs = append(p.Jobs, j)
		}},
		"a status of a job that is not there": {errs.NotFound, func(p *execution.Posting) {
			p.Jobs = append(p.Jobs, job("J-0"))
		}},
		"a second running job": {errs.Conflict, func(p *execution.Posting) {
			one, two := job("J-1"), job("J-2")
			one.Status, two.Status = execution.Running, execution.Running
			p.Jobs = append(p.Jobs, one, two)
		}},
		"a run over another": {errs.Invalid, func(p *execution.Posting) {
			p.Runs = append(p.Runs, execution.Run{Line: line, From: monday.Add(-time.Minute), To: monday.Add(time.Second), Job: "J-2"})
		}},
		"a run of a job that is not there": {errs.Invalid, func(p *execution.Posting) {
			p.Runs = append(p.Runs, execution.Run{Line: line, From: monday.Add(time.Hour), To: monday.Add(2 * time.Hour), Job: "J-0"})
		}},
		"more pieces than there are numbers": {errs.Invalid, func(p *execution.Posting) {
			p.Bookings = append(p.Bookings, execution.Booking{Tag: "x", Line: line, Job: "J-1", At: at, Qty: math.MaxInt64})
		}},
	}
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		must(t, s.Books().AddJob(ctx, job("J-1"), anna, ""))
		must(t, s.Books().AddJob(ctx, job("J-2"), anna, ""))
		first := counted("kept", "J-1", 1, time.Time{}, monday)
		first.Runs = []execution.Run{{Line: line, From: monday, To: monday.Add(time.Hour), Job: "J-1"}}
		must(t, s.Books().Post(ctx, first))
		for name, c := range spoil {
			t.Run(name, func(t *testing.T) {
				p := counted("t", "J-1", 5, time.Time{}, at)
				p.By = anna
				c.spoil(&p)
				before := contents(t, s)
				err := s.Books().Post(ctx, p)
				wantKind(t, err, c.kind)
				if !strings.Contains(err.Error(), " ") || strings.Contains(err.Error(), "SELECT") {
					t.Errorf("%q is no sentence for a person", err)
				}
				if d := cmp.Diff(before, contents(t, s)); d != "" {
					t.Errorf("%v, but part of it was kept: %s", err, d)
				}
			})
		}
		sound(t, s)
	})
}

// contents is all that a posting may change.
func contents(t *testing.T, s *store.Store) (all []any) {
	t.Helper()
	ctx := t.Context()
	jobs, err := s.Books().Jobs(ctx)
	must(t, err)
	runs, err := s.Books().Runs(ctx, time.Time{})
	must(t, err)
	marks, err := s.Books().Marks(ctx)
	must(t, err)
	bookings, err := s.Counts().OfLine(ctx, line, plant.Span{To: monday.AddDate(1, 0, 0)}, 1000)
	must(t, err)
	entries, err := s.Audit().List(ctx, "", store.Page{})
	must(t, err)
	return append(all, jobs, runs, marks, bookings, entries)
}

// A posting that is sent again, as its first answer was lost, is found to be done.
func TestAPostingSentTwiceIsBookedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		must(t, s.Books().AddJob(ctx, job("J-1"), anna, ""))
		first := counted("t", "J-1", 5, time.Time{}, monday)
		second := counted("t", "J-1", 7, monday, monday.Add(time.Second))
		for _, p := range []execution.Posting{first, second} {
			must(t, s.Books().Post(ctx, p))
			wantKind(t, s.Books().Post(ctx, p), errs.Conflict)
		}
		if good, _ := progressOf(t, s, "J-1"); good != plant.Pieces(12) {
			t.Errorf("booked %s, want 12", good)
		}
	})
}

// L12: two writers, 500 pieces each, at the same time, make exactly 1,000.
func TestTwoWritersLoseNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		one := open()
		t.Run("through one store", func(t *testing.T) { twoWriters(t, "J-1", one, one) })
		t.Run("through two", func(t *testing.T) { twoWriters(t, "J-2", one, open()) })
	})
}

func twoWriters(t *testing.T, id string, stores ...*store.Store) {
	must(t, stores[0].Books().AddJob(t.Context(), job(id), anna, ""))
	var all sync.WaitGroup
	for w, s := range stores {
		all.Go(func() {
			before := time.Time{}
			for i := range 500 {
				at := monday.Add(time.Duration(i) * time.Second)
				if err := s.Books().Post(t.Context(), counted(fmt.Sprint(id, "/", w), id, 1, before, at)); err != nil {
					t.Error(err)
					return
				}
				before = at
			}
		})
	}
	all.Wait()
	if good, scrap := progressOf(t, stores[0], id); good != plant.Pieces(1000) || scrap != 0 {
		t.Errorf("progress %s good, %s scrap; want exactly 1000 and 0", good, scrap)
	}
	sound(t, stores[0])
}

// Two programs that both believe they own a counter cannot both book it.
func TestTwoOwnersOfOneCounterBookItOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		s := []*store.Store{open(), open()}
		must(t, s[0].Books().AddJob(t.Context(), job("J-1"), anna, ""))
		before := time.Time{}
		for i := range 50 {
			at := monday.Add(time.Duration(i) * time.Second)
			var all sync.WaitGroup
			results := make([]error, len(s))
			for w := range s {
				all.Go(func() { results[w] = s[w].Books().Post(t.Context(), counted("t", "J-1", 1, before, at)) })
			}
			all.Wait()
			if (results[0] == nil) == (results[1] == nil) {
				t.Fatalf("reading %d: want one success and one conflict, got %v and %v", i, results[0], results[1])
			}
			for _, err := range results {
				if err != nil {
					wantKind(t, err, errs.Conflict)
				}
			}
			before = at
		}
		if good, _ := progressOf(t, s[0], "J-1"); good != plant.Pieces(50) {
			t.Errorf("booked %s, want 50", good)
		}
	})
}

func TestALineHandsOverFromJobToJob(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		b := s.Books()
		must(t, b.AddJob(ctx, job("J-1"), anna, ""))
		must(t, b.AddJob(ctx, job("J-2"), anna, ""))
		one, two := job("J-1"), job("J-2")
		one.Status, one.Started = execution.Running, monday
		must(t, b.Post(ctx, execution.Posting{Jobs: []execution.Job{one}, Runs: []execution.Run{{Line: line, From: monday, Job: "J-1"}}, By: anna, Why: "early shift"}))

		later := monday.Add(time.Hour)
		one.Version, one.Status, one.Ended = 2, execution.Completed, later
		two.Status, two.Started = execution.Running, later
		p := execution.Posting{
			Jobs: []execution.Job{two, one}, // in the order that would find the line taken
			Runs: []execution.Run{{Line: line, From: later, Job: "J-2"}, {Line: line, From: monday, To: later, Job: "J-1"}},
			By:   anna, Why: "done",
		}
		must(t, b.Post(ctx, p))
		wantKind(t, b.Post(ctx, p), errs.Conflict)

		runs, err := b.Runs(ctx, time.Time{})
		must(t, err)
		want := []execution.Run{{Line: line, From: monday, To: later, Job: "J-1"}, {Line: line, From: later, Job: "J-2"}}
		if d := cmp.Diff(want, runs); d != "" {
			t.Error(d)
		}
		if runs, err = b.Runs(ctx, later); err != nil || len(runs) != 1 {
			t.Errorf("since the hand-over: %v, %v; want the open run alone", runs, err)
		}
		turns, err := b.Turns(ctx, line, monday, later.Add(time.Minute))
		must(t, err)
		if d := cmp.Diff([]execution.Turn{{Run: want[0], Product: one.Product, Ended: later}, {Run: want[1], Product: two.Product}}, turns); d != "" {
			t.Error(d)
		}
		if turns, err = b.Turns(ctx, line, monday.Add(-time.Hour), monday); err != nil || len(turns) > 0 {
			t.Errorf("before: %v, %v", turns, err)
		}
		j, err := s.Counts().Job(ctx, "J-1")
		must(t, err)
		one.Version = 3
		if d := cmp.Diff(one, j); d != "" {
			t.Error(d)
		}
		entries, err := s.Audit().List(ctx, "J-1", store.Page{})
		must(t, err)
		if len(entries) != 3 || entries[0].Why != "done" || entries[0].Who != anna || entries[0].Old == entries[0].New {
			t.Errorf("the audit chain tells of J-1: %+v", entries)
		}
		sound(t, s)
	})
}

// Progress is no change of status: who has a job on the screen may hold it though it counts.
func TestProgressLeavesTheVersionAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		must(t, s.Books().AddJob(ctx, job("J-1"), anna, ""))
		must(t, s.Books().Post(ctx, counted("t", "J-1", 5, time.Time{}, monday)))
		j := job("J-1")
		j.Status = execution.Aborted
		must(t, s.Books().Post(ctx, execution.Posting{Jobs: []execution.Job{j}, By: anna, Why: "customer left"}))
		if good, _ := progressOf(t, s, "J-1"); good != plant.Pieces(5) {
			t.Errorf("a change of status made the progress %s, want 5", good)
		}
	})
}

// Machines send what they like: bytes that are no UTF-8, NUL, quotes. It is kept, or replaced where it cannot be.
func TestHostileTextIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		evil := "J'); DROP TABLE jobs; -- \" \\ é"
		j := job(evil)
		must(t, s.Books().AddJob(ctx, j, plant.Person{Name: "a\x00b\xff", Role: plant.Admin}, "\x00"))
		must(t, s.Books().Post(ctx, counted("t\x00\xc3", evil, 5, time.Time{}, monday)))
		if good, _ := progressOf(t, s, evil); good != plant.Pieces(5) {
			t.Errorf("booked %s, want 5", good)
		}
		marks, err := s.Books().Marks(ctx)
		must(t, err)
		if len(marks) != 1 || marks[0].Tag != "t\uFFFD\uFFFD" {
			t.Errorf("marks %q, want the unreadable bytes replaced", marks)
		}
		sound(t, s)
	})
}

func TestALargePostingIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		must(t, s.Books().AddJob(ctx, job("J-1"), anna, ""))
		var p execution.Posting
		for i := range 5000 {
			one := counted(fmt.Sprint("t", i), "J-1", 1, time.Time{}, monday)
			p.Bookings, p.Marks = append(p.Bookings, one.Bookings...), append(p.Marks, one.Marks...)
		}
		p.Bookings[7].Job = ""
		must(t, s.Books().Post(ctx, p))
		if good, _ := progressOf(t, s, "J-1"); good != plant.Pieces(4999) {
			t.Errorf("booked %s, want 4999", good)
		}
		marks, err := s.Books().Marks(ctx)
		must(t, err)
		if len(marks) != 5000 {
			t.Errorf("%d marks, want 5000", len(marks))
		}
	})
}

func TestACancelledPostingIsNotKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		must(t, s.Books().AddJob(t.Context(), job("J-1"), anna, ""))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Books().Post(ctx, counted("t", "J-1", 5, time.Time{}, monday)); err == nil {
			t.Fatal("a cancelled posting was kept")
		}
		must(t, s.Books().Post(t.Context(), counted("t", "J-1", 6, time.Time{}, monday)))
		if good, _ := progressOf(t, s, "J-1"); good != plant.Pieces(6) {
			t.Errorf("booked %s, want 6", good)
		}
	})
}
