// Package calloff is delivery schedules just in time: what was called of an item until when, and how far ahead or behind what was delivered is.
package calloff

import (
	"cmp"
	"context"
	"slices"

	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// Book tells what was called, and delivered.
type Book interface {
	// Schedules gives the schedules of one side, by partner and item.
	Schedules(ctx context.Context, side partner.Side, of Ask) ([]Schedule, error)
	// Page gives a page of them, those that come after a place; next is where the one after it begins, nil for none.
	Page(ctx context.Context, side partner.Side, of Ask, after Place) (all []Schedule, next *Place, err error)
	// Parts gives the calls that were written of purchase lines, by order, line and day; those from Since on.
	Parts(ctx context.Context, of Ask) ([]Part, error)
}

// Part is a dated part of a purchase line.
type Part struct {
	Order    string // number
	Line     int
	Supplier string // number
	Item     string // number
	Day      string // a date
	Quantity plant.Quantity
	Unit     string // of the line
}

// Place is a schedule's place in the order of them: by the numbers of partner and item, in small letters.
type Place struct{ Partner, Item string }

// Ask says which schedules; what is "" narrows nothing.
type Ask struct {
	Since   string // calls from that date on, and what was delivered for them
	Partner string // number
	Item    string // number
}

// How many calls are told of.
const (
	MostCalls = 20_000 // at once
	PageCalls = 1_000  // calls of one page, unless a single schedule has more
)

// Schedule is what one partner calls of one item. Quantities are in its stock unit.
type Schedule struct {
	Partner Party
	Item    Party
	Unit    string
	Place   Place
	Calls   []Call
	Done    plant.Quantity // delivered or received, in all
}

// Party is a partner or an item as people know it.
type Party struct {
	ID           int64
	Number, Name string
}

// Call is what is wanted on one day by one order.
type Call struct {
	Day      string // a date
	Order    int64
	Number   string // of the order
	Quantity plant.Quantity
}

// Day is one day of a schedule: cumulative quantities are told from the schedule's beginning on.
type Day struct {
	Day        string
	Called     plant.Quantity
	Cumulative plant.Quantity // called until the end of this day
	Open       plant.Quantity // of this day's call, when what was delivered is counted from the first call on
	Calls      []Call
}

// Standing is how a schedule stands on a day.
type Standing struct {
	Days    []Day
	Due     plant.Quantity // called until the end of today
	Backlog plant.Quantity // called, and not delivered
	Ahead   plant.Quantity // delivered, and not called yet
	Open    plant.Quantity // still to be delivered, in all
	Next    Day            // the first day of which something is open; its Day is "" when nothing is
}

// Stand tells how a schedule stands: what was delivered covers the first calls first.
func (s Schedule) Stand(today string) (st Standing) {
	calls := slices.Clone(s.Calls)
	slices.SortStableFunc(calls, func(a, b Call) int { return cmp.Compare(a.Day, b.Day) })
	var sum plant.Quantity
	for _, c := range calls {
		if n := len(st.Days); n == 0 || st.Days[n-1].Day != c.Day {
			st.Days = append(st.Days, Day{Day: c.Day})
		}
		d := &st.Days[len(st.Days)-1]
		sum += c.Quantity
		d.Called, d.Cumulative, d.Calls = d.Called+c.Quantity, sum, append(d.Calls, c)
		if c.Day <= today {
			st.Due = sum
		}
	}
	for i := range st.Days {
		d := &st.Days[i]
		d.Open = min(d.Called, max(0, d.Cumulative-s.Done))
		if st.Next.Day == "" && d.Open > 0 {
			st.Next = *d
		}
	}
	st.Backlog, st.Ahead, st.Open = max(0, st.Due-s.Done), max(0, s.Done-st.Due), max(0, sum-s.Done)
	return st
}
