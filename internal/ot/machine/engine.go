package machine

import (
	"slices"
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Engine turns samples into facts, in event time. It has no clock and no goroutine; one goroutine may use it.
type Engine struct {
	units  []*unit
	byUnit map[plant.UnitID]*unit
	byTag  [][]listener // by tag.ID
	queue  []*counter   // those that a later tick may have to decide
	facts  []Fact
}

// NewEngine makes an engine of units that have said nothing yet.
func NewEngine(signals []Signals) *Engine {
	e := &Engine{byUnit: make(map[plant.UnitID]*unit, len(signals))}
	for _, s := range signals {
		u := newUnit(s)
		e.units = append(e.units, u)
		e.byUnit[s.Unit] = u
		for _, l := range u.listeners() {
			e.listen(l)
		}
	}
	return e
}

func (e *Engine) listen(l listener) {
	if l.tag == 0 {
		return
	}
	if missing := int(l.tag) + 1 - len(e.byTag); missing > 0 {
		e.byTag = append(e.byTag, make([][]listener, missing)...)
	}
	e.byTag[l.tag] = append(e.byTag[l.tag], l)
}

// Mark is a reading of a counter that was kept with what it caused.
type Mark struct {
	Tag   tag.ID
	At    time.Time
	Total plant.Quantity
}

// Seed tells a counter of a reading that was kept with what it caused. It is the baseline of everything
// after it, even when the history lost the reading itself. Seed before the first Apply.
func (e *Engine) Seed(id tag.ID, at time.Time, total plant.Quantity) {
	for _, u := range e.units {
		for _, c := range u.counters() {
			if c.rule.Tag == id && id != 0 {
				c.seed = mark{set: true, at: at, total: total}
				e.watch(c)
			}
		}
	}
}

// Tags gives the tags that any unit has a use for, in order.
func (e *Engine) Tags() []tag.ID {
	var all []tag.ID
	for id, parts := range e.byTag {
		if len(parts) > 0 {
			all = append(all, tag.ID(id))
		}
	}
	return all
}

// Counters gives the rules of the counters that read a tag.
func (e *Engine) Counters(id tag.ID) []Counter {
	var all []Counter
	for _, l := range e.byTag[id] {
		if l.counter != nil {
			all = append(all, l.counter.rule)
		}
	}
	return all
}

// Beside gives the rules of the counters of the units whose state a tag says: what it said since their baselines is told with
// what they count.
func (e *Engine) Beside(id tag.ID) []Counter {
	var all []Counter
	for _, u := range e.units {
		if u.signals.State != id {
			continue
		}
		for _, c := range u.counters() {
			if c.rule.Tag != 0 {
				all = append(all, c.rule)
			}
		}
	}
	return all
}

// Newest is the time of the newest sample of a tag that was taken; of a counter, of the newest reading.
func (e *Engine) Newest(id tag.ID) (at time.Time) {
	for _, l := range e.byTag[id] {
		at = plant.Later(at, l.newest())
	}
	return at
}

// Hears tells whether any unit has a use for the tag.
func (e *Engine) Hears(id tag.ID) bool { return int(id) < len(e.byTag) && e.byTag[id] != nil }

// Apply takes one sample and gives what happened by it, in the order of time. The slice is the
// engine's own until the next call.
func (e *Engine) Apply(s tag.Sample) []Fact {
	if !e.Hears(s.Tag) {
		return nil
	}
	e.facts = e.facts[:0]
	for _, l := range e.byTag[s.Tag] {
		e.facts = l.take(s, e.facts)
		if s.Time.After(l.unit.now.Newest) {
			l.unit.now.Newest = s.Time
		}
		if l.counter != nil && l.counter.waits() {
			e.watch(l.counter)
		}
	}
	return e.facts
}

func (e *Engine) watch(c *counter) {
	if !c.queued {
		c.queued = true
		e.queue = append(e.queue, c)
	}
}

// Tick decides what time alone decides: falls that lasted longer than a glitch. The slice is the
// engine's own until the next call. now must not run ahead of the samples that are still to come.
func (e *Engine) Tick(now time.Time) []Fact {
	e.facts = e.facts[:0]
	if len(e.queue) == 0 {
		return nil
	}
	e.queue = slices.DeleteFunc(e.queue, func(c *counter) bool {
		e.facts = c.tick(now, e.facts)
		c.queued = c.waits()
		return !c.queued
	})
	slices.SortStableFunc(e.facts, func(a, b Fact) int { return a.When().Compare(b.When()) })
	return e.facts
}

// Units gives a copy of each unit's status, in the order of the signals.
func (e *Engine) Units() []Status {
	all := make([]Status, len(e.units))
	for i, u := range e.units {
		all[i] = u.status()
	}
	return all
}

// Unit gives a copy of one unit's status; ok is false for an unknown unit.
func (e *Engine) Unit(id plant.UnitID) (s Status, ok bool) {
	u, ok := e.byUnit[id]
	if !ok {
		return Status{}, false
	}
	return u.status(), true
}

// Standing gives the facts that say how every unit stands, each at the time it began, in the order of time.
func (e *Engine) Standing() []Fact {
	var all []Fact
	for _, u := range e.units {
		all = u.standing(all)
	}
	slices.SortStableFunc(all, func(a, b Fact) int { return a.When().Compare(b.When()) })
	return all
}
