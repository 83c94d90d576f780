package execution

import (
	"time"

	"millwright/internal/ot/machine"
)

// dispatch takes what a line says it makes. The running job of another product ends, completed when
// its quantity is made and else held, and the first waiting job of the new product starts, both at the
// time of the signal. A job that is completed keeps the line as long as the product stays and no
// other takes over.
func (d *Desk) dispatch(s *station, f machine.ProductChanged) {
	if m, known := d.marks[s.signal]; known && !f.At.After(m.At) {
		return
	}
	d.mark(Mark{Tag: s.signal, At: f.At})
	last := s.last()
	if last != nil && last.From.After(f.At) {
		return // somebody gave the line to a job since
	}
	current := d.current(s)
	if current != nil && current.Status == Running && current.Product == f.Product {
		return
	}
	next := d.waiting(s, f.Product)
	owned := last != nil && last.To.IsZero()
	if other := owned && (current == nil || current.Product != f.Product); other || next != nil {
		d.leave(current, f.At)
		d.own(s, s.end(f.At), f.At)
	}
	if next != nil {
		d.move(next, Running, f.At)
		d.own(s, s.begin(next.ID, f.At), f.At)
	}
}

// leave ends a job that is still running.
func (d *Desk) leave(j *Job, at time.Time) {
	switch {
	case j == nil || j.Status != Running:
	case j.Reached():
		d.move(j, Completed, at)
	default:
		d.move(j, Held, at)
	}
}

// current is the job that owns the line now, nil when none does or it is not known any more.
func (d *Desk) current(s *station) *Job {
	if r := s.last(); r != nil && r.To.IsZero() {
		return d.jobs[r.Job]
	}
	return nil
}

// waiting is the first job that waits on a line with a product.
func (d *Desk) waiting(s *station, product string) (first *Job) {
	for _, j := range d.jobs {
		if j.Line != s.line.ID || j.Status != Waiting || j.Product != product {
			continue
		}
		if first == nil || j.Rank < first.Rank || j.Rank == first.Rank && j.ID < first.ID {
			first = j
		}
	}
	return first
}
