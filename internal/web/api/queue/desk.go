package queue

import (
	"context"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// List tells which jobs there are.
type List interface {
	Jobs(line plant.LineID) []execution.Job
	Job(id string) (execution.Job, bool)
	Current(line plant.LineID) (execution.Job, bool)
}

// Desk is where jobs are added and taken from status to status; version is the one that who asks has seen.
type Desk interface {
	Add(ctx context.Context, j execution.Job, by plant.Person, why string) (execution.Job, error)
	Start(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	// Counted sets a job's counts to what people have counted in all.
	Counted(ctx context.Context, c execution.Count, by plant.Person, why string) (execution.Job, error)
	Hold(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	Resume(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	Complete(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	Abort(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error)
	// Place moves a waiting or held job by some places in its queue, up when below zero.
	Place(ctx context.Context, id string, version int64, steps int, by plant.Person) (execution.Job, error)
}
