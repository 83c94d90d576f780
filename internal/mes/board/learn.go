package board

import (
	"context"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// learned is what lines took to change from one product to another.
type learned struct {
	at    time.Time
	lines map[plant.LineID]map[plant.Pair]lesson
}

// lesson is how often, and for how long in all.
type lesson struct {
	n   int64
	sum time.Duration
}

const (
	lessons = 30 * time.Minute   // how often it is learned
	school  = 7 * 24 * time.Hour // from how much of the past
	prior   = 3                  // changes that what is planned counts for
)

// setUp is how long a change takes: what is planned counts like some changes, beside those that were.
func (k learned) setUp(l plant.Line, from, to string) time.Duration {
	if from == to && from != "" {
		d := l.Changeover.Pairs[plant.Pair{From: from, To: to}]
		return d
	}
	target, planned := l.Changeover.Target(from, to)
	s, is := k.lines[l.ID][plant.Pair{From: from, To: to}]
	switch {
	case is && planned:
		return (prior*target + s.sum) / time.Duration(prior+s.n)
	case is:
		return s.sum / time.Duration(s.n)
	}
	return target
}

// learn looks at what lines did, now and then. What cannot be read is learned another time.
func (b *Board) learn(ctx context.Context) {
	now := b.o.Now()
	if b.o.Segments == nil || now.Sub(b.learned.at) < lessons {
		return
	}
	k := learned{at: now, lines: map[plant.LineID]map[plant.Pair]lesson{}}
	for _, l := range b.o.Plant().Lines() {
		all, err := b.o.Segments(ctx, l.ID, now.Add(-school), now)
		if err != nil {
			continue
		}
		if pairs := changes(all); len(pairs) > 0 {
			k.lines[l.ID] = pairs
		}
	}
	b.learned = k
}

// changes adds up the set-up time between what a line made and what it made next.
func changes(all []oee.Segment) map[plant.Pair]lesson {
	pairs := map[plant.Pair]lesson{}
	made, setting := "", time.Duration(0)
	for i := range all {
		s := &all[i]
		switch s.Category {
		case oee.Changeover:
			setting += s.To.Sub(s.From)
		case oee.Running:
			if s.Product == "" {
				continue
			}
			if setting > 0 && made != "" && made != s.Product {
				p := plant.Pair{From: made, To: s.Product}
				pairs[p] = lesson{pairs[p].n + 1, pairs[p].sum + setting}
			}
			made, setting = s.Product, 0
		default:
		}
	}
	return pairs
}
