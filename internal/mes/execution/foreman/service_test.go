package foreman_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/foreman"
	"millwright/internal/ot/driver"
	"millwright/internal/plant"
)

// press is a machine that takes job orders: the state machine of OPC 10031-4.
type press struct {
	mu     sync.Mutex
	orders []driver.JobStanding
	heard  []string
	cut    chan struct{} // closed: the session is lost
}

func (p *press) Hold(ctx context.Context, opened func()) error {
	p.mu.Lock()
	cut := p.cut
	p.mu.Unlock()
	opened()
	select {
	case <-ctx.Done():
		return nil
	case <-cut:
		return errs.New(errs.Unavailable, "the cable is cut")
	}
}

func (p *press) JobOrders(context.Context, string) ([]driver.JobStanding, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.orders), nil
}

func (p *press) Became(context.Context, string, string) (driver.JobState, error) {
	return driver.JobUnknown, nil
}

func (p *press) Command(_ context.Context, _ string, do driver.JobCommand, o driver.JobOrder, _ string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = append(p.heard, string(do)+" "+o.ID)
	i := slices.IndexFunc(p.orders, func(x driver.JobStanding) bool { return x.ID == o.ID })
	next := map[driver.JobCommand]driver.JobState{
		driver.JobStore: driver.JobNotAllowedToStart, driver.JobStoreAndStart: driver.JobAllowedToStart, driver.JobStart: driver.JobAllowedToStart,
		driver.JobPause: driver.JobInterrupted, driver.JobResume: driver.JobRunning, driver.JobStop: driver.JobEnded, driver.JobAbort: driver.JobAborted,
	}
	switch {
	case do == driver.JobStore || do == driver.JobStoreAndStart:
		if i >= 0 {
			return errs.New(errs.Conflict, "the machine refuses %s of job order %s: it has it", do, o.ID)
		}
		p.orders = append(p.orders, driver.JobStanding{JobOrder: o, State: next[do]})
	case i < 0:
		return errs.New(errs.Conflict, "the machine refuses %s of job order %s: unknown job order", do, o.ID)
	case do == driver.JobClear || do == driver.JobCancel:
		p.orders = slices.Delete(p.orders, i, i+1)
	default:
		p.orders[i].State = next[do]
	}
	return nil
}

// goes lets the machine itself go to a state.
func (p *press) goes(id string, s driver.JobState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.orders {
		if p.orders[i].ID == id {
			p.orders[i].State = s
		}
	}
}

func (p *press) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	heard := p.heard
	p.heard = nil
	return heard
}

// desk is the jobs of one line, by the rules of execution.
type desk struct {
	mu   sync.Mutex
	jobs []execution.Job
	by   string
}

func (d *desk) Jobs(plant.LineID) []execution.Job {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.jobs)
}

func (d *desk) to(id string, s execution.Status, by plant.Person) (execution.Job, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.jobs {
		j := &d.jobs[i]
		if j.ID != id {
			if s == execution.Running && j.Status == execution.Running {
				return execution.Job{}, errs.New(errs.Conflict, "the line works on job %s", j.ID)
			}
			continue
		}
		j.Status, j.Version, d.by = s, j.Version+1, by.Name
		return *j, nil
	}
	return execution.Job{}, errs.New(errs.NotFound, "there is no job %s", id)
}

func (d *desk) Start(_ context.Context, id string, _ int64, by plant.Person, _ string) (execution.Job, error) {
	return d.to(id, execution.Running, by)
}

func (d *desk) Hold(_ context.Context, id string, _ int64, by plant.Person, _ string) (execution.Job, error) {
	return d.to(id, execution.Held, by)
}

func (d *desk) Complete(_ context.Context, id string, _ int64, by plant.Person, _ string) (execution.Job, error) {
	return d.to(id, execution.Completed, by)
}

func (d *desk) Abort(_ context.Context, id string, _ int64, by plant.Person, _ string) (execution.Job, error) {
	return d.to(id, execution.Aborted, by)
}

func (d *desk) status(id string) execution.Status {
	for _, j := range d.Jobs("") {
		if j.ID == id {
			return j.Status
		}
	}
	return ""
}

// ledger keeps what is known in memory, beyond the end of a service.
type ledger struct {
	mu  sync.Mutex
	all map[string]foreman.Known
	did []string
}

func (l *ledger) Sent(context.Context, plant.UnitID) (all []foreman.Known, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.all {
		all = append(all, k)
	}
	return all, nil
}

func (l *ledger) KeepSent(_ context.Context, _ plant.UnitID, k foreman.Known, did string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all[k.Job] = k
	if did != "" {
		l.did = append(l.did, did)
	}
	return nil
}

func (l *ledger) ForgetSent(_ context.Context, _ plant.UnitID, job string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.all, job)
	return nil
}

// TestTheForemanAndAPress follows two jobs through a shift, with a restart and a cut cable on the way.
func TestTheForemanAndAPress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, l := &press{cut: make(chan struct{})}, &ledger{all: map[string]foreman.Known{}}
		d := &desk{jobs: []execution.Job{{ID: "A", Line: "L", Product: "P", Planned: plant.Pieces(5), Status: execution.Waiting, Version: 1}, {ID: "B", Line: "L", Product: "Q", Planned: plant.Pieces(5), Status: execution.Waiting, Version: 1}}}
		start := func() (s *foreman.Service, stop func()) {
			s = foreman.New(foreman.Options{
				Receivers: []foreman.Receiver{{Line: "L", Unit: "L/press", Name: "Press", Connection: "plc", Address: "s=R", Ahead: 1}},
				Open:      func(context.Context, string) (driver.JobReceiver, error) { return p, nil },
				Jobs:      d, Ledger: l, Now: time.Now, Log: slog.New(slog.DiscardHandler),
			})
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				if err := s.Run(ctx); err != nil {
					t.Error(err)
				}
			}()
			return s, func() { cancel(); <-ended }
		}
		pass := func() { time.Sleep(3 * time.Second); synctest.Wait() }
		heard := func(when string, want ...string) {
			t.Helper()
			pass()
			if got := p.asked(); !slices.Equal(got, want) {
				t.Errorf("%s: the machine was asked for %q, want %q", when, got, want)
			}
		}
		is := func(id string, want execution.Status) {
			t.Helper()
			if got := d.status(id); got != want {
				t.Errorf("job %s is %s, want %s", id, got, want)
			}
		}
		_, first := start()
		heard("the next one waits", "Store A")
		p.goes("A", driver.JobRunning)
		heard("the machine starts it, and the next comes up", "Store B")
		is("A", execution.Running)
		if d.by != "Press" {
			t.Errorf("job A was started by %q", d.by)
		}
		first()
		s, stop := start()
		heard("after a restart")
		if at := s.Line("L")[0]; !at.Connected || at.Orders["A"].State != driver.JobRunning || at.Trouble != "" {
			t.Errorf("what is shown: %+v", at)
		}
		p.goes("A", driver.JobInterrupted)
		heard("the machine holds it")
		is("A", execution.Held)
		_, _ = d.to("A", execution.Running, plant.Person{Name: "Otto"})
		heard("Otto resumes it", "Resume A")
		close(p.cut)
		p.goes("A", driver.JobEnded)
		pass()
		p.mu.Lock()
		p.cut = make(chan struct{})
		p.mu.Unlock()
		time.Sleep(6 * time.Second)
		heard("after the cable was cut", "Clear A")
		is("A", execution.Completed)
		_, _ = d.to("B", execution.Running, plant.Person{Name: "Otto"})
		heard("Otto starts the next", "Start B")
		_, _ = d.to("B", execution.Aborted, plant.Person{Name: "Mara"})
		heard("Mara aborts it", "Abort B", "Clear B")
		if len(p.orders) > 0 || len(l.all) > 0 {
			t.Errorf("what is left: %v at the machine, %v known", p.orders, l.all)
		}
		stop()
	})
}
