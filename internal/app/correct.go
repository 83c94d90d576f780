package app

import (
	"context"
	"time"

	"millwright/config"
	"millwright/internal/app/amend"
	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

func (a *App) amends(model config.Model) amend.Desk {
	return amend.Desk{Store: a.store, Archive: a.archive, Model: model, Oldest: a.cfg.History.Late, Now: time.Now}
}

// relay lets the engines of a model take over; a.using is held.
func (a *App) relay(ctx context.Context, revision int64, model config.Model) error {
	c := change{revision: revision, model: model, done: make(chan error, 1)}
	select {
	case a.changes <- c:
		select {
		case err := <-c.done:
			return err
		case <-ctx.Done():
		}
	case <-ctx.Done():
	}
	return errs.New(errs.Unavailable, "the plant is being changed; look again in a moment: %w", ctx.Err())
}

// correct lets other values hold in the place of samples that are kept: the engines begin anew from what the history says.
func (a *App) correct(ctx context.Context, all []history.Correction) ([]history.Refusal, error) {
	a.using.Lock()
	defer a.using.Unlock()
	f := a.floor.Load()
	return a.amends(f.model).Correct(ctx, all, func() error { return a.relay(ctx, f.revision, f.model) }, func(held []tag.Sample) { a.latest.Put(time.Now(), held) })
}
