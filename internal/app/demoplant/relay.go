package demoplant

import (
	"context"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// relay lets the machines' campaigns and the jobs agree where somebody has put jobs of their own between: a campaign that
// goes on after its job is done makes the next job of that product, and what a campaign has left undone is delivered short.
func (p *Planner) relay(ctx context.Context, jobs []execution.Job) (err error) {
	if len(jobs) == 0 {
		return nil
	}
	current, ok := p.Jobs().Current(jobs[0].Line)
	switch {
	case !ok:
		return nil
	case current.Status == execution.Completed:
		err = p.goOn(ctx, jobs, current)
	case current.Status == execution.Running:
		for _, j := range jobs {
			if j.Status == execution.Held && j.Product != current.Product && p.turn(j) > 0 && j.Good > j.Planned/10 && err == nil {
				_, err = p.Jobs().Complete(ctx, j.ID, j.Version, plant.Program(), "the machines went on with another product")
			}
		}
	}
	if errs.KindOf(err) == errs.Conflict { // somebody was quicker
		return nil
	}
	return err
}

// goOn gives the line to the next job of a product, one that was begun first, when much more is made than was planned: a
// campaign and its job may differ by some pieces.
func (p *Planner) goOn(ctx context.Context, jobs []execution.Job, done execution.Job) error {
	for _, status := range []execution.Status{execution.Held, execution.Waiting} {
		for _, j := range jobs {
			if j.Product == done.Product && j.Status == status && p.turn(j) > 0 && done.Over() > j.Planned/10 {
				return p.start(ctx, j)
			}
		}
	}
	return nil
}

func (p *Planner) start(ctx context.Context, j execution.Job) (err error) {
	const why = "the machines go on with its product"
	if j.Status == execution.Held {
		_, err = p.Jobs().Resume(ctx, j.ID, j.Version, plant.Program(), why)
	} else {
		_, err = p.Jobs().Start(ctx, j.ID, j.Version, plant.Program(), why)
	}
	return err
}
