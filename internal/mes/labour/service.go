package labour

import (
	"context"
	"log/slog"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Service reports the time of people to work orders once it is over.
type Service struct {
	Book Book
	// Report books minutes of labour to the stint's work order; told again of the same stint, it does nothing.
	Report func(ctx context.Context, s Stint, minutes plant.Quantity) error
	Log    *slog.Logger
}

// Settle reports what is over. What a work order does not take stays with the stint.
func (s *Service) Settle(ctx context.Context) error {
	due, err := s.Book.Due(ctx)
	if err != nil {
		return err
	}
	for _, one := range due {
		beside, err := s.Book.Beside(ctx, one.Who.ID, one.Span)
		if err != nil {
			return err
		}
		minutes := Minutes(Share(one, beside))
		if one.Work != 0 && minutes > 0 {
			err = s.Report(ctx, one, minutes)
		}
		switch kind := errs.KindOf(err); {
		case err == nil:
		case kind == errs.Invalid || kind == errs.NotFound || kind == errs.Conflict:
			s.Log.Warn("a work order does not take the time of somebody; it stays with the job", "job", one.Job, "stint", one.ID, "err", err)
		default:
			return err
		}
		if err := s.Book.Settle(ctx, one.ID, minutes); err != nil {
			return err
		}
	}
	return nil
}
