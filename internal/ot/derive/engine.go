package derive

import (
	"slices"
	"time"

	"millwright/internal/ot/tag"
)

// Formula is a derived tag.
type Formula struct {
	Tag        tag.Tag
	Inputs     []tag.ID // of the names of the expression, in their order
	Expression *Expression
}

// Engine reckons derived tags in event time: the same samples in the same batches give the same results. A result is
// reckoned whenever an input changes, from the newest of each, once all are known; readings of one batch that have one
// time are one change. It has the time of its newest input and the worst quality of all. An input that is older than
// what the tag said before it is left out; one that is older only than the result counts, and the new result stands a
// microsecond behind the one before: the order of time is never broken. What says nothing new is left out.
type Engine struct {
	slots   []slot
	slotOf  map[tag.ID]int
	cells   []cell // inputs before those that use them
	cellOf  map[tag.ID]int
	due     []int // cells to be reckoned, in their order
	now     []tag.Sample
	machine machine
}

// slot is an input: its newest sample, and the cells that use it, each under a key.
type slot struct {
	sample tag.Sample // Tag 0 while it is not known
	users  []use
}

type use struct {
	cell int
	key  string
}

// cell is a formula at work.
type cell struct {
	Formula
	slots []int
	env   map[string]any
	last  tag.Sample // the newest result passed on
}

// New makes an engine of formulas as Arrange orders them; nil for none.
func New(formulas []Formula) *Engine {
	if len(formulas) == 0 {
		return nil
	}
	e := &Engine{slotOf: map[tag.ID]int{}, cellOf: map[tag.ID]int{}}
	for i, f := range formulas {
		c := cell{Formula: f, env: make(map[string]any, len(f.Inputs))}
		for j, id := range f.Inputs {
			at, there := e.slotOf[id]
			if !there {
				at = len(e.slots)
				e.slotOf[id] = at
				e.slots = append(e.slots, slot{})
			}
			c.slots = append(c.slots, at)
			e.slots[at].users = append(e.slots[at].users, use{i, f.Expression.keys[j]})
		}
		e.cells = append(e.cells, c)
		e.cellOf[f.Tag.ID] = i
	}
	return e
}

// Take gives a batch with the results of it behind it, in the order of time.
func (e *Engine) Take(batch []tag.Sample) []tag.Sample {
	e.now = e.now[:0]
	sorted := true
	for _, s := range batch {
		if _, used := e.slotOf[s.Tag]; used {
			sorted = sorted && (len(e.now) == 0 || !s.Time.Before(e.now[len(e.now)-1].Time))
			e.now = append(e.now, s)
		}
	}
	if len(e.now) == 0 {
		return batch
	}
	if !sorted {
		slices.SortStableFunc(e.now, func(a, b tag.Sample) int { return a.Time.Compare(b.Time) })
	}
	out := slices.Grow(batch[:len(batch):len(batch)], len(e.now)) // its readers may hold what stands behind it
	for i, s := range e.now {
		e.learn(s)
		if i+1 == len(e.now) || !e.now[i+1].Time.Equal(s.Time) {
			out = e.reckon(out)
		}
	}
	return out
}

// Seed takes what was said last before the engine began, of inputs and of derived tags, and gives the results that
// differ from what the derived tags said.
func (e *Engine) Seed(newest []tag.Sample) []tag.Sample {
	for _, s := range newest {
		if i, is := e.cellOf[s.Tag]; is && !s.Time.Before(e.cells[i].last.Time) {
			e.cells[i].last = s
		}
		if _, used := e.slotOf[s.Tag]; used {
			e.learn(s)
		}
	}
	e.due = e.due[:0]
	for i := range e.cells {
		e.due = append(e.due, i)
	}
	return e.reckon(nil)
}

// Tags are all that the engine reads or says.
func (e *Engine) Tags() []tag.ID {
	all := make([]tag.ID, 0, len(e.slotOf)+len(e.cells))
	for id := range e.slotOf {
		all = append(all, id)
	}
	for id := range e.cellOf {
		all = append(all, id)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// learn takes a sample of an input, unless a newer one is known.
func (e *Engine) learn(s tag.Sample) {
	x := &e.slots[e.slotOf[s.Tag]]
	if x.sample.Tag != 0 && s.Time.Before(x.sample.Time) || s == x.sample {
		return
	}
	x.sample = s
	v := plain(s.Value)
	for _, u := range x.users {
		e.cells[u.cell].env[u.key] = v
		if i, there := slices.BinarySearch(e.due, u.cell); !there {
			e.due = slices.Insert(e.due, i, u.cell)
		}
	}
}

// reckon works off what is due, and appends the results to out. A result makes only cells behind its own due.
func (e *Engine) reckon(out []tag.Sample) []tag.Sample {
	for len(e.due) > 0 {
		i := e.due[0]
		e.due = slices.Delete(e.due, 0, 1)
		s, news := e.result(&e.cells[i])
		if !news {
			continue
		}
		e.cells[i].last = s
		out = append(out, s)
		if _, used := e.slotOf[s.Tag]; used {
			e.learn(s)
		}
	}
	return out
}

// result reckons a cell; news is false when an input is not known, or there is nothing new to say.
func (e *Engine) result(c *cell) (s tag.Sample, news bool) {
	for _, at := range c.slots {
		if e.slots[at].sample.Tag == 0 {
			return s, false
		}
	}
	s = result(&e.machine, c.Expression, c.env, func(yield func(tag.Sample)) {
		for _, at := range c.slots {
			yield(e.slots[at].sample)
		}
	})
	s.Tag = c.Tag.ID
	if c.last.Tag == 0 {
		return s, true
	}
	fresh := s.Time.After(c.last.Time)
	if s.Quality == c.last.Quality && s.Value == c.last.Value && (!fresh || !c.alive(s.Time)) {
		return s, false
	}
	if !fresh {
		s.Time = c.last.Time.Add(time.Microsecond)
	}
	return s, !c.Tag.Stale(c.last, s)
}

// alive tells whether a result is passed on though it says nothing new: a door that swings wants every one, and a
// heartbeat from time to time.
func (c *cell) alive(at time.Time) bool {
	return c.Tag.Swing > 0 || c.Tag.Heartbeat > 0 && at.Sub(c.last.Time) >= c.Tag.Heartbeat
}
