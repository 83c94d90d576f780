package sums

import (
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/history/rollup"
	"millwright/internal/ot/tag"
)

// Number is what a sample says about the signal.
func Number(s tag.Sample) (float64, rollup.State) {
	if !s.Good() {
		return 0, rollup.Bad
	}
	if v, ok := s.Value.Float(); ok {
		return v, rollup.Number
	}
	return 0, rollup.Other
}

// Fill makes the buckets from what held before the first and the stretches of each.
func Fill(g Grid, held rollup.Span, all Stretches) []history.Bucket {
	out := make([]history.Bucket, g.Len())
	for i := range out {
		v, state := held.Held()
		held = rollup.Begin(g.Start(i), v, state)
		for len(all) > 0 && all[0].Step == i {
			held.Join(all[0].Span)
			all = all[1:]
		}
		held.Hold(g.End(i))
		b := history.Bucket{Start: time.UnixMicro(g.Start(i)).UTC(), Count: held.Count, BadFor: time.Duration(held.Bad) * time.Microsecond}
		b.GoodFor = time.Duration(g.End(i)-g.Start(i))*time.Microsecond - b.BadFor
		b.Min, b.Max, b.Last, _ = held.Range()
		b.Mean = held.Mean()
		out[i] = b
	}
	return out
}
