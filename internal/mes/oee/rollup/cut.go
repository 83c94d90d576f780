package rollup

import (
	"context"
	"time"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// Cut is the part that is asked for of a segment with pieces, which goes on over the edge of that: its pieces are a share
// by time.
type Cut struct {
	Line    plant.LineID
	Product string
	plant.Span
}

// Cuts finds them. What is asked for by dates is of whole shifts, and what goes on up to now has not ended.
func (r Reader) Cuts(ctx context.Context, q Question, now time.Time) (all []Cut, err error) {
	if q.First != "" || q.Last != "" {
		return nil, nil
	}
	for _, l := range q.Lines {
		for _, edge := range []time.Time{q.From, q.To} {
			if edge.Equal(q.To) && !edge.Before(now.Truncate(time.Second)) {
				continue
			}
			found, err := r.Lines.Segments(ctx, l.Line, edge.Add(-time.Microsecond), edge.Add(time.Microsecond))
			if err != nil {
				return nil, err
			}
			for i := range found {
				s := &found[i]
				part := plant.Span{From: plant.Later(s.From, q.From), To: plant.Earlier(s.To, q.To)}
				if s.From.Before(edge) && edge.Before(s.To) && part.From.Before(part.To) && s.Shared(part) {
					all = append(all, Cut{Line: l.Line, Product: s.Product, Span: part})
				}
			}
		}
	}
	return all, nil
}

// Estimated tells whether pieces of a group rest on one of some cuts.
func Estimated(g *kpi.Group, cuts []Cut) bool {
	for _, c := range cuts {
		if !c.From.Before(g.To) || !g.From.Before(c.To) {
			continue
		}
		for _, p := range g.Parts {
			if p.Line == c.Line && p.Product == c.Product && p.Pieces() != 0 {
				return true
			}
		}
	}
	return false
}
