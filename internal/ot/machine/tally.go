package machine

import "millwright/internal/plant"

// Tally says which counts make up what a line made: its good pieces are those of the output unit and of
// those that work beside it, its rejects those of all its units. Everybody who adds up pieces asks it, so that all get the same sum.
type Tally struct {
	units  map[plant.UnitID]bool
	output map[plant.UnitID]bool // with whether it has no counter of good pieces: they are its total less its rejects
}

// NewTally makes the tally of a line from the signals of its units. Without those of the output it
// is taken to have a counter of good pieces.
func NewTally(line plant.Line, signals []Signals) Tally {
	t := Tally{units: make(map[plant.UnitID]bool, len(line.Units)), output: map[plant.UnitID]bool{}}
	last := line.Output
	for _, u := range line.Units {
		t.units[u.ID] = true
		if line.Output == "" {
			last = u.ID
		}
	}
	for _, u := range append(line.Stage(last), last) {
		t.output[u] = false
	}
	for i := range signals {
		s := &signals[i]
		if _, out := t.output[s.Unit]; out {
			t.output[s.Unit] = s.Good.Tag == 0 && s.Total.Tag != 0
		}
	}
	return t
}

// Of gives the good pieces and rejects of the line that a count stands for. Good is below zero for a
// reject of an output whose good pieces are total less rejects.
func (t Tally) Of(f Counted) (good, reject plant.Quantity) {
	total, out := t.output[f.Unit]
	switch {
	case f.What == Good && out && !total:
		return f.Qty, 0
	case f.What == Total && out && total:
		return f.Qty, 0
	case f.What == Reject && out && total:
		return -f.Qty, f.Qty
	case f.What == Reject && t.units[f.Unit]:
		return 0, f.Qty
	}
	return 0, 0
}

// Has tells whether a unit is one of the line's.
func (t Tally) Has(unit plant.UnitID) bool { return t.units[unit] }
