package rollup

import (
	"context"

	"millwright/internal/mes/oee/kpi"
)

// Pieces shows the pieces of segments that Rows adds up for the same question, in time order line by line. They are all
// read as they are: it is for a time that people look at. Where nothing is divided by hours, they may be cut elsewhere.
func (r Reader) Pieces(ctx context.Context, q Question, each func(*kpi.Piece)) error {
	for _, l := range q.Lines {
		segments, err := r.segments(ctx, l.Line, remnant{Span: q.Span, hourly: q.By.Period == kpi.Hour})
		if err != nil {
			return err
		}
		if q.By.Has(kpi.Operator) && r.Book != nil {
			if l.Crew, err = r.Book.Crew(ctx, l.Line, q.Span); err != nil {
				return err
			}
		}
		l.Pieces(q.Span, segments, func(p *kpi.Piece) {
			if q.of(p.Date) {
				each(p)
			}
		})
	}
	return nil
}
