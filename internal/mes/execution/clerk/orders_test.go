package clerk_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/machine"
	"millwright/internal/store/storetest"
)

// untold are those of a line whose machines do not say what they make.
var untold = []machine.Signals{{Unit: "l/filler", State: 4}, signals[1]}

// heard gathers what is told of orders until a fact comes.
func heard(t *testing.T, q *bus.Queue[machine.Fact], last oee.OrderChanged) (all []oee.OrderChanged) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for !slices.ContainsFunc(all, last.Same) {
		batch, err := q.Next(ctx)
		if err != nil {
			t.Fatalf("%+v was never told, but %+v", last, all)
		}
		for _, f := range batch {
			if o, ok := f.(oee.OrderChanged); ok {
				all = append(all, o)
			}
		}
	}
	return all
}

// What people do with a job is told at once, and what is told is what the books have afterwards.
func TestOrdersAreToldAsTheyAreKept(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 100)
	o := openWith(t, s, &past{}, nil, untold)
	o.until("the job is there", func() bool { _, ok := o.clerk.Job("J-1"); return ok })
	q := o.facts.Queue(1000)
	defer q.Close()
	steps := []func() (execution.Job, error){
		func() (execution.Job, error) { return o.clerk.Start(t.Context(), "J-1", 1, boss, "") },
		func() (execution.Job, error) { return o.clerk.Hold(t.Context(), "J-1", 2, boss, "") },
		func() (execution.Job, error) { return o.clerk.Resume(t.Context(), "J-1", 3, boss, "") },
		func() (execution.Job, error) { return o.clerk.Complete(t.Context(), "J-1", 4, boss, "") },
	}
	begin := before(time.Minute)
	var told []oee.OrderChanged
	for i, step := range steps {
		if _, err := step(); err != nil {
			t.Fatal(err)
		}
		kept, err := o.clerk.Orders(t.Context(), "l", begin, before(-time.Minute))
		if err != nil || len(kept) != i+1 || kept[i].Runs != (i%2 == 0) || kept[i].Runs != (kept[i].Product == "A") {
			t.Fatalf("after step %d there are %+v, %v", i, kept, err)
		}
		told = append(told, heard(t, q, kept[i])...)
		if !slices.EqualFunc(told, kept, oee.OrderChanged.Same) {
			t.Errorf("told is %+v, kept %+v", told, kept)
		}
	}
	if left, err := s.Ledger().Wishes(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("what happens now is wished for: %+v, %v", left, err)
	}
}

// A job whose last pieces were counted while nobody looked ended then: the wish for the time ledger is kept with it.
func TestAnOrderThatEndedInThePastIsWishedFor(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 10)
	begin := before(2 * time.Hour)
	p := &past{}
	p.keep(p.made(begin, 0), p.made(before(time.Hour), 12))
	job := execution.Job{ID: "J-1", Line: "l", Product: "A", Planned: 10_000_000, Status: execution.Running, Started: begin, Rank: 1, Version: 1}
	if err := s.Books().Post(t.Context(), execution.Posting{Jobs: []execution.Job{job}, Runs: []execution.Run{{Line: "l", From: begin, Job: "J-1"}}, By: boss}); err != nil {
		t.Fatal(err)
	}
	o := openWith(t, s, p, nil, untold)
	q := o.facts.Queue(1000)
	defer q.Close()
	o.good("J-1", 12)
	ended := oee.OrderChanged{Pacer: "l/filler", At: p.at, Order: "J-1", Product: "A"}
	if all := heard(t, q, ended); len(all) != 1 {
		t.Errorf("told are %+v", all)
	}
	wishes, err := s.Ledger().Wishes(t.Context())
	if err != nil || len(wishes) != 1 || wishes[0].Why != oee.Order || !wishes[0].From.Equal(p.at) {
		t.Errorf("%+v, %v", wishes, err)
	}
}

// Where the machines say what they make, it is told all the same whose orders they work on.
func TestOrdersOfALineThatSaysItsProductAreTold(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 10)
	p := &past{}
	o := open(t, s, p, nil)
	q := o.facts.Queue(1000)
	defer q.Close()
	begin, made := before(time.Hour), before(30*time.Minute)
	o.live(says(begin, "A"), p.made(begin, 0), p.made(made, 20))
	o.good("J-1", 20)
	want := []oee.OrderChanged{
		{Pacer: "l/filler", At: begin, Runs: true, Order: "J-1", Product: "A"},
		{Pacer: "l/filler", At: made, Order: "J-1", Product: "A"},
	}
	if told := heard(t, q, want[1]); !slices.EqualFunc(told, want, oee.OrderChanged.Same) {
		t.Errorf("told is %+v", told)
	}
	wishes, err := s.Ledger().Wishes(t.Context())
	orders, failed := o.clerk.Orders(t.Context(), "l", before(2*time.Hour), before(0))
	if err != nil || failed != nil || len(wishes) != 1 || !slices.EqualFunc(orders, want, oee.OrderChanged.Same) {
		t.Errorf("%+v %+v, %v %v", wishes, orders, err, failed)
	}
}
