package web

import (
	"cmp"
	"slices"
	"strings"

	"millwright/internal/mes/oee"
	"millwright/views/figure"
	"millwright/views/ui"
)

// stateNow is what a line does, as people read it.
func stateNow(s oee.Snapshot) ui.State {
	if slow(s) {
		return ui.State{Tone: ui.Slow, Word: "Slow"}
	}
	return stateOf(s.Now, cmp.Or(s.Fault, s.Reason))
}

func slow(s oee.Snapshot) bool { return s.Now == oee.Running && !s.Slow.IsZero() }

// standsSince is since when it does.
func standsSince(m moment, s oee.Snapshot) ui.Timer {
	if slow(s) {
		return m.since(second(s.Slow))
	}
	return m.since(s.Since)
}

// rankNow orders lines by what needs attention first.
func rankNow(s oee.Snapshot) int {
	if slow(s) {
		return rank[oee.ReducedSpeed]
	}
	return rank[s.Now]
}

// causeNow says what stands behind a line's state, unless all is well.
func causeNow(l lineInfo, s oee.Snapshot) string {
	if s.By != "" {
		return l.because(oee.Segment{Unit: s.Cause, Reason: s.Reason, By: s.By})
	}
	switch s.Now {
	case oee.Running:
		if slow(s) && s.Speed.OK {
			return l.locale.Whole(int64(100*s.Speed.Value+0.5)) + " % of the ideal speed"
		}
		return ""
	case oee.NotScheduled, oee.PlannedStop:
		return ""
	case oee.Changeover:
		if n := len(s.Segments); n > 0 {
			if words := l.setUp(s.Segments, s.Segments[n-1]); words != "" {
				return words
			}
		}
	}
	return l.cause(s.Cause, s.Fault)
}

// setUp says of the changeover that a segment is part of what it leads to, and how long it may take or that it takes
// too long; "" where neither is known.
func (l lineInfo) setUp(ledger []oee.Segment, part oee.Segment) string {
	for _, c := range oee.SetUps(ledger, l.Changeover) {
		if part.From.Before(c.From) || !part.From.Before(c.To) {
			continue
		}
		var words []string
		switch {
		case c.After.Product != c.Before.Product && c.After.Product != "":
			words = append(words, "to "+c.After.Product)
		case c.After.Order != c.Before.Order && c.After.Order != "":
			words = append(words, "to order "+c.After.Order)
		}
		switch {
		case c.Late():
			words = append(words, "past its target of "+figure.Span(c.Target))
		case c.Target > 0:
			words = append(words, "target "+figure.Span(c.Target))
		}
		return strings.Join(words, ", ")
	}
	return ""
}

// uncycled says for which products of a window no ideal cycle is known, so that its OEE is not either; "" when all is known.
func (l lineInfo) uncycled(s oee.Snapshot) string {
	var products []string
	for _, seg := range s.Segments {
		if seg.Unrated == 0 {
			continue
		}
		if seg.Product == "" {
			seg.Product = "what is made without a product's name"
		}
		if !slices.Contains(products, seg.Product) {
			products = append(products, seg.Product)
		}
	}
	switch n := len(products); {
	case n == 0:
		return ""
	case n > 3:
		products = append(products[:2], plural(n-2, "other product", "other products"))
		fallthrough
	case n > 1:
		last := len(products) - 1
		return "No ideal cycle for " + strings.Join(products[:last], ", ") + " and " + products[last] + " on this line"
	}
	return "No ideal cycle for " + products[0] + " on this line"
}
