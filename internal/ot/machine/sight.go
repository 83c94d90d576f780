package machine

import (
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// SightChanged says, of a unit without a state tag, that from At on none of its counters can be read, or
// that one can again. Whoever infers from its counts whether it runs knows nothing while it is blind.
type SightChanged struct {
	Unit  plant.UnitID
	At    time.Time
	Blind bool
}

// Where gives the unit.
func (f SightChanged) Where() plant.UnitID { return f.Unit }

// When gives the time.
func (f SightChanged) When() time.Time { return f.At }

// blind tells whether no counter of the unit can be read.
func (u *unit) blind() bool {
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
			u.sightAt = s.Time
			out = append(out, SightChanged{Unit: u.now.Unit, At: s.Time, Blind: now})
		}
		return out
	}
}
