package foreman

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/ot/driver"
	"millwright/internal/plant"
)

// Jobs is where jobs are looked at and taken from status to status.
type Jobs interface {
	Jobs(line plant.LineID) []execution.Job
	Start(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	Hold(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	Complete(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	Abort(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
}

// Options is what a Service needs.
type Options struct {
	Receivers []Receiver
	Open      func(ctx context.Context, connection string) (driver.JobReceiver, error)
	Jobs      Jobs
	Ledger    Ledger
	Now       func() time.Time
	Log       *slog.Logger
	Every     time.Duration // how often machines are asked; 0 means a second
	Retry     time.Duration // how long after a lost session it is opened anew; 0 means 5 s
}

// Service holds a session with each machine that takes job orders. Run does it all; anybody may look.
type Service struct {
	o  Options
	mu sync.Mutex
	at map[plant.UnitID]State
}

// State is how a machine that takes job orders stands.
type State struct {
	Receiver
	Connected bool
	Trouble   string // why there is no session, or what the machine answers; "" when all is well
	Orders    map[string]Standing
}

// Standing is a job order at a machine, and what is wrong with it.
type Standing struct {
	State   driver.JobState
	Sub     string
	Trouble string
}

// New makes a service.
func New(o Options) *Service {
	if o.Every <= 0 {
		o.Every = time.Second
	}
	if o.Retry <= 0 {
		o.Retry = 5 * time.Second
	}
	s := &Service{o: o, at: map[plant.UnitID]State{}}
	for _, r := range o.Receivers {
		s.at[r.Unit] = State{Receiver: r}
	}
	return s
}

// Line gives how the machines of a line stand that take job orders, in the order of the line.
func (s *Service) Line(line plant.LineID) (all []State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.o.Receivers {
		if r.Line == line {
			all = append(all, s.at[r.Unit])
		}
	}
	return all
}

// Run holds the sessions until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, r := range s.o.Receivers {
		all.Go(func() { s.serve(ctx, r) })
	}
	<-ctx.Done()
	all.Wait()
	return nil
}

// serve opens one session after the other.
func (s *Service) serve(ctx context.Context, r Receiver) {
	for ctx.Err() == nil {
		err := s.session(ctx, r)
		if err != nil && ctx.Err() == nil {
			s.show(r, func(st *State) { st.Connected, st.Trouble = false, err.Error() })
		}
		select {
		case <-ctx.Done():
		case <-time.After(s.o.Retry):
		}
	}
}

// session holds one session, and works as long as it lasts.
func (s *Service) session(ctx context.Context, r Receiver) error {
	d, err := s.o.Open(ctx, r.Connection)
	if err != nil {
		return err
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	opened, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- d.Hold(inner, func() { close(opened) }) }()
	select {
	case err := <-ended:
		return err
	case <-opened:
	}
	tick := time.NewTicker(s.o.Every)
	defer tick.Stop()
	for {
		if err := s.round(inner, r, d); err != nil && inner.Err() == nil {
			s.show(r, func(st *State) { st.Connected, st.Trouble = true, err.Error() })
		}
		select {
		case err := <-ended:
			return err
		case <-ctx.Done():
			cancel()
			if err := <-ended; inner.Err() == nil { // else it ended as it was told to
				return err
			}
			return nil
		case <-tick.C:
		}
	}
}

// round looks at both sides once, and does what is to be done.
func (s *Service) round(ctx context.Context, r Receiver, d driver.JobReceiver) error {
	there, err := d.JobOrders(ctx, r.Address)
	if err != nil {
		return err
	}
	list, err := s.o.Ledger.Sent(ctx, r.Unit)
	if err != nil {
		return fmt.Errorf("what the machine was told is not known: %w", err)
	}
	scene := Scene{Jobs: s.o.Jobs.Jobs(r.Line), There: there, Gone: map[string]driver.JobState{}, Known: map[string]Known{}, Ahead: r.Ahead, Now: s.o.Now().UTC()}
	for _, k := range list {
		scene.Known[k.Job] = k
		if _, has := scene.standing(k.Job); !has && started(k.Seen) {
			if scene.Gone[k.Job], err = d.Became(ctx, r.Address, k.Job); err != nil {
				return err
			}
		}
	}
	s.show(r, func(st *State) { st.Connected, st.Trouble, st.Orders = true, "", scene.standings() })
	for _, a := range Decide(scene) {
		if err := s.do(ctx, r, d, scene, a); err != nil {
			return err
		}
	}
	return nil
}

// do does one thing, and keeps what is known then. What is refused is kept too, and tried again later.
func (s *Service) do(ctx context.Context, r Receiver, d driver.JobReceiver, scene Scene, a Act) error {
	if a.Forget {
		return s.o.Ledger.ForgetSent(ctx, r.Unit, a.Job)
	}
	before := scene.Known[a.Job]
	before.Job, before.At = a.Job, scene.Now
	var j execution.Job
	for _, one := range scene.Jobs {
		if one.ID == a.Job {
			j = one
		}
	}
	var did string
	var err error
	switch {
	case a.Do != "":
		did = fmt.Sprintf("%s at %s", a.Do, r.Name)
		err = d.Command(ctx, r.Address, a.Do, told(j), "job "+j.ID+" is "+string(j.Status))
	case a.To != "":
		err = s.step(ctx, r, j, a.To)
	}
	switch {
	case err == nil:
		return s.o.Ledger.KeepSent(ctx, r.Unit, a.Known, did)
	case errors.Is(err, driver.ErrOutcomeUnknown), ctx.Err() != nil:
		return err // the machine's list tells, next time
	case errs.KindOf(err) == errs.Conflict || errs.KindOf(err) == errs.Invalid || errs.KindOf(err) == errs.Forbidden:
		s.o.Log.Warn("a job and its machine do not agree", "job", a.Job, "unit", r.Unit, "err", err)
		before.Trouble = err.Error()
		return s.o.Ledger.KeepSent(ctx, r.Unit, before, "")
	}
	return err
}

// step takes a job where its machine is.
func (s *Service) step(ctx context.Context, r Receiver, j execution.Job, to execution.Status) error {
	by, why := plant.Person{Name: r.Name, Role: plant.Manager}, "by the machine itself"
	steps := map[execution.Status]func(context.Context, string, int64, plant.Person, string) (execution.Job, error){
		execution.Running: s.o.Jobs.Start, execution.Held: s.o.Jobs.Hold, execution.Completed: s.o.Jobs.Complete, execution.Aborted: s.o.Jobs.Abort,
	}
	_, err := steps[to](ctx, j.ID, j.Version, by, why)
	return err
}

// told is what a machine is told of a job.
func told(j execution.Job) driver.JobOrder {
	about := j.Product
	if j.Order != "" {
		about += " for " + j.Order
	}
	return driver.JobOrder{ID: j.ID, About: about, Product: j.Product, Quantity: j.Planned.String(), Order: j.Order, Due: j.Due}
}

// standings is what the machine says of each job order, beside what is wrong with it.
func (s Scene) standings() map[string]Standing {
	all := map[string]Standing{}
	for _, x := range s.There {
		all[x.ID] = Standing{State: x.State, Sub: x.Sub, Trouble: s.Known[x.ID].Trouble}
	}
	for id, k := range s.Known {
		if _, has := all[id]; !has && k.Trouble != "" {
			all[id] = Standing{Trouble: k.Trouble}
		}
	}
	return all
}

func (s *Service) show(r Receiver, change func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.at[r.Unit]
	change(&st)
	s.at[r.Unit] = st
}

func compare(a, b string) int { return strings.Compare(a, b) }
