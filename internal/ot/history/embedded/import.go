package embedded

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/prometheus/tsdb"

	"millwright/internal/errs"
	"millwright/internal/ot/tag"
)

// Imported is what came of an import.
type Imported struct {
	Kept, Duplicates, Refused uint64
	FirstRefusal              string // why the first one was refused
}

// The sizes of an import: what is judged and packed at once, and the time that goes into one block.
const (
	importPart  = 50_000
	importBlock = 13*time.Hour + 30*time.Minute // a size that the store makes of its own blocks
)

// Import keeps samples of any age in bulk, straight into blocks. They must come in the order of time;
// what is not older than all that is still in memory is refused, and can be appended. The same again
// is kept once, another value at a time that is taken is refused. What was kept when an error comes
// stays, and all of it may be imported again. Appends wait for a block to be written, in between.
func (a *Archive) Import(ctx context.Context, now time.Time, samples iter.Seq[tag.Sample]) (Imported, error) {
	next, stop := iter.Pull(samples)
	defer stop()
	in := &importer{a: a, now: now, next: next}
	in.ahead, in.more = next()
	for in.more {
		if err := in.block(ctx); err != nil {
			return in.result, fmt.Errorf("import into the history: %w", err)
		}
	}
	return in.result, nil
}

type importer struct {
	a      *Archive
	now    time.Time
	next   func() (tag.Sample, bool)
	ahead  tag.Sample // read already, not part of anything yet
	more   bool
	last   time.Time
	result Imported
}

// block imports the samples of one block's time, and makes them readable.
func (in *importer) block(ctx context.Context) error {
	a := in.a
	a.writing.Lock()
	defer a.writing.Unlock()
	leave, err := a.enter()
	if err != nil {
		return err
	}
	defer leave()
	if err := a.roomOnDisk(a.opts.Reserve); err != nil {
		return err
	}
	w, err := tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), a.dir, importBlock.Microseconds())
	if err != nil {
		return err
	}
	kept, err := in.parts(ctx, w)
	if err == nil && kept > 0 {
		_, err = w.Flush(ctx)
	}
	if err = errors.Join(err, w.Close()); err != nil || kept == 0 {
		return err
	}
	in.result.Kept += uint64(kept)
	return a.store.Reload(ctx)
}

// parts packs the samples of one block's time, part by part.
func (in *importer) parts(ctx context.Context, w *tsdb.BlockWriter) (kept int, err error) {
	lanes := make([]lane, len(in.a.lanes)) // of this block: its series have numbers of their own
	end := in.ahead.Time.Truncate(importBlock).Add(importBlock)
	for in.more && in.ahead.Time.Before(end) {
		part, err := in.part(end)
		if err != nil {
			return 0, err
		}
		b := newBatch(in.a, lanes, part)
		b.app = w.Appender(ctx)
		if err := in.judge(ctx, b); err != nil {
			return 0, errors.Join(err, b.app.Rollback())
		}
		if err := errors.Join(b.lateOnes(), b.app.Commit()); err != nil {
			return 0, err
		}
		b.total()
		in.note(b)
		kept += b.kept
	}
	return kept, nil
}

// part takes the next samples; those of one moment stay together, so that they are compared with each other.
func (in *importer) part(end time.Time) (part []tag.Sample, err error) {
	for in.more && in.ahead.Time.Before(end) && (len(part) < importPart || in.ahead.Time.Equal(in.last)) {
		if in.ahead.Time.Before(in.last) {
			return nil, errs.New(errs.Invalid, "the samples are not in the order of time: %s comes after %s", in.ahead.Time.Format(time.RFC3339Nano), in.last.Format(time.RFC3339Nano))
		}
		part, in.last = append(part, in.ahead), in.ahead.Time
		in.ahead, in.more = in.next()
	}
	return part, nil
}

// judge leaves in b.late the samples to be kept.
func (in *importer) judge(ctx context.Context, b *batch) error {
	b.check(in.now, time.Time{})
	floor := in.a.store.Floor()
	for i, s := range b.samples {
		if s.Tag != 0 && s.Time.UnixMicro() >= floor {
			b.refuse(i, "it is from %s, and what is not older than %s is still in memory; append it", s.Time.Format(time.RFC3339), time.UnixMicro(floor).UTC().Format(time.RFC3339))
		}
	}
	if err := b.learnTexts(); err != nil {
		return err
	}
	for i, s := range b.samples {
		if s.Tag != 0 {
			b.late = append(b.late, i)
			b.lanes[s.Tag].newest = 1<<63 - 1 // none of them is the newest of its tag
		}
	}
	return b.judgeLate(ctx)
}

func (in *importer) note(b *batch) {
	in.result.Duplicates += uint64(b.same)
	in.result.Refused += uint64(len(b.refused))
	if len(b.refused) > 0 && in.result.FirstRefusal == "" {
		in.result.FirstRefusal = slices.MinFunc(b.refused, byIndex).Why
	}
}
