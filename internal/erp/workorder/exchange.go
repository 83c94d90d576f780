package workorder

import (
	"context"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Exchange is how other systems send orders, and are told what became of them.
type Exchange interface {
	// Put keeps orders, told apart by their references. A row that cannot be kept leaves the others alone, unless all or
	// none are to be kept.
	Put(ctx context.Context, b Batch) ([]Outcome, error)
	// Performed tells what was made, taken and spent, by order.
	Performed(ctx context.Context, s Span) ([]Performance, error)
}

// MostExchanged is how many orders are sent, or told of, at once.
const MostExchanged = 20_000

// Batch is orders that are kept together.
type Batch struct {
	Rows []Row
	All  bool // or none
	Dry  bool // only looked at
	By   Doing
}

// Row is one order as another system has it.
type Row struct {
	Reference, Number string         // theirs; ours counts where there is none of theirs
	Is                string         // the state that it must be in as it is; "" for any
	Change            func(o *Order) // sets what the row says
	Firm              bool           // planning is to leave it alone
	Cancel            bool
	Wrong             error // that it cannot even be read
}

// Outcome is what became of a row.
type Outcome struct {
	Order Order // its ID is 0 where none is kept
	Was   Order
	Added bool
	Same  bool
	Err   error
}

// Sent changes what another system may change of an order: all that a planner may, but not what is made.
func (o *Order) Sent(n Order) error {
	if n.Item != o.Item {
		return refusedField("item", "%s makes another item; cancel it and send a new one.", o.Number)
	}
	return o.Set(n)
}

// Set changes what may still change of an order.
func (o *Order) Set(n Order) error {
	if !o.Open() {
		return errs.New(errs.Conflict, "%s is %s and cannot be changed any more", o.Number, o.Lifecycle)
	}
	if n.Quantity != o.Quantity && n.Quantity < o.Good {
		return refusedField("quantity", "%s are made already; give no less.", o.Good)
	}
	if n.Revision != o.Revision && o.Snapshot > 0 {
		return errs.New(errs.Conflict, "%s is released; amend it to take another bill", o.Number)
	}
	if n.Quantity != o.Quantity && o.Snapshot > 0 {
		for i := range o.Operations {
			run, ok := o.Operations[i].Run.Times(int64(n.Quantity), int64(o.Quantity))
			if !ok {
				return errs.New(errs.Invalid, "so much takes longer than can be counted")
			}
			o.Operations[i].Run = run
		}
	}
	o.Quantity, o.Begin, o.Due, o.Rank, o.Line, o.Note, o.Revision, o.SalesLine = n.Quantity, n.Begin, n.Due, n.Rank, n.Line, n.Note, n.Revision, n.SalesLine
	return o.Check()
}

// Says tells whether another order says the same of what may change.
func (o *Order) Says(n Order) bool {
	return n.Item == o.Item && n.Quantity == o.Quantity && n.Begin == o.Begin && n.Due == o.Due && n.Rank == o.Rank && n.Line == o.Line && n.Note == o.Note && n.Revision == o.Revision
}

func refusedField(path, format string, args ...any) error {
	return &errs.Error{Kind: errs.Invalid, Words: "this cannot be a work order", Fields: []errs.Field{{Path: path, Message: errs.New(errs.Invalid, format, args...).Words}}}
}

// Span is what is asked of performance: reports from a time until before another; 0 is without bound.
type Span struct {
	From, Until time.Time
	Orders      []int64 // only of these; nil for all that have reports in the span
}

// Performance is what was made, taken and spent for an order in a span.
type Performance struct {
	Head
	Begun, Ended time.Time      // the first and the last report
	Yield, Loss  plant.Quantity // good and scrap in the span
	Steps        []Worked
	Made, Used   []Lotted
}

// Worked is what was reported at an operation.
type Worked struct {
	Position     int64
	Name         string
	Begun, Ended time.Time
	Good, Scrap  plant.Quantity
	SetUp, Run   Minutes
	Labour       Minutes
}

// Lotted is so much of an item in one lot, less what was taken back.
type Lotted struct {
	Item        int64
	Number      string // of the item
	Name, Unit  string
	Revision    string
	Lot, Serial string
	Quantity    plant.Quantity
	Operation   int64 // that takes it; 0 for none
}
