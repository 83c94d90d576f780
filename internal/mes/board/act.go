package board

import (
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/erp/schedule"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Move is where a planner puts a bar.
type Move struct {
	Key     string
	Machine string // "" leaves it on its own
	Before  string // a bar on that machine; "" for none
	After   string // a bar on that machine; with neither the bar goes to the end
	Free    bool   // instead of all that: let the program place it again
	Version int64  // of the schedule that the planner saw
	Why     string
}

// Move puts a bar somewhere: there it stays, and what it displaces goes on. The schedule that comes of it is given.
func (b *Board) Move(ctx context.Context, mv Move, by plant.Person) (after *Standing, err error) {
	b.waiting.Add(1)
	defer b.waiting.Add(-1)
	defer b.o.Told()
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.shown.Load()
	if s == nil {
		if s, err = b.plan(ctx, schedule.Search{}); err != nil {
			return nil, err
		}
	}
	if s.Version != mv.Version {
		return nil, errs.New(errs.Conflict, "the schedule has changed since you looked; look again")
	}
	kept, err := b.o.Book.Kept(ctx)
	if err != nil {
		return nil, err
	}
	to, err := s.decide(mv, kept)
	if err != nil {
		return nil, err
	}
	to.By = by.Name
	if _, err := b.o.Book.Decide(ctx, Decision{Placed: to, Version: mv.Version, Why: mv.Why}, by); err != nil {
		return nil, err
	}
	return b.plan(ctx, schedule.Search{})
}

// decide finds what is to be kept of a move.
func (s *Standing) decide(mv Move, kept Kept) (to Placed, err error) {
	bar, ok := s.Find(mv.Key)
	if !ok {
		return to, errs.New(errs.NotFound, "nothing of the schedule is called %s", errs.Clip(mv.Key))
	}
	to = Placed{Key: bar.Key, Machine: bar.Machine, Start: bar.Start, End: bar.End, Pinned: !mv.Free}
	if mv.Free {
		return to, nil
	}
	if bar.Status == string(execution.Running) {
		return to, wrong("bar", bar.Key+" is being made: hold it first, if it is to be moved.")
	}
	if mv.Machine != "" {
		to.Machine = mv.Machine
	}
	m := s.Machine(to.Machine)
	if m == nil || !slices.Contains(bar.Open, to.Machine) && to.Machine != bar.Machine {
		return to, wrong("machine", "It cannot be made there: choose one of "+strings.Join(s.names(bar.Open), ", ")+".")
	}
	to.Start, err = s.at(mv, to.Machine, kept)
	return to, err
}

// at is the start that puts a bar where a move wants it among the others: by the starts that are kept of them, which those
// of the schedule go away from with the clock.
func (s *Standing) at(mv Move, machine string, kept Kept) (time.Time, error) {
	others := slices.DeleteFunc(s.On(machine), func(b Bar) bool { return b.Key == mv.Key })
	for _, p := range kept.Bars {
		if i := slices.IndexFunc(others, func(b Bar) bool { return b.Key == p.Key && b.Machine == p.Machine }); i >= 0 {
			others[i].Start = p.Start
		}
	}
	find := func(key, field string) (*Bar, error) {
		i := slices.IndexFunc(others, func(b Bar) bool { return b.Key == key })
		if i < 0 {
			return nil, wrong(field, "Choose something that is on "+s.Machine(machine).Name+".")
		}
		return &others[i], nil
	}
	switch {
	case mv.Before != "":
		b, err := find(mv.Before, "before")
		if err != nil {
			return time.Time{}, err
		}
		if b.Status == string(execution.Running) {
			return time.Time{}, wrong("before", b.Key+" is being made: nothing can come before it.")
		}
		return b.Start.Add(-time.Second), nil
	case mv.After != "":
		b, err := find(mv.After, "after")
		if err != nil {
			return time.Time{}, err
		}
		return b.Start.Add(time.Second), nil
	case len(others) == 0:
		return s.At, nil
	}
	return others[len(others)-1].Start.Add(time.Second), nil
}

func (s *Standing) names(keys []string) (all []string) {
	for _, k := range keys {
		if m := s.Machine(k); m != nil {
			all = append(all, m.Name)
		}
	}
	return all
}

func wrong(field, message string) error {
	return &errs.Error{Kind: errs.Invalid, Words: "it cannot be moved there", Fields: []errs.Field{{Path: field, Message: message}}}
}

// Suppose makes the schedule in which an order comes before everything that does not run. Nothing of it is kept.
func (b *Board) Suppose(ctx context.Context, key string) (is, would *Standing, err error) {
	facts, kept, err := b.read(ctx)
	if err != nil {
		return nil, nil, err
	}
	now := b.o.Now().UTC().Truncate(time.Second)
	l := layOut(b.o.Plant(), facts, kept, b.speeds, now)
	plan, err := schedule.Solve(&l.problem, schedule.Search{})
	if err != nil {
		return nil, nil, err
	}
	is = l.standing(plan)
	at := slices.IndexFunc(l.bars, func(ops []Bar) bool { return slices.ContainsFunc(ops, func(b Bar) bool { return b.Key == key }) })
	if at < 0 {
		return nil, nil, errs.New(errs.NotFound, "nothing of the schedule is called %s", errs.Clip(key))
	}
	l.urge(at)
	if plan, err = schedule.Solve(&l.problem, schedule.Search{Steps: 4000, Seed: 1, Stop: func() bool { return b.o.Now().Sub(now) > budget }}); err != nil {
		return nil, nil, err
	}
	would = l.standing(plan)
	would.dueAs(is)
	return is, would, nil
}

// dueAs takes over when bars are due from the schedule as it is, and counts anew what is late by that.
func (s *Standing) dueAs(is *Standing) {
	s.Late, s.LateJobs = 0, 0
	for i := range s.Bars {
		b := &s.Bars[i]
		if old, ok := is.Find(b.Key); ok && old.Due != b.Due {
			b.Due, b.Late = old.Due, late(b.End, old.Due, b.Late > 0)
		}
		if s.Late += b.Late; b.Late > 0 {
			s.LateJobs++
		}
	}
}

// late is by how much the last operation of an order is late.
func late(end, due time.Time, last bool) time.Duration {
	if !last || due.IsZero() {
		return 0
	}
	return max(0, end.Sub(due))
}

// urge makes a job the most urgent: nothing that was kept stands in its way.
func (o *layout) urge(at int) {
	job := &o.problem.Jobs[at]
	job.Weight, job.Due = 1000, o.problem.Now-1
	for k := range job.Ops {
		job.Ops[k].Was = nil
	}
	o.problem.Kept.Until = 0
}

// Publish puts the queues of the lines into the order of the schedule, and orders on the lines that it has them on. It
// gives how many jobs have changed places.
func (b *Board) Publish(ctx context.Context, version int64, by plant.Person) (changed int, err error) {
	s := b.Standing()
	if s == nil {
		if s, err = b.Plan(ctx); err != nil {
			return 0, err
		}
	}
	if s.Version != version {
		return 0, errs.New(errs.Conflict, "the schedule has changed since you looked; look again")
	}
	moved, err := b.putOnLines(ctx, s, by)
	if err != nil {
		return moved, err
	}
	for i := range s.Machines {
		m := &s.Machines[i]
		var jobs []string // those that it has just come to by being put on this line among them
		for _, bar := range s.On(m.Key) {
			if bar.Job != "" && bar.Status != string(execution.Running) {
				jobs = append(jobs, bar.Job)
			}
		}
		if m.Line == "" || len(jobs) == 0 {
			continue
		}
		n, err := b.o.Queues().Arrange(ctx, m.Line, jobs, by, "the order of the schedule")
		if moved += n; err != nil {
			return moved, err
		}
	}
	return moved, nil
}

// putOnLines gives released work orders the lines that the schedule has them on.
func (b *Board) putOnLines(ctx context.Context, s *Standing, by plant.Person) (moved int, err error) {
	for i := range s.facts.Work {
		w := &s.facts.Work[i]
		line := s.lineOf(w)
		if line == "" || line == w.Line || w.Lifecycle != workorder.Released {
			continue
		}
		o := w.Order
		o.Line = line
		if _, err := b.o.Works.Change(ctx, o, workorder.Doing{By: by, Why: "the order of the schedule"}); err != nil {
			return moved, err
		}
		moved++
	}
	return moved, nil
}

// lineOf is the line that the schedule has the main operation of an order on; "" for none.
func (s *Standing) lineOf(w *Work) string {
	for i := range s.Bars {
		b := &s.Bars[i]
		if m := s.Machine(b.Machine); b.Work == w.ID && m.Line != "" && len(b.Open) > 1 {
			return string(m.Line)
		}
	}
	if w.Line != "" || len(w.Operations) > 0 {
		return ""
	}
	for i := range s.Bars {
		if m := s.Machine(s.Bars[i].Machine); s.Bars[i].Work == w.ID && m.Line != "" {
			return string(m.Line)
		}
	}
	return ""
}
