// Package hours is when machines work: work is reckoned over the times when they do not.
package hours

import (
	"slices"
	"sort"
)

// Span is a half-open time [From, To).
type Span struct{ From, To int64 }

// Hours is when a machine works. Nil is always, and so is what lies before the first and after the last of its spans.
type Hours struct {
	open []Span
	done []int64 // the work before each
	sum  int64
}

// Of makes hours of spans in any order; what two of them share counts once.
func Of(spans []Span) *Hours {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return int(min(1, max(-1, a.From-b.From))) })
	h := &Hours{}
	for _, s := range spans {
		if s.From >= s.To {
			continue
		}
		if last := len(h.open) - 1; last >= 0 && s.From <= h.open[last].To {
			h.open[last].To = max(h.open[last].To, s.To)
			continue
		}
		h.open = append(h.open, s)
	}
	for _, s := range h.open {
		h.done = append(h.done, h.sum)
		h.sum += s.To - s.From
	}
	return h
}

// End is where the hours end, and everything after is taken as open; ok is false where they never end.
func (h *Hours) End() (end int64, ok bool) {
	if h == nil || len(h.open) == 0 {
		return 0, false
	}
	return h.open[len(h.open)-1].To, true
}

// at is the first span that ends after t.
func (h *Hours) at(t int64) int {
	return sort.Search(len(h.open), func(i int) bool { return h.open[i].To > t })
}

// always tells whether there is nothing but open time.
func (h *Hours) always() bool { return h == nil || len(h.open) == 0 }

// Open is the first time from t on that is worked.
func (h *Hours) Open(t int64) int64 {
	if h.always() || t < h.open[0].From {
		return t
	}
	if i := h.at(t); i < len(h.open) {
		return max(t, h.open[i].From)
	}
	return t
}

// work is how much is worked from the first span's begin up to t; below 0 before it.
func (h *Hours) work(t int64) int64 {
	if t < h.open[0].From {
		return t - h.open[0].From
	}
	i := h.at(t)
	if i == len(h.open) {
		return h.sum + t - h.open[i-1].To
	}
	return h.done[i] + max(0, t-h.open[i].From)
}

// Between is how much is worked in [from, to).
func (h *Hours) Between(from, to int64) int64 {
	if h.always() {
		return to - from
	}
	return h.work(to) - h.work(from)
}

// Add is when some work is done that begins at t.
func (h *Hours) Add(t, work int64) int64 {
	if work == 0 || h.always() {
		return t + work
	}
	w := h.work(t) + work
	if w <= 0 {
		return h.open[0].From + w
	}
	i := sort.Search(len(h.done), func(i int) bool { return h.done[i] >= w }) - 1
	if s := h.open[i]; i < len(h.open)-1 || w <= h.sum {
		return s.From + w - h.done[i]
	}
	return h.open[i].To + w - h.sum
}

// Back is when work has to begin at the latest that is to be done at t.
func (h *Hours) Back(t, work int64) int64 {
	if work == 0 || h.always() {
		return t - work
	}
	w := h.work(t) - work
	if w < 0 {
		return h.open[0].From + w
	}
	if w >= h.sum {
		return h.open[len(h.open)-1].To + w - h.sum
	}
	i := sort.Search(len(h.done), func(i int) bool { return h.done[i] > w }) - 1
	return h.open[i].From + w - h.done[i]
}

// Pieces are the times in which work is done that begins at t.
func (h *Hours) Pieces(t, work int64) (all []Span) {
	for work > 0 {
		from := h.Open(t)
		to := from + work
		if !h.always() {
			if i := h.at(from); i < len(h.open) && from >= h.open[i].From {
				to = min(to, h.open[i].To)
			} else if i < len(h.open) {
				to = min(to, h.open[i].From)
			}
		}
		if last := len(all) - 1; last >= 0 && all[last].To == from {
			all[last].To = to
		} else {
			all = append(all, Span{from, to})
		}
		work -= to - from
		t = to
	}
	return all
}

// Without is the hours but some times.
func (h *Hours) Without(times []Span) *Hours {
	gone := Of(times).open
	if len(gone) == 0 {
		return h
	}
	first, last := gone[0].From, gone[len(gone)-1].To
	all := []Span{{first - 1, last + 1}}
	if !h.always() {
		begin, end := h.open[0].From, h.open[len(h.open)-1].To
		all = append([]Span{{min(first, begin) - 1, begin}}, h.open...)
		all = append(all, Span{end, max(last, end) + 1})
	}
	var left []Span
	for _, s := range all {
		for _, g := range gone {
			if g.To <= s.From || g.From >= s.To {
				continue
			}
			left = append(left, Span{s.From, g.From})
			s.From = max(s.From, g.To)
		}
		left = append(left, s)
	}
	return Of(left)
}
