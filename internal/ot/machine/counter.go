package machine

import (
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// defaultGlitch is how long a fall may last and still be a glitch.
const defaultGlitch = 5 * time.Second

// Patience is the same for a fall that is seen first after a loss of sight: machines show 0 for a while
// when they come back. An engine that begins so long before a time knows all falls that are in doubt then.
const Patience = time.Hour

// tooFast is the modulus from which on no machine goes round between two readings that lie within a glitch.
var tooFast = plant.Pieces(65536)

// counter follows one counting tag. Its baseline is the newest reading that is believed.
type counter struct {
	rule   Counter
	unit   plant.UnitID
	what   What
	known  bool // there is a baseline
	blind  bool // something that is no count came since the newest reading
	unsure bool // the same, as far as a fall is to be judged by it
	at     time.Time
	total  plant.Quantity
	newest time.Time     // of all readings, believed or not
	lost   time.Time     // since when it is blind
	dark   *darkness     // of its unit's state; nil when it has none
	unseen time.Duration // that, up to at
	doubt  fall
	roll   rollover
	seed   mark
	queued bool // the engine's Tick looks at it
}

// fall is a drop that may be a reset or a glitch.
type fall struct {
	open   bool
	at     time.Time
	until  time.Time // a reset from then on; zero when time does not decide
	seen   time.Time // of the newest reading
	total  plant.Quantity
	unseen time.Duration // up to that one
	rolls  bool          // to 0 from where the counter may have rolled over: machines show 0 for a while as well
}

// rollover is the newest roll of the counter, until the next reading.
type rollover struct {
	at      time.Time
	from    plant.Quantity
	counted plant.Quantity
}

// mark is a reading that was kept with what it caused.
type mark struct {
	set   bool
	at    time.Time
	total plant.Quantity
}

func newCounter(u plant.UnitID, what What, rule Counter) counter {
	rule.Deadband = max(0, rule.Deadband)
	return counter{rule: rule, unit: u, what: what}
}

// take reads one sample.
func (c *counter) take(s tag.Sample, out []Fact) []Fact {
	if c.rule.Tag == 0 {
		return out
	}
	if c.seed.set && c.seed.at.Before(s.Time) {
		out = c.recall(out)
	}
	if s.Time.Before(c.newest) {
		return append(out, Late{Unit: c.unit, At: s.Time})
	}
	if s.Time.Equal(c.newest) && c.known {
		return out // a duplicate; another value at a taken time is refused, as by the history
	}
	out = c.expire(s.Time, out)
	shown, ok := c.rule.Reading(s)
	if !ok {
		if !c.blind {
			c.lost = s.Time
		}
		c.blind, c.unsure = true, true
		if c.doubt.open {
			c.doubt.until = c.limit(c.doubt.at)
		}
		return out
	}
	c.newest = s.Time
	switch {
	case !c.known:
		out = c.begin(shown, s.Time, out)
	case c.doubt.open:
		out = c.judge(shown, s.Time, out)
	default:
		out = c.step(shown, s.Time, out)
	}
	c.blind, c.unsure = false, false
	return out
}

func (c *counter) begin(shown plant.Quantity, at time.Time, out []Fact) []Fact {
	c.known = true
	c.stand(shown, at)
	return append(out, c.fact(at, shown, 0, Baseline))
}

// step takes a reading while nothing is in doubt.
func (c *counter) step(shown plant.Quantity, at time.Time, out []Fact) []Fact {
	rise, m, roll := shown-c.total, c.rule.modulus(), c.roll
	c.roll = rollover{}
	switch {
	case rise >= 0 && m >= tooFast && roll.from > 0 && shown >= roll.from && at.Sub(roll.at) < c.glitch():
		return c.move(shown, max(0, shown-roll.from-roll.counted), at, Suspect, out) // it never rolled
	case rise > 0 && m > 0 && m-rise <= c.rule.Deadband:
		c.stand(shown, at) // jitter back over the point of rolling
		return out
	case rise >= 0:
		return c.move(shown, rise, at, Plain, out)
	case -rise <= c.rule.Deadband:
		c.stand(shown, at)
		return out
	}
	rolls := m > 0 && c.total >= m-m/10 && c.total < m && shown < m/10
	if zero := shown == 0 && m >= tooFast && m-c.total > plant.One; rolls && !zero {
		c.roll = rollover{at: at, from: c.total, counted: rise + m}
		return c.move(shown, rise+m, at, Rolled, out)
	}
	c.doubt = fall{open: true, at: at, until: c.limit(at), seen: at, total: shown, unseen: c.darkness(at), rolls: rolls}
	return out
}

// limit is when a fall at a time becomes a reset.
func (c *counter) limit(at time.Time) time.Time {
	switch {
	case c.rule.Lifetime:
		return time.Time{}
	case c.unsure:
		return at.Add(max(Patience, c.glitch()))
	}
	return at.Add(c.glitch())
}

// judge takes a reading after a fall.
func (c *counter) judge(shown plant.Quantity, at time.Time, out []Fact) []Fact {
	switch {
	case c.waitsForTime() && !at.Before(c.doubt.until):
		c.doubt.total = min(c.doubt.total, shown)
		out = c.reset(at, out)
		return c.move(shown, shown-c.total, at, Plain, out)
	case shown >= c.total-c.rule.Deadband:
		c.doubt = fall{}
		return c.move(shown, max(0, shown-c.total), at, Suspect, out)
	case shown > c.doubt.total:
		out = c.reset(at, out)
		return c.move(shown, shown-c.total, at, Plain, out)
	}
	c.doubt.seen, c.doubt.total, c.doubt.unseen = at, shown, c.darkness(at) // as low as before, or lower still
	return out
}

// expire decides a fall that lasted too long to be a glitch. A reading of the very moment has its say first.
func (c *counter) expire(now time.Time, out []Fact) []Fact {
	if !c.waitsForTime() || !now.After(c.doubt.until) {
		return out
	}
	c.unsure = false // what a mark of the reset would not know either
	return c.reset(c.doubt.until, out)
}

// reset says that the fall was real: what the counter shows was counted since, and if it rolled over,
// what was left up to there as well.
func (c *counter) reset(at time.Time, out []Fact) []Fact {
	was, low := c.doubt, c.doubt.total
	c.doubt = fall{}
	if was.rolls {
		out = append(out, c.fact(at, low, low-c.total+c.rule.modulus(), Rolled))
	} else {
		out = append(out, c.fact(at, low, low, Reset))
	}
	c.total, c.at, c.unseen = low, was.seen, was.unseen
	return out
}

// recall takes the reading of a kept mark, unless newer ones are known: it was believed when it was kept.
func (c *counter) recall(out []Fact) []Fact {
	s := c.seed
	c.seed = mark{}
	if c.known && !c.newest.Before(s.at) {
		return out
	}
	out = c.expire(s.at, out)
	c.newest = s.at
	switch {
	case !c.known:
		return c.begin(s.total, s.at, out)
	case c.doubt.open:
		out = c.judge(s.total, s.at, out)
	default:
		out = c.step(s.total, s.at, out)
	}
	if c.doubt.open {
		out = c.reset(s.at, out)
	}
	return out
}

// tick decides what time alone decides.
func (c *counter) tick(now time.Time, out []Fact) []Fact {
	if c.seed.set && c.seed.at.Before(now) {
		out = c.recall(out)
	}
	return c.expire(now, out)
}

// waits tells whether a later tick may have something to decide.
func (c *counter) waits() bool {
	return c.seed.set || c.waitsForTime()
}

func (c *counter) waitsForTime() bool { return c.doubt.open && !c.doubt.until.IsZero() }

func (c *counter) move(shown, counts plant.Quantity, at time.Time, e CounterEvent, out []Fact) []Fact {
	if counts > 0 || e != Plain {
		out = append(out, c.fact(at, shown, counts, e))
	}
	c.stand(shown, at)
	return out
}

// stand makes a reading the baseline.
func (c *counter) stand(total plant.Quantity, at time.Time) {
	c.total, c.at, c.unseen = total, at, c.darkness(at)
}

// darkness is for how long nobody knew the state of the unit, up to a time.
func (c *counter) darkness(at time.Time) time.Duration {
	if c.dark == nil {
		return 0
	}
	return c.dark.until(at)
}

func (c *counter) fact(at time.Time, shown, counts plant.Quantity, e CounterEvent) Fact {
	f := Counted{
		Unit: c.unit, What: c.what, Tag: c.rule.Tag, Since: c.at, At: at,
		From: c.total, To: shown, Qty: c.rule.pieces(counts), Event: e,
	}
	switch {
	case c.dark != nil:
		f.Unseen, f.Lost = c.darkness(at)-c.unseen, c.blind
	case c.blind:
		f.Unseen, f.Lost = max(0, at.Sub(plant.Later(c.lost, c.at))), true
	}
	if e == Baseline {
		f.Since, f.From = at, shown
	}
	return f
}

func (c *counter) glitch() time.Duration {
	if c.rule.Glitch > 0 {
		return c.rule.Glitch
	}
	return defaultGlitch
}

// Count is what a counter shows.
type Count struct {
	Tag   tag.ID // 0: the unit has no such counter
	Total plant.Quantity
	At    time.Time // of the reading
	Known bool      // there ever was a reading
	Bad   bool      // something that is no count came after it
	Doubt bool      // it fell, and it is not decided whether it was reset
}

func (c *counter) count() Count {
	return Count{Tag: c.rule.Tag, Total: c.total, At: c.at, Known: c.known, Bad: c.blind, Doubt: c.doubt.open}
}
