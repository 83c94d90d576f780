package app

import (
	"context"
	"slices"
	"time"

	"millwright/config/difference"
	"millwright/internal/errs"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/watch"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// former gives how earlier revisions laid out the time of a floor's lines. Each is understood once; one goroutine asks.
func (a *App) former(f *floor) func(context.Context, plant.LineID, int64) (timekeeper.Settings, error) {
	known := map[int64]*floor{f.revision: f}
	return func(ctx context.Context, line plant.LineID, revision int64) (timekeeper.Settings, error) {
		was, ok := known[revision]
		if !ok {
			r, err := a.store.Revisions().Revision(ctx, revision)
			if err != nil && errs.KindOf(err) != errs.NotFound {
				return timekeeper.Settings{}, err
			}
			was = &floor{revision: revision}
			if err == nil {
				was.model, err = a.understand(r.Text, f.model.Tags)
			}
			if err != nil {
				a.log.Warn("an earlier revision of the plant cannot be understood: a late reading lays its time out as the one in use does", "revision", revision, "err", err)
				was = f
			}
			known[revision] = was
		}
		l, ok := was.model.Plant.Line(line)
		if !ok {
			was = f
			l, _ = f.model.Plant.Line(line)
		}
		s := timekeeper.Settings{Line: l, Signals: signalsOf(was.model, line), History: a.ordered(was.model)}
		s.Same = !slices.Contains(difference.Redrawn(was.model, f.model), line)
		s.Gone = slices.ContainsFunc(machine.NewEngine(s.Signals).Tags(), func(id tag.ID) bool { return !f.model.Tags.Has(id) })
		if s.Gone {
			a.log.Warn("a line was read from tags that are gone: what was laid out by them stays as it is, and readings that come late change nothing there", "line", line, "revision", revision)
			s.Signals, s.History = signalsOf(f.model, line), a.ordered(f.model)
		}
		return s, nil
	}
}

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
