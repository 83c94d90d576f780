package mrp

import (
	"cmp"
	"slices"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Cause is where a requirement comes from.
type Cause uint8

// The causes.
const (
	Wanted  Cause = iota // a demand of the input
	Planned              // an order of the plan takes it
	Firmed               // a receipt that explodes takes it
	Safety               // the safety stock is not there
)

// Requirement is what an item is wanted for, on a day.
type Requirement struct {
	Day      Day
	Cause    Cause
	Ref      int32 // index of the demand, the plan's order, or the receipt
	Quantity plant.Quantity
	Bond     int32 // the receipt that is made for it alone, counted from 1; 0 for what anything may meet
	Instead  int32 // the swap by which it is wanted in another item's place, counted from 1
}

// Source is what meets requirements.
type Source uint8

// The sources.
const (
	Stock      Source = iota
	Open              // a receipt of the input
	New               // an order of the plan
	Beside            // comes besides an order of the plan for another item
	BesideOpen        // comes besides a receipt of another item
)

// Supply is what an item has or gets, in the order in which it is used.
type Supply struct {
	Day      Day // when the plan wants it, which is not always when it is due
	Source   Source
	Ref      int32 // index of the receipt or the order; of the other item's, for what comes besides it
	Quantity plant.Quantity
	Bond     int32 // as of the requirement that it is made for; 0 for what meets any
}

// Order is what the plan wants made or bought.
type Order struct {
	Item     int32
	Release  Day // when it has to be begun; before Today it is late already
	Due      Day
	For      int32          // the requirement of its item that lacked it
	Quantity plant.Quantity // good, that it brings
	Start    plant.Quantity // that has to be started for it
	Passed   bool           // of a phantom: it exists only to hand its parts down
}

// Plan is what came of an input. It belongs to its caller and never changes.
type Plan struct {
	Today    Day
	Items    []Item
	Orders   []Order // parents before their parts, by day
	Messages []Message
	Warnings []Warning
	Swaps    []Swap

	in     Input
	gross  [][]Requirement
	supply [][]Supply
	bonds  map[int32]bond // by receipt

	planned map[place][]Swap // that are still to be made

	beside  map[int32][]Supply // what comes of an item besides orders of others
	outputs map[int32][]int32  // items that come besides an item
}

// Requirements gives what an item is wanted for, by day.
func (p *Plan) Requirements(item int32) []Requirement { return p.gross[item] }

// Supplies gives what meets it, in the order of use.
func (p *Plan) Supplies(item int32) []Supply { return p.supply[item] }

// Make plans. The same input gives the same plan to the last index; it fails on an input that nothing could be planned
// from, and on quantities that leave the range of a Quantity. Where parts lack that have alternates, it is planned a second
// time with these.
func Make(in Input) (*Plan, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	b, receipts := newBill(&in), byItem(&in)
	p, err := plan(in, &b, receipts, nil)
	if err != nil || len(in.Alternates) == 0 {
		return p, err
	}
	s := p.instead(&b, receipts)
	if len(s.swaps) == 0 {
		return p, nil
	}
	in = s.input()
	b = newBill(&in)
	return plan(in, &b, receipts, s.places())
}

func plan(in Input, b *bill, receipts [][]int32, swaps map[place][]Swap) (*Plan, error) {
	p := &Plan{Today: in.Today, Items: in.Items, in: in, gross: make([][]Requirement, len(in.Items)), supply: make([][]Supply, len(in.Items)), planned: swaps}
	sequence, warnings := b.sequence(&in)
	p.Warnings = warnings
	open := p.bind()
	for i, d := range in.Demands {
		if open[i] > 0 {
			p.want(d.Item, Requirement{Day: d.Day, Cause: Wanted, Ref: int32(i), Quantity: open[i]})
		}
	}
	for _, item := range sequence {
		n := netting{plan: p, item: item, rules: rules(&in.Items[item]), receipts: receipts[item], beside: p.besides(item)}
		first := len(p.Orders)
		if err := n.run(); err != nil {
			return nil, err
		}
		if err := p.explode(b, item, first, receipts[item]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// rules are an item's, as they are used: a phantom has none of its own.
func rules(i *Item) Item {
	if !i.Phantom {
		return *i
	}
	return Item{ID: i.ID, OnHand: i.OnHand, Phantom: true}
}

// byItem gives the receipts of each item by the day they are due.
func byItem(in *Input) [][]int32 {
	all := make([][]int32, len(in.Items))
	for i, r := range in.Receipts {
		if r.Quantity > 0 {
			all[r.Item] = append(all[r.Item], int32(i))
		}
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b int32) int {
			x, y := &in.Receipts[a], &in.Receipts[b]
			return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.ID, y.ID), cmp.Compare(a, b))
		})
	}
	return all
}

// explode hands down what the item's orders from first on, and its firmed receipts, take of its parts.
func (p *Plan) explode(b *bill, item int32, first int, receipts []int32) error {
	parts := b.of(item)
	if len(parts) == 0 {
		return nil
	}
	for n := first; n < len(p.Orders); n++ {
		o := &p.Orders[n]
		if err := p.take(parts, Requirement{Day: max(o.Release, p.Today), Cause: Planned, Ref: int32(n), Quantity: o.Start}, o.Due); err != nil {
			return err
		}
	}
	for _, r := range receipts {
		open := &p.in.Receipts[r]
		if !open.Explode {
			continue
		}
		start, err := p.start(item, open.Quantity)
		if err != nil {
			return err
		}
		day := max(open.Day-p.Items[item].Lead, p.Today)
		if err := p.take(parts, Requirement{Day: day, Cause: Firmed, Ref: r, Quantity: start}, open.Day); err != nil {
			return err
		}
	}
	return nil
}

// take adds what an order of so much takes of each part, and what it brings besides when it is due.
func (p *Plan) take(parts []int32, of Requirement, due Day) error {
	for _, n := range parts {
		if n == gone {
			continue
		}
		part := &p.in.Parts[n]
		q, ok := part.Per.of(of.Quantity)
		if q = plus(q, part.Once); !ok || q > most {
			return p.beyond(part.Child)
		}
		switch {
		case q == 0:
		case part.Output:
			p.yield(part, q, of, due)
		default:
			of := of
			of.Quantity = q
			p.want(part.Child, of)
		}
	}
	return nil
}

// most is the largest quantity of one requirement: some millions of them still add up.
const most = plant.Quantity(1) << 61

func (p *Plan) beyond(item int32) error {
	return errs.New(errs.Invalid, "plan item %s: it is wanted in a quantity beyond counting; look at the bills of material above it", p.Items[item].ID)
}

// start is how much has to be started for so much good.
func (p *Plan) start(item int32, good plant.Quantity) (plant.Quantity, error) {
	y := p.Items[item].Yield
	if y == (Ratio{}) || p.Items[item].Phantom {
		return good, nil
	}
	q, ok := good.Times(y.Den, y.Num)
	if !ok || q > most {
		return 0, p.beyond(item)
	}
	if back, _ := q.Times(y.Num, y.Den); back < good {
		q++
	}
	return q, nil
}
