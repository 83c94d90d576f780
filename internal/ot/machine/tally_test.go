package machine

import (
	"testing"

	"millwright/internal/plant"
)

func TestTally(t *testing.T) {
	line := plant.Line{Units: []plant.Unit{{ID: "l/press"}, {ID: "l/packer"}}, Output: "l/packer"}
	good, total := Signals{Unit: "l/packer", Good: Counter{Tag: 1}, Total: Counter{Tag: 2}}, Signals{Unit: "l/packer", Total: Counter{Tag: 2}}
	cases := []struct {
		name         string
		signals      []Signals
		unit         plant.UnitID
		what         What
		good, reject int64
	}{
		{"good of the output", []Signals{good}, "l/packer", Good, 5, 0},
		{"total beside good", []Signals{good}, "l/packer", Total, 0, 0},
		{"reject beside good", []Signals{good}, "l/packer", Reject, 0, 5},
		{"good of another unit", []Signals{good}, "l/press", Good, 0, 0},
		{"reject of another unit", []Signals{good}, "l/press", Reject, 0, 5},
		{"reject of another line", []Signals{good}, "m/press", Reject, 0, 0},
		{"total alone", []Signals{total}, "l/packer", Total, 5, 0},
		{"reject beside total", []Signals{total}, "l/packer", Reject, -5, 5},
		{"reject of another unit beside total", []Signals{total}, "l/press", Reject, 0, 5},
		{"nothing known", nil, "l/packer", Good, 5, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tally := NewTally(line, c.signals)
			good, reject := tally.Of(Counted{Unit: c.unit, What: c.what, Qty: plant.Pieces(5)})
			if good != plant.Pieces(c.good) || reject != plant.Pieces(c.reject) {
				t.Errorf("good %s, reject %s; want %d, %d", good, reject, c.good, c.reject)
			}
		})
	}
	line.Output = ""
	if good, _ := NewTally(line, nil).Of(Counted{Unit: "l/packer", What: Good, Qty: 1}); good != 1 {
		t.Error("without an output named, the last unit is not it")
	}
	if tally := NewTally(line, nil); !tally.Has("l/press") || tally.Has("m/press") {
		t.Error("the tally does not know the units of its line")
	}
}
