package shelf

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// muchLate is how many late samples may wait in their log: a start has to read all of them.
const muchLate = 300_000

// again is when moving late samples that failed is tried once more.
const again = time.Minute

// settler moves late samples from their log into blocks beside everything else, so that neither a start nor an
// append waits for it.
type settler struct {
	log      *slog.Logger
	move     func() error
	waiting  atomic.Int64  // late samples since the last move began
	want     chan struct{} // holds a wish at most
	stop     chan struct{}
	stopping atomic.Bool
	done     sync.WaitGroup
	settled  chan struct{} // closed when what the start found is in blocks
}

func newSettler(log *slog.Logger, move func() error) *settler {
	return &settler{log: log, move: move, want: make(chan struct{}, 1), stop: make(chan struct{}), settled: make(chan struct{})}
}

// begin starts it. What the start found goes first when there is some; first is told when that is done.
func (s *settler) begin(found bool, first func()) {
	s.done.Go(func() {
		if found && !s.insist() {
			return
		}
		first()
		close(s.settled)
		for {
			select {
			case <-s.stop:
				return
			case <-s.want:
				s.insist()
			}
		}
	})
}

// insist moves until it works; false when it is to stop.
func (s *settler) insist() bool {
	for {
		before := s.waiting.Load()
		err := s.move()
		if err == nil {
			s.waiting.Add(-before)
			return true
		}
		if s.stopping.Load() {
			return false
		}
		s.log.Error("late samples cannot be moved into blocks; they stay in their log, and it is tried again", "err", err, "in", again)
		select {
		case <-s.stop:
			return false
		case <-time.After(again):
		}
	}
}

// end stops it and waits for it. A move at work is given up between two blocks, which loses nothing.
func (s *settler) end() {
	if !s.stopping.Swap(true) {
		close(s.stop)
	}
	s.done.Wait()
}

// errStopping ends a move before its next block.
var errStopping = errors.New("the history is being closed")

// Late tells that so many late samples were logged.
func (s *Shelf) Late(n int) {
	if s.settler.waiting.Add(int64(n)) < muchLate {
		return
	}
	select {
	case s.settler.want <- struct{}{}:
	default: // wanted already
	}
}

// Compact moves what is complete out of memory into blocks.
func (s *Shelf) Compact(ctx context.Context) error {
	select {
	case <-s.settler.settled:
		return s.DB.Compact(ctx)
	case <-s.settler.stop:
		return errStopping
	case <-ctx.Done():
		return ctx.Err()
	}
}

// settle moves late samples that the start found in their log into blocks before the store tidies its other log by
// itself: it may drop the names of their series from it.
func (s *Shelf) settle() {
	found := s.Head().MinOOOTime() <= s.Head().MaxOOOTime()
	s.DisableCompactions()
	s.settler.begin(found, s.EnableCompactions)
}

func (s *Shelf) moveLate() error {
	if err := s.CompactOOOHead(context.Background()); err != nil {
		return fmt.Errorf("move late samples into blocks: %w", err)
	}
	return nil
}

// Close ends what goes on beside and closes the files.
func (s *Shelf) Close() error {
	s.settler.end()
	return s.DB.Close()
}
