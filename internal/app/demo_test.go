package app

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/app/demoplant"
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
	demoplant.Hasten(&fast, 20)
	demoplant.Hasten(&same, 1)
	set := demoModel(t)
	set.Plant.Sites[0].Areas[0].Lines[0].Thresholds.MicroMax = 100 * time.Second
	demoplant.Hasten(&set, 20)
	if got := set.Plant.Sites[0].Areas[0].Lines[0].Thresholds.MicroMax; got != 5*time.Second {
		t.Errorf("what people have set became %s", got)
	}
	if !reflect.DeepEqual(slow.Plant, same.Plant) {
		t.Error("at speed 1 something has changed")
	}
	for _, l := range slow.Plant.Lines() {
		f := lineOf(t, fast, l.ID)
		if l.ID == demoplant.Mill {
			if !reflect.DeepEqual(l, f) {
				t.Error("the mill's log keeps its own time, and its line has changed")
			}
			continue
		}
		if f.Thresholds.MinStop != 500*time.Millisecond || f.Thresholds.MicroMax != 15*time.Second {
			t.Errorf("%s: %+v", l.ID, f.Thresholds)
		}
		was, is := l.Changeover.Target("COLA-10", "WATER-05")
		if got, _ := f.Changeover.Target("COLA-10", "WATER-05"); got*20 != was || !is {
			t.Errorf("%s: a changeover of %s takes %s", l.ID, was, got)
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
	p := demoplant.Planner{Jobs: a.jobs, Speed: 1}
	l := simulate.Demo().Lines[0]
	id := plant.LineID(l.ID)
	fill := func(want int) {
		t.Helper()
		if err := p.Fill(ctx, l); err != nil {
			t.Fatal(err)
		}
		eventually(t, fmt.Sprintf("%d jobs on %s", want, id), func() bool { return len(a.floor.Load().execution.Jobs(id)) == want })
	}
	n := demoplant.Queued + p.PastJobs(l)
	fill(n)
	fill(n) // they wait: none is added
	for i, j := range a.floor.Load().execution.Jobs(id)[:n-demoplant.Queued+2] {
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
		if err := p.Mill(ctx); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the mill has its one job", func() bool {
			j, ok := a.floor.Load().execution.Current(demoplant.Mill)
			return ok && j.Status == execution.Running && len(a.floor.Load().execution.Jobs(demoplant.Mill)) == 1
		})
	}
}
