package web

import (
	"context"

	"millwright/internal/revision/consent"
)

// LookAhead has the plant, as it is in use, as it is drafted and as a request would have it, read before a page needs it.
func (s *Server) LookAhead() {
	select {
	case s.ahead <- struct{}{}:
	default: // it is to be read anyway
	}
}

// readAhead reads the plant whenever it is asked to. What goes wrong is told by the page that needs it.
func (s *Server) readAhead(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.ahead:
		}
		head, draft, differs, err := s.work(ctx)
		if err != nil {
			continue
		}
		_, _ = s.drafts.understood(head.Text).model()
		_, _ = s.drafts.understood(draft.Text).tags()
		if differs > 0 {
			s.drafts.compare(head.Text, draft.Text).all()
		}
		s.requestAhead(ctx)
	}
}

// requestAhead compares what the newest request asks for with what it was made from.
func (s *Server) requestAhead(ctx context.Context) {
	open, err := s.Setup.Desk.Requests(ctx, true, 1)
	if err != nil || len(open) == 0 || open[0].Subject != consent.Plant {
		return
	}
	if a, err := s.askingOf(ctx, open[0].Number); err == nil {
		s.drafts.compare(a.before, a.Text).all()
	}
}
