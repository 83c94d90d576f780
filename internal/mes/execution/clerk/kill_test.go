package clerk_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

const (
	acts = 3000                 // that the machine does
	pace = 2 * time.Millisecond // of its acts
)

// machineLife is all that a machine does: counters that roll over and are reset, rejects, and a product that changes.
func machineLife(start time.Time) *past {
	p := &past{}
	good, reject := plant.Pieces(65_000), plant.Pieces(0)
	last, lastReject := start, start
	for i := range acts {
		at := start.Add(time.Duration(i) * pace)
		switch {
		case i%500 == 1:
			p.keep(says(at, []string{"A", "B", "C"}[i/500%3]))
		case i%7 == 3:
			c := machine.Counted{Unit: "l/packer", What: machine.Reject, Tag: 2, Since: lastReject, At: at, From: reject, To: reject + plant.One, Qty: plant.One}
			if i > 1500 && reject > plant.Pieces(200) {
				c.To, c.Qty, c.Event = plant.One, plant.One, machine.Reset
			}
			reject, lastReject = c.To, at
			p.keep(c)
		default:
			c := machine.Counted{Unit: "l/packer", What: machine.Good, Tag: 1, Since: last, At: at, From: good, To: good + plant.Pieces(2), Qty: plant.Pieces(2)}
			if c.To >= plant.Pieces(65_536) {
				c.To, c.Event = c.To-plant.Pieces(65_536), machine.Rolled
			}
			good, last = c.To, at
			p.keep(c)
		}
	}
	return p
}

// bookUntilKilled books what the machine does as it does it; when all is done, it ends by itself.
func bookUntilKilled(dsn string) {
	nanos, _ := strconv.ParseInt(os.Getenv("CLERK_TEST_START"), 10, 64)
	life := machineLife(time.Unix(0, nanos).UTC())
	ctx, cancel := context.WithCancel(context.Background())
	s, err := store.Open(ctx, dsn, slog.New(slog.DiscardHandler))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	var facts bus.Topic[machine.Fact]
	history := func(ctx context.Context, l plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
		if now := time.Now(); to.After(now) {
			to = now
		}
		return life.tell(ctx, l, from, to, yield)
	}
	c := clerk.New(clerk.Options{
		Lines: []plant.Line{line}, Signals: signals, Tags: names(), Books: s.Books(), History: history,
		Facts: &facts, Now: time.Now, Log: slog.New(slog.DiscardHandler), Every: 5 * time.Millisecond,
	})
	next := 0
	for next < len(life.facts) && life.facts[next].When().Before(time.Now()) {
		next++ // that was while nobody looked
	}
	done := make(chan error)
	go func() { done <- c.Run(ctx) }()
	late, lateEvery := []machine.Fact(nil), number("CLERK_TEST_LATE")
	for next < len(life.facts) {
		time.Sleep(pace)
		from := next
		for next < len(life.facts) && !life.facts[next].When().After(time.Now()) {
			next++
		}
		if lateEvery > 0 && next%lateEvery == 0 && len(late) == 0 {
			late = life.facts[from:next] // they come after the next ones
			continue
		}
		facts.Publish(life.facts[from:next])
		facts.Publish(late)
		late = nil
		if every := number("CLERK_TEST_TWICE"); every > 0 && next%every == 0 {
			facts.Publish(life.facts[max(0, from-3):next])
		}
	}
	time.Sleep(300 * time.Millisecond)
	cancel()
	if err := <-done; err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// number is what the test that started us wants; 0 where it says nothing.
func number(name string) int {
	n, _ := strconv.Atoi(os.Getenv(name))
	return n
}

func TestKilledAtAnyMomentBooksEveryPieceOnce(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, killed)
}

func killed(t *testing.T, db storetest.Database) {
	s := db.Open()
	for i, product := range []string{"A", "B", "A", "C", "B"} {
		add(t, s, fmt.Sprintf("J-%d", i), product, 500)
	}
	start := time.Now().UTC().Truncate(time.Microsecond)
	child := func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CLERK_TEST_DATABASE="+db.DSN, "CLERK_TEST_START="+strconv.FormatInt(start.UnixNano(), 10))
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	kills := 0
	for time.Since(start) < acts*pace*3/4 {
		cmd := child()
		time.Sleep(time.Duration(30+rand.IntN(300)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed
		kills++
	}
	if err := child().Wait(); err != nil {
		t.Fatalf("the last run: %v", err)
	}

	life := machineLife(start)
	want := booked(t, s, life.facts)
	o := open(t, s, life, nil) // has what the last run had no time for
	o.until("every piece is booked once", func() bool {
		all := o.clerk.Jobs("l")
		return len(all) == len(want) && !slices.ContainsFunc(all, func(j execution.Job) bool {
			w := want[j.ID]
			return j.Good != w.Good || j.Scrap != w.Scrap || j.Status != w.Status
		})
	})
	o.stop()
	jobs, err := s.Books().Jobs(t.Context())
	if err != nil || len(jobs) != len(want) {
		t.Fatalf("%d jobs, %v", len(jobs), err)
	}
	for _, j := range jobs {
		if w := want[j.ID]; j.Good != w.Good || j.Scrap != w.Scrap || j.Status != w.Status {
			t.Errorf("job %s is %s with %s good and %s scrap, want %s, %s, %s", j.ID, j.Status, j.Good, j.Scrap, w.Status, w.Good, w.Scrap)
		}
	}
	if _, err := s.Counts().Verify(t.Context()); err != nil {
		t.Error(err)
	}
	t.Logf("killed %d times", kills)
}

// booked is what one desk books that is never killed.
func booked(t *testing.T, s *store.Store, facts []machine.Fact) map[string]execution.Job {
	d := execution.NewDesk([]plant.Line{line}, signals, names())
	jobs, err := s.Books().Jobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		d.Add(execution.Job{ID: j.ID, Line: j.Line, Product: j.Product, Planned: j.Planned, Rank: j.Rank, Status: execution.Waiting})
	}
	for _, f := range facts {
		d.Believe(f)
	}
	all := map[string]execution.Job{}
	for _, j := range d.Jobs("l") {
		all[j.ID] = j
	}
	return all
}
