package bill

import (
	"math/big"
	"slices"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Snapshot is how an item is made, as an order copies it: later versions of the bill do not change it. Phantoms are
// resolved into their parts.
type Snapshot struct {
	Item       int64
	Bill       int64 // 0 when the item has none in force
	Number     int64 // of the bill
	Revision   string
	Batch      plant.Quantity
	Components []Part
	Outputs    []Output // what comes of it besides the item
	Operations []Operation
}

// Part is what an order takes of an item.
type Part struct {
	Position   int64 // of the bill's line, or of that of the phantom by which it comes
	Item       int64
	Per        item.Ratio     // stock units of one stock unit made, with scrap; Num may be 0
	Once       plant.Quantity // of the order besides, in stock units
	Scrap      plant.Quantity // per cent that Per holds already
	Policy     Policy
	Every      plant.Quantity
	Operation  int64
	Alternates []Alternate // by the order of their lines
}

// Alternate may be taken in a component's place.
type Alternate struct {
	Item int64
	Per  item.Ratio
	Once plant.Quantity
}

// Output is what comes out besides the item.
type Output struct {
	Position int64
	Item     int64
	Kind     Kind
	Per      item.Ratio
	Share    plant.Quantity // per cent of the cost
}

// Of gives what so much of the item takes of the component.
func (c Part) Of(made plant.Quantity) (plant.Quantity, error) {
	return Line{Position: c.Position, Per: c.Per, OnceOff: c.Once}.needs(made)
}

// Snapshot copies how an item is made. An item without a bill in force has a snapshot without components.
func (g *Graph) Snapshot(root int64) (Snapshot, error) {
	if _, err := g.order(root); err != nil {
		return Snapshot{}, err
	}
	b, known := g.Bills[root]
	s := Snapshot{Item: root, Batch: plant.One}
	if !known {
		return s, nil
	}
	s.Bill, s.Number, s.Revision, s.Batch, s.Operations = b.ID, b.Number, b.Revision, b.Batch, slices.Clone(b.Operations)
	var err error
	for _, l := range b.Lines {
		switch {
		case l.Kind != Component:
			s.Outputs = append(s.Outputs, Output{Position: l.Position, Item: l.Item, Kind: l.Kind, Per: l.Per, Share: l.Share})
		case l.Taken():
			if s.Components, err = g.add(s.Components, b, l, l); err != nil {
				return s, err
			}
		}
	}
	return s, nil
}

// mostComponents bounds what phantoms in phantoms can come to.
const mostComponents = 50_000

// add adds a line's component, or the parts of the phantom that it is. by is the line of the root's own bill.
func (g *Graph) add(all []Part, b Bill, l, by Line) ([]Part, error) {
	if len(all) > mostComponents {
		return nil, errs.New(errs.Invalid, "item %s comes to more than %d components", g.Items[b.Item].Number, mostComponents)
	}
	below, made := g.Bills[l.Item]
	if !g.Items[l.Item].Phantom || !made {
		c := Part{
			Position: by.Position, Item: l.Item, Per: l.Per, Once: l.OnceOff, Scrap: l.Scrap, Policy: by.Policy, Every: by.Every, Operation: by.Operation,
		}
		for _, o := range b.Lines {
			if o.Instead != 0 && o.Instead == l.Position {
				c.Alternates = append(c.Alternates, Alternate{Item: o.Item, Per: o.Per, Once: o.OnceOff})
			}
		}
		return append(all, c), nil
	}
	for _, part := range below.Lines {
		if !part.Taken() {
			continue
		}
		through, err := l.through(part)
		if err != nil {
			return nil, err
		}
		if all, err = g.add(all, below, through, by); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// through gives a part of a phantom as a line of what takes the phantom.
func (l Line) through(part Line) (Line, error) {
	once, err := part.needs(l.OnceOff)
	if err != nil {
		return part, err
	}
	per := new(big.Rat).Mul(ratio(l.Per.Num, max(l.Per.Den, 1)), ratio(part.Per.Num, max(part.Per.Den, 1)))
	if !per.Num().IsInt64() || !per.Denom().IsInt64() {
		return part, errs.New(errs.Invalid, "the factors at positions %d and %d make one of too many digits to reckon with exactly; round one of them", l.Position, part.Position)
	}
	part.Per, part.OnceOff = item.Ratio{Num: per.Num().Int64(), Den: per.Denom().Int64()}, once
	return part, nil
}

// Times gives how long an order of so much of the item takes at each operation: set-up and run, without waiting.
func (s Snapshot) Times(quantity plant.Quantity) []time.Duration {
	all := make([]time.Duration, len(s.Operations))
	for i, o := range s.Operations {
		run, ok := plant.Quantity(o.Run).Times(int64(quantity), int64(s.Batch))
		if !ok {
			run = plant.Quantity(longest)
		}
		all[i] = o.Setup + time.Duration(run)
	}
	return all
}
