package demoplant

import (
	"fmt"
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/ot/simulate"
	"millwright/internal/ot/simulate/station"
	"millwright/internal/ot/tag"
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

// There are jobs for all that the machines make in the past that they bring along, and few are left over.
func TestThePastHasItsJobs(t *testing.T) {
	const speed = 10
	begin := time.Date(2026, 3, 27, 4, 30, 0, 0, time.UTC)
	machines, err := simulate.New(simulate.Demo(), 7, begin, speed)
	if err != nil {
		t.Fatal(err)
	}
	counts, made := map[tag.ID]string{}, map[string]int64{}
	for _, s := range machines.Signals() {
		for _, l := range simulate.Demo().Lines {
			if last := l.Units[len(l.Units)-1]; s.Line == l.ID && s.Unit == last.ID && s.Label == "Good" {
				counts[s.Tag] = l.ID
			}
		}
	}
	shown := map[tag.ID]uint64{}
	for at := begin; at.Before(begin.Add(station.Past(speed))); {
		at = at.Add(10 * time.Minute)
		for _, s := range machines.Advance(at) {
			if line, is := counts[s.Tag]; is {
				n, _ := s.Value.Uint()
				if n > shown[s.Tag] { // else it has rolled over or begins anew: a piece
					made[line] += int64(n - shown[s.Tag])
				} else {
					made[line]++
				}
				shown[s.Tag] = n
			}
		}
	}
	p := &Planner{Speed: speed}
	for _, l := range simulate.Demo().Lines {
		planned, waiting, last := int64(0), int64(0), execution.Job{}
		for n := range p.PastJobs(l) + Queued {
			last = p.after(l, last)
			if waiting += last.Planned.Floor(); n < p.PastJobs(l) {
				planned = waiting
			}
		}
		if made[l.ID] > waiting || planned > made[l.ID]*11/10 {
			t.Errorf("%s made %d, its past has jobs for %d, with its queue %d", l.ID, made[l.ID], planned, waiting)
		}
	}
}

// What comes is due when the line can be done with it.
func TestTheProgrammeFitsTheSpeedOfTheMachines(t *testing.T) {
	for _, speed := range []float64{1, 10, 60, 100} {
		p := &Planner{Speed: speed}
		for _, l := range simulate.Demo().Lines {
			jobs := []execution.Job{{Product: l.Products[0].Code, Planned: plant.Pieces(100), Good: plant.Pieces(40), Status: execution.Running}, {Product: l.Products[0].Code, Planned: plant.Pieces(100), Status: execution.Completed}}
			if took, want := time.Until(p.free(l, jobs)), p.takes(l, l.Products[0].Code, plant.Pieces(60)); (took - want).Abs() > time.Second {
				t.Errorf("speed %v, %s: 60 pieces take %s, want %s", speed, l.ID, took, want)
			}
		}
	}
}
