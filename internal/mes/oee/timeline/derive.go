package timeline

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Source gives the facts of a line from `from` up to `to`, in the order of time, until yield returns
// false. First come those from before that say how its units stood at `from`, each at its own time.
type Source func(ctx context.Context, line plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error

const (
	longestWait = 7 * 24 * time.Hour // how far back it is looked for what began before
	further     = 4                  // times as far it is looked for the beginning of a stop, again and again
)

// Derive lays out the ledger of an engine's line anew, from a time that is a bound of two segments,
// and gives the segments that are closed. The engine goes on from there.
func (e *Engine) Derive(ctx context.Context, facts Source, from, to time.Time) ([]oee.Segment, error) {
	warm := from.Add(-e.m.reach)
	for {
		*e = Engine{m: e.m, roster: e.roster, until: e.until}
		e.Start(from, warm)
		l := listener{engine: e, from: from, warm: warm}
		err := facts(ctx, e.m.Line.ID, warm, to, l.take)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("derive the time of %s from %s: %w", e.m.Line.ID, from.Format(time.RFC3339), err)
		}
		began, earlier := l.began()
		if earlier {
			warm = began.Add(-time.Minute)
			continue
		}
		l.closed = append(l.closed, e.Tick(to)...)
		if !e.base.stops.Hidden(true) {
			return l.closed, nil
		}
		warm = from.Add(-further * from.Sub(warm))
	}
}

// Between lays out the time between two bounds of segments, as facts up to a moment after them tell it.
func (e *Engine) Between(ctx context.Context, facts Source, span plant.Span, to time.Time) ([]oee.Segment, error) {
	e.until = span.To
	closed, err := e.Derive(ctx, facts, span.From, to)
	return append(closed, e.Open(to)...), err
}

// listener takes facts until it hears of something that began before it listened, and whose beginning
// matters: a pacer that waits shows only then what it waits for, and a silent pacer that did not count
// for long, what that time was.
type listener struct {
	engine     *Engine
	from, warm time.Time
	waits      time.Time // since when the pacer waited at warm; zero when it did not
	paced      bool      // a silent pacer has counted
	since      time.Time // its reading before that, if it matters
	closed     []oee.Segment
}

// began gives the time from which it should be listened instead; not when it lies too far back.
func (l *listener) began() (at time.Time, earlier bool) {
	at = l.waits
	if at.IsZero() {
		at = l.since
	}
	return at, !at.IsZero() && l.from.Sub(at) <= longestWait
}

func (l *listener) take(f machine.Fact) bool {
	m := l.engine.m
	switch x := f.(type) {
	case machine.StateChanged:
		if x.At.Before(l.warm) && m.beside(m.pacer, m.index[x.Unit]) {
			l.waits = time.Time{}
			if suspended(x.State) && !m.Silent {
				l.waits = x.At
			}
		}
	case machine.Counted:
		if m.Silent && !l.paced && x.Qty > 0 && m.paces(x.Unit) {
			l.paced = true
			if x.Since.Before(l.warm) && !x.At.Before(l.from.Add(-m.reach)) {
				l.since = x.Since
			}
		}
	}
	if _, earlier := l.began(); (earlier || l.engine.base.stops.Hidden(false)) && !f.When().Before(l.warm) {
		return false
	}
	if f.When().Before(l.warm) {
		l.engine.stand(f)
	} else {
		l.closed = append(l.closed, l.engine.Apply(f)...)
	}
	return true
}
