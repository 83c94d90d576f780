package exact

import "millwright/internal/erp/schedule/hours"

// Chain is what a job has to do, and when it is due.
type Chain struct {
	Due int64
	Ops []Op
}

// Op is an operation: the machines that could do it, and how long the fastest takes.
type Op struct {
	Machines []int
	Run      int64
}

// Crowd is how late jobs are at least, in all, because they share machines: by machines that have operations in common,
// each job counted where it has the most to do.
func Crowd(jobs []Chain, machines []*hours.Hours, from int64) (late int64) {
	group := groups(jobs, len(machines))
	loads := map[int][]Load{}
	for _, j := range jobs {
		work, most := map[int]int64{}, -1
		for _, o := range j.Ops {
			g := group[o.Machines[0]]
			if work[g] += o.Run; most < 0 || work[g] > work[most] {
				most = g
			}
		}
		if most >= 0 {
			loads[most] = append(loads[most], Load{Work: work[most], Due: j.Due})
		}
	}
	for g, all := range loads {
		var open []*hours.Hours
		for k, h := range machines {
			if group[k] == g {
				open = append(open, h)
			}
		}
		late += Late(all, open, from)
	}
	return late
}

// groups tells machines apart that have no operation in common, directly or by others: those of one have one number.
func groups(jobs []Chain, machines int) []int {
	group := make([]int, machines)
	for k := range group {
		group[k] = k
	}
	head := func(k int) int {
		for group[k] != k {
			k = group[k]
		}
		return k
	}
	for _, j := range jobs {
		for _, o := range j.Ops {
			for _, k := range o.Machines[1:] {
				group[head(k)] = head(o.Machines[0])
			}
		}
	}
	for k := range group {
		group[k] = head(k)
	}
	return group
}
