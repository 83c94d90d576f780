package timeline

import (
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// The two thresholds of stop detection, where the line does not say.
const (
	defaultMinStop  = 10 * time.Second
	defaultMicroMax = 300 * time.Second
	restartCycles   = 3                // running for fewer ideal cycles does not end a stop
	longestDoubt    = 30 * time.Second // what cycles of minutes may ask of both, where the pacer says its state
)

// model is what an engine knows of its line: read only.
type model struct {
	line    plant.Line
	tally   machine.Tally
	index   map[plant.UnitID]int
	pacer   int
	output  int
	silent  bool          // the pacer has no state tag: whether it runs is inferred from its counts
	running machine.State // the state of a running segment
	reach   time.Duration // how far back the past can have a say in what a moment is
}

// newModel takes a line apart. Without the pacer's signals it is taken to say its state.
func newModel(line plant.Line, signals []machine.Signals) *model {
	m := &model{
		line: line, tally: machine.NewTally(line, signals),
		index: make(map[plant.UnitID]int, len(line.Units)), output: max(0, len(line.Units)-1),
		running: machine.Execute,
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
	for i := range signals {
		if at, ok := m.index[signals[i].Unit]; ok && at == m.pacer && signals[i].State == 0 {
			m.silent, m.running = true, machine.Unknown
		}
	}
	m.reach = m.furthest()
	return m
}

// furthest bounds the memory of stop detection: a stop that is longer than a micro-stop is known for
// one without its beginning, and what hides that beginning is one pause and one running island.
func (m *model) furthest() time.Duration {
	pause, island := m.minStop(""), m.restart("")
	for _, r := range m.line.Rates {
		pause = max(pause, m.minStop(r.Product))
		island = max(island, m.restart(r.Product))
	}
	return m.microMax() + 2*pause + 2*island
}

// minStop is how long the line must pause for a stop while it makes a product.
func (m *model) minStop(product string) time.Duration {
	if m.line.Thresholds.MinStop > 0 {
		return m.line.Thresholds.MinStop
	}
	return max(defaultMinStop, m.capped(m.cycle(product)*3/2))
}

// microMax is the longest micro-stop.
func (m *model) microMax() time.Duration {
	if m.line.Thresholds.MicroMax > 0 {
		return m.line.Thresholds.MicroMax
	}
	return defaultMicroMax
}

// restart is how long the line must run to end a stop.
func (m *model) restart(product string) time.Duration {
	return m.capped(restartCycles * m.cycle(product))
}

// capped bounds what long cycles ask for, where the pacer says its state: then a pause of minutes is one,
// however long a piece takes.
func (m *model) capped(d time.Duration) time.Duration {
	if !m.silent {
		return min(d, longestDoubt)
	}
	return d
}

// cycle is the ideal cycle of a product, 0 when no rate is known.
func (m *model) cycle(product string) time.Duration {
	cycle, ok := m.line.Ideal(product)
	if !ok || cycle < 0 {
		return 0
	}
	return cycle
}

// unit names a unit by its place in the line; a line without units has none.
func (m *model) unit(i int) plant.UnitID {
	if i < 0 || i >= len(m.line.Units) {
		return ""
	}
	return m.line.Units[i].ID
}
