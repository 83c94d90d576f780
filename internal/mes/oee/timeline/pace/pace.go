// Package pace tells how fast a line has run lately, against what it could.
package pace

import (
	"slices"
	"time"

	"millwright/internal/mes/oee"
)

const (
	shortest = time.Minute // that is looked back on, of running time
	cycles   = 10          // as many as are looked back on at least
	grain    = 60          // parts that the time looked back on is kept in at most
	clear    = 0.02        // above the low speed a slow line must run to be slow no more
)

// Pace measures from one count to another, so that a steady line has one speed, at whatever moment it is looked at. It
// knows running time alone: short stops are no part of a speed. The zero Pace has heard nothing.
type Pace struct {
	ran   time.Duration // up to from
	from  time.Time     // since when it runs, or stands
	runs  bool
	marks []mark // the counts that are looked back on, and one before them
	slow  time.Time
	blind bool      // nobody sees the line
	back  time.Time // since when it is seen again to run
}

// mark is a count, or several that lie close together.
type mark struct {
	ran   time.Duration // the running time when it was read
	at    time.Time
	ideal time.Duration // of the pieces since the one before
}

// Rule is by what a line is measured while it makes a product.
type Rule struct {
	Cycle time.Duration // the ideal one; 0 when none is known
	Low   float64       // the share of the ideal speed below which it is slow
	Rest  time.Duration // as long without a count it does not run; 0 where it says itself whether it does
}

// window is how much running time is looked back on.
func (r Rule) window() time.Duration { return max(shortest, cycles*r.Cycle) }

// Clone makes a copy that shares nothing that changes.
func (p *Pace) Clone() Pace {
	c := *p
	c.marks = slices.Clone(p.marks)
	return c
}

// Turn says that the line runs from a time on, or stands. What was before a long stop is no part of its speed.
func (p *Pace) Turn(at time.Time, runs bool, r Rule) {
	if p.runs == runs {
		return
	}
	if p.runs {
		p.ran += at.Sub(p.from)
	} else if at.Sub(p.from) > r.window() {
		p.Forget()
	}
	p.from, p.runs = at, runs
	if runs && p.blind {
		p.blind, p.back = false, at
	}
}

// Unseen says that nobody sees the line from now on: nobody knows that it was slow meanwhile.
func (p *Pace) Unseen() { p.slow, p.blind = time.Time{}, true }

// Forget begins anew, as when the line makes something else.
func (p *Pace) Forget() { p.marks, p.slow = nil, time.Time{} }

// Count says that pieces were counted that ideally take some time.
func (p *Pace) Count(at time.Time, ideal time.Duration, r Rule) {
	ran := p.at(at)
	if n := len(p.marks); n > 0 && r.Rest > 0 && ran-p.marks[n-1].ran >= r.Rest { // it stood
		stood := max(0, ran-p.marks[n-1].ran-ideal)
		p.ran, ran = p.ran-stood, ran-stood
	}
	switch n := len(p.marks); {
	case n > 1 && ran-p.marks[n-2].ran < r.window()/grain:
		p.marks[n-1] = mark{ran, at, p.marks[n-1].ideal + ideal}
	default:
		p.marks = append(p.marks, mark{ran, at, ideal})
	}
	for len(p.marks) > 2 && p.marks[1].ran <= ran-r.window() {
		p.marks = p.marks[1:]
	}
	switch s := p.Speed(at, r); {
	case !s.OK || s.Value >= r.Low && (p.slow.IsZero() || s.Value >= r.Low+clear):
		p.slow = time.Time{}
	case p.slow.IsZero():
		p.slow = at
	}
}

// at is the running time at a moment.
func (p *Pace) at(t time.Time) time.Duration {
	if !p.runs {
		return p.ran
	}
	return p.ran + t.Sub(p.from)
}

// Speed is the share of the ideal speed that the line ran at lately; not before it ran for as long as is looked back on.
// While a count is missing it is no more than what it would be if that came now, with as many pieces as ever.
func (p *Pace) Speed(now time.Time, r Rule) oee.Ratio {
	n := len(p.marks)
	if n == 0 || r.Cycle <= 0 {
		return oee.Ratio{}
	}
	first, last, ran := p.marks[0], p.marks[n-1], p.at(now)
	if ran-first.ran < r.window() {
		return oee.Ratio{}
	}
	sum, most := time.Duration(0), first.ideal
	for _, m := range p.marks[1:] {
		sum, most = sum+m.ideal, max(most, m.ideal)
	}
	speed := float64(sum+most) / float64(ran-first.ran)
	if measured := last.ran - first.ran; measured > 0 {
		speed = min(speed, float64(sum)/float64(measured))
	}
	return oee.Ratio{Value: speed, OK: true}
}

// Slow gives since when the line is known to run below the low speed; ok is false when it does not.
func (p *Pace) Slow(now time.Time, r Rule) (since time.Time, ok bool) {
	if !p.slow.IsZero() {
		return p.slow, true
	}
	if s := p.Speed(now, r); s.OK && s.Value < r.Low {
		if at := p.marks[len(p.marks)-1].at; !at.Before(p.back) {
			return at, true
		}
		return p.back, true
	}
	return time.Time{}, false
}
