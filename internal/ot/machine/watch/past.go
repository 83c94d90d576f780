package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Replay derives the facts of a window from the history and gives them to yield until that returns false.
// First come those that say how the units stood at its start, each at the time at which it began; then
// what happened, in the order of time. A count whose reading before lies before the window is whole.
func Replay(ctx context.Context, archive history.Archive, signals []machine.Signals, window plant.Span, yield func(machine.Fact) bool) error {
	p := newPast(machine.NewEngine(signals), window.From, nil)
	more := true
	tell := func(facts []machine.Fact) bool {
		for _, f := range facts {
			if more = yield(f); !more {
				return false
			}
		}
		return true
	}
	err := p.read(ctx, archive, window.To, func(s tag.Sample) bool { return tell(p.take(s)) })
	if err != nil || !more {
		return err
	}
	tell(p.end(window.To))
	return nil
}

// past drives an engine through history up to the present.
type past struct {
	engine *machine.Engine
	from   time.Time
	marks  map[tag.ID]time.Time
	begun  bool           // from is reached
	before []machine.Fact // what was counted between a mark and from
	out    []machine.Fact
}

func newPast(e *machine.Engine, from time.Time, marks []machine.Mark) *past {
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

// ranges says what to read: a counter from where its baseline lies, and the state of its unit from there as well.
func (p *past) ranges(ctx context.Context, archive history.Archive, to time.Time) ([]history.Range, error) {
	var all []history.Range
	known := map[machine.Counter]time.Time{}
	first := func(counters []machine.Counter) (time.Time, error) {
		from := p.from
		for _, c := range counters {
			at, ok := known[c]
			if !ok {
				var err error
				if at, err = p.baseline(ctx, archive, c); err != nil {
					return from, fmt.Errorf("look for the baseline of a counter: %w", err)
				}
				known[c] = at
			}
			from = plant.Earlier(from, at)
		}
		return from, nil
	}
	for _, id := range p.engine.Tags() {
		own, err := first(p.engine.Counters(id))
		if err != nil {
			return nil, err
		}
		beside, err := first(p.engine.Beside(id))
		if err != nil {
			return nil, err
		}
		from := plant.Earlier(own, plant.Later(beside, p.from.Add(-statesBack)))
		all = append(all, history.Range{Tag: id, From: from, To: to, Carry: true})
	}
	return all, nil
}

// statesBack is how far back a state is read for what was not known of it since a count before: of what went on at that time
// already, its beginning is known however far back it lies.
const statesBack = 7 * 24 * time.Hour

// steps is how many samples that are no readings are gone back over to find one that is.
const steps = 1000

// baseline finds the newest reading from before the time at which falls may be in doubt.
func (p *past) baseline(ctx context.Context, archive history.Archive, c machine.Counter) (time.Time, error) {
	at := p.from.Add(-min(max(machine.Patience, c.Glitch), 24*time.Hour))
	if mark, ok := p.marks[c.Tag]; ok {
		at = plant.Earlier(at, mark)
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
		if _, ok := c.Reading(before); ok {
			return at, nil
		}
	}
	return at, nil
}

// take gives the facts that a sample causes. The slice is its own until the next call.
func (p *past) take(s tag.Sample) []machine.Fact {
	p.out = p.out[:0]
	if !p.begun && !s.Time.Before(p.from) {
		p.begin()
	}
	p.keep(p.engine.Tick(s.Time))
	p.keep(p.engine.Apply(s))
	return p.out
}

// end gives what time decides up to the end of the window.
func (p *past) end(to time.Time) []machine.Fact {
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
	standing := slices.Concat(p.before, p.engine.Standing())
	slices.SortStableFunc(standing, func(a, b machine.Fact) int { return a.When().Compare(b.When()) })
	p.out, p.before = append(standing, p.out...), nil
}

// keep passes on the facts of the window. Of those before it, only counts after a mark are news.
func (p *past) keep(facts []machine.Fact) {
	for _, f := range facts {
		if p.begun || !f.When().Before(p.from) {
			p.out = append(p.out, f)
			continue
		}
		c, counted := f.(machine.Counted)
		if at, marked := p.marks[c.Tag]; counted && marked && c.At.After(at) {
			p.before = append(p.before, f)
		}
	}
}
