package timeline

import (
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// NewUnitEngine makes an engine of one unit of a line: it lays out that unit's own time as NewEngine does the line's,
// by its own state and counters. Calendar, product and order are the line's. Its ideal cycle is the line's too; units
// that work in parallel share that, so that each may take as many times as long.
func NewUnitEngine(line plant.Line, unit plant.UnitID, signals ...machine.Signals) *Engine {
	alone := line
	alone.Pacer, alone.Output = unit, unit
	alone.Units = slices.Clone(line.Units)
	stage := line.Stage(unit)
	for i := range alone.Units {
		if slices.Contains(stage, alone.Units[i].ID) {
			alone.Units[i].Beside = ""
		}
	}
	alone.Rates = slices.Clone(line.Rates)
	for i := range alone.Rates {
		alone.Rates[i].IdealCycle *= time.Duration(len(stage))
	}
	m := newModel(alone, signals)
	m.tally = machine.NewTally(plant.Line{Units: []plant.Unit{{ID: unit}}, Output: unit}, signals)
	m.byOrder = oee.ByOrder(line, signals)
	if at, ok := m.index[oee.Pacer(line)]; ok {
		m.teller = at
	}
	return &Engine{m: m, roster: &plant.Roster{Calendar: line.Calendar}}
}
