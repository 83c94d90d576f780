package clerk

import (
	"context"
	"slices"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

const (
	settle = 3 * time.Second // how long the history may need to have what the bus told
	moment = 2 * time.Second // how long a reading may be on its way
	quiet  = time.Second     // how long nothing late must come before estimates are made exact
	ahead  = time.Hour       // how far ahead of the clock a reading may be stamped
	most   = 200             // late readings that are remembered
	held   = 50_000          // facts that may wait while a line is read from the history
)

// follower is how far one line is followed.
type follower struct {
	line   plant.Line
	behind bool      // the history has to be read from the marks on
	readAt time.Time // not before
	waits  []machine.Fact
	early  []machine.Fact // stamped ahead of our clock: they wait for it, as the time ledger does
	late   []machine.Late
	lateAt time.Time // of the newest of them
}

// take books a live fact, or lets it wait until the history is read up to it.
func (f *follower) take(d *execution.Desk, x machine.Fact, now time.Time) {
	if l, ok := x.(machine.Late); ok {
		if len(f.late) < most {
			f.late = append(f.late, l)
		}
		f.lateAt = now
		return
	}
	if x.When().After(now) {
		f.ahead(x)
		return
	}
	if !f.behind && d.Apply(x) {
		return
	}
	if !f.behind {
		f.behind, f.readAt = true, now.Add(settle)
	}
	if len(f.waits) == held {
		f.waits = append(f.waits[:0], f.waits[held/2:]...) // the older half is in the history by now
	}
	f.waits = append(f.waits, x)
}

// ahead lets a fact wait for its time.
func (f *follower) ahead(x machine.Fact) {
	if len(f.early) == held { // so many ahead of the clock are read from the history when they are missed
		f.early = append(f.early[:0], f.early[held/2:]...)
	}
	f.early = append(f.early, x)
}

// arrive takes the facts whose time has come, in its order.
func (f *follower) arrive(d *execution.Desk, now time.Time) {
	if len(f.early) == 0 {
		return
	}
	var due []machine.Fact
	f.early = slices.DeleteFunc(f.early, func(x machine.Fact) bool {
		if x.When().After(now) {
			return false
		}
		due = append(due, x)
		return true
	})
	slices.SortStableFunc(due, func(a, b machine.Fact) int { return a.When().Compare(b.When()) })
	for _, x := range due {
		f.take(d, x, now)
	}
}

func (f *follower) due(now time.Time) bool { return f.behind && !now.Before(f.readAt) }

func (f *follower) doubtful(now time.Time) bool {
	return len(f.late) > 0 && !f.behind && now.Sub(f.lateAt) >= quiet
}

// read books what the history has since the marks, and then what came meanwhile.
func (s *Service) read(ctx context.Context, f *follower) error {
	now := s.o.Now()
	resets := map[machine.Counted]machine.Counted{}
	tell := func(x machine.Fact) {
		if x.When().After(now) {
			f.ahead(x)
		} else {
			s.desk.Believe(x)
		}
	}
	err := s.o.History(ctx, f.line.ID, s.from(f), now.Add(ahead), func(x machine.Fact) bool {
		if c, ok := x.(machine.Counted); ok {
			id := machine.Counted{Unit: c.Unit, What: c.What, Tag: c.Tag}
			if r, open := resets[id]; open {
				tell(r)
				delete(resets, id)
			}
			if fell := c.Event == machine.Reset || c.Event == machine.Rolled; fell && c.At.After(now.Add(-moment)) {
				resets[id] = c // decided by nothing but the end of the history: the next reading may tell otherwise
				return true
			}
		}
		tell(x)
		s.between(ctx)
		return s.loaded && ctx.Err() == nil
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil || !s.loaded { // what is kept was changed by somebody else meanwhile: it is read again
		return err
	}
	f.behind = false
	waits := f.waits
	f.waits = nil
	for _, x := range waits {
		f.take(s.desk, x, now)
	}
	return nil
}

// between posts now and then while much is read. What fails is tried again afterwards.
func (s *Service) between(ctx context.Context) {
	if s.desk.Waits() < 5000 || s.o.Now().Before(s.postAt) {
		return
	}
	if err := s.post(ctx); err != nil {
		s.postAt = s.o.Now().Add(retry)
		s.warn(ctx, "counts could not be posted; it is tried again", err)
	}
}

// from is where the history has to be read from: the oldest mark of the line, but not further back
// than a week before the newest. A counter that stood still for longer is caught when it moves.
func (s *Service) from(f *follower) time.Time {
	oldest, newest := s.desk.Marked(f.line.ID)
	if newest.IsZero() {
		return s.o.Earliest
	}
	if limit := newest.Add(-reach); oldest.Before(limit) {
		return limit
	}
	return oldest
}

// refine makes estimates exact that a late reading fell into.
func (s *Service) refine(ctx context.Context, f *follower) {
	var todo []execution.Estimate
	for _, l := range f.late {
		todo = append(todo, s.desk.Estimates(l)...)
	}
	f.late = nil
	for _, e := range todo {
		var finer []machine.Counted
		err := s.o.History(ctx, e.Line, e.Span.From, e.Span.To.Add(time.Microsecond), func(x machine.Fact) bool {
			if c, ok := x.(machine.Counted); ok {
				finer = append(finer, c)
			}
			return true
		})
		if err != nil {
			s.warn(ctx, "a late reading could not be booked exactly; the estimate stands", err)
			continue
		}
		s.desk.Refine(e, finer)
	}
}
