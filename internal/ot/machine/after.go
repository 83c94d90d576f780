package machine

import (
	"time"

	"millwright/internal/plant"
)

// After gives the part of a count that came after a reading which is dealt with already: at that
// time the counter showed total. ok is false when nothing is left. A consumer that keeps such marks
// counts every piece once, however often, and however finely cut, it is told of it.
func (f Counted) After(at time.Time, total plant.Quantity) (rest Counted, ok bool) {
	switch {
	case f.At.Before(at):
		return Counted{}, false
	case f.At.Equal(at):
		// A fall that was no glitch is decided by the reading which then counts on from it: two facts of one time.
		goesOn := f.Event == Plain && f.From == total && f.To != total
		return f, goesOn
	case f.Event == Baseline:
		f.Since, f.From, f.Event = at, total, Plain
		f.Qty = f.To - total
		if f.Qty < 0 {
			f.Qty, f.Event = f.To, Reset
		}
		return f, true
	case !f.Since.Before(at) || f.From == total:
		return f, true
	}
	f.Qty = f.left(total)
	f.Since, f.From = at, total
	return f, true
}

// left is how many pieces of a count came after the counter showed total.
func (f Counted) left(total plant.Quantity) plant.Quantity {
	left := f.To - total
	switch f.Event {
	case Rolled:
		if total >= f.From {
			left = f.Qty - (total - f.From)
		}
	case Reset:
		if left < 0 {
			left = f.Qty
		}
	default:
		if counts := f.To - f.From; counts > 0 && left > 0 {
			left, _ = f.Qty.Times(int64(min(left, counts)), int64(counts))
		}
	}
	return min(max(0, left), f.Qty)
}
