package history

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"millwright/internal/ot/bus"
	"millwright/internal/ot/history/swing"
	"millwright/internal/ot/tag"
)

const (
	largest  = 5000                   // samples that are appended at once, unless one batch is larger
	longest  = 100 * time.Millisecond // that a sample waits for others
	firstTry = 200 * time.Millisecond
	lastTry  = 5 * time.Second
	farewell = 8 * time.Second // for what waits when the writer is told to stop
	settled  = time.Second     // between two times that everything is brought onto the disk
	spooled  = 1_000_000       // samples that wait at most, at 64 bytes each
)

// Written is how a writer is doing.
type Written struct {
	Samples    uint64 // kept
	Duplicates uint64 // among them those that were there already, when the archive tells
	Refused    uint64 // that the archive would not keep
	Thinned    uint64 // left out, or held back just now, by the swinging doors of their tags
	Lost       uint64 // dropped while the archive was down and the spool full
	Waiting    int    // samples in the spool
	LastError  string // of the archive; "" while it works
}

// Writer keeps what is published. While the archive is down samples wait in a spool, in order; beyond
// a million of them the oldest are dropped and counted. What is kept is safe from kill -9 at once,
// and from a power cut within about a second, when the archive has a Sync.
type Writer struct {
	queue   *bus.Queue[tag.Sample]
	archive Archive
	now     func() time.Time
	log     *slog.Logger
	spool   *spool
	unsaved bool // appended since the last Sync that worked
	unsafe  bool // the last Sync did not work

	gate  sync.Mutex   // held while readings go through the doors, so that they stay in order
	doors *swing.Doors // nil while no tag swings

	mu      sync.Mutex
	written Written
	told    time.Time // when a refusal was last logged
}

// NewWriter makes a writer of everything that comes through the queue.
func NewWriter(queue *bus.Queue[tag.Sample], archive Archive, now func() time.Time, log *slog.Logger) *Writer {
	return &Writer{queue: queue, archive: archive, now: now, log: log, spool: newSpool(spooled)}
}

// Limit sets how many samples may wait, instead of a million. It must be called before Run.
func (w *Writer) Limit(samples int) { w.spool.limit = samples }

// Swing sets the tags of the plant. What the doors of those before hold back is kept.
func (w *Writer) Swing(tags []tag.Tag) {
	w.gate.Lock()
	defer w.gate.Unlock()
	w.release(w.doors.Flush())
	w.doors = swing.NewDoors(tags)
}

// release keeps what was held back; gate is held.
func (w *Writer) release(held []tag.Sample) {
	if len(held) == 0 {
		return
	}
	w.spool.push(held)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.written.Thinned -= uint64(len(held))
}

// thin lets a batch through the doors.
func (w *Writer) thin(batch []tag.Sample) {
	w.gate.Lock()
	defer w.gate.Unlock()
	if w.doors == nil {
		w.spool.push(batch)
		return
	}
	kept := w.doors.Pass(batch, w.now())
	w.mu.Lock()
	w.written.Thinned += uint64(len(batch) - len(kept)) // less than nothing when more comes free than is held back
	w.mu.Unlock()
	if len(kept) > 0 {
		w.spool.push(kept)
	}
}

// overdue keeps what has been held back for as long as its tag allows.
func (w *Writer) overdue() {
	w.gate.Lock()
	defer w.gate.Unlock()
	w.release(w.doors.Overdue(w.now()))
}

// shut keeps all that is held back: nothing comes after it.
func (w *Writer) shut() {
	w.gate.Lock()
	defer w.gate.Unlock()
	w.release(w.doors.Flush())
}

// Run keeps samples until ctx ends or the topic is closed, and then, for 8 s at most, what still waits.
func (w *Writer) Run(ctx context.Context) error {
	end, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		late := time.AfterFunc(farewell, cancel)
		context.AfterFunc(end, func() { late.Stop() })
	})
	defer stop()
	var intake sync.WaitGroup
	intake.Go(func() { w.fill(ctx) })
	defer intake.Wait()
	defer w.queue.Close()
	tick := time.NewTicker(settled)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			w.overdue()
			w.sync()
			continue
		case <-w.spool.ready:
		}
		w.linger(end)
		batch, more := w.spool.take(largest)
		if len(batch) > 0 && !w.keep(end, batch) {
			w.giveUp(len(batch))
			return nil
		}
		if !more {
			w.sync()
			return nil
		}
	}
}

// fill moves what is published into the spool until ctx ends, and then what the queue still holds.
func (w *Writer) fill(ctx context.Context) {
	defer w.spool.end()
	defer w.shut()
	for {
		batch, err := w.queue.Next(ctx)
		if err != nil {
			return
		}
		w.thin(batch)
	}
}

// linger lets more samples come, for a moment.
func (w *Writer) linger(ctx context.Context) {
	moment := time.NewTimer(longest)
	defer moment.Stop()
	for {
		if waiting, _, ended := w.spool.level(); waiting >= largest || ended {
			return
		}
		select {
		case <-w.spool.ready:
		case <-moment.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// keep appends a batch and tries again until that works; false when ctx ended before.
func (w *Writer) keep(ctx context.Context, batch []tag.Sample) bool {
	for pause := firstTry; ; pause = min(2*pause, lastTry) {
		refused, err := w.archive.Append(ctx, w.now(), batch)
		w.note(len(batch), refused, err)
		if err == nil {
			w.unsaved = true
			return true
		}
		again := time.NewTimer(pause)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return false
		}
	}
}

// giveUp counts what could not be kept until the end.
func (w *Writer) giveUp(inHand int) {
	waiting, _, _ := w.spool.level()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.written.Lost += uint64(inHand + waiting)
	w.log.Error("samples are lost: the history could not be written until the end", "samples", inHand+waiting, "err", w.written.LastError)
}

// sync brings what was appended onto the disk, when the archive can.
func (w *Writer) sync() {
	archive, can := w.archive.(interface{ Sync() error })
	if !can || !w.unsaved {
		return
	}
	err := archive.Sync()
	switch was := w.unsafe; {
	case err != nil && !was:
		w.log.Error("samples are kept, but a power cut could take them; it is tried again", "err", err)
	case err == nil && was:
		w.log.Info("samples are safe from a power cut again")
	}
	w.unsaved, w.unsafe = err != nil, err != nil
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
		_, lost, _ := w.spool.level()
		w.log.Info("the history is written again", "lost", lost)
	}
	w.written.Samples += uint64(n - len(refused))
	w.written.Refused += uint64(len(refused))
	if now := w.now(); len(refused) > 0 && now.Sub(w.told) >= time.Minute {
		w.told = now
		w.log.Warn("the history refused samples", "refused", len(refused), "of", n, "first", refused[0].Why)
	}
}

// Settle waits until everything that was published before the call is kept, refused or lost.
func (w *Writer) Settle(ctx context.Context) error {
	target := w.queue.Pushed()
	again := time.NewTicker(longest / 10)
	defer again.Stop()
	for {
		if c := w.Written(); c.Samples+c.Refused+c.Lost+c.Thinned >= target {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Written gives a copy of how the writer is doing.
func (w *Writer) Written() Written {
	w.mu.Lock()
	c := w.written
	w.mu.Unlock()
	waiting, lost, _ := w.spool.level()
	c.Waiting = waiting
	c.Lost += lost + w.queue.Lost()
	if archive, tells := w.archive.(interface{ Duplicates() uint64 }); tells {
		c.Duplicates = archive.Duplicates()
	}
	return c
}
