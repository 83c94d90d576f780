package clerk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Jobs gives a copy of a line's jobs as they are kept, by rank: open ones, and those that ended in the last 48 h.
func (s *Service) Jobs(line plant.LineID) []execution.Job {
	return slices.Clone(s.view.Load().jobs[line])
}

// Job finds a job by its ID.
func (s *Service) Job(id string) (execution.Job, bool) {
	for _, jobs := range s.view.Load().jobs {
		for _, j := range jobs {
			if j.ID == id {
				return j, true
			}
		}
	}
	return execution.Job{}, false
}

// Current gives the job that owns a line: the running one, or a completed one that the line still makes pieces for.
func (s *Service) Current(line plant.LineID) (execution.Job, bool) {
	j, ok := s.view.Load().current[line]
	return j, ok
}

// Start lets a waiting job have its line from now on. version is the one the asker saw.
func (s *Service) Start(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error) {
	return s.change(ctx, wish{id, version, execution.Running, by, why})
}

// Hold takes the line from a running job.
func (s *Service) Hold(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error) {
	return s.change(ctx, wish{id, version, execution.Held, by, why})
}

// Resume gives the line back to a held job.
func (s *Service) Resume(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error) {
	return s.change(ctx, wish{id, version, execution.Running, by, why})
}

// Complete ends a job, whatever was made of it.
func (s *Service) Complete(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error) {
	return s.change(ctx, wish{id, version, execution.Completed, by, why})
}

// Abort ends a job that is not wanted any more.
func (s *Service) Abort(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error) {
	return s.change(ctx, wish{id, version, execution.Aborted, by, why})
}

// wish is a change of a job that somebody asks for.
type wish struct {
	id      string
	version int64
	to      execution.Status
	by      plant.Person
	why     string
}

// change does what is wished for, after all that the machines said before.
func (s *Service) change(ctx context.Context, w wish) (changed execution.Job, err error) {
	if err := execution.May(w.by, w.id, w.to); err != nil {
		return execution.Job{}, err
	}
	err = s.ask(ctx, func(ctx context.Context) error {
		if err := s.post(ctx); err != nil {
			return fmt.Errorf("change job %s: %w", w.id, err)
		}
		p, err := s.desk.Plan(w.id, w.version, w.to, s.o.Now().UTC().Truncate(time.Microsecond))
		if err != nil {
			return err
		}
		if err := s.enter(ctx, p, w.by, w.why); err != nil {
			return err
		}
		changed, err = s.desk.Job(w.id)
		return err
	})
	return changed, err
}

// enter posts what somebody says, and goes on from it.
func (s *Service) enter(ctx context.Context, p execution.Posting, by plant.Person, why string) error {
	p.By, p.Why = by, why
	if err := s.o.Books.Post(ctx, p); err != nil {
		s.reload() // somebody else was first, or it is not known whether it was kept
		return err
	}
	news := s.desk.Adopt(p)
	s.show()
	s.announce(news)
	return nil
}

// Counted sets a job's counts to what people have counted in all: what differs from what the machines have counted is booked
// by hand, so that both are reconciled and never added.
func (s *Service) Counted(ctx context.Context, c execution.Count, by plant.Person, why string) (j execution.Job, err error) {
	if by.Role < plant.Operator {
		return j, errs.New(errs.Forbidden, "counts of job %s cannot be set: that takes the role of %s, and %s is %s", c.Job, plant.Operator, by.Name, by.Role)
	}
	err = s.ask(ctx, func(ctx context.Context) error {
		if err := s.post(ctx); err != nil {
			return err
		}
		p, err := s.desk.Count(c, s.o.Now().UTC().Truncate(time.Microsecond))
		if err != nil || len(p.Bookings) == 0 {
			return err
		}
		if err := s.enter(ctx, p, by, why); err != nil {
			return err
		}
		s.recounted([]execution.Changed{{Line: p.Recount.Line, Job: p.Recount.Job}})
		return nil
	})
	if err == nil {
		j, _ = s.Job(c.Job)
	}
	return j, err
}

// Add lets a job wait on its line, behind the others unless it has a rank. Without an ID it gets the next number.
func (s *Service) Add(ctx context.Context, j execution.Job, by plant.Person, why string) (execution.Job, error) {
	if by.Role < plant.Manager {
		return execution.Job{}, errs.New(errs.Forbidden, "a job cannot be added: that takes the role of %s, and %s is %s", plant.Manager, by.Name, by.Role)
	}
	if err := s.check(j); err != nil {
		return execution.Job{}, err
	}
	j = execution.Job{ID: j.ID, Order: j.Order, Line: j.Line, Product: j.Product, Planned: j.Planned, Due: j.Due, Rank: j.Rank, Status: execution.Waiting, Version: 1}
	err := s.ask(ctx, func(ctx context.Context) (err error) {
		j, err = s.add(ctx, j, by, why)
		return err
	})
	return j, err
}

// check refuses a job that cannot be worked on.
func (s *Service) check(j execution.Job) error {
	e := errs.Error{Kind: errs.Invalid, Words: "the job cannot be added"}
	wrong := func(path, message string) { e.Fields = append(e.Fields, errs.Field{Path: path, Message: message}) }
	if !slices.ContainsFunc(s.o.Lines, func(l plant.Line) bool { return l.ID == j.Line }) {
		wrong("line", "choose one of the plant's lines")
	}
	if strings.TrimSpace(j.Product) == "" {
		wrong("product", "say what is to be made")
	}
	if j.Planned <= 0 {
		wrong("planned", "say how many; it must be more than 0")
	}
	if len(j.ID) > 40 || len(j.Order) > 80 || len(j.Product) > 80 {
		wrong("id", "keep the number under 40 characters, order and product under 80")
	}
	if len(e.Fields) > 0 {
		return &e
	}
	return nil
}

func (s *Service) add(ctx context.Context, j execution.Job, by plant.Person, why string) (execution.Job, error) {
	rank, free := s.desk.Next(j.Line)
	if j.Rank == 0 {
		j.Rank = rank
	}
	numbered := j.ID != ""
	for n := free; ; n++ {
		if !numbered {
			j.ID = "J-" + strconv.FormatInt(n, 10)
		}
		err := s.o.Books.AddJob(ctx, j, by, why)
		if errs.KindOf(err) == errs.Conflict && !numbered && n < free+1000 {
			continue // an old job, which is not loaded any more, has it
		}
		if err != nil {
			return execution.Job{}, err
		}
		break
	}
	s.desk.Add(j)
	s.show()
	s.announce([]execution.Changed{{Line: j.Line, Job: j.ID}})
	return j, nil
}

// ask has something done by the goroutine that owns the desk.
func (s *Service) ask(ctx context.Context, do func(ctx context.Context) error) error {
	a := ask{done: make(chan error, 1), do: func(ctx context.Context) error {
		if !s.loaded {
			return notLoaded()
		}
		ctx, cancel := context.WithTimeout(ctx, farewell)
		defer cancel()
		return do(ctx)
	}}
	select {
	case s.asks <- a:
		return <-a.done
	case <-s.ended:
		return errs.New(errs.Unavailable, "jobs cannot be changed: the program is stopping")
	case <-ctx.Done():
		return ctx.Err()
	}
}

func notLoaded() error {
	return errs.New(errs.Unavailable, "jobs cannot be changed before they are loaded; try again in a moment")
}

// Begin says to the machine service which counter readings are booked, so that it counts on from them.
func (s *Service) Begin(ctx context.Context) (from time.Time, marks []machine.Mark, err error) {
	kept, err := s.o.Books.Marks(ctx)
	if err != nil {
		return time.Time{}, nil, err
	}
	for _, m := range kept {
		if id, ok := s.o.Tags.Find(m.Tag); ok {
			marks = append(marks, machine.Mark{Tag: id, At: m.At, Total: m.Total})
		}
	}
	return s.o.Now().Add(-time.Minute), marks, nil
}
