package schedule

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"millwright/internal/erp/schedule/exact"
)

// Search is how much is done to find a better plan.
type Search struct {
	Steps int         // plans that are looked at beyond the first ones
	Seed  uint64      // of the choices among equals
	Stop  func() bool // ends the search early when it says so; nil never
}

// Solve places everything, and improves the plan as long as it may. It is an errs.Invalid error when the problem
// contradicts itself.
func Solve(p *Problem, how Search) (Plan, error) {
	if err := p.Check(); err != nil {
		return Plan{}, err
	}
	m := newModel(p)
	tail := m.tails()
	s := &search{m: m, how: how, rand: rand.New(rand.NewPCG(how.Seed, 0x6d696c6c)), tabu: map[pair]int{}, now: m.newTiming(), bound: m.bound(tail)}
	s.begin(tail)
	if how.Steps > 0 && s.best != nil {
		s.run()
		s.prove()
	}
	return s.plan(), nil
}

const (
	provable = 200    // operations
	nodes    = 50_000 // of the proof's tree
)

// prove raises the bound to the best plan of a plain job shop when there is none better.
func (s *search) prove() {
	if s.cost <= s.bound || s.cost == s.tried || len(s.m.ops) > provable || !s.m.plain() {
		return
	}
	s.tried = s.cost
	jobs := make([][]exact.Step, len(s.m.p.Jobs))
	for i := range s.m.ops {
		o := &s.m.ops[i]
		jobs[o.job] = append(jobs[o.job], exact.Step{Machine: o.modes[0].Machine, Run: o.modes[0].Run})
	}
	if exact.None(jobs, len(s.m.p.Machines), s.cost, nodes) {
		s.bound = s.cost
	}
}

// plain tells whether there is nothing but machines, orders and durations.
func (m *model) plain() bool {
	if m.p.Lateness != 0 || m.p.Kept.Move != 0 || m.pools {
		return false
	}
	return !slices.ContainsFunc(m.p.Machines, func(k Machine) bool { return k.Hours != nil || k.SetUp != nil }) &&
		!slices.ContainsFunc(m.ops, func(o op) bool { return len(o.modes) > 1 || o.from != m.p.Now || o.fixed || o.modes[0].SetUp != 0 })
}

// begin makes the first plans, and goes on with the best.
func (s *search) begin(tail []Tick) {
	kept := slices.ContainsFunc(s.m.ops, func(o op) bool { return o.was != nil })
	for r := range rules {
		if r == byKept && !kept {
			continue
		}
		l := s.m.build(r, tail)
		s.consider(l)
		if r == byKept {
			s.consider(s.m.keep(l, l.prio))
		}
	}
}

// consider takes a line-up for the best one when it is.
func (s *search) consider(l *lineUp) {
	if !s.m.time(l, s.now) {
		return
	}
	s.steps++
	if s.best == nil || s.now.cost < s.cost {
		l.prio = slices.Clone(s.now.start)
		s.best, s.cost = l, s.now.cost
	}
}

// keep makes the line-up that leaves the kept plan's order as it is, and puts new operations where another line-up,
// with these starts, has them.
func (m *model) keep(l *lineUp, start []Tick) *lineUp {
	k := m.newLineUp()
	k.prio = slices.Clone(start)
	var fresh []int32
	for i := range m.ops {
		o := &m.ops[i]
		at := -1
		if o.was != nil {
			at = slices.IndexFunc(o.modes, func(x Mode) bool { return x.Machine == o.was.Machine })
		}
		if at < 0 {
			k.mode[i] = l.mode[i]
			fresh = append(fresh, int32(i))
			continue
		}
		k.mode[i], k.prio[i] = int16(at), o.was.Start
		k.seq[o.was.Machine] = append(k.seq[o.was.Machine], int32(i))
	}
	for _, seq := range k.seq {
		slices.SortFunc(seq, func(a, b int32) int { return cmp.Compare(m.rank(a), m.rank(b)) })
	}
	slices.SortStableFunc(fresh, func(a, b int32) int { return cmp.Compare(start[a], start[b]) })
	for _, i := range fresh {
		at := m.mode(k, i).Machine
		seq := k.seq[at]
		pos := slices.IndexFunc(seq, func(x int32) bool { return !m.ops[x].fixed && start[x] > start[i] })
		if m.ops[i].fixed {
			pos = slices.IndexFunc(seq, func(x int32) bool { return !m.ops[x].started })
		}
		if pos < 0 {
			pos = len(seq)
		}
		k.seq[at] = slices.Insert(seq, pos, i)
	}
	return k
}

// rank is an operation's place in the kept order, with what has started before everything else.
func (m *model) rank(i int32) int32 {
	if m.ops[i].started {
		return -1
	}
	return m.ops[i].wasOrder
}

// plan tells the best line-up as a plan.
func (s *search) plan() Plan {
	p := Plan{Bound: s.bound, Steps: s.steps, Jobs: make([][]Placement, len(s.m.p.Jobs))}
	if s.best == nil {
		return p
	}
	t := s.now
	s.m.time(s.best, t)
	p.Makespan, p.Late, p.Moved, p.Cost = t.length, t.late, t.moved, t.cost
	for j := range p.Jobs {
		for i := s.m.first[j]; i < s.m.first[j+1]; i++ {
			p.Jobs[j] = append(p.Jobs[j], s.m.placement(s.best, t, i))
		}
	}
	return p
}

func (m *model) placement(l *lineUp, t *timing, i int32) Placement {
	w := t.why[i]
	why := Why{Bind: w.bind, Hours: w.hours, Pool: int(w.pool), Job: -1, Op: -1}
	if w.by >= 0 {
		why.Job, why.Op = int(m.ops[w.by].job), int(w.by-m.first[m.ops[w.by].job])
	}
	return Placement{Machine: m.mode(l, i).Machine, SetUp: t.set[i], Start: t.start[i], End: t.end[i], Why: why}
}
