// Package oee is the ledger of a line's time: what every second was used or lost for.
package oee

import (
	"context"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Segment is one stretch [From, To) of a line's time with one cause. Segments of a line have no gap
// and no overlap; they are cut where category, product, order or shift changes.
type Segment struct {
	Line     plant.LineID
	From, To time.Time
	Category Category
	State    machine.State // of the causing unit
	Unit     plant.UnitID  // the unit that caused it
	Fault    string        // fault code while it lasted
	Product  string
	Order    string         // the job that ran or, where none did, the order that the machine named
	Shift    string         // name, "" outside shifts
	Date     string         // local date on which the shift opened
	Good     plant.Quantity // counted within it
	Reject   plant.Quantity
	Ideal    time.Duration  // ideal cycle × (good + reject), 0 when no rate is known
	Unseen   time.Duration  // of Ideal: for pieces that were made while nobody saw the line, and counted in this time
	Unrated  plant.Quantity // pieces without a known rate

	// What people say lies over the ledger and is not kept in it: package edit lays it there.
	Stop    time.Time      // where the stop began that this is part of: what a person says one reason of; zero for none
	Reason  string         // of the plant's reasons: why it stood
	Comment string         // in words
	By      string         // who said why; "" when the machine did
	Edit    int64          // the edit that shaped it last; 0 for none
	Derived Category       // where there was one: what the machines said that it was
	Manual  plant.Quantity // of Good and Reject: counted by people
	Rework  plant.Quantity // of Good: right only after rework
}

// Times is how long a window was spent in each category, by category.
type Times [ReducedSpeed + 1]time.Duration

// Classic is the classic OEE of a window with all that it was made from.
type Classic struct {
	Window                            time.Duration // all time of the window so far
	PPT                               time.Duration // planned production time: window − not scheduled − planned stops − unknown
	Run                               time.Duration // PPT − stops; micro-stops are inside
	Ideal                             time.Duration // Σ ideal cycle × pieces
	Unseen                            time.Duration // of that, for pieces made while nobody saw the line: no run time belongs to them
	GoodIdeal                         time.Duration // Σ ideal cycle × good pieces
	Good, Reject                      plant.Quantity
	Unrated                           plant.Quantity // pieces without a known rate: with any, Performance is unknown
	Times                             Times
	Availability                      Ratio // Run / PPT
	Performance                       Ratio // (Ideal − Unseen) / Run; never capped
	Quality                           Ratio // GoodIdeal / Ideal: of one product, Good / (Good + Reject)
	OEE                               Ratio // product of the three
	Coverage                          Ratio // known part of the scheduled time
	AvailabilityLow, AvailabilityHigh Ratio // when part of the time is unknown (oracle A12)
	OEELow, OEEHigh                   Ratio // see Between
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
	Order    string
	Open     int       // stops without a reason in the window, once what people said is laid over it
	Speed    Ratio     // of the ideal speed, lately; unknown unless it runs
	Slow     time.Time // since when it runs below its low speed; zero when it does not

	Reason  string // why it stands, of the plant's reasons
	Comment string
	By      string // who said why; "" when the machine did
	Edited  int64  // the newest that anybody said about the window
}

// Changed says that a line's ledger or counts changed: news for the screens, after they were kept.
type Changed struct {
	Line plant.LineID
}

// Why a ledger is to be derived anew.
type Why string

// The causes of a Wish.
const (
	Late   Why = "late"   // readings came from before what is kept
	Change Why = "change" // the line is set up otherwise from then on
	Order  Why = "order"  // an order began or ended before what is kept
)

// Wish says that a line's ledger is to be derived anew from a time on. Of a line there is one for each cause.
type Wish struct {
	Line plant.LineID
	Why  Why
	From time.Time
	Mark int64 // tells it from the one before and after it; of a Change, the revision of the plant
}

// Validity says that from a moment on a line's time is laid out as a revision of the plant sets it up, up to the
// Validity that follows it.
type Validity struct {
	Line     plant.LineID
	Since    time.Time
	Revision int64
}

// Ledger keeps segments. The store proves it fits.
type Ledger interface {
	// Segments gives the kept segments that overlap [from, to), in time order.
	Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]Segment, error)
	// Replace puts segments in the place of everything of the line from `from` on, in one transaction.
	// A kept segment that spans `from` is cut there. The wishes that are granted by it are forgotten with it, unless
	// more was wished for meanwhile.
	Replace(ctx context.Context, line plant.LineID, from time.Time, segments []Segment, granted ...Wish) error
	// End is where the line's kept ledger ends; zero when it is empty.
	End(ctx context.Context, line plant.LineID) (time.Time, error)
	// Wish keeps a wish until it is granted. With the one of its line and cause that is kept already it becomes one.
	Wish(ctx context.Context, w Wish) error
	// Wishes gives those that are not granted.
	Wishes(ctx context.Context) ([]Wish, error)
	// Valid gives which revisions of the plant lay out a line's time, in time order.
	Valid(ctx context.Context, line plant.LineID) ([]Validity, error)
	// Validate makes a revision valid in the place of all that was from that moment on.
	Validate(ctx context.Context, v Validity) error
}
