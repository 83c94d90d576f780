// Package backward schedules from due dates towards now: each operation of a plan as late as it may be, on the machine and in
// the order that the plan has.
package backward

import (
	"cmp"
	"math"
	"slices"

	"millwright/internal/erp/schedule"
	"millwright/internal/erp/schedule/hours"
	"millwright/internal/erp/schedule/pool"
)

// step is an operation of a plan.
type step struct {
	schedule.Placement
	job, op int
	run     schedule.Tick // and set-up: the time that its machine works on it
	set     schedule.Tick
	open    *hours.Hours  // when it can be worked on
	end     schedule.Tick // no later, as far as is known
	before  *step         // on its machine
}

// Of gives where each operation is at the latest, by job and operation. No job ends later by it than it is due, or than the
// plan has it end where that is later still; one without a date ends with the plan. What has started stays. What the plan
// keeps apart of those that share a pool stays apart, and where they take turns it all stays as it is: so the pools suffice.
func Of(p *schedule.Problem, plan *schedule.Plan) [][]schedule.Placement {
	all := make([][]schedule.Placement, len(plan.Jobs))
	steps := inOrder(p, plan)
	for j := range plan.Jobs {
		all[j] = slices.Clone(plan.Jobs[j])
	}
	for i, x := range slices.Backward(steps) {
		at := &all[x.job][x.op]
		if !p.Jobs[x.job].Ops[x.op].Started && !turns(p, steps, x) {
			at.Start = x.open.Back(x.end, x.run)
			at.SetUp, at.End = p.Machines[x.Machine].Hours.Back(at.Start, x.set), x.open.Add(at.Start, x.run)
		}
		if x.before != nil {
			x.before.end = min(x.before.end, at.SetUp)
		}
		for _, y := range steps[:i] {
			if y.job == x.job || y.End <= x.Start && share(p, x, y) {
				y.end = min(y.end, at.Start)
			}
		}
	}
	return all
}

// inOrder gives the operations of a plan so that none comes before one that has to end before it.
func inOrder(p *schedule.Problem, plan *schedule.Plan) (steps []*step) {
	for j, ops := range plan.Jobs {
		for k, at := range ops {
			open := working(p, at.Machine, &p.Jobs[j].Ops[k])
			x := &step{Placement: at, job: j, op: k, open: open, run: open.Between(at.Start, at.End), set: p.Machines[at.Machine].Hours.Between(at.SetUp, at.Start), end: math.MaxInt64}
			if k == len(ops)-1 {
				x.end = p.Now + plan.Makespan
				if due := p.Jobs[j].Due; due > 0 {
					x.end = max(due, at.End)
				}
			}
			steps = append(steps, x)
		}
	}
	slices.SortFunc(steps, func(a, b *step) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.job, b.job), cmp.Compare(a.op, b.op))
	})
	last := make([]*step, len(p.Machines))
	for _, x := range steps {
		x.before, last[x.Machine] = last[x.Machine], x
	}
	return steps
}

// working is when a machine works and the pools have what an operation takes.
func working(p *schedule.Problem, machine int, o *schedule.Operation) *hours.Hours {
	var short []hours.Span
	for _, u := range o.Uses {
		if !o.Started {
			short = append(short, pool.Short(p.Pools[u.Pool].Less, p.Pools[u.Pool].Size-u.Amount)...)
		}
	}
	return p.Machines[machine].Hours.Without(short)
}

// takes is how much an operation takes of a pool.
func takes(p *schedule.Problem, x *step, pool int) (sum int64) {
	for _, u := range p.Jobs[x.job].Ops[x.op].Uses {
		if u.Pool == pool {
			sum += u.Amount
		}
	}
	return sum
}

// share tells whether two operations take of the same pool.
func share(p *schedule.Problem, x, y *step) bool {
	return slices.ContainsFunc(p.Jobs[x.job].Ops[x.op].Uses, func(u schedule.Use) bool { return takes(p, y, u.Pool) > 0 })
}

// turns tells whether an operation has a pool in turns with others, each while the machines of the others have no shift; or
// shares one with others that has less at other times.
func turns(p *schedule.Problem, steps []*step, x *step) bool {
	return slices.ContainsFunc(p.Jobs[x.job].Ops[x.op].Uses, func(u schedule.Use) bool {
		own, sum, less := takes(p, x, u.Pool), int64(0), int64(0)
		for _, y := range steps {
			if y == x || y.Start < x.End && x.Start < y.End {
				sum += takes(p, y, u.Pool)
			}
		}
		for _, l := range p.Pools[u.Pool].Less {
			less = max(less, l.Amount)
		}
		return sum > own && sum > p.Pools[u.Pool].Size-less
	})
}
