// Package mend lets programs correct samples that are kept, and tells which were.
package mend

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web/api/intake"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/reading"
)

// Book makes and tells corrections of samples that are kept.
type Book interface {
	Correct(ctx context.Context, all []history.Correction) ([]history.Refusal, error)
	// Of gives those of a tag whose samples lie in a span, the newest said first.
	Of(ctx context.Context, tag string, within plant.Span, limit int) ([]history.Correction, error)
}

// Make makes the corrections of a batch, each in the name of its author.
func Make(ctx context.Context, b Book, fixes []intake.Fix, by func(tag.ID) plant.Person) (made int, refused []intake.Refused, err error) {
	if len(fixes) == 0 {
		return 0, nil, nil
	}
	if b == nil {
		return 0, nil, errs.New(errs.Unavailable, "samples cannot be corrected here")
	}
	all := make([]history.Correction, len(fixes))
	for i, x := range fixes {
		all[i] = history.Correction{New: x.Sample, By: by(x.Tag), Why: x.Why}
	}
	refusals, err := b.Correct(ctx, all)
	if err != nil {
		return 0, nil, errs.New(errs.Unavailable, "samples cannot be corrected at this moment; send the batch again: %w", err)
	}
	for _, no := range refusals {
		refused = append(refused, intake.Refused{Index: fixes[no.Index].Place, Error: no.Why})
	}
	return len(fixes) - len(refusals), refused, nil
}

// Correction is a sample that was corrected, as it stood and as it holds.
type Correction struct {
	Time time.Time      `json:"time" doc:"Of the sample."`
	Was  reading.Sample `json:"was"`
	New  reading.Sample `json:"new"`
	By   string         `json:"by"`
	Role string         `json:"role"`
	At   time.Time      `json:"at" doc:"When it was said."`
	Why  string         `json:"why"`
}

// correctionsIn is a range of a tag.
type correctionsIn struct {
	Tag   string    `query:"tag" required:"true" maxLength:"200"`
	From  time.Time `query:"from" required:"true" doc:"Included; of the samples."`
	To    time.Time `query:"to" required:"true" doc:"Not included."`
	Limit int       `query:"limit" default:"100" minimum:"1" maximum:"1000"`
}

// correctionsOut is what was corrected of it.
type correctionsOut struct {
	Body struct {
		Tag         string       `json:"tag"`
		Corrections []Correction `json:"corrections" doc:"The newest said first."`
	}
}

// Mount adds the question which samples of a tag were corrected.
func Mount(to *operation.Book, b Book, named func(ctx context.Context, name string) (tag.ID, error)) {
	operation.Get(to, access.Read, "/api/v1/tags/corrections", "List corrected samples of a tag", func(ctx context.Context, in *correctionsIn) (*correctionsOut, error) {
		if _, err := named(ctx, in.Tag); err != nil {
			return nil, err
		}
		out := &correctionsOut{}
		out.Body.Tag, out.Body.Corrections = in.Tag, []Correction{}
		if b == nil {
			return out, nil
		}
		all, err := b.Of(ctx, in.Tag, plant.Span{From: in.From.UTC(), To: in.To.UTC()}, in.Limit)
		for _, c := range all {
			out.Body.Corrections = append(out.Body.Corrections, Correction{
				Time: c.New.Time, Was: reading.Of(c.Was), New: reading.Of(c.New), By: c.By.Name, Role: c.By.Role.String(), At: c.At, Why: c.Why,
			})
		}
		return out, err
	})
}
