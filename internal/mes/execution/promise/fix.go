package promise

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/mes/execution/promise/worktime"
	"millwright/internal/plant"
)

// Remedy is something that would make an order ready sooner.
type Remedy string

// The remedies.
const (
	First     Remedy = "first in the queue"
	Elsewhere Remedy = "on another line"
	Supplied  Remedy = "the material at once"
	Through   Remedy = "without breaks and closed hours"
	Resumed   Remedy = "off hold"
)

// Fix is a remedy with what it would do.
type Fix struct {
	Remedy   Remedy
	Line     plant.LineID
	Likely   time.Time     // when the order is done then
	Lateness time.Duration // then
	Hurts    []Ref         // what would be late by it, and is not
}

// gains is by how much a remedy has to help to be told.
const gains = 10 * time.Minute

// Fixes gives what would help an order, the most first. It writes nothing: each is a forecast of changed facts.
func (o *Forecast) Fixes(r Ref) (all []Fix) {
	x, ok := o.Of(r)
	if !ok || !x.Late() {
		return nil
	}
	at, k := o.place(x)
	for _, t := range o.trials(&x, at, k) {
		then := o.suppose(t.facts)
		y, _ := then.Of(r)
		if y.Likely.IsZero() || !x.Likely.IsZero() && x.Likely.Sub(y.Likely) < gains {
			continue
		}
		t.fix.Likely, t.fix.Lateness, t.fix.Hurts = y.Likely, y.Lateness, o.hurt(then)
		all = append(all, t.fix)
	}
	slices.SortStableFunc(all, func(a, b Fix) int {
		return cmp.Or(cmp.Compare(len(a.Hurts), len(b.Hurts)), a.Likely.Compare(b.Likely))
	})
	return all
}

// place finds the job that an order waits for; -1 when there is none.
func (o *Forecast) place(x Order) (line, job int) {
	for i := range o.facts.Lines {
		if o.facts.Lines[i].ID != x.Line {
			continue
		}
		return i, slices.IndexFunc(o.likely.lines[i], func(j Job) bool { return j.ID == x.Job })
	}
	return -1, -1
}

// trial is a remedy with the facts as they would be.
type trial struct {
	fix   Fix
	facts *Facts
}

func (o *Forecast) trials(x *Order, line, job int) (all []trial) {
	if line < 0 || job < 0 {
		return nil
	}
	all = append(all, o.moved(line, job)...)
	l := &o.facts.Lines[line]
	if has(x.Causes, Short) {
		f := *o.facts
		f.Items = map[int64]Item{}
		for id, it := range o.facts.Items {
			it.Free = max(it.Free, enough)
			f.Items[id] = it
		}
		all = append(all, trial{Fix{Remedy: Supplied, Line: l.ID}, &f})
	}
	if has(x.Causes, Shut) || x.Lateness > time.Hour {
		f := o.with(line, func(l *Line) { l.Calendar = plant.Calendar{Zone: l.Calendar.Zone} })
		all = append(all, trial{Fix{Remedy: Through, Line: l.ID}, f})
	}
	if has(x.Causes, OnHold) {
		f := o.with(line, func(l *Line) {
			l.Jobs = slices.Clone(l.Jobs)
			for i := range l.Jobs {
				l.Jobs[i].Held = l.Jobs[i].Held && l.Jobs[i].ID != x.Job
			}
		})
		f.Work = slices.Clone(f.Work)
		for i := range f.Work {
			if slices.Contains(x.Works, f.Work[i].ID) {
				f.Work[i].Held = ""
			}
		}
		all = append(all, trial{Fix{Remedy: Resumed, Line: l.ID}, f})
	}
	return all
}

// enough is more than anything takes.
const enough = plant.Quantity(1) << 50

func has(causes []Cause, w Why) bool {
	return slices.ContainsFunc(causes, func(c Cause) bool { return c.Why == w })
}

// moved are the trials that put a job elsewhere in its queue, or into another one.
func (o *Forecast) moved(line, job int) (all []trial) {
	queue := o.likely.lines[line]
	j := queue[job]
	without := slices.Delete(slices.Clone(queue), job, job+1)
	front := slices.IndexFunc(without, func(q Job) bool { return !q.Running && !q.Held })
	if front >= 0 && front < job {
		f := o.with(line, func(l *Line) { l.Jobs = slices.Insert(slices.Clone(without), front, j) })
		all = append(all, trial{Fix{Remedy: First, Line: o.facts.Lines[line].ID}, f})
	}
	if j.Begun {
		return all
	}
	for i := range o.facts.Lines {
		other := &o.facts.Lines[i]
		if i == line || !slices.Contains(other.Makes, j.Product) {
			continue
		}
		f := o.with(line, func(l *Line) { l.Jobs = without })
		f.Lines[i].Jobs = append(slices.Clone(o.likely.lines[i]), j)
		f.Work = slices.Clone(f.Work)
		for k := range f.Work {
			if f.Work[k].ID == j.Work {
				f.Work[k].Line = other.ID
			}
		}
		all = append(all, trial{Fix{Remedy: Elsewhere, Line: other.ID}, f})
	}
	return all
}

// with gives facts in which a line is changed.
func (o *Forecast) with(line int, change func(l *Line)) *Facts {
	f := *o.facts
	f.Lines = slices.Clone(f.Lines)
	change(&f.Lines[line])
	return &f
}

// suppose makes the forecast of other facts, as is likely.
func (o *Forecast) suppose(f *Facts) *Forecast {
	h := o.hours
	for i := range f.Lines {
		if f.Lines[i].Calendar.Key() != o.facts.Lines[i].Calendar.Key() {
			h = slices.Clone(h)
			h[i] = worktime.New(f.Lines[i].Calendar, f.Now)
		}
	}
	likely := simulate(f, true, h)
	then := &Forecast{At: f.Now, facts: f, index: map[Ref]int{}, best: likely, likely: likely, hours: h}
	then.fill(likely.peg(), likely.peg())
	return then
}

// hurt gives what is late in another forecast, and in this one is not.
func (o *Forecast) hurt(then *Forecast) (all []Ref) {
	for i := range then.Orders {
		y := &then.Orders[i]
		if x, ok := o.Of(y.Ref); ok && y.Late() && !x.Late() {
			all = append(all, y.Ref)
		}
	}
	return all
}
