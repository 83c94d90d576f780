package mrp

import (
	"cmp"
	"slices"

	"millwright/internal/plant"
)

// outputs drops what comes besides an item where the item is made of it, directly or by others: the one could be planned
// only when the other is. What is taken is never dropped for it. Of outputs that exclude each other the first ones stay.
func (b *bill) outputs(in *Input) (warnings []Warning) {
	s := search{in: in, bill: b, shut: map[int32]bool{}, seen: make([]int32, len(in.Items))}
	for n, p := range in.Parts {
		s.shut[int32(n)] = p.Output
	}
	for item := range in.Items {
		for n, part := range b.of(int32(item)) {
			if part == gone || !in.Parts[part].Output {
				continue
			}
			if way := s.way(in.Parts[part].Child, int32(item)); way != nil {
				warnings = append(warnings, Warning{Part: part, Items: way, Output: true})
				b.drop(int32(item), int32(n))
				continue
			}
			s.shut[part] = false
		}
	}
	return warnings
}

// search looks for ways down through bills.
type search struct {
	in   *Input
	bill *bill
	shut map[int32]bool // parts that it does not go by
	seen []int32        // the round in which an item was looked at
	now  int32
}

// way gives the items from one down to another; nil when there is none.
func (s *search) way(from, to int32) []int32 {
	s.now++
	s.seen[from] = s.now
	path := []step{{item: from}}
	for len(path) > 0 {
		top := &path[len(path)-1]
		if top.item == to {
			way := make([]int32, len(path))
			for i, p := range path {
				way[i] = p.item
			}
			return way
		}
		parts := s.bill.of(top.item)
		if int(top.next) == len(parts) {
			path = path[:len(path)-1]
			continue
		}
		part := parts[top.next]
		top.next++
		if part == gone || s.shut[part] {
			continue
		}
		if child := s.in.Parts[part].Child; s.seen[child] != s.now {
			s.seen[child] = s.now
			path = append(path, step{item: child})
		}
	}
	return nil
}

// yield adds what comes of a part besides an order: on the day on which the order is due, and after the day on which it
// takes its own parts, so that no order lives on what it brings itself.
func (p *Plan) yield(part *Part, q plant.Quantity, of Requirement, due Day) {
	s := Supply{Day: max(due, of.Day+1), Source: Beside, Ref: of.Ref, Quantity: q}
	if of.Cause == Firmed {
		s.Source = BesideOpen
	}
	if p.beside == nil {
		p.beside, p.outputs = map[int32][]Supply{}, map[int32][]int32{}
	}
	p.beside[part.Child] = append(p.beside[part.Child], s)
	item := p.maker(s)
	if !slices.Contains(p.outputs[item], part.Child) {
		p.outputs[item] = append(p.outputs[item], part.Child)
	}
}

// maker is the item of the order that a supply comes besides.
func (p *Plan) maker(s Supply) int32 {
	if s.Source == Beside {
		return p.Orders[s.Ref].Item
	}
	return p.in.Receipts[s.Ref].Item
}

// Maker is the item of the order that a supply comes besides; false for a supply that does not come so.
func (p *Plan) Maker(s Supply) (item int32, is bool) {
	if s.Source != Beside && s.Source != BesideOpen {
		return 0, false
	}
	return p.maker(s), true
}

// besides gives what comes of an item besides orders of others, by day.
func (p *Plan) besides(item int32) []Supply {
	all := p.beside[item]
	slices.SortFunc(all, func(a, b Supply) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Quantity, b.Quantity))
	})
	return all
}

// come brings in what has come besides other orders up to a day.
func (n *netting) come(day Day) {
	for ; len(n.beside) > 0 && n.beside[0].Day <= day; n.beside = n.beside[1:] {
		n.free = plus(n.beside[0].Quantity, max(0, n.free)) + min(0, n.free)
		n.taken = -1 // from here on what is left over may be this
		n.supply(n.beside[0])
	}
}
