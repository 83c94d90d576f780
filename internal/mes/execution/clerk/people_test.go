package clerk_test

import (
	"context"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

func kind(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != want {
		t.Errorf("%s: %v, want kind %d", what, err, want)
	}
}

func TestPeopleChangeJobs(t *testing.T) {
	s := storetest.SQLite(t).Open()
	p := &past{}
	o := open(t, s, p, nil)
	ctx := t.Context()
	o.live(p.made(before(time.Hour), 0))

	_, err := o.clerk.Add(ctx, execution.Job{Line: "l", Product: "A", Planned: plant.Pieces(10)}, operator, "")
	kind(t, "an operator adds a job", err, errs.Forbidden)
	_, err = o.clerk.Add(ctx, execution.Job{Line: "x", Planned: 0}, boss, "")
	kind(t, "a job for nowhere", err, errs.Invalid)
	first, err := o.clerk.Add(ctx, execution.Job{Line: "l", Product: "A", Planned: plant.Pieces(10), Good: 5, Status: execution.Running}, boss, "ordered")
	if err != nil || first.ID != "J-1001" || first.Status != execution.Waiting || first.Good != 0 || first.Rank != 1 {
		t.Fatalf("added %+v, %v", first, err)
	}
	second, err := o.clerk.Add(ctx, execution.Job{Line: "l", Product: "B", Planned: plant.Pieces(10)}, boss, "ordered")
	if err != nil || second.ID != "J-1002" || second.Rank != 2 {
		t.Fatalf("added %+v, %v", second, err)
	}
	_, err = o.clerk.Add(ctx, execution.Job{ID: "J-1001", Line: "l", Product: "B", Planned: plant.Pieces(10)}, boss, "")
	kind(t, "a number that is taken", err, errs.Conflict)

	_, err = o.clerk.Start(ctx, first.ID, first.Version, viewer, "")
	kind(t, "a viewer starts a job", err, errs.Forbidden)
	started, err := o.clerk.Start(ctx, first.ID, first.Version, operator, "now")
	if err != nil || started.Status != execution.Running || started.Version != 2 {
		t.Fatalf("started %+v, %v", started, err)
	}
	if j, ok := o.clerk.Current("l"); !ok || j != started {
		t.Errorf("the line works on %+v", j)
	}
	_, err = o.clerk.Hold(ctx, first.ID, first.Version, operator, "")
	kind(t, "an old version", err, errs.Conflict)
	_, err = o.clerk.Start(ctx, second.ID, second.Version, operator, "")
	kind(t, "a second job at once", err, errs.Conflict)
	_, err = o.clerk.Abort(ctx, first.ID, started.Version, operator, "")
	kind(t, "an operator aborts a job", err, errs.Forbidden)

	time.Sleep(2 * time.Millisecond)
	o.live(p.made(before(0), 1))
	o.good(first.ID, 1)
	held, err := o.clerk.Hold(ctx, first.ID, started.Version, operator, "lunch")
	if err != nil || held.Status != execution.Held || held.Good != plant.Pieces(1) {
		t.Fatalf("held %+v, %v", held, err)
	}
	if _, ok := o.clerk.Current("l"); ok {
		t.Error("the line still works on a job")
	}
	resumed, err := o.clerk.Resume(ctx, first.ID, held.Version, operator, "")
	if err != nil || !resumed.Started.Equal(started.Started) {
		t.Fatalf("resumed %+v, %v", resumed, err)
	}
	done, err := o.clerk.Complete(ctx, first.ID, resumed.Version, operator, "enough")
	if err != nil || done.Status != execution.Completed || done.Ended.IsZero() {
		t.Fatalf("completed %+v, %v", done, err)
	}
	gone, err := o.clerk.Abort(ctx, second.ID, second.Version, boss, "not wanted")
	if err != nil || gone.Status != execution.Aborted {
		t.Fatalf("aborted %+v, %v", gone, err)
	}
	_, err = o.clerk.Start(ctx, "J-9", 1, operator, "")
	kind(t, "a job that is not there", err, errs.NotFound)
}

// Somebody who changes a job in another program is first; this one looks again.
func TestAChangeElsewhereIsAConflict(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 10)
	p := &past{}
	one, two := open(t, s, p, nil), open(t, s, p, nil)
	one.until("it is loaded", func() bool { _, ok := one.clerk.Job("J-1"); return ok })
	two.until("it is loaded", func() bool { _, ok := two.clerk.Job("J-1"); return ok })
	if _, err := one.clerk.Start(t.Context(), "J-1", 1, operator, ""); err != nil {
		t.Fatal(err)
	}
	_, err := two.clerk.Start(t.Context(), "J-1", 1, operator, "")
	kind(t, "who is second", err, errs.Conflict)
	two.until("it is loaded anew", func() bool {
		j, _ := two.clerk.Job("J-1")
		return j.Status == execution.Running && j.Version == 2
	})
}

// What people count at a line is the job's while it runs, beside what the machines count; and not any more when it is taken back.
func TestPiecesCountedAtTheLineComeToTheRunningJob(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 100)
	o := open(t, s, &past{}, nil)
	o.live(says(before(time.Minute), "A"), o.past.made(before(50*time.Second), 0), o.past.made(before(40*time.Second), 4))
	o.good("J-1", 4)
	e := edit.Edit{Line: "l", Kind: edit.Count, From: before(time.Hour), To: before(0), Good: plant.Pieces(12), By: operator, Key: "form"}
	for range 2 {
		kept, err := s.Edits().Add(t.Context(), e, 0)
		if err != nil {
			t.Fatal(err)
		}
		e.ID = kept.ID
	}
	o.good("J-1", 16)
	o.live(o.past.made(before(0), 3))
	o.good("J-1", 19)
	if _, err := s.Edits().Add(t.Context(), edit.Edit{Line: "l", Kind: edit.Undo, Undoes: e.ID, From: e.From, To: e.To, By: operator}, 0); err != nil {
		t.Fatal(err)
	}
	o.good("J-1", 7)
}

func TestNobodyIsThere(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 10)
	o := open(t, s, &past{}, nil)
	o.stop()
	_, err := o.clerk.Start(t.Context(), "J-1", 1, operator, "")
	kind(t, "after the end", err, errs.Unavailable)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = o.clerk.Hold(gone, "J-1", 1, operator, "")
	if err == nil {
		t.Error("who does not wait gets an answer")
	}
}

func TestMachinesCountOnFromTheMarks(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 10)
	p := &past{}
	o := open(t, s, p, nil)
	at := before(58 * time.Minute)
	o.live(says(before(time.Hour), "A"), p.made(before(59*time.Minute), 20), p.made(at, 1))
	o.good("J-1", 1)
	from, marks, err := o.clerk.Begin(t.Context())
	if err != nil || len(marks) != 1 || marks[0].Tag != 1 || !marks[0].At.Equal(at) || marks[0].Total != plant.Pieces(21) {
		t.Errorf("marks %+v, %v", marks, err)
	}
	if time.Since(from) > time.Hour {
		t.Errorf("machines begin at %s", from)
	}
}

// A counter that is out of sight tells when it is back what people have counted meanwhile: the pieces are there once, for the
// job and for the line's time.
func TestWhatPeopleCountedTheMachineTellsLater(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 100)
	o := open(t, s, &past{}, nil)
	o.live(says(before(time.Minute), "A"), o.past.made(before(50*time.Second), 0), o.past.made(before(40*time.Second), 4))
	o.good("J-1", 4)
	o.live(machine.StateChanged{Unit: "l/packer", At: before(30 * time.Second), State: machine.Unknown})
	if _, err := o.clerk.Counted(t.Context(), execution.Count{Job: "J-1", Good: plant.Pieces(30), SeenGood: plant.Pieces(4)}, operator, "counter was dark"); err != nil {
		t.Fatal(err)
	}
	o.good("J-1", 30)
	byPeople := func(want int64) {
		t.Helper()
		all, err := s.Edits().Edits(t.Context(), "l", before(time.Hour), before(-time.Hour))
		if err != nil || len(all) != 1 || all[0].Kind != edit.Recount || all[0].Job != "J-1" || all[0].Good != plant.Pieces(want) {
			t.Errorf("the line's time has %+v, %v; want %d", all, err, want)
		}
	}
	byPeople(26)
	o.live(o.past.made(before(0), 20))
	o.until("what was told is taken from what was counted", func() bool {
		all, err := s.Edits().Edits(t.Context(), "l", before(time.Hour), before(-time.Hour))
		return err == nil && len(all) == 1 && all[0].Good == plant.Pieces(6)
	})
	o.good("J-1", 30)
	o.live(o.past.made(before(0), 9))
	o.good("J-1", 39)
}
