package board

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"millwright/internal/erp/schedule"
	"millwright/internal/erp/schedule/backward"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Standing is a schedule, as it was made at a moment. It is only read.
type Standing struct {
	At       time.Time
	Zone     *time.Location
	Version  int64 // of what is kept
	Machines []Machine
	Bars     []Bar // by machine and start
	Unplaced []Unplaced
	End      time.Time     // of the last bar
	Late     time.Duration // of all orders together
	LateJobs int
	Gap      int64 // to the bound, in millionths: no schedule is better by more
	Steps    int   // plans that were looked at
	Moved    int   // operations elsewhere than they were kept

	shape string // what the problem is made of, but for progress
	facts Business
}

// Machine is a line, or a work centre that is none.
type Machine struct {
	Key      string
	Name     string
	Line     plant.LineID // "" for a work centre
	Open     []plant.Span // when it works
	Assumed  string       // what is assumed of it; "" for nothing
	calendar plant.Calendar
}

// Bar is an operation at its place.
type Bar struct {
	Key       string // the job's number, or the work order's with the operation's position
	Job       string // in the line's queue; "" for none yet
	Work      int64  // 0 for a job without one
	Operation int64
	Step      string // the operation's name
	Order     string // the customer's
	Product   string
	Name      string // of the item
	Quantity  plant.Quantity
	Status    string // of the job
	Since     time.Time

	Machine    string
	Open       []string // the machines that could do it
	SetUp      time.Time
	Start, End time.Time
	Latest     Latest
	Due        time.Time     // zero for none
	Late       time.Duration // 0 where it is not
	Why        string        // what holds it where it is
	Speed      string        // how fast it is made; "" when the routing says how long it takes, or nobody
	Takes      string        // of tools and people; "" for nothing
	Assumed    string        // what is assumed of it; "" for nothing
	Pinned     bool          // a planner put it there
	PinnedBy   string
}

// Latest is where a bar is when everything is as late as the dates of the orders allow, in the same order on the same machines.
type Latest struct{ SetUp, Start, End time.Time }

// Slack is how much later a bar could begin without making anything later than it is due, or than it is now.
func (b *Bar) Slack() time.Duration { return max(0, b.Latest.Start.Sub(b.Start)) }

// Unplaced is what could not be placed, and why.
type Unplaced struct{ Key, Why string }

// Find finds a bar.
func (s *Standing) Find(key string) (*Bar, bool) {
	i := slices.IndexFunc(s.Bars, func(b Bar) bool { return b.Key == key })
	if i < 0 {
		return nil, false
	}
	return &s.Bars[i], true
}

// Machine finds a machine by its key; nil when there is none.
func (s *Standing) Machine(key string) *Machine {
	i := slices.IndexFunc(s.Machines, func(m Machine) bool { return m.Key == key })
	if i < 0 {
		return nil
	}
	return &s.Machines[i]
}

// On gives the bars of a machine, by their start.
func (s *Standing) On(machine string) (all []Bar) {
	for _, b := range s.Bars {
		if b.Machine == machine {
			all = append(all, b)
		}
	}
	return all
}

// standing tells a plan.
func (o *layout) standing(plan schedule.Plan) *Standing {
	s := &Standing{
		At: o.now, Zone: o.zone, Machines: o.machines, Unplaced: o.unplaced, End: o.now.Add(time.Duration(plan.Makespan) * time.Second),
		Late: time.Duration(plan.Late) * time.Second, Gap: plan.Gap(), Steps: plan.Steps, Moved: plan.Moved, facts: o.facts,
	}
	latest := backward.Of(&o.problem, &plan)
	for j, ops := range plan.Jobs {
		for k, at := range ops {
			b := o.bars[j][k]
			b.Machine, b.SetUp, b.Start, b.End = o.machines[at.Machine].Key, clock(at.SetUp), clock(at.Start), clock(at.End)
			b.Latest = Latest{SetUp: clock(latest[j][k].SetUp), Start: clock(latest[j][k].Start), End: clock(latest[j][k].End)}
			for _, m := range o.problem.Jobs[j].Ops[k].Modes {
				b.Open = append(b.Open, o.machines[m.Machine].Key)
			}
			if due := o.problem.Jobs[j].Due; due != 0 {
				b.Due = clock(due)
				if k == len(ops)-1 && at.End > due {
					b.Late = clock(at.End).Sub(b.Due)
					s.LateJobs++
				}
			}
			b.Why, b.Speed = o.words(plan, j, k), o.speed(at.Machine, &b).Words()
			s.Bars = append(s.Bars, b)
		}
	}
	slices.SortStableFunc(s.Bars, func(a, b Bar) int {
		if n := o.index[a.Machine] - o.index[b.Machine]; n != 0 {
			return n
		}
		return a.Start.Compare(b.Start)
	})
	s.shape = o.shape()
	return s
}

// shape is what the problem is made of, but for progress and the time of day.
func (o *layout) shape() string {
	var w strings.Builder
	w.WriteString(o.pools.Shape())
	for j := range o.problem.Jobs {
		fmt.Fprintf(&w, "%d ", o.problem.Jobs[j].Due)
		for k := range o.problem.Jobs[j].Ops {
			op, bar := &o.problem.Jobs[j].Ops[k], &o.bars[j][k]
			fmt.Fprintf(&w, "%s %v %v %v %d;", bar.Key, op.Started, bar.Pinned, op.Material/3600, len(op.Modes))
		}
	}
	return w.String()
}

func clock(t schedule.Tick) time.Time { return time.Unix(t, 0).UTC() }

// slack is by how much a kept start may be off before it is kept anew.
const slack = 5 * time.Minute

// placed gives what is to be kept in the place of what is; ok is false when that says nearly the same.
func (s *Standing) placed(kept Kept) (k Kept, ok bool) {
	was := make(map[string]Placed, len(kept.Bars))
	for _, p := range kept.Bars {
		was[p.Key] = p
	}
	k.Version, ok = kept.Version, len(kept.Bars) != len(s.Bars)
	last := map[string]time.Time{}
	for i := range s.Bars {
		b := &s.Bars[i]
		k.Bars = append(k.Bars, Placed{Key: b.Key, Machine: b.Machine, Start: b.Start, End: b.End, Pinned: b.Pinned, By: b.PinnedBy})
		p, is := was[b.Key]
		ok = ok || !is || p.Machine != b.Machine || b.Start.Sub(p.Start).Abs() > slack
		if !is {
			continue
		}
		k.Anew = k.Anew || p.Machine != b.Machine || p.Start.Before(last[b.Machine])
		last[b.Machine] = p.Start
	}
	return k, ok || k.Anew
}

// Unpublished counts the jobs that have another place in the queues of their lines than here, and orders that have
// another line.
func (s *Standing) Unpublished() (n int) {
	for i := range s.facts.Work {
		w := &s.facts.Work[i]
		if line := s.lineOf(w); line != "" && line != w.Line && w.Lifecycle == workorder.Released {
			n++
		}
	}
	for i := range s.Machines {
		here, there := s.queue(&s.Machines[i]), []string{}
		for _, j := range s.facts.Jobs { // by line and rank
			if j.Line == s.Machines[i].Line && slices.Contains(here, j.ID) {
				there = append(there, j.ID)
			}
		}
		for k := range there {
			if there[k] != here[k] {
				n++
			}
		}
	}
	return n
}

// queue gives the jobs that wait on a machine that is their line, in the order of the schedule.
func (s *Standing) queue(m *Machine) (jobs []string) {
	for _, bar := range s.On(m.Key) {
		if bar.Job != "" && bar.Status != string(execution.Running) && s.line(bar.Job) == m.Line && m.Line != "" {
			jobs = append(jobs, bar.Job)
		}
	}
	return jobs
}

func (s *Standing) line(job string) plant.LineID {
	i := slices.IndexFunc(s.facts.Jobs, func(j execution.Job) bool { return j.ID == job })
	if i < 0 {
		return ""
	}
	return s.facts.Jobs[i].Line
}
