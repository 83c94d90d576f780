package demoplant

import (
	"fmt"
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/ot/simulate"
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
