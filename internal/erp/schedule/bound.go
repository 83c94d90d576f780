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
		length = max(length, m.alone(k, head, tail)-m.p.Now)
	}
	length = max(length, m.together(head, tail)-m.p.Now)
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
			hours := m.p.Machines[mode.Machine].Hours
			start := from
			if mode.Run > 0 {
				start = hours.Open(from)
			}
			if end := hours.Add(start, mode.Run); k == 0 || end < head[i].End {
				head[i] = Placement{Machine: mode.Machine, Start: start, End: end}
			}
		}
		if job := &m.p.Jobs[o.job]; o.last && job.Due != 0 {
			late += max(0, head[i].End-job.Due) * job.Weight
		}
	}
	return head, late
}

// alone is when everything is done that one machine has to do, if it may interrupt and go on with it later.
func (m *model) alone(machine int, head []Placement, tail []Tick) Tick {
	var all []exact.Task
	for i := range m.ops {
		o := &m.ops[i]
		if slices.ContainsFunc(o.modes, func(x Mode) bool { return x.Machine != machine }) {
			continue
		}
		all = append(all, exact.Task{Head: head[i].Start, Run: m.least(int32(i)), Tail: tail[i]})
	}
	return exact.Preempt(all, m.p.Machines[machine].Hours)
}

// together is when everything can be done if all machines could do all of it, and always work.
func (m *model) together(head []Placement, tail []Tick) Tick {
	sum, first, last, machines := Tick(0), Tick(most), Tick(most), Tick(len(m.p.Machines))
	for i := range m.ops {
		run := m.least(int32(i))
		if run > 0 {
			sum, first, last = sum+run, min(first, head[i].Start), min(last, tail[i])
		}
	}
	if sum == 0 || machines == 0 {
		return m.p.Now
	}
	return first + (sum+machines-1)/machines + last
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
