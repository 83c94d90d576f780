package board

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"millwright/internal/erp/schedule"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/board/share"
	"millwright/internal/mes/board/speed"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// layout is the problem, and what its numbers stand for.
type layout struct {
	plant    *plant.Plant
	speeds   *speed.Steady
	zone     *time.Location
	now      time.Time
	facts    Business
	problem  schedule.Problem
	machines []Machine
	index    map[string]int // of machines
	family   map[string]int // of products
	bars     [][]Bar        // by job and operation, still without their places
	kept     map[string]Placed
	unplaced []Unplaced
	jobs     map[Step]execution.Job
	needs    map[int64]need // by work order
	arrivals [][]string     // by job and operation: what comes last of its material
	pools    *share.Pools   // tools and people
}

// layOut makes the problem of what is known.
func layOut(p *plant.Plant, facts Business, kept Kept, speeds *speed.Steady, now time.Time) *layout {
	o := &layout{plant: p, speeds: speeds, zone: time.UTC, now: now, facts: facts, index: map[string]int{}, family: map[string]int{}, kept: map[string]Placed{}, jobs: map[Step]execution.Job{}}
	if len(p.Sites) > 0 && p.Sites[0].Zone != nil {
		o.zone = p.Sites[0].Zone
	}
	for _, k := range kept.Bars {
		o.kept[k.Key] = k
	}
	for _, j := range facts.Jobs {
		if j.Work != 0 {
			o.jobs[Step{j.Work, j.Operation}] = j
		}
		o.known(j.Product)
	}
	for i := range facts.Work {
		o.known(facts.Work[i].product())
	}
	o.problem = schedule.Problem{Now: now.Unix(), Lateness: 1, Kept: schedule.Kept{Until: now.Add(frozen).Unix(), Move: move}}
	for _, line := range p.Lines() {
		o.line(line)
	}
	o.pools = share.New(share.Facts{Kit: facts.Kit, People: facts.People, Calendars: o.calendars(), Now: now, Ahead: ahead})
	o.needs = material(facts, o.kept)
	o.orders()
	for _, j := range facts.Jobs {
		if j.Work == 0 || !o.open(j.Work) {
			o.single(j)
		}
	}
	o.problem.Pools = o.pools.All()
	return o
}

func (o *layout) known(product string) {
	if product != "" && o.family[product] == 0 {
		o.family[product] = len(o.family) + 1
	}
}

func (o *layout) open(work int64) bool {
	return slices.ContainsFunc(o.facts.Work, func(w Work) bool { return w.ID == work })
}

// orders lays out the work orders, each a chain of operations.
func (o *layout) orders() {
	for i := range o.facts.Work {
		w := &o.facts.Work[i]
		if w.Held != "" {
			o.leave(w.Number, "on hold: "+w.Held)
			continue
		}
		if w.Left() == 0 {
			continue
		}
		c := chain{layout: o, work: w, job: schedule.Job{Name: w.Number, Weight: 1, Due: dueOf(w.due())}}
		if len(w.Operations) == 0 {
			c.add(workorder.Operation{})
		}
		for _, op := range w.Operations {
			if !op.Done {
				c.add(op)
			}
		}
		o.take(c)
	}
}

// take puts a chain into the problem.
func (o *layout) take(c chain) {
	if len(c.job.Ops) == 0 {
		return
	}
	o.problem.Jobs = append(o.problem.Jobs, c.job)
	o.bars = append(o.bars, c.bars)
	o.arrivals = append(o.arrivals, c.arrivals)
}

func (o *layout) leave(key, why string) {
	o.unplaced = append(o.unplaced, Unplaced{Key: key, Why: why})
}

// single lays out a job that is no work order's.
func (o *layout) single(j execution.Job) {
	c := chain{layout: o, job: schedule.Job{Name: j.ID, Weight: 1}}
	if !j.Due.IsZero() {
		c.job.Due = j.Due.Unix()
	}
	c.place(Bar{Key: j.ID, Product: j.Product, Name: j.Product}, &j, nil, workorder.Operation{})
	o.take(c)
}

// dueOf is when what is due on a date is due: as line's jobs are, in the evening.
func dueOf(d plant.Date) schedule.Tick {
	if d == 0 {
		return 0
	}
	return d.Begin(time.UTC).Add(18 * time.Hour).Unix()
}

// product is what lines call what the order makes.
func (w *Work) product() string { return cmp.Or(w.Product, fmt.Sprintf("item %d", w.Item)) }

// chain is a job being laid out.
type chain struct {
	*layout
	work     *Work
	job      schedule.Job
	bars     []Bar
	arrivals []string
}

// add lays out one operation of a work order.
func (c *chain) add(op workorder.Operation) {
	step := Step{c.work.ID, op.Position}
	if c.facts.Ended[step] {
		return
	}
	bar := Bar{Key: c.work.Number, Work: c.work.ID, Operation: op.Position, Step: op.Name, Product: c.work.product(), Name: c.work.Name}
	if op.Position != 0 {
		bar.Key = fmt.Sprintf("%s.%d", c.work.Number, op.Position)
	}
	if j, is := c.jobs[step]; is {
		c.place(bar, &j, c.lines(string(j.Line)), op)
		return
	}
	c.place(bar, nil, c.where(op), op)
}

// where gives the machines that could do an operation that has no job yet.
func (c *chain) where(op workorder.Operation) []string {
	centre, known := c.facts.Centres[op.Centre]
	switch {
	case op.Position == 0 || c.main(op):
		if c.work.Line != "" {
			return c.lines(c.work.Line)
		}
		if known && centre.Line != "" {
			return []string{string(centre.Line)}
		}
		if all := c.lines(""); len(all) > 0 {
			return all
		}
	case known && centre.Line != "":
		return []string{string(centre.Line)}
	}
	if !known {
		return nil
	}
	return []string{c.centre(centre)}
}

// main tells whether an operation is the one that the order's line does: that of the centre at the line, else the last.
func (c *chain) main(op workorder.Operation) bool {
	main := c.work.Operations[len(c.work.Operations)-1].Position
	for _, p := range c.work.Operations {
		if at := c.facts.Centres[p.Centre].Line; at != "" && string(at) == c.work.Line {
			main = p.Position
		}
	}
	return op.Position == main
}

// lines gives a line and the others that have a rate of their own for the product.
func (c *chain) lines(first string) (all []string) {
	if first != "" {
		all = append(all, first)
	}
	product := c.work.Product
	for _, l := range c.plant.Lines() {
		if string(l.ID) == first || product == "" {
			continue
		}
		if slices.ContainsFunc(l.Rates, func(r plant.Rate) bool { return r.Product == product }) {
			all = append(all, string(l.ID))
		}
	}
	return all
}

// place lays out an operation that some machines could do; without any it is its job's line's.
func (c *chain) place(bar Bar, j *execution.Job, machines []string, op workorder.Operation) {
	o := schedule.Operation{Name: bar.Key, Family: c.family[bar.Product]}
	if j != nil {
		bar.Job, bar.Order, bar.Quantity, bar.Status = j.ID, j.Order, max(0, j.Planned-j.Good), string(j.Status)
		if j.Status == execution.Running {
			o.Started, machines, bar.Since = true, nil, j.Started
		} else if !j.Started.IsZero() || len(machines) == 0 {
			machines = []string{string(j.Line)}
		}
		if len(machines) == 0 {
			machines = []string{string(j.Line)}
		}
	} else if c.work != nil {
		bar.Quantity = max(0, c.work.Quantity-op.Good)
		if op.Position == 0 {
			bar.Quantity = c.work.Left()
		}
	}
	if k, is := c.kept[bar.Key]; is && !o.Started {
		machines = c.remember(&bar, &o, k, machines)
	}
	for _, m := range machines {
		mode, known, assumed := c.mode(m, &bar, op)
		if !known {
			continue
		}
		bar.Assumed = cmp.Or(bar.Assumed, assumed)
		o.Modes = append(o.Modes, mode)
	}
	if len(o.Modes) == 0 {
		c.leave(bar.Key, "no line has a rate for "+cmp.Or(bar.Product, bar.Name)+", and its routing names no work centre: give it a line, or the line a rate")
		return
	}
	taken := c.pools.Take(op, o.Started)
	if taken.Never != "" {
		c.leave(bar.Key, taken.Never)
		return
	}
	o.Uses, bar.Takes, bar.Assumed = taken.Uses, taken.Words, join(bar.Assumed, taken.Assumed)
	arrives := ""
	if c.work != nil && !o.Started && len(c.job.Ops) == 0 {
		n := c.needs[c.work.ID]
		if arrives = n.words; !n.at.IsZero() {
			o.Material = n.at.Unix()
		} else if n.words != "" {
			bar.Assumed = join(bar.Assumed, n.words)
		}
	}
	c.job.Ops, c.bars, c.arrivals = append(c.job.Ops, o), append(c.bars, bar), append(c.arrivals, arrives)
}

// join puts what is assumed behind what is assumed already.
func join(was, more string) string {
	if was == "" || more == "" {
		return was + more
	}
	return was + "; " + more
}

// remember takes over where the kept schedule has an operation, and leaves the machines that are open to it.
func (c *chain) remember(bar *Bar, o *schedule.Operation, k Placed, machines []string) []string {
	at, known := c.index[k.Machine]
	if !known || !slices.Contains(machines, k.Machine) {
		return machines
	}
	o.Was = &schedule.Was{Machine: at, Start: k.Start.Unix()}
	if k.Pinned {
		bar.Pinned, bar.PinnedBy = true, k.By
		o.Was.Weight = pinned
		return []string{k.Machine}
	}
	return machines
}
