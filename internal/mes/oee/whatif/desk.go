package whatif

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/money"
	"millwright/internal/plant"
)

// desk is where it is reckoned.
type desk struct {
	line    plant.Line
	change  Change
	parts   map[string]*Part
	freed   map[place]time.Duration
	effects []Effect
	unpaced time.Duration
}

// place is where time was lost.
type place struct {
	product string
	is      oee.Category
}

func (d *desk) part(product string) *Part {
	if d.parts[product] == nil {
		d.parts[product] = &Part{Product: product}
	}
	return d.parts[product]
}

func (d *desk) sum(window plant.Span, segments []oee.Segment, of func(*Part) *kpi.Sums) {
	rows := kpi.Layout{Line: d.line.ID}.Rows(window, segments)
	for i := range rows {
		of(d.part(rows[i].Product)).Add(&rows[i].Sums)
	}
}

// lose takes off what would not have been lost, of the segments of the window.
func (d *desk) lose(segments []oee.Segment) {
	limit := Effect{}
	late := d.late(segments)
	d.effects = make([]Effect, len(d.change.Cuts))
	for i, c := range d.change.Cuts {
		d.effects[i].Cut = c
	}
	for i := range segments {
		s := &segments[i]
		if !s.Category.Stopped() && s.Category != oee.MicroStop {
			continue
		}
		lasts := s.To.Sub(s.From)
		left := lasts
		if s.Category == oee.Changeover && d.change.SetUp > 0 {
			limit.Lasts += lasts
			limit.Less += late[i]
			left -= late[i]
		}
		for k := range d.effects {
			e := &d.effects[k]
			if keyOf(e.By, s) != e.Of {
				continue
			}
			less := part(left, e.Share, Whole)
			e.Lasts += left
			e.Less += less
			left -= less
		}
		d.freed[place{s.Product, s.Category}] += lasts - left
	}
	if d.change.SetUp > 0 {
		d.effects = append([]Effect{limit}, d.effects...)
	}
}

// late gives how much of each segment is of a changeover beyond the limit.
func (d *desk) late(segments []oee.Segment) map[int]time.Duration {
	all := map[int]time.Duration{}
	if d.change.SetUp == 0 {
		return all
	}
	for _, c := range oee.SetUps(segments, d.line.Changeover) {
		over := c.Took - d.change.SetUp
		if over <= 0 {
			continue
		}
		gone, given := time.Duration(0), time.Duration(0)
		for i := range segments {
			s := &segments[i]
			if s.Category != oee.Changeover || s.From.Before(c.From) || s.To.After(c.To) {
				continue
			}
			gone += s.To.Sub(s.From)
			due := part(over, int64(gone), int64(c.Took))
			all[i], given = due-given, due
		}
	}
	return all
}

// run makes pieces in the time that is gained. What was lost while a product was made that did not run in the window is
// shared by those that did, as they ran.
func (d *desk) run() {
	var ran []*Part
	for _, product := range slices.Sorted(maps.Keys(d.parts)) {
		if x := d.parts[product]; x.After.Times[oee.Running] > 0 {
			ran = append(ran, x)
		}
	}
	places := slices.SortedFunc(maps.Keys(d.freed), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.product, b.product), cmp.Compare(a.is, b.is))
	})
	if len(ran) == 0 {
		for _, at := range places {
			d.unpaced += d.freed[at]
		}
		for i := range d.effects {
			d.effects[i].Less = 0
		}
		for _, x := range d.parts {
			x.Laid = x.After
		}
		return
	}
	for _, at := range places {
		less := d.freed[at]
		lost := d.part(at.product)
		if slices.Contains(ran, lost) {
			lost.gain(at.is, less)
		} else {
			share(ran, less, func(x *Part, d time.Duration) { x.gain(at.is, d) })
		}
		lost.gone[at.is] += less
	}
	for _, x := range d.parts {
		x.make()
	}
}

// share hands out a time to what ran, by how long it did.
func share(ran []*Part, all time.Duration, give func(*Part, time.Duration)) {
	whole := time.Duration(0)
	for _, x := range ran {
		whole += x.After.Times[oee.Running]
	}
	gone, given := time.Duration(0), time.Duration(0)
	for _, x := range ran {
		gone += x.After.Times[oee.Running]
		due := part(all, int64(gone), int64(whole))
		give(x, due-given)
		given = due
	}
}

// part is a share of a time; it fits where the share is one of at most the whole.
func part(d time.Duration, num, den int64) time.Duration {
	n, _ := plant.Quantity(d).Times(num, den)
	return time.Duration(n)
}

func (p *Part) gain(from oee.Category, d time.Duration) {
	if from == oee.MicroStop {
		p.Micro += d
		return
	}
	p.Stopped += d
}

// make takes off what was cut, and runs what was gained: from stops, as the run time was, its micro-stops among it; from
// micro-stops, as the time between them was.
func (p *Part) make() {
	s := &p.After
	p.Laid = *s
	running := s.Times[oee.Running]
	run := running + s.Times[oee.MicroStop]
	ideal, unseen := s.Ideal, s.Unseen
	more := func(n int64) int64 {
		ran := n // of that: what was made while nobody saw the line was not made in the run time
		if unseen != 0 {
			ran = int64(part(time.Duration(n), int64(ideal-unseen), int64(ideal)))
		}
		fromStops, _ := plant.Quantity(ran).Times(int64(p.Stopped), int64(run))
		fromMicro, _ := plant.Quantity(ran).Times(int64(p.Micro), int64(running))
		return n + int64(fromStops) + int64(fromMicro)
	}
	if running > 0 {
		s.Good, s.Reject, s.Unrated = plant.Quantity(more(int64(s.Good))), plant.Quantity(more(int64(s.Reject))), plant.Quantity(more(int64(s.Unrated)))
		s.Ideal, s.GoodIdeal = time.Duration(more(int64(s.Ideal))), time.Duration(more(int64(s.GoodIdeal)))
	}
	for c, d := range p.gone {
		s.Times[c] -= d
	}
	s.Times[oee.Running] += p.Stopped + p.Micro
}

// rate measures the pieces of a product by another ideal cycle; it makes no more of them.
func (d *desk) rate(p *Part) {
	cycle, ok := d.change.Cycles[p.Product]
	if !ok {
		return
	}
	s := &p.After
	was := s.Ideal
	s.Unrated = 0
	s.Ideal, s.GoodIdeal = oee.IdealTime(cycle, s.Good+s.Reject), oee.IdealTime(cycle, s.Good)
	if s.Unseen != 0 {
		s.Unseen = part(s.Unseen, int64(s.Ideal), int64(was))
	}
}

// scrap makes good pieces of rejects.
func (d *desk) scrap(p *Part) {
	s := &p.After
	good, _ := s.Reject.Times(d.change.Scrap, Whole)
	s.Good += good
	s.Reject -= good
	s.GoodIdeal += part(s.Ideal-s.GoodIdeal, d.change.Scrap, Whole)
}

// worth values the good pieces that are more than before, by the settings in use.
func (d *desk) worth(p *Part) plant.Money {
	more := p.After.Good - p.Laid.Good // another layout of the same time makes no piece more
	cycle, _ := d.line.Ideal(p.Product)
	rate := money.RateOf(d.line, p.Product)
	if p.Valued = more == 0 || cycle > 0 && rate.OK; p.Valued {
		p.Worth = rate.Time(oee.IdealTime(cycle, more))
	}
	return p.Worth
}
