// Package worktime walks through the time in which a line works: shifts without their breaks.
package worktime

import (
	"sort"
	"time"

	"millwright/internal/plant"
)

// ahead is how far is looked ahead: what takes longer is not promised.
const ahead = 400 * 24 * time.Hour

// Hours are the times in which a line works, as one row of spans from now on, made as far as they are needed.
type Hours struct {
	calendar plant.Calendar
	spans    []plant.Span
	before   []time.Duration // worked before each span
	made     time.Time       // up to which the spans are
	last     time.Time       // beyond which none are made
}

// New makes the hours of a calendar from a moment on.
func New(c plant.Calendar, now time.Time) *Hours {
	return &Hours{calendar: c, made: now, last: now.Add(ahead)}
}

// more makes the spans of some weeks more; it tells whether there is any time left to make.
func (h *Hours) more() bool {
	if !h.made.Before(h.last) {
		return false
	}
	from, to := h.made, plant.Earlier(h.made.Add(21*24*time.Hour), h.last)
	for _, s := range h.calendar.Between(from, to) {
		at := plant.Later(s.From, from)
		for _, b := range s.Breaks {
			h.add(at, plant.Earlier(b.From, to))
			at = plant.Later(at, b.To)
		}
		h.add(at, plant.Earlier(s.To, to))
	}
	h.made = to
	return true
}

func (h *Hours) add(from, to time.Time) {
	if n := len(h.spans); n > 0 {
		from = plant.Later(from, h.spans[n-1].To) // shifts may overlap
	}
	if !from.Before(to) {
		return
	}
	sum := time.Duration(0)
	if n := len(h.spans); n > 0 {
		sum = h.before[n-1] + h.spans[n-1].Duration()
		if h.spans[n-1].To.Equal(from) {
			h.spans[n-1].To = to
			return
		}
	}
	h.spans, h.before = append(h.spans, plant.Span{From: from, To: to}), append(h.before, sum)
}

// at finds the first span that ends after a time; -1 when there is none.
func (h *Hours) at(t time.Time) int {
	for {
		i := sort.Search(len(h.spans), func(i int) bool { return h.spans[i].To.After(t) })
		if i < len(h.spans) {
			return i
		}
		if !h.more() {
			return -1
		}
	}
}

// Open gives the first moment from a time on in which the line works.
func (h *Hours) Open(t time.Time) (time.Time, bool) {
	i := h.at(t)
	if i < 0 {
		return time.Time{}, false
	}
	return plant.Later(t, h.spans[i].From), true
}

// After gives when so much is worked that begins at a time.
func (h *Hours) After(t time.Time, work time.Duration) (time.Time, bool) {
	if work <= 0 {
		return t, true
	}
	i := h.at(t)
	if i < 0 {
		return time.Time{}, false
	}
	goal := h.before[i] + plant.Later(t, h.spans[i].From).Sub(h.spans[i].From) + work
	for {
		n := len(h.spans)
		k := i + sort.Search(n-i, func(k int) bool { return h.before[i+k]+h.spans[i+k].Duration() >= goal })
		if k < n {
			return h.spans[k].From.Add(goal - h.before[k]), true
		}
		if !h.more() {
			return time.Time{}, false
		}
	}
}

// Gap is the longest time between two others in which the line does not work.
func (h *Hours) Gap(from, to time.Time) (longest plant.Span) {
	at := from
	for i := h.at(from); i >= 0 && i < len(h.spans) && at.Before(to); i++ {
		if g := (plant.Span{From: at, To: h.spans[i].From}); g.Duration() > longest.Duration() && g.From.Before(to) {
			longest = g
		}
		at = h.spans[i].To
	}
	return longest
}
