package demoplant

import (
	"fmt"
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/ot/simulate"
	"millwright/internal/ot/simulate/station"
	"millwright/internal/plant"
)

func TestTheProgrammeGoesRoundInOrderWithDatesThatRise(t *testing.T) {
	p := &Planner{Speed: 1}
	for _, l := range simulate.Demo().Lines {
		last := execution.Job{Due: time.Date(2026, 3, 27, 6, 0, 0, 0, time.UTC)}
		for i := range 3 * len(l.Programme) {
			want := l.Programme[i%len(l.Programme)]
			j := p.after(l, last)
			if j.Product != want.Product || j.Planned != plant.Pieces(want.Quantity) || j.Rank != int64(i+1) || j.ID != fmt.Sprintf("%s-%04d", l.ID, i+1) {
				t.Fatalf("%s: job %d is %+v, want %+v", l.ID, i+1, j, want)
			}
			if !j.Due.After(last.Due) {
				t.Fatalf("%s: job %d is due at %s, the one before at %s", l.ID, i+1, j.Due, last.Due)
			}
			last = j
		}
	}
}

// The queue that the past leaves over is short, and what comes is due when the line can be done with it.
func TestTheProgrammeFitsTheSpeedOfTheMachines(t *testing.T) {
	for _, speed := range []float64{1, 10, 60, 100} {
		p := &Planner{Speed: speed}
		for _, l := range simulate.Demo().Lines {
			last := execution.Job{Due: time.Now().Add(-station.Past(speed))}
			for range p.PastJobs(l) {
				last = p.after(l, last)
			}
			longest := p.takes(l, l.Programme[0].Product, plant.Pieces(l.Programme[0].Quantity))
			if over := time.Until(last.Due); over < 0 || over > station.Past(speed)/7+longest {
				t.Errorf("speed %v, %s: the past leaves %s of work over", speed, l.ID, over)
			}
			jobs := []execution.Job{{Product: l.Products[0].Code, Planned: plant.Pieces(100), Good: plant.Pieces(40), Status: execution.Running}, {Product: l.Products[0].Code, Planned: plant.Pieces(100), Status: execution.Completed}}
			if took, want := time.Until(p.free(l, jobs)), p.takes(l, l.Products[0].Code, plant.Pieces(60)); (took - want).Abs() > time.Second {
				t.Errorf("speed %v, %s: 60 pieces take %s, want %s", speed, l.ID, took, want)
			}
		}
	}
}
