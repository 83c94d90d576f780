// Package bus carries samples and facts between the parts of one process: a publisher never waits.
package bus

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Topic hands every published batch to all of its queues. The zero Topic is ready for use, and it
// is safe for concurrent use. One publisher's batches arrive in its own order.
type Topic[T any] struct {
	queues atomic.Pointer[[]*Queue[T]] // replaced as a whole, never changed in place
	mu     sync.Mutex                  // held while the list is replaced
	closed bool
}

// Publish gives a batch to every queue: O(1) for each, however slow its reader is. The batch is
// shared by all readers from here on: nobody may change it any more.
func (t *Topic[T]) Publish(batch []T) {
	queues := t.queues.Load()
	if queues == nil || len(batch) == 0 {
		return
	}
	for _, q := range *queues {
		q.push(batch)
	}
}

// Queue subscribes: it sees every batch published from now on. At most n batches wait in it (at
// least one); when one more comes the oldest is dropped and counted.
func (t *Topic[T]) Queue(n int) *Queue[T] {
	q := newQueue[T](max(n, 1), t.remove)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		q.end()
		return q
	}
	var list []*Queue[T]
	if old := t.queues.Load(); old != nil {
		list = slices.Clone(*old)
	}
	list = append(list, q)
	t.queues.Store(&list)
	return q
}

// Close ends every queue: its reader still gets what waits in it, then ErrClosed. What is
// published afterwards goes nowhere.
func (t *Topic[T]) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	if old := t.queues.Swap(nil); old != nil {
		for _, q := range *old {
			q.end()
		}
	}
}

func (t *Topic[T]) remove(q *Queue[T]) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.queues.Load()
	if old == nil {
		return
	}
	list := slices.DeleteFunc(slices.Clone(*old), func(o *Queue[T]) bool { return o == q })
	t.queues.Store(&list)
}
