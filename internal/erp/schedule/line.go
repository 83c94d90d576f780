package schedule

import (
	"slices"

	"millwright/internal/erp/schedule/pool"
)

// lineUp is which machine does what, and in which order.
type lineUp struct {
	mode []int16   // by operation
	seq  [][]int32 // by machine
	prio []Tick    // by operation: who comes first where pools are shared; nil in their order
}

func (m *model) newLineUp() *lineUp {
	return &lineUp{mode: make([]int16, len(m.ops)), seq: make([][]int32, len(m.p.Machines))}
}

func (l *lineUp) clone() *lineUp {
	c := &lineUp{mode: slices.Clone(l.mode), seq: make([][]int32, len(l.seq)), prio: slices.Clone(l.prio)}
	for i := range l.seq {
		c.seq[i] = slices.Clone(l.seq[i])
	}
	return c
}

func (m *model) mode(l *lineUp, i int32) Mode { return m.ops[i].modes[l.mode[i]] }

// timing is what a line-up comes to.
type timing struct {
	start, end, set []Tick
	why             []bond
	before, behind  []int32 // on the machine; -1 for none
	length          Tick
	late            int64
	moved           int
	cost            int64
	worst           int32 // the operation that the length hangs on; -1 for none

	waits []int8 // how many operations each still waits for
	ready []int32
	use   []pool.Profile
}

// bond is what holds an operation: another one, or a date.
type bond struct {
	bind  Bind
	by    int32 // -1 for none
	pool  int16
	hours bool
}

func (m *model) newTiming() *timing {
	n := len(m.ops)
	t := &timing{
		start: make([]Tick, n), end: make([]Tick, n), set: make([]Tick, n), why: make([]bond, n), before: make([]int32, n),
		behind: make([]int32, n), waits: make([]int8, n), ready: make([]int32, 0, n), use: make([]pool.Profile, len(m.p.Pools)),
	}
	for k := range t.use {
		t.use[k].Reset(&m.use[k])
	}
	return t
}

// time places everything as early as the line-up allows; false when its orders contradict each other.
func (m *model) time(l *lineUp, t *timing) bool {
	m.prepare(l, t)
	done := 0
	for len(t.ready) > 0 {
		i := t.take(m.pools, l.prio)
		done++
		b := t.before[i]
		m.place(t, i, m.mode(l, i), b)
		m.free(t, i)
	}
	if done < len(m.ops) {
		return false
	}
	m.weigh(l, t)
	return true
}

// prepare counts what each operation waits for.
func (m *model) prepare(l *lineUp, t *timing) {
	for i := range m.ops {
		t.before[i], t.behind[i] = -1, -1
		t.waits[i] = 0
		if m.ops[i].prev >= 0 {
			t.waits[i] = 1
		}
	}
	for _, seq := range l.seq {
		for k := 1; k < len(seq); k++ {
			t.before[seq[k]] = seq[k-1]
			t.behind[seq[k-1]] = seq[k]
			t.waits[seq[k]]++
		}
	}
	t.ready = t.ready[:0]
	for i := range m.ops {
		if t.waits[i] == 0 {
			t.ready = append(t.ready, int32(i))
		}
	}
	for k := range t.use {
		t.use[k].Reset(&m.use[k])
	}
}

// take gives the next operation that waits for nothing.
func (t *timing) take(ordered bool, first []Tick) int32 {
	last := len(t.ready) - 1
	at := last
	if ordered && first != nil {
		for k, i := range t.ready {
			if j := t.ready[at]; first[i] < first[j] || first[i] == first[j] && i < j {
				at = k
			}
		}
	}
	i := t.ready[at]
	t.ready[at] = t.ready[last]
	t.ready = t.ready[:last]
	return i
}

// free lets those go on that waited for an operation.
func (m *model) free(t *timing, i int32) {
	for _, n := range [2]int32{m.next(i), t.behind[i]} {
		if n < 0 {
			continue
		}
		if t.waits[n]--; t.waits[n] == 0 {
			t.ready = append(t.ready, n)
		}
	}
}

// weigh adds up what the plan costs.
func (m *model) weigh(l *lineUp, t *timing) {
	t.length, t.late, t.moved, t.worst = 0, 0, 0, -1
	for j := range m.p.Jobs {
		last := m.first[j+1] - 1
		if last < m.first[j] {
			continue
		}
		if over := t.end[last] - m.p.Now; over > t.length || t.worst < 0 {
			t.length, t.worst = max(t.length, over), last
		}
		if job := &m.p.Jobs[j]; job.Due != 0 && t.end[last] > job.Due {
			t.late += (t.end[last] - job.Due) * job.Weight
		}
	}
	if m.p.Kept.Move > 0 {
		for k, seq := range l.seq {
			t.moved += m.strays(seq, k)
		}
	}
	t.cost = t.length + m.p.Lateness*t.late + m.p.Kept.Move*int64(t.moved)
}

// strays counts the operations of a machine that the kept plan has elsewhere, or in another order, by their weights.
func (m *model) strays(seq []int32, machine int) (n int) {
	furthest, heavy := int32(-1), int64(0)
	for _, i := range seq {
		o := &m.ops[i]
		if o.was == nil {
			continue
		}
		weight := max(1, o.was.Weight)
		switch {
		case o.was.Machine != machine:
			n += int(weight)
		case o.wasOrder < furthest:
			n += int(max(weight, heavy))
		default:
			furthest, heavy = o.wasOrder, weight
		}
	}
	return n
}
