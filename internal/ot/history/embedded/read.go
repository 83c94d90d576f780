package embedded

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"

	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded/coding"
	"millwright/internal/ot/tag"
)

// Samples gives one range: see history.Archive.
func (a *Archive) Samples(ctx context.Context, r history.Range, yield func(tag.Sample) bool) error {
	return a.Merge(ctx, []history.Range{r}, yield)
}

// feed is one range of a merge, and its next sample.
type feed struct {
	*stream
	head  tag.Sample
	more  bool
	carry tag.Sample // given before the stream
	has   bool
}

func (f *feed) step() (err error) {
	if f.has {
		f.head, f.more, f.has = f.carry, true, false
		return nil
	}
	f.head, f.more, err = f.next()
	return err
}

// Merge gives several ranges in one order of time: see history.Archive. It holds one sample of each range. What was
// appended in order before it began is in it, and nothing that was in one batch is in it by half.
func (a *Archive) Merge(ctx context.Context, ranges []history.Range, yield func(tag.Sample) bool) error {
	windows, leave, err := a.look(ranges)
	if err != nil {
		return err
	}
	defer leave()
	feeds := make([]*feed, 0, len(ranges))
	defer func() {
		for _, w := range windows {
			w.close()
		}
	}()
	for i, r := range ranges {
		f, err := a.feed(ctx, r, windows[i])
		if err != nil {
			return err
		}
		if f != nil {
			feeds = append(feeds, f)
		}
	}
	for n := 0; ; n++ {
		if n%1024 == 0 {
			if err := a.alive(ctx); err != nil {
				return err
			}
		}
		f := earliest(feeds)
		if f == nil || !yield(f.head) {
			return nil
		}
		if err := f.step(); err != nil {
			return err
		}
	}
}

// earliest gives the feed whose sample comes next; of equal times that of the lower tag; nil at the end.
func earliest(feeds []*feed) (first *feed) {
	for _, f := range feeds {
		if !f.more {
			continue
		}
		if first == nil || f.head.Time.Before(first.head.Time) ||
			(f.head.Time.Equal(first.head.Time) && f.head.Tag < first.head.Tag) {
			first = f
		}
	}
	return first
}

// look opens the store for ranges, all at one moment between two batches.
func (a *Archive) look(ranges []history.Range) (windows []window, leave func(), err error) {
	if len(ranges) > 1 {
		a.writing.Lock() // before the gate, as Append and Close do
		defer a.writing.Unlock()
	}
	if leave, err = a.enter(); err != nil {
		return nil, nil, err
	}
	windows = make([]window, len(ranges))
	for i, r := range ranges {
		if windows[i], err = a.window(r.Tag, ceilMicro(r.From), ceilMicro(r.To)); err != nil {
			for _, w := range windows[:i] {
				w.close()
			}
			leave()
			return nil, nil, err
		}
	}
	return windows, leave, nil
}

// feed begins a range in its window; it is nil for an empty one.
func (a *Archive) feed(ctx context.Context, r history.Range, w window) (f *feed, err error) {
	if err := a.knows(r.Tag); err != nil {
		return nil, err
	}
	from, to := ceilMicro(r.From), ceilMicro(r.To)
	if !r.Carry && from >= to {
		return nil, nil
	}
	f = &feed{}
	if r.Carry {
		if f.carry, f.has, err = a.lastBefore(ctx, r.Tag, from); err != nil {
			return nil, err
		}
	}
	if f.stream, err = a.read(r.Tag, w); err != nil {
		return nil, err
	}
	return f, f.step()
}

func (a *Archive) knows(id tag.ID) error {
	if !a.reg.Load().Has(id) {
		return errs.New(errs.NotFound, "there is no tag %d in this plant", id)
	}
	return nil
}

// ceilMicro is the first microsecond not before t: a bound between two microseconds moves up, so that
// half-open ranges stay so.
func ceilMicro(t time.Time) int64 {
	us := t.UnixMicro()
	if t.After(time.UnixMicro(us)) {
		us++
	}
	return us
}

// carryBack is how far back a value is looked for that still holds.
const carryBack = 400 * 24 * time.Hour

// lastBefore finds the newest sample with a time before t, in windows that grow with the way back.
func (a *Archive) lastBefore(ctx context.Context, id tag.ID, t int64) (s tag.Sample, ok bool, err error) {
	floor := t - carryBack.Microseconds()
	window := time.Hour.Microseconds()
	for to := t; to > floor; window *= 4 {
		if err := a.alive(ctx); err != nil {
			return s, false, err
		}
		from := max(floor, to-window)
		at, err := a.lastTime(id, from, to)
		if err != nil {
			return s, false, fmt.Errorf("look for the last value of tag %s: %w", a.name(id), err)
		}
		to = from
		if at != math.MinInt64 {
			if s, ok, err = a.sampleAt(id, at); ok || err != nil {
				return s, ok, err
			}
			to = at // a sample without its sides: look further back
		}
	}
	return s, false, nil
}

func (a *Archive) sampleAt(id tag.ID, t int64) (s tag.Sample, ok bool, err error) {
	in, err := a.stream(id, t, t+1)
	if err != nil {
		return s, false, err
	}
	defer in.close()
	return in.next()
}

// lastTime is the newest time on any spine with from <= time < to; MinInt64 when there is none. Only
// the last piece of each series is unpacked.
func (a *Archive) lastTime(id tag.ID, from, to int64) (last int64, err error) {
	last = math.MinInt64
	q, err := a.store.ChunkQuerier(from, to-1)
	if err != nil {
		return last, err
	}
	defer func() { _ = q.Close() }()
	found := q.Select(context.Background(), true, nil, a.matcher(id))
	for found.Next() {
		_, p, ok := coding.Identify(found.At().Labels())
		if !ok || !p.Spine() {
			continue
		}
		t, err := lastOf(found.At(), to)
		if err != nil {
			return last, err
		}
		last = max(last, t)
	}
	return last, found.Err()
}

func lastOf(series storage.ChunkSeries, to int64) (last int64, err error) {
	var newest chunks.Meta
	pieces := series.Iterator(nil)
	for pieces.Next() {
		if m := pieces.At(); newest.Chunk == nil || m.MaxTime > newest.MaxTime {
			newest = m
		}
	}
	last = math.MinInt64
	if pieces.Err() != nil || newest.Chunk == nil {
		return last, pieces.Err()
	}
	it := newest.Chunk.Iterator(nil)
	for it.Next() == chunkenc.ValFloat && it.AtT() < to {
		last = it.AtT()
	}
	return last, it.Err()
}
