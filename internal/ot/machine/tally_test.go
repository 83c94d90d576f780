package machine_test

import (
	"testing"

	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

func TestTally(t *testing.T) {
	line := plant.Line{Units: []plant.Unit{{ID: "l/press"}, {ID: "l/packer"}}, Output: "l/packer"}
	good, total := machine.Signals{Unit: "l/packer", Good: machine.Counter{Tag: 1}, Total: machine.Counter{Tag: 2}}, machine.Signals{Unit: "l/packer", Total: machine.Counter{Tag: 2}}
	cases := []struct {
		name         string
		signals      []machine.Signals
		unit         plant.UnitID
		what         machine.What
		good, reject int64
	}{
		{"good of the output", []machine.Signals{good}, "l/packer", machine.Good, 5, 0},
		{"total beside good", []machine.Signals{good}, "l/packer", machine.Total, 0, 0},
		{"reject beside good", []machine.Signals{good}, "l/packer", machine.Reject, 0, 5},
		{"good of another unit", []machine.Signals{good}, "l/press", machine.Good, 0, 0},
		{"reject of another unit", []machine.Signals{good}, "l/press", machine.Reject, 0, 5},
		{"reject of another line", []machine.Signals{good}, "m/press", machine.Reject, 0, 0},
		{"total alone", []machine.Signals{total}, "l/packer", machine.Total, 5, 0},
		{"reject beside total", []machine.Signals{total}, "l/packer", machine.Reject, -5, 5},
		{"reject of another unit beside total", []machine.Signals{total}, "l/press", machine.Reject, 0, 5},
		{"nothing known", nil, "l/packer", machine.Good, 5, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tally := machine.NewTally(line, c.signals)
			good, reject := tally.Of(machine.Counted{Unit: c.unit, What: c.what, Qty: plant.Pieces(5)})
			if good != plant.Pieces(c.good) || reject != plant.Pieces(c.reject) {
				t.Errorf("good %s, reject %s; want %d, %d", good, reject, c.good, c.reject)
			}
		})
	}
	line.Output = ""
	if good, _ := machine.NewTally(line, nil).Of(machine.Counted{Unit: "l/packer", What: machine.Good, Qty: 1}); good != 1 {
		t.Error("without an output named, the last unit is not it")
	}
	if tally := machine.NewTally(line, nil); !tally.Has("l/press") || tally.Has("m/press") {
		t.Error("the tally does not know the units of its line")
	}
}

func TestALineMakesWhatItsUnitsSideBySideMake(t *testing.T) {
	line := plant.Line{Units: []plant.Unit{{ID: "feeder"}, {ID: "press"}, {ID: "press2", Beside: "press"}}}
	tally := machine.NewTally(line, []machine.Signals{
		{Unit: "press", Total: machine.Counter{Tag: 1}, Reject: machine.Counter{Tag: 2}}, {Unit: "press2", Good: machine.Counter{Tag: 3}},
	})
	for _, c := range []struct {
		count        machine.Counted
		good, reject plant.Quantity
	}{
		{machine.Counted{Unit: "press", What: machine.Total, Qty: 10}, 10, 0},
		{machine.Counted{Unit: "press", What: machine.Reject, Qty: 2}, -2, 2},
		{machine.Counted{Unit: "press2", What: machine.Good, Qty: 7}, 7, 0},
		{machine.Counted{Unit: "press2", What: machine.Total, Qty: 8}, 0, 0},
		{machine.Counted{Unit: "feeder", What: machine.Good, Qty: 9}, 0, 0},
		{machine.Counted{Unit: "feeder", What: machine.Reject, Qty: 1}, 0, 1},
		{machine.Counted{Unit: "elsewhere", What: machine.Reject, Qty: 1}, 0, 0},
	} {
		if good, reject := tally.Of(c.count); good != c.good || reject != c.reject {
			t.Errorf("%+v makes %v and %v", c.count, good, reject)
		}
	}
}
