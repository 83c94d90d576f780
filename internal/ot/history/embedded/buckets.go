package embedded

import (
	"context"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/rollup"
	"millwright/internal/ot/tag"
)

const maxBuckets = 10_000

// grid is a range cut into equal steps; the last one may be shorter. Times are microseconds.
type grid struct{ from, to, step int64 }

func (g grid) len() int { return int((g.to - g.from + g.step - 1) / g.step) }

func (g grid) start(i int) int64 { return g.from + int64(i)*g.step }

func (g grid) end(i int) int64 { return min(g.to, g.start(i+1)) }

// within gives the bucket that a time is in.
func (g grid) within(t int64) (i int, ok bool) {
	if t < g.from || t >= g.to {
		return 0, false
	}
	return int((t - g.from) / g.step), true
}

// stretch is a sum of samples that all are in one bucket.
type stretch struct {
	bucket int
	span   rollup.Span
}

// stretches are in the order of time.
type stretches []stretch

func (ss *stretches) join(bucket int, s rollup.Span) {
	if n := len(*ss); n > 0 && (*ss)[n-1].bucket == bucket {
		(*ss)[n-1].span.Join(s)
		return
	}
	*ss = append(*ss, stretch{bucket, s})
}

func (ss *stretches) add(bucket int, t int64, v float64, state rollup.State) {
	if n := len(*ss); n == 0 || (*ss)[n-1].bucket != bucket {
		*ss = append(*ss, stretch{bucket: bucket})
	}
	(*ss)[len(*ss)-1].span.Add(t, v, state)
}

// Buckets cuts a range into equal steps: see history.Archive. What held before the range is looked
// up, so that a slow signal has its mean from the first bucket on; before its first sample ever a
// signal counts as not good. Min, Max and Last are of the signal, values that still hold included.
func (a *Archive) Buckets(ctx context.Context, r history.Range, step time.Duration) ([]history.Bucket, error) {
	if err := a.knows(r.Tag); err != nil {
		return nil, err
	}
	g := grid{from: ceilMicro(r.From), to: ceilMicro(r.To), step: step.Microseconds()}
	if g.step <= 0 {
		return nil, errs.New(errs.Invalid, "the step of a range must be at least a microsecond, not %s", step)
	}
	if g.to <= g.from {
		return nil, nil
	}
	if (g.to-g.from-1)/g.step >= maxBuckets {
		return nil, errs.New(errs.Invalid, "a range of %s in steps of %s has more than %d steps; take longer steps", r.To.Sub(r.From), step, maxBuckets)
	}
	leave, err := a.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	before, ok, err := a.lastBefore(ctx, r.Tag, g.from)
	if err != nil {
		return nil, err
	}
	held := rollup.Begin(g.from, 0, rollup.Bad)
	if ok {
		v, state := number(before)
		held = rollup.Begin(g.from, v, state)
	}
	all, err := a.sums(ctx, r.Tag, g)
	if err != nil {
		return nil, err
	}
	return g.fill(held, all), nil
}

// number is what a sample says about the signal.
func number(s tag.Sample) (float64, rollup.State) {
	if !s.Good() {
		return 0, rollup.Bad
	}
	if v, ok := s.Value.Float(); ok {
		return v, rollup.Number
	}
	return 0, rollup.Other
}

// fill makes the buckets from what held before the first and the stretches of each.
func (g grid) fill(held rollup.Span, all stretches) []history.Bucket {
	out := make([]history.Bucket, g.len())
	for i := range out {
		v, state := held.Held()
		held = rollup.Begin(g.start(i), v, state)
		for len(all) > 0 && all[0].bucket == i {
			held.Join(all[0].span)
			all = all[1:]
		}
		held.Hold(g.end(i))
		b := history.Bucket{Start: time.UnixMicro(g.start(i)).UTC(), Count: held.Count, BadFor: time.Duration(held.Bad) * time.Microsecond}
		b.GoodFor = time.Duration(g.end(i)-g.start(i))*time.Microsecond - b.BadFor
		b.Min, b.Max, b.Last, _ = held.Range()
		b.Mean = held.Mean()
		out[i] = b
	}
	return out
}
