package exact

import "slices"

// Step is an operation of a job: a machine, and for how long.
type Step struct {
	Machine int
	Run     int64
}

// None proves that no plan of a job shop is shorter than a length, by branching on the conflicts of active plans
// (Giffler and Thompson) and cutting off what each machine's bound rules out. It gives up, and proves nothing, when
// that takes more than some nodes.
func None(jobs [][]Step, machines int, shorter int64, nodes int) bool {
	p := proof{jobs: jobs, goal: shorter, nodes: nodes, next: make([]int, len(jobs)), job: make([]int64, len(jobs)), machine: make([]int64, machines)}
	p.tail = make([][]int64, len(jobs))
	for j, steps := range jobs {
		p.tail[j] = make([]int64, len(steps))
		for k := len(steps) - 2; k >= 0; k-- {
			p.tail[j][k] = p.tail[j][k+1] + steps[k+1].Run
		}
	}
	p.tasks = make([][]Task, machines)
	return p.none()
}

// proof is a search for a plan that is shorter than the goal.
type proof struct {
	jobs    [][]Step
	tail    [][]int64 // what follows each step in its job
	goal    int64
	nodes   int
	next    []int   // by job, the step to be placed
	job     []int64 // when each job's last step is done
	machine []int64 // and each machine's
	tasks   [][]Task
}

// none tells whether what is placed leaves nothing shorter than the goal.
func (p *proof) none() bool {
	if p.nodes--; p.nodes < 0 {
		return false
	}
	if p.ruledOut() {
		return true
	}
	set, machine := p.conflict()
	if len(set) == 0 {
		return false // everything is placed, and shorter
	}
	for _, j := range set {
		at := max(p.job[j], p.machine[machine])
		job, was := p.job[j], p.machine[machine]
		p.job[j] = at + p.jobs[j][p.next[j]].Run
		p.machine[machine] = p.job[j]
		p.next[j]++
		ok := p.none()
		p.next[j]--
		p.job[j], p.machine[machine] = job, was
		if !ok {
			return false
		}
	}
	return true
}

// ruledOut tells whether a job, or a machine with what it has still to do, takes as long as the goal.
func (p *proof) ruledOut() bool {
	for m := range p.tasks {
		p.tasks[m] = p.tasks[m][:0]
	}
	for j, steps := range p.jobs {
		head := p.job[j]
		for k := p.next[j]; k < len(steps); k++ {
			head = max(head, p.machine[steps[k].Machine])
			p.tasks[steps[k].Machine] = append(p.tasks[steps[k].Machine], Task{head, steps[k].Run, p.tail[j][k]})
			head += steps[k].Run
		}
		if head >= p.goal {
			return true
		}
	}
	return slices.ContainsFunc(p.tasks, func(all []Task) bool { return Preempt(all, nil) >= p.goal })
}

// conflict gives the jobs of which one comes next on the machine that could be done with its next step first; those
// with the most behind them first.
func (p *proof) conflict() (set []int, machine int) {
	least := int64(1) << 62
	for j, steps := range p.jobs {
		if k := p.next[j]; k < len(steps) {
			if end := max(p.job[j], p.machine[steps[k].Machine]) + steps[k].Run; end < least {
				least, machine = end, steps[k].Machine
			}
		}
	}
	for j, steps := range p.jobs {
		k := p.next[j]
		if k < len(steps) && steps[k].Machine == machine && (max(p.job[j], p.machine[machine]) < least || steps[k].Run == 0) {
			set = append(set, j)
		}
	}
	slices.SortStableFunc(set, func(a, b int) int {
		return int(min(1, max(-1, p.tail[b][p.next[b]]-p.tail[a][p.next[a]])))
	})
	return set, machine
}
