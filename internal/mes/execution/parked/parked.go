// Package parked is counts that no job owned, and the decisions whose they are.
package parked

import (
	"context"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Book keeps parked counts.
type Book interface {
	// Of gives what a line counted for no job since a time and nobody has decided of, the newest first.
	Of(ctx context.Context, line plant.LineID, since time.Time) ([]Counts, error)
	// Decide gives counts to a job, or to nobody. It is a conflict when there are others by now. It is audited.
	Decide(ctx context.Context, d Decision, by plant.Person, why string) error
}

const (
	// Most is how many bookings of one line are looked at.
	Most = 20_000
	// Kept is how long counts are offered for a decision.
	Kept = 7 * 24 * time.Hour
	// apart is how long nothing is counted between two groups.
	apart = 10 * time.Minute
)

// Counts is what a line counted in one go while no job owned it: during a changeover, or before anybody said what is made.
type Counts struct {
	Line        plant.LineID
	From, To    time.Time // of the bookings' ends
	Good, Scrap plant.Quantity
	Last        int64 // the number of the newest booking among them
}

// Decision is whose counts are.
type Decision struct {
	Counts
	Job string // "" for nobody's: they were no production
}

// Add takes a booking.
func (c *Counts) Add(b execution.Booking) {
	if b.Scrap {
		c.Scrap += b.Qty
	} else {
		c.Good += b.Qty
	}
}

// Join puts a booking to the group that it belongs to, or begins one. They come the newest first.
func Join(all []Counts, id int64, b execution.Booking) []Counts {
	n := len(all)
	if n == 0 || all[n-1].From.Sub(b.At) > apart {
		all = append(all, Counts{Line: b.Line, From: b.At, To: b.At})
		n++
	}
	c := &all[n-1]
	c.From, c.Last = b.At, max(c.Last, id)
	c.Add(b)
	return all
}
