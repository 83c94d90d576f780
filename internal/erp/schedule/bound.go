package schedule

import (
	"slices"

	"millwright/internal/erp/schedule/exact"
	"millwright/internal/erp/schedule/hours"
)

// bound is a cost that no plan gets under: the longest job by itself, and for each machine the shortest plan that may
// interrupt its operations (Jackson's preemptive schedule), which is best when nothing else hinders them.
func (m *model) bound(tail []Tick) int64 {
	head, late := m.heads()
	length := Tick(0)
	for i := range m.ops {
		length = max(length, head[i].End+tail[i]-m.p.Now)
	}
	for k := range m.p.Machines {
		length = max(length, exact.Preempt(m.tasks(k, head, tail), m.p.Machines[k].Hours)-m.p.Now)
	}
	length = max(length, exact.Together(m.tasks(-1, head, tail), len(m.p.Machines), m.p.Now)-m.p.Now)
	if m.p.Lateness > 0 {
		late = max(late, m.crowd())
	}
	return length + m.p.Lateness*late
}

// heads is when each operation could be done if it were alone, and what jobs are late even so.
func (m *model) heads() (head []Placement, late int64) {
	head = make([]Placement, len(m.ops))
	for i := range m.ops {
		o := &m.ops[i]
		from := o.from
		if o.prev >= 0 {
			from = max(from, head[o.prev].End)
		}
		for k, mode := range o.modes {
			start := from
			if mode.Run > 0 {
				start = mode.open.Open(from)
			}
			if end := mode.open.Add(start, mode.Run); k == 0 || end < head[i].End {
				head[i] = Placement{Machine: mode.Machine, Start: start, End: end}
			}
		}
		if job := &m.p.Jobs[o.job]; o.last && job.Due != 0 {
			late += max(0, head[i].End-job.Due) * job.Weight
		}
	}
	return head, late
}

// tasks are the operations that one machine has to do; below 0 all of them.
func (m *model) tasks(machine int, head []Placement, tail []Tick) (all []exact.Task) {
	for i := range m.ops {
		elsewhere := slices.ContainsFunc(m.ops[i].modes, func(x Mode) bool { return x.Machine != machine })
		if machine < 0 || !elsewhere {
			all = append(all, exact.Task{Head: head[i].Start, Run: m.least(int32(i)), Tail: tail[i]})
		}
	}
	return all
}

// crowd is how late jobs are at least because they share machines.
func (m *model) crowd() int64 {
	var jobs []exact.Chain
	for j := range m.p.Jobs {
		if m.p.Jobs[j].Due == 0 || m.p.Jobs[j].Weight == 0 {
			continue
		}
		c := exact.Chain{Due: m.p.Jobs[j].Due}
		for i := m.first[j]; i < m.first[j+1]; i++ {
			o := exact.Op{Run: m.least(i)}
			for _, mode := range m.ops[i].modes {
				o.Machines = append(o.Machines, mode.Machine)
			}
			c.Ops = append(c.Ops, o)
		}
		jobs = append(jobs, c)
	}
	open := make([]*hours.Hours, len(m.p.Machines))
	for k := range open {
		open[k] = m.p.Machines[k].Hours
	}
	return exact.Crowd(jobs, open, m.p.Now)
}
