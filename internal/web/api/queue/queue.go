// Package queue is the order in which a line's jobs are to run, in the words of the API.
package queue

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/piece"
)

// Jobs is where jobs are kept.
type Jobs interface {
	Jobs(line plant.LineID) []execution.Job
	Job(id string) (execution.Job, bool)
	Place(ctx context.Context, id string, version int64, steps int, by plant.Person) (execution.Job, error)
}

// Moves tells who changed jobs last.
type Moves interface {
	Newest(ctx context.Context, things []string) (map[string]access.Entry, error)
}

// Deps is what the operations answer from.
type Deps struct {
	Jobs  func(ctx context.Context) Jobs
	Line  func(ctx context.Context, id plant.LineID) (plant.Line, bool) // as far as who asks sees it
	Moves Moves                                                         // nil means that nobody knows
	By    func(ctx context.Context, line plant.Line) plant.Person       // who asks, with the role there
	Plans func(ctx context.Context) bool                                // whether who asks plans
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/lines/{line}/queue", "Show the queue of a line", d.queue)
	operation.Post(b, access.StepJobs, "/api/v1/jobs/{job}/place", "Move a job in its queue", d.place)
}

// QueuedJob is a job with its place in the queue.
type QueuedJob struct {
	ID        string     `json:"id"`
	Place     int        `json:"place" doc:"From 1 for those that wait or are held; 0 for the running one."`
	Status    string     `json:"status" enum:"waiting,running,held"`
	Product   string     `json:"product"`
	Order     string     `json:"order,omitempty"`
	Planned   float64    `json:"planned"`
	Good      float64    `json:"good"`
	Due       *time.Time `json:"due"`
	ChangedBy string     `json:"changedBy,omitempty" doc:"Who changed it last: a person, a program, the machine that was given it, or millwright by what the line says it makes."`
	ChangedAt *time.Time `json:"changedAt" doc:"Null when nobody knows."`
	Why       string     `json:"why,omitempty"`
	Version   int64      `json:"version"`
}

type (
	queueIn struct {
		Line string `path:"line" maxLength:"80"`
	}
	queueOut struct {
		Body struct {
			Jobs []QueuedJob `json:"jobs" doc:"The running one first, then in the order in which they are to run."`
		}
	}
	placeIn struct {
		Job  string `path:"job" maxLength:"40"`
		Body struct {
			Version int64 `json:"version" doc:"Of the job as you saw it."`
			Steps   int   `json:"steps" minimum:"-1000" maximum:"1000" doc:"By how many places: up when below zero."`
		}
	}
	placeOut struct{ Body QueuedJob }
)

func (d Deps) queue(ctx context.Context, in *queueIn) (*queueOut, error) {
	l, ok := d.Line(ctx, plant.LineID(in.Line))
	if !ok {
		return nil, errs.New(errs.NotFound, "there is no line %q", errs.Clip(in.Line))
	}
	all, err := d.all(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	out := &queueOut{}
	out.Body.Jobs = all
	return out, nil
}

// all gives a line's open jobs in their order.
func (d Deps) all(ctx context.Context, line plant.LineID) ([]QueuedJob, error) {
	var open []execution.Job
	for _, running := range []bool{true, false} {
		for _, j := range d.Jobs(ctx).Jobs(line) {
			if j.Open() && (j.Status == execution.Running) == running {
				open = append(open, j)
			}
		}
	}
	ids := make([]string, len(open))
	for i, j := range open {
		ids[i] = j.ID
	}
	var moves map[string]access.Entry
	if d.Moves != nil {
		var err error
		if moves, err = d.Moves.Newest(ctx, ids); err != nil {
			return nil, err
		}
	}
	all, place := []QueuedJob{}, 0
	for _, j := range open {
		told := QueuedJob{
			ID: j.ID, Status: string(j.Status), Product: j.Product, Order: j.Order, Planned: piece.Told(j.Planned), Good: piece.Told(j.Good), Version: j.Version,
		}
		if !j.Due.IsZero() {
			told.Due = &j.Due
		}
		if j.Status != execution.Running {
			place++
			told.Place = place
		}
		if e, known := moves[j.ID]; known {
			at := e.At.UTC()
			told.ChangedBy, told.ChangedAt, told.Why = e.Who.Name, &at, e.Why
		}
		all = append(all, told)
	}
	return all, nil
}

func (d Deps) place(ctx context.Context, in *placeIn) (*placeOut, error) {
	j, ok := d.Jobs(ctx).Job(in.Job)
	l, seen := d.Line(ctx, j.Line)
	if !ok || !seen {
		return nil, errs.New(errs.NotFound, "there is no job %q that is open", errs.Clip(in.Job))
	}
	by := d.By(ctx, l)
	if by.Role < plant.Manager && !d.Plans(ctx) {
		return nil, errs.New(errs.Forbidden, "the order of jobs is for planners and for managers of their line; on %s you are %s", l.Name, by.Role)
	}
	if _, err := d.Jobs(ctx).Place(ctx, in.Job, in.Body.Version, in.Body.Steps, by); err != nil {
		return nil, err
	}
	all, err := d.all(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	for _, told := range all {
		if told.ID == in.Job {
			return &placeOut{told}, nil
		}
	}
	return nil, errs.New(errs.Conflict, "job %s has left the queue meanwhile", in.Job)
}
