package mrp

import (
	"cmp"
	"slices"

	"millwright/internal/plant"
)

// netting goes through one item's requirements by day, uses what there is and what is on its way, and orders the rest.
type netting struct {
	plan     *Plan
	item     int32
	rules    Item
	receipts []int32  // by day
	beside   []Supply // that comes besides orders of others, by day, and is not in yet

	free  plant.Quantity // what is left of the supplies so far; below zero while something is short
	next  int            // the first receipt that may be moved and is not used yet
	fixed int            // the first one that may not be moved and has not come yet
	taken int32          // the last used receipt that may be changed, or -1
	on    Day            // for when it is used
	want  Day            // when the plan wants it in: the safety time earlier
}

func (n *netting) run() error {
	reqs := n.plan.gross[n.item]
	if n.rules.OnHand < n.rules.Safety {
		reqs = append(reqs, Requirement{Day: n.plan.Today, Cause: Safety, Ref: -1, Quantity: n.rules.Safety - n.rules.OnHand})
	}
	slices.SortFunc(reqs, byDay)
	n.plan.gross[n.item], n.taken = reqs, -1
	n.receipts = n.bonded(reqs)
	if n.free = max(0, n.rules.OnHand-n.rules.Safety); n.free > 0 {
		n.supply(Supply{Day: n.plan.Today, Source: Stock, Ref: -1, Quantity: n.free})
	}
	for from := 0; from < len(reqs); {
		to := from
		for ; to < len(reqs) && reqs[to].Day == reqs[from].Day; to++ {
			if reqs[to].Bond != 0 {
				continue
			}
			if n.free -= reqs[to].Quantity; n.free < -most {
				return n.plan.beyond(n.item)
			}
		}
		if err := n.meet(reqs, from, to); err != nil {
			return err
		}
		from = to
	}
	n.rest()
	return nil
}

// byDay puts requirements in the order in which they are met. It is most of what a plan takes.
func byDay(a, b Requirement) int {
	switch {
	case a.Day != b.Day:
		return cmp.Compare(a.Day, b.Day)
	case a.Cause != b.Cause:
		return cmp.Compare(a.Cause, b.Cause)
	case a.Ref != b.Ref:
		return cmp.Compare(a.Ref, b.Ref)
	}
	return cmp.Compare(a.Bond, b.Bond)
}

func (n *netting) supply(s Supply) { n.plan.supply[n.item] = append(n.plan.supply[n.item], s) }

func (n *netting) open(i int) *Receipt { return &n.plan.in.Receipts[n.receipts[i]] }

// meet brings in what the requirements of a day, reqs[from:to], lack.
func (n *netting) meet(reqs []Requirement, from, to int) error {
	day := reqs[from].Day
	for ; n.fixed < len(n.receipts) && n.open(n.fixed).Day <= day; n.fixed++ {
		if loose := n.plan.loose(n.receipts[n.fixed]); n.stays(n.fixed) {
			n.free += loose
			n.taken = -1 // from here on what is left over may be this one's
			n.supply(Supply{Day: n.open(n.fixed).Day, Source: Open, Ref: n.receipts[n.fixed], Quantity: loose})
		}
	}
	n.come(day)
	for ; n.free < 0 && n.next < len(n.receipts); n.next++ {
		if r := n.open(n.next); !n.stays(n.next) {
			n.use(r, n.receipts[n.next], day, int32(from))
		}
	}
	if n.free >= 0 {
		return nil
	}
	if n.taken >= 0 && n.on == day && n.rules.Lot == (Lot{}) && !n.rules.Make && !n.rules.Phantom { // what is made takes parts, which only an order plans
		n.increase(int32(from))
		return nil
	}
	ahead := plant.Quantity(0)
	for i := to; i < len(reqs) && reqs[i].Day < day+n.rules.Lot.Days; i++ {
		if reqs[i].Bond == 0 {
			ahead = plus(ahead, reqs[i].Quantity)
		}
	}
	return n.order(day, ahead, int32(from))
}

// use takes a receipt for a day, and says so when it is due on another.
func (n *netting) use(r *Receipt, ref int32, day Day, short int32) {
	want := max(day-n.rules.Ahead, n.plan.Today)
	m := Message{Item: n.item, Receipt: ref, Order: -1, From: r.Day, To: want, Was: r.Quantity, Quantity: r.Quantity, For: short}
	if want != r.Day {
		m.Action = Expedite
		if want > r.Day {
			m.Action = Defer
		}
		n.plan.Messages = append(n.plan.Messages, m)
	}
	n.free += r.Quantity
	n.taken, n.on, n.want = ref, day, want
	n.supply(Supply{Day: want, Source: Open, Ref: ref, Quantity: r.Quantity})
}

// increase asks for more of a receipt that comes on the day anyway.
func (n *netting) increase(short int32) {
	r := &n.plan.in.Receipts[n.taken]
	n.plan.Messages = append(n.plan.Messages, Message{
		Action: Increase, Item: n.item, Receipt: n.taken, Order: -1, From: r.Day, To: n.want, Was: r.Quantity, Quantity: r.Quantity - n.free, For: short,
	})
	all := n.plan.supply[n.item]
	all[len(all)-1].Quantity -= n.free
	n.free, n.taken = 0, -1
}

// order adds the orders that a day's shortage takes.
func (n *netting) order(day Day, ahead plant.Quantity, short int32) error {
	due := max(day-n.rules.Ahead, n.plan.Today+n.rules.Fence)
	if n.rules.Phantom {
		due = day
	}
	for count := 1; n.free < 0; count++ {
		q := n.rules.Lot.size(-n.free, ahead)
		if count == maxOrders {
			q = upTo(-n.free, q)
		}
		start, err := n.plan.start(n.item, q)
		if err != nil || q > most {
			return n.plan.beyond(n.item)
		}
		ref := int32(len(n.plan.Orders))
		n.plan.Orders = append(n.plan.Orders, Order{
			Item: n.item, Due: due, Release: due - n.rules.Lead, For: short, Quantity: q, Start: start, Passed: n.rules.Phantom,
		})
		n.free += q
		n.supply(Supply{Day: due, Source: New, Ref: ref, Quantity: q})
	}
	n.taken = -1
	return nil
}

// rest tells of what is not needed.
func (n *netting) rest() {
	if n.taken >= 0 && n.free > 0 && n.rules.Lot == (Lot{}) {
		r := &n.plan.in.Receipts[n.taken]
		n.plan.Messages = append(n.plan.Messages, Message{
			Action: Decrease, Item: n.item, Receipt: n.taken, Order: -1, From: r.Day, To: n.want, Was: r.Quantity, Quantity: r.Quantity - n.free, For: -1,
		})
	}
	for i := range n.receipts {
		r, ref := n.open(i), n.receipts[i]
		switch stays := n.stays(i); {
		case stays && i >= n.fixed:
			n.supply(Supply{Day: r.Day, Source: Open, Ref: ref, Quantity: n.plan.loose(ref)})
		case !stays && i >= n.next:
			n.supply(Supply{Day: r.Day, Source: Open, Ref: ref, Quantity: r.Quantity})
			n.plan.Messages = append(n.plan.Messages, Message{Action: Cancel, Item: n.item, Receipt: ref, Order: -1, From: r.Day, To: r.Day, Was: r.Quantity, For: -1})
		}
	}
	for _, s := range n.beside {
		n.supply(s)
	}
	if len(n.plan.bonds) > 0 {
		n.surplus()
	}
}
