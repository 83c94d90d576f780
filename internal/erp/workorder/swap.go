package workorder

import "millwright/internal/errs"

// Swap takes another item in a component's place, for what is not made yet.
type Swap struct {
	ID, Version int64
	Position    int64
	Item        int64 // one of the component's substitutes
}

// Substitute is an item that may be taken in a component's place: by the bill, or because it may stand for the item everywhere.
type Substitute struct{ Component }

// Swapped takes a substitute in its component's place: what was made took the component, what is still to be made takes the substitute.
func (o *Order) Swapped(s Substitute) error {
	old, is := o.Component(s.Position)
	if o.Snapshot == 0 || !o.Open() {
		return errs.New(errs.Conflict, "%s is %s; another item is taken in an order that is released and not completed", o.Number, o.Lifecycle)
	}
	if !is || old.Output {
		return errs.New(errs.Conflict, "%s takes nothing at position %d any more; look again", o.Number, s.Position)
	}
	all := make([]Component, len(o.Components))
	for i, c := range o.Components {
		if all[i] = c; c.Position == s.Position {
			all[i] = s.Component
			if o.Begun(&c) > 0 {
				all[i].Once = 0 // the component has had it
			}
		}
	}
	o.Amend(all)
	return nil
}
