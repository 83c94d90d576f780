package workunit

import (
	"context"
	"sync"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Of more than a few machines at once, what is not added up yet is not laid out while somebody waits: it is kept laid out,
// anew every so often, so that what comes late is in it too.
const (
	anew  = time.Minute
	share = 20 // of one core for it, one part of so many at most
)

// tails is the end of each machine's time, which is not added up yet.
type tails struct {
	mu sync.RWMutex
	of map[plant.UnitID]tail
}

type tail struct {
	plant.Span // from where the sums end, up to when it was laid out
	segments   []oee.Segment
}

// Follow keeps the ends laid out until ctx ends, where there are more than a few machines.
func (u *Units) Follow(ctx context.Context, book rollup.Book, now func() time.Time) error {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for len(u.all) > few {
		select {
		case <-ctx.Done():
			return nil
		case <-wait.C:
		}
		began := now()
		for line := range u.of {
			u.follow(ctx, book, line, now().UTC().Truncate(time.Microsecond))
		}
		wait.Reset(max(anew, share*now().Sub(began)))
	}
	<-ctx.Done()
	return nil
}

// follow lays out the ends of a line's machines. Of one that cannot be, none is kept: it is laid out when somebody asks.
func (u *Units) follow(ctx context.Context, book rollup.Book, line plant.LineID, now time.Time) {
	at := u.sharing()
	for _, one := range u.of[line] {
		end, ok := at.tail(ctx, Book{book}, one, now)
		u.tails.mu.Lock()
		if delete(u.tails.of, one.ID); ok {
			u.tails.of[one.ID] = end
		}
		u.tails.mu.Unlock()
	}
}

func (u *Units) tail(ctx context.Context, book rollup.Book, one *Unit, now time.Time) (t tail, ok bool) {
	s, err := book.State(ctx, one.layout.Line)
	if err != nil || s.Meaning != one.layout.Meaning || s.Fresh.IsZero() || !s.Fresh.Before(now) || now.Sub(s.Fresh) > lately {
		return t, false
	}
	t.Span = plant.Span{From: s.Fresh, To: now}
	all, err := u.Segments(ctx, one.layout.Line, s.Fresh.Add(-time.Microsecond), now)
	if err != nil {
		return t, false
	}
	t.segments = anchored(all, s.Fresh)
	return t, true
}

// anchored lets what is before the end of the sums last an hour: hours are counted from there as they were up to there.
func anchored(all []oee.Segment, end time.Time) []oee.Segment {
	if len(all) == 0 || !all[0].From.Before(end) {
		return all
	}
	before := all[0].Part(plant.Span{From: all[0].From, To: end})
	before.From = end.Add(-time.Hour)
	if all[0].To.After(end) {
		all[0] = all[0].Part(plant.Span{From: end, To: all[0].To})
	} else {
		all = all[1:]
	}
	return append([]oee.Segment{before}, all...)
}

// sharing is the same machines, but facts of a line that are asked for again are read once. It is for one task.
func (u *Units) sharing() *Units {
	type ask struct {
		line     plant.LineID
		from, to time.Time
	}
	const spans = 4 // of each machine: what is before its sums, and behind
	said, facts, last := map[ask][]machine.Fact{}, u.facts, plant.LineID("")
	s := *u
	s.facts = timeline.Source(func(ctx context.Context, line plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
		all, ok := said[ask{line, from, to}]
		if !ok {
			err := facts(ctx, line, from, to, func(f machine.Fact) bool {
				all = append(all, f)
				return true
			})
			if err != nil {
				return err
			}
			if line != last || len(said) == spans { // machines of a line follow one another
				clear(said)
			}
			last, said[ask{line, from, to}] = line, all
		}
		for _, f := range all {
			if !yield(f) {
				return nil
			}
		}
		return nil
	})
	return &s
}

// end gives what is kept laid out of a machine's time, if that is what is asked for; lead is how much is asked for besides.
func (u *Units) end(id plant.LineID, from, to time.Time, lead time.Duration) ([]oee.Segment, bool) {
	u.tails.mu.RLock()
	t, ok := u.tails.of[plant.UnitID(id)]
	u.tails.mu.RUnlock()
	if !ok || !to.After(t.From) || from.Add(lead).Before(t.From) {
		return nil, false
	}
	return t.segments, true
}

// UpTo tells up to when the time of the machines of some lines is known, where that is not all of it.
func (u *Units) UpTo(lines []plant.LineID) (at time.Time, ok bool) {
	if u == nil {
		return at, false
	}
	n := 0
	u.tails.mu.RLock()
	defer u.tails.mu.RUnlock()
	for _, l := range lines {
		for _, one := range u.of[l] {
			n++
			if t, is := u.tails.of[one.ID]; is && (!ok || t.To.Before(at)) {
				at, ok = t.To, true
			}
		}
	}
	return at, ok && n > few
}
