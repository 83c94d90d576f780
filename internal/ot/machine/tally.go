package machine

import "millwright/internal/plant"

// Tally says which counts make up what a line made: its good pieces are those of the output unit, its
// rejects those of all its units. Everybody who adds up pieces asks it, so that all get the same sum.
type Tally struct {
	output plant.UnitID
	units  map[plant.UnitID]bool
	total  bool // the output has no counter of good pieces: they are its total less its rejects
}

// NewTally makes the tally of a line from the signals of its units. Without those of the output it
// is taken to have a counter of good pieces.
func NewTally(line plant.Line, signals []Signals) Tally {
	t := Tally{output: line.Output, units: make(map[plant.UnitID]bool, len(line.Units))}
	if t.output == "" && len(line.Units) > 0 {
		t.output = line.Units[len(line.Units)-1].ID
	}
	for _, u := range line.Units {
		t.units[u.ID] = true
	}
	for i := range signals {
		if s := &signals[i]; s.Unit == t.output {
			t.total = s.Good.Tag == 0 && s.Total.Tag != 0
		}
	}
	return t
}

// Of gives the good pieces and rejects of the line that a count stands for. Good is below zero for a
// reject of an output whose good pieces are total less rejects.
func (t Tally) Of(f Counted) (good, reject plant.Quantity) {
	out := f.Unit == t.output
	switch {
	case f.What == Good && out && !t.total:
		return f.Qty, 0
	case f.What == Total && out && t.total:
		return f.Qty, 0
	case f.What == Reject && out && t.total:
		return -f.Qty, f.Qty
	case f.What == Reject && t.units[f.Unit]:
		return 0, f.Qty
	}
	return 0, 0
}

// Has tells whether a unit is one of the line's.
func (t Tally) Has(unit plant.UnitID) bool { return t.units[unit] }
