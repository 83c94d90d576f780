// Package workorder is what is made to order: how far each order is, what it takes, and whether that is there.
package workorder

import (
	"fmt"
	"slices"

	"millwright/internal/erp/tool"
	"millwright/internal/erp/workorder/cost"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Order is one work order. Its lifecycle, its hold and the readiness of its material are three things.
type Order struct {
	ID     int64
	Number string // "WO-000123"
	// Reference is how another system knows it; "" for none, else its own. Where there is none it is left out, so that a
	// request is known again that was made before there were any.
	Reference string `json:",omitempty"`
	Item      int64
	Revision  string
	Product   string // the code that lines report for it; "" for none
	Line      string // where it is to be made; "" anywhere
	Quantity  plant.Quantity
	Good      plant.Quantity // received so far
	Scrap     plant.Quantity
	Begin     plant.Date // when it is to be begun
	Due       plant.Date
	Rank      int64 // what comes first of those that are due on one day
	Lifecycle Lifecycle
	Held      string // why it is on hold; "" when it is not
	Note      string
	Parent    int64 // the order that it was split off, or 0
	SalesLine int64 `json:",omitempty"` // the line of a sales order that it is made for, and for no other; 0 for none
	Snapshot  int64 // the number of the snapshot in force; 0 before the release
	Version   int64
	Money     Money

	Components []Component
	Operations []Operation
}

// Money is what an order was planned to cost, and what is posted to it.
type Money struct {
	Planned  plant.Money // of the whole quantity, at the release
	Issued   plant.Money // material, as the stock ledger posted it
	Booked   plant.Money // time and energy
	Received plant.Money // the product, as the stock ledger posted it
	Settled  plant.Money // at its close
}

// InWork is what is in the order.
func (m Money) InWork() plant.Money { return m.Issued + m.Booked - m.Received - m.Settled }

// Left is what is still to be made.
func (o *Order) Left() plant.Quantity { return max(0, o.Quantity-o.Good) }

// Over is what was made beyond what was planned.
func (o *Order) Over() plant.Quantity { return max(0, o.Good-o.Quantity) }

// Document is how ledgers, audit and comments name the order.
func (o *Order) Document() string { return Document(o.ID) }

// Document is how ledgers, audit and comments name an order.
func Document(id int64) string { return fmt.Sprintf("work/%d", id) }

// Ratio is an exact factor.
type Ratio struct{ Num, Den int64 }

// Flow is when a component is taken from the stock.
type Flow string

// The flows.
const (
	Backflush Flow = "backflush" // as the product is reported
	ByHand    Flow = "by hand"   // somebody issues it
)

// Policy is when a component is taken by counts.
type Policy string

// The policies.
const (
	PerCount     Policy = "per count"       // with each piece
	PerCycle     Policy = "per cycle batch" // with each full batch of Every, and the rest when all are made
	AtCompletion Policy = "at completion"   // when all are made
)

// Component is a part that the order takes.
type Component struct {
	Position  int64 // unique in its order: 10, 20, …
	Item      int64
	Revision  string
	Per       Ratio          // of its stock units for a stock unit of the product, scrap included
	Once      plant.Quantity // for the whole order
	Base      plant.Quantity // what was taken by the rules of earlier snapshots
	From      plant.Quantity // good and scrapped pieces from which on Per counts
	Operation int64          // that takes it, or 0
	Flow      Flow
	Policy    Policy         `json:",omitempty"` // of what is backflushed; "" is per count
	Every     plant.Quantity `json:",omitempty"` // of the product: a cycle batch
	Place     int64          // where it is taken from; 0 for the stock
	Output    bool           // a by-product or co-product: it comes out, and is not taken
	Issued    plant.Quantity // so far
	Short     plant.Quantity // what was used by counts and could not be issued
	Cost      plant.Money    // of one stock unit, at the release
	Value     plant.Money    // of what is issued, as the stock ledger posted it
}

// Operation is a step of the order's routing.
type Operation struct {
	Position int64 // unique in its order: 10, 20, …
	Name     string
	Centre   int64 // work centre, or 0
	SetUp    Minutes
	Run      Minutes // for the whole quantity, when the snapshot was taken
	Done     bool
	Good     plant.Quantity
	Scrap    plant.Quantity
	SetUpIs  Minutes // booked
	RunIs    Minutes
	Labour   Minutes
	Rates    cost.Rates // at the release
	Spent    cost.Part  // booked

	Crew  plant.Quantity // people at it
	Skill int64          // that they need; 0: none
	Tool  int64          // that it takes; 0: none
	Tools int64          // how many of it
	Also  tool.Takes     `json:",omitzero"` // besides these
}

// Minutes is a time in millionths of a minute, exact like every quantity.
type Minutes = plant.Quantity

// Check finds what cannot be an order.
func (o *Order) Check() error {
	var wrong []errs.Field
	add := func(bad bool, path, message string) {
		if bad {
			wrong = append(wrong, errs.Field{Path: path, Message: message})
		}
	}
	add(o.Item <= 0, "item", "Say what is to be made.")
	add(o.Quantity <= 0, "quantity", "Give a quantity greater than 0.")
	add(o.Quantity > Most, "quantity", "That is more than can be counted; give less.")
	add(o.Due <= 0, "due", "Say when it is due.")
	add(o.Begin > o.Due, "begin", "It cannot begin after it is due.")
	add(len(o.Reference) > 80, "reference", "Give at most 80 letters.")
	add(len(o.Note) > longest, "note", "Write at most 2,000 characters.")
	add(o.Rank < 0 || o.Rank > 1_000_000, "rank", "Give a rank from 0 to 1,000,000.")
	if len(wrong) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "this cannot be a work order", Fields: wrong}
}

// Most is the largest quantity of an order: sums of some thousands of them still fit.
const Most = plant.Quantity(1) << 50

const longest = 2000

// Component finds a component by its position.
func (o *Order) Component(position int64) (*Component, bool) {
	i := slices.IndexFunc(o.Components, func(c Component) bool { return c.Position == position })
	if i < 0 {
		return nil, false
	}
	return &o.Components[i], true
}

// Operation finds an operation by its position.
func (o *Order) Operation(position int64) (*Operation, bool) {
	i := slices.IndexFunc(o.Operations, func(p Operation) bool { return p.Position == position })
	if i < 0 {
		return nil, false
	}
	return &o.Operations[i], true
}
