package amend

import (
	"context"

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
