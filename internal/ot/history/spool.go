package history

import (
	"sync"

	"millwright/internal/ot/tag"
)

// spool holds batches that are not kept yet, in order. Beyond its limit of samples it drops the oldest batch.
type spool struct {
	mu      sync.Mutex
	limit   int
	batches [][]tag.Sample
	samples int
	lost    uint64
	ended   bool
	ready   chan struct{} // holds a token while there is something to take, or the end has come
}

func newSpool(limit int) *spool { return &spool{limit: limit, ready: make(chan struct{}, 1)} }

func (s *spool) push(batch []tag.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches = append(s.batches, batch)
	s.samples += len(batch)
	for s.samples > s.limit && len(s.batches) > 1 {
		s.lost += uint64(len(s.first()))
	}
	s.wake()
}

// first removes the oldest batch; mu is held and there is one.
func (s *spool) first() []tag.Sample {
	batch := s.batches[0]
	s.batches[0] = nil
	s.batches = s.batches[1:]
	s.samples -= len(batch)
	return batch
}

func (s *spool) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// end says that nothing more will be pushed.
func (s *spool) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.wake()
}

// take removes whole batches of at most n samples, or one that is larger. more is false when the end
// has come and nothing is left.
func (s *spool) take(n int) (out []tag.Sample, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.batches) > 0 && (len(out) == 0 || len(out)+len(s.batches[0]) <= n) {
		out = append(out, s.first()...)
	}
	more = !s.ended || len(s.batches) > 0
	if len(s.batches) > 0 || s.ended {
		s.wake()
	}
	return out, more
}

// level is how many samples wait, how many were dropped, and whether the end has come.
func (s *spool) level() (waiting int, lost uint64, ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.samples, s.lost, s.ended
}
