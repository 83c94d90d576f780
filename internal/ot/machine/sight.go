package machine

import (
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// SightChanged says, of a unit without a state tag, that from At on none of its counters can be read, or
// that one can again. Whoever infers from its counts whether it runs knows nothing while it is blind.
// A unit that says its state is blind until the first reading of what it makes: nobody knows how much it made before.
type SightChanged struct {
	Unit  plant.UnitID
	At    time.Time
	Blind bool
}

// Where gives the unit.
func (f SightChanged) Where() plant.UnitID { return f.Unit }

// When gives the time.
func (f SightChanged) When() time.Time { return f.At }

// blind tells whether no counter of the unit can be read; where its state is told, whether none was ever read.
func (u *unit) blind() bool {
	if u.signals.State != 0 {
		g, t := &u.good, &u.total
		return g.rule.Tag+t.rule.Tag != 0 && !g.heard() && !t.heard()
	}
	some := false
	for _, c := range u.counters() {
		if c.rule.Tag != 0 && !c.blind {
			return false
		}
		some = some || c.rule.Tag != 0
	}
	return some
}

// watched takes the samples of a counter, and says when the sight of the unit changes by them.
func (u *unit) watched(c *counter) func(tag.Sample, []Fact) []Fact {
	return func(s tag.Sample, out []Fact) []Fact {
		before := u.blind()
		out = c.take(s, out)
		if now := u.blind(); now != before {
			out = u.see(s.Time, out)
		}
		return out
	}
}

// awaited takes the samples of a counter of a unit that says its state, and says that the first of them was read.
func (u *unit) awaited(c *counter) func(tag.Sample, []Fact) []Fact {
	return func(s tag.Sample, out []Fact) []Fact {
		out = c.take(s, out)
		if !u.sightAt.IsZero() && !u.sighted && !u.blind() {
			out = u.see(plant.Later(s.Time, u.sightAt), out)
		}
		return out
	}
}

func (u *unit) see(at time.Time, out []Fact) []Fact {
	u.sightAt, u.sighted = at, !u.blind()
	return append(out, SightChanged{Unit: u.now.Unit, At: at, Blind: !u.sighted})
}
