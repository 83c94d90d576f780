package stock

import (
	"context"
	"time"

	"millwright/internal/plant"
)

// Stocktake is a count of what lies at a place, and in all places within.
type Stocktake struct {
	ID        int64
	Number    string // "CNT-000001"
	Place     int64
	Blind     bool           // who counts does not see what is expected
	Freeze    bool           // nothing moves there meanwhile
	Snapshot  int64          // the last move when it began
	Tolerance plant.Quantity // the part of what is expected that needs no second count
	State     string         // open, posted, cancelled
	Began     time.Time
	By        plant.Person
	Ended     time.Time
	EndedBy   plant.Person
	Why       string
	Version   int64
	Lines     int64
	Counted   int64 // of them
}

// Line is what a count finds of one balance.
type Line struct {
	Line        int64
	Item        int64
	Number      string // of the item
	Revision    string
	Place       int64
	Code        string // of the place
	Lot, Serial string
	Expected    plant.Quantity // when it was counted, else when the count began
	Counted     *plant.Quantity
	First       *plant.Quantity // what was counted before it was counted again
	By          plant.Person
}

// Difference is what was counted more than expected.
func (l Line) Difference() plant.Quantity {
	if l.Counted == nil {
		return 0
	}
	return *l.Counted - l.Expected
}

// Again tells whether the line must be counted a second time.
func (l Line) Again(tolerance plant.Quantity) bool {
	if l.Counted == nil || l.First != nil {
		return false
	}
	allowed, ok := l.Expected.Times(int64(tolerance), int64(plant.One))
	d := l.Difference()
	return !ok || max(d, -d) > allowed
}

// Found is a quantity that was counted: of a line by its number, or of an item at a place.
type Found struct {
	Line        int64  // 0: by what follows
	Item        string // number
	Place       string // code; "" is the place of the count
	Revision    string
	Lot, Serial string
	Quantity    plant.Quantity
}

// Taking says what becomes of a count.
type Taking struct {
	Count   int64
	Version int64
	Cancel  bool
	Rest    bool // what was not counted stays as it is
	Accept  bool // what is beyond the tolerance needs no second count: say why
	By      plant.Person
	Why     string
}

// Counts keeps counts.
type Counts interface {
	// Begin begins a count of what lies at a place.
	Begin(ctx context.Context, c Stocktake) (Stocktake, error)
	// Counts are the newest first.
	Counts(ctx context.Context, before int64, limit int) ([]Stocktake, error)
	// Count gives one with lines after a number.
	Count(ctx context.Context, id, after int64, limit int) (Stocktake, []Line, error)
	// Enter keeps what was counted: all of it, or nothing with every fault.
	Enter(ctx context.Context, id int64, found []Found, by plant.Person) (Stocktake, error)
	// Finish posts the differences, or drops the count.
	Finish(ctx context.Context, t Taking) (Stocktake, error)
}
