// Package pool is what is taken of something that operations share, and when: of tools of one kind, of people with a skill.
package pool

import (
	"slices"
	"sort"

	"millwright/internal/erp/schedule/hours"
)

// Less is a time in which there is less of a pool than its size.
type Less struct {
	hours.Span
	Amount int64
}

// Short is when more is missing than may.
func Short(all []Less, may int64) (short []hours.Span) {
	for _, l := range all {
		if l.Amount > may {
			short = append(short, l.Span)
		}
	}
	return short
}

// Profile is how much is taken of a pool at each moment.
type Profile struct {
	steps []step // by time
	taken []taking
}

// step is what is taken from a moment on, until the next step.
type step struct{ at, level int64 }

// taking is one piece of what an operation takes.
type taking struct {
	until int64
	by    int32
}

// Of is a profile of which nothing is taken but what is not there.
func Of(less []Less) (p Profile) {
	for _, l := range less {
		p.add(l.Span, l.Amount)
	}
	return p
}

// Reset makes a profile as another one is.
func (p *Profile) Reset(base *Profile) {
	p.steps, p.taken = append(p.steps[:0], base.steps...), append(p.taken[:0], base.taken...)
}

// Take notes what an operation takes.
func (p *Profile) Take(pieces []hours.Span, by int32, amount int64) {
	for _, s := range pieces {
		p.add(s, amount)
		p.taken = append(p.taken, taking{s.To, by})
	}
}

func (p *Profile) add(s hours.Span, amount int64) {
	if s.From >= s.To || amount == 0 {
		return
	}
	for i := p.cut(s.From); p.steps[i].at < s.To; i++ {
		if i+1 == len(p.steps) || p.steps[i+1].at > s.To {
			p.steps = slices.Insert(p.steps, i+1, step{s.To, p.steps[i].level})
		}
		p.steps[i].level += amount
	}
}

// cut makes a step at a moment, and gives its place.
func (p *Profile) cut(t int64) int {
	i := p.at(t)
	if i >= 0 && p.steps[i].at == t {
		return i
	}
	level := int64(0)
	if i >= 0 {
		level = p.steps[i].level
	}
	p.steps = slices.Insert(p.steps, i+1, step{t, level})
	return i + 1
}

// at is the step in which a moment lies; -1 before the first.
func (p *Profile) at(t int64) int {
	return sort.Search(len(p.steps), func(i int) bool { return p.steps[i].at > t }) - 1
}

// Level is how much is taken at a moment.
func (p *Profile) Level(t int64) int64 {
	if i := p.at(t); i >= 0 {
		return p.steps[i].level
	}
	return 0
}

// Clash is where too much would be taken.
type Clash struct {
	Until int64 // from then on it fits
	By    int32 // whose end makes it fit; -1 when it is only that more is there
}

// Clash finds the first moment within some pieces at which more than a level is taken.
func (p *Profile) Clash(pieces []hours.Span, level int64) (c Clash, is bool) {
	for _, s := range pieces {
		for i := max(0, p.at(s.From)); i < len(p.steps) && p.steps[i].at < s.To; i++ {
			if p.steps[i].level <= level || i+1 < len(p.steps) && p.steps[i+1].at <= s.From {
				continue
			}
			for i < len(p.steps)-1 && p.steps[i].level > level {
				i++
			}
			return Clash{Until: p.steps[i].at, By: p.ends(p.steps[i].at)}, true
		}
	}
	return c, false
}

// ends is who is done at a moment; -1 for nobody.
func (p *Profile) ends(t int64) int32 {
	i := slices.IndexFunc(p.taken, func(x taking) bool { return x.until == t })
	if i < 0 {
		return -1
	}
	return p.taken[i].by
}
