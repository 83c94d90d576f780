package demoplant

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"millwright/internal/app/demoplant/office"
	"millwright/internal/app/machines"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/ot/simulate"
	"millwright/internal/plant"
)

// Planner keeps the demo's queue of jobs filled from the programme that its machines follow.
type Planner struct {
	Jobs   func() *clerk.Service // of the plant in use
	Office *office.Office        // has the customers' orders; nil: jobs are for orders that nobody has written
	Speed  float64
	Filled chan struct{} // closed once the lines have jobs for what the machines will tell
	Log    *slog.Logger
}

// Queued is how many jobs of a line wait.
const Queued = 6

// PastJobs is how many jobs the machines have made at most in the past that they bring along.
func (p Planner) PastJobs() int { return int(20 * min(max(p.Speed, 1), 10)) }

// Run looks after the queues until ctx ends. What the books cannot do now is tried again.
func (p Planner) Run(ctx context.Context) error {
	var told string
	for first := true; ; {
		switch err := p.plan(ctx); {
		case err == nil && first:
			close(p.Filled)
			first = false
		case err != nil && ctx.Err() == nil && err.Error() != told:
			told = err.Error()
			p.Log.Warn("the demo's books cannot be kept; it is tried again", "err", err)
		}
		if !wait(ctx, 2*time.Second) {
			return nil
		}
	}
}

// plan gives every line the jobs that it is short of.
func (p Planner) plan(ctx context.Context) error {
	if p.Office != nil {
		if err := p.Office.Open(ctx); err != nil {
			return err
		}
	}
	for _, l := range simulate.Demo().Lines {
		if err := p.Fill(ctx, l); err != nil {
			return err
		}
	}
	if err := p.Mill(ctx); err != nil || p.Office == nil {
		return err
	}
	return p.trade(ctx)
}

// Ahead is how many orders of a line are sold beyond those that have a job: with the queues, sixty are open.
const Ahead = 9

// trade sells what comes next, has work orders made for what waits, and books and delivers what is done.
func (p Planner) trade(ctx context.Context) error {
	for _, l := range simulate.Demo().Lines {
		jobs := p.Jobs().Jobs(plant.LineID(l.ID))
		if len(jobs) == 0 {
			continue
		}
		last := slices.MaxFunc(jobs, func(a, b execution.Job) int { return cmp.Compare(a.Rank, b.Rank) })
		for range Ahead {
			last = p.after(l, last)
			if _, err := p.Office.Sell(ctx, last); err != nil {
				return err
			}
		}
		if err := p.settle(ctx, jobs); err != nil {
			return err
		}
	}
	if err := p.settle(ctx, p.Jobs().Jobs(Mill)); err != nil {
		return err
	}
	return p.Office.Look(ctx)
}

// settle looks after the jobs of one line. One is over when a later one counts.
func (p Planner) settle(ctx context.Context, jobs []execution.Job) error {
	over := int64(0)
	for _, j := range jobs {
		if j.Good > 0 {
			over = max(over, j.Rank)
		}
	}
	for _, j := range jobs {
		do := p.Office.Make
		switch {
		case j.Status == execution.Aborted:
			continue
		case j.Status == execution.Completed && j.Rank < over:
			do = p.Office.Settle
		}
		if err := do(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

// Fill adds the next jobs of the line's programme.
func (p Planner) Fill(ctx context.Context, l simulate.Line) error {
	jobs := p.Jobs().Jobs(plant.LineID(l.ID))
	want, last := Queued, execution.Job{Due: time.Now().Add(-machines.Played).Truncate(time.Hour)}
	if len(jobs) == 0 {
		want += p.PastJobs()
	}
	for _, j := range jobs {
		if j.Rank > last.Rank {
			last = j
		}
		if j.Status == execution.Waiting {
			want--
		}
	}
	for ; want > 0; want-- {
		next, err := p.sold(ctx, p.after(l, last))
		if err != nil {
			return err
		}
		if _, err := p.Jobs().Add(ctx, next, plant.Program(), "the demo's programme"); err != nil && errs.KindOf(err) != errs.Conflict {
			return err
		}
		last = next
	}
	return nil
}

// sold gives a job with the customer's order that it is for.
func (p Planner) sold(ctx context.Context, j execution.Job) (execution.Job, error) {
	if p.Office == nil {
		return j, nil
	}
	s, err := p.Office.Sell(ctx, j)
	j.Order = s.Number
	return j, err
}

// promised is the OEE at which the demo's sales people promise dates.
const promised = 0.6

// after gives the job that follows in the programme, due when a line of the promised OEE is done with it.
func (p Planner) after(l simulate.Line, last execution.Job) execution.Job {
	c := l.Programme[last.Rank%int64(len(l.Programme))]
	n := last.Rank + 1
	j := execution.Job{
		ID: fmt.Sprintf("%s-%04d", l.ID, n), Order: fmt.Sprintf("SO-%d", 4099+n), Line: plant.LineID(l.ID),
		Product: c.Product, Planned: plant.Pieces(c.Quantity), Rank: n, Due: last.Due,
	}
	for _, product := range l.Products {
		if product.Code == c.Product {
			takes := float64(product.Ideal) * float64(c.Quantity) / promised / max(p.Speed, 0.1)
			j.Due = last.Due.Add(time.Duration(takes)).Truncate(time.Second)
		}
	}
	return j
}

// Mill gives the replayed mill, which says no product, one long job and starts it.
func (p Planner) Mill(ctx context.Context) error {
	if _, there := p.Jobs().Current(Mill); there {
		return nil
	}
	why := "the demo's programme"
	jobs := p.Jobs().Jobs(Mill)
	if len(jobs) == 0 {
		j := execution.Job{ID: "mill-1-0001", Order: "SO-4090", Line: Mill, Product: "BOX-OP1", Planned: plant.Pieces(500), Status: execution.Waiting, Rank: 1}
		j, err := p.sold(ctx, j)
		if err != nil {
			return err
		}
		added, err := p.Jobs().Add(ctx, j, plant.Program(), why)
		if errs.KindOf(err) == errs.Conflict {
			j.ID = "" // that one ended long ago: the next number
			added, err = p.Jobs().Add(ctx, j, plant.Program(), why)
		}
		if err != nil {
			return err
		}
		jobs = append(jobs, added)
	}
	for _, j := range jobs {
		if j.Status == execution.Waiting {
			_, err := p.Jobs().Start(ctx, j.ID, j.Version, plant.Program(), why)
			return err
		}
	}
	return nil
}

// wait pauses; false when ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
