package app

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/mes/execution"
	"millwright/internal/ot/simulate"
	"millwright/internal/plant"
)

func demoModel(t *testing.T) config.Model {
	t.Helper()
	model, err := config.Demo()
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func demoPlan(t *testing.T) Plan {
	t.Helper()
	text, err := config.BundledText("demo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return Plan{Name: "plants/demo.yaml", Text: text}
}

func lineOf(t *testing.T, m config.Model, id plant.LineID) plant.Line {
	t.Helper()
	l, ok := m.Plant.Line(id)
	if !ok {
		t.Fatalf("there is no line %s", id)
	}
	return l
}

func TestFasterMachinesGetFasterRatesAndThresholds(t *testing.T) {
	slow, fast, same := demoModel(t), demoModel(t), demoModel(t)
	hasten(&fast, 20)
	hasten(&same, 1)
	if !reflect.DeepEqual(slow.Plant, same.Plant) {
		t.Error("at speed 1 something has changed")
	}
	for _, l := range slow.Plant.Lines() {
		f := lineOf(t, fast, l.ID)
		if l.ID == mill {
			if !reflect.DeepEqual(l, f) {
				t.Error("the mill's log keeps its own time, and its line has changed")
			}
			continue
		}
		if f.Thresholds.MinStop != 500*time.Millisecond || f.Thresholds.MicroMax != 15*time.Second {
			t.Errorf("%s: %+v", l.ID, f.Thresholds)
		}
		for i, r := range l.Rates {
			if f.Rates[i].IdealCycle*20 != r.IdealCycle || f.Rates[i].Product != r.Product {
				t.Errorf("%s: %+v became %+v", l.ID, r, f.Rates[i])
			}
		}
	}
}

func TestTheMachinesMakeWhatThePlantFileKnows(t *testing.T) {
	model := demoModel(t)
	for _, l := range simulate.Demo().Lines {
		rates := map[string]time.Duration{}
		for _, r := range lineOf(t, model, plant.LineID(l.ID)).Rates {
			rates[r.Product] = r.IdealCycle
		}
		for _, p := range l.Products {
			if rates[p.Code] != p.Ideal {
				t.Errorf("%s: the machines make %s in %s, the plant file says %s", l.ID, p.Code, p.Ideal, rates[p.Code])
			}
		}
	}
}

func TestTheProgrammeGoesRoundInOrderWithDatesThatRise(t *testing.T) {
	p := planner{speed: 1}
	for _, l := range simulate.Demo().Lines {
		last := execution.Job{Due: time.Date(2026, 3, 27, 6, 0, 0, 0, time.UTC)}
		for i := range 3 * len(l.Programme) {
			want := l.Programme[i%len(l.Programme)]
			j := p.after(l, last)
			if j.Product != want.Product || j.Planned != plant.Pieces(want.Quantity) || j.Rank != int64(i+1) || j.ID != fmt.Sprintf("%s-%04d", l.ID, i+1) {
				t.Fatalf("%s: job %d is %+v, want %+v", l.ID, i+1, j, want)
			}
			if !j.Due.After(last.Due) {
				t.Fatalf("%s: job %d is due at %s, the one before at %s", l.ID, i+1, j.Due, last.Due)
			}
			last = j
		}
	}
}

func TestTheQueueIsKeptFilled(t *testing.T) {
	a, err := together(t, t.TempDir(), demoPlan(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.floor.Load().execution.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	p := planner{app: a, programme: simulate.Demo(), speed: 1}
	l := p.programme.Lines[0]
	id := plant.LineID(l.ID)
	fill := func(want int) {
		t.Helper()
		if err := p.fill(ctx, l); err != nil {
			t.Fatal(err)
		}
		eventually(t, fmt.Sprintf("%d jobs on %s", want, id), func() bool { return len(a.floor.Load().execution.Jobs(id)) == want })
	}
	n := queued + p.pastJobs()
	fill(n)
	fill(n) // they wait: none is added
	for i, j := range a.floor.Load().execution.Jobs(id)[:n-queued+2] {
		started, err := a.floor.Load().execution.Start(ctx, j.ID, j.Version, plant.Program(), "")
		if err != nil {
			t.Fatal(i, err)
		}
		if _, err = a.floor.Load().execution.Complete(ctx, j.ID, started.Version, plant.Program(), ""); err != nil {
			t.Fatal(i, err)
		}
	}
	fill(n + 2)
	for range 2 { // the second time it is there already
		if err := p.milling(ctx); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the mill has its one job", func() bool {
			j, ok := a.floor.Load().execution.Current(mill)
			return ok && j.Status == execution.Running && len(a.floor.Load().execution.Jobs(mill)) == 1
		})
	}
}
