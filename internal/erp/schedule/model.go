package schedule

import (
	"cmp"
	"slices"

	"millwright/internal/erp/schedule/hours"
	"millwright/internal/erp/schedule/pool"
)

// model is a problem laid out for the solver: operations are numbered through.
type model struct {
	p     *Problem
	ops   []op
	first []int32 // the first operation of each job, and one past the last
	pools bool
	use   []pool.Profile // what is not there of the pools, and what operations that have started hold
	opens map[string]*hours.Hours
	fixed [][]int32 // by machine: what stays before everything else, in this order
}

type op struct {
	job      int32
	prev     int32 // in its job; -1 for the first
	last     bool  // of its job
	from     Tick  // not before
	bind     Bind  // what makes it so
	modes    []Mode
	family   int
	uses     []Use
	started  bool
	fixed    bool
	was      *Was
	wasOrder int32 // its place among the kept ones; -1 for none
}

func newModel(p *Problem) *model {
	m := &model{p: p, fixed: make([][]int32, len(p.Machines)), opens: map[string]*hours.Hours{}}
	for k := range p.Pools {
		m.use = append(m.use, pool.Of(p.Pools[k].Less))
	}
	for j := range p.Jobs {
		m.first = append(m.first, int32(len(m.ops)))
		for k := range p.Jobs[j].Ops {
			m.ops = append(m.ops, m.layOut(j, k))
		}
	}
	m.first = append(m.first, int32(len(m.ops)))
	m.remember()
	for i := range m.ops {
		if o := &m.ops[i]; o.held() {
			m.hold(int32(i))
		}
	}
	return m
}

// held tells whether an operation has what it takes of its pools already.
func (o *op) held() bool { return o.started && o.prev < 0 }

// hold notes what an operation that has started holds.
func (m *model) hold(i int32) {
	o := &m.ops[i]
	m.pools = m.pools || len(o.uses) > 0
	pieces := o.modes[0].open.Pieces(o.modes[0].open.Open(o.from), o.modes[0].Run)
	for _, u := range o.uses {
		m.use[u.Pool].Take(pieces, i, u.Amount)
	}
}

// layOut takes an operation over, with what it may not begin before.
func (m *model) layOut(j, k int) op {
	job := &m.p.Jobs[j]
	o := &job.Ops[k]
	n := op{
		job: int32(j), prev: int32(len(m.ops) - 1), last: k == len(job.Ops)-1, from: m.p.Now, bind: AtOnce,
		family: o.Family, uses: o.Uses, started: o.Started, was: o.Was, wasOrder: -1,
	}
	if k == 0 {
		n.prev = -1
	}
	for _, mode := range o.Modes {
		open := m.p.Machines[mode.Machine].Hours
		if !o.Started {
			open = m.open(mode.Machine, o.Uses)
		}
		n.modes = append(n.modes, Mode{Machine: mode.Machine, Run: o.Left(mode), SetUp: mode.SetUp, open: open})
	}
	if o.Started {
		n.bind = Underway
		return n
	}
	if job.Release > n.from {
		n.from, n.bind = job.Release, Released
	}
	if o.Material > n.from {
		n.from, n.bind = o.Material, Material
	}
	m.pools = m.pools || len(o.Uses) > 0
	return n
}

// remember finds what stays where the kept plan has it, and the order of the rest.
func (m *model) remember() {
	var kept []int32
	for i := range m.ops {
		o := &m.ops[i]
		if o.started {
			o.fixed = true
			m.fixed[o.modes[0].Machine] = append(m.fixed[o.modes[0].Machine], int32(i))
		}
		if o.was != nil {
			kept = append(kept, int32(i))
		}
	}
	slices.SortFunc(kept, func(a, b int32) int {
		return cmp.Or(cmp.Compare(m.ops[a].was.Start, m.ops[b].was.Start), cmp.Compare(a, b))
	})
	for n, i := range kept {
		m.ops[i].wasOrder = int32(n)
		m.freeze(i)
	}
}

// freeze holds an operation where it was when that is soon, and all before it in its job are held too.
func (m *model) freeze(i int32) {
	o := &m.ops[i]
	if o.fixed || o.was.Start >= m.p.Kept.Until || o.prev >= 0 && !m.ops[o.prev].fixed {
		return
	}
	at := slices.IndexFunc(o.modes, func(x Mode) bool { return x.Machine == o.was.Machine })
	if at < 0 {
		return
	}
	o.fixed, o.modes = true, o.modes[at:at+1]
	m.fixed[o.was.Machine] = append(m.fixed[o.was.Machine], i)
}

// setUp is how long a machine is set up for an operation in a mode after another one; before is -1 for none.
func (m *model) setUp(i int32, mode Mode, before int32) Tick {
	o := &m.ops[i]
	if o.started {
		return 0
	}
	from := m.p.Machines[mode.Machine].Last
	if before >= 0 {
		from = m.ops[before].family
	}
	if rows := m.p.Machines[mode.Machine].SetUp; rows != nil {
		if from < 0 || from >= len(rows) {
			from = 0
		}
		return rows[from][o.family]
	}
	if o.family != 0 && from == o.family {
		return 0
	}
	return mode.SetUp
}

// next is the operation after it in its job; -1 for none.
func (m *model) next(i int32) int32 {
	if m.ops[i].last {
		return -1
	}
	return i + 1
}
