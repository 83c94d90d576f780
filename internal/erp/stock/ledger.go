package stock

import (
	"context"
	"time"

	"millwright/internal/plant"
)

// Ledger keeps moves and tells what there is.
type Ledger interface {
	// Post adds moves, all or none.
	Post(ctx context.Context, p Posting) (Posted, error)
	// Reverse takes moves back, in whole or part, and says why.
	Reverse(ctx context.Context, r Undoing) (Posted, error)
	// Balances tells what there is, by place, lot and serial.
	Balances(ctx context.Context, of Shelf) ([]Balance, error)
	// OnHand tells how much there is of items.
	OnHand(ctx context.Context, items ...int64) ([]Standing, error)
	// Moves reads the ledger in posting order.
	Moves(ctx context.Context, s Search) ([]Entry, error)
	// Posting gives the moves that were posted together.
	Posting(ctx context.Context, number int64) (Posted, error)
}

// Store keeps places and lots.
type Store interface {
	Places(ctx context.Context) ([]Place, error)
	Place(ctx context.Context, id int64) (Place, error)
	KeepPlace(ctx context.Context, p Place, by plant.Person, why string) (Place, error)
	Lots(ctx context.Context, of Lots) ([]Lot, error)
	Lot(ctx context.Context, id int64) (Lot, error)
	Numbered(ctx context.Context, item int64, number string, serial bool) (Lot, error) // errs.NotFound when there is none
	Hold(ctx context.Context, h Holding) (Lot, error)
	Describe(ctx context.Context, d Description) (Lot, error)
}

// Undoing takes back a move.
type Undoing struct {
	Key      string
	Move     int64
	Quantity plant.Quantity // 0 is all that is left of it
	Document string         // "" is that of the move
	By       plant.Person
	Why      string
}

// Shelf says of which balances; zero fields are any.
type Shelf struct {
	Item  int64
	Place int64
	Lot   string
	Limit int
}

// Balance is what there is at one place.
type Balance struct {
	Item        int64
	Revision    string
	Place       int64
	Lot, Serial string
	Quantity    plant.Quantity
	Allocated   plant.Quantity // to documents
	Since       int64          // the move that brought the oldest of it
	State       State          // of its lot
	Expires     time.Time      // zero: never
	Quarantine  bool           // of its place
}

// Held tells whether none of it may be used.
func (b Balance) Held() bool { return b.State != Free && b.State != "" || b.Quarantine }

// Free is what anybody may take.
func (b Balance) Free() plant.Quantity {
	if b.Held() || b.Place == Transit {
		return 0
	}
	return b.Quantity - b.Allocated
}

// Standing is how much there is of an item.
type Standing struct {
	Item     int64
	OnHand   plant.Quantity // in places of ours
	Held     plant.Quantity // of which lots on hold, in quarantine
	Reserved plant.Quantity // of the rest, allocated to documents
	Planned  plant.Quantity // softly reserved besides
	Transit  plant.Quantity // on its way, not on hand yet
	Value    plant.Money    // of all that is ours
}

// Available is what anybody may take.
func (s Standing) Available() plant.Quantity { return s.OnHand - s.Held - s.Reserved }

// Search says which moves; zero fields are any.
type Search struct {
	Item        int64
	Lot, Serial string
	Place       int64
	Document    string
	Kind        Kind
	After       int64 // posting number: those that come after it, the oldest first
	Before      int64 // the newest first, before it
	Newest      bool
	Limit       int
}

// Entry is a move with who posted it, and when.
type Entry struct {
	Kept
	At     time.Time // when it happened
	Posted time.Time
	By     plant.Person
	Why    string
	Back   plant.Quantity // of it was taken back since
}

// Lots says which lots; zero fields are any.
type Lots struct {
	Item   int64
	Number string // or the beginning of it
	State  State
	After  int64
	Limit  int
}
