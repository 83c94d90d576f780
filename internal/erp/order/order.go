// Package order is what customers want of the plant and the plant of its suppliers, line by line, until it is delivered.
package order

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// Side is which way the goods go: partner.Sales or partner.Purchase.
type Side = partner.Side

// State is how far an order is. It is derived from its lines, and never set.
type State string

// The states. On the other side they have other words, see Word.
const (
	Open      State = "open"      // a quote, or a request
	Firm      State = "firm"      // confirmed, or ordered: nothing has gone yet
	Partly    State = "partly"    // something has gone, and something is open
	Delivered State = "delivered" // nothing is open; accounting does not know all of it
	Closed    State = "closed"    // nothing is open, and accounting knows
	Cancelled State = "cancelled" // nothing has gone, and nothing will
)

// States are all of them, in the order in which they come.
func States() []State { return []State{Open, Firm, Partly, Delivered, Closed, Cancelled} }

// Word is a state in the words of a side.
func (s State) Word(side Side) string {
	if side == partner.Purchase {
		switch s {
		case Open:
			return "Request"
		case Firm:
			return "Ordered"
		case Partly:
			return "Partly received"
		case Delivered:
			return "Received"
		}
	}
	switch s {
	case Open:
		return "Quote"
	case Firm:
		return "Confirmed"
	case Partly:
		return "Partly delivered"
	case Delivered:
		return "Delivered"
	case Closed:
		return "Closed"
	}
	return "Cancelled"
}

// Order is a sales order from the quote on, or a purchase order from the request on.
type Order struct {
	Side      Side
	ID        int64
	Number    string // "SO-000123", "PO-000009"
	Partner   partner.Partner
	Reference string // the partner's number of it
	Address   string // where the goods go
	Terms     string
	Note      string // printed
	Firm      bool   // confirmed, or ordered
	Lines     []Line
	Created   time.Time
	By        string
	FirmAt    time.Time
	Version   int64
	Cent      plant.Money `json:"-"` // what its lines cost is a whole number of these
}

// Line is one item of an order. Ordered and the counts are in stock units; always
//
//	Ordered + Over() = Done + Open() + Cancelled
type Line struct {
	ID        int64
	Place     int // 1, 2, …
	Item      int64
	Number    string // the item's, for a reader
	Text      string // the item's name as it is printed
	Revision  string
	Unit      string
	Factor    partner.Factor // of the unit, as it was then
	Asked     plant.Quantity // in the unit
	Price     plant.Money    // of one unit
	Cent      plant.Money    `json:"-"` // of the order
	Why       string         // of the price
	Margin    partner.Margin
	Requested string // a date; "" for none
	Due       string // promised by the seller; "" for not yet
	Promise   string // why it is promised for that day, where nobody gave one: "waits for a new order of CAP"

	Ordered   plant.Quantity
	Done      plant.Quantity // delivered or received, but for what came back to be replaced
	Cancelled plant.Quantity
	Returned  plant.Quantity // and not to be replaced
	Billed    plant.Quantity // handed over to accounting
	Reserved  plant.Quantity // of what is open, set aside in the stock
	Calls     []Call         // dated parts of a purchase line, the first first; may be none

	Stock Stocked // how the item is kept
}

// Stocked is how an item is kept.
type Stocked struct {
	Unit     string
	Tracking string // "none", "lot", "serial"
	Service  bool   // nothing is kept of it
	Days     int    // until it expires; 0 for never
}

// Call is a part of a line that is wanted on a day.
type Call struct {
	Due      string
	Quantity plant.Quantity // in stock units
}

// Ref names an order in the ledger, the audit and comments: "sales/7".
func (o Order) Ref() string { return Ref(o.Side, o.ID) }

// Ref names an order in the ledger, the audit and comments: "sales/7".
func Ref(side Side, id int64) string { return fmt.Sprintf("%s/%d", side, id) }

// Open is what is still to go.
func (l Line) Open() plant.Quantity { return max(0, l.Ordered-l.Done-l.Cancelled) }

// Over is what came too much.
func (l Line) Over() plant.Quantity { return max(0, l.Done+l.Cancelled-l.Ordered) }

// Net is what has gone and did not come back.
func (l Line) Net() plant.Quantity { return l.Done - l.Returned }

// May is the most that may still go: on a purchase line a little more than what is open.
func (l Line) May() plant.Quantity {
	over, ok := l.Ordered.Times(int64(l.Margin.Over), int64(100*plant.One))
	if !ok {
		over = 0
	}
	switch {
	case l.Open() > 0:
		return l.Open() + over
	case l.Done > 0:
		return max(0, over-l.Over()) // what is done may still get what was on its way
	}
	return 0
}

// Enough tells whether so little is open that the line is done.
func (l Line) Enough() bool {
	under, ok := l.Ordered.Times(int64(l.Margin.Under), int64(100*plant.One))
	return ok && l.Done > 0 && l.Open() <= under
}

// In is a quantity of stock units in the line's unit.
func (l Line) In(q plant.Quantity) plant.Quantity {
	n, ok := l.Factor.Of(q)
	if !ok {
		return q
	}
	return n
}

// Taken is a quantity of the line's unit in stock units. What is written as all that is open is all of it, to the last digit.
func (l Line) Taken(q plant.Quantity) (plant.Quantity, bool) {
	switch q {
	case l.In(l.Open()):
		return l.Open(), true
	case l.In(l.Net()):
		return l.Net(), true
	}
	return l.Factor.Stock(q)
}

// Waiting are the parts of a line that have not come, those first that were wanted first: calls are filled in their order, and
// what no call is for is wanted when the line is.
func (l Line) Waiting() (all []Call) {
	came, called := l.Done, plant.Quantity(0)
	for _, c := range l.Calls {
		called += c.Quantity
		rest := max(0, c.Quantity-came)
		came = max(0, came-c.Quantity)
		if rest > 0 {
			all = append(all, Call{c.Due, rest})
		}
	}
	left := l.Open()
	for i := range all {
		all[i].Quantity = min(all[i].Quantity, left)
		left -= all[i].Quantity
	}
	if left > 0 {
		all = append(all, Call{l.Due, left})
	}
	kept := all[:0]
	for _, c := range all {
		if c.Quantity > 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

// State derives how far an order is.
func (o Order) State() State {
	var open, done, net, waiting, live bool
	for _, l := range o.Lines {
		open = open || l.Open() > 0
		done = done || l.Done > 0
		net = net || l.Net() != 0
		waiting = waiting || l.Billed != l.Net()
		live = live || l.Cancelled < l.Ordered
	}
	switch {
	case !live && !done:
		return Cancelled
	case !o.Firm:
		return Open
	case open && done:
		return Partly
	case open:
		return Firm
	case waiting:
		return Delivered
	}
	return Closed
}

// Due is the first date of what is open; "" where nothing is.
func (o Order) Due() string {
	first := ""
	for _, l := range o.Lines {
		for _, c := range l.Waiting() {
			if c.Due != "" && (first == "" || c.Due < first) {
				first = c.Due
			}
		}
	}
	return first
}

// Line finds a line by its place.
func (o Order) Line(place int) (Line, bool) {
	for _, l := range o.Lines {
		if l.Place == place {
			return l, true
		}
	}
	return Line{}, false
}

// Doing is who does something, why, and by which key: the same key again does nothing again.
type Doing struct {
	By  plant.Person
	Why string
	Key string
}

// Book keeps orders.
type Book interface {
	Order(ctx context.Context, side Side, id int64) (Order, error)
	Create(ctx context.Context, d Draft, by Doing) (Order, error)
	Change(ctx context.Context, d Draft, by Doing) (Order, error)
	Step(ctx context.Context, s Step, by Doing) (Order, error)
	Move(ctx context.Context, m Movement, by Doing) (Paper, error)
	Papers(ctx context.Context, side Side, id int64) ([]Paper, error)
	Export(ctx context.Context, side Side, by Doing) (Export, error)
	Exported(ctx context.Context, side Side, id int64) (Export, error)
}
