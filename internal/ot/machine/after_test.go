package machine_test

import (
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

func TestAfterLeavesWhatIsNotDealtWith(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	count := func(since, at int, from, to, qty int64, e machine.CounterEvent) machine.Counted {
		return machine.Counted{
			Since: noon.Add(time.Duration(since) * time.Second), At: noon.Add(time.Duration(at) * time.Second),
			From: plant.Pieces(from), To: plant.Pieces(to), Qty: plant.Pieces(qty), Event: e,
		}
	}
	cases := []struct {
		name  string
		fact  machine.Counted
		at    int
		total int64
		want  int64 // -1: nothing left
	}{
		{"older", count(0, 5, 10, 12, 2, machine.Plain), 6, 14, -1},
		{"the same again", count(0, 5, 10, 12, 2, machine.Plain), 5, 12, -1},
		{"the next", count(5, 9, 12, 15, 3, machine.Plain), 5, 12, 3},
		{"the next, with a gap", count(7, 9, 13, 15, 2, machine.Plain), 5, 12, 2},
		{"one that spans the mark", count(0, 9, 10, 15, 5, machine.Plain), 5, 12, 3},
		{"four cavities", count(0, 9, 10, 15, 20, machine.Plain), 5, 12, 12},
		{"jitter since", count(0, 9, 10, 11, 1, machine.Plain), 5, 12, 0},
		{"a roll after the mark", count(0, 9, 65530, 4, 10, machine.Rolled), 5, 65534, 6},
		{"a roll before the mark", count(0, 9, 65530, 4, 10, machine.Rolled), 5, 1, 3},
		{"a reset after the mark", count(0, 9, 1000, 5, 5, machine.Reset), 5, 1002, 5},
		{"a reset before the mark", count(0, 9, 1000, 5, 5, machine.Reset), 5, 2, 3},
		{"a glitch that spans the mark", count(0, 9, 1000, 1003, 3, machine.Suspect), 5, 1001, 2},
		{"a reset again, which the mark has counted on from", count(0, 5, 1000, 3, 3, machine.Reset), 5, 5, -1},
		{"the count on from a reset, of the same time", count(2, 5, 3, 5, 2, machine.Plain), 5, 3, 2},
		{"the count on from a reset that was dated later", count(2, 9, 3, 5, 2, machine.Plain), 5, 3, 2},
		{"a first reading that is not the first", count(9, 9, 1040, 1040, 0, machine.Baseline), 5, 1000, 40},
		{"a first reading after a reset unseen", count(9, 9, 7, 7, 0, machine.Baseline), 5, 1000, 7},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			mark := noon.Add(time.Duration(c.at) * time.Second)
			rest, ok := c.fact.After(mark, plant.Pieces(c.total))
			switch {
			case !ok && c.want >= 0:
				t.Fatalf("nothing left, want %d", c.want)
			case ok && c.want < 0:
				t.Fatalf("left %s, want nothing", rest.Qty)
			case ok && rest.Qty != plant.Pieces(c.want):
				t.Fatalf("left %s, want %d", rest.Qty, c.want)
			case ok && (rest.At != c.fact.At || rest.To != c.fact.To):
				t.Fatalf("the rest ends at %s with %s", rest.At, rest.To)
			}
		})
	}
}
