package timeline

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline/pace"
	"millwright/internal/mes/oee/timeline/stops"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// model is what an engine knows of its line: read only.
type model struct {
	stops.Rules
	tally   machine.Tally
	index   map[plant.UnitID]int
	pacer   int
	teller  int // whose product and order are the line's
	output  int
	stages  [][]int       // by unit: itself and those beside it, in the order of the flow
	byOrder bool          // only its orders tell what it makes
	reach   time.Duration // how far back the past can have a say in what a moment is
}

// newModel takes a line apart. Without the pacer's signals it is taken to say its state.
func newModel(line plant.Line, signals []machine.Signals) *model {
	m := &model{
		Rules: stops.Rules{Line: line, Running: machine.Execute}, tally: machine.NewTally(line, signals),
		index: make(map[plant.UnitID]int, len(line.Units)), output: max(0, len(line.Units)-1),
	}
	for i, u := range line.Units {
		m.index[u.ID] = i
		if u.ID == line.Pacer {
			m.pacer = i
		}
		if u.ID == line.Output {
			m.output = i
		}
	}
	m.stages = make([][]int, len(line.Units))
	for i, u := range line.Units {
		for _, one := range line.Stage(u.ID) {
			m.stages[i] = append(m.stages[i], m.index[one])
		}
	}
	m.teller, m.byOrder = m.pacer, oee.ByOrder(line, signals)
	for i := range signals {
		if at, ok := m.index[signals[i].Unit]; ok && at == m.pacer && signals[i].State == 0 {
			m.Silent, m.Running = true, machine.Unknown
		}
	}
	m.Pacer, m.reach = m.unit(m.pacer), m.Reach()
	return m
}

// product is what the line makes: as its teller says or, where only that tells, its order.
func (m *model) product(units []condition) string {
	switch {
	case m.teller >= len(units):
		return ""
	case m.byOrder:
		return units[m.teller].job.Product
	}
	return units[m.teller].product
}

// order is whose the line is: a job's, or else that of the order which its pacer names.
func (m *model) order(units []condition) string {
	if m.teller >= len(units) {
		return ""
	}
	return cmp.Or(units[m.teller].job.Order, units[m.teller].order)
}

// rule is by what the line's speed is measured while it makes a product.
func (m *model) rule(product string) pace.Rule {
	r := pace.Rule{Cycle: m.Cycle(product), Low: m.Line.Limits(product).Low()}
	if m.Silent {
		r.Rest = m.MinStop(product)
	}
	return r
}

// beside tells whether two units do the same in parallel, or are one.
func (m *model) beside(i, j int) bool {
	return i == j || i < len(m.stages) && slices.Contains(m.stages[i], j)
}

// between is how long the buffers between two units last at the ideal pace, the first of them upstream.
func (m *model) between(first, second int, product string) time.Duration {
	room := plant.Quantity(0)
	for i := first; i < second; i++ {
		room += m.Line.Units[i].Buffer
	}
	return oee.IdealTime(m.Cycle(product), room)
}

// unit names a unit by its place in the line; a line without units has none.
func (m *model) unit(i int) plant.UnitID {
	if i < 0 || i >= len(m.Line.Units) {
		return ""
	}
	return m.Line.Units[i].ID
}
