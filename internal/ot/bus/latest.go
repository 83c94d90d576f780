package bus

import (
	"sync"
	"time"

	"millwright/internal/ot/tag"
)

// ahead is how far a stamp may lie in the future before it is not believed.
const ahead = time.Hour

// Latest holds the newest sample of every tag, by source time. It is safe for concurrent use.
type Latest struct {
	mu   sync.RWMutex
	held []tag.Sample // by ID; one with Tag 0 is empty
}

// NewLatest makes room for the tags 1 to n, the length of a tag.Registry.
func NewLatest(n int) *Latest { return &Latest{held: make([]tag.Sample, n+1)} }

// Grow makes room for the tags up to n; it never takes room away.
func (l *Latest) Grow(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if more := n + 1 - len(l.held); more > 0 {
		l.held = append(l.held, make([]tag.Sample, more)...)
	}
}

// Put offers a batch. A sample wins unless it is older than the one held, or stamped more than an
// hour ahead of now; one of the same time replaces. Tags out of range are left out.
func (l *Latest) Put(now time.Time, batch []tag.Sample) {
	limit := now.Add(ahead)
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range batch {
		s := &batch[i]
		if s.Tag == 0 || int(s.Tag) >= len(l.held) {
			continue
		}
		h := &l.held[s.Tag]
		if (h.Tag != 0 && s.Time.Before(h.Time)) || s.Time.After(limit) {
			continue
		}
		*h = *s
	}
}

// Get gives the newest sample of a tag; ok is false when there is none yet.
func (l *Latest) Get(id tag.ID) (s tag.Sample, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if id == 0 || int(id) >= len(l.held) {
		return tag.Sample{}, false
	}
	s = l.held[id]
	return s, s.Tag != 0
}

// Of gives the newest samples of those of the given tags that have one, all from one moment.
func (l *Latest) Of(ids []tag.ID) []tag.Sample {
	out := make([]tag.Sample, 0, len(ids))
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, id := range ids {
		if id != 0 && int(id) < len(l.held) && l.held[id].Tag != 0 {
			out = append(out, l.held[id])
		}
	}
	return out
}
