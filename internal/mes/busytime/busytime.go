// Package busytime books to work orders how long lines were set up for them and worked on them, as the time ledger has it.
package busytime

import (
	"context"
	"log/slog"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Hour is what a job had of its line within an hour of the clock: the actual set-up and busy times of ISO 22400. A line
// that stands while the job has it is busy, for nothing else can be made; breaks, closed hours and what nobody knows are not.
type Hour struct {
	Job        execution.Job
	plant.Span // shorter than an hour when the job ended within
	SetUp, Run time.Duration
}

// Service books hours once they are over, and the last one of a job when that ends. It looks at each of them again and again
// while readings may come late and people say what a stop was: what an hour has more or less then is booked besides. What is
// older than two days is looked at one job at a time.
type Service struct {
	Jobs     func(ctx context.Context) ([]execution.Job, error) // open ones, and those that ended lately
	Older    func(ctx context.Context) ([]execution.Job, error) // begun more than two days ago, whose orders still take time
	Segments func(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
	Report   func(ctx context.Context, h Hour) error // of what is booked of the hour already, the difference
	Now      func() time.Time
	Log      *slog.Logger

	booked map[string]time.Time // by job: until when all of its hours are
	looks  int
	old    []execution.Job // that are still to be looked at
}

const (
	late   = 20 * time.Second // so long a line's time may still change its meaning
	oldest = 48 * time.Hour
	ever   = 31 * 24 * time.Hour // as long as readings may come late
	again  = 40                  // in so many looks every job has been looked at from its beginning
)

// Settle books what is over.
func (s *Service) Settle(ctx context.Context) error {
	jobs, err := s.Jobs(ctx)
	if err != nil {
		return err
	}
	was := s.booked
	s.booked = make(map[string]time.Time, len(jobs))
	s.looks++
	now := s.Now()
	for i, j := range jobs {
		if j.Work == 0 || j.Started.IsZero() {
			continue
		}
		s.booked[j.ID] = plant.Later(j.Started, now.Add(-oldest)).Truncate(time.Hour)
		if (i+s.looks)%again != 0 {
			s.booked[j.ID] = plant.Later(was[j.ID], s.booked[j.ID])
		}
	}
	for _, j := range jobs {
		if _, is := s.booked[j.ID]; !is {
			continue
		}
		if s.booked[j.ID], err = s.settle(ctx, j, s.booked[j.ID], now); err != nil {
			return err
		}
	}
	return s.older(ctx, now)
}

// older looks at the next of the jobs that Settle does not see, or not from their beginning.
func (s *Service) older(ctx context.Context, now time.Time) (err error) {
	if len(s.old) == 0 {
		if s.old, err = s.Older(ctx); err != nil || len(s.old) == 0 {
			return err
		}
	}
	j := s.old[0]
	s.old = s.old[1:]
	_, err = s.settle(ctx, j, plant.Later(j.Started, now.Add(-ever)).Truncate(time.Hour), now)
	return err
}

// settle books a job's hours from one on; it gives until when they are.
func (s *Service) settle(ctx context.Context, j execution.Job, from, now time.Time) (time.Time, error) {
	for over := false; !over; {
		h := Hour{Job: j, Span: plant.Span{From: from, To: from.Add(time.Hour)}}
		next := h.To
		if over = !j.Ended.IsZero() && !j.Ended.After(h.To); over {
			h.To = j.Ended
		}
		if !h.From.Before(h.To) || now.Before(h.To.Add(late)) {
			return from, nil
		}
		segments, err := s.Segments(ctx, j.Line, h.From, h.To)
		if err != nil {
			return from, err
		}
		if from = next; len(segments) == 0 && h.To.Before(now.Add(-oldest)) { // that time is not kept any more
			continue
		}
		h.add(segments)
		if err := s.Report(ctx, h); refused(err) { // it is closed, for one
			s.Log.Debug("a work order does not take the time of its line", "job", j.ID, "hour", h.From, "err", err)
		} else if err != nil {
			return h.From, err
		}
	}
	return from, nil
}

// refused tells whether an order will never take it.
func refused(err error) bool {
	kind := errs.KindOf(err)
	return err != nil && (kind == errs.Invalid || kind == errs.NotFound || kind == errs.Conflict)
}

// add takes what of a line's time was the job's.
func (h *Hour) add(segments []oee.Segment) {
	for i := range segments {
		s := &segments[i]
		if s.Order != h.Job.ID || !s.Category.Planned() || s.Category == oee.NoOrder {
			continue
		}
		d := plant.Earlier(s.To, h.To).Sub(plant.Later(s.From, h.From))
		if s.Category == oee.Changeover {
			h.SetUp += max(0, d)
		} else {
			h.Run += max(0, d)
		}
	}
}
