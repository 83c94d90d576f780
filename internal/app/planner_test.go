package app

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"millwright/internal/app/demoplant"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/run"
)

// planning runs the parts of a demo that keep jobs, beside its planner, until what is awaited is there.
func planning(t *testing.T, prepare func(*App), there func(*App) bool) {
	t.Helper()
	cfg := in(t, t.TempDir())
	cfg.Listen = "127.0.0.1:0"
	a, err := New(t.Context(), cfg, demoPlan(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	prepare(a)
	p := &demoplant.Planner{Jobs: a.jobs, Speed: 1, Filled: make(chan struct{}), Log: a.log}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	seen := false
	look := func(ctx context.Context) error {
		for seen = there(a); !seen && ctx.Err() == nil; seen = there(a) {
			time.Sleep(20 * time.Millisecond)
		}
		cancel()
		<-ctx.Done()
		return nil
	}
	err = run.Group{}.Run(ctx, run.Part{Name: "execution", Run: a.floor.Load().execution.Run}, run.Part{Name: "demo orders", Run: p.Run}, run.Part{Name: "look", Run: look})
	if err != nil || !seen {
		t.Errorf("seen %v, %v", seen, err)
	}
}

func milled(a *App) bool {
	j, ok := a.floor.Load().execution.Current(demoplant.Mill)
	return ok && j.Status == execution.Running
}

// A kill between the two steps left a job that waited for ever.
func TestTheMillsJobThatWaitsIsStarted(t *testing.T) {
	planning(t, func(a *App) {
		j := execution.Job{ID: "mill-1-0001", Line: demoplant.Mill, Product: "BOX-OP1", Planned: plant.Pieces(500), Status: execution.Waiting, Rank: 1}
		if err := a.store.Books().AddJob(t.Context(), j, plant.Program(), ""); err != nil {
			t.Fatal(err)
		}
	}, milled)
}

// After 48 h a job that has ended is not loaded any more, and its number is taken all the same.
func TestTheMillsNextJobHasAnotherNumber(t *testing.T) {
	planning(t, func(a *App) {
		old := time.Now().Add(-100 * time.Hour).UTC().Truncate(time.Second)
		j := execution.Job{ID: "mill-1-0001", Line: demoplant.Mill, Product: "BOX-OP1", Planned: plant.Pieces(500), Status: execution.Completed, Rank: 1, Started: old, Ended: old}
		if err := a.store.Books().AddJob(t.Context(), j, plant.Program(), ""); err != nil {
			t.Fatal(err)
		}
	}, milled)
}

func TestADemoThatCannotBeRunMakesNothing(t *testing.T) {
	cfg := in(t, t.TempDir()+"/data")
	err := Demo(t.Context(), cfg, DemoOptions{Seed: 1, Speed: -1}, nil)
	if errs.KindOf(err) != errs.Invalid {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(cfg.Data); err == nil {
		t.Error("its folder was made")
	}
}
