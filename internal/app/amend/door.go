package amend

import (
	"context"

	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/store"
)

// Door is where corrections come in, and are told.
type Door struct {
	store.Corrections

	Make func(ctx context.Context, all []history.Correction) ([]history.Refusal, error)
}

// Correct makes some.
func (d Door) Correct(ctx context.Context, all []history.Correction) ([]history.Refusal, error) {
	return d.Make(ctx, all)
}

// Held are the samples that hold once what was not refused is made.
func Held(all []history.Correction, refused []history.Refusal) (held []tag.Sample) {
	out := map[int]bool{}
	for _, r := range refused {
		out[r.Index] = true
	}
	for i, c := range all {
		if !out[i] {
			held = append(held, c.New)
		}
	}
	return held
}

// Correct notes corrections and has them made: relay ends the engines, lets Make work, and begins them anew; put is told
// what holds then.
func (d Desk) Correct(ctx context.Context, all []history.Correction, relay func() error, put func([]tag.Sample)) ([]history.Refusal, error) {
	refused, err := d.Note(ctx, all)
	if err != nil {
		return nil, err
	}
	waits, err := d.Store.Corrections().Pending(ctx)
	if err != nil || len(waits) == 0 {
		return refused, err
	}
	if err := relay(); err != nil {
		return nil, errs.New(errs.Unavailable, "the corrections are noted, and could not be made yet; send them again: %w", err)
	}
	put(Held(all, refused))
	return refused, nil
}
