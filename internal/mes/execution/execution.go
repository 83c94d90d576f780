// Package execution is the work on the lines: jobs, and the booking of what machines count to them.
package execution

import (
	"context"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
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
	ID        string // "J-1001"; of a work order's operation "WO-000123.10", of an order without operations "WO-000123"
	Order     string // the customer's order it is for; may be ""
	Line      plant.LineID
	Product   string
	Planned   plant.Quantity
	Good      plant.Quantity // booked
	Scrap     plant.Quantity // booked
	Estimated plant.Quantity // of both: shares by time, as one reading spanned a change of jobs
	Ahead     Ahead          // what people counted of it before its machines told it
	Status    Status
	Due       time.Time // zero when none
	Started   time.Time
	Ended     time.Time
	Rank      int64  // its place in the line's queue
	Version   int64  // grows with each change; a writer with an old one gets a conflict
	Work      int64  // the work order that it makes, to which its counts are reported; 0 for none
	Operation int64  // the position of the work order's operation; 0 for the order as a whole
	Untold    string // why not all of its counts are reported to the work order; "" when they are
}

// Run says that a job owned a line from From until To: what the line counted then is the job's.
// Of one line no two runs overlap; a run is known by its line and From.
type Run struct {
	Line     plant.LineID
	From, To time.Time // To is zero while the job still owns the line
	Job      string
}

// ByHand is the counter of what people count.
const ByHand = "by hand"

// Booking is one entry of the count ledger: pieces that one counter counted for one job.
type Booking struct {
	Tag       string // the counter's name
	Line      plant.LineID
	Unit      plant.UnitID
	Job       string         // "" when no job owned the line then
	Scrap     bool           // scrap rather than good
	Estimated bool           // a share by time, as one reading spanned a change of jobs
	Since, At time.Time      // the span of readings it rests on
	Qty       plant.Quantity // below zero where good pieces are total less rejects, and a reject came later
	Told      bool           // by hand: it takes back what people had counted and a machine told later, or gives it back
}

// takes adds a booking to what is booked.
func (j *Job) takes(b Booking) {
	if b.Scrap {
		j.Scrap += b.Qty
	} else {
		j.Good += b.Qty
	}
	if b.Estimated {
		j.Estimated += b.Qty
	}
	if b.Told {
		j.Ahead.Rest += b.Qty
	}
}

// Mark is how far a counter's readings are booked: saved with the bookings they caused.
type Mark struct {
	Tag    string
	At     time.Time
	Total  plant.Quantity // the reading as the counter showed it
	Before time.Time      // At of the kept mark that it takes the place of; zero for the first of its counter
}

// Posting is one transaction of the count ledger.
type Posting struct {
	Bookings []Booking
	Marks    []Mark
	Jobs     []Job        // those changed by status, with the Version they were read at; progress is added by the store from Bookings
	Runs     []Run        // those begun or ended: kept by line and From, in the place of the one there
	Wishes   []oee.Wish   // for the time ledgers that the changes of Jobs and Runs are late for
	By       plant.Person // who asked for the change of Jobs
	Why      string
	Recount  *Recount // what people said that a job has in all, whose bookings these are; nil unless they did
}

// Books is where execution keeps jobs, runs, bookings and marks.
type Books interface {
	Jobs(ctx context.Context) ([]Job, error) // open ones and those that ended in the last 48 h, by line and rank
	// Runs gives those that are open or ended after since, by line and From.
	Runs(ctx context.Context, since time.Time) ([]Run, error)
	// Turns gives the turns of a line that touch [from, to), by From.
	Turns(ctx context.Context, line plant.LineID, from, to time.Time) ([]Turn, error)
	Marks(ctx context.Context) ([]Mark, error)
	// Post writes everything or nothing. It is a conflict (errs.Conflict) when a kept mark's At is not the
	// posting's Before, or a kept job's Version not the posting's: somebody else was first.
	// A job's Version grows by one with each change of status, and not by progress. Each changed job is audited.
	Post(ctx context.Context, p Posting) error
	AddJob(ctx context.Context, j Job, by plant.Person, why string) error // errs.Conflict when the ID is taken
	// Queue gives a number that grows whenever somebody else than the lines changes jobs: a work order was released, put on
	// hold, changed or closed.
	Queue(ctx context.Context) (int64, error)
}

// Changed says that a job, or what a line counts, changed: news for the screens, after it was kept.
type Changed struct {
	Line plant.LineID
	Job  string // "" when only counts without a job did
}

// Source gives the facts of a line from `from` up to `to`, in the order of time, until yield returns
// false. First come those from before that say how its units stood at `from`, each at its own time.
type Source func(ctx context.Context, line plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error
