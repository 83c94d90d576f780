package mrp

import (
	"slices"

	"millwright/internal/plant"
)

// Peg ties a supply of an item to a requirement of it: so much of the one meets the other. What comes first is used first.
type Peg struct {
	Requirement, Supply int32 // indices of Requirements and Supplies; Supply is -1 for what nothing meets
	Quantity            plant.Quantity
}

// Pegs gives an item's, by requirement.
func (p *Plan) Pegs(item int32) []Peg {
	var all []Peg
	supplies, s := p.supply[item], -1
	left := plant.Quantity(0)
	for r, req := range p.gross[item] {
		if req.Bond != 0 {
			bonded := slices.IndexFunc(supplies, func(o Supply) bool { return o.Bond == req.Bond })
			all = append(all, Peg{int32(r), int32(bonded), req.Quantity})
			continue
		}
		for open := req.Quantity; open > 0; {
			for left == 0 && s+1 < len(supplies) {
				s++
				if supplies[s].Bond == 0 {
					left = supplies[s].Quantity
				}
			}
			if left == 0 {
				all = append(all, Peg{int32(r), -1, open})
				break
			}
			q := min(open, left)
			all = append(all, Peg{int32(r), int32(s), q})
			open -= q
			left -= q
		}
	}
	return all
}

// Serves gives the demands that a supply of an item goes into in the end, by their index: what is late when it is.
func (p *Plan) Serves(item int32, source Source, ref int32) (demands []int32) {
	type supply struct {
		item int32
		Source
		ref int32
	}
	besides := map[Source]Source{New: Beside, Open: BesideOpen}
	seen, told := map[supply]bool{}, map[int32]bool{}
	for todo := []supply{{item, source, ref}}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		if beside, is := besides[at.Source]; is {
			for _, item := range p.outputs[at.item] {
				todo = append(todo, supply{item, beside, at.ref})
			}
		}
		for _, peg := range p.Pegs(at.item) {
			if peg.Supply < 0 {
				continue
			}
			if s := p.supply[at.item][peg.Supply]; s.Source != at.Source || s.Ref != at.ref {
				continue
			}
			switch r := p.gross[at.item][peg.Requirement]; r.Cause {
			case Wanted:
				if !told[r.Ref] {
					told[r.Ref] = true
					demands = append(demands, r.Ref)
				}
			case Planned:
				todo = append(todo, supply{p.Orders[r.Ref].Item, New, r.Ref})
			case Firmed:
				todo = append(todo, supply{p.in.Receipts[r.Ref].Item, Open, r.Ref})
			case Safety:
			}
		}
	}
	return demands
}
