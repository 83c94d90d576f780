package embedded

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/prometheus/storage"

	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded/coding"
	"millwright/internal/ot/tag"
)

// ahead of now is how far a stamp may lie.
const tooFarAhead = time.Hour

type counters struct{ kept, late, duplicates, refused atomic.Uint64 }

// batch is one call of Append at work.
type batch struct {
	a       *Archive
	lanes   []lane       // by tag
	samples []tag.Sample // cleaned; those that are settled have Tag 0
	refused []history.Refusal
	app     storage.Appender
	points  []coding.Point
	kept    int
	same    int   // were there already
	late    []int // indexes of samples not newer than what their tag has, or may have; then of those to be kept
}

// Append keeps a batch: see history.Archive. After an error none of the batch counts as kept, and all
// of it may be appended again.
func (a *Archive) Append(ctx context.Context, now time.Time, samples []tag.Sample) ([]history.Refusal, error) {
	return a.write("append", samples, func(b *batch) error { return b.run(ctx, now) })
}

// write lets a batch of samples into the store.
func (a *Archive) write(what string, samples []tag.Sample, run func(*batch) error) ([]history.Refusal, error) {
	a.writing.Lock()
	defer a.writing.Unlock()
	if err := a.roomOnDisk(a.opts.Reserve); err != nil {
		return nil, fmt.Errorf("%s %d samples to the history: %w", what, len(samples), err)
	}
	if a.broken != nil {
		if err := a.renew(); err != nil {
			return nil, err
		}
	}
	leave, err := a.enter()
	if err != nil {
		return nil, fmt.Errorf("%s %d samples to the history: %w", what, len(samples), err)
	}
	defer leave()
	b := newBatch(a, a.lanes, samples)
	if err := run(b); err != nil {
		return nil, fmt.Errorf("%s %d samples to the history: %w", what, len(samples), err)
	}
	slices.SortFunc(b.refused, byIndex)
	return b.refused, nil
}

func byIndex(x, y history.Refusal) int { return x.Index - y.Index }

func newBatch(a *Archive, lanes []lane, samples []tag.Sample) *batch {
	b := &batch{a: a, lanes: lanes, samples: make([]tag.Sample, len(samples)), points: make([]coding.Point, 0, 3)}
	for i, s := range samples {
		b.samples[i] = s.Clean()
	}
	return b
}

func (b *batch) run(ctx context.Context, now time.Time) error {
	b.check(now, now.Add(-b.a.opts.Window))
	if err := b.learnTexts(); err != nil {
		return err
	}
	if err := b.commit(b.inOrder); err != nil {
		return err
	}
	if len(b.late) > 0 {
		if err := b.lookUpNewest(ctx); err != nil {
			return err
		}
		if err := b.judgeLate(ctx); err != nil {
			return err
		}
		if err := b.commit(b.lateOnes); err != nil {
			return err
		}
		b.a.store.Late(len(b.late))
	}
	b.total()
	return nil
}

func (b *batch) total() {
	b.a.count.kept.Add(uint64(b.kept))
	b.a.count.duplicates.Add(uint64(b.same))
	b.a.count.refused.Add(uint64(len(b.refused)))
}

// roomOnDisk keeps a reserve: the store cannot live with a write of its own, later, that finds the disk full.
func (a *Archive) roomOnDisk(reserve uint64) error {
	free, err := a.free(a.dir)
	if err != nil {
		return fmt.Errorf("ask how full the disk under %s is: %w", a.dir, err)
	}
	if free < reserve {
		return errs.New(errs.Unavailable, "the disk under %s has only %d MB left, and %d MB must stay free; make room there", a.dir, free>>20, reserve>>20)
	}
	return nil
}

func (b *batch) refuse(i int, format string, args ...any) {
	b.refused = append(b.refused, history.Refusal{Index: i, Why: fmt.Sprintf(format, args...)})
	b.samples[i].Tag = 0
}

// check refuses what belongs to no tag or lies out of time.
func (b *batch) check(now, earliest time.Time) {
	latest, reg := now.Add(tooFarAhead), b.a.reg.Load()
	for i, s := range b.samples {
		switch {
		case !reg.Has(s.Tag):
			b.refuse(i, "there is no tag %d in this plant", s.Tag)
		case s.Time.After(latest):
			b.refuse(i, "it is stamped %s ahead of this computer's clock; at most %s is kept", s.Time.Sub(now).Round(time.Second), tooFarAhead)
		case s.Time.Before(earliest):
			b.refuse(i, "it is from %s, and samples are taken until they are %d days late; history.late in the settings makes it longer", s.Time.Format(time.RFC3339), int(b.a.opts.Window.Hours()/24))
		}
	}
}

// learnTexts gives every new text its number, on the disk before any sample uses it.
func (b *batch) learnTexts() error {
	var fresh []string
	var size int64
	seen := map[string]bool{}
	for i, s := range b.samples {
		text, is := s.Value.Text()
		if !is || s.Tag == 0 {
			continue
		}
		if _, known := b.a.words.Number(text); known || seen[text] {
			continue
		}
		if err := b.a.words.Room(text, len(fresh), size); err != nil {
			b.refuse(i, "%v", err)
			continue
		}
		seen[text] = true
		fresh = append(fresh, text)
		size += int64(len(text))
	}
	if err := b.a.words.Learn(fresh); err != nil {
		b.a.broken = err
		return err
	}
	return nil
}

// commit runs a step that appends to b.app, and makes it last.
func (b *batch) commit(step func() error) error {
	b.app = b.a.store.Appender(context.Background())
	if err := step(); err != nil {
		return errors.Join(err, b.app.Rollback())
	}
	if err := b.app.Commit(); err != nil {
		b.a.broken = err
		return err
	}
	if b.a.store.Unlogged() {
		b.a.broken = errors.New("late samples could not be written to their log; the store's line above says why")
		return b.a.broken
	}
	return nil
}

// inOrder appends what is newer than anything of its tag and sorts out the rest.
func (b *batch) inOrder() error {
	for i, s := range b.samples {
		if s.Tag == 0 {
			continue
		}
		l, t := &b.lanes[s.Tag], s.Time.UnixMicro()
		switch {
		case l.known && t == l.newest && l.last.Tag != 0:
			b.compare(i, s, l.last)
		case l.known && t > l.newest, !l.known && t > b.a.ceiling:
			if b.put(i, l, 0) {
				l.known, l.newest, l.last = true, t, s
			}
		default:
			b.late = append(b.late, i)
		}
	}
	return nil
}

// compare settles a sample at a time that is taken.
func (b *batch) compare(i int, s, taken tag.Sample) {
	if s.Quality == taken.Quality && s.Value.Same(taken.Value) {
		b.same++
		b.samples[i].Tag = 0
		return
	}
	b.refuse(i, "another value stands at %s already: %s, %s", s.Time.Format(time.RFC3339Nano), taken.Value, taken.Quality)
}

// put appends one sample, its sides before its spine; fix is the how manieth correction of its time it is.
func (b *batch) put(i int, l *lane, fix int) bool {
	s := b.samples[i]
	var number uint32
	if text, is := s.Value.Text(); is {
		number, _ = b.a.words.Number(text)
	}
	b.points = l.packer.Points(s, number, b.points[:0])
	name := b.a.name(s.Tag)
	for _, p := range b.points {
		slot := l.slot(name, s.Value.Kind(), p.Part, fix)
		ref, err := b.app.Append(slot.ref, slot.labels, s.Time.UnixMicro(), p.Value)
		if err != nil {
			b.refuse(i, "the store does not take it: %v", err)
			return false
		}
		slot.ref = ref
	}
	b.kept++
	b.samples[i].Tag = 0
	return true
}
