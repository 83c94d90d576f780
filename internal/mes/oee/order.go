package oee

import (
	"slices"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// OrderChanged says that an order runs on a line from At on, or that none does: a unit without one "is available and
// executes no order" (ISO 22400-2), whatever other orders wait or are held. It stands among the facts of the pacer.
type OrderChanged struct {
	Pacer   plant.UnitID
	At      time.Time
	Runs    bool
	Order   string // the job whose the line is, also beyond what it asked for; "" when it is none's
	Product string // that the line makes then; "" when nobody says
}

// Where is the pacer.
func (f OrderChanged) Where() plant.UnitID { return f.Pacer }

// When is when the order began, or ended, or left the line.
func (f OrderChanged) When() time.Time { return f.At }

// Same tells whether two say the same.
func (f OrderChanged) Same(o OrderChanged) bool {
	at := f.At.Equal(o.At)
	f.At = o.At
	return at && f == o
}

// Pacer gives the unit whose product and order are the line's; "" of a line without units.
func Pacer(line plant.Line) plant.UnitID {
	if line.Pacer == "" && len(line.Units) > 0 {
		return line.Units[0].ID
	}
	return line.Pacer
}

// ByOrder tells whether only the orders of a line tell what it makes: its pacer is known not to say it.
func ByOrder(line plant.Line, signals []machine.Signals) bool {
	pacer := Pacer(line)
	i := slices.IndexFunc(signals, func(s machine.Signals) bool { return s.Unit == pacer })
	return i >= 0 && signals[i].Product == 0
}

// Among tells the facts since a time with the changes of orders, which are in the order of time, in their places. Of
// those from before only the last one counts: it says how things stood, and comes first.
func Among(orders []OrderChanged, from time.Time, facts func(yield func(machine.Fact) bool) error, yield func(machine.Fact) bool) error {
	next := slices.IndexFunc(orders, func(o OrderChanged) bool { return !o.At.Before(from) })
	if next < 0 {
		next = len(orders)
	}
	more := next == 0 || yield(orders[next-1])
	orders = orders[next:]
	err := facts(func(f machine.Fact) bool {
		for more && len(orders) > 0 && !f.When().Before(from) && !orders[0].At.After(f.When()) {
			more = yield(orders[0])
			orders = orders[1:]
		}
		more = more && yield(f)
		return more
	})
	for ; more && err == nil && len(orders) > 0; orders = orders[1:] {
		more = yield(orders[0])
	}
	return err
}
