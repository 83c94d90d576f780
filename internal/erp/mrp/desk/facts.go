package desk

import (
	"cmp"
	"fmt"
	"slices"

	"millwright/internal/erp/mrp"
	"millwright/internal/erp/mrp/workday"
	"millwright/internal/plant"
)

// Method is how an item is replenished.
type Method string

// The methods.
const (
	ByPlan   Method = "mrp"    // from what is wanted
	ByPoint  Method = "point"  // when stock and orders have fallen to a point
	ByKanban Method = "kanban" // by cards
	ByNone   Method = "none"   // by nobody
)

// Item is an item with its rules of planning. Times are working days.
type Item struct {
	ID       int64
	Number   string
	Name     string
	Unit     string
	Supplier int64
	Make     bool
	Phantom  bool
	Method   Method
	Point    plant.Quantity // at which it is ordered, with ByPoint
	OnHand   plant.Quantity // that may be used
	Lead     int64
	Safety   plant.Quantity
	Ahead    int64
	Fence    int64
	Lot      mrp.Lot
	Yield    mrp.Ratio
	Instead  mrp.When // alternates are taken in its place
}

// Part is one line of a bill of material.
type Part struct {
	Parent, Child int64
	Per           mrp.Ratio
	Once          plant.Quantity
	Output        bool // a co-product or by-product: it comes out, and is not taken
}

// Want is what is wanted of an item: by an open line of a sales order, or as a component of a work order.
type Want struct {
	Item     int64
	Date     plant.Date
	Quantity plant.Quantity // open
	Ordered  plant.Quantity // in all, by a customer: it consumes the forecast; 0 for what does not
	Kept     plant.Quantity // of it, set aside in the stock
	Document string         // "sales/7"
	Line     int64
	Text     string // "SO-000007/10"
	ID       int64  // of the sales order's line, by which what is made for it names it; 0 for none
	Maker    int64  // the item that a work order makes of it; 0 where no work order wants it
}

// Coming is what will come of an item.
type Coming struct {
	Item     int64
	Date     plant.Date
	Quantity plant.Quantity // open
	Document string         // "purchase/9", "work/3"
	Line     int64
	Text     string // "PO-000009/10"
	Fixed    bool   // neither its date nor its quantity can change
	Explode  bool   // its parts are not wanted by it yet
	For      int64  // the Want, by its ID, that it is made for and no other; 0 for whatever comes first
}

// Forecast is what is expected to be ordered of an item in a time: from a date up to another, which is not in it.
type Forecast struct {
	ID       int64
	Item     int64
	From, To plant.Date
	Quantity plant.Quantity
	Note     string
	Version  int64
}

// Facts is everything that planning reads.
type Facts struct {
	Wish     int64 // how many changes they know of
	Items    []Item
	Parts    []Part
	Wants    []Want
	Coming   []Coming
	Forecast []Forecast

	Alternates []Alternate // of each item, the best first
}

// Standing is a plan with what it was made from. It never changes.
type Standing struct {
	Facts    Facts
	Calendar workday.Calendar
	Plan     *mrp.Plan

	input mrp.Input
	index map[int64]int32 // items by their ID
	wants []Want          // of the input's demands
	comes []Coming        // of its receipts
	lines map[int64]int32 // demands, counted from 1, by their Want's ID

	stead map[int32][]mrp.Alternate // by the item that lacks
	made  map[int64]map[int64]bool  // of an item: itself, and the phantoms whose parts its orders take
}

// Stand plans facts.
func Stand(f Facts, c workday.Calendar) (*Standing, error) {
	s := &Standing{Facts: f, Calendar: c, index: make(map[int64]int32, len(f.Items)), lines: map[int64]int32{}}
	s.input.Items, s.input.Parts = make([]mrp.Item, len(f.Items)), make([]mrp.Part, 0, len(f.Parts))
	for i := range f.Items {
		s.index[f.Items[i].ID] = int32(i)
		s.input.Items[i] = f.Items[i].rules()
	}
	n := len(f.Wants)
	s.wants, s.input.Demands = make([]Want, 0, n), make([]mrp.Demand, 0, n)
	for _, p := range f.Parts {
		parent, is := s.index[p.Parent]
		child, too := s.index[p.Child]
		switch {
		case !is || !too:
		case p.Output && f.Items[parent].Phantom: // an order's copy of its bill has none of these
		case p.Output || f.Items[child].Method == ByPlan || f.Items[child].Phantom:
			s.input.Parts = append(s.input.Parts, mrp.Part{Parent: parent, Child: child, Per: p.Per, Once: p.Once, Output: p.Output})
		}
	}
	s.alternates()
	for _, w := range append(slices.Clone(f.Wants), f.left(c.Today())...) {
		s.want(w)
	}
	for _, r := range f.Coming {
		s.coming(r)
	}
	var err error
	s.Plan, err = mrp.Make(s.input)
	return s, err
}

// rules are an item's for the engine. What is not planned from demand has none of its own; only its firmed orders hand
// their parts down.
func (i *Item) rules() mrp.Item {
	lead := mrp.Day(min(max(i.Lead, 0), 10_000))
	if i.Method != ByPlan && !i.Phantom {
		return mrp.Item{ID: i.Number, Lead: lead, Make: i.Make, Yield: i.Yield}
	}
	return mrp.Item{
		ID: i.Number, OnHand: max(i.OnHand, 0), Safety: i.Safety, Lot: i.Lot, Lead: lead,
		Ahead: mrp.Day(min(max(i.Ahead, 0), 10_000)), Fence: mrp.Day(min(max(i.Fence, 0), 10_000)), Yield: i.Yield, Make: i.Make, Phantom: i.Phantom, Instead: i.Instead,
	}
}

func (s *Standing) want(w Want) {
	at, is := s.index[w.Item]
	if !is || w.Quantity <= 0 || s.Facts.Items[at].Method != ByPlan && !s.Facts.Items[at].Phantom {
		return
	}
	s.wants = append(s.wants, w)
	s.input.Demands = append(s.input.Demands, mrp.Demand{Item: at, Day: s.Calendar.Before(w.Date), Quantity: w.Quantity, Source: w.Text, Alternates: s.alternatesFor(at, w)})
	if w.ID != 0 {
		s.lines[w.ID] = int32(len(s.input.Demands))
	}
}

func (s *Standing) coming(r Coming) {
	at, is := s.index[r.Item]
	if !is || r.Quantity <= 0 {
		return
	}
	s.comes = append(s.comes, r)
	fixed := r.Fixed || s.Facts.Items[at].Method != ByPlan
	bond := s.lines[r.For]
	if bond != 0 && s.input.Demands[bond-1].Item != at {
		bond = 0
	}
	s.input.Receipts = append(s.input.Receipts, mrp.Receipt{ID: r.Text, Item: at, Day: s.Calendar.After(r.Date), Quantity: r.Quantity, Fixed: fixed, Explode: r.Explode, For: bond})
}

// left is what of the forecast no order has consumed. A customer's order consumes the forecast of the time that it is
// wanted in; what is left of a time that is over is not wanted any more.
func (f *Facts) left(today plant.Date) (all []Want) {
	byItem := map[int64][]Want{}
	for _, w := range f.Wants {
		if w.Ordered > 0 {
			byItem[w.Item] = append(byItem[w.Item], w)
		}
	}
	for _, c := range f.Forecast {
		open := c.Quantity
		for _, w := range byItem[c.Item] {
			if c.From <= w.Date && w.Date < c.To {
				open -= min(w.Ordered, max(open, 0))
			}
		}
		if open > 0 && today < c.To {
			all = append(all, Want{
				Item: c.Item, Date: max(c.From, today), Quantity: open, Document: "forecast", Line: c.ID, Text: fmt.Sprintf("the forecast from %s", c.From),
			})
		}
	}
	slices.SortFunc(all, func(a, b Want) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Date, b.Date), cmp.Compare(a.Line, b.Line))
	})
	return all
}

// Item finds an item.
func (s *Standing) Item(id int64) (Item, bool) {
	at, is := s.index[id]
	if !is {
		return Item{}, false
	}
	return s.Facts.Items[at], true
}
