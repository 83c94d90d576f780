package machine

import (
	"strconv"
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Status is a copy of how one work unit stands.
type Status struct {
	Unit    plant.UnitID
	State   State
	Mode    Mode      // Production when the unit has no mode tag
	Since   time.Time // of State and Mode; zero while nothing was heard
	Product string
	Order   string  // "" when the machine names none
	Fault   string  // "" or "0" when none
	Speed   float64 // in the machine's own unit
	SpeedOK bool    // the newest speed is good
	Good    Count
	Reject  Count
	Total   Count
	Newest  time.Time // of all samples of the unit
}

// unit is one work unit as its samples tell.
type unit struct {
	signals                                  Signals
	state, mode, product, order, fault, rate signal
	good, reject, total                      counter
	now                                      Status
	productAt, orderAt, faultAt              time.Time // since when they stand
	sightAt                                  time.Time // since when counters can be read, or cannot
	dark                                     darkness  // of its state
}

func newUnit(s Signals) *unit {
	u := &unit{signals: s, now: Status{Unit: s.Unit}, dark: newDarkness()}
	if s.Mode == 0 {
		u.now.Mode = Production
	}
	u.good = newCounter(s.Unit, Good, s.Good)
	u.reject = newCounter(s.Unit, Reject, s.Reject)
	u.total = newCounter(s.Unit, Total, s.Total)
	return u
}

// listener takes the samples of one tag for one part of a unit.
type listener struct {
	tag     tag.ID
	unit    *unit
	take    func(tag.Sample, []Fact) []Fact
	counter *counter // nil when the part does not count
	signal  *signal  // nil when it does
}

// newest is the time of the newest sample taken.
func (l listener) newest() time.Time {
	if l.counter != nil {
		return l.counter.newest
	}
	return l.signal.at
}

func (u *unit) listeners() []listener {
	all := []listener{
		{tag: u.signals.State, unit: u, take: u.takeState, signal: &u.state},
		{tag: u.signals.Mode, unit: u, take: u.takeMode, signal: &u.mode},
		{tag: u.signals.Product, unit: u, take: u.takeProduct, signal: &u.product},
		{tag: u.signals.Order, unit: u, take: u.takeOrder, signal: &u.order},
		{tag: u.signals.Fault, unit: u, take: u.takeFault, signal: &u.fault},
		{tag: u.signals.Speed, unit: u, take: u.takeSpeed, signal: &u.rate},
	}
	for _, c := range u.counters() {
		l := listener{tag: c.rule.Tag, unit: u, take: c.take, counter: c}
		if u.signals.State == 0 {
			l.take = u.watched(c)
		} else {
			c.dark = &u.dark
		}
		all = append(all, l)
	}
	return all
}

func (u *unit) counters() [3]*counter { return [3]*counter{&u.good, &u.reject, &u.total} }

func (u *unit) takeState(s tag.Sample, out []Fact) []Fact {
	switch u.state.take(s) {
	case late:
		return append(out, Late{Unit: u.now.Unit, At: s.Time})
	case changed:
		return u.enter(u.signals.state(s), u.now.Mode, s.Time, out)
	}
	return out
}

func (u *unit) takeMode(s tag.Sample, out []Fact) []Fact {
	switch u.mode.take(s) {
	case late:
		return append(out, Late{Unit: u.now.Unit, At: s.Time})
	case changed:
		return u.enter(u.now.State, u.signals.mode(s), s.Time, out)
	}
	return out
}

// enter changes state and mode; the first state ever is said even when it is Unknown. What the one tag
// says from before the newest word of the other counts from then on, until it is derived again.
func (u *unit) enter(state State, mode Mode, at time.Time, out []Fact) []Fact {
	if state == u.now.State && mode == u.now.Mode && !u.now.Since.IsZero() {
		return out
	}
	if at.Before(u.now.Since) {
		out = append(out, Late{Unit: u.now.Unit, At: at})
		at = u.now.Since
	}
	u.dark.turn(state == Unknown, at)
	u.now.State, u.now.Mode, u.now.Since = state, mode, at
	return append(out, u.stands())
}

func (u *unit) stands() StateChanged {
	return StateChanged{Unit: u.now.Unit, At: u.now.Since, State: u.now.State, Mode: u.now.Mode}
}

func (u *unit) takeProduct(s tag.Sample, out []Fact) []Fact {
	switch u.product.take(s) {
	case late:
		return append(out, Late{Unit: u.now.Unit, At: s.Time})
	case changed:
		if !s.Good() || u.product.word() == u.now.Product {
			return out // nobody changes a line over by losing sight of it: what it makes holds until it says another product
		}
		u.productAt = s.Time
		u.now.Product = u.product.word()
		return append(out, ProductChanged{Unit: u.now.Unit, At: s.Time, Product: u.now.Product})
	}
	return out
}

// takeOrder takes the number of an order; a number 0 is none. Like a product it holds until another is named.
func (u *unit) takeOrder(s tag.Sample, out []Fact) []Fact {
	switch u.order.take(s) {
	case late:
		return append(out, Late{Unit: u.now.Unit, At: s.Time})
	case changed:
		named := u.order.word()
		if f, number := s.Value.Float(); number && f == 0 {
			named = ""
		}
		if !s.Good() || named == u.now.Order {
			return out
		}
		u.orderAt, u.now.Order = s.Time, named
		return append(out, OrderNamed{Unit: u.now.Unit, At: s.Time, Order: named})
	}
	return out
}

func (u *unit) takeFault(s tag.Sample, out []Fact) []Fact {
	switch u.fault.take(s) {
	case late:
		return append(out, Late{Unit: u.now.Unit, At: s.Time})
	case changed:
		u.faultAt = s.Time
		u.now.Fault = u.fault.word()
		return append(out, FaultChanged{Unit: u.now.Unit, At: s.Time, Code: u.now.Fault})
	}
	return out
}

// takeSpeed only shows: no ledger rests on it, so that a late one is no news.
func (u *unit) takeSpeed(s tag.Sample, out []Fact) []Fact {
	if u.rate.take(s) == changed {
		speed, number := s.Value.Float()
		u.now.Speed, u.now.SpeedOK = speed, number && s.Clean().Good()
		if !u.now.SpeedOK {
			u.now.Speed = 0
		}
	}
	return out
}

// status gives a copy with the counters as they stand.
func (u *unit) status() Status {
	s := u.now
	s.Good, s.Reject, s.Total = u.good.count(), u.reject.count(), u.total.count()
	return s
}

// standing appends the facts that say how the unit stands, each at the time it began.
func (u *unit) standing(out []Fact) []Fact {
	if !u.now.Since.IsZero() {
		out = append(out, u.stands())
	}
	if !u.productAt.IsZero() {
		out = append(out, ProductChanged{Unit: u.now.Unit, At: u.productAt, Product: u.now.Product})
	}
	if !u.orderAt.IsZero() {
		out = append(out, OrderNamed{Unit: u.now.Unit, At: u.orderAt, Order: u.now.Order})
	}
	if !u.faultAt.IsZero() {
		out = append(out, FaultChanged{Unit: u.now.Unit, At: u.faultAt, Code: u.now.Fault})
	}
	if !u.sightAt.IsZero() {
		out = append(out, SightChanged{Unit: u.now.Unit, At: u.sightAt, Blind: u.blind()})
	}
	return out
}

// state reads a sample of the state tag.
func (s Signals) state(x tag.Sample) State {
	if !x.Good() {
		return Unknown
	}
	if s.States != nil {
		return s.States[x.Value.String()]
	}
	n, ok := number(x.Value)
	if !ok {
		return Unknown
	}
	return PackTags(n)
}

// mode reads a sample of the mode tag.
func (s Signals) mode(x tag.Sample) Mode {
	if !x.Good() {
		return ModeInvalid
	}
	if s.Modes != nil {
		return s.Modes[x.Value.String()]
	}
	n, ok := number(x.Value)
	if !ok || n < 0 || n > 255 {
		return ModeInvalid
	}
	return Mode(n)
}

// Word names the state or mode that a sample of the unit's state or mode tag stands for; "" for every other tag,
// and for a value that stands for none.
func (s Signals) Word(x tag.Sample) string {
	switch {
	case x.Tag == 0:
	case x.Tag == s.State && s.state(x) != Unknown:
		return s.state(x).String()
	case x.Tag == s.Mode && s.mode(x) != ModeInvalid:
		return s.mode(x).String()
	case x.Tag == s.Command:
		n, _ := number(x.Value)
		return Command(n).String()
	}
	return ""
}

// number gives a whole number; some controllers send theirs as floats. Text is no number.
func number(v tag.Value) (n int64, ok bool) {
	switch v.Kind() {
	case tag.Int, tag.Uint:
		return v.Int()
	case tag.Float:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return n, err == nil
	}
	return 0, false
}

// PackTags gives the state of a PackTags number (StateCurrent, 1 to 17); Unknown for every other.
func PackTags(n int64) State {
	if n < int64(Clearing) || n > int64(Complete) {
		return Unknown
	}
	return State(n)
}
