package promise

import (
	"slices"
	"time"

	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/plant"
)

// Why is what keeps an order waiting.
type Why string

// The causes.
const (
	OnHold     Why = "on hold"
	Halted     Why = "line stands"
	Short      Why = "material short"
	Queued     Why = "queue"
	Slow       Why = "slow"
	Stopping   Why = "stops"
	Rejecting  Why = "scrap"
	Shut       Why = "no shift"
	Unplaced   Why = "on no line"
	Unreleased Why = "not released"
	Unpaced    Why = "no cycle"
	Unordered  Why = "not ordered"
	Awaited    Why = "on its way"
	Shippable  Why = "not delivered"
	TooLong    Why = "too long"
	Making     Why = "being made"
)

// Cause is one reason why an order is not ready sooner.
type Cause struct {
	Why      Why
	Line     plant.LineID
	Item     int64
	Job      string
	Since    time.Time // from when on
	Until    time.Time // zero when nobody can say
	Text     string    // in words: the stop, the reason of a hold, what brings the material
	N        int       // jobs
	Share    cycle.Share
	Quantity plant.Quantity
	Late     bool // the material is not ordered yet: Until is when it can be there, ordered now
}

// why tells why a work order is not ready sooner.
func (o *Forecast) why(out *Order, work int64, depth int) {
	at, is := o.likely.works[work]
	if !is || depth > 3 {
		return
	}
	w := &o.facts.Work[at]
	if w.Held != "" {
		out.because(Cause{Why: OnHold, Text: w.Held})
	}
	line, job := o.likely.last(work)
	if job == nil {
		if w.Left > 0 {
			out.because(Cause{Why: Unplaced, Text: w.Number})
		}
		return
	}
	if !w.Released {
		out.because(Cause{Why: Unreleased, Text: w.Number})
	}
	o.whyRun(out, line, job, depth)
}

// last is the job of a work order that is done last, and its line.
func (s *simulation) last(work int64) (line int, job *Job) {
	var end time.Time
	for i := range s.lines {
		for k := range s.lines[i] {
			j := &s.lines[i][k]
			if j.Work != work {
				continue
			}
			to := s.runs[j.ID].to
			if to.IsZero() {
				to = doomsday()
			}
			if job == nil || to.After(end) {
				line, job, end = i, j, to
			}
		}
	}
	return line, job
}

func (o *Forecast) whyJob(out *Order, line int, j *Job) { o.whyRun(out, line, j, 0) }

// whyRun tells why a job is not done sooner.
func (o *Forecast) whyRun(out *Order, line int, j *Job, depth int) {
	l, r := &o.facts.Lines[line], o.likely.runs[j.ID]
	if depth == 0 {
		out.Line, out.Job = l.ID, j.ID
	}
	if j.Held {
		out.because(Cause{Why: OnHold, Line: l.ID, Job: j.ID})
	}
	if !l.Halt.Since.IsZero() && r.lost != held {
		out.because(Cause{Why: Halted, Line: l.ID, Since: l.Halt.Since, Text: l.Halt.Words})
		if depth == 0 {
			out.Stalled = l.Halt.Since
		}
	}
	o.whyWaits(out, l, j.ID, depth)
	switch r.lost {
	case paced:
		out.because(Cause{Why: Unpaced, Line: l.ID, Text: j.Product})
	case far:
		out.because(Cause{Why: TooLong, Line: l.ID})
	}
	if r.behind > 0 {
		out.because(Cause{Why: Queued, Line: l.ID, Job: r.before, N: r.behind, Until: r.from})
		for _, before := range o.likely.ahead(line, j.ID) {
			o.whyWaits(out, l, before, depth)
		}
	}
	o.whySlow(out, l, j)
	if gap := o.likely.hours[line].Gap(o.At, plant.Later(r.to, r.from)); gap.Duration() >= 4*time.Hour {
		out.because(Cause{Why: Shut, Line: l.ID, Since: gap.From, Until: gap.To})
	}
}

// whyWaits tells what a job lacks, and why what brings it is not there sooner.
func (o *Forecast) whyWaits(out *Order, l *Line, job string, depth int) {
	for _, w := range o.likely.runs[job].waits {
		out.because(Cause{Why: Short, Line: l.ID, Job: job, Item: w.item, Since: w.from, Until: w.until, Text: w.by, Late: w.late})
		if w.work != 0 {
			o.why(out, w.work, depth+1)
		}
	}
}

// whySlow tells what a line loses by its speed, its stops and its scrap, where that is much.
func (o *Forecast) whySlow(out *Order, l *Line, j *Job) {
	p := l.pace(j.Product)
	if p.Ideal > 0 && p.Cycle > p.Ideal+p.Ideal/10 {
		out.because(Cause{Why: Slow, Line: l.ID, Share: cycle.Share{Part: int64(p.Ideal), Whole: int64(p.Cycle)}})
	}
	if u := l.Uptime; u.Known() && u.Part < u.Whole-u.Whole/10 {
		out.because(Cause{Why: Stopping, Line: l.ID, Share: u})
	}
	if g := p.Good; g.Known() && g.Part < g.Whole-g.Whole/25 {
		out.because(Cause{Why: Rejecting, Line: l.ID, Share: cycle.Share{Part: g.Whole - g.Part, Whole: g.Whole}})
	}
}

// because adds a cause that is not known yet.
func (o *Order) because(c Cause) {
	known := func(k Cause) bool {
		return k == c || c.Why == Short && k.Why == Short && k.Item == c.Item && k.Line == c.Line
	}
	if !slices.ContainsFunc(o.Causes, known) {
		o.Causes = append(o.Causes, c)
	}
}

// ahead are the jobs before one in the queue of a line that wait for material.
func (s *simulation) ahead(line int, job string) (all []string) {
	for k := range s.lines[line] {
		id := s.lines[line][k].ID
		if id == job {
			break
		}
		if len(s.runs[id].waits) > 0 {
			all = append(all, id)
		}
	}
	return all
}
