package demoplant

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/app/demoplant/office"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/ot/simulate"
	"millwright/internal/ot/simulate/station"
	"millwright/internal/plant"
)

// Fill adds the next jobs of the line's programme: the past is told to jobs of their own, and what comes is released to the
// line as work orders for what customers have ordered.
func (p *Planner) Fill(ctx context.Context, l simulate.Line) error {
	jobs := p.Jobs().Jobs(plant.LineID(l.ID))
	last, known := p.lasts[l.ID]
	if known && len(jobs) == 0 {
		return nil // the engines of a changed plant have not looked yet
	}
	want := Queued
	for _, j := range jobs {
		if p.turn(j) > p.turn(last) {
			last = j
		}
		if j.Status == execution.Waiting && p.turn(j) > 0 {
			want--
		}
	}
	if p.lasts == nil {
		p.lasts = map[string]execution.Job{}
	}
	past := 0
	last.Due = p.free(l, jobs)
	if len(jobs) == 0 {
		past = p.PastJobs(l)
		want += past
		last = execution.Job{Line: plant.LineID(l.ID), Due: time.Now().Add(-station.Past(p.Speed)).Truncate(time.Minute)}
	}
	for ; want > 0; want-- {
		next := p.after(l, last)
		if err := p.give(ctx, next, past); err != nil {
			return err
		}
		past--
		last = next
	}
	p.lasts[l.ID] = last
	return nil
}

// Remembered is how many jobs of a line's past are for orders that are on the books.
const Remembered = 12

// give lets a job wait on its line: by itself as one of so many of the past, or as the work order that makes it.
func (p *Planner) give(ctx context.Context, j execution.Job, past int) error {
	if past <= 0 && p.Office != nil {
		return p.Office.Release(ctx, j)
	}
	if p.Office != nil {
		j.Order = ""
	}
	if p.Office != nil && past <= Remembered {
		s, err := p.Office.Sell(ctx, j)
		if err != nil {
			return err
		}
		j.Order = s.Number
	}
	_, err := p.Jobs().Add(ctx, j, plant.Program(), "the demo's programme")
	if errs.KindOf(err) == errs.Conflict {
		return nil
	}
	return err
}

// turn is the place of a job in its line's programme: the first is 1. It is 0 of what others have put into the queue.
func (p *Planner) turn(j execution.Job) int64 {
	if p.Office != nil && j.Work != 0 {
		return p.Office.Turn(j)
	}
	return office.Turn(j)
}

// promised is the OEE at which the demo's sales people promise dates.
const promised = 0.6

// takes is how long a line of the promised OEE works on so much of a product.
func (p *Planner) takes(l simulate.Line, product string, q plant.Quantity) time.Duration {
	for _, made := range l.Products {
		if made.Code == product {
			return time.Duration(float64(made.Ideal) * q.Float() / promised / max(p.Speed, 0.1))
		}
	}
	return 0
}

// free is when a line of the promised OEE is done with all that it has to do.
func (p *Planner) free(l simulate.Line, jobs []execution.Job) time.Time {
	at := time.Now()
	for _, j := range jobs {
		if j.Open() {
			at = at.Add(p.takes(l, j.Product, max(0, j.Planned-j.Good)))
		}
	}
	return at
}

// worked is the part of a day, breaks and stops and all, in which a line would make at its ideal rate what it makes: a
// little more than it comes to with most seeds.
func worked(l simulate.Line) float64 {
	switch l.ID {
	case "filling-1":
		return 0.67
	case "filling-2":
		return 0.72
	case "assembly-1":
		return 0.62
	}
	return 0.74
}

// PastJobs is as many jobs of a line as its machines have made in the past that they bring along, and a few more: what is
// counted without a job waits for somebody's decision.
func (p *Planner) PastJobs(l simulate.Line) (n int) {
	past := time.Duration(float64(station.Past(p.Speed)) * worked(l) / promised)
	for past > 0 {
		c := l.Programme[n%len(l.Programme)]
		past -= p.takes(l, c.Product, plant.Pieces(c.Quantity))
		n++
	}
	return n
}

// after gives the job that follows in the programme, due when a line of the promised OEE is done with it.
func (p *Planner) after(l simulate.Line, last execution.Job) execution.Job {
	n := p.turn(last) + 1
	c := l.Programme[(n-1)%int64(len(l.Programme))]
	return execution.Job{
		ID: fmt.Sprintf("%s-%04d", l.ID, n), Order: fmt.Sprintf("SO-%d", 4099+n), Line: plant.LineID(l.ID),
		Product: c.Product, Planned: plant.Pieces(c.Quantity), Rank: n,
		Due: last.Due.Add(p.takes(l, c.Product, plant.Pieces(c.Quantity))).Truncate(time.Second),
	}
}
