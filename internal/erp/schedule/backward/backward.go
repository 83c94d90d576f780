// Package backward schedules from due dates towards now: everything as late as it may be.
package backward

import "millwright/internal/erp/schedule"

// Solve places everything as late as the due dates of jobs allow: from the end of each job towards now, by solving
// the problem turned around in time. Jobs without a due date end with the latest of the others. Where what is placed
// would have to begin before now, or before its material is there, Early tells so: the plan cannot be had.
func Solve(p *schedule.Problem, how schedule.Search) (plan schedule.Plan, early []Early, err error) {
	if err := p.Check(); err != nil {
		return schedule.Plan{}, nil, err
	}
	end := p.Now
	for i := range p.Jobs {
		end = max(end, p.Jobs[i].Due)
	}
	turned := turn(p, end)
	if plan, err = schedule.Solve(&turned, how); err != nil {
		return schedule.Plan{}, nil, err
	}
	turnBack(&plan, p, end)
	for j := range p.Jobs {
		from := max(p.Now, p.Jobs[j].Release)
		for k := range p.Jobs[j].Ops {
			if at, o := plan.Jobs[j][k], &p.Jobs[j].Ops[k]; at.Start < max(from, o.Material) && !o.Started {
				early = append(early, Early{Job: j, Op: k, By: max(from, o.Material) - at.Start})
			}
		}
	}
	return plan, early, nil
}

// Early is an operation that would have to begin earlier than it can.
type Early struct {
	Job, Op int
	By      schedule.Tick
}

// turn makes the problem that runs from the end towards now: ends become begins, and due dates releases.
func turn(p *schedule.Problem, end schedule.Tick) schedule.Problem {
	q := schedule.Problem{Pools: p.Pools}
	for i, m := range p.Machines {
		n := schedule.Machine{Name: m.Name, Hours: m.Hours.Mirror(end)}
		if m.SetUp != nil {
			n.SetUp = make([][]schedule.Tick, len(m.SetUp))
			for from := range m.SetUp {
				n.SetUp[from] = make([]schedule.Tick, len(m.SetUp))
				for to := range m.SetUp {
					n.SetUp[from][to] = p.Machines[i].SetUp[to][from]
				}
			}
			clear(n.SetUp[0]) // what is last has nothing behind it to be set up for
		}
		q.Machines = append(q.Machines, n)
	}
	for i := range p.Jobs {
		job := &p.Jobs[i]
		n := schedule.Job{Name: job.Name, Weight: job.Weight}
		if job.Due != 0 {
			n.Release = end - job.Due
		}
		for k := len(job.Ops) - 1; k >= 0; k-- {
			o := job.Ops[k]
			o.Material, o.Was = 0, nil
			o.Modes, o.Started = lasting(&o), false
			n.Ops = append(n.Ops, o)
		}
		q.Jobs = append(q.Jobs, n)
	}
	return q
}

// lasting gives the modes with what is left of their runs.
func lasting(o *schedule.Operation) (all []schedule.Mode) {
	for _, m := range o.Modes {
		m.Run = o.Left(m)
		all = append(all, m)
	}
	return all
}

// turnBack puts a plan of the turned problem the right way round. A set-up is told before the operation that follows it.
func turnBack(plan *schedule.Plan, p *schedule.Problem, end schedule.Tick) {
	first := end
	for j, ops := range plan.Jobs {
		turned := make([]schedule.Placement, len(ops))
		for k, x := range ops {
			start := end - x.End
			first = min(first, start)
			y := schedule.Placement{Machine: x.Machine, SetUp: start, Start: start, End: end - x.Start, Why: x.Why}
			if y.Why.Bind == schedule.AtOnce || y.Why.Bind == schedule.Released {
				y.Why.Bind = schedule.Due
			}
			if y.Why.Op >= 0 && y.Why.Job >= 0 {
				y.Why.Op = len(p.Jobs[y.Why.Job].Ops) - 1 - y.Why.Op
			}
			turned[len(ops)-1-k] = y
		}
		plan.Jobs[j] = turned
	}
	plan.Makespan = end - first
}
