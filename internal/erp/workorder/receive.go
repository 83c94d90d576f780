package workorder

import (
	"cmp"
	"fmt"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// product moves what was made into the stock, or takes it back out of it.
func (p *posting) product(good plant.Quantity) error {
	out := outcome{item: p.Item, revision: p.Revision, lot: Lot{Lot: p.Lot, Serial: p.Serial}}
	if p.Each {
		out.each, out.made = p.Number, p.Order.Good-good
	}
	return p.receive(out, good)
}

// byProduct moves what comes beside the product: into a lot named like the product's, or piece by piece.
func (p *posting) byProduct(c *Component, q plant.Quantity) error {
	tracking, err := p.supply.Tracked(c.Item)
	if err != nil {
		return err
	}
	out := outcome{position: c.Position, item: c.Item, revision: c.Revision}
	switch tracking {
	case ByLot:
		out.lot.Lot = cmp.Or(p.Lot, p.Number)
	case BySerial:
		out.each, out.made = fmt.Sprintf("%s-%d", p.Number, c.Position), c.Issued
		q = (c.Issued+q)/plant.One*plant.One - c.Issued // a part of a piece comes with the rest of it
	}
	if q < 0 { // what has gone already stays out
		past, err := p.supply.Past(c.Item, false)
		if err != nil {
			return err
		}
		there := plant.Quantity(0)
		for _, b := range past {
			there += b.Quantity
		}
		q = max(q, -there)
	}
	c.Issued += q
	return p.receive(out, q)
}

// outcome is what an order gives to the stock.
type outcome struct {
	position, item int64
	revision       string
	lot            Lot
	each           string         // how the serials begin that are made up; "": there are none
	made           plant.Quantity // before
}

func (p *posting) receive(out outcome, q plant.Quantity) error {
	m := Move{Position: out.position, Item: out.item, Revision: out.revision, Lot: out.lot, Place: p.Place}
	for made := out.made; q > 0 && out.each != ""; q -= plant.One {
		made += plant.One
		m.Lot.Serial, m.Lot.Quantity = fmt.Sprintf("%s-%05d", out.each, made/plant.One), plant.One
		p.moves = append(p.moves, m)
	}
	if q > 0 {
		m.Lot.Quantity = q
		p.moves = append(p.moves, m)
	}
	if q >= 0 {
		return nil
	}
	past, err := p.supply.Past(out.item, false)
	if err != nil {
		return err
	}
	back, _, left := Undo(past, 0, -q)
	if left > 0 {
		return errs.New(errs.Conflict, "%s has received %s less than that; it cannot be taken back", p.Number, left)
	}
	for _, b := range back {
		m.Lot, m.In, m.Reverses, m.Place = b.Lot, true, b.Move, 0
		p.moves = append(p.moves, m)
	}
	return nil
}
