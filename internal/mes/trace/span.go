package trace

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"millwright/internal/plant"
)

// Run is a time in which a line worked on an order.
type Run struct {
	Order string // "work/11"
	Line  plant.LineID
	Span  plant.Span // To is zero while it goes on
	Rests string     // ByRuns, or ByReports: the minutes that a report tells
}

// Stay is a time in which a lot was being made at a line.
type Stay struct {
	Lot   Lot
	Order string
	Line  plant.LineID
	Unit  plant.UnitID // that counted it; "" where nobody says
	Span  plant.Span
	Rests string // ByRuns, ByCounts or ByReports
}

// What a stay rests on.
const (
	ByRuns    = "runs"    // the line's runs of the order
	ByCounts  = "counts"  // what machines counted, with no run of the order
	ByReports = "reports" // what was reported: the minutes of reports, or the time from one to the next
)

// Stays tells when and where an order made a lot: from the receipt of another lot of the item before it, or from
// where the order began, to its last receipt. Runs of the order cut that to the line's own time. Line is where the
// order was to be made, for when neither runs nor machines say; "" gives none then.
func Stays(lot Lot, order string, moves []Move, runs []Run, line plant.LineID) (all []Stay) {
	receipts := receiptsOf(lot.Item, moves)
	began := beginning(moves, runs)
	for i := 0; i < len(receipts); {
		j := i
		for j < len(receipts) && receipts[j].Lot == receipts[i].Lot {
			j++
		}
		if receipts[i].Lot == lot {
			span := plant.Span{From: began, To: receipts[j-1].At}
			if i > 0 {
				span.From = receipts[i-1].At
			}
			all = append(all, stays(Stay{Lot: lot, Order: order, Line: line, Span: span}, receipts[i:j], runs)...)
		}
		i = j
	}
	return all
}

// receiptsOf gives what an order received of an item, in the order of time.
func receiptsOf(item int64, moves []Move) (all []Move) {
	for _, m := range moves {
		if m.makes() && m.Lot.Item == item {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(x, y Move) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Number, y.Number)) })
	return all
}

// beginning is when an order was first worked on.
func beginning(moves []Move, runs []Run) (at time.Time) {
	for _, r := range runs {
		if at.IsZero() || r.Span.From.Before(at) {
			at = r.Span.From
		}
	}
	if len(runs) > 0 {
		return at
	}
	for _, m := range moves {
		if at.IsZero() || m.At.Before(at) {
			at = m.At
		}
	}
	return at
}

// stays cuts a stay to the runs of its order, or says what else tells of it.
func stays(whole Stay, receipts []Move, runs []Run) (all []Stay) {
	unit, counted := machineOf(receipts)
	for _, r := range runs {
		cut := plant.Span{From: later(r.Span.From, whole.Span.From), To: whole.Span.To}
		if !r.Span.To.IsZero() && r.Span.To.Before(cut.To) {
			cut.To = r.Span.To
		}
		if !cut.From.Before(cut.To) {
			continue
		}
		s := whole
		s.Line, s.Span, s.Rests = r.Line, cut, r.Rests
		if counted == r.Line {
			s.Unit = unit
		}
		all = append(all, s)
	}
	switch {
	case len(all) > 0:
	case counted != "":
		whole.Line, whole.Unit, whole.Rests = counted, unit, ByCounts
		all = append(all, whole)
	case whole.Line != "":
		whole.Rests = ByReports
		all = append(all, whole)
	}
	return all
}

// machineOf is the machine that counted receipts: the line, and the unit where it is one alone.
func machineOf(receipts []Move) (unit plant.UnitID, line plant.LineID) {
	for _, m := range receipts {
		at, is := strings.CutPrefix(m.Source, "machine:")
		if !is {
			continue
		}
		l, u, _ := strings.Cut(at, "/")
		if u != "" {
			u = at // a unit's name begins with its line's
		}
		if line != "" && plant.UnitID(u) != unit {
			return "", line
		}
		line, unit = plant.LineID(l), plant.UnitID(u)
	}
	return unit, line
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
