package stops

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// LongestSetUp is how long after a stop began it may still become a changeover; what begins later in it is no set-up.
const LongestSetUp = 24 * time.Hour

const mostParts = 1000 // a stop of more is what its machines say

// changes finds the set-ups that no mode tells: a stop, with the breaks in it, between two products. It holds a stop
// back until the line runs again, as only then it may be known. What nobody saw ends a stop: who knows what was made then.
//
// Set-up (ISO 22400: ASUT) prepares an order, and what is not known cannot be prepared for: time without an order stays
// waiting (ADOT), also in a changeover; all else of the stop is set-up, as most machines name the next product last.
// So it is but from the first to the last moment of a fault.
//
// A machine may name what it makes a little too early or too late: what is made while the line runs for less than would
// end a stop, right before the stop or after it, counts as told in it.
type changes struct {
	r     *Rules
	out   joiner
	heard time.Time // a stop that began before may have begun earlier still

	made []stretch // that ran lately, up to now

	from  time.Time // where the stop began; zero when none goes on
	told  bool      // its parts are what they say
	held  []Piece
	last  oee.Segment // of it
	parts int
	after []Piece // that ran since, for less than would end a stop
	ran   time.Duration

	unsure bool
}

// stretch is what was made for a time.
type stretch struct {
	oee.Made
	plant.Span
}

// Spans tells whether a stop that may be a changeover can go on through such time.
func Spans(c oee.Category) bool {
	return shortable(c) || c == oee.PlannedStop || c == oee.Changeover
}

// put takes the next piece of which it is decided whether it is a stop.
func (c *changes) put(p Piece) {
	switch {
	case c.r.Line.Changeover.Told:
		c.out.put(p)
	case p.Length() == 0:
		c.moment(p)
	case Spans(p.Category):
		if len(c.after) > 0 {
			c.decide()
		}
		c.stand(p)
	case p.Category == oee.Running || p.Category == oee.MicroStop:
		c.run(p)
	default:
		c.decide()
		c.made = nil
		c.out.put(p)
	}
}

// moment takes what was counted in no time.
func (c *changes) moment(p Piece) {
	switch {
	case len(c.after) > 0:
		c.after = append(c.after, p)
	case len(c.held) > 0:
		c.held = append(c.held, p)
	default:
		c.out.put(p)
	}
}

// stand takes a piece of a stop.
func (c *changes) stand(p Piece) {
	if c.from.IsZero() {
		c.from = p.From
	}
	if !p.To.Before(c.out.from) {
		c.unsure = c.unsure || c.hidden()
	}
	if p.Category == oee.Changeover { // the machine tells it itself
		c.tell()
	}
	if !c.told && c.turns(&p) && !p.From.Before(c.from.Add(LongestSetUp)) {
		c.name()
		c.tell()
	}
	if c.told {
		c.out.put(p)
		return
	}
	c.hold(p)
}

func (c *changes) hold(p Piece) {
	if c.turns(&p) {
		c.parts++
	}
	c.held, c.last = append(c.held, p), p.Segment
	if c.parts > mostParts {
		c.tell()
	}
}

// turns tells whether a piece is another part of the stop than the last one, and not that part cut.
func (c *changes) turns(p *Piece) bool {
	return len(c.held) == 0 || !Same(&c.last, &p.Segment) || (c.last.Fault == "") != (p.Fault == "")
}

// tell gives the stop on as it is, and all that comes of it.
func (c *changes) tell() {
	c.told = true
	c.give()
}

func (c *changes) give() {
	for _, p := range c.held {
		c.out.put(p)
	}
	c.held = nil
}

// hidden tells whether the stop may have begun before its beginning is known, and whether that matters for what is kept.
func (c *changes) hidden() bool {
	return !c.from.IsZero() && c.from.Before(c.out.from) && c.from.Before(c.heard) && c.from.Add(LongestSetUp).After(c.out.from)
}

// run takes a piece that counts as running.
func (c *changes) run(p Piece) {
	if c.from.IsZero() {
		c.remember(p)
		c.out.put(p)
		return
	}
	c.after = append(c.after, p)
	c.ran += p.Length()
	if c.ran >= c.r.Restart(c.after[0].Product) {
		c.decide()
	}
}

// remember keeps what ran for as long as it may have a say in the next stop.
func (c *changes) remember(p Piece) {
	if p.Length() == 0 {
		return
	}
	s := stretch{oee.Made{Product: p.Product, Order: p.Order}, plant.Span{From: p.From, To: p.To}}
	if n := len(c.made); n > 0 && c.made[n-1].Made == s.Made && c.made[n-1].To.Equal(s.From) {
		c.made[n-1].To = s.To
	} else {
		c.made = append(c.made, s)
	}
	for len(c.made) > 1 && !c.made[0].To.After(p.To.Add(-c.r.island())) {
		c.made = c.made[1:]
	}
}

// decide ends the stop: by now it is known what was made before and after it.
func (c *changes) decide() {
	c.name()
	c.give()
	after := c.after
	if !c.from.IsZero() {
		c.made = nil
	}
	c.from, c.told, c.parts, c.after, c.ran = time.Time{}, false, 0, nil, 0
	for _, p := range after {
		c.remember(p)
		c.out.put(p)
	}
}

// name makes what is held of the stop set-up time, if it is.
func (c *changes) name() {
	if len(c.held) == 0 || !c.changed() {
		return
	}
	first, last := len(c.held), -1
	for i := range c.held {
		if p := &c.held[i]; p.Fault != "" && shortable(p.Category) {
			first, last = min(first, i), i
		}
	}
	for i := range c.held {
		p := &c.held[i]
		if shortable(p.Category) && p.Category != oee.NoOrder && (i < first || i > last) {
			p.Category, p.Unit = oee.Changeover, c.r.Pacer
		}
	}
}

// changed tells whether the product changed, or the order where one more of the same product is set up for.
func (c *changes) changed() bool {
	var all []oee.Made
	for i, s := range c.made {
		if near := c.from.Add(-c.r.Restart(s.Product)); i == len(c.made)-1 || s.To.After(near) {
			all = append(all, s.Made)
		}
	}
	for i := range c.held {
		all = append(all, oee.Made{Product: c.held[i].Product, Order: c.held[i].Order})
	}
	ran := time.Duration(0)
	for i := range c.after {
		if p := &c.after[i]; i == 0 || ran < c.r.Restart(c.after[0].Product) {
			all = append(all, oee.Made{Product: p.Product, Order: p.Order})
			ran += p.Length()
		}
	}
	var now oee.Made
	again := false
	for _, m := range all {
		if m.Product != "" && now.Product != "" && m.Product != now.Product {
			return true
		}
		again = again || m.Order != "" && now.Order != "" && m.Order != now.Order
		now = oee.Made{Product: cmp.Or(m.Product, now.Product), Order: cmp.Or(m.Order, now.Order)}
	}
	return again && (now.Product == "" || c.r.Line.Changeover.Pairs[plant.Pair{From: now.Product, To: now.Product}] > 0)
}

// clone makes a copy that shares nothing that changes.
func (c *changes) clone() changes {
	d := *c
	d.made, d.held, d.after = slices.Clone(c.made), slices.Clone(c.held), slices.Clone(c.after)
	d.out.done = nil
	return d
}
