package timeline

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline/stops"
	"millwright/internal/ot/machine"
)

// A pacer without a state tag runs as long as it counts. A cycle that lasts min_stop or longer is a
// stop: it begins at the count before, and ends as long before the next as the pieces of that one
// ideally took. Pieces that are read in bulk leave one of them that time, unless the others fill half
// of it: then they ran slowly. A stop that lasts is seen when nothing was counted for min_stop.

// sound is a count of a silent pacer: it decides what the time since the one before was. One from
// before the start only says when that was, and the first reading of a counter only that it is heard.
func (f *fold) sound(c machine.Counted, before bool) {
	if c.Qty <= 0 && !f.sign.IsZero() {
		return
	}
	if c.Qty > 0 && !before {
		f.listen()
		if f.at.After(f.open.From) {
			f.cut()
		}
		if !f.moved {
			f.known(c.Since)
		}
		cycle := f.m.Cycle(f.product())
		need := oee.IdealTime(cycle, c.Qty).Truncate(time.Microsecond)
		f.settle(need, need-cycle)
	}
	f.moved = f.moved || c.Qty > 0
	f.sign, f.dirty = c.At, true
}

// known says that the line was heard from a time on: the first count tells of the reading before it.
func (f *fold) known(since time.Time) {
	tail := f.tail
	f.tail = nil
	if f.sign.IsZero() || since.Before(f.sign) {
		f.sign = since
	}
	for _, p := range tail {
		if p.Category != oee.NoData || p.Blind {
			f.tail = append(f.tail, p)
			continue
		}
		if p.From.Before(since) && since.Before(p.To) {
			unheard := p
			unheard.To, p.From = since, since
			stops.Uncount(&p.Segment)
			f.tail = append(f.tail, unheard)
		}
		if !p.From.Before(since) {
			p.Category, p.State = oee.Running, f.m.Running
		}
		f.tail = append(f.tail, p)
	}
}

// quiet decides how the time since the last count is seen while none comes.
func (f *fold) quiet() {
	if f.m.Silent {
		f.settle(0, 0)
	}
}

// settle gives on the tail: if a cycle that has it all but what the others need is a stop, all but its end is one.
func (f *fold) settle(end, others time.Duration) {
	quiet, before := time.Duration(0), time.Duration(0)
	for i := range f.tail {
		if p := &f.tail[i]; p.Category == oee.Running {
			quiet += p.Length()
		}
	}
	if len(f.tail) > 0 && !f.sign.IsZero() {
		before = max(0, f.tail[0].From.Sub(f.sign)) // the count lies before the start
	}
	stop := time.Duration(0)
	cycle := before + quiet - others
	if len(f.tail) > 0 && cycle >= f.m.MinStop(f.tail[0].Product) && cycle > others {
		stop = quiet - end
	}
	for _, p := range f.tail {
		stop = f.part(p, stop)
	}
	f.tail = f.tail[:0]
}

// part gives on one piece of the tail, of which a beginning may be a stop; it gives what is left of the stop.
func (f *fold) part(p stops.Piece, stop time.Duration) time.Duration {
	if p.Category != oee.Running || stop <= 0 {
		f.stops.Push(p)
		return stop
	}
	if p.Good != 0 || p.Reject != 0 { // the pieces of the last count before the stop were made running
		made := p
		made.To = made.From
		f.stops.Push(made)
		stops.Uncount(&p.Segment)
	}
	length := min(p.Length(), stop)
	still := p
	still.To = p.From.Add(length)
	still.Category, still.Fault, still.Sure = oee.Breakdown, still.Code, true
	f.stops.Push(still)
	if still.To.Before(p.To) {
		p.From = still.To
		f.stops.Push(p)
	}
	return stop - length
}
