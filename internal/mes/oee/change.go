package oee

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/plant"
)

// Made is what a line made, and for which order; "" where that is not known.
type Made struct{ Product, Order string }

// SetUp is one changeover: set-up time, with the breaks and the silence that lie in it.
type SetUp struct {
	plant.Span
	Before, After Made          // what comes after is not known before a machine or a job tells it
	Took          time.Duration // the set-up time alone
	Target        time.Duration // 0 when none is known
	Lasts         bool          // nothing came after it yet
}

// Late tells whether it took longer than it may.
func (c *SetUp) Late() bool { return c.Target > 0 && c.Took > c.Target }

// SetUps gives the changeovers of a ledger, in the order of time. What was made before and after one is found in what
// is given of the ledger around it.
func SetUps(ledger []Segment, targets plant.Changeover) (all []SetUp) {
	for i := 0; i < len(ledger); i++ {
		if ledger[i].Category != Changeover {
			continue
		}
		first, last, took := i, i, time.Duration(0)
		for ; i < len(ledger) && within(ledger[i].Category); i++ {
			if s := &ledger[i]; s.Category == Changeover {
				last, took = i, took+s.To.Sub(s.From)
			}
		}
		c := SetUp{Span: plant.Span{From: ledger[first].From, To: ledger[last].To}, Took: took, Lasts: i == len(ledger)}
		c.Before.Product, c.After.Product = around(ledger, first, last, func(s *Segment) string { return s.Product })
		c.Before.Order, c.After.Order = around(ledger, first, last, func(s *Segment) string { return s.Order })
		if first > 0 && !told(ledger[:first]) { // the line had none
			c.Before.Order, c.After.Order = "", cmp.Or(c.After.Order, c.Before.Order)
		}
		c.Target = allowed(targets, c.Before.Product, c.After.Product)
		all = append(all, c)
	}
	return all
}

// told tells whether an order was told at all.
func told(ledger []Segment) bool {
	return slices.ContainsFunc(ledger, func(s Segment) bool { return s.Order != "" })
}

// within tells whether a changeover may go on after such time: it was not meant to, or nobody saw it.
func within(c Category) bool {
	return c == Changeover || c == PlannedStop || c == NotScheduled || c == NoData
}

// around gives what was told before a changeover, which is from one segment of a ledger to another, and what after it.
// Some machines name what is next as it begins, others as it ends: what is told within it and was not before is next,
// else what comes first behind it.
func around(ledger []Segment, first, last int, told func(*Segment) string) (before, after string) {
	if first > 1 && named(&ledger[first-2], &ledger[first-1], told) && brief(&ledger[first-1]) { // named too early
		before = told(&ledger[first-2])
	}
	for i := first - 1; i >= 0 && before == ""; i-- {
		before = told(&ledger[i])
	}
	for i := first; i <= last; i++ {
		if word := told(&ledger[i]); word != "" {
			before = cmp.Or(before, word)
			after = word
		}
	}
	if after != "" && after != before {
		return before, after
	}
	from := last + 1
	if from+1 < len(ledger) && brief(&ledger[from]) && named(&ledger[from], &ledger[from+1], told) { // named too late
		from++
	}
	for i := from; i < len(ledger); i++ {
		if word := told(&ledger[i]); word != "" && (word != before || !within(ledger[i].Category)) {
			return before, word
		}
	}
	return before, ""
}

// named tells whether a line that ran was told something else meanwhile.
func named(a, b *Segment, told func(*Segment) string) bool {
	return a.Category == Running && b.Category == Running && told(b) != "" && told(a) != "" && told(a) != told(b)
}

// brief tells whether a segment beside a changeover is so short that it may bear the wrong name: in it a line has not
// begun to run again, see package stops.
func brief(s *Segment) bool { return s.To.Sub(s.From) <= 30*time.Second }

// allowed is how long a change may take. One to another order of the same product is like any, unless that is said.
func allowed(targets plant.Changeover, before, after string) time.Duration {
	if before == after && targets.Pairs[plant.Pair{From: before, To: after}] == 0 {
		after = ""
	}
	d, _ := targets.Target(before, after)
	return d
}
