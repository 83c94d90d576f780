package timeline

import (
	"slices"
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
	order   string           // as the machine names it
	job     oee.OrderChanged // what was told last

	sight sight

	stateAt, faultAt, productAt, orderAt, sightAt time.Time
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
// line, then up. One that has stood long enough to fill or empty what lies between comes before one
// that has not. With none it waits for material from the unit before it.
func (f *fold) look() {
	w := &f.wait
	if w.known {
		return
	}
	w.on, w.category, w.unit = true, oee.Starved, max(0, f.m.pacer-1)
	for _, sure := range [2]bool{true, false} {
		if i, found := f.cause(sure); found {
			w.known, w.unit = true, i
			if i > f.m.pacer {
				w.category = oee.Blocked
			}
			return
		}
	}
}

// cause is the nearest unit that stands still with all that work beside it; sure asks that it has for as long as the
// buffers between last.
func (f *fold) cause(sure bool) (unit int, found bool) {
	pacer, product := f.m.pacer, f.product()
	stands := func(i int, buffered time.Duration) bool {
		if f.m.beside(pacer, i) || sure && f.at.Sub(f.units[i].stateAt) < buffered {
			return false
		}
		return !slices.ContainsFunc(f.m.stages[i], func(j int) bool { return !f.units[j].halted() })
	}
	for i := pacer + 1; i < len(f.units); i++ {
		if stands(i, f.m.between(pacer, i, product)) {
			return i, true
		}
	}
	for i := pacer - 1; i >= 0; i-- {
		if stands(i, f.m.between(i, pacer, product)) {
			return i, true
		}
	}
	return 0, false
}

// lead is the unit of the pacing stage whose condition is the line's.
func (f *fold) lead() int { return f.m.lead(f.units) }

func (m *model) lead(units []condition) int {
	best := m.pacer
	if best >= len(units) {
		return best
	}
	for _, i := range m.stages[best] {
		if units[i].leads(&units[best]) {
			best = i
		}
	}
	return best
}

// leads tells whether of two units side by side this one says what the line does: one that runs does,
// then one of which nobody knows whether it runs, and at last the one that came to stand later.
func (c *condition) leads(d *condition) bool {
	if a, b := c.weight(), d.weight(); a != b {
		return a > b
	}
	return c.weight() == 0 && c.stateAt.After(d.stateAt)
}

func (c *condition) weight() int {
	_, away := modeCategory(c.mode)
	switch {
	case !c.heard || c.state == machine.Unknown:
		return 1
	case !away && c.state == machine.Execute:
		return 2
	}
	return 0
}

// now says what the line is doing, by the calendar first and then by its pacer.
func (f *fold) now() oee.Segment {
	lead := f.lead()
	s := oee.Segment{
		Line: f.m.Line.ID, Product: f.product(), Order: f.m.order(f.units), Shift: f.slot.Shift.Name, Date: f.slot.Shift.Date,
		Category: meant(f.slot.Plan),
	}
	unit := lead
	category := f.doing(f.unit(lead))
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
		s.Unit, s.State = f.m.unit(f.m.pacer), f.m.Running // whichever of a stage runs
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
	if f.m.Silent {
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
		if p := f.unit(f.m.teller); f.m.byOrder && !p.job.Runs || !f.m.byOrder && p.product == "" {
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

// product is what the line makes.
func (f *fold) product() string { return f.m.product(f.units) }

// pacer is the condition of the unit whose state is the line's.
func (f *fold) pacer() *condition { return f.unit(f.m.pacer) }

// unit is the condition of a unit by its place.
func (f *fold) unit(i int) *condition {
	if i >= len(f.units) {
		return &condition{}
	}
	return &f.units[i]
}

// paces tells whether the counts of a unit show that a line without states runs.
func (m *model) paces(u plant.UnitID) bool {
	i, ok := m.index[u]
	return ok && (m.beside(m.pacer, i) || m.beside(m.output, i))
}

// meant is what the calendar makes of a time: Running where the line is to produce.
func meant(p plant.Plan) oee.Category {
	switch p {
	case plant.OnShift:
		return oee.Running
	case plant.OnBreak:
		return oee.PlannedStop
	}
	return oee.NotScheduled
}
