// Package execution is the work on the lines: jobs, and the booking of what machines count to them.
package execution

import (
	"context"
	"time"

	"millwright/internal/plant"
)

// Status is where a job stands; it changes only through one table of steps.
type Status string

// The states of a job (ISA-95 job order, OPC 10031-4, in plain words).
const (
	Waiting   Status = "waiting"
	Running   Status = "running"
	Held      Status = "held"
	Completed Status = "completed"
	Aborted   Status = "aborted"
)

// Job is an order's work on one line.
type Job struct {
	ID      string // "J-1001"
	Order   string // the customer's order it is for; may be ""
	Line    plant.LineID
	Product string
	Planned plant.Quantity
	Good    plant.Quantity // booked
	Scrap   plant.Quantity // booked
	Status  Status
	Due     time.Time // zero when none
	Started time.Time
	Ended   time.Time
	Rank    int64 // its place in the line's queue
	Version int64 // grows with each change; a writer with an old one gets a conflict
}

// Booking is one entry of the count ledger: pieces that one counter counted for one job.
type Booking struct {
	Tag       string // the counter's name
	Line      plant.LineID
	Unit      plant.UnitID
	Job       string    // "" when no job owned the line then
	Scrap     bool      // scrap rather than good
	Since, At time.Time // the span of readings it rests on
	Qty       plant.Quantity
}

// Mark is how far a counter's readings are booked: saved with the bookings they caused.
type Mark struct {
	Tag   string
	At    time.Time
	Total plant.Quantity // the reading as the counter showed it
}

// Posting is one transaction of the count ledger.
type Posting struct {
	Bookings []Booking
	Marks    []Mark
	Jobs     []Job // those changed by status; progress is added by the store from Bookings
}

// Books is where execution keeps jobs, bookings and marks.
type Books interface {
	Jobs(ctx context.Context) ([]Job, error) // open ones and those that ended in the last 48 h, by line and rank
	Marks(ctx context.Context) ([]Mark, error)
	// Post writes everything or nothing. A mark that is not older than the posting's makes it a conflict.
	Post(ctx context.Context, p Posting) error
	AddJob(ctx context.Context, j Job, by plant.Person, why string) error
}
