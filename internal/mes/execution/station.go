package execution

import (
	"math/bits"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// station is one line with the list of who owned it when.
type station struct {
	line     plant.Line
	tally    machine.Tally
	pacer    plant.UnitID // its product is the line's
	signal   string       // the name of the mark of its product
	counters []string     // the names of the counters that are booked
	runs     []Run        // in the order of time, without overlap
	recent   []entry
	full     int                        // how many are remembered before the old ones are dropped
	blind    map[plant.UnitID]time.Time // when a unit was last lost sight of
}

// entry is a count that was booked a short while ago, or by estimate: its owners may still turn out to be others.
type entry struct {
	count  machine.Counted
	made   time.Time // from when on
	scrap  bool
	qty    plant.Quantity
	shares []share
}

// share is what one owner gets of a count.
type share struct {
	job       string
	since, at time.Time
	qty       plant.Quantity
	estimated bool
}

// owner gives the job that owned the line at a moment, "" when none did.
func (s *station) owner(at time.Time) string {
	for i := len(s.runs) - 1; i >= 0; i-- {
		if r := &s.runs[i]; !r.From.After(at) {
			if r.To.IsZero() || at.Before(r.To) {
				return r.Job
			}
			return ""
		}
	}
	return ""
}

// last is the newest run, nil when there was none.
func (s *station) last() *Run {
	if len(s.runs) == 0 {
		return nil
	}
	return &s.runs[len(s.runs)-1]
}

// begin gives the line to a job from a time on, and gives the runs that changed. From before the
// newest run on it cannot be given.
func (s *station) begin(job string, at time.Time) []Run {
	var changed []Run
	switch r := s.last(); {
	case r == nil:
	case r.From.Equal(at):
		r.Job, r.To = job, time.Time{}
		return []Run{*r}
	default:
		changed = s.end(at)
	}
	s.runs = append(s.runs, Run{Line: s.line.ID, From: at, Job: job})
	return append(changed, *s.last())
}

// end takes the line from its owner, and gives the run that changed.
func (s *station) end(at time.Time) []Run {
	r := s.last()
	if r == nil || !r.To.IsZero() && !r.To.After(at) {
		return nil
	}
	r.To = at
	if at.Before(r.From) {
		r.To = r.From
	}
	return []Run{*r}
}

// share divides a count among those who owned the line while it was made: to each the whole pieces of
// his share of the time, rounded down, and the rest to who owns it when the counter is read. A single
// piece was made when it was counted, and belongs to who owns the line from then on.
func (s *station) share(since, at time.Time, qty plant.Quantity) []share {
	if r := s.last(); one(qty) || r != nil && r.To.IsZero() && !r.From.After(since) {
		return give(nil, share{job: s.owner(at), since: since, at: at, qty: qty})
	}
	var all []share
	given := plant.Quantity(0)
	from := since
	for i := 0; i <= 2*len(s.runs); i++ {
		edge := s.edge(from, at)
		if edge.IsZero() {
			break
		}
		upTo := part(qty, edge.Sub(since), at.Sub(since))
		all = give(all, share{job: s.owner(from), since: from, at: edge, qty: upTo - given})
		given, from = upTo, edge
	}
	all = give(all, share{job: s.owner(at), since: from, at: at, qty: qty - given})
	for i := range all {
		all[i].estimated = len(all) > 1
	}
	return all
}

// give adds a share, to the one before when both are of one owner.
func give(all []share, next share) []share {
	n := len(all)
	switch {
	case next.qty == 0:
	case n > 0 && all[n-1].job == next.job:
		all[n-1].qty += next.qty
		all[n-1].at = next.at
	default:
		all = append(all, next)
	}
	return all
}

// one tells whether a quantity is a single piece, or the reversal of one.
func one(qty plant.Quantity) bool { return qty <= plant.One && qty >= -plant.One }

// edge is the first beginning or end of a run after a time and up to another; zero when there is none.
func (s *station) edge(from, to time.Time) (first time.Time) {
	for i := range s.runs {
		for _, t := range [2]time.Time{s.runs[i].From, s.runs[i].To} {
			if t.After(from) && !t.After(to) && (first.IsZero() || t.Before(first)) {
				first = t
			}
		}
	}
	return first
}

// part is a share of a quantity by time, in whole pieces if the quantity is, towards zero.
func part(qty plant.Quantity, some, whole time.Duration) plant.Quantity {
	if qty < 0 {
		return -part(-qty, some, whole)
	}
	if some <= 0 {
		return 0
	}
	if some >= whole {
		return qty
	}
	unit := plant.Quantity(1)
	if qty%plant.One == 0 {
		unit = plant.One
	}
	hi, lo := bits.Mul64(uint64(qty/unit), uint64(some))
	p, _ := bits.Div64(hi, lo, uint64(whole))
	return plant.Quantity(p) * unit
}
