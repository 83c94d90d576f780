// Package item is what a plant makes, buys, keeps and sells, with the units in which it is counted.
package item

import (
	"context"
	"time"

	"millwright/internal/plant"
)

// Item is a material, a part, a product or a service.
type Item struct {
	ID        int64
	Number    string // as people know it; unique without regard to case
	Name      string
	Kind      Kind
	Unit      string // of stock: a code of UNECE Recommendation 20
	Tracking  Tracking
	ShelfDays int64 // how long a lot keeps after it was made; 0 for ever
	Valuation Valuation
	Standard  plant.Money // cost of one stock unit
	Product   string      // the code that the lines report; "" for none
	Barcode   string      // "" for none: then its number is what labels carry
	Phantom   bool        // a step on paper: never ordered or stocked, its parts are wanted when it is
	Note      string
	Planning  Planning
	Retired   bool // may not be used in anything new
	Version   int64

	Units      []Unit      // besides the stock unit, by code
	Revisions  []Revision  // by the time from which they hold, then those not in effect
	Alternates []Alternate // by rank
}

// Kind says where an item comes from.
type Kind string

// The kinds.
const (
	Make    Kind = "make"
	Buy     Kind = "buy"
	Both    Kind = "both"
	Service Kind = "service" // is bought or sold and never stocked
)

// Kinds are all kinds, in the order in which people choose.
func Kinds() []Kind { return []Kind{Make, Buy, Both, Service} }

// Tracking says what of an item can be told apart.
type Tracking string

// The ways of tracking.
const (
	None   Tracking = "none"
	Lot    Tracking = "lot"
	Serial Tracking = "serial"
)

// Trackings are all ways of tracking.
func Trackings() []Tracking { return []Tracking{None, Lot, Serial} }

// Valuation says what an issue of an item costs.
type Valuation string

// The methods of valuation.
const (
	FIFO     Valuation = "fifo"
	Average  Valuation = "average"
	Standard Valuation = "standard"
)

// Valuations are all methods.
func Valuations() []Valuation { return []Valuation{FIFO, Average, Standard} }

// Planning is how an item is planned.
type Planning struct {
	LeadDays   int64          // working days from the release of an order to its receipt
	Safety     plant.Quantity // held back from planning
	SafetyDays int64          // orders are due so many days before they are wanted
	FenceDays  int64          // of the first so many days the plan makes no orders of its own
	Rule       LotRule
	Lot        plant.Quantity // of the rules fixed, economic and up to
	Min        plant.Quantity // of one order; 0 for no bound, as the next two
	Max        plant.Quantity
	Multiple   plant.Quantity
	LotDays    int64 // of the rule periods
	Yield      Ratio // the share of what is started that becomes good; the zero Ratio is all of it
	Method     Reorder
	Point      plant.Quantity // of the method point
	Supplier   int64          // a partner; 0 for none
	Alternates Substitution   // when planning takes them; "" is IfLate
}

// LotRule says how large orders are.
type LotRule string

// The rules of lot sizing.
const (
	LotForLot LotRule = "lot for lot"
	Fixed     LotRule = "fixed"
	Economic  LotRule = "economic"
	Periods   LotRule = "periods"
	UpTo      LotRule = "up to"
)

// LotRules are all rules of lot sizing.
func LotRules() []LotRule { return []LotRule{LotForLot, Fixed, Economic, Periods, UpTo} }

// Reorder says what makes an order.
type Reorder string

// The methods of reordering.
const (
	MRP    Reorder = "mrp"
	Point  Reorder = "point"
	Kanban Reorder = "kanban"
	Never  Reorder = "none"
)

// Substitution says when planning takes alternates in an item's place.
type Substitution string

// The times.
const (
	ByHand  Substitution = "by hand"         // planning does not
	IfLate  Substitution = "when late"       // when it cannot be there in time
	Earlier Substitution = "before ordering" // before more of it is ordered
)

// Substitutions are all of them.
func Substitutions() []Substitution { return []Substitution{IfLate, Earlier, ByHand} }

// Reorders are all methods of reordering.
func Reorders() []Reorder { return []Reorder{MRP, Point, Kanban, Never} }

// Revision is a state of an item's design. It holds from its time on until the next one does.
type Revision struct {
	Name string
	From time.Time // zero: not in effect yet
	Note string
}

// Alternate may be taken in an item's place.
type Alternate struct {
	Item   int64
	Number string // of that item; says which it is where Item is 0
	Rank   int64  // the lowest first
	Factor Ratio  // so many stock units of it stand for one of the item's; the zero Ratio is one
}

// RevisionAt gives the revision that is in effect at a time; false where none is.
func (i Item) RevisionAt(at time.Time) (found Revision, ok bool) {
	for _, r := range i.Revisions {
		if !r.From.IsZero() && !r.From.After(at) && (!ok || !r.From.Before(found.From)) {
			found, ok = r, true
		}
	}
	return found, ok
}

// Stocked tells whether an item can lie in a place.
func (i Item) Stocked() bool { return i.Kind != Service && !i.Phantom }

// Change is who changes items, why, and, for what is new, the key of the request: the same key of the same person
// makes one item.
type Change struct {
	By  plant.Person
	Why string
	Key string
}

// Finder finds items.
type Finder interface {
	Find(ctx context.Context, id int64) (Item, error)                        // errs.NotFound when there is none
	ByNumber(ctx context.Context, number string) (Item, error)               // without regard to case
	ByCode(ctx context.Context, code string) (Item, error)                   // the barcode, else the number
	Named(ctx context.Context, ids []int64) (map[int64]Item, error)          // without units, revisions and alternates
	Numbered(ctx context.Context, numbers []string) (map[string]Item, error) // by the numbers as they are asked for; likewise
	Search(ctx context.Context, s Search) ([]Item, error)                    // by number; likewise
}

// Catalogue keeps items. Every change is audited in its own transaction, on "item/12". Alternates may be named by
// their numbers.
type Catalogue interface {
	Finder
	Add(ctx context.Context, i Item, c Change) (Item, error)  // errs.Conflict when the number or barcode is taken
	Save(ctx context.Context, i Item, c Change) (Item, error) // by ID and Version; errs.Conflict when somebody was first
	Put(ctx context.Context, b Batch) ([]Outcome, error)      // many by number
}

// Search narrows the items; what is empty narrows nothing.
type Search struct {
	Text    string // in number, name or barcode
	Kind    Kind
	Product string // the code the lines report
	Retired bool   // those that are retired too
	After   string // only items whose number, in small letters, comes after this
	Limit   int    // 0: the most that one question may be answered with
}

// Batch is many items at once, told apart by their numbers: those that there are already are changed.
type Batch struct {
	Rows []Row
	All  bool // keep all or none
	Dry  bool // keep none, and say what would be
	Change
}

// Row is one item of a batch. Change sets what the row says on the item as it is; of one that there is not yet, on a
// new one. Errors stand in Wrong already where the row could not be read.
type Row struct {
	Number string
	Change func(*Item)
	Wrong  error
}

// Outcome is what became of a row.
type Outcome struct {
	Item  Item
	Added bool
	Same  bool // nothing was to change
	Err   error
}
