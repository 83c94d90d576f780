package machine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Mark is a reading of a counter that was kept with what it caused.
type Mark struct {
	Tag   tag.ID
	At    time.Time
	Total plant.Quantity
}

// Replay derives the facts of [from, to) from the history and gives them to yield until that returns
// false. First come those that say how the units stood at from, each at the time at which it began; then
// what happened, in the order of time. A count whose reading before lies before from is whole.
func Replay(ctx context.Context, archive history.Archive, signals []Signals, from, to time.Time, yield func(Fact) bool) error {
	p := newPast(NewEngine(signals), from, nil)
	more := true
	tell := func(facts []Fact) bool {
		for _, f := range facts {
			if more = yield(f); !more {
				return false
			}
		}
		return true
	}
	err := p.read(ctx, archive, to, func(s tag.Sample) bool { return tell(p.take(s)) })
	if err != nil || !more {
		return err
	}
	tell(p.end(to))
	return nil
}

// past drives an engine through history up to the present.
type past struct {
	engine *Engine
	from   time.Time
	marks  map[tag.ID]time.Time
	begun  bool   // from is reached
	before []Fact // what was counted between a mark and from
	out    []Fact
}

func newPast(e *Engine, from time.Time, marks []Mark) *past {
	p := &past{engine: e, from: from, marks: make(map[tag.ID]time.Time, len(marks))}
	for _, m := range marks {
		e.Seed(m.Tag, m.At, m.Total)
		p.marks[m.Tag] = m.At
	}
	return p
}

// read gives every sample that the engine needs, in the order of time.
func (p *past) read(ctx context.Context, archive history.Archive, to time.Time, yield func(tag.Sample) bool) error {
	ranges, err := p.ranges(ctx, archive, to)
	if err != nil {
		return err
	}
	if err := archive.Merge(ctx, ranges, yield); err != nil {
		return fmt.Errorf("read machine signals since %s: %w", p.from.Format(time.RFC3339), err)
	}
	return nil
}

// ranges says what to read: a counter from where its baseline lies.
func (p *past) ranges(ctx context.Context, archive history.Archive, to time.Time) ([]history.Range, error) {
	var all []history.Range
	for id, parts := range p.engine.byTag {
		if len(parts) == 0 {
			continue
		}
		r := history.Range{Tag: tag.ID(id), From: p.from, To: to, Carry: true}
		for _, l := range parts {
			if l.counter == nil {
				continue
			}
			at, err := p.baseline(ctx, archive, l.counter.rule)
			if err != nil {
				return nil, fmt.Errorf("look for the baseline of unit %s: %w", l.unit.now.Unit, err)
			}
			r.From = earliest(r.From, at)
		}
		all = append(all, r)
	}
	return all, nil
}

// steps is how many samples that are no readings are gone back over to find one that is.
const steps = 1000

// baseline finds the newest reading from before the time at which falls may be in doubt.
func (p *past) baseline(ctx context.Context, archive history.Archive, c Counter) (time.Time, error) {
	at := p.from.Add(-min(max(patience, c.Glitch), 24*time.Hour))
	if mark, ok := p.marks[c.Tag]; ok {
		at = earliest(at, mark)
	}
	for range steps {
		var before tag.Sample
		r := history.Range{Tag: c.Tag, From: at, To: at.Add(time.Microsecond), Carry: true}
		err := archive.Samples(ctx, r, func(s tag.Sample) bool {
			before = s
			return false
		})
		if err != nil || before.Time.IsZero() || !before.Time.Before(at) {
			return at, err
		}
		at = before.Time
		if _, ok := c.reading(before); ok {
			return at, nil
		}
	}
	return at, nil
}

// take gives the facts that a sample causes. The slice is its own until the next call.
func (p *past) take(s tag.Sample) []Fact {
	p.out = p.out[:0]
	if !p.begun && !s.Time.Before(p.from) {
		p.begin()
	}
	p.keep(p.engine.Tick(s.Time))
	p.keep(p.engine.Apply(s))
	return p.out
}

// end gives what time decides up to the end of the window.
func (p *past) end(to time.Time) []Fact {
	p.out = p.out[:0]
	if !p.begun {
		p.begin()
	}
	p.keep(p.engine.Tick(to))
	return p.out
}

// begin says how the units stand at from, with what was counted since the marks.
func (p *past) begin() {
	p.keep(p.engine.Tick(p.from))
	p.begun = true
	standing := append(p.before, p.engine.standing()...)
	slices.SortStableFunc(standing, func(a, b Fact) int { return a.When().Compare(b.When()) })
	p.out, p.before = append(standing, p.out...), nil
}

// keep passes on the facts of the window. Of those before it, only counts after a mark are news.
func (p *past) keep(facts []Fact) {
	for _, f := range facts {
		if p.begun || !f.When().Before(p.from) {
			p.out = append(p.out, f)
			continue
		}
		c, counted := f.(Counted)
		if at, marked := p.marks[c.Tag]; counted && marked && c.At.After(at) {
			p.before = append(p.before, f)
		}
	}
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
