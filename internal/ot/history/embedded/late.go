package embedded

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"
)

// nearby is how far apart late samples of a tag may be to be compared with what is there in one go.
const nearby = time.Hour

// judgeLate compares late samples with what the history has at their times, and leaves in b.late
// those to be kept: by tag, then in the order of time.
func (b *batch) judgeLate(ctx context.Context) error {
	slices.SortStableFunc(b.late, func(x, y int) int {
		s, t := b.samples[x], b.samples[y]
		return cmp.Or(cmp.Compare(s.Tag, t.Tag), s.Time.Compare(t.Time))
	})
	late := b.late
	b.late = b.late[:0:0]
	for len(late) > 0 {
		if err := b.a.alive(ctx); err != nil {
			return err
		}
		first := b.samples[late[0]]
		n := 1
		for n < len(late) && b.samples[late[n]].Tag == first.Tag &&
			b.samples[late[n]].Time.Sub(b.samples[late[n-1]].Time) <= nearby {
			n++
		}
		if err := b.judge(late[:n]); err != nil {
			return err
		}
		late = late[n:]
	}
	return nil
}

// judge settles a run of samples of one tag.
func (b *batch) judge(run []int) error {
	from, to := b.samples[run[0]], b.samples[run[len(run)-1]]
	there, err := b.a.stream(from.Tag, from.Time.UnixMicro(), to.Time.UnixMicro()+1)
	if err != nil {
		return err
	}
	defer there.close()
	old, more, err := there.next()
	if err != nil {
		return err
	}
	before := -1 // the last one kept of this run
	for _, i := range run {
		s := b.samples[i]
		for more && old.Time.Before(s.Time) {
			if old, more, err = there.next(); err != nil {
				return err
			}
		}
		switch {
		case more && old.Time.Equal(s.Time):
			b.compare(i, s, old)
		case before >= 0 && b.samples[before].Time.Equal(s.Time):
			b.compare(i, s, b.samples[before])
		default:
			b.late = append(b.late, i)
			before = i
		}
	}
	return nil
}

// lookUpNewest finds the newest sample of those tags among the late ones that were not written to
// since the store was opened.
func (b *batch) lookUpNewest(ctx context.Context) error {
	for _, i := range b.late {
		id := b.samples[i].Tag
		l := &b.lanes[id]
		if l.known {
			continue
		}
		s, ok, err := b.a.lastBefore(ctx, id, b.a.ceiling+1)
		if err != nil {
			return err
		}
		l.known, l.newest = true, math.MinInt64
		if ok {
			l.newest, l.last = s.Time.UnixMicro(), s
		}
	}
	return nil
}

// lateOnes appends what is left in b.late.
func (b *batch) lateOnes() error {
	for _, i := range b.late {
		s := b.samples[i]
		l, t := &b.lanes[s.Tag], s.Time.UnixMicro()
		if !b.put(i, l, 0) {
			continue
		}
		if t > l.newest {
			l.newest, l.last = t, s
		} else {
			b.a.count.late.Add(1)
		}
	}
	return nil
}
