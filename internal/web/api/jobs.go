package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Job is an order's work on one line.
type Job struct {
	ID      string     `json:"id" example:"J-1001"`
	Order   string     `json:"order,omitempty"`
	Line    string     `json:"line"`
	Product string     `json:"product"`
	Planned Amount     `json:"planned"`
	Good    Amount     `json:"good"`
	Scrap   Amount     `json:"scrap"`
	Status  string     `json:"status" enum:"waiting,running,held,completed,aborted"`
	Due     *time.Time `json:"due"`
	Started *time.Time `json:"started"`
	Ended   *time.Time `json:"ended"`
	Version int64      `json:"version" doc:"Send it with a step: it fails when somebody else was first."`
}

// NewJob is what adding a job takes.
type NewJob struct {
	ID      string     `json:"id,omitempty" maxLength:"40" pattern:"^([A-Za-z0-9][A-Za-z0-9._-]*)?$" patternDescription:"letters, digits, dots, _ and -, the first a letter or digit" doc:"Your number for it, or none to get the next one. The same number again is a conflict."`
	Order   string     `json:"order,omitempty" maxLength:"80"`
	Line    string     `json:"line" maxLength:"80"`
	Product string     `json:"product" minLength:"1" maxLength:"80"`
	Planned Pieces     `json:"planned"`
	Due     *time.Time `json:"due,omitempty"`
	Why     string     `json:"why,omitempty" maxLength:"200"`
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

func (a *API) mountJobs() {
	get(a, "/api/v1/jobs", "List the jobs", a.jobs)
	get(a, "/api/v1/jobs/{job}", "Show a job", a.job)
	register(a, huma.Operation{Method: http.MethodPost, Path: "/api/v1/jobs", Summary: "Add a job", OperationID: "add-a-job", DefaultStatus: http.StatusCreated}, a.addJob)
	register(a, huma.Operation{Method: http.MethodPost, Path: "/api/v1/jobs/{job}/{step}", Summary: "Take a job a step on", OperationID: "step-a-job"}, a.stepJob)
}

func (a *API) jobs(_ context.Context, in *jobsIn) (*jobsOut, error) {
	lines, err := a.asked(in.Line)
	if err != nil {
		return nil, err
	}
	out := &jobsOut{}
	out.Body.Jobs = []Job{}
	for _, l := range lines {
		for _, j := range a.Floor().Jobs.Jobs(l.ID) {
			out.Body.Jobs = append(out.Body.Jobs, written(j))
		}
	}
	return out, nil
}

func (a *API) job(_ context.Context, in *jobIn) (*jobOut, error) {
	j, ok := a.Floor().Jobs.Job(in.Job)
	if !ok {
		return nil, errs.New(errs.NotFound, "there is no job %q that is open or ended lately", clip(in.Job))
	}
	return &jobOut{written(j)}, nil
}

func written(j execution.Job) Job {
	return Job{
		ID: j.ID, Order: j.Order, Line: string(j.Line), Product: j.Product,
		Planned: amount(j.Planned), Good: amount(j.Good), Scrap: amount(j.Scrap), Status: string(j.Status),
		Due: when(j.Due), Started: when(j.Started), Ended: when(j.Ended), Version: j.Version,
	}
}

func (a *API) addJob(ctx context.Context, in *addIn) (*jobOut, error) {
	n := in.Body
	if _, err := a.find(n.Line); err != nil {
		return nil, err
	}
	job := execution.Job{ID: n.ID, Order: n.Order, Line: plant.LineID(n.Line), Product: n.Product, Planned: n.Planned.Quantity, Status: execution.Waiting}
	if n.Due != nil {
		job.Due = n.Due.UTC()
	}
	by := a.Who(ctx)
	return a.once.do(key{by, in.Key}, n, func() (*jobOut, error) {
		added, err := a.Floor().Jobs.Add(ctx, job, by, n.Why)
		return &jobOut{written(added)}, err
	})
}

func (a *API) stepJob(ctx context.Context, in *stepIn) (*jobOut, error) {
	by := a.Who(ctx)
	step := Step{Job: in.Job, Name: in.Step, Version: in.Body.Version, Why: in.Body.Why}
	return a.once.do(key{by, in.Key}, step, func() (*jobOut, error) {
		job, err := step.Take(ctx, a.Floor().Jobs, by)
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
	take, ok := steps[s.Name]
	if !ok {
		return execution.Job{}, errs.New(errs.NotFound, "a job has no step %q", clip(s.Name))
	}
	return take(ctx, s.Job, s.Version, by, s.Why)
}
