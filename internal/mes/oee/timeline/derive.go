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

// longestWait bounds how far back the beginning of a suspension is looked for.
const longestWait = 7 * 24 * time.Hour

// Derive lays out the ledger of an engine's line anew, from a time that is a bound of two segments,
// and gives the segments that are closed. The engine goes on from there.
func (e *Engine) Derive(ctx context.Context, facts Source, from, to time.Time) ([]oee.Segment, error) {
	warm := from.Add(-e.m.reach)
	for {
		closed, since, err := e.derive(ctx, facts, from, warm, to)
		if err != nil {
			return nil, fmt.Errorf("derive the time of %s from %s: %w", e.m.line.ID, from.Format(time.RFC3339), err)
		}
		if since.IsZero() || from.Sub(since) > longestWait {
			return closed, nil
		}
		warm = since.Add(-time.Minute)
	}
}

// derive listens from warm on. When the pacer waits at that time already, it stops and says since
// when: what it waits for shows in the facts of then.
func (e *Engine) derive(ctx context.Context, facts Source, from, warm, to time.Time) (closed []oee.Segment, waits time.Time, err error) {
	e.Start(from, warm)
	e.newest, e.ticked, e.spoken, e.late = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	e.recent, e.closed = nil, nil
	pacer, listening := e.m.unit(e.m.pacer), false
	err = facts(ctx, e.m.line.ID, warm, to, func(f machine.Fact) bool {
		if x, ok := f.(machine.StateChanged); ok && !listening && x.Unit == pacer && x.At.Before(warm) {
			waits = time.Time{}
			if suspended(x.State) && from.Sub(x.At) <= longestWait {
				waits = x.At
			}
		}
		listening = listening || !f.When().Before(warm)
		if listening && !waits.IsZero() {
			return false
		}
		closed = append(closed, e.Apply(f)...)
		return true
	})
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return append(closed, e.Tick(to)...), waits, err
}
