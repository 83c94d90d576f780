package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/web/api/once"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/piece"
)

// Job is an order's work on one line.
type Job struct {
	ID        string     `json:"id" example:"J-1001"`
	Order     string     `json:"order,omitempty"`
	Line      string     `json:"line"`
	Product   string     `json:"product"`
	Planned   Amount     `json:"planned"`
	Good      Amount     `json:"good"`
	Scrap     Amount     `json:"scrap"`
	Estimated Amount     `json:"estimated" doc:"Of good and scrap: shares by time, as one reading spanned a change of jobs. A late reading makes them exact."`
	Status    string     `json:"status" enum:"waiting,running,held,completed,aborted"`
	Due       *time.Time `json:"due"`
	Started   *time.Time `json:"started"`
	Ended     *time.Time `json:"ended"`
	Version   int64      `json:"version" doc:"Send it with a step: it fails when somebody else was first."`
	Work      int64      `json:"work,omitempty" doc:"Number of the work order that it makes; none when left out."`
}

// NewJob is what adding a job takes.
type NewJob struct {
	ID      string      `json:"id,omitempty" maxLength:"40" pattern:"^([A-Za-z0-9][A-Za-z0-9._-]*)?$" patternDescription:"letters, digits, dots, _ and -, the first a letter or digit" doc:"Your number for it, or none to get the next one. The same number again is a conflict."`
	Order   string      `json:"order,omitempty" maxLength:"80"`
	Line    string      `json:"line" maxLength:"80"`
	Product string      `json:"product" minLength:"1" maxLength:"80"`
	Planned piece.Asked `json:"planned"`
	Due     *time.Time  `json:"due,omitempty"`
	Why     string      `json:"why,omitempty" maxLength:"200"`
}

type (
	jobsIn struct {
		Line string `query:"line" maxLength:"80" doc:"Only jobs of this line."`
	}
	jobsOut struct {
		Body struct {
			Jobs []Job `json:"jobs"`
		}
	}
	jobIn struct {
		Job string `path:"job" maxLength:"40"`
	}
	jobOut struct{ Body Job }
	addIn  struct {
		Key  string `header:"Idempotency-Key" maxLength:"100" doc:"The same key again gives the same answer, until the program ends or 10,000 others came, and adds nothing."`
		Body NewJob
	}
	stepIn struct {
		Job  string `path:"job" maxLength:"40"`
		Step string `path:"step" enum:"start,hold,resume,complete,abort"`
		Key  string `header:"Idempotency-Key" maxLength:"100" doc:"The same key again gives the same answer, until the program ends or 10,000 others came, and changes nothing."`
		Body struct {
			Version int64  `json:"version" doc:"Of the job as you saw it."`
			Why     string `json:"why,omitempty" maxLength:"200"`
		}
	}
)

func (a *API) mountJobs(b *operation.Book) {
	operation.Get(b, access.Read, "/api/v1/jobs", "List the jobs", a.jobs)
	operation.Get(b, access.Read, "/api/v1/jobs/{job}", "Show a job", a.job)
	operation.Create(b, access.WriteJobs, "/api/v1/jobs", "Add a job", a.addJob)
	operation.Add(b, access.StepJobs, huma.Operation{Method: http.MethodPost, Path: "/api/v1/jobs/{job}/{step}", Summary: "Take a job a step on", OperationID: "step-a-job"}, a.stepJob)
}

func (a *API) jobs(ctx context.Context, in *jobsIn) (*jobsOut, error) {
	lines, err := a.asked(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	out := &jobsOut{}
	out.Body.Jobs = []Job{}
	for _, l := range lines {
		for _, j := range a.Floor(ctx).Jobs.Jobs(l.ID) {
			out.Body.Jobs = append(out.Body.Jobs, written(j))
		}
	}
	return out, nil
}

func (a *API) job(ctx context.Context, in *jobIn) (*jobOut, error) {
	f := a.Floor(ctx)
	j, ok := f.Jobs.Job(in.Job)
	if _, seen := f.Plant.Line(j.Line); !ok || !seen {
		return nil, errs.New(errs.NotFound, "there is no job %q that is open or ended lately", errs.Clip(in.Job))
	}
	return &jobOut{written(j)}, nil
}

func written(j execution.Job) Job {
	return Job{
		ID: j.ID, Order: j.Order, Line: string(j.Line), Product: j.Product,
		Planned: amount(j.Planned), Good: amount(j.Good), Scrap: amount(j.Scrap), Estimated: amount(j.Estimated), Status: string(j.Status),
		Due: when(j.Due), Started: when(j.Started), Ended: when(j.Ended), Version: j.Version, Work: j.Work,
	}
}

func (a *API) addJob(ctx context.Context, in *addIn) (*jobOut, error) {
	n := in.Body
	l, err := a.find(ctx, n.Line)
	if err != nil {
		return nil, err
	}
	by := a.Who(ctx).At(l.Place())
	if by.Role < plant.Manager {
		return nil, errs.New(errs.Forbidden, "a job is added by managers of its line; on %s you are %s", l.Name, by.Role)
	}
	job := execution.Job{ID: n.ID, Order: n.Order, Line: plant.LineID(n.Line), Product: n.Product, Planned: n.Planned.Quantity, Status: execution.Waiting}
	if n.Due != nil {
		job.Due = n.Due.UTC()
	}
	return a.once.Do(once.Key{By: by, Key: in.Key}, n, func() (*jobOut, error) {
		added, err := a.Floor(ctx).Jobs.Add(ctx, job, by, n.Why)
		return &jobOut{written(added)}, err
	})
}

func (a *API) stepJob(ctx context.Context, in *stepIn) (*jobOut, error) {
	by := a.Who(ctx)
	if in.Step == "abort" && by.Program && by.Role < plant.Manager {
		return nil, errs.New(errs.Forbidden, "to abort a job takes a token with the scope %s", access.WriteJobs)
	}
	step := Step{Job: in.Job, Name: in.Step, Version: in.Body.Version, Why: in.Body.Why}
	return a.once.Do(once.Key{By: by.Person, Key: in.Key}, step, func() (*jobOut, error) {
		job, err := step.Take(ctx, a.Floor(ctx).Jobs, by.Person)
		return &jobOut{written(job)}, err
	})
}

// Step is one change of a job's status, as somebody asks for it.
type Step struct {
	Job     string
	Name    string // "start", "hold", "resume", "complete", "abort"
	Version int64  // of the job as who asks saw it
	Why     string
}

// Take takes the step; errs.Conflict when the job has changed since it was seen.
func (s Step) Take(ctx context.Context, jobs Jobs, by plant.Person) (execution.Job, error) {
	steps := map[string]func(context.Context, string, int64, plant.Person, string) (execution.Job, error){
		"start": jobs.Start, "hold": jobs.Hold, "resume": jobs.Resume, "complete": jobs.Complete, "abort": jobs.Abort,
	}
	if take, ok := steps[s.Name]; ok {
		return take(ctx, s.Job, s.Version, by, s.Why)
	}
	return execution.Job{}, errs.New(errs.NotFound, "a job has no step %q", errs.Clip(s.Name))
}
