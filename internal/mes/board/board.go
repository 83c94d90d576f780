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
	"millwright/internal/mes/board/speed"
	"millwright/internal/mes/execution"
	"millwright/internal/ot/bus"
	"millwright/internal/plant"
)

// Options are what a board is made of.
type Options struct {
	Book   Book
	Plant  func() *plant.Plant           // in use
	Queues func() Queues                 // of the lines in use
	Works  workorder.Book                // by which orders are put on other lines
	Speed  speed.Source                  // as lines make things lately; nil goes by ideal cycles
	Jobs   *bus.Topic[execution.Changed] // after which it plans at once; nil waits for the next time
	Told   func()                        // there is another schedule; nil tells nobody
	Now    func() time.Time
	Log    *slog.Logger
}

// Board keeps the schedule. It may be used from many goroutines.
type Board struct {
	o       Options
	speeds  *speed.Steady
	mu      sync.Mutex // held while it plans
	waiting atomic.Int32
	shown   atomic.Pointer[Standing]
	shape   string // of the problem that was last improved
	better  time.Time
}

// New makes a board that has not planned yet.
func New(o Options) *Board {
	if o.Told == nil {
		o.Told = func() {}
	}
	return &Board{o: o, speeds: speed.New(o.Speed)}
}

// How often, and how much. A plan is improved for a while when what is to be placed has changed, and now and then.
const (
	pause   = 5 * time.Second
	breath  = time.Second // at least, between two that news ask for
	leisure = 9           // times as long as it took it rests: a tenth of a core goes into it
	patient = 10 * time.Minute
	budget  = 2 * time.Second
	steps   = 40_000
	frozen  = 15 * time.Minute // what begins within stays
	move    = 1800             // a move pays when it saves so many seconds of lateness
	pinned  = 1000             // and that of what a planner has put somewhere, so many times that
)

// Run plans again and again until the context ends, and soon after news of jobs.
func (b *Board) Run(ctx context.Context) error {
	var parts sync.WaitGroup
	defer parts.Wait()
	fresh := make(chan struct{}, 1)
	bus.Wake(ctx, &parts, b.o.Jobs, func() {
		select {
		case fresh <- struct{}{}:
		default:
		}
	})
	last := ""
	for {
		took, err := b.improve(ctx)
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
		if !rest(ctx, fresh, max(breath, leisure*took)) {
			return nil
		}
	}
}

// rest waits for the next time to plan: after the pause, or when there are news, but not before so long. It is false when
// the context ended.
func rest(ctx context.Context, fresh <-chan struct{}, least time.Duration) bool {
	soon, late := time.NewTimer(least), time.NewTimer(max(pause, least))
	defer soon.Stop()
	defer late.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-soon.C:
	}
	select {
	case <-ctx.Done():
		return false
	case <-fresh:
	case <-late.C:
	}
	return true
}

// Standing gives the schedule as it stands; nil when there is none yet.
func (b *Board) Standing() *Standing { return b.shown.Load() }

// Plan places everything anew, without looking for anything better than that.
func (b *Board) Plan(ctx context.Context) (*Standing, error) {
	b.waiting.Add(1)
	defer b.waiting.Add(-1)
	defer b.o.Told()
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.plan(ctx, schedule.Search{})
}

// improve places everything anew and, where that is worth while, looks for better plans. It tells how long the first took.
func (b *Board) improve(ctx context.Context) (took time.Duration, err error) {
	begun := b.o.Now()
	s, old, err := b.anew(ctx)
	took = b.o.Now().Sub(begun)
	b.o.Told()
	if err != nil || !old {
		return took, err
	}
	defer b.o.Told()
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.o.Now()
	until := now.Add(budget)
	_, err = b.plan(ctx, schedule.Search{Steps: steps, Seed: 1, Stop: func() bool {
		return ctx.Err() != nil || b.waiting.Load() > 0 || b.o.Now().After(until)
	}})
	if err == nil && b.waiting.Load() == 0 {
		b.shape, b.better = s.shape, now
	}
	return took, err
}

// anew places everything; old tells whether a better plan was looked for long ago, or for something else.
func (b *Board) anew(ctx context.Context) (s *Standing, old bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s, err = b.plan(ctx, schedule.Search{}); err != nil {
		return nil, false, err
	}
	return s, s.shape != b.shape || b.o.Now().Sub(b.better) >= patient, nil
}

// plan reads, solves, shows and keeps.
func (b *Board) plan(ctx context.Context, how schedule.Search) (*Standing, error) {
	facts, kept, err := b.read(ctx)
	if err != nil {
		return nil, err
	}
	l := layOut(b.o.Plant(), facts, kept, b.speeds, b.o.Now().UTC().Truncate(time.Second))
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
