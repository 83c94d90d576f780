// Package promise foretells when what is ordered will be done: it lets the queues of the lines run on from now.
package promise

import (
	"time"

	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/mes/execution/promise/worktime"
	"millwright/internal/plant"
)

// Facts are everything that a forecast is made from, as it is at one moment.
type Facts struct {
	Now    time.Time
	Zone   *time.Location // of the dates of orders; nil means UTC
	Lines  []Line
	Work   []Work // open work orders
	Sales  []Sale // open lines of confirmed sales orders
	Coming []Coming
	Items  map[int64]Item
	Places map[Spot]plant.Quantity // what lies at places beside the lines
}

// Line is a line with its queue.
type Line struct {
	ID         plant.LineID
	Name       string
	Calendar   plant.Calendar
	Changeover plant.Changeover
	Product    string                // that it makes now, or made last; "" when nobody says
	Paces      map[string]cycle.Pace // by product
	Uptime     cycle.Share           // of the time in which it was meant to run lately; the zero Share is not known
	Halt       Halt
	Jobs       []Job // open ones, in the order in which they are worked on
	Makes      []string
}

// Halt says that a line stands although it is meant to run, and nobody knows until when. The zero Halt is a line that runs.
type Halt struct {
	Since time.Time
	Words string // "Filler down", "Starved"
}

// Job is work in the queue of a line.
type Job struct {
	ID        string
	Order     string // the customer's order, as a text; may be ""
	Work      int64  // the work order whose it is; 0 for none
	Operation int64
	Product   string
	Planned   plant.Quantity
	Good      plant.Quantity
	Scrap     plant.Quantity
	Begun     bool // it has its line, or had it: no set-up is left
	Running   bool
	Held      bool
	Due       time.Time // zero for none
}

// Left is what is still to be made.
func (j *Job) Left() plant.Quantity { return max(0, j.Planned-j.Good) }

// Work is an open work order.
type Work struct {
	ID         int64
	Number     string
	Item       int64
	Product    string         // that lines report for it; "" for the item's number
	Line       plant.LineID   // where it is to be made; "" anywhere
	Left       plant.Quantity // good pieces still to be made
	Made       plant.Quantity // good and scrapped ones so far
	Due        plant.Date
	Released   bool
	Held       string // why it is on hold
	Sale       int64  // the line of a sales order that it is for alone; 0 for none
	Value      plant.Money
	Components []workorder.Component
}

// Sale is an open line of a confirmed sales order.
type Sale struct {
	ID        int64 // of the line
	Order     int64
	Place     int64
	Text      string // "SO-000007/1"
	Customer  string
	Item      int64
	Open      plant.Quantity
	Kept      plant.Quantity // of it, set aside in the stock
	Requested plant.Date     // 0 for none
	Promised  plant.Date     // 0 for not yet
	Value     plant.Money    // of what is open
	Margin    plant.Money    // of one stock unit
	Margins   bool           // Margin is known
}

// Due is the date that the order is held to: the promised one, else the requested one.
func (s *Sale) Due() plant.Date {
	if s.Promised != 0 {
		return s.Promised
	}
	return s.Requested
}

// Coming is material that is on its way from a supplier.
type Coming struct {
	Item     int64
	Date     plant.Date
	Quantity plant.Quantity
	Text     string // "PO-000009/1"
	Document string // "purchase/9"
}

// Item is what is known of an item.
type Item struct {
	Number, Name, Unit string
	Free               plant.Quantity // there is of it, and no document has taken it for itself
	Lead               int64          // working days until it is there once ordered
	Orders             bool           // it can be ordered: Lead is known, and 0 is today
	Make               bool
	Cost               plant.Money // of one, by the standard
}

// Spot is an item at a place.
type Spot struct {
	Place, Item int64
}

// Ref names what is promised: a line of a sales order ("sales/7", 1), a work order ("work/11", 0), a job ("job/J-7", 0).
type Ref struct {
	Document string
	Line     int64
}

// Kind tells what a Ref is of.
type Kind uint8

// The kinds of what is promised.
const (
	Sales Kind = iota
	Works
	Jobs
)

// Forecast is what is promised at one moment. It never changes.
type Forecast struct {
	At      time.Time
	Orders  []Order // of sales by due date, then work orders, then jobs without one
	Starves []Starving

	facts  *Facts
	index  map[Ref]int
	best   *simulation
	likely *simulation
	hours  []*worktime.Hours
}

// Order is what is promised of one order, line of an order or job.
type Order struct {
	Ref
	Kind     Kind
	Text     string // "SO-000007/1"
	For      string // the customer, or what it is for
	Item     int64
	Product  string
	Open     plant.Quantity
	Value    plant.Money
	Due      time.Time // the end of the day that it is held to; zero for none
	Promised time.Time // the end of the date that a customer was promised; zero for none
	Best     time.Time // if no line stops any more; zero when nobody can say
	Likely   time.Time // as lines ran lately; zero when nobody can say
	Stalled  time.Time // since when the line stands that it waits for
	Line     plant.LineID
	Job      string
	Works    []int64 // work orders that it waits for, the last one first
	Causes   []Cause // of what it waits for, the worst first
	Lateness time.Duration
}

// Late tells whether it will be late, or nobody can say when it is done.
func (o *Order) Late() bool { return o.Lateness > 0 }

// Unknown tells whether nobody can say when it will be done.
func (o *Order) Unknown() bool { return o.Likely.IsZero() }

// Of finds what is promised of something.
func (f *Forecast) Of(r Ref) (Order, bool) {
	if f == nil {
		return Order{}, false
	}
	i, ok := f.index[r]
	if !ok {
		return Order{}, false
	}
	return f.Orders[i], true
}

// Speed gives how a line makes a product, as is likely; its cycle is 0 when nothing was learned of it.
func (f *Forecast) Speed(line plant.LineID, product string) (s cycle.Speed) {
	if f == nil {
		return s
	}
	for i := range f.facts.Lines {
		if l := &f.facts.Lines[i]; l.ID == line {
			return cycle.Speed{Pace: l.Paces[product], Uptime: l.Uptime}
		}
	}
	return s
}

// Item gives what is known of an item.
func (f *Forecast) Item(id int64) Item { return f.facts.Items[id] }

// Zone is that of the dates of orders.
func (f *Forecast) Zone() *time.Location { return f.facts.zone() }

func (f *Facts) zone() *time.Location {
	if f.Zone == nil {
		return time.UTC
	}
	return f.Zone
}

// ends is the end of a date; zero of none.
func (f *Facts) ends(d plant.Date) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return (d + 1).Begin(f.zone())
}

// LineName is what people call a line.
func (f *Forecast) LineName(id plant.LineID) string {
	for i := range f.facts.Lines {
		if l := &f.facts.Lines[i]; l.ID == id {
			return l.Name
		}
	}
	return string(id)
}

// pace gives that of a product: its own, else that of any.
func (l *Line) pace(product string) cycle.Pace {
	if p, ok := l.Paces[product]; ok {
		return p
	}
	return l.Paces[""]
}
