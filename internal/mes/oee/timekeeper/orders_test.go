package timekeeper_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// untold are the signals of a line whose pacer does not say what it makes.
var untold = []machine.Signals{{Unit: "l/press", State: 1}}

// bench is a line of which only its orders tell what it makes, with its books.
type bench struct {
	*shop
	books execution.Books
}

// facts are those of the machines with the orders as the books have them.
func (b *bench) facts(ctx context.Context, line plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
	turns, err := b.books.Turns(ctx, line, from, to)
	if err != nil {
		return err
	}
	return oee.Among(execution.Orders("l/press", turns), from, func(yield func(machine.Fact) bool) error { return b.past.tell(ctx, line, from, to, yield) }, yield)
}

func (b *bench) open() {
	b.keeper = timekeeper.New(timekeeper.Options{
		Lines: []plant.Line{line}, Signals: untold, Ledger: b.store.Ledger(), History: b.facts, Facts: &b.shop.facts,
		Now: b.now, Log: slog.New(slog.DiscardHandler), Earliest: morning, Keep: time.Millisecond, Quiet: time.Millisecond,
	})
	ctx, cancel := context.WithCancel(b.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.keeper.Run(ctx) }()
	b.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			b.t.Error(err)
		}
	}
}

// post keeps what became of the job, with the wish for what came late.
func (b *bench) post(j execution.Job, r execution.Run, late time.Time) {
	b.t.Helper()
	p := execution.Posting{Jobs: []execution.Job{j}, Runs: []execution.Run{r}, By: plant.Program()}
	if !late.IsZero() {
		p.Wishes = []oee.Wish{{Line: "l", Why: oee.Order, From: late, Mark: b.now().UnixMicro()}}
	}
	must(b.t, b.books.Post(b.t.Context(), p))
}

// right waits until the ledger is what all facts make, and nothing is left to do; it gives what it was between two and three.
func (b *bench) right() (third []oee.Category) {
	b.t.Helper()
	var got, want []oee.Segment
	b.until("the ledger is right", func() bool {
		now := b.now()
		e := timeline.NewEngine(line, untold...)
		closed, err := e.Derive(b.t.Context(), b.facts, morning, now)
		must(b.t, err)
		want = slices.Concat(closed, e.Open(now))
		got, err = b.keeper.Segments(b.t.Context(), "l", morning, now.Add(time.Hour))
		must(b.t, err)
		left, err := b.store.Ledger().Wishes(b.t.Context())
		must(b.t, err)
		return b.now().Equal(now) && cmp.Equal(want, got) && len(left) == 0
	})
	for _, s := range got {
		if s.Within(plant.Span{From: after(2 * time.Hour), To: after(3 * time.Hour)}) > 0 {
			third = append(third, s.Category)
		}
	}
	return third
}

// An order that turns out to have run lays its time out anew: after a restart, and while it runs.
func TestOrdersAreLaidOutWhenTheyAreKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database func() *store.Store) {
		db := database()
		job := execution.Job{ID: "J-1", Line: "l", Product: "A", Planned: plant.Pieces(10), Status: execution.Waiting, Rank: 1, Version: 1}
		must(t, db.Books().AddJob(t.Context(), job, plant.Program(), ""))
		p := &past{}
		for i, s := range []machine.State{machine.Idle, machine.Execute, machine.Idle, machine.Execute, machine.Idle, machine.Execute} {
			p.add(state(after(time.Duration(i)*time.Hour), s))
		}
		b := &bench{shop: &shop{t: t, store: db, past: p}, books: db.Books()}
		b.goTo(after(6 * time.Hour))
		b.open()
		want := func(what string, want ...oee.Category) {
			t.Helper()
			if got := b.right(); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
		want("without an order", oee.NoOrder)
		b.stop()

		begin, end := after(90*time.Minute), after(150*time.Minute)
		job.Status, job.Started = execution.Running, begin
		b.post(job, execution.Run{Line: "l", From: begin, Job: "J-1"}, begin)
		b.open()
		want("an order that ran meanwhile", oee.Breakdown)

		job.Status, job.Ended, job.Version = execution.Completed, end, 2
		b.post(job, execution.Run{Line: "l", From: begin, To: end, Job: "J-1"}, end)
		b.shop.facts.Publish([]machine.Fact{oee.OrderChanged{Pacer: "l/press", At: end}})
		want("an order that ended meanwhile", oee.Breakdown, oee.NoOrder)
		b.stop()
		kept, err := db.Ledger().Segments(t.Context(), "l", morning, after(6*time.Hour))
		b.open()
		want("after another start", oee.Breakdown, oee.NoOrder)
		b.stop()
		again, failed := db.Ledger().Segments(t.Context(), "l", morning, after(6*time.Hour))
		if d := cmp.Diff(kept, again); d != "" || err != nil || failed != nil {
			t.Errorf("the same facts and orders make another ledger: %s %v %v", d, err, failed)
		}
	})
}
