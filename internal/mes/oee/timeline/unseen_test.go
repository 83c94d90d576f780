package timeline_test

import (
	"context"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Pieces that were made while nobody could see the line are pieces, but no running time belongs to them: they make no
// better performance.
func TestPiecesOfUnseenTimeMakeNoPerformance(t *testing.T) {
	begin := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	at := func(s int) time.Time { return begin.Add(time.Duration(s) * time.Second) }
	facts := []machine.Fact{machine.StateChanged{Unit: "u", At: at(0), State: machine.Execute, Mode: machine.Production}}
	total := plant.Quantity(0)
	count := func(since, to int, unseen time.Duration) {
		n := plant.Pieces(int64(to - since))
		facts = append(facts, machine.Counted{Unit: "u", What: machine.Good, Tag: 1, Since: at(since), At: at(to), From: total, To: total + n, Qty: n, Unseen: unseen})
		total += n
	}
	reject := func(since, to int, n int64, unseen time.Duration) {
		facts = append(facts, machine.Counted{Unit: "u", What: machine.Reject, Tag: 3, Since: at(since), At: at(to), From: 0, To: plant.Pieces(n), Qty: plant.Pieces(n), Unseen: unseen})
	}
	for s := range 100 {
		count(s, s+1, 0)
	}
	facts = append(facts, machine.StateChanged{Unit: "u", At: at(100), State: machine.Unknown}, machine.StateChanged{Unit: "u", At: at(300), State: machine.Execute, Mode: machine.Production})
	count(100, 301, 200*time.Second)
	reject(100, 301, 67, 200*time.Second) // a quarter of what was made meanwhile, besides
	for s := 301; s < 400; s++ {
		count(s, s+1, 0)
	}
	line := plant.Line{ID: "l", Units: []plant.Unit{{ID: "u"}}, Pacer: "u", Output: "u", Rates: []plant.Rate{{IdealCycle: time.Second}}}
	e := timeline.NewEngine(line, machine.Signals{Unit: "u", State: 2, Good: machine.Counter{Tag: 1}, Reject: machine.Counter{Tag: 3}})
	tell := func(_ context.Context, _ plant.LineID, _, _ time.Time, yield func(machine.Fact) bool) error {
		for _, f := range facts {
			if !yield(f) {
				break
			}
		}
		return nil
	}
	all, err := e.Between(t.Context(), tell, plant.Span{From: at(0), To: at(400)}, at(400))
	if err != nil {
		t.Fatal(err)
	}
	c := oee.Measure(plant.Span{From: at(0), To: at(400)}, all)
	if c.Good != plant.Pieces(400) || c.Times[oee.NoData] != 200*time.Second || c.Run != 200*time.Second {
		t.Errorf("%v pieces, %s unknown, %s running", c.Good, c.Times[oee.NoData], c.Run)
	}
	seen := 200*time.Second + 67*time.Second/201 // of the rejects as much as of the pieces
	if c.Ideal != 467*time.Second || c.Ideal-c.Unseen < seen-1 || c.Ideal-c.Unseen > seen+1 {
		t.Errorf("ideal time %s, %s of it unseen", c.Ideal, c.Unseen)
	}
	if c.Performance.Value < 1 || c.Performance.Value > 1.002 || c.Quality.Value != 400.0/467 {
		t.Errorf("performance %v, quality %v: all pieces have their part in quality", c.Performance, c.Quality)
	}
	if l, ok := c.Losses(); !ok || l.Availability+l.Performance+l.Quality+l.Good != c.PPT || l.Performance > 0 || l.Good < 171*time.Second || l.Good > 172*time.Second {
		t.Errorf("the losses are %+v of %s", l, c.PPT)
	}
	target := oee.Target(all, line.Ideal)
	if made := c.Good + c.Reject; target < made-plant.One || target > made+plant.One {
		t.Errorf("the target is %v of %v: of unseen time it is what was made", target, made)
	}
}
