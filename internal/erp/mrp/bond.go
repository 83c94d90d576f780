package mrp

import (
	"slices"

	"millwright/internal/plant"
)

// bond is so much of a receipt that is made for one demand: nothing else is met by it.
type bond struct {
	demand   int32
	quantity plant.Quantity
}

// bind ties receipts to the demands that they are made for, in the order of the input, and gives what is left open of each
// demand.
func (p *Plan) bind() []plant.Quantity {
	open := make([]plant.Quantity, len(p.in.Demands))
	for i, d := range p.in.Demands {
		open[i] = d.Quantity
	}
	for i, r := range p.in.Receipts {
		if r.For == 0 {
			continue
		}
		d := r.For - 1
		q := min(r.Quantity, open[d])
		if q <= 0 {
			continue
		}
		if p.bonds == nil {
			p.bonds = map[int32]bond{}
		}
		open[d] -= q
		p.bonds[int32(i)] = bond{d, q}
		p.gross[r.Item] = append(p.gross[r.Item], Requirement{Day: p.in.Demands[d].Day, Cause: Wanted, Ref: d, Quantity: q, Bond: int32(i) + 1})
	}
	return open
}

// loose is what of a receipt is made for nothing in particular.
func (p *Plan) loose(ref int32) plant.Quantity {
	return p.in.Receipts[ref].Quantity - p.bonds[ref].quantity
}

// bonded brings the bonds of an item into its supplies, with a message for each receipt that comes on another day than the
// demand takes it. What it gives are the receipts of which something is left for others.
func (n *netting) bonded(reqs []Requirement) (rest []int32) {
	if len(n.plan.bonds) == 0 {
		return n.receipts
	}
	for i, q := range reqs {
		if q.Bond == 0 {
			continue
		}
		r := &n.plan.in.Receipts[q.Bond-1]
		want := max(q.Day-n.rules.Ahead, n.plan.Today)
		day := r.Day
		if whole := n.plan.loose(q.Bond-1) == 0; !r.Fixed && (want < r.Day || want > r.Day && whole) { // what others get of it may be wanted earlier
			day = want
			m := Message{Action: Expedite, Item: n.item, Receipt: q.Bond - 1, Order: -1, From: r.Day, To: want, Was: r.Quantity, Quantity: r.Quantity, For: int32(i)}
			if want > r.Day {
				m.Action = Defer
			}
			n.plan.Messages = append(n.plan.Messages, m)
		}
		n.supply(Supply{Day: day, Source: Open, Ref: q.Bond - 1, Quantity: q.Quantity, Bond: q.Bond})
	}
	for _, ref := range n.receipts {
		if n.plan.loose(ref) > 0 {
			rest = append(rest, ref)
		}
	}
	return rest
}

// surplus tells of receipts that bring more than they are made for, where nobody else wants that.
func (n *netting) surplus() {
	left := max(0, n.free)
	for i := len(n.receipts) - 1; i >= 0; i-- {
		r, ref := n.open(i), n.receipts[i]
		loose := n.plan.loose(ref)
		if r.Fixed || loose == r.Quantity || n.rules.Lot != (Lot{}) || i < n.fixed && loose > left {
			continue
		}
		if i < n.fixed {
			left -= loose
		}
		to := r.Day
		if m := slices.IndexFunc(n.plan.Messages, func(m Message) bool { return m.Receipt == ref }); m >= 0 {
			to = n.plan.Messages[m].To
		}
		n.plan.Messages = append(n.plan.Messages, Message{Action: Decrease, Item: n.item, Receipt: ref, Order: -1, From: r.Day, To: to, Was: r.Quantity, Quantity: r.Quantity - loose, For: -1})
	}
}

// stays tells whether the plan leaves a receipt on its day: it may not be moved, or is made for somebody in part.
func (n *netting) stays(i int) bool {
	return n.open(i).Fixed || n.plan.bonds[n.receipts[i]].quantity > 0
}
