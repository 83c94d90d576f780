package promise

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/plant"
)

// Starving is a component of what a line makes, with how long it is enough for.
type Starving struct {
	Line   plant.LineID
	Job    string
	Item   int64
	There  plant.Quantity // beside the line where it is kept there, else in the stock
	Lasts  time.Duration  // of running
	Need   plant.Quantity // what the job still takes
	Enough bool           // for the whole job
	Next   time.Time      // when more comes; zero when nothing is on its way
	By     string         // that brings it
}

// starve works out how long the components of what runs are enough for.
func (o *Forecast) starve() {
	arrivals := newPool(o.facts, o.likely.ends)
	for i := range o.facts.Lines {
		l := &o.facts.Lines[i]
		for k := range l.Jobs {
			if at, is := o.likely.works[l.Jobs[k].Work]; is && l.Jobs[k].Running {
				o.feeds(l, &l.Jobs[k], &o.facts.Work[at], arrivals)
			}
		}
	}
	slices.SortStableFunc(o.Starves, func(a, b Starving) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Lasts, b.Lasts), cmp.Compare(a.Item, b.Item))
	})
}

// feeds adds what a running job takes.
func (o *Forecast) feeds(l *Line, j *Job, w *Work, arrivals pool) {
	for c := range w.Components {
		s, ok := o.facts.starving(l, j, w, c)
		if !ok {
			continue
		}
		if next, comes := arrivals.next(s.Item, o.At); comes {
			s.Next, s.By = next.at, next.text
		}
		o.Starves = append(o.Starves, s)
	}
}

func (f *Facts) starving(l *Line, j *Job, w *Work, at int) (Starving, bool) {
	c := fed{&w.Components[at], w.Made}
	s := Starving{Line: l.ID, Job: j.ID, Item: c.Item, There: f.Items[c.Item].Free}
	if c.Place != 0 {
		s.There = f.Places[Spot{c.Place, c.Item}]
	}
	cycles := l.pace(j.Product).Good.Cycles(j.Left())
	s.Need, s.Enough = c.need(cycles), c.need(cycles) <= s.There
	lasts, ok := cycle.Lasts(max(0, s.There-max(0, c.Used(c.made)-c.Issued)), c.Per.Num, c.Per.Den, l.pace(j.Product).Cycle)
	s.Lasts = lasts
	return s, ok && !c.Output
}

// Starving gives the components of what a line makes, those first that are gone first.
func (o *Forecast) Starving(line plant.LineID) (all []Starving) {
	if o == nil {
		return nil
	}
	for i := range o.Starves {
		if o.Starves[i].Line == line {
			all = append(all, o.Starves[i])
		}
	}
	return all
}

// Endangered gives what is late or cannot be foretold and waits for a line, what weighs most first.
func (o *Forecast) Endangered(line plant.LineID) (all []Order) {
	for _, r := range o.Risks() {
		if r.Line == line {
			all = append(all, r)
		}
	}
	return all
}
