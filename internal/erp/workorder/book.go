package workorder

import (
	"context"
	"time"

	"millwright/internal/erp/workorder/cost"
	"millwright/internal/plant"
)

// Doing is who does something, and why. The same key again does nothing twice.
type Doing struct {
	By  plant.Person
	Why string
	Key string
}

// Book keeps work orders. Every command is one transaction, and audited.
type Book interface {
	// Order gives an order with all that it takes.
	Order(ctx context.Context, id int64) (Order, error)
	// Create keeps a new order, created or firmed.
	Create(ctx context.Context, o Order, by Doing) (Order, error)
	// Change sets what may still change of an order: quantity, dates, rank, line and note.
	Change(ctx context.Context, o Order, by Doing) (Order, error)
	// Step takes an order a step on. At its release bill and routing are copied, at its close its costs are settled.
	Step(ctx context.Context, s Stepping, by Doing) (Order, error)
	// Divide splits an order, or puts another one into it; it gives the order that was made, or grew.
	Divide(ctx context.Context, d Division, by Doing) (Order, error)
	// Amend copies bill and routing anew, for what is not made yet.
	Amend(ctx context.Context, id, version int64, by Doing) (Order, error)
	// Swap takes another item in a component's place, for what is not made yet.
	Swap(ctx context.Context, s Swap, by Doing) (Order, error)
	// Report posts what was made, taken and spent.
	Report(ctx context.Context, r Report, by Doing) (Order, error)
}

// Accounts tells what orders cost, and what they lack.
type Accounts interface {
	Sheet(ctx context.Context, id int64) (cost.Sheet, error)
	// Progress gives orders that something is in after one, and what the stock ledger says of them; how many there are, and what all hold.
	Progress(ctx context.Context, after int64, limit int) (some []InProgress, count int64, wip plant.Money, err error)
	// Shortages gives what was used by counts and is not issued, after the component of another.
	Shortages(ctx context.Context, after Shortage, limit int) ([]Shortage, error)
	// Free gives what there is of items that no document has taken for itself.
	Free(ctx context.Context, items []int64) (map[int64]plant.Quantity, error)
	Journal(ctx context.Context, id int64) ([]Entry, error)
	Snapshots(ctx context.Context, id int64) ([]Snapshot, error)
	// Substitutes gives the items that may be taken in the place of an order's components, those of the bill first.
	Substitutes(ctx context.Context, id int64) ([]Substitute, error)
	// Orders lists orders by number, without what they take.
	Orders(ctx context.Context, s Search) ([]Head, error)
}

// Scrap tells why pieces of an order were scrapped, the most first; without words what nobody gave a reason for.
type Scrap interface {
	Scrapped(ctx context.Context, order int64) ([]Scrapped, error)
}

// Stepping takes an order a step on.
type Stepping struct {
	ID, Version int64
	Step        Step
}

// Division splits a quantity off an order, or puts another order into it.
type Division struct {
	ID, Version int64
	Quantity    plant.Quantity // to be split off; 0 with another order
	With        int64
}

// Issue is material that goes into an order, or back.
type Issue struct {
	Position    int64
	Quantity    plant.Quantity // below 0: back into the stock
	Lot, Serial string
	Place       int64 // 0: the component's, or where there is some
	// Settle takes no more than what is short of the component, as far as it is there; a quantity of 0 is all of it.
	Settle bool `json:",omitempty"`
}

// RejectedAt begins the reason of what a machine rejected: its name follows.
const RejectedAt = "rejected at "

// Scrapped is so much scrap for a reason.
type Scrapped struct {
	Reason   string
	Quantity plant.Quantity
}

// Report is what was made, taken and spent. What is below 0 is taken back.
type Report struct {
	Order       int64
	Operation   int64 // 0: the order as a whole
	Done        bool  // nothing more is to be done at the operation
	Good, Scrap plant.Quantity
	SetUp, Run  Minutes
	Labour      Minutes
	Energy      plant.Money
	Issues      []Issue
	Lot, Serial string // of the product
	Place       int64  // where the product goes; 0: the stock
	At          time.Time
	Source      string // "person", "machine:line/unit"; "" is a person

	// What is left out where there is none, so that a request is known again that was made before there were any.

	Scraps   []Scrapped `json:",omitempty"` // why what was scrapped was, as far as it is known
	Job      string     `json:",omitempty"` // whose counts these are
	Counted  bool       `json:",omitempty"` // by a machine, which asks nobody: it is booked on hold and beyond what was planned too
	Complete bool       `json:",omitempty"` // nothing more is to be made: what is taken at completion is taken now
	Each     bool       `json:",omitempty"` // the product has serials, which are made up
}

// InProgress is an order that something is in.
type InProgress struct {
	ID       int64
	Number   string
	Item     int64
	Name     string // of the item
	State    Lifecycle
	Issued   plant.Money
	Booked   plant.Money
	Received plant.Money
	WIP      plant.Money
	Ledger   plant.Money // issued − received, as the stock ledger has it
}

// Ties tells whether the order's values are those of the stock ledger.
func (p InProgress) Ties() bool { return p.Ledger == p.Issued-p.Received }

// Shortage is a component that was used by counts and is not issued.
type Shortage struct {
	Order    int64
	Number   string
	Position int64
	Item     int64
	Name     string
	Short    plant.Quantity
}

// Entry is one report in an order's journal.
type Entry struct {
	ID          int64
	Operation   int64
	Good, Scrap plant.Quantity
	SetUp, Run  Minutes
	Labour      Minutes
	Cost        plant.Money
	Issued      plant.Money
	Received    plant.Money
	First, Last int64 // moves of the stock ledger
	At          time.Time
	By          string
	Source      string
}

// Snapshot is bill and routing as they were copied.
type Snapshot struct {
	Number     int64
	At         time.Time
	Made       plant.Quantity // pieces from which it is in force
	Bill       int64
	By, Why    string
	Components []Component
	Operations []Operation
}

// Head is an order as a list shows it.
type Head struct {
	Order      // without what it takes
	ItemNumber string
	ItemName   string
	Unit       string
}

// Search narrows a list of orders; what is empty narrows nothing.
type Search struct {
	Open  bool // that are not completed, closed or cancelled
	State Lifecycle
	Item  int64
	Line  string
	Text  string // in number, item's number or name
	After int64  // orders of a higher number
	Limit int
}
