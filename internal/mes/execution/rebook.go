package execution

import (
	"slices"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// short is how long a count may still go to another owner because of a signal that came after it, and
// most how many estimates are remembered until a late reading makes them exact.
const (
	short = 2 * time.Minute
	most  = 200
)

// remember keeps a count for as long as something may still change its owner.
func (s *station) remember(e entry) {
	s.recent = append(s.recent, e)
	if len(s.recent) < max(64, s.full) {
		return
	}
	estimates := 0
	for i := range s.recent {
		if s.recent[i].estimated() {
			estimates++
		}
	}
	s.recent = slices.DeleteFunc(s.recent, func(o entry) bool {
		if o.estimated() {
			estimates--
			return estimates >= most
		}
		return e.count.At.Sub(o.count.At) > short
	})
	s.full = 2 * len(s.recent)
}

// recall remembers a count that was booked before loading, and is told again.
func (d *Desk) recall(s *station, c machine.Counted) {
	if d.told[c.Tag] || slices.ContainsFunc(s.recent, func(e entry) bool { return e.count.Tag == c.Tag && e.count.At.Equal(c.At) }) {
		return
	}
	good, reject := s.tally.Of(c)
	for i, qty := range [2]plant.Quantity{good, reject} {
		if e := (entry{count: c, made: d.made(s, c), scrap: i == 1, qty: qty}); qty != 0 {
			e.shares = s.share(e.made, c.At, qty)
			s.remember(e)
		}
	}
}

func (e *entry) estimated() bool { return len(e.shares) > 1 }

// own notes runs that changed from a time on, and gives what was counted since then to its right owners.
func (d *Desk) own(s *station, changed []Run, from time.Time) {
	d.next.own(changed)
	for i := range s.recent {
		if e := &s.recent[i]; !e.count.At.Before(from) {
			d.rebook(s, e, s.share(e.made, e.count.At, e.qty))
		}
	}
}

// rebook moves a count from those it was booked to: by reversal, never by change.
func (d *Desk) rebook(s *station, e *entry, shares []share) {
	if slices.Equal(e.shares, shares) {
		return
	}
	for _, h := range e.shares {
		h.qty = -h.qty
		d.enter(s, e, h)
	}
	for _, h := range shares {
		d.enter(s, e, h)
	}
	e.shares = shares
}

// Estimate is a count that was divided by time between owners, as it spans a change of owners.
type Estimate struct {
	Line plant.LineID
	Tag  tag.ID
	Span plant.Span // of its readings
}

// Estimates gives those that a late reading may make exact.
func (d *Desk) Estimates(f machine.Late) []Estimate {
	s := d.byUnit[f.Unit]
	if s == nil {
		return nil
	}
	var all []Estimate
	for i := range s.recent {
		e := &s.recent[i]
		x := Estimate{s.line.ID, e.count.Tag, plant.Span{From: e.count.Since, To: e.count.At}}
		within := x.Span.From.Before(f.At) && f.At.Before(x.Span.To)
		if e.estimated() && within && e.count.Unit == f.Unit && !slices.Contains(all, x) {
			all = append(all, x)
		}
	}
	return all
}

// Refine divides a count anew by the finer counts that the history now has of its time. They must make the same sum.
func (d *Desk) Refine(x Estimate, finer []machine.Counted) {
	s := d.stations[x.Line]
	for i := range s.recent {
		e := &s.recent[i]
		if e.count.Tag != x.Tag || !e.count.At.Equal(x.Span.To) || !e.count.Since.Equal(x.Span.From) {
			continue
		}
		sum := plant.Quantity(0)
		var shares []share
		for _, c := range finer {
			if c.Tag != x.Tag || c.Since.Before(x.Span.From) || c.At.After(x.Span.To) {
				continue
			}
			good, reject := s.tally.Of(c)
			if e.scrap {
				good = reject
			}
			sum += good
			for _, h := range s.share(c.Since, c.At, good) {
				shares = give(shares, h)
			}
		}
		if sum == e.qty {
			d.rebook(s, e, shares)
		}
	}
}
