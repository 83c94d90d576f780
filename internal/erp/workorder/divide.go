package workorder

import (
	"slices"

	"millwright/internal/erp/workorder/cost"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Split takes a quantity out of an order into a new one, which has no number yet. What was issued stays with the old
// one, and so does all that was made.
func (o *Order) Split(q plant.Quantity) (*Order, error) {
	switch {
	case !o.Open():
		return nil, errs.New(errs.Conflict, "%s is %s and cannot be split", o.Number, o.Lifecycle)
	case q <= 0 || q >= o.Left():
		return nil, &errs.Error{Kind: errs.Invalid, Words: "this cannot be split off", Fields: []errs.Field{{
			Path: "quantity", Message: "Give more than 0 and less than the " + o.Left().String() + " that are left.",
		}}}
	}
	part := *o
	part.ID, part.Number, part.Reference, part.Version, part.Parent = 0, "", "", 1, o.ID
	part.Quantity, part.Good, part.Scrap, part.Money = q, 0, 0, Money{}
	part.Money.Planned, _ = o.Money.Planned.Times(int64(q), int64(o.Quantity)) // a share of what fits, fits
	o.Money.Planned -= part.Money.Planned
	part.Components, part.Operations = nil, nil
	for _, c := range o.Components {
		c.Issued, c.Short, c.Base, c.From, c.Value = 0, 0, 0, 0, 0
		part.Components = append(part.Components, c)
	}
	for _, op := range o.Operations {
		share, _ := op.Run.Times(int64(q), int64(o.Quantity)) // a share of what fits, fits
		op.Run, op.Done, op.Good, op.Scrap, op.SetUpIs, op.RunIs, op.Labour = share, false, 0, 0, 0, 0, 0
		op.Spent = cost.Part{}
		part.Operations = append(part.Operations, op)
	}
	for i := range o.Operations {
		o.Operations[i].Run -= part.Operations[i].Run
	}
	if part.Lifecycle == Started {
		part.Lifecycle = Released
	}
	o.Quantity -= q
	return &part, nil
}

// Merge puts another order's quantity into this one; the other is cancelled by it. Both must be of one item and
// revision, and neither begun: what is released has snapshots of its own.
func (o *Order) Merge(other *Order) error {
	switch {
	case o.ID == other.ID:
		return errs.New(errs.Invalid, "%s cannot be merged with itself; name another order", o.Number)
	case o.Item != other.Item || o.Revision != other.Revision:
		return errs.New(errs.Invalid, "%s and %s are of different items or revisions and cannot be merged", o.Number, other.Number)
	}
	for _, x := range []*Order{o, other} {
		if x.Lifecycle != Created && x.Lifecycle != Firmed {
			return errs.New(errs.Conflict, "%s is %s; only orders that are not released yet can be merged", x.Number, x.Lifecycle)
		}
		if x.Held != "" {
			return errs.New(errs.Conflict, "%s is on hold; resume it first", x.Number)
		}
	}
	if o.Quantity > Most-other.Quantity {
		return errs.New(errs.Invalid, "%s and %s together are more than can be counted", o.Number, other.Number)
	}
	o.Quantity += other.Quantity
	o.Begin, o.Due, o.Rank = min(o.Begin, other.Begin), min(o.Due, other.Due), min(o.Rank, other.Rank)
	return other.Take(Cancel, "merged into "+o.Number)
}

// Amend puts another snapshot in force from what is made now on: what was used up to here stays as the earlier one
// reckoned it. Components are told apart by their position; one that is left out is needed no more.
func (o *Order) Amend(components []Component) {
	var all []Component
	for _, c := range components {
		made := o.Begun(&c)
		c.From, c.Base, c.Issued, c.Short, c.Value = made, 0, 0, 0, 0
		if old, is := o.Component(c.Position); is && old.Item == c.Item {
			c.Base, c.Issued, c.Short, c.Value = old.Used(made), old.Issued, old.Short, old.Value
		}
		all = append(all, c)
	}
	for _, old := range o.Components {
		kept := slices.ContainsFunc(all, func(c Component) bool { return c.Position == old.Position && c.Item == old.Item })
		if kept || old.Issued == 0 && old.Short == 0 {
			continue
		}
		made := o.Begun(&old)
		old.Base, old.From, old.Per, old.Once = old.Used(made), made, Ratio{0, 1}, 0
		for slices.ContainsFunc(all, func(c Component) bool { return c.Position == old.Position }) {
			old.Position++ // another item has its place now
		}
		all = append(all, old)
	}
	o.Components = all
}
