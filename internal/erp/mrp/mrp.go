// Package mrp plans material: from what is wanted when it tells what is to be made or ordered, how much and when.
package mrp

import (
	"fmt"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Day counts working days, or any other bucket of time, from a day that the caller chooses.
type Day int32

// Item is what is planned, with the rules by which it is.
type Item struct {
	ID      string
	OnHand  plant.Quantity
	Safety  plant.Quantity // is held back from planning
	Lot     Lot
	Lead    Day   // from the release of an order to its receipt
	Ahead   Day   // safety time: orders are due so many days before they are wanted
	Fence   Day   // of the first so many days the plan makes no orders of its own; what they lack comes after them
	Yield   Ratio // of what is started, the share that becomes good; all of it where it is zero
	Make    bool  // made here, and not bought
	Instead When  // alternates are taken in its place
	Phantom bool  // never ordered: its parts are wanted when it is
}

// Ratio is an exact factor; the zero Ratio is 1.
type Ratio struct{ Num, Den int64 }

// of multiplies, rounded half away from zero.
func (r Ratio) of(q plant.Quantity) (plant.Quantity, bool) {
	if r == (Ratio{}) {
		return q, true
	}
	return q.Times(r.Num, r.Den)
}

// Part is one line of a bill of material: what one of the parent takes of the child, and what each order takes once; or
// what comes of it besides, a co-product or by-product.
type Part struct {
	Parent, Child int32 // indices of items
	Per           Ratio
	Once          plant.Quantity
	Output        bool // it comes out, and is not taken
}

// Demand is what is wanted from outside the plan: an order line, a forecast, a released order's component.
type Demand struct {
	Item     int32
	Day      Day
	Quantity plant.Quantity
	Source   string // document and line

	Alternates []Alternate // of the input's, those that it may be met by
}

// Receipt is an order that exists already: bought, released, or planned and firmed by a planner.
type Receipt struct {
	ID       string
	Item     int32
	Day      Day // due
	Quantity plant.Quantity
	Fixed    bool  // its day and quantity cannot be changed any more
	Explode  bool  // its parts are not demands yet: a firmed order
	For      int32 // the demand that it is made for, and no other, counted from 1; 0 for whatever comes first
}

// Input is everything that a plan is made from.
type Input struct {
	Today    Day
	Items    []Item
	Parts    []Part
	Demands  []Demand
	Receipts []Receipt

	Alternates []Alternate // of each item, the best first
}

// bounds of an input: a plan of more would not fit the memory of the machine it runs on.
const (
	maxItems = 1 << 22
	maxRows  = 1 << 25
)

// check finds what cannot be planned with at all.
func (in *Input) check() error {
	if len(in.Items) > maxItems || len(in.Parts) > maxRows || len(in.Demands) > maxRows || len(in.Receipts) > maxRows {
		return errs.New(errs.Invalid, "plan material: %d items, %d parts, %d demands and %d receipts are too many for one plan; plan by site", len(in.Items), len(in.Parts), len(in.Demands), len(in.Receipts))
	}
	known := func(i int32) bool { return i >= 0 && int(i) < len(in.Items) }
	for i := range in.Items {
		if err := in.Items[i].check(); err != nil {
			return err
		}
	}
	for _, p := range in.Parts {
		if !known(p.Parent) || !known(p.Child) || !p.Per.sound() || p.Once < 0 {
			return errs.New(errs.Invalid, "plan material: the part %+v names an item that there is not, or takes no sound quantity", p)
		}
	}
	for _, a := range in.Alternates {
		if !known(a.Of) || !known(a.Item) || a.Parent >= 0 && !known(a.Parent) || !a.Factor.sound() {
			return errs.New(errs.Invalid, "plan material: the alternate %+v names an item that there is not, or takes no sound quantity", a)
		}
	}
	for _, d := range in.Demands {
		if !known(d.Item) || d.Quantity < 0 {
			return errs.New(errs.Invalid, "plan material: the demand of %s is for an item that there is not, or negative", d.Source)
		}
	}
	for _, r := range in.Receipts {
		if !known(r.Item) || r.Quantity < 0 {
			return errs.New(errs.Invalid, "plan material: order %s is for an item that there is not, or negative", r.ID)
		}
		if r.For < 0 || int(r.For) > len(in.Demands) || r.For > 0 && in.Demands[r.For-1].Item != r.Item {
			return errs.New(errs.Invalid, "plan material: order %s is made for a demand that there is not, or of another item", r.ID)
		}
	}
	return nil
}

func (r Ratio) sound() bool { return r == (Ratio{}) || r.Num >= 0 && r.Den > 0 }

func (i *Item) check() error {
	switch l := i.Lot; {
	case i.Lead < 0 || i.Ahead < 0 || i.Fence < 0 || i.Safety < 0:
		return errs.New(errs.Invalid, "plan item %s: a lead time, safety time, time fence or safety stock is negative", i.ID)
	case !i.Yield.sound() || i.Yield.Den != 0 && (i.Yield.Num == 0 || i.Yield.Num > i.Yield.Den):
		return errs.New(errs.Invalid, "plan item %s: its yield is %d of %d; it has to be more than none and at most all", i.ID, i.Yield.Num, i.Yield.Den)
	case l.Quantity < 0 || l.Min < 0 || l.Max < 0 || l.Multiple < 0 || l.Days < 0:
		return errs.New(errs.Invalid, "plan item %s: a quantity of its lot size is negative", i.ID)
	case l.Max > 0 && max(upTo(l.Min, l.Multiple), l.Multiple) > l.Max:
		return errs.New(errs.Invalid, "plan item %s: orders of at most %s cannot be of at least %s in multiples of %s", i.ID, l.Max, l.Min, l.Multiple)
	case (l.Rule == Fixed || l.Rule == Economic || l.Rule == UpTo) && l.Quantity == 0 || l.Rule == Periods && l.Days == 0:
		return errs.New(errs.Invalid, "plan item %s: its lot size rule, %s, lacks its quantity or days", i.ID, l.Rule)
	}
	return nil
}

// Warning is a part that is left out of the plan, as it would close a circle: the item would be in itself.
type Warning struct {
	Part   int32
	Items  []int32 // from the child round to the parent
	Output bool    // it is what comes besides the parent, and could be planned only once the child is
}

// Say writes the warning for a planner.
func (w Warning) Say(items []Item) string {
	text := items[w.Items[0]].ID
	for _, i := range w.Items[1:] {
		text += " → " + items[i].ID
	}
	if w.Output {
		return fmt.Sprintf("%s comes besides %s, for which it is wanted itself (%s → %[1]s): it is not planned with", items[w.Items[0]].ID, items[w.Items[len(w.Items)-1]].ID, text)
	}
	return fmt.Sprintf("the bill of material is a circle (%s → %s): its last step is left out", text, items[w.Items[0]].ID)
}
