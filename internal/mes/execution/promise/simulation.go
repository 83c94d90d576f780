package promise

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"millwright/internal/mes/execution/promise/worktime"
	"millwright/internal/plant"
)

// simulation lets all lines run on, as they ran lately or without a stop.
type simulation struct {
	f      *Facts
	likely bool
	hours  []*worktime.Hours
	works  map[int64]int
	lines  [][]Job // their queues, with what has no job yet behind them
	pool   pool
	fed    map[[2]int64]bool
	runs   map[string]run
	ends   map[int64]time.Time // of work orders, when they are done; none when nobody can say
}

// passes is how often ends of work orders may move what others wait for: a part of a part of a part.
const passes = 4

// simulate runs everything once.
func simulate(f *Facts, likely bool, h []*worktime.Hours) *simulation {
	s := &simulation{f: f, likely: likely, hours: h, works: map[int64]int{}}
	for i := range f.Work {
		s.works[f.Work[i].ID] = i
	}
	s.lines = f.queues()
	s.ends = map[int64]time.Time{}
	for i := range f.Work {
		s.ends[f.Work[i].ID] = plant.Later(f.Now, f.ends(f.Work[i].Due))
	}
	chained := f.chained()
	for range passes {
		s.pass()
		ends := s.worksEnd()
		same := maps.Equal(ends, s.ends)
		s.ends = ends
		if same || !chained {
			break
		}
	}
	return s
}

// chained tells whether a work order makes what another one takes.
func (f *Facts) chained() bool {
	made := map[int64]bool{}
	for i := range f.Work {
		made[f.Work[i].Item] = true
	}
	for i := range f.Work {
		for k := range f.Work[i].Components {
			if made[f.Work[i].Components[k].Item] {
				return true
			}
		}
	}
	return false
}

// queues gives the jobs of each line, and behind them the work orders that are meant for it and have none yet.
func (f *Facts) queues() [][]Job {
	all, has, at := make([][]Job, len(f.Lines)), map[int64]bool{}, map[plant.LineID]int{}
	for i := range f.Lines {
		all[i] = slices.Clip(f.Lines[i].Jobs)
		at[f.Lines[i].ID] = i
		for k := range all[i] {
			has[all[i][k].Work] = true
		}
	}
	var rest []*Work
	for i := range f.Work {
		w := &f.Work[i]
		if _, is := at[w.Line]; is && !has[w.ID] && w.Left > 0 {
			rest = append(rest, w)
		}
	}
	slices.SortStableFunc(rest, func(a, b *Work) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) })
	for _, w := range rest {
		i := at[w.Line]
		all[i] = append(all[i], Job{ID: planned(w.ID), Work: w.ID, Product: f.Items[w.Item].product(w), Planned: w.Left})
	}
	return all
}

// planned names the place in a queue of a work order that has no job yet.
func planned(work int64) string { return workRef(work).Document }

func workRef(id int64) Ref { return Ref{Document: "work/" + strconv.FormatInt(id, 10)} }

// product is what lines call what a work order makes.
func (i Item) product(w *Work) string {
	if w.Product != "" {
		return w.Product
	}
	return i.Number
}

// pass goes through the queues: the line that is free first takes its next job first.
func (s *simulation) pass() {
	s.pool, s.fed, s.runs = newPool(s.f, s.ends), map[[2]int64]bool{}, make(map[string]run, len(s.runs))
	all := make([]*queue, len(s.f.Lines))
	for i := range s.f.Lines {
		l := &s.f.Lines[i]
		all[i] = &queue{Line: l, index: i, jobs: s.lines[i], free: s.f.Now, product: l.Product}
	}
	for {
		var first *queue
		for _, q := range all {
			if s.next(q) && (first == nil || q.free.Before(first.free)) {
				first = q
			}
		}
		if first == nil {
			return
		}
		s.step(first)
	}
}

// worksEnd gives when each work order is done, of those of which somebody can say.
func (s *simulation) worksEnd() map[int64]time.Time {
	ends, lost := map[int64]time.Time{}, map[int64]bool{}
	for i := range s.lines {
		for k := range s.lines[i] {
			j := &s.lines[i][k]
			r := s.runs[j.ID]
			if j.Work == 0 {
				continue
			}
			if r.to.IsZero() {
				lost[j.Work] = true
			}
			ends[j.Work] = plant.Later(ends[j.Work], r.to)
		}
	}
	today := plant.DateIn(s.f.Now, s.f.zone())
	for i := range s.f.Work {
		w := &s.f.Work[i]
		_, queued := ends[w.ID]
		switch {
		case w.Left <= 0:
			ends[w.ID] = s.f.Now
		case lost[w.ID] || w.Held != "":
			delete(ends, w.ID)
		case !queued && w.Due >= today:
			ends[w.ID] = s.f.ends(w.Due) // nothing is known but what was planned
		}
	}
	return ends
}
