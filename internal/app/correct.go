package app

import (
	"context"
	"time"

	"millwright/config"
	"millwright/internal/app/amend"
	"millwright/internal/errs"
	"millwright/internal/ot/history"
)

func (a *App) amends(model config.Model) amend.Desk {
	return amend.Desk{Store: a.store, Archive: a.archive, Model: model, Oldest: a.cfg.History.Late, Now: time.Now}
}

// relay lets the engines of a model take over; a.using is held.
func (a *App) relay(ctx context.Context, revision int64, model config.Model) error {
	c := change{revision: revision, model: model, done: make(chan error, 1)}
	select {
	case a.changes <- c:
	case <-ctx.Done():
		return errs.New(errs.Unavailable, "the plant is being changed; look again in a moment: %w", ctx.Err())
	}
	select {
	case err := <-c.done:
		return err
	case <-ctx.Done():
		return errs.New(errs.Unavailable, "the plant is being changed; look again in a moment: %w", ctx.Err())
	}
}

// correct lets other values hold in the place of samples that are kept. The engines end for it and begin anew from what
// the history says then, as when the plant changes, so that no ledger rests on what was taken back.
func (a *App) correct(ctx context.Context, all []history.Correction) ([]history.Refusal, error) {
	a.using.Lock()
	defer a.using.Unlock()
	f := a.floor.Load()
	refused, err := a.amends(f.model).Note(ctx, all)
	if err != nil {
		return nil, err
	}
	waits, err := a.store.Corrections().Pending(ctx)
	if err != nil || len(waits) == 0 {
		return refused, err
	}
	if err := a.relay(ctx, f.revision, f.model); err != nil {
		return nil, errs.New(errs.Unavailable, "the corrections are noted, and could not be made yet; send them again: %w", err)
	}
	a.latest.Put(time.Now(), amend.Held(all, refused))
	return refused, nil
}
