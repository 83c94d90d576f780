package app

import (
	"context"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/watch"
)

// begin says from when on the engines of a floor need facts, and which readings are booked. Those that a kill took from
// the history are put back into it.
func (a *App) begin(ctx context.Context, f *floor) (from time.Time, marks []machine.Mark, err error) {
	from, marks, err = f.execution.Begin(ctx)
	if err != nil {
		return from, nil, err
	}
	if lost := watch.Restore(ctx, a.archive, f.model.Signals, marks, time.Now()); lost != nil && ctx.Err() == nil {
		a.log.Warn("readings that are booked may be missing in the history: their pieces are in the time ledger when their counters are read next", "err", lost)
	}
	return from, marks, nil
}
