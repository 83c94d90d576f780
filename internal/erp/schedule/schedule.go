// Package schedule places the operations of jobs on machines of finite capacity, and says what holds each where it is.
//
// Everything in it is pure: times are ticks of any unit, and the same problem, seed and steps give the same plan.
package schedule

import (
	"fmt"

	"millwright/internal/erp/schedule/hours"
	"millwright/internal/erp/schedule/pool"
	"millwright/internal/errs"
)

// Tick is a time, or a length of time, in the unit of the problem.
type Tick = int64

// Problem is what is to be placed, and on what.
type Problem struct {
	Now      Tick // nothing begins before
	Machines []Machine
	Pools    []Pool
	Jobs     []Job

	Lateness int64 // what a tick that a job of weight 1 is late costs; a tick of the whole plan's length costs 1
	Kept     Kept
}

// Kept is how much the plan that is kept counts.
type Kept struct {
	Until Tick  // what was to begin before stays on its machine, in its order
	Move  int64 // what it costs to give an operation another machine or another place in the order
}

// Machine does one operation at a time.
type Machine struct {
	Name  string
	Hours *hours.Hours // nil is always
	Last  int          // the family that it is set up for; 0 is not known
	SetUp [][]Tick     // from one family to another; nil takes the set-up of the mode where the family changes
}

// Pool is what several operations share: operators with a skill, tools of one kind.
type Pool struct {
	Name string
	Size int64
	Less []pool.Less // when there is less of it, each at another time
}

// Job is a chain of operations, each after the one before.
type Job struct {
	Name    string
	Release Tick
	Due     Tick // 0 for none
	Weight  int64
	Ops     []Operation
}

// Operation is one step of a job.
type Operation struct {
	Name     string
	Modes    []Mode // one of them
	Family   int    // what a machine is set up for; 0 is none
	Material Tick   // when what it takes is there
	Uses     []Use
	Started  bool  // it is on the machine of its only mode, in work, and set up
	Done     int64 // how much of the run is done, in millionths
	Was      *Was  // where the kept plan has it
}

// Mode is a machine that can do an operation.
type Mode struct {
	Machine int
	Run     Tick
	SetUp   Tick // where the machine has no matrix

	open *hours.Hours // when it can be worked on: the machine works, and the pools have what it takes
}

// Use is what an operation takes of a pool while it is worked on.
type Use struct {
	Pool   int
	Amount int64
}

// Was is where a plan had an operation.
type Was struct {
	Machine int
	Start   Tick
	Weight  int64 // of a move of it; 0 is 1
}

const (
	whole = 1_000_000 // of Done
	most  = 1 << 40   // of a time or a cost factor, so that sums fit
)

// Left is what is left to do of the operation's run in a mode.
func (o *Operation) Left(m Mode) Tick {
	if !o.Started || o.Done <= 0 {
		return m.Run
	}
	done := min(o.Done, whole)
	part := m.Run / whole * done
	return m.Run - part - m.Run%whole*done/whole
}

// Check finds what cannot be placed.
func (p *Problem) Check() error {
	for i, m := range p.Machines {
		if m.SetUp != nil && !square(m.SetUp) {
			return errs.New(errs.Invalid, "machine %s: its set-up matrix has a row of another length, or a time below 0", label(m.Name, i))
		}
	}
	for i := range p.Jobs {
		if err := p.checkJob(i); err != nil {
			return err
		}
	}
	return nil
}

func (p *Problem) checkJob(i int) error {
	j := &p.Jobs[i]
	if out(j.Release) || out(j.Due) || j.Weight < 0 || j.Weight > 1<<20 {
		return errs.New(errs.Invalid, "job %s: its times or its weight are out of bounds", label(j.Name, i))
	}
	for k := range j.Ops {
		if err := p.checkOp(&j.Ops[k]); err != nil {
			return fmt.Errorf("job %s, operation %s: %w", label(j.Name, i), label(j.Ops[k].Name, k), err)
		}
	}
	return nil
}

func (p *Problem) checkOp(o *Operation) error {
	if len(o.Modes) == 0 {
		return errs.New(errs.Invalid, "no machine can do it")
	}
	if o.Started && len(o.Modes) != 1 {
		return errs.New(errs.Invalid, "it has started, so it is on one machine")
	}
	for _, m := range o.Modes {
		if m.Machine < 0 || m.Machine >= len(p.Machines) {
			return errs.New(errs.Invalid, "there is no machine %d", m.Machine)
		}
		if m.Run < 0 || m.Run > most || m.SetUp < 0 || m.SetUp > most {
			return errs.New(errs.Invalid, "its time on machine %s is out of bounds", label(p.Machines[m.Machine].Name, m.Machine))
		}
		if n := len(p.Machines[m.Machine].SetUp); n > 0 && (o.Family < 0 || o.Family >= n) {
			return errs.New(errs.Invalid, "machine %s knows no family %d", label(p.Machines[m.Machine].Name, m.Machine), o.Family)
		}
	}
	for _, u := range o.Uses {
		if u.Pool < 0 || u.Pool >= len(p.Pools) || u.Amount < 0 || u.Amount > p.Pools[u.Pool].Size {
			return errs.New(errs.Invalid, "it takes more of a pool than there is")
		}
	}
	if out(o.Material) {
		return errs.New(errs.Invalid, "the time of its material is out of bounds")
	}
	return nil
}

func out(t Tick) bool { return t < -most || t > most }

func square(rows [][]Tick) bool {
	for _, row := range rows {
		if len(row) != len(rows) {
			return false
		}
		for _, t := range row {
			if t < 0 || t > most {
				return false
			}
		}
	}
	return true
}

func label(name string, i int) string {
	if name != "" {
		return name
	}
	return fmt.Sprint(i)
}
