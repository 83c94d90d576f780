// Package board keeps the schedule of the lines: it places what is ordered, says why each bar is where it is, and takes planners' decisions.
package board

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"millwright/internal/erp/schedule"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Options are what a board is made of.
type Options struct {
	Book   Book
	Plant  func() *plant.Plant // in use
	Queues func() Queues       // of the lines in use
	Works  workorder.Book      // by which orders are put on other lines
	// Segments gives what a line did, to learn set-ups from; nil learns nothing.
	Segments func(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
	Now      func() time.Time
	Log      *slog.Logger
}

// Board keeps the schedule. It may be used from many goroutines.
type Board struct {
	o       Options
	mu      sync.Mutex // held while it plans
	waiting atomic.Int32
	shown   atomic.Pointer[Standing]
	shape   string // of the problem that was last improved
	better  time.Time
	learned learned
}

// New makes a board that has not planned yet.
func New(o Options) *Board { return &Board{o: o} }

// How often, and how much. A plan is improved for a while when what is to be placed has changed, and now and then.
const (
	pause   = 5 * time.Second
	patient = 10 * time.Minute
	budget  = 2 * time.Second
	steps   = 40_000
	frozen  = 15 * time.Minute // what begins within stays
	move    = 1800             // a move pays when it saves so many seconds of lateness
	pinned  = 1000             // and that of what a planner has put somewhere, so many times that
)

// Run plans again and again until the context ends.
func (b *Board) Run(ctx context.Context) error {
	look := time.NewTimer(0)
	defer look.Stop()
	last := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		err := b.improve(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && err.Error() != last && errs.KindOf(err) != errs.Conflict {
			b.o.Log.Warn("scheduling failed; it is tried again", "error", err)
		}
		last = ""
		if err != nil {
			last = err.Error()
		}
		look.Reset(pause)
	}
}

// Standing gives the schedule as it stands; nil when there is none yet.
func (b *Board) Standing() *Standing { return b.shown.Load() }

// Plan places everything anew, without looking for anything better than that.
func (b *Board) Plan(ctx context.Context) (*Standing, error) {
	b.waiting.Add(1)
	defer b.waiting.Add(-1)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.plan(ctx, schedule.Search{})
}

// improve places everything anew and, where that is worth while, looks for better plans.
func (b *Board) improve(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.learn(ctx)
	s, err := b.plan(ctx, schedule.Search{})
	if err != nil {
		return err
	}
	now := b.o.Now()
	if s.shape == b.shape && now.Sub(b.better) < patient {
		return nil
	}
	until := now.Add(budget)
	_, err = b.plan(ctx, schedule.Search{Steps: steps, Seed: 1, Stop: func() bool {
		return ctx.Err() != nil || b.waiting.Load() > 0 || b.o.Now().After(until)
	}})
	if err == nil && b.waiting.Load() == 0 {
		b.shape, b.better = s.shape, now
	}
	return err
}

// plan reads, solves, shows and keeps.
func (b *Board) plan(ctx context.Context, how schedule.Search) (*Standing, error) {
	facts, kept, err := b.read(ctx)
	if err != nil {
		return nil, err
	}
	l := layOut(b.o.Plant(), facts, kept, b.o.Now().UTC().Truncate(time.Second), b.learned)
	plan, err := schedule.Solve(&l.problem, how)
	if err != nil {
		return nil, err
	}
	s := l.standing(plan)
	s.Version = kept.Version
	if k, ok := s.placed(kept); ok {
		if s.Version, err = b.o.Book.Keep(ctx, k); err != nil {
			return nil, err
		}
	}
	b.shown.Store(s)
	return s, nil
}

func (b *Board) read(ctx context.Context) (Business, Kept, error) {
	kept, err := b.o.Book.Kept(ctx)
	if err != nil {
		return Business{}, kept, err
	}
	facts, err := b.o.Book.Business(ctx)
	return facts, kept, err
}
