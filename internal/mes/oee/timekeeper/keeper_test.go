package timekeeper

import (
	"testing"
	"time"

	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// TestAClockThatWasAheadIsPutRight: no fact has to come for the time that it laid out to be derived anew.
func TestAClockThatWasAheadIsPutRight(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	line := plant.Line{ID: "l", Units: []plant.Unit{{ID: "u"}}, Pacer: "u", Output: "u"}
	k := &keeper{line: line, engine: timeline.NewEngine(line)}
	k.apply(machine.StateChanged{Unit: "u", At: noon, State: machine.Held, Mode: machine.Production}, noon)
	for _, now := range []time.Time{noon, noon.Add(time.Hour), noon.Add(25 * time.Hour), noon.Add(25 * time.Hour)} {
		if k.tick(now); k.asked {
			t.Fatalf("at %s the ledger is to be derived anew", now)
		}
	}
	back := noon.Add(2 * time.Hour)
	if k.tick(back); !k.due(back.Add(time.Second), time.Second) || !k.late.Equal(back) {
		t.Errorf("the ledger is laid out up to %s, and asked for is %t from %s", k.engine.Horizon(), k.asked, k.late)
	}
}
