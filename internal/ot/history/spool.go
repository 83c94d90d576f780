package history

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"millwright/internal/ot/tag"
)

// spool holds batches that are not kept yet, in order. Beyond its limit of samples it drops the oldest batch,
// and marks its tags Bad from there on: what they said before must not seem to hold through the gap (R05).
type spool struct {
	mu      sync.Mutex
	limit   int
	batches [][]tag.Sample
	samples int
	lost    uint64
	gaps    map[tag.ID]time.Time // of the earliest sample that was dropped since the last take
	ended   bool
	ready   chan struct{} // holds a token while there is something to take, or the end has come
}

func newSpool(limit int) *spool {
	return &spool{limit: limit, gaps: map[tag.ID]time.Time{}, ready: make(chan struct{}, 1)}
}

func (s *spool) push(batch []tag.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches = append(s.batches, batch)
	s.samples += len(batch)
	for s.samples > s.limit && len(s.batches) > 1 {
		s.drop(s.first())
	}
	s.wake()
}

// drop counts a batch that could not wait any longer, and remembers where the gap of each tag begins.
func (s *spool) drop(batch []tag.Sample) {
	s.lost += uint64(len(batch))
	for _, x := range batch {
		if at, known := s.gaps[x.Tag]; !known || x.Time.Before(at) {
			s.gaps[x.Tag] = x.Time
		}
	}
}

// marks gives a Bad sample for the gap of each tag, in the order of time; mu is held.
func (s *spool) marks() []tag.Sample {
	out := make([]tag.Sample, 0, len(s.gaps))
	for id, at := range s.gaps {
		out = append(out, tag.Sample{Tag: id, Quality: tag.BadDataLost, Time: at})
	}
	clear(s.gaps)
	slices.SortFunc(out, func(a, b tag.Sample) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Tag, b.Tag)) })
	return out
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

// take removes whole batches of at most n samples, or one that is larger, behind the marks of what was
// dropped before them. more is false when the end has come and nothing is left.
func (s *spool) take(n int) (out []tag.Sample, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out = s.marks()
	for taken := 0; len(s.batches) > 0 && (taken == 0 || taken+len(s.batches[0]) <= n); {
		taken += len(s.batches[0])
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
