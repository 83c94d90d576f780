// Package rollup keeps sums of the lines' time, so that a year of it is quick to look at.
//
// What is kept is only ever a shorter way to the same numbers: up to a moment the sums are those of the segments, and
// from there on the segments are read. Whoever changes a line's time sets that moment back in the same transaction.
package rollup

import (
	"context"
	"slices"
	"time"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// Grain is how finely time is kept.
type Grain string

// The grains.
const (
	Hours  Grain = "hour"  // slots, by everything that rows are kept by; a chunk is those of one date
	Days   Grain = "day"   // dates, by product and one side; a chunk is those of one month
	Months Grain = "month" // months, the last as far as its dates are over, by the same; a chunk is those of one year
)

// Longest is how long a chunk can be.
func (g Grain) Longest() time.Duration {
	switch g {
	case Hours:
		return 3 * 24 * time.Hour
	case Days:
		return 35 * 24 * time.Hour
	}
	return 370 * 24 * time.Hour
}

// Chunk is rows of a line that follow one another in time, packed.
type Chunk struct {
	Line  plant.LineID
	Grain Grain
	Side  kpi.Side // of Days and Months: what the rows are kept by besides the product
	plant.Span
	Packed  []byte
	Fresh   time.Time // when it is read: rows that end after that are not to be used
	Meaning string    // of the layout by which it was made: by another it is not to be used
}

// Ask is which chunks are wanted: those that overlap the span.
type Ask struct {
	Lines []plant.LineID
	Grain Grain
	Side  kpi.Side
	plant.Span
}

// State is how far a line's sums go.
type State struct {
	Begin, End time.Time // of the ledger that is kept; zero when it is empty. What people say that reaches beyond is left out
	Fresh      time.Time // up to where the sums are those of the ledger; zero when there are none
	Mark       int64     // another after each change of the line's time
	Meaning    string    // of the layout by which the sums are made
}

// Book keeps chunks. The store proves it fits.
type Book interface {
	// Chunks gives chunks of several lines, by line and time.
	Chunks(ctx context.Context, a Ask) ([]Chunk, error)
	// Crew gives when people were at a line, of what overlaps a time, by the beginning.
	Crew(ctx context.Context, line plant.LineID, of plant.Span) ([]kpi.Attendance, error)
	// State gives how far a line's sums go.
	State(ctx context.Context, line plant.LineID) (State, error)
	// Keep puts chunks in the place of all that begin when the first of their grain does, or later, and says up to where
	// the sums are those of the ledger. A Conflict says that the line's time has changed since a state.
	Keep(ctx context.Context, line plant.LineID, since State, chunks []Chunk, fresh time.Time) error
}

// losses is the side of days and months that is kept by all that a loss is told apart by.
const losses kpi.Side = "losses"

// kept is a side that days and months are kept by, and what of a row's key that is besides the product.
type kept struct {
	side  kpi.Side
	tells []kpi.Side
}

// sides are those that days and months are kept by, the shortest first.
func sides() []kept {
	return []kept{
		{kpi.All, nil},
		{kpi.ShiftName, []kpi.Side{kpi.ShiftName, kpi.Operator}},
		{kpi.Unit, []kpi.Side{kpi.Unit}},
		{kpi.Reason, []kpi.Side{kpi.Reason}},
		{kpi.Order, []kpi.Side{kpi.Order}},
		{losses, []kpi.Side{kpi.ShiftName, kpi.Unit, kpi.Reason}},
	}
}

func (k kept) has(s kpi.Side) bool { return slices.Contains(k.tells, s) }

// level is where rows are looked for.
type level struct {
	grain Grain
	side  kpi.Side
}

// levels are where a division is answered from, the coarsest first. Each gives what it has of what those before it left.
func levels(by kpi.By) []level {
	hours := level{Hours, kpi.All}
	i := slices.IndexFunc(sides(), func(k kept) bool { return k.answers(by) })
	if by.Period == kpi.Hour || i < 0 {
		return []level{hours}
	}
	side := sides()[i].side
	if by.Period == kpi.Whole || by.Period == kpi.Month {
		return []level{{Months, side}, {Days, side}, hours}
	}
	return []level{{Days, side}, hours}
}

// answers tells whether a division can be made of what is kept by a side.
func (k kept) answers(by kpi.By) bool {
	for _, s := range []kpi.Side{kpi.ShiftName, kpi.Operator, kpi.Unit, kpi.Reason, kpi.Order} {
		if (by.Has(s) || s == kpi.ShiftName && by.Period == kpi.Shift) && !k.has(s) {
			return false
		}
	}
	return true
}

// fold adds up rows of one span: those of one product, and of one side of the ledger. Their date is that of the span.
func (k kept) fold(rows []kpi.Row, span plant.Span, date string) (all []kpi.Row) {
	at := map[kpi.Key]int{}
	for i := range rows {
		r := &rows[i]
		key := k.of(&r.Key)
		key.Date = date
		n, ok := at[key]
		if !ok {
			n = len(all)
			at[key] = n
			all = append(all, kpi.Row{Span: span, Key: key})
		}
		all[n].Add(&r.Sums)
	}
	return all
}

// of leaves of a key what it is kept by.
func (k kept) of(key *kpi.Key) kpi.Key {
	left := kpi.Key{Line: key.Line, Product: key.Product}
	for _, s := range k.tells {
		switch s {
		case kpi.ShiftName:
			left.Shift = key.Shift
		case kpi.Operator:
			left.Crew = key.Crew
		case kpi.Unit:
			left.Unit = key.Unit
		case kpi.Reason:
			left.Reason = key.Reason
		case kpi.Order:
			left.Order = key.Order
		}
	}
	return left
}
