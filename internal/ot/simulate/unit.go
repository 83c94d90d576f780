package simulate

import (
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/simulate/chance"
	"millwright/internal/ot/tag"
)

// phase is what a unit physically does; its PackML state follows from it.
type phase uint8

const (
	off      phase = iota // Idle until the break ends
	cycling               // works on a piece
	scripted              // goes through the steps of a stop, a changeover, a start
	short                 // wants a piece, or room for one, since a moment ago
	starved               // the same for longer: Suspended
	halted                // Stopped by a person, until a person starts it
)

// How long a unit waits for a piece or for room before it suspends itself, and before a single piece
// or place is worth going on for.
const (
	patience = 4 * time.Second
	settle   = 3 * time.Second
)

// unit is one running machine.
type unit struct {
	unitState
	line  *line
	index int
	plan  *Unit
	tags  [roles]tag.ID
	board *board
}

// unitState is what a unit remembers.
type unitState struct {
	State    machine.State
	Mode     machine.Mode
	Fault    int32
	Product  string
	Phase    phase
	Next     int64 // µs: when something next happens by itself
	Script   []step
	Campaign int           // the campaign it is set up for, counted as the line does
	InHand   bool          // a finished piece that found no room yet
	Halted   bool          // a person has stopped it
	Command  int32         // the last one given
	Cycle    time.Duration // of the piece it works on, at normal speed
	Worked   time.Duration // at normal speed, since the start
	Due      []time.Duration
	Slow     spell
	Burst    spell

	Good, Reject, Total uint64

	Rate, Energy, Heat, Setpoint, Wear float64

	Flow, Noise chance.Dice
}

// spell is a stretch of hours worked in which something is different.
type spell struct {
	From, Until time.Duration
	Strength    float64
}

func (u *unit) begin(seed uint64) {
	name := u.line.plan.ID + "/" + u.plan.ID
	u.Flow, u.Noise = chance.New(seed, name), chance.New(seed, name+"/noise")
	u.Product = u.line.campaign().Product
	for _, s := range u.plan.Stops {
		u.Due = append(u.Due, u.Flow.Until(s.Every))
	}
	if u.plan.Heater != nil {
		u.Setpoint, u.Heat = u.plan.Heater.Setpoint, u.plan.Heater.Setpoint
	}
	u.Wear = 0.3 * u.Flow.Between(0, 1)
	u.Next, u.State, u.Mode = never, machine.Idle, machine.Production
	u.showAll()
	u.ready()
}

// act does what is due.
func (u *unit) act() {
	switch u.Phase {
	case cycling:
		u.complete()
	case scripted:
		u.follow()
	case short:
		u.Phase, u.Next = starved, never
		u.enter(machine.Suspended)
	case starved:
		u.Next = never
		if u.able(1) {
			u.ready()
		}
	default:
		u.Next = never
	}
}

// ready decides what to do next: stand still, set up for another product, rest, start, hand on, or take a piece.
func (u *unit) ready() {
	switch {
	case u.Halted && u.State == machine.Stopped:
		u.Phase, u.Next = halted, never
		return
	case u.Halted:
		u.play(stopByHand())
		return
	case u.Campaign != u.line.Campaign:
		u.play(u.setUp())
		return
	case u.line.Break && u.State == machine.Idle:
		u.Phase, u.Next = off, never
		return
	case u.line.Break:
		u.play(u.rest())
		return
	case u.State == machine.Unholding || u.State == machine.Starting:
		u.enter(machine.Execute)
	case u.State != machine.Execute && u.State != machine.Suspended:
		u.play(u.startUp())
		return
	}
	switch {
	case u.InHand:
		u.handOn()
	default:
		u.take()
	}
}

// take draws a piece and begins to work on it.
func (u *unit) take() {
	if u.line.supply(u.index) < 1 {
		u.wait()
		return
	}
	u.line.draw(u.index)
	u.work()
	u.line.wake(u.index - 1)
}

// handOn puts the finished piece into the buffer behind the unit.
func (u *unit) handOn() {
	if u.line.room(u.index) < 1 {
		u.wait()
		return
	}
	u.line.Buffers[u.index]++
	u.InHand = false
	u.Phase = off // progress was made: a new wait begins anew
	u.enter(machine.Execute)
	u.take()
	u.line.wake(u.index + 1)
}

// wait stays in Execute for a moment, then suspends.
func (u *unit) wait() {
	switch {
	case u.State == machine.Suspended:
		u.Phase, u.Next = starved, never
	case u.Phase != short:
		u.Phase, u.Next = short, u.line.after(patience)
	}
}

// able tells whether what the unit waits for is there n times.
func (u *unit) able(n int) bool {
	if u.InHand {
		return u.line.room(u.index) >= n
	}
	return u.line.supply(u.index) >= n
}

// wake looks whether the waiting is over. A suspended unit goes on when it can do so for a while,
// or after a short time with whatever there is, so that it does not stutter.
func (u *unit) wake() {
	if (u.Phase != short && u.Phase != starved) || !u.able(1) {
		return
	}
	if u.Phase == short || u.able(u.comfort()) {
		u.ready()
		return
	}
	if u.Next == never {
		u.Next = u.line.after(settle)
	}
}

func (u *unit) comfort() int {
	room := u.plan.Buffer
	if !u.InHand && u.index > 0 {
		room = u.line.plan.Units[u.index-1].Buffer
	}
	return max(1, min(12, room/3))
}

// work begins the cycle of one piece.
func (u *unit) work() {
	u.enter(machine.Execute)
	u.Slow.renew(u.plan.Slow, u.Worked, u.Flow)
	u.Burst.renew(u.plan.Burst, u.Worked, u.Flow)
	ideal := float64(u.line.plan.ideal(u.Product))
	pace := u.plan.Pace * (1 + 0.012*u.Flow.Normal())
	if u.Slow.on(u.Worked) {
		pace /= u.Slow.Strength
	}
	u.Cycle = time.Duration(ideal * pace)
	u.Phase, u.Next = cycling, u.line.after(u.Cycle)
}

// complete is the end of a cycle: the piece is counted, and something may have broken.
func (u *unit) complete() {
	u.Worked += u.Cycle
	scrap := u.plan.Scrap
	if u.Burst.on(u.Worked) {
		scrap = u.Burst.Strength
	}
	bad := u.Flow.Chance(scrap)
	u.count(bad)
	switch {
	case bad:
		u.line.scrap()
	case u.index == len(u.line.units)-1:
		u.line.finish()
	default:
		u.InHand = true
	}
	if script := u.trouble(); script != nil {
		u.play(script)
	} else {
		u.ready()
	}
	if bad { // the campaign needs one more
		u.line.wake(0)
	}
}

// renew draws the next spell when the last is over.
func (s *spell) renew(plan Spell, worked time.Duration, luck chance.Dice) {
	if plan.Every == 0 || worked < s.Until {
		return
	}
	s.From = worked + luck.Until(plan.Every)
	s.Until = s.From + luck.Lasts(plan.Lasts)
	s.Strength = luck.Between(plan.Low, plan.High)
}

func (s *spell) on(worked time.Duration) bool { return worked >= s.From && worked < s.Until }
