// Package watch keeps the interpretation of machines going: first from the history, then live.
package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"millwright/internal/ot/bus"
	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Options is what a Service works with. Everything without a default must be there.
type Options struct {
	Signals []machine.Signals
	Archive history.Archive
	Samples *bus.Topic[tag.Sample]
	Facts   *bus.Topic[machine.Fact] // where facts are published; nil makes a topic of its own
	Now     func() time.Time
	Log     *slog.Logger

	// Begin says from when on consumers need facts, and which readings they have kept with what these
	// caused. nil means from now on.
	Begin func(ctx context.Context) (from time.Time, marks []machine.Mark, err error)

	Queue  int           // batches of samples that may wait; 0 means 4096
	Every  time.Duration // how often time decides; 0 means 1 s
	Settle time.Duration // how long a reading may be on its way; 0 means 2 s
}

// ahead is how far a machine's clock may be ahead of ours: later samples are left to the history's refusal.
const ahead = time.Hour

func (o Options) filled() Options {
	if o.Queue == 0 {
		o.Queue = 4096
	}
	if o.Every == 0 {
		o.Every = time.Second
	}
	if o.Settle == 0 {
		o.Settle = 2 * time.Second
	}
	if o.Begin == nil {
		o.Begin = func(context.Context) (time.Time, []machine.Mark, error) { return o.Now(), nil, nil }
	}
	if o.Facts == nil {
		o.Facts = &bus.Topic[machine.Fact]{}
	}
	return o
}

// Service derives facts live: first from the history, then from the samples as they come. It loses none
// and doubles none, except that a batch of its facts may be dropped by a slow reader's queue: who must
// lose nothing derives that time again with Replay.
type Service struct {
	set     Options
	facts   *bus.Topic[machine.Fact]
	queue   *bus.Queue[tag.Sample]
	caught  chan struct{}
	dropped uint64
	batch   []tag.Sample
	seen    seen

	mu     sync.Mutex // guards the engine
	engine *machine.Engine
}

// New makes a service that hears every sample published from now on.
func New(o Options) *Service {
	o = o.filled()
	return &Service{
		set: o, queue: o.Samples.Queue(o.Queue), caught: make(chan struct{}),
		facts: o.Facts, engine: machine.NewEngine(o.Signals), seen: seen{since: o.Now().Add(-time.Minute)},
	}
}

// Facts is where the facts are published. Each batch is in the order of time, as far as samples come in it.
func (s *Service) Facts() *bus.Topic[machine.Fact] { return s.facts }

// CaughtUp is closed when the history has been derived and facts are live.
func (s *Service) CaughtUp() <-chan struct{} { return s.caught }

// Units gives a copy of each unit's status, in the order of the signals.
func (s *Service) Units() []machine.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.engine.Units()
}

// Unit gives a copy of one unit's status; ok is false for an unknown unit.
func (s *Service) Unit(id plant.UnitID) (machine.Status, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.engine.Unit(id)
}

// Load tells how many batches of samples wait to be taken, and how many were dropped and read from the history instead.
func (s *Service) Load() bus.Load { return s.queue.Load() }

// Run derives facts until ctx ends or the topic of samples is closed.
func (s *Service) Run(ctx context.Context) error {
	defer s.queue.Close()
	from, marks, err := s.set.Begin(ctx)
	if err != nil {
		return fmt.Errorf("find where to begin: %w", err)
	}
	if err := s.catchUp(ctx, from, marks); err != nil {
		return err
	}
	close(s.caught)
	for ctx.Err() == nil {
		switch err := s.follow(ctx); {
		case errors.Is(err, bus.ErrClosed):
			return nil
		case err != nil:
			return err
		}
		s.tick()
	}
	return nil
}

// catchUp derives what happened up to now from the history.
func (s *Service) catchUp(ctx context.Context, from time.Time, marks []machine.Mark) error {
	p := newPast(s.engine, from, marks)
	c := &chunk{do: func(samples []tag.Sample) {
		var out []machine.Fact
		s.mu.Lock()
		for _, x := range samples {
			out = append(out, p.take(x)...)
		}
		s.mu.Unlock()
		s.facts.Publish(out)
	}}
	now := s.set.Now()
	if err := p.read(ctx, s.set.Archive, now.Add(ahead), func(x tag.Sample) bool { return s.seen.add(x) && c.add(x) }); err != nil {
		return err
	}
	c.flush()
	s.mu.Lock()
	out := append([]machine.Fact(nil), p.end(now.Add(-s.set.Settle))...)
	s.mu.Unlock()
	s.facts.Publish(out)
	return nil
}

// follow takes samples until it is time for a tick.
func (s *Service) follow(ctx context.Context) error {
	wait, cancel := context.WithTimeout(ctx, s.set.Every)
	defer cancel()
	for wait.Err() == nil {
		batch, err := s.queue.Next(wait)
		switch {
		case errors.Is(err, bus.ErrClosed):
			return err
		case err != nil:
			return nil
		}
		if n := s.queue.Dropped(); n != s.dropped {
			s.dropped = n
			s.mend(ctx, batch)
			continue
		}
		s.take(batch)
	}
	return nil
}

// take applies a live batch.
func (s *Service) take(batch []tag.Sample) {
	s.batch = s.batch[:0]
	limit := s.set.Now().Add(ahead)
	for _, x := range batch {
		if s.engine.Hears(x.Tag) && !x.Time.After(limit) && !s.seen.has(x) {
			s.batch = append(s.batch, x)
		}
	}
	inOrder(s.batch)
	var out []machine.Fact
	s.mu.Lock()
	for _, x := range s.batch {
		out = append(out, s.engine.Apply(x)...)
	}
	s.mu.Unlock()
	s.facts.Publish(oncePerUnit(out))
}

func (s *Service) tick() {
	now := s.set.Now()
	s.seen.expire(now)
	s.mu.Lock()
	out := append([]machine.Fact(nil), s.engine.Tick(now.Add(-s.set.Settle))...)
	s.mu.Unlock()
	s.facts.Publish(out)
}
