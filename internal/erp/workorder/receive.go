package workorder

import (
	"fmt"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// product moves what was made into the stock, or takes it back out of it.
func (p *posting) product(good plant.Quantity) error {
	return p.receive(0, p.Item, p.Revision, good)
}

// byProduct moves what comes beside the product.
func (p *posting) byProduct(c *Component, q plant.Quantity) error {
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
	return p.receive(c.Position, c.Item, c.Revision, q)
}

func (p *posting) receive(position, item int64, revision string, q plant.Quantity) error {
	m := Move{Position: position, Item: item, Revision: revision, Place: p.Place}
	if position == 0 {
		m.Lot = Lot{Lot: p.Lot, Serial: p.Serial}
	}
	for made := p.Order.Good - q; q > 0 && position == 0 && p.Each; q -= plant.One {
		made += plant.One
		m.Lot.Serial, m.Lot.Quantity = fmt.Sprintf("%s-%05d", p.Number, made/plant.One), plant.One
		p.moves = append(p.moves, m)
	}
	if q > 0 {
		m.Lot.Quantity = q
		p.moves = append(p.moves, m)
	}
	if q >= 0 {
		return nil
	}
	past, err := p.supply.Past(item, false)
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
