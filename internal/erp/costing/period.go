package costing

import (
	"context"
	"regexp"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Values tells what the stock was worth after a move, or at a time.
type Values interface {
	// Valuation tells it of each item.
	Valuation(ctx context.Context, m Moment) ([]Worth, error)
	// Sheet tells it of all together, and of the items after one, by number, as many as a page shows.
	Sheet(ctx context.Context, m Moment, after string) (Sheet, error)
}

// Accounts keeps what the stock is worth beside its moves: costs that come later, variances, periods.
type Accounts interface {
	Values
	// Land adds a cost to a receipt that was posted before.
	Land(ctx context.Context, l Landing) (Entry, error)
	// LandAll adds several in one transaction, as of a freight that is spread over the lines of a receipt.
	LandAll(ctx context.Context, all []Landing) ([]Entry, error)
	// Entries are costs and variances, the newest first.
	Entries(ctx context.Context, s Entries) ([]Entry, error)
	// TieOut compares what is kept of each item's stock with its moves: with what they came to when the last period was
	// closed, and those since.
	TieOut(ctx context.Context) (Tie, error)
	// Since tells how many moves it has to read for that, up to one more than most.
	Since(ctx context.Context, most int) (int, error)
	// Periods are all that were ever closed, the newest first.
	Periods(ctx context.Context) ([]Period, error)
	// Close closes a span, or opens it again.
	Close(ctx context.Context, c Closing) (Period, error)
}

// Landing is a cost that came after its receipt: freight, customs.
type Landing struct {
	Key      string
	Receipt  int64 // posting number of the move that brought the material
	Cost     plant.Money
	Document string
	At       time.Time // zero is now
	By       plant.Person
	Why      string
}

// Entry is money that moved without material, or not with all of it.
type Entry struct {
	ID       int64
	Item     int64
	Kind     string // price, landed, count, method, reversal
	Move     int64  // it is about; 0 is none
	After    int64  // the last move when it was booked
	Gain     plant.Money
	Variance plant.Money // above nothing is a loss
	Document string
	At       time.Time
	By       plant.Person
	Why      string
}

// Entries says which entries; zero fields are any.
type Entries struct {
	Item   int64
	Before int64 // only those with a lower number
	Limit  int
}

// Moment is a place in the ledger: after a move, or at a time; zero is now.
type Moment struct {
	Number int64
	At     time.Time
}

// Worth is what an item's stock is worth.
type Worth struct {
	Item     int64
	Number   string
	Name     string
	Method   string
	Quantity plant.Quantity
	Value    plant.Money
}

// Sheet is what the stock was worth, a page at a time.
type Sheet struct {
	Value plant.Money // of all stock
	Items int64       // of which there is any; counted for now alone
	Rows  []Worth     // of which there was any, in the order of their numbers
	Next  string      // after which the next page goes on; "" for none
}

// Tie is what comes of comparing.
type Tie struct {
	Items       int64
	Moves       int64
	Value       plant.Money // of all stock
	In          plant.Money // what moves brought
	Out         plant.Money // what moves took
	Gain        plant.Money // by entries
	Differences []Difference
}

// Green tells whether all agrees.
func (t Tie) Green() bool { return len(t.Differences) == 0 }

// Difference is an item of which two accounts do not agree.
type Difference struct {
	Item                              int64
	Number                            string
	Balances, Layers, Moves, Kept     plant.Quantity
	LayerValue, MovedValue, KeptValue plant.Money
}

// Period is a span that is closed, or was.
type Period struct {
	ID       int64
	Name     string
	From, To time.Time
	Closed   bool
	By       plant.Person
	Set      time.Time
	Why      string
	Value    plant.Money // at its end, while it is closed
	Version  int64
}

// Closing closes a span, or opens it again.
type Closing struct {
	Name     string // "2026-11"
	From, To time.Time
	Closed   bool
	Version  int64 // 0: it was never closed
	By       plant.Person
	Why      string
}

var periodName = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])$`)

// Check tells what is wrong with it, seen at a time.
func (c Closing) Check(now time.Time) error {
	switch {
	case !periodName.MatchString(c.Name) || !c.From.Before(c.To):
		return errs.New(errs.Invalid, "a period is a month, like 2026-11")
	case c.Closed && c.To.After(now):
		return errs.New(errs.Invalid, "period %s is not over yet; close it when it is", c.Name)
	case !c.Closed && c.Why == "":
		return &errs.Error{Kind: errs.Invalid, Words: "say why the period is opened again", Fields: []errs.Field{{Path: "why", Message: "say why the period is opened again"}}}
	case len(c.Why) > 500:
		return errs.New(errs.Invalid, "keep the reason under 500 letters")
	}
	return nil
}

// MonthOf is the closing of a month like 2026-11 in a zone.
func MonthOf(name string, zone *time.Location) (Closing, error) {
	from, err := time.ParseInLocation("2006-01", name, zone)
	if err != nil || !periodName.MatchString(name) {
		return Closing{}, errs.New(errs.Invalid, "%q is no month; write it like 2026-11", errs.Clip(name))
	}
	return Closing{Name: name, From: from.UTC(), To: from.AddDate(0, 1, 0).UTC()}, nil
}
