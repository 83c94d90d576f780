package health

import (
	"context"
	"maps"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/health/sustain"
	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// stretch names running that was counted.
type stretch struct {
	from    time.Time
	minutes int
}

// pacerOf gives the counters that the pacer of a line has; none where it is the output, whose pieces the ledger counts.
func pacerOf(l plant.Line, signals []machine.Signals) (all []machine.Counter) {
	pacer := oee.Pacer(l)
	i := slices.IndexFunc(signals, func(s machine.Signals) bool { return s.Unit == pacer })
	if i < 0 || pacer == l.Output || l.Output == "" && len(l.Units) > 0 && l.Units[len(l.Units)-1].ID == pacer {
		return nil
	}
	s := signals[i]
	switch {
	case s.Good.Tag != 0 && s.Reject.Tag != 0:
		return []machine.Counter{s.Good, s.Reject}
	case s.Total.Tag != 0:
		return []machine.Counter{s.Total}
	case s.Good.Tag != 0:
		return []machine.Counter{s.Good}
	}
	return nil
}

// mostCounted is how many stretches of running are counted at the pacer for one answer: more follow with the next.
const mostCounted = 300

// counter counts at the pacer; nil where it cannot. failed tells afterwards what went wrong, and keep what was counted.
func (k *Keeper) counter(ctx context.Context, l *line) (count sustain.Counter, done func() error) {
	counters := pacerOf(l.Line, k.o.Signals)
	if len(counters) == 0 {
		return nil, func() error { return nil }
	}
	l.mu.Lock()
	was := l.counted
	l.mu.Unlock()
	read, now := 0, map[stretch][]plant.Quantity{}
	var failed error
	count = func(from time.Time, minutes int) ([]plant.Quantity, bool) {
		of := stretch{from, minutes}
		sums, ok := was[of]
		if !ok && read < mostCounted && failed == nil {
			read++
			sums, failed = k.countedAt(ctx, counters, of)
			ok = failed == nil
		}
		if ok {
			now[of] = sums
		}
		return slices.Clone(sums), len(sums) > 0
	}
	return count, func() error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if len(l.counted)+len(now) < 4*mostCounted*stride {
			maps.Copy(now, l.counted)
		}
		l.counted = now
		return failed
	}
}

// countedAt reads how many pieces some counters had counted by each minute of a stretch; none where one of them fell, or
// was not known.
func (k *Keeper) countedAt(ctx context.Context, counters []machine.Counter, of stretch) ([]plant.Quantity, error) {
	sums := make([]plant.Quantity, of.minutes+1)
	for _, c := range counters {
		r := history.Range{Tag: c.Tag, From: of.from.Add(-time.Minute), To: of.from.Add(time.Duration(of.minutes) * time.Minute), Carry: true}
		buckets, err := k.o.Archive.Buckets(ctx, r, time.Minute)
		if err != nil {
			return nil, err
		}
		if len(buckets) != len(sums) || !rises(buckets) {
			return nil, nil
		}
		per := c.Per
		if per == 0 {
			per = plant.One
		}
		for i := range sums {
			sums[i] += plant.Quantity(buckets[i].Last-buckets[0].Last) * per
		}
	}
	return sums, nil
}

func rises(all []history.Bucket) bool {
	for i := range all {
		if !all[i].Known() || i > 0 && all[i].Last < all[i-1].Last {
			return false
		}
	}
	return true
}
