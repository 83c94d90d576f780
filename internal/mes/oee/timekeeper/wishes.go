package timekeeper

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

const (
	order     = 20 * time.Second // what is so much older than the newest reading of its line is late; the ledger waits longer
	margin    = 10 * time.Second // and so is what is older than this after the end of what the ledger has laid out
	lookups   = 1000             // late readings of a batch of which the history is asked whether it has them
	writeTime = 2 * time.Second  // that keeping a wish may take
)

// Wishes keeps readings in the history, and notes before that which ledgers they come too late for. So of a reading
// that is kept, its ledger has it, or ends before it, or a wish for it stands in the database: none is missed,
// whenever the program is killed. It outlives the services of one plant after another.
type Wishes struct {
	ledger  oee.Ledger
	archive history.Archive
	oldest  time.Duration // how late a reading may be that the archive takes
	log     *slog.Logger

	mu    sync.Mutex // held while a batch is kept
	byTag [][]*course
	lines map[plant.LineID]*course
	moved []*course // those that the batch at hand has newer readings of
	tries int       // how often the history may still be asked for this batch
	away  error     // why the last wish could not be kept
	since int64     // when that was
}

// course is how far the readings of one line have come. Times are in microseconds; 0 means none.
type course struct {
	line   plant.LineID
	newest int64
	bound  int64 // what is older is late
	late   int64 // the oldest late reading of the batch at hand
	moved  bool
	first  int64 // the oldest reading that came before the ledger was laid out, and was not late
	opened bool  // the ledger was laid out since the program began
	wish   oee.Wish
	stands bool // the wish is in the database, and is not granted without what comes now

	laid atomic.Int64 // what is older is late too: the ledger has laid it out
	news atomic.Int64 // the oldest late reading of which the service was not told
}

// NewWishes makes wishes that nobody has had yet; an archive is needed for Append alone, which takes what is so late at most.
func NewWishes(ledger oee.Ledger, archive history.Archive, oldest time.Duration, log *slog.Logger) *Wishes {
	return &Wishes{ledger: ledger, archive: archive, oldest: oldest, log: log, lines: map[plant.LineID]*course{}}
}

// adopt says on which tags the ledgers rest from now on.
func (w *Wishes) adopt(lines []plant.Line, signals []machine.Signals) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.byTag = nil
	of := map[plant.UnitID]*course{}
	for _, l := range lines {
		c := w.of(l.ID)
		for _, u := range l.Units {
			of[u.ID] = c
		}
	}
	for i := range signals {
		s := &signals[i]
		for _, id := range []tag.ID{s.State, s.Mode, s.Product, s.Order, s.Fault, s.Good.Tag, s.Reject.Tag, s.Total.Tag} {
			w.listen(id, of[s.Unit])
		}
	}
}

func (w *Wishes) listen(id tag.ID, c *course) {
	if id == 0 || c == nil {
		return
	}
	if missing := int(id) + 1 - len(w.byTag); missing > 0 {
		w.byTag = append(w.byTag, make([][]*course, missing)...)
	}
	w.byTag[id] = append(w.byTag[id], c)
}

// course gives that of a line.
func (w *Wishes) course(line plant.LineID) *course {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.of(line)
}

// of gives the course of a line; mu is held.
func (w *Wishes) of(line plant.LineID) *course {
	c := w.lines[line]
	if c == nil {
		c = &course{line: line}
		w.lines[line] = c
	}
	return c
}

// Append keeps a batch in the history (see history.Archive). While the database is away the wishes for what is late
// are remembered only.
func (w *Wishes) Append(ctx context.Context, now time.Time, batch []tag.Sample) ([]history.Refusal, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	told := w.away != nil
	if err := w.note(ctx, now, batch); err != nil && !told {
		w.log.Warn("readings come too late for the time ledger, and the database that keeps the wish to derive it anew is away; it is remembered until the program ends", "err", err)
	}
	return w.archive.Append(ctx, now, batch)
}

// Insist keeps a batch as Append does, but rather nothing of it than without the wishes.
func (w *Wishes) Insist(ctx context.Context, now time.Time, batch []tag.Sample) ([]history.Refusal, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.note(ctx, now, batch); err != nil {
		return nil, err
	}
	return w.archive.Append(ctx, now, batch)
}

// note keeps a wish for each line that something in a batch is late for.
func (w *Wishes) note(ctx context.Context, now time.Time, batch []tag.Sample) error {
	latest, earliest := now.UnixMicro(), now.Add(-w.oldest).UnixMicro()
	var late []*course
	w.tries = lookups
	for i := range batch {
		s := &batch[i]
		if int(s.Tag) >= len(w.byTag) {
			continue
		}
		for _, c := range w.byTag[s.Tag] {
			at := min(s.Time.UnixMicro(), latest)
			switch {
			case c.bound != 0 && at >= c.bound && at >= c.laid.Load():
				w.newer(c, at)
			case at < earliest || w.knows(ctx, c, s, at):
			case c.bound == 0 && at >= c.laid.Load():
				w.newer(c, at)
			case c.late == 0:
				c.late = at
				late = append(late, c)
			default:
				c.late = min(c.late, at)
			}
		}
	}
	for _, c := range w.moved {
		c.moved, c.bound = false, max(c.bound, c.newest-order.Microseconds())
	}
	w.moved = w.moved[:0]
	var failed error
	for _, c := range late {
		at := c.late
		c.late = 0
		if err := w.want(ctx, c, at, latest); err != nil {
			failed = err
		}
	}
	return failed
}

// newer takes a reading that is not late.
func (w *Wishes) newer(c *course, at int64) {
	if !c.opened && (c.first == 0 || at < c.first) {
		c.first = at
	}
	if at <= c.newest {
		return
	}
	c.newest = at
	if !c.moved {
		c.moved = true
		w.moved = append(w.moved, c)
	}
}

// knows tells whether nothing has to be wished for because of a reading: a wish stands that covers it, or the history
// has it already, as when a machine is connected to again and says what it said before.
func (w *Wishes) knows(ctx context.Context, c *course, s *tag.Sample, at int64) (known bool) {
	if c.stands && c.wish.From.UnixMicro() <= at {
		return true
	}
	if w.tries == 0 {
		return false
	}
	w.tries--
	r := history.Range{Tag: s.Tag, From: s.Time, To: s.Time.Add(time.Microsecond)}
	err := w.archive.Samples(ctx, r, func(tag.Sample) bool { known = true; return false })
	return known && err == nil
}

// want keeps the wish for a line's ledger from a time on; mu is held.
func (w *Wishes) want(ctx context.Context, c *course, at, now int64) error {
	from := time.UnixMicro(at).UTC()
	if f := c.wish.From; !f.IsZero() && f.Before(from) {
		from = f
	}
	c.wish = oee.Wish{Line: c.line, Why: oee.Late, From: from, Mark: max(now, c.wish.Mark+1)}
	if was := c.news.Load(); was == 0 || at < was { // the service only ever takes it away
		c.news.Store(at)
	}
	if w.away != nil && now-w.since < retry.Microseconds() {
		return w.away // who waits for a database that hangs keeps nothing meanwhile
	}
	short, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	w.away, w.since = w.ledger.Wish(short, c.wish), now
	c.stands = w.away == nil
	return w.away
}

// heard gives the oldest late reading of a line since the last call.
func (c *course) heard() (at time.Time, ok bool) {
	us := c.news.Swap(0)
	return time.UnixMicro(us).UTC(), us != 0
}

// take gives the wish for a line, which covers all that was kept so far. What comes from now on is wished for anew.
func (w *Wishes) take(c *course) (wish oee.Wish, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.stands = false
	return c.wish, !c.wish.From.IsZero()
}

// recall takes a wish that an earlier run of the program had.
func (w *Wishes) recall(c *course, wish oee.Wish) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.wish.Mark < wish.Mark {
		c.wish = wish
	}
}

// granted says that a wish is not in the database any more, unless more was wished for meanwhile.
func (w *Wishes) granted(c *course, wish oee.Wish) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.wish.Mark == wish.Mark {
		c.wish.From = time.Time{}
	}
}

// open says up to where the ledger of a line is laid out, before that is kept. When it is the first time, what came
// meanwhile may not be in it.
func (w *Wishes) open(ctx context.Context, c *course, laid, now time.Time) error {
	c.lay(laid)
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.opened {
		return nil
	}
	if c.first != 0 && c.first < laid.UnixMicro() {
		if err := w.want(ctx, c, c.first, now.UnixMicro()); err != nil {
			return err
		}
	}
	c.opened = true
	return nil
}

// lay says the same of a ledger that goes on.
func (c *course) lay(to time.Time) {
	if us := to.Add(margin).UnixMicro(); !to.IsZero() && us > c.laid.Load() {
		c.laid.Store(us)
	}
}
