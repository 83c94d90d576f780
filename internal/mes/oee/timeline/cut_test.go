package timeline

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// A stop that is cut goes on as its machine stood by then, not as when it began: whoever lays out only what comes after
// the cut does not know that.
func TestAStopThatIsCutGoesOnAsItStands(t *testing.T) {
	x := tale{line: plant.Line{ID: "l", Units: []plant.Unit{{ID: "u"}}, Pacer: "u", Output: "u"}}
	at := func(hours, minutes int) time.Time {
		return morning.Add(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)
	}
	stands := func(when time.Time, s machine.State) machine.Fact {
		return machine.StateChanged{Unit: "u", At: when, State: s, Mode: machine.Production}
	}
	x.facts = []machine.Fact{
		machine.ProductChanged{Unit: "u", At: at(0, 30), Product: "P"},
		stands(at(0, 30), machine.Execute),
		stands(at(1, 0), machine.Idle),
		machine.FaultChanged{Unit: "u", At: at(1, 10), Code: "7"},
		machine.FaultChanged{Unit: "u", At: at(1, 20), Code: "0"},
		machine.ProductChanged{Unit: "u", At: at(1, 30), Product: "Q"},
		stands(at(20, 15), machine.Held),
		machine.FaultChanged{Unit: "u", At: at(26, 30), Code: "7"}, // too late for a set-up: a breakdown begins
		machine.FaultChanged{Unit: "u", At: at(26, 40), Code: "8"},
		stands(at(27, 0), machine.Stopped),
		machine.ProductChanged{Unit: "u", At: at(27, 30), Product: "P"},
		stands(at(28, 0), machine.Execute),
	}
	x.end = at(29, 0)
	e := NewEngine(x.line)
	closed, err := e.Derive(context.Background(), x.history, morning, x.end)
	if err != nil {
		t.Fatal(err)
	}
	all, found := slices.Concat(closed, e.Open(x.end)), false
	for _, s := range all {
		got, err := NewEngine(x.line).Between(context.Background(), x.history, plant.Span{From: s.From, To: s.To}, x.end)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]oee.Segment{s}, got); d != "" {
			t.Errorf("from %s to %s, laid out alone: %s", s.From, s.To, d)
		}
		if s.From.Equal(at(26, 30)) {
			found = s.Category == oee.Breakdown && s.State == machine.Held && s.Fault == "7"
		}
	}
	if !found {
		t.Errorf("there is no breakdown in which the machine is held: %+v", all)
	}
}
