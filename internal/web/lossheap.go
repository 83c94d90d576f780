// Losses put together, and valued.

package web

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// reason is the key of why it stood: of the plant's reasons, or else what kind of stop it is.
func (l *lost) reason() string {
	if l.Reason != "" {
		return l.Reason
	}
	return "=" + l.Category.String()
}

// side is which one of a side it is of.
func (l *lost) side(by string) string {
	switch by {
	case byCategory:
		return l.Category.String()
	case byReason:
		return l.reason()
	case byUnit:
		return string(l.Unit)
	case byProduct:
		return l.Product
	case byShift:
		return l.Shift
	}
	return string(l.line.ID)
}

// fits tells whether it is part of what is asked for.
func (a lossAsk) fits(l *lost) bool {
	for side, value := range a.only {
		if l.side(side) != value {
			return false
		}
	}
	return true
}

// cell is time that is valued as one: rounding is done once for it.
type cell struct {
	maker    maker
	category oee.Category
}

// heap is losses put together.
type heap struct {
	lasts time.Duration
	stops int64
	cells map[cell]time.Duration
	spare plant.Money // of what they are worth: no order wanted it
	first *lost
}

func (h *heap) add(l *lost) {
	if h.cells == nil {
		h.cells, h.first = map[cell]time.Duration{}, l
	}
	h.lasts += l.lasts
	h.stops += l.stops
	h.spare += l.spare
	h.cells[cell{maker{l.line.ID, l.Product}, l.Category}] += l.lasts
}

// heaps puts what is asked for together by a side.
func (all *ledger) heaps(a lossAsk, by string) (heaps map[string]*heap, whole *heap) {
	heaps, whole = map[string]*heap{}, &heap{}
	for i := range all.lost {
		l := &all.lost[i]
		if !a.fits(l) {
			continue
		}
		key := l.side(by)
		if heaps[key] == nil {
			heaps[key] = &heap{}
		}
		heaps[key].add(l)
		whole.add(l)
	}
	return heaps, whole
}

// stop is one stop of what is asked for, or one micro-stop.
type stop struct {
	heap
	from, to time.Time
	fault    string
	reason   string
	comment  string
	by       string
}

// stops are the stops of what is asked for, in the order of lines and time.
func (all *ledger) stops(a lossAsk) (stops []*stop) {
	var last *stop
	for i := range all.lost {
		l := &all.lost[i]
		if !a.fits(l) {
			continue
		}
		if last == nil || last.first.line != l.line || !last.first.Stop.Equal(l.Stop) {
			last = &stop{from: l.From}
			stops = append(stops, last)
		}
		last.add(l)
		last.to = l.To
		for _, w := range []struct{ into, from *string }{{&last.fault, &l.Fault}, {&last.reason, &l.Reason}, {&last.comment, &l.Comment}, {&last.by, &l.By}} {
			if *w.into == "" {
				*w.into = *w.from
			}
		}
	}
	return stops
}
