package clerk

import (
	"context"
	"time"

	"millwright/internal/mes/execution"
)

// look takes over what others have changed of jobs: work orders were released, held, changed or closed.
func (s *Service) look(ctx context.Context) error {
	n, err := s.o.Books.Queue(ctx)
	if err != nil || n == s.queued {
		return err
	}
	jobs, err := s.o.Books.Jobs(ctx)
	if err != nil {
		return err
	}
	changed, ok := s.desk.Merge(jobs)
	if !ok {
		if err := s.post(ctx); err != nil { // what was counted before is booked as it was known
			return err
		}
		s.reload()
		return nil
	}
	s.queued = n
	if len(changed) > 0 {
		s.show()
		s.recounted(changed)
		s.announce(changed)
	}
	return nil
}

// load takes marks, jobs and runs from the books. Marks are first: what another posts meanwhile is then counted again from
// them, refused and loaded anew. With marks newer than jobs it would be taken for known, and never be seen.
func (s *Service) load(ctx context.Context) error {
	queued, err := s.o.Books.Queue(ctx)
	if err != nil {
		return err
	}
	marks, err := s.o.Books.Marks(ctx)
	if err != nil {
		return err
	}
	jobs, err := s.o.Books.Jobs(ctx)
	if err != nil {
		return err
	}
	runs, err := s.o.Books.Runs(ctx, s.o.Now().Add(-reach-24*time.Hour))
	if err != nil {
		return err
	}
	s.desk.Load(jobs, runs, marks)
	s.loaded, s.queued = true, queued
	s.show()
	return nil
}

// told are the jobs of which machines told what people had counted.
func told(bookings []execution.Booking) (all []execution.Changed) {
	for _, b := range bookings {
		if b.Told {
			all = append(all, execution.Changed{Line: b.Line, Job: b.Job})
		}
	}
	return all
}

// recounted says of which lines people's counts changed.
func (s *Service) recounted(changed []execution.Changed) {
	for _, c := range changed {
		if s.o.Recount != nil {
			s.o.Recount(c.Line)
		}
	}
}
