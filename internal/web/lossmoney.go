// What stops cost: the margin of the good pieces that were not made.

package web

import (
	"sort"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/money"
	"millwright/internal/plant"
)

// worth is what the time of a heap cost; ok is false when nobody says what any of it is worth.
func (all *ledger) worth(h *heap) (sum plant.Money, ok bool) {
	for c, d := range h.cells {
		if r := all.rates[c.maker]; r.OK {
			sum += r.Stopped(money.Stop{Lasts: d, Quality: all.fine[c.maker]})
			ok = true
		}
	}
	return sum - h.spare, ok
}

// rule says by what stops are valued; "" where it is by the hour, or not at all.
func (l *loser) rule() string {
	for _, r := range l.rates {
		if r.OK && r.Piece {
			return "A stop costs the margin of the good pieces that were not made in it: at the ideal pace, of the quality of this time, and no more than the order still wanted, where that is known."
		}
	}
	return ""
}

// ordered is an order on a line.
type ordered struct {
	line  plant.LineID
	order string
}

// outstanding is what an order still wanted as time went by.
type outstanding struct {
	left plant.Quantity // at the end of what is known of it
	made []made         // in time order
}

// made is pieces of an order.
type made struct {
	from time.Time
	good plant.Quantity // from then on
}

// at is what was still wanted at a moment.
func (w *outstanding) at(t time.Time) plant.Quantity {
	i := sort.Search(len(w.made), func(i int) bool { return !w.made[i].from.Before(t) })
	if i == len(w.made) {
		return w.left
	}
	return w.left + w.made[i].good
}

// want notes what orders wanted through an era: of those of which all later pieces lie in it.
func (all *ledger) want(jobs []execution.Job, e era, segments []oee.Segment) {
	for _, j := range jobs {
		if over := !j.Ended.IsZero() && !j.Ended.After(e.To); j.Planned <= 0 || j.Started.IsZero() || !over && !e.now {
			continue
		}
		w := &outstanding{left: j.Planned - j.Good}
		after := plant.Quantity(0)
		for i := len(segments) - 1; i >= 0; i-- {
			if s := &segments[i]; s.Order == j.ID && s.Good != 0 {
				after += s.Good
				w.made = append(w.made, made{s.From, after})
			}
		}
		for i, k := 0, len(w.made)-1; i < k; i, k = i+1, k-1 {
			w.made[i], w.made[k] = w.made[k], w.made[i]
		}
		all.left[ordered{j.Line, j.ID}] = w
	}
}

// bound finds what of the stops' worth no order wanted: a stop costs no more pieces than its order still wanted.
func (all *ledger) bound() {
	var stop time.Time
	gone, line := plant.Quantity(0), (*lineInfo)(nil)
	for i := range all.lost {
		l := &all.lost[i]
		if l.line != line || !l.Stop.Equal(stop) {
			line, stop, gone = l.line, l.Stop, 0
		}
		w := all.left[ordered{l.line.ID, l.Order}]
		of := maker{l.line.ID, l.Product}
		r := all.rates[of]
		if w == nil || !r.OK || !r.Piece {
			continue
		}
		whole := money.Stop{Lasts: l.lasts, Quality: all.fine[of]}
		part := whole
		part.Left, part.Bounded = w.at(l.From)-gone, true
		l.spare = r.Stopped(whole) - r.Stopped(part)
		gone += oee.PiecesIn(l.lasts, r.Per)
	}
}
