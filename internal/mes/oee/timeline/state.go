package timeline

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// condition is what one unit last said.
type condition struct {
	heard   bool // it said its state or mode at all
	state   machine.State
	mode    machine.Mode
	fault   string
	product string

	sight sight

	stateAt, faultAt, productAt, sightAt time.Time
}

// sight is whether the counters of a unit without a state tag can be read.
type sight uint8

const (
	unsaid sight = iota
	seen
	blind
)

// modeCategory gives the category of a mode that outweighs the state.
func modeCategory(m machine.Mode) (c oee.Category, outweighs bool) {
	switch m {
	case machine.ChangeOver:
		return oee.Changeover, true
	case machine.Maintenance:
		return oee.PlannedStop, true
	case machine.Manual:
		return oee.Breakdown, true
	}
	return oee.NoData, false
}

// suspended tells whether a unit waits for another one.
func suspended(s machine.State) bool {
	return s == machine.Suspending || s == machine.Suspended || s == machine.Unsuspending
}

// halted tells whether a unit is known to stand still for a cause of its own.
func (c *condition) halted() bool {
	if !c.heard || c.state == machine.Unknown {
		return false
	}
	_, away := modeCategory(c.mode)
	return away || c.state != machine.Execute && !suspended(c.state)
}

// wait is a suspension of the pacer. What caused it is asked when it begins; while nobody is known to
// stand still it is asked again, so that a cause that is heard of later counts for all of it.
// A cause that goes away first does not change it: the pacer needs time to start again.
type wait struct {
	on, known bool
	category  oee.Category
	unit      int
}

// look finds the unit that the pacer waits for: the nearest one that stands still, first down the
// line, then up. With none it waits for material from the unit before it.
func (f *fold) look() {
	w := &f.wait
	if w.known {
		return
	}
	w.on, w.category, w.unit = true, oee.Starved, max(0, f.m.pacer-1)
	for i := f.m.pacer + 1; i < len(f.units); i++ {
		if f.units[i].halted() {
			w.known, w.category, w.unit = true, oee.Blocked, i
			return
		}
	}
	for i := f.m.pacer - 1; i >= 0; i-- {
		if f.units[i].halted() {
			w.known, w.unit = true, i
			return
		}
	}
}

// now says what the line is doing, by the calendar first and then by its pacer.
func (f *fold) now() oee.Segment {
	c := f.pacer()
	s := oee.Segment{Line: f.m.line.ID, Product: c.product, Shift: f.slot.Shift.Name, Date: f.slot.Shift.Date, Category: meant(f.slot.Plan)}
	unit := f.m.pacer
	category := f.doing(c)
	if s.Category != oee.Running {
		return s
	}
	s.Category = category
	if f.wait.on {
		unit = f.wait.unit
	}
	s.Unit = f.m.unit(unit)
	switch {
	case category == oee.Running:
		s.State = f.m.running
	case unit < len(f.units):
		s.State = f.units[unit].state
		if category != oee.NoData {
			s.Fault = f.units[unit].fault
		}
	}
	return s
}

// doing is what the pacer does, were it planned to.
func (f *fold) doing(c *condition) oee.Category {
	category := f.stands(c)
	if category != oee.Starved {
		f.wait = wait{}
		return category
	}
	f.look()
	return f.wait.category
}

// stands gives the category of the pacer's mode and state; Starved stands for every kind of waiting.
func (f *fold) stands(c *condition) oee.Category {
	if f.m.silent {
		if category, ok := modeCategory(c.mode); ok {
			return category
		}
		if f.sign.IsZero() || f.blind() {
			return oee.NoData
		}
		return oee.Running
	}
	if !c.heard || c.state == machine.Unknown {
		return oee.NoData
	}
	if category, ok := modeCategory(c.mode); ok {
		return category
	}
	switch c.state {
	case machine.Execute:
		return oee.Running
	case machine.Suspending, machine.Suspended, machine.Unsuspending:
		return oee.Starved
	case machine.Idle, machine.Complete:
		if c.product == "" {
			return oee.NoOrder
		}
	}
	return oee.Breakdown
}

// blind tells whether none of the counters can be read that show whether a silent pacer runs.
func (f *fold) blind() bool {
	own := f.pacer().sight
	if own == unsaid && f.m.output < len(f.units) {
		own = f.units[f.m.output].sight
	}
	return own == blind
}

// hear keeps what a fact says of a unit; it tells whether that may change what the line does.
func (c *condition) hear(fact machine.Fact) bool {
	switch x := fact.(type) {
	case machine.StateChanged:
		if !x.At.Before(c.stateAt) {
			c.heard, c.state, c.mode, c.stateAt = true, x.State, x.Mode, x.At
			return true
		}
	case machine.ProductChanged:
		if !x.At.Before(c.productAt) {
			c.product, c.productAt = x.Product, x.At
			return true
		}
	case machine.FaultChanged:
		if !x.At.Before(c.faultAt) {
			c.fault, c.faultAt = code(x.Code), x.At
			return true
		}
	case machine.SightChanged:
		if !x.At.Before(c.sightAt) {
			c.sight, c.sightAt = sightOf(x), x.At
			return true
		}
	}
	return false
}

// knows tells whether a fact is older than the newest of its kind: it was heard before.
func (c *condition) knows(fact machine.Fact) bool {
	switch x := fact.(type) {
	case machine.StateChanged:
		return x.At.Before(c.stateAt) || x == machine.StateChanged{Unit: x.Unit, At: c.stateAt, State: c.state, Mode: c.mode}
	case machine.ProductChanged:
		return x.At.Before(c.productAt) || x == machine.ProductChanged{Unit: x.Unit, At: c.productAt, Product: c.product}
	case machine.FaultChanged:
		return x.At.Before(c.faultAt) || x.At.Equal(c.faultAt) && code(x.Code) == c.fault
	case machine.SightChanged:
		return x.At.Before(c.sightAt) || x.At.Equal(c.sightAt) && sightOf(x) == c.sight
	}
	return false
}

func sightOf(x machine.SightChanged) sight {
	if x.Blind {
		return blind
	}
	return seen
}

// code is a fault code, "" for none.
func code(s string) string {
	if s == "0" {
		return ""
	}
	return s
}

// pacer is the condition of the unit whose state is the line's.
func (f *fold) pacer() *condition {
	if f.m.pacer >= len(f.units) {
		return &condition{}
	}
	return &f.units[f.m.pacer]
}

// paces tells whether the counts of a unit show that a line without states runs.
func (m *model) paces(u plant.UnitID) bool {
	i, ok := m.index[u]
	return ok && (i == m.pacer || i == m.output)
}
