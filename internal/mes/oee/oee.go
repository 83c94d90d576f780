// Package oee is the ledger of a line's time: what every second was used or lost for.
package oee

import (
	"context"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Segment is one stretch [From, To) of a line's time with one cause. Segments of a line have no gap
// and no overlap; they are cut where category, product, shift or job changes.
type Segment struct {
	Line     plant.LineID
	From, To time.Time
	Category Category
	State    machine.State // of the causing unit
	Unit     plant.UnitID  // the unit that caused it
	Fault    string        // fault code while it lasted
	Product  string
	Shift    string         // name, "" outside shifts
	Date     string         // local date on which the shift opened
	Good     plant.Quantity // counted within it
	Reject   plant.Quantity
	Ideal    time.Duration  // ideal cycle × (good + reject), 0 when no rate is known
	Unrated  plant.Quantity // pieces without a known rate
}

// Times is how long a window was spent in each category, by category.
type Times [ReducedSpeed + 1]time.Duration

// Classic is the classic OEE of a window with all that it was made from.
type Classic struct {
	Window                            time.Duration // all time of the window so far
	PPT                               time.Duration // planned production time: window − not scheduled − planned stops − unknown
	Run                               time.Duration // PPT − stops; micro-stops are inside
	Ideal                             time.Duration // Σ ideal cycle × pieces
	Good, Reject                      plant.Quantity
	Unrated                           plant.Quantity // pieces without a known rate: with any, Performance is unknown
	Times                             Times
	Availability                      Ratio // Run / PPT
	Performance                       Ratio // Ideal / Run; never capped
	Quality                           Ratio // Good / (Good + Reject)
	OEE                               Ratio // product of the three
	Coverage                          Ratio // known part of the scheduled time
	AvailabilityLow, AvailabilityHigh Ratio // when part of the time is unknown (oracle A12)
}

// Snapshot is one line as it stands: its running shift, or the last one when none runs.
type Snapshot struct {
	Line     plant.LineID
	At       time.Time
	Shift    plant.Shift    // the zero Shift when the calendar knows none
	Window   plant.Span     // the shift from its start to now (or its end)
	Segments []Segment      // of the window, gap-free; the last one ends at Window.To
	Classic  Classic        // of the window
	Target   plant.Quantity // pieces an ideal line had made by now: PPT / ideal cycle; 0 when no rate is known
	Now      Category       // what the line is doing
	State    machine.State
	Cause    plant.UnitID // the unit behind it
	Fault    string
	Since    time.Time // since when it does that
	Product  string
	Open     int // stops without a reason in the window
}

// Changed says that a line's ledger or counts changed: news for the screens, after they were kept.
type Changed struct {
	Line plant.LineID
}

// Ledger keeps segments. The store proves it fits.
type Ledger interface {
	// Segments gives the kept segments that overlap [from, to), in time order.
	Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]Segment, error)
	// Replace puts segments in the place of everything of the line from `from` on, in one transaction.
	// A kept segment that spans `from` is cut there.
	Replace(ctx context.Context, line plant.LineID, from time.Time, segments []Segment) error
	// End is where the line's kept ledger ends; zero when it is empty.
	End(ctx context.Context, line plant.LineID) (time.Time, error)
}
