package history

import (
	"context"
	"time"

	"millwright/internal/ot/tag"
)

// The stretches of the past that Last looks at: each is so many times as long as the one before.
const (
	nearest = time.Minute
	farther = 8
	far     = 3 * 366 * 24 * time.Hour
)

// Last gives the newest samples of a tag up to a moment, n at most, the oldest first. It looks farther back only
// where there are not as many, and no farther than three years.
func Last(ctx context.Context, a Archive, id tag.ID, until time.Time, n int) ([]tag.Sample, error) {
	for stretch := nearest; ; stretch *= farther {
		stretch = min(stretch, far)
		ring, seen := make([]tag.Sample, 0, n), 0
		r := Range{Tag: id, From: until.Add(-stretch), To: until.Add(time.Microsecond)}
		err := a.Samples(ctx, r, func(s tag.Sample) bool {
			if len(ring) < n {
				ring = append(ring, s)
			} else {
				ring[seen%n] = s
			}
			seen++
			return true
		})
		if err != nil || stretch == far && seen <= n {
			return ring, err
		}
		if seen >= n {
			from := seen % n
			return append(append(make([]tag.Sample, 0, n), ring[from:]...), ring[:from]...), nil
		}
	}
}
