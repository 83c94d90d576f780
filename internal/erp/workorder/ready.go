package workorder

import "millwright/internal/plant"

// Readiness tells whether the material of an order is there.
type Readiness string

// The readiness.
const (
	Ready  Readiness = "ready"  // all that is still needed is there
	Partly Readiness = "partly" // for some of what is left
	Short  Readiness = "short"  // not for a single piece
	Unsaid Readiness = ""       // nothing is needed any more, or it is not known yet what
)

// Lack is what of a component is not there.
type Lack struct {
	Position int64
	Item     int64
	Open     plant.Quantity // still to be issued
	There    plant.Quantity
}

// Material derives the readiness of an order from what there is of each item, free for it. can is how many of the pieces
// that are left could be made with it. Components of one item share it, in their order.
func Material(o *Order, free map[int64]plant.Quantity) (r Readiness, can plant.Quantity, lacks []Lack) {
	if !o.Open() || o.Snapshot == 0 {
		return Unsaid, 0, nil
	}
	made, left := o.Good+o.Scrap, o.Left()
	can = left
	rest := map[int64]plant.Quantity{}
	for i := range o.Components {
		c := &o.Components[i]
		if c.Output {
			continue
		}
		there, known := rest[c.Item]
		if !known {
			there = free[c.Item]
		}
		open := max(0, c.Needed(made+left)-c.Issued)
		if there < open {
			lacks = append(lacks, Lack{Position: c.Position, Item: c.Item, Open: open, There: max(0, there)})
			can = min(can, c.pieces(made, left, there+c.Issued))
		}
		rest[c.Item] = max(0, there-open)
	}
	switch {
	case len(lacks) == 0:
		return Ready, left, nil
	case can >= min(plant.One, left) && can > 0:
		return Partly, can, lacks
	}
	return Short, 0, lacks
}

// pieces is how many of those that are left an amount of the component is enough for, by whole pieces.
func (c *Component) pieces(made, left, amount plant.Quantity) plant.Quantity {
	low, high := int64(0), int64((left+plant.One-1)/plant.One)
	for low < high {
		mid := (low + high + 1) / 2
		if c.Used(made+min(plant.Pieces(mid), left)) <= amount {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return min(plant.Pieces(low), left)
}

// Made derives how much an order has made of what its operations report: what the last one calls good; between is what
// was begun and is neither good at the end nor scrapped on the way.
func Made(ops []Operation) (made, between plant.Quantity) {
	for i, op := range ops {
		if i > 0 {
			between += max(0, ops[i-1].Good-op.Good-op.Scrap)
		}
		made = op.Good
	}
	return made, between
}
