package schedule

import (
	"cmp"
	"slices"
)

// rule orders what could be begun on a machine: the smallest first.
type rule uint8

const (
	byKept rule = iota // as the kept plan has it, then by slack
	bySlack
	byWork // most work left in the job
	byShortest
	byDue
	rules
)

// builder makes a first plan by a rule, always placing what can be done first.
type builder struct {
	m     *model
	l     *lineUp
	t     *timing
	tail  []Tick // work left behind each operation
	rule  rule
	last  []int32 // by machine: what was placed last
	open  []cand
	wants [][]int32 // by machine: fixed ones that are still to be placed
}

// cand is an operation that could be placed now.
type cand struct {
	op   int32
	mode int16
	at   spot
	keys [2]int64
	old  bool // its place has to be found again
}

// tails is how much work is left behind each operation at least.
func (m *model) tails() []Tick {
	tail := make([]Tick, len(m.ops))
	for i := len(m.ops) - 1; i >= 0; i-- {
		if n := m.next(int32(i)); n >= 0 {
			tail[i] = tail[n] + m.least(n)
		}
	}
	return tail
}

// least is the shortest run of an operation.
func (m *model) least(i int32) Tick {
	least := m.ops[i].modes[0].Run
	for _, mode := range m.ops[i].modes[1:] {
		least = min(least, mode.Run)
	}
	return least
}

// build makes a line-up by a rule, and its timing.
func (m *model) build(r rule, tail []Tick) *lineUp {
	b := &builder{m: m, l: m.newLineUp(), t: m.newTiming(), tail: tail, rule: r, last: make([]int32, len(m.p.Machines))}
	b.wants = make([][]int32, len(m.fixed))
	copy(b.wants, m.fixed)
	for k := range b.last {
		b.last[k] = -1
	}
	for i := range m.ops {
		if m.ops[i].prev < 0 {
			b.offer(int32(i))
		}
	}
	for len(b.open) > 0 {
		b.step()
	}
	b.l.prio = b.t.start
	return b.l
}

// offer lets an operation be chosen.
func (b *builder) offer(i int32) {
	o := &b.m.ops[i]
	c := cand{op: i, old: true}
	switch work := b.tail[i] + b.m.least(i); b.rule {
	case byKept:
		c.keys = [2]int64{int64(o.wasOrder), b.slack(i)}
		if o.wasOrder < 0 {
			c.keys[0] = int64(len(b.m.ops))
		}
	case bySlack:
		c.keys = [2]int64{b.slack(i), -work}
	case byWork:
		c.keys = [2]int64{-work, b.slack(i)}
	case byShortest:
		c.keys = [2]int64{b.m.least(i), b.slack(i)}
	default:
		c.keys = [2]int64{b.due(i), b.slack(i)}
	}
	b.open = append(b.open, c)
}

func (b *builder) due(i int32) Tick {
	if due := b.m.p.Jobs[b.m.ops[i].job].Due; due != 0 {
		return due
	}
	return most
}

func (b *builder) slack(i int32) Tick { return b.due(i) - b.tail[i] - b.m.least(i) }

// step places one operation: of those that could begin on the machine that is done first before it is, the rule's first.
func (b *builder) step() {
	best := -1
	for k := range b.open {
		c := &b.open[k]
		if c.old {
			b.find(c)
		}
		if !b.allowed(c) {
			continue
		}
		if best < 0 || b.sooner(c, &b.open[best]) {
			best = k
		}
	}
	if best < 0 { // what is fixed on machines contradicts itself: the rest goes before
		b.wants = make([][]int32, len(b.wants))
		return
	}
	pick := best
	machine, until := b.machine(best), b.open[best].at.end
	for k := range b.open {
		c := &b.open[k]
		if b.machine(k) == machine && c.at.start < until && b.allowed(c) && b.first(c, &b.open[pick]) {
			pick = k
		}
	}
	b.put(pick)
}

func (b *builder) machine(k int) int {
	return b.m.ops[b.open[k].op].modes[b.open[k].mode].Machine
}

// allowed tells whether nothing that is fixed on its machine comes before it.
func (b *builder) allowed(c *cand) bool {
	want := b.wants[b.m.ops[c.op].modes[c.mode].Machine]
	return len(want) == 0 || want[0] == c.op
}

func (b *builder) sooner(c, d *cand) bool {
	if n := cmp.Or(cmp.Compare(c.at.end, d.at.end), cmp.Compare(c.at.start, d.at.start)); n != 0 {
		return n < 0
	}
	return b.first(c, d)
}

func (b *builder) first(c, d *cand) bool {
	return cmp.Or(slices.Compare(c.keys[:], d.keys[:]), cmp.Compare(c.op, d.op)) < 0
}

// find looks for the machine on which an operation is done first.
func (b *builder) find(c *cand) {
	c.old = false
	modes := b.m.ops[c.op].modes
	for k := range modes {
		at := b.m.spot(b.t, c.op, modes[k], b.last[modes[k].Machine])
		if k == 0 || at.end < c.at.end {
			c.mode, c.at = int16(k), at
		}
	}
}

// put places an operation, and offers the one after it.
func (b *builder) put(k int) {
	c := b.open[k]
	b.open = slices.Delete(b.open, k, k+1)
	mode := b.m.ops[c.op].modes[c.mode]
	b.l.mode[c.op] = c.mode
	b.l.seq[mode.Machine] = append(b.l.seq[mode.Machine], c.op)
	b.m.place(b.t, c.op, mode, b.last[mode.Machine])
	b.last[mode.Machine] = c.op
	if want := b.wants[mode.Machine]; len(want) > 0 && want[0] == c.op {
		b.wants[mode.Machine] = want[1:]
	}
	b.age(mode.Machine, len(b.m.ops[c.op].uses) > 0)
	if n := b.m.next(c.op); n >= 0 {
		b.offer(n)
	}
}

// age makes those look again that could be on a machine, or share a pool with what was placed.
func (b *builder) age(machine int, pools bool) {
	for k := range b.open {
		o := &b.m.ops[b.open[k].op]
		if pools && len(o.uses) > 0 || slices.ContainsFunc(o.modes, func(x Mode) bool { return x.Machine == machine }) {
			b.open[k].old = true
		}
	}
}
