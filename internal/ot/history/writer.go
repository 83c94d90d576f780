package history

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"millwright/internal/ot/bus"
	"millwright/internal/ot/tag"
)

const (
	largest  = 5000                   // samples that are appended at once
	longest  = 100 * time.Millisecond // that a sample waits for others
	firstTry = 200 * time.Millisecond
	lastTry  = 10 * time.Second
	farewell = 8 * time.Second
)

// Written is how a writer is doing.
type Written struct {
	Samples   uint64 // kept
	Refused   uint64 // that the archive would not keep
	Lost      uint64 // dropped from the full queue while the archive was down
	Waiting   int    // batches in the queue
	LastError string // of the archive; "" while it works
}

// Writer keeps what is published. While the archive is down its queue is the spool: it holds so many
// batches, then drops the oldest and counts them.
type Writer struct {
	queue   *bus.Queue[tag.Sample]
	archive Archive
	now     func() time.Time
	log     *slog.Logger

	mu      sync.Mutex
	written Written
	told    time.Time // when a refusal was last logged
}

// NewWriter makes a writer of everything that comes through the queue.
func NewWriter(queue *bus.Queue[tag.Sample], archive Archive, now func() time.Time, log *slog.Logger) *Writer {
	return &Writer{queue: queue, archive: archive, now: now, log: log}
}

// Run keeps samples until ctx ends or the topic is closed, and then what still waits.
func (w *Writer) Run(ctx context.Context) error {
	for {
		batch, err := w.gather(ctx)
		if len(batch) > 0 && !w.keep(ctx, batch) {
			break
		}
		if err != nil {
			break
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	w.empty(last)
	return nil
}

// gather takes what comes within a moment; an error means that no more will come.
func (w *Writer) gather(ctx context.Context) ([]tag.Sample, error) {
	first, err := w.queue.Next(ctx)
	if err != nil {
		return nil, err
	}
	batch := append(make([]tag.Sample, 0, max(largest, len(first))), first...)
	soon, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	for len(batch) < largest {
		more, err := w.queue.Next(soon)
		if errors.Is(err, bus.ErrClosed) {
			return batch, err
		}
		if err != nil {
			break
		}
		batch = append(batch, more...)
	}
	return batch, nil
}

// keep appends a batch and tries again until that works; false when ctx ended before, with the batch lost.
func (w *Writer) keep(ctx context.Context, batch []tag.Sample) bool {
	for pause := firstTry; ; pause = min(2*pause, lastTry) {
		refused, err := w.archive.Append(context.WithoutCancel(ctx), w.now(), batch)
		w.note(len(batch), refused, err)
		if err == nil {
			return true
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			if _, err := w.archive.Append(context.WithoutCancel(ctx), w.now(), batch); err != nil {
				w.log.Error("samples are lost: the history could not be written until the end", "samples", len(batch), "err", err)
			}
			return false
		}
	}
}

// empty keeps what waits in the queue, as far as the time reaches.
func (w *Writer) empty(ctx context.Context) {
	for w.queue.Waiting() > 0 {
		batch, err := w.queue.Next(ctx)
		if err != nil {
			break
		}
		refused, err := w.archive.Append(ctx, w.now(), batch)
		w.note(len(batch), refused, err)
		if err != nil {
			w.log.Error("samples are lost: the history could not be written at the end", "batches", w.queue.Waiting()+1, "err", err)
			break
		}
	}
	w.queue.Close()
}

// note counts, and says the first failure, the recovery, and refusals at most once a minute.
func (w *Writer) note(n int, refused []Refusal, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	was := w.written.LastError
	if err != nil {
		w.written.LastError = err.Error()
		if was == "" {
			w.log.Error("the history cannot be written; it is tried again, and samples wait", "err", err)
		}
		return
	}
	w.written.LastError = ""
	if was != "" {
		w.log.Info("the history is written again", "lost", w.queue.Lost())
	}
	w.written.Samples += uint64(n - len(refused))
	w.written.Refused += uint64(len(refused))
	if now := w.now(); len(refused) > 0 && now.Sub(w.told) > time.Minute {
		w.told = now
		w.log.Warn("the history refused samples", "refused", len(refused), "of", n, "first", refused[0].Why)
	}
}

// Written gives a copy of how the writer is doing.
func (w *Writer) Written() Written {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.written
	c.Lost, c.Waiting = w.queue.Lost(), w.queue.Waiting()
	return c
}
