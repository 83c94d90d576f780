// Package machine interprets samples as machine states and counts, once for everybody.
package machine

import (
	"slices"
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Signals says which tags tell what about one work unit. A tag ID of 0 means: not there.
type Signals struct {
	Unit    plant.UnitID
	State   tag.ID
	States  map[string]State // value as printed → state; nil means PackTags numbering (see PackTags)
	Mode    tag.ID
	Modes   map[string]Mode // nil means PackTags numbering
	Good    Counter
	Reject  Counter
	Total   Counter
	Product tag.ID
	Order   tag.ID
	Fault   tag.ID
	Speed   tag.ID
	Command tag.ID // written by people, in the numbers of Command; never read as a state
}

// Counter is how a counting tag behaves.
type Counter struct {
	Tag      tag.ID
	Modulus  uint64         // the value at which it rolls over to 0: 65536 for 16 bits; 0 means never
	Deadband plant.Quantity // a fall by no more is jitter
	Glitch   time.Duration  // a fall that comes back within this time is a glitch; 0 means 5 s
	Per      plant.Quantity // pieces per count, less blocked cavities; 0 means one
	Lifetime bool           // counts since the machine was built: 0 means that it does not know, and only a rise after a fall proves a reset
}

// State is a PackML state (ISA-TR88.00.02, OPC 30050); the numbers are those of PackTags.
type State uint8

// The 17 states. Unknown is ours: the state tag is bad, stale or not mapped.
const (
	Unknown State = iota
	Clearing
	Stopped
	Starting
	Idle
	Suspended
	Execute
	Stopping
	Aborting
	Aborted
	Holding
	Held
	Unholding
	Suspending
	Unsuspending
	Resetting
	Completing
	Complete
)

// Mode is a PackML unit mode; the numbers are those of PackTags. Modes over 3 are the builder's own.
type Mode uint8

// The modes that have names.
const (
	ModeInvalid Mode = iota
	Production
	Maintenance
	Manual
	ChangeOver // ours, for machines that report set-up as a mode
)

// Fact is something that happened at one work unit at one time.
type Fact interface {
	Where() plant.UnitID
	When() time.Time
}

// StateChanged says that a unit is in another state or mode from At on.
type StateChanged struct {
	Unit  plant.UnitID
	At    time.Time
	State State
	Mode  Mode
}

// ProductChanged says that a unit makes another product from At on; "" when it does not say.
type ProductChanged struct {
	Unit    plant.UnitID
	At      time.Time
	Product string
}

// OrderNamed says that a unit works on another order from At on, by the number that the machine knows it by; "" when on none.
type OrderNamed struct {
	Unit  plant.UnitID
	At    time.Time
	Order string
}

// FaultChanged says that a unit shows another fault code from At on; "" or "0" when none.
type FaultChanged struct {
	Unit plant.UnitID
	At   time.Time
	Code string
}

// What tells what a counter counts.
type What uint8

// Good and rejected pieces, and both together. Where a unit has no Good counter, its good pieces are
// the sum of Total less the sum of Reject.
const (
	Good What = iota + 1
	Reject
	Total
)

// Counted says that a counter moved between two readings.
type Counted struct {
	Unit     plant.UnitID
	What     What
	Tag      tag.ID
	Since    time.Time      // time of the reading before
	At       time.Time      // time of this reading; of a Reset, or a roll to 0, when it was decided
	From, To plant.Quantity // the readings as the counter showed them
	Qty      plant.Quantity // pieces made between them: never negative
	Event    CounterEvent
	Unseen   time.Duration // of the time between: in which the state could not be read, or the counter of a unit without one
	Lost     bool          // meanwhile the counter could not be read
}

// Seen is what of an amount, that grew evenly between the readings, falls to the time in which the unit was seen.
func (f Counted) Seen(amount time.Duration) time.Duration {
	between := f.At.Sub(f.Since)
	if f.Unseen <= 0 || between <= 0 {
		return amount
	}
	seen, _ := plant.Quantity(amount).Times(int64(max(0, between-f.Unseen)), int64(between))
	return time.Duration(seen)
}

// Late says that a reading came that is older than the newest of its tag. The engine leaves it out;
// who keeps a ledger derives it again from At on, with Replay.
type Late struct {
	Unit plant.UnitID
	At   time.Time
}

// CounterEvent is what else a reading said about its counter.
type CounterEvent uint8

// Baseline is the first reading ever: nothing is counted. Rolled and Reset come with their pieces; a Reset
// counts what the counter showed after its fall. Suspect says that a fall came back: only the rise over
// the total from before the fall was counted.
const (
	Plain CounterEvent = iota
	Baseline
	Rolled
	Reset
	Suspect
)

// Where is the unit.
func (f StateChanged) Where() plant.UnitID { return f.Unit }

// When is when it changed.
func (f StateChanged) When() time.Time { return f.At }

// Where is the unit.
func (f ProductChanged) Where() plant.UnitID { return f.Unit }

// When is when it changed.
func (f ProductChanged) When() time.Time { return f.At }

// Where is the unit.
func (f OrderNamed) Where() plant.UnitID { return f.Unit }

// When is when it changed.
func (f OrderNamed) When() time.Time { return f.At }

// Where is the unit.
func (f FaultChanged) Where() plant.UnitID { return f.Unit }

// When is when it changed.
func (f FaultChanged) When() time.Time { return f.At }

// Where is the unit.
func (f Counted) Where() plant.UnitID { return f.Unit }

// When is when the reading was taken.
func (f Counted) When() time.Time { return f.At }

// Where is the unit.
func (f Late) Where() plant.UnitID { return f.Unit }

// When is when the late reading was taken.
func (f Late) When() time.Time { return f.At }

// Among gives the signals of some units.
func Among(all []Signals, units []plant.Unit) (some []Signals) {
	for _, s := range all {
		if slices.ContainsFunc(units, func(u plant.Unit) bool { return u.ID == s.Unit }) {
			some = append(some, s)
		}
	}
	return some
}
