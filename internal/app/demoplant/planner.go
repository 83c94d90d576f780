package demoplant

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"millwright/internal/app/demoplant/office"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/mes/execution/parked"
	"millwright/internal/ot/simulate"
	"millwright/internal/plant"
)

// Planner keeps the demo's queue of jobs filled from the programme that its machines follow.
type Planner struct {
	Jobs   func() *clerk.Service // of the plant in use
	Office *office.Office        // has the customers' orders; nil: jobs are for orders that nobody has written
	Speed  float64
	Filled chan struct{}       // closed once the lines have jobs for what the machines will tell
	Told   func() bool         // the machines have told of their past
	Lines  func() []plant.Line // of the plant in use; nil: nobody clocks on
	Log    *slog.Logger

	lasts map[string]execution.Job // the last that was planned, by line
	told  time.Time                // when the machines were seen to have told of their past
	owned time.Time                // when the mill's job was given what was counted before it
}

// Queued is how many jobs of a line wait.
const Queued = 6

// Run looks after the queues until ctx ends. What the books cannot do now is tried again.
func (p *Planner) Run(ctx context.Context) error {
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
func (p *Planner) plan(ctx context.Context) error {
	if p.Office != nil {
		if err := p.Office.Open(ctx); err != nil {
			return err
		}
	}
	for _, l := range simulate.Demo().Lines {
		if p.Office != nil {
			if err := p.Office.Learn(ctx, p.Jobs().Jobs(plant.LineID(l.ID))); err != nil {
				return err
			}
		}
		if err := p.Fill(ctx, l); err != nil {
			return err
		}
	}
	if err := p.Mill(ctx); err != nil || p.Office == nil {
		return err
	}
	return p.trade(ctx)
}

// Ahead is how many orders of a line are sold and planned beyond those that have a job: with the queues, sixty are open.
const Ahead = 9

// trade sells and plans what comes next, has work orders made for what waits, and books and delivers what is done.
func (p *Planner) trade(ctx context.Context) error {
	if p.told.IsZero() && p.Told() {
		p.told = time.Now()
	}
	for _, l := range simulate.Demo().Lines {
		jobs := p.Jobs().Jobs(plant.LineID(l.ID))
		if len(jobs) == 0 {
			continue
		}
		last := p.lasts[l.ID]
		for range Ahead {
			last = p.after(l, last)
			if err := p.Office.Plan(ctx, last); err != nil {
				return err
			}
		}
		if err := p.relay(ctx, jobs); err != nil {
			return err
		}
		if err := p.settle(ctx, jobs); err != nil {
			return err
		}
	}
	if err := p.Office.Learn(ctx, p.Jobs().Jobs(Mill)); err != nil {
		return err
	}
	if err := p.settle(ctx, p.Jobs().Jobs(Mill)); err != nil {
		return err
	}
	if p.past() {
		if err := p.adopt(ctx); err != nil {
			return err
		}
		if err := p.own(ctx); err != nil {
			return err
		}
		if err := p.man(ctx); err != nil {
			return err
		}
	}
	return p.Office.Look(ctx)
}

// man lets the people of each line work on what it makes.
func (p *Planner) man(ctx context.Context) error {
	if p.Lines == nil {
		return nil
	}
	for _, l := range p.Lines() {
		j, runs := p.Jobs().Current(l.ID)
		if err := p.Office.Man(ctx, l, j, runs && j.Status == execution.Running); err != nil {
			return err
		}
	}
	return nil
}

// past tells whether the books have all that the machines have told of their past.
func (p *Planner) past() bool { return !p.told.IsZero() && time.Since(p.told) > settling }

// settling is how long the lines may take to book the end of what the machines have told.
const settling = 10 * time.Second

// adopt lets work orders take the place of the jobs that the past has left over: a few at a time, in their order. A job goes
// first, and only while it waits: what it had counted its work order would count again.
func (p *Planner) adopt(ctx context.Context) error {
	for _, l := range simulate.Demo().Lines {
		jobs := p.Jobs().Jobs(plant.LineID(l.ID))
		made := map[int64]bool{}
		for _, j := range jobs {
			made[p.turn(j)] = made[p.turn(j)] || j.Work != 0
		}
		left := 5
		for _, j := range jobs {
			waits, gone := j.Status == execution.Waiting, j.Status == execution.Aborted && j.Good+j.Scrap == 0 && !made[p.turn(j)]
			if j.Work != 0 || p.turn(j) == 0 || !waits && !gone || left == 0 {
				continue
			}
			left--
			var err error
			if waits {
				_, err = p.Jobs().Abort(ctx, j.ID, j.Version, plant.Program(), "its work order makes it")
			}
			if err == nil {
				err = p.Office.Release(ctx, j)
			}
			if err != nil && errs.KindOf(err) != errs.Conflict {
				return err
			}
		}
	}
	return nil
}

// own gives the mill's job what the mill counted before the job was started, with the time that took: its log is older.
func (p *Planner) own(ctx context.Context) error {
	j, runs := p.Jobs().Current(Mill)
	if !runs || time.Since(p.owned) < time.Minute {
		return nil
	}
	p.owned = time.Now()
	all, err := p.Office.Store.Parked().Of(ctx, Mill, p.owned.AddDate(0, 0, -2))
	all = slices.DeleteFunc(all, func(c parked.Counts) bool { return !c.To.Before(j.Started) })
	if n := len(all); err == nil && n > 0 {
		err = p.Office.Spent(ctx, j, plant.Span{From: all[n-1].From, To: all[0].To})
	}
	for _, c := range all {
		if err == nil {
			err = p.Office.Store.Parked().Decide(ctx, parked.Decision{Counts: c, Job: j.ID}, plant.Program(), "the log that is replayed is older than the job")
		}
	}
	return err
}

// settle looks after the jobs of one line. One is over when a later one counts. Nothing is settled before its meters have told
// what it took.
func (p *Planner) settle(ctx context.Context, jobs []execution.Job) error {
	if !p.past() {
		return nil
	}
	over := int64(0)
	for _, j := range jobs {
		if j.Good > 0 {
			over = max(over, p.turn(j))
		}
	}
	for _, j := range jobs {
		if j.Status != execution.Completed || p.turn(j) >= over || p.turn(j) == 0 || j.Work == 0 && j.Order == "" {
			continue // still made, somebody else's, or made before the company had its books
		}
		if j.Work != 0 && time.Since(j.Ended) < time.Minute {
			continue // the time of its line is still to be booked
		}
		if err := p.Office.Settle(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

// Mill gives the replayed mill, which says no product, one long job and starts it.
func (p *Planner) Mill(ctx context.Context) error {
	if _, there := p.Jobs().Current(Mill); there {
		return nil
	}
	why := "the demo's programme"
	jobs := p.Jobs().Jobs(Mill)
	if len(jobs) == 0 {
		return p.mill(ctx, why)
	}
	for _, j := range jobs {
		if j.Status == execution.Waiting {
			_, err := p.Jobs().Start(ctx, j.ID, j.Version, plant.Program(), why)
			return err
		}
	}
	return nil
}

// mill gives the mill its job. That of a work order waits until the books have told of it, and is started when it is seen.
func (p *Planner) mill(ctx context.Context, why string) error {
	j := execution.Job{ID: "mill-1-0001", Order: "SO-4090", Line: Mill, Product: "BOX-OP1", Planned: plant.Pieces(500), Status: execution.Waiting, Rank: 1}
	if p.Office != nil {
		return p.Office.Release(ctx, j)
	}
	added, err := p.Jobs().Add(ctx, j, plant.Program(), why)
	if errs.KindOf(err) == errs.Conflict {
		j.ID = "" // that one ended long ago: the next number
		added, err = p.Jobs().Add(ctx, j, plant.Program(), why)
	}
	if err == nil {
		_, err = p.Jobs().Start(ctx, added.ID, added.Version, plant.Program(), why)
	}
	return err
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
