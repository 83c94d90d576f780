package demoplant

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"millwright/internal/app/demoplant/office"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// books opens a demo's books, with a clerk that keeps the jobs of filling line 1.
func books(t *testing.T) *Planner {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"), log)
	if err != nil {
		t.Fatal(err)
	}
	tags, err := tag.NewRegistry(nil)
	if err != nil {
		t.Fatal(err)
	}
	jobs := clerk.New(clerk.Options{
		Lines: []plant.Line{{ID: "filling-1"}}, Tags: tags, Books: s.Books(), Facts: &bus.Topic[machine.Fact]{}, Now: time.Now, Log: log,
		History: func(context.Context, plant.LineID, time.Time, time.Time, func(machine.Fact) bool) error { return nil },
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- jobs.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	o := &office.Office{Store: s, Zone: zone, Now: time.Now}
	if err := o.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &Planner{Jobs: func() *clerk.Service { return jobs }, Office: o, Speed: 1, Log: log}
}

// A job that the past has begun keeps what it counts: no work order takes its place. One that waits goes, and its work order
// comes, also when the program was killed in between.
func TestWorkOrdersTakeThePlaceOfJobsThatWaitAlone(t *testing.T) {
	p := books(t)
	ctx, by := t.Context(), plant.Program()
	var all []execution.Job
	for n := int64(1); n <= 3; n++ {
		j, err := p.Jobs().Add(ctx, execution.Job{ID: fmt.Sprintf("filling-1-%04d", n), Line: "filling-1", Product: "COLA-05", Planned: plant.Pieces(900), Due: time.Now().Add(time.Hour), Status: execution.Waiting, Rank: n}, by, "")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, j)
	}
	if _, err := p.Jobs().Start(ctx, all[0].ID, all[0].Version, by, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Jobs().Abort(ctx, all[1].ID, all[1].Version, by, "killed after this"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to do
		if err := p.adopt(ctx); err != nil {
			t.Fatal(err)
		}
	}
	works := func() map[int64]int {
		turns := map[int64]int{}
		for _, j := range p.Jobs().Jobs("filling-1") {
			if j.Work != 0 {
				turns[p.turn(j)]++
			}
		}
		return turns
	}
	for range 500 {
		if len(works()) == 2 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if got := works(); len(got) != 2 || got[2] != 1 || got[3] != 1 {
		t.Errorf("work orders at the turns %v, want one at 2 and one at 3", got)
	}
	for i, want := range []execution.Status{execution.Running, execution.Aborted, execution.Aborted} {
		if j, ok := p.Jobs().Job(all[i].ID); !ok || j.Status != want {
			t.Errorf("%s is %v, want %v", all[i].ID, j.Status, want)
		}
	}
}
