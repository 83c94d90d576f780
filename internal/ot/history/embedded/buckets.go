package embedded

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded/sums"
	"millwright/internal/ot/history/rollup"
	"millwright/internal/ot/history/slope"
	"millwright/internal/ot/tag"
)

const maxBuckets = 10_000

// Buckets cuts a range into equal steps: see history.Archive. What held before the range is looked
// up, so that a slow signal has its mean from the first bucket on; before its first sample ever a
// signal counts as not good. Min, Max and Last are of the signal, values that still hold included.
func (a *Archive) Buckets(ctx context.Context, r history.Range, step time.Duration) ([]history.Bucket, error) {
	if err := a.knows(r.Tag); err != nil {
		return nil, err
	}
	g := sums.Grid{From: ceilMicro(r.From), To: ceilMicro(r.To), Step: step.Microseconds()}
	if g.Step <= 0 {
		return nil, errs.New(errs.Invalid, "the step of a range must be at least a microsecond, not %s", step)
	}
	if g.To <= g.From {
		return nil, nil
	}
	if (g.To-g.From-1)/g.Step >= maxBuckets {
		return nil, errs.New(errs.Invalid, "a range of %s in steps of %s has more than %d steps; take longer steps", r.To.Sub(r.From), step, maxBuckets)
	}
	if t := a.reg.Load().Tag(r.Tag); t.Swing > 0 {
		r.From, r.To = time.UnixMicro(g.From), time.UnixMicro(g.To)
		return slope.Buckets(ctx, a.Samples, r, step, t.Silence())
	}
	leave, err := a.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	before, ok, err := a.lastBefore(ctx, r.Tag, g.From)
	if err != nil {
		return nil, err
	}
	held := rollup.Begin(g.From, 0, rollup.Bad)
	if ok {
		v, state := sums.Number(before)
		held = rollup.Begin(g.From, v, state)
	}
	all, err := a.sum(ctx, r.Tag, g)
	if err != nil {
		return nil, fmt.Errorf("sum up tag %s: %w", a.name(r.Tag), err)
	}
	return sums.Fill(g, held, all), nil
}

func (a *Archive) sum(ctx context.Context, id tag.ID, g sums.Grid) (sums.Stretches, error) {
	q, err := a.store.ChunkQuerier(g.From, g.To-1)
	if err != nil {
		return nil, err
	}
	defer func() { _ = q.Close() }()
	return a.sums.Sum(sums.Query{
		Grid: g, Querier: q, Match: a.matcher(id),
		Alive: func() error { return a.alive(ctx) },
		Each: func(from, to int64, add func(int64, float64, rollup.State)) error {
			return a.each(id, from, to, func(s tag.Sample) {
				v, state := sums.Number(s)
				add(s.Time.UnixMicro(), v, state)
			})
		},
	})
}

// each reads the samples of a tag with from <= time < to, in microseconds.
func (a *Archive) each(id tag.ID, from, to int64, yield func(tag.Sample)) error {
	in, err := a.stream(id, from, to)
	if err != nil {
		return err
	}
	defer in.close()
	for {
		s, ok, err := in.next()
		if !ok || err != nil {
			return err
		}
		yield(s)
	}
}
