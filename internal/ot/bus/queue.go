package bus

import (
	"context"
	"errors"
	"sync"
)

// ErrClosed says that nothing will come out of a queue any more.
var ErrClosed = errors.New("the queue is closed")

// Queue keeps the batches that its reader has not taken yet, in the order they were published.
type Queue[T any] struct {
	mu      sync.Mutex
	ring    [][]T
	head    int // index of the oldest batch
	size    int
	pushed  uint64
	dropped uint64
	lost    uint64
	closed  bool
	ready   chan struct{} // holds a token while there may be something to take
	leave   func(*Queue[T])
}

func newQueue[T any](n int, leave func(*Queue[T])) *Queue[T] {
	return &Queue[T]{ring: make([][]T, n), ready: make(chan struct{}, 1), leave: leave}
}

func (q *Queue[T]) push(batch []T) {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return
	}
	q.pushed += uint64(len(batch))
	if q.size == len(q.ring) {
		q.dropped++
		q.lost += uint64(len(q.ring[q.head]))
		q.take()
	}
	q.ring[(q.head+q.size)%len(q.ring)] = batch
	q.size++
	q.mu.Unlock()
	q.wake()
}

// take removes the oldest batch; mu is held and there is one.
func (q *Queue[T]) take() []T {
	batch := q.ring[q.head]
	q.ring[q.head] = nil
	q.head = (q.head + 1) % len(q.ring)
	q.size--
	return batch
}

func (q *Queue[T]) wake() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// Next waits for the oldest batch and takes it. It gives the context's error when that ends first,
// and ErrClosed once a closed queue is empty. The batch must not be changed.
func (q *Queue[T]) Next(ctx context.Context) ([]T, error) {
	for {
		batch, err := q.try()
		if batch != nil || err != nil {
			return batch, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-q.ready:
		}
	}
}

// try takes the oldest batch if there is one; what is left wakes the next reader.
func (q *Queue[T]) try() ([]T, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.size == 0 {
		if q.closed {
			q.wake()
			return nil, ErrClosed
		}
		return nil, nil
	}
	batch := q.take()
	if q.size > 0 {
		q.wake()
	}
	return batch, nil
}

// Waiting is the number of batches not taken yet.
func (q *Queue[T]) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.size
}

// Pushed is the number of things that ever came in.
func (q *Queue[T]) Pushed() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pushed
}

// Dropped is the number of batches that had to make room for newer ones.
func (q *Queue[T]) Dropped() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}

// Lost is the number of things in the dropped batches.
func (q *Queue[T]) Lost() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost
}

// Load is how a queue is doing.
type Load struct {
	Waiting, Room int    // batches that wait, and how many may
	Dropped       uint64 // batches that had to make room for newer ones
}

// Load tells how the queue is doing.
func (q *Queue[T]) Load() Load {
	q.mu.Lock()
	defer q.mu.Unlock()
	return Load{Waiting: q.size, Room: len(q.ring), Dropped: q.dropped}
}

// Close unsubscribes: nothing new comes in, and what waits can still be taken.
func (q *Queue[T]) Close() {
	q.leave(q)
	q.end()
}

func (q *Queue[T]) end() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.wake()
}
