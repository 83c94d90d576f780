package promise

import (
	"time"

	"millwright/internal/plant"
)

// run is how a job goes.
type run struct {
	line   int
	from   time.Time // when the line has it; zero when nobody can say
	to     time.Time // when it is done; zero when nobody can say
	behind int       // jobs before it in the queue
	before string    // the job before it
	waits  []wait
	lost   loss
}

// wait is a time in which a line waits for material.
type wait struct {
	item        int64
	from, until time.Time // until is zero when nothing is on its way
	by          string    // what brings it
	work        int64     // the work order that makes it
	late        bool      // it is not ordered yet
}

// loss is why nobody can say when a job is done.
type loss uint8

const (
	none  loss = iota
	held       // it is on hold
	paced      // nobody knows how fast its product is made
	lacks      // material is short, and none is on its way
	blind      // a job before it cannot be foretold
	far        // it takes longer than is looked ahead
)

// queue is a line while its jobs are gone through.
type queue struct {
	*Line
	index   int
	jobs    []Job
	at      int
	free    time.Time
	product string
	done    int // jobs gone through that take time
	last    string
	lost    bool // since a job that cannot be foretold
}

// next skips jobs that have left the line; it tells whether there is another.
func (s *simulation) next(q *queue) bool {
	for ; q.at < len(q.jobs); q.at++ {
		j := &q.jobs[q.at]
		if !j.Held && !s.stops(j.Work) {
			return true
		}
		s.runs[j.ID] = run{line: q.index, lost: held}
	}
	return false
}

// stops tells whether a job's work order is on hold.
func (s *simulation) stops(work int64) bool {
	i, is := s.works[work]
	return is && s.f.Work[i].Held != ""
}

// step lets a line do its next job.
func (s *simulation) step(q *queue) {
	j := &q.jobs[q.at]
	q.at++
	r := run{line: q.index, behind: q.done, before: q.last}
	q.done, q.last = q.done+1, j.ID
	if q.lost {
		r.lost = blind
		s.runs[j.ID] = r
		return
	}
	pace := q.pace(j.Product)
	cycles := pace.Good.Cycles(j.Left())
	switch begin, ok := s.hours[q.index].Open(q.free); {
	case !ok:
		r.lost, q.lost = far, true
	case cycles == 0:
		r.from, r.to = q.free, q.free
	case pace.Cycle <= 0:
		r.from, r.lost, q.lost = begin, paced, true
	default:
		r.from = begin
		s.work(q, j, &r, cycles)
	}
	if !r.to.IsZero() {
		q.free = r.to
	}
	q.product = j.Product
	s.runs[j.ID] = r
}

// work makes the pieces of a job, as far as there is material for them.
func (s *simulation) work(q *queue, j *Job, r *run, cycles plant.Quantity) {
	h, pace, t := s.hours[q.index], q.pace(j.Product), r.from
	if !j.Begun && q.product != "" && q.product != j.Product {
		if target, ok := q.Changeover.Target(q.product, j.Product); ok {
			if t, ok = h.After(t, target); !ok {
				r.lost, q.lost = far, true
				return
			}
		}
	}
	parts := s.feeds(j)
	done := plant.Quantity(0)
	for done < cycles {
		can, lacking := s.enough(parts, cycles, t)
		if can > done {
			span := pace.Taking(can - done)
			if s.likely {
				span = q.Uptime.Stretch(span)
			}
			at, ok := h.After(t, span)
			if !ok {
				r.lost, q.lost = far, true
				break
			}
			t, done = at, can
			continue
		}
		w := wait{item: lacking, from: t}
		l, ok := s.pool.next(lacking, t)
		if !ok {
			if soonest := s.f.ordered(lacking); !soonest.IsZero() {
				s.pool.order(lacking, plant.Later(soonest, t)) // what is wanted later than that can still be ordered in time
				continue
			}
			r.waits, r.lost, q.free = append(r.waits, w), lacks, t // the line takes the next one
			break
		}
		w.until, w.by, w.work, w.late = l.at, l.text, l.work, l.late
		r.waits = append(r.waits, w)
		if t, ok = h.Open(l.at); !ok {
			r.lost, q.lost = far, true
			break
		}
	}
	for _, c := range parts {
		s.pool.take(c.Item, c.need(done))
	}
	if r.lost == none {
		r.to = t
	}
}

// feeds gives the components that a job takes: those of its operation, and those of none with the first one.
func (s *simulation) feeds(j *Job) (all []fed) {
	i, is := s.works[j.Work]
	if !is || j.Work == 0 {
		return nil
	}
	w := &s.f.Work[i]
	for k := range w.Components {
		c := &w.Components[k]
		key := [2]int64{w.ID, c.Position}
		if c.Output || s.fed[key] || c.Operation != 0 && j.Operation != 0 && c.Operation != j.Operation {
			continue
		}
		s.fed[key] = true
		all = append(all, fed{c, w.Made})
	}
	return all
}

// enough is how many of so many pieces there is material for at a time, and what lacks for more.
func (s *simulation) enough(parts []fed, cycles plant.Quantity, t time.Time) (can plant.Quantity, lacking int64) {
	can = cycles
	for _, c := range parts {
		if n := c.enough(cycles, s.pool.by(c.Item, t)); n < can {
			can, lacking = n, c.Item
		}
	}
	return can, lacking
}
