// Package shop is counts that became no production yet, in the words of the API.
package shop

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/parked"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Jobs is where jobs are kept.
type Jobs interface {
	Job(id string) (execution.Job, bool)
	Counted(ctx context.Context, c execution.Count, by plant.Person, why string) (execution.Job, error)
}

// Deps is what the operations answer from.
type Deps struct {
	Book  parked.Book // nil means that nothing is parked
	Jobs  func(ctx context.Context) Jobs
	Lines func(ctx context.Context, id string) ([]plant.Line, error)    // as far as who asks sees them
	By    func(ctx context.Context, line plant.Line) plant.Person       // who asks, with the role there
	Line  func(ctx context.Context, id plant.LineID) (plant.Line, bool) // as far as who asks sees it
	Now   func() time.Time
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/parked", "List counts that no job owned", d.list)
	operation.Post(b, access.StepJobs, "/api/v1/parked", "Say whose counts are", d.decide)
	operation.Post(b, access.StepJobs, "/api/v1/jobs/{job}/count", "Say what was counted of a job in all", d.count)
}

// ParkedCounts is what a line counted in one go while no job owned it.
type ParkedCounts struct {
	Line  string         `json:"line"`
	From  time.Time      `json:"from"`
	To    time.Time      `json:"to"`
	Last  int64          `json:"last" doc:"The number of the newest booking among them."`
	Good  plant.Quantity `json:"good"`
	Scrap plant.Quantity `json:"scrap"`
}

// JobCount is what a job has now.
type JobCount struct {
	Job   string         `json:"job"`
	Good  plant.Quantity `json:"good"`
	Scrap plant.Quantity `json:"scrap"`
}

type (
	parkedIn struct {
		Line string `query:"line" maxLength:"80" doc:"Only of this line."`
	}
	parkedOut struct {
		Body struct {
			Parked []ParkedCounts `json:"parked" doc:"Of the last 7 days that nobody has decided of, the newest of each line first."`
		}
	}
	parkedDecisionIn struct {
		Body struct {
			ParkedCounts
			Job string `json:"job,omitempty" maxLength:"40" doc:"Whose they are; when left out they were no production."`
			Why string `json:"why" minLength:"1" maxLength:"200"`
		}
	}
	parkedDecisionOut struct{ Body ParkedCounts }
	jobCountIn        struct {
		Job  string `path:"job" maxLength:"40"`
		Body struct {
			Good      plant.Quantity `json:"good" doc:"In all."`
			Scrap     plant.Quantity `json:"scrap" doc:"In all."`
			SeenGood  plant.Quantity `json:"seenGood" doc:"What the job had when you looked; what is counted since comes on top."`
			SeenScrap plant.Quantity `json:"seenScrap"`
			Why       string         `json:"why" minLength:"1" maxLength:"200"`
		}
	}
	jobCountOut struct{ Body JobCount }
)

func (d Deps) list(ctx context.Context, in *parkedIn) (*parkedOut, error) {
	out := &parkedOut{}
	out.Body.Parked = []ParkedCounts{}
	lines, err := d.Lines(ctx, in.Line)
	if err != nil || d.Book == nil {
		return out, err
	}
	for _, l := range lines {
		all, err := d.Book.Of(ctx, l.ID, d.Now().Add(-parked.Kept))
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			out.Body.Parked = append(out.Body.Parked, ParkedCounts{Line: string(c.Line), From: c.From.UTC(), To: c.To.UTC(), Last: c.Last, Good: c.Good, Scrap: c.Scrap})
		}
	}
	return out, nil
}

// may gives who asks, where they may work on a line.
func (d Deps) may(ctx context.Context, id plant.LineID) (plant.Person, error) {
	l, seen := d.Line(ctx, id)
	if !seen {
		return plant.Person{}, errs.New(errs.NotFound, "there is no line %q", errs.Clip(string(id)))
	}
	by := d.By(ctx, l)
	if by.Role < plant.Operator {
		return by, errs.New(errs.Forbidden, "the counts of line %s are looked after by its operators; there you are %s", l.Name, by.Role)
	}
	return by, nil
}

func (d Deps) decide(ctx context.Context, in *parkedDecisionIn) (*parkedDecisionOut, error) {
	b := in.Body
	by, err := d.may(ctx, plant.LineID(b.Line))
	if err == nil && d.Book == nil {
		err = errs.New(errs.NotFound, "nothing is parked here")
	}
	if err != nil {
		return nil, err
	}
	decision := parked.Decision{Counts: parked.Counts{Line: plant.LineID(b.Line), From: b.From, To: b.To, Last: b.Last, Good: b.Good, Scrap: b.Scrap}, Job: b.Job}
	return &parkedDecisionOut{b.ParkedCounts}, d.Book.Decide(ctx, decision, by, b.Why)
}

func (d Deps) count(ctx context.Context, in *jobCountIn) (*jobCountOut, error) {
	j, known := d.Jobs(ctx).Job(in.Job)
	if !known {
		return nil, errs.New(errs.NotFound, "there is no job %q that is open or ended lately", errs.Clip(in.Job))
	}
	by, err := d.may(ctx, j.Line)
	if err != nil {
		return nil, err
	}
	b := in.Body
	j, err = d.Jobs(ctx).Counted(ctx, execution.Count{Job: j.ID, Good: b.Good, Scrap: b.Scrap, SeenGood: b.SeenGood, SeenScrap: b.SeenScrap}, by, b.Why)
	return &jobCountOut{JobCount{j.ID, j.Good, j.Scrap}}, err
}
