// What programs are told of the past, and of what it could have been.

package web

import (
	"context"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/whatif"
	"millwright/internal/plant"
	pastapi "millwright/internal/web/api/past"
	whatifapi "millwright/internal/web/api/whatif"
)

// sees is the painter of what a program sees.
func (s *Server) sees(ctx context.Context) *painter {
	return s.painter().within(viewOf(asks(ctx).reach))
}

// pastOf is how lines stood.
func (s *Server) pastOf() pastapi.Deps {
	return pastapi.Deps{
		Now: s.Now, WhatIf: s.whatIfOf(),
		Plant: func(ctx context.Context) *plant.Plant { return s.sees(ctx).Plant },
		Look: func(ctx context.Context, lines []plant.Line, at time.Time) ([]pastapi.Line, error) {
			p := s.sees(ctx)
			infos := make([]lineInfo, len(lines))
			for i, l := range lines {
				infos[i], _ = p.line(l.ID)
			}
			t, err := p.lookBack(ctx, infos, plant.Span{From: at, To: at}, at)
			if err != nil {
				return nil, err
			}
			all := make([]pastapi.Line, len(lines))
			for i, l := range lines {
				all[i] = pastapi.Line{Line: l, Snapshot: t.snaps[l.ID], Calls: t.calls[l.ID]}
				if j, ok := (thenJobs{of: t.jobs}).Current(l.ID); ok {
					all[i].Job = &j
				}
			}
			return all, nil
		},
	}
}

// whatIfOf is what could have been.
func (s *Server) whatIfOf() whatifapi.Deps {
	return whatifapi.Deps{
		Now:  s.Now,
		Room: func(ctx context.Context) whatif.Room { return s.room(s.sees(ctx)) },
		Line: func(ctx context.Context, id string) (plant.Line, error) {
			l, ok := s.sees(ctx).line(plant.LineID(id))
			if !ok {
				return plant.Line{}, errs.New(errs.NotFound, "there is no line %q; GET /api/v1/lines lists them", errs.Clip(id))
			}
			return l.Line, nil
		},
	}
}
