package desk

import (
	"cmp"
	"fmt"
	"slices"

	"millwright/internal/erp/mrp"
	"millwright/internal/erp/mrp/advice"
	"millwright/internal/plant"
)

// Message is one thing that a planner is asked to do: release a planned order, or change an order that there is.
type Message struct {
	ID       int64
	Action   string // "order", "make", "expedite", "defer", "cancel", "increase", "decrease", "substitute"
	Item     int64
	Document string // the order that it is about; "" for a planned order
	Line     int64
	From, To plant.Date // of a planned order: release and due; else due now and wanted
	Was      plant.Quantity
	Quantity plant.Quantity
	Soon     bool // to be done within the next few days
	Reason   string
	Decision
}

// Decision is what a planner has said to a message.
type Decision struct {
	IgnoredUntil plant.Date // 0 when it is not ignored
	Why          string
	Version      int64
}

// Horizon is how many working days before its release a planned order is put before the planner.
const Horizon mrp.Day = 5

// far is beyond every day of a plan.
const far mrp.Day = 1 << 30

// Messages is everything that the plan asks for, in a sequence that the same plan always has.
func (s *Standing) Messages() (all []Message) {
	day := func(d mrp.Day) string { return s.Calendar.Date(d).String() }
	for _, m := range s.Plan.Messages {
		r := s.comes[m.Receipt]
		all = append(all, Message{
			Action: m.Action.String(), Item: r.Item, Document: r.Document, Line: r.Line, From: r.Date, To: s.Calendar.Date(m.To),
			Was: m.Was, Quantity: m.Quantity, Soon: true, Reason: s.Plan.Why(m, day),
		})
	}
	all = append(all, s.substitutes(day)...)
	for _, m := range s.Plan.Due(far) {
		all = append(all, Message{
			Action: m.Action.String(), Item: s.Facts.Items[m.Item].ID, From: s.Calendar.Date(m.From), To: s.Calendar.Date(m.To),
			Quantity: m.Quantity, Soon: m.From <= s.Plan.Today+Horizon, Reason: s.Plan.Why(m, day),
		})
	}
	return append(all, s.points()...)
}

// points asks for the items whose stock and orders have fallen to their reorder point.
func (s *Standing) points() (all []Message) {
	coming := map[int64]plant.Quantity{}
	for _, r := range s.Facts.Coming {
		coming[r.Item] += r.Quantity
	}
	for i := range s.Facts.Items {
		for _, g := range s.Plan.Supplies(int32(i)) {
			if g.Source == mrp.BesideOpen {
				coming[s.Facts.Items[i].ID] += g.Quantity
			}
		}
		it := &s.Facts.Items[i]
		if it.Method != ByPoint || it.Phantom {
			continue
		}
		position := it.OnHand + coming[it.ID]
		q := it.reorder(position)
		if q == 0 {
			continue
		}
		action := mrp.Buy
		if it.Make {
			action = mrp.MakeIt
		}
		all = append(all, Message{
			Action: action.String(), Item: it.ID, From: s.Calendar.Date(0), To: s.Calendar.Date(mrp.Day(min(max(it.Lead, 0), 10_000))), Quantity: q, Soon: true,
			Reason: fmt.Sprintf("stock and orders are %s, and the reorder point is %s", position, it.Point),
		})
	}
	return all
}

// reorder is what is ordered at a position: up to the maximum by min and max, else by multiples of the lot above the point.
func (i *Item) reorder(position plant.Quantity) plant.Quantity {
	if i.Lot.Rule == mrp.UpTo {
		if position > i.Point {
			return 0
		}
		return max(0, i.Lot.Quantity-position)
	}
	lot := max(i.Lot.Quantity, i.Lot.Multiple, i.Lot.Min)
	if lot == 0 {
		lot = plant.One
	}
	return advice.Reorder(position, i.Point, lot)
}

// Difference is what puts one list into another.
type Difference struct {
	Wish    int64
	Add     []Message
	Change  []Message // with the ID and the version that they have
	Drop    []int64
	Planned int // messages in all
}

// Compare finds the least that makes a kept list say what a plan says. A message that is still the same stays the row
// that it was, so that a list never moves under the cursor.
func Compare(kept, now []Message) Difference {
	d := Difference{Planned: len(now)}
	groups, pairs := make(map[group]int, len(now)), make([]pair, 0, len(now))
	of := func(m *Message) *pair {
		g := group{m.Action, m.Item, m.Document, m.Line}
		i, is := groups[g]
		if !is {
			i, pairs = len(pairs), append(pairs, pair{})
			groups[g] = i
		}
		return &pairs[i]
	}
	for i := range kept {
		p := of(&kept[i])
		p.kept = append(p.kept, &kept[i])
	}
	for i := range now {
		p := of(&now[i])
		p.now = append(p.now, &now[i])
		p.at = append(p.at, i)
	}
	type added struct {
		at int
		Message
	}
	var add []added
	for i := range pairs {
		p := &pairs[i]
		for _, i := range p.settle(&d) {
			add = append(add, added{p.at[i], *p.now[i]})
		}
	}
	slices.SortFunc(add, func(a, b added) int { return cmp.Compare(a.at, b.at) })
	for _, a := range add {
		d.Add = append(d.Add, a.Message)
	}
	slices.SortFunc(d.Change, func(a, b Message) int { return cmp.Compare(a.ID, b.ID) })
	slices.Sort(d.Drop)
	return d
}

// group is what makes two messages of two plans about the same.
type group struct {
	action   string
	item     int64
	document string
	line     int64
}

// pair is the messages of one group that are kept, and those that should be.
type pair struct {
	kept, now []*Message
	at        []int // of now, in the plan's list
}

// settle ties messages that say the same, then what is left in its sequence; it gives those of now that are new.
func (p *pair) settle(d *Difference) (fresh []int) {
	if len(p.kept) == 1 && len(p.now) == 1 && p.now[0].same(p.kept[0]) {
		return nil
	}
	tied := make([]bool, len(p.now))
	var loose []*Message
	for _, k := range p.kept {
		i := slices.IndexFunc(p.now, func(m *Message) bool { return m.same(k) })
		for i >= 0 && tied[i] {
			next := slices.IndexFunc(p.now[i+1:], func(m *Message) bool { return m.same(k) })
			if next < 0 {
				i = -1
				break
			}
			i += 1 + next
		}
		if i < 0 {
			loose = append(loose, k)
			continue
		}
		tied[i] = true
	}
	slices.SortFunc(loose, func(a, b *Message) int { return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.ID, b.ID)) })
	for i := range p.now {
		switch {
		case tied[i]:
		case len(loose) > 0:
			m := *p.now[i]
			m.ID, m.Decision = loose[0].ID, loose[0].Decision
			d.Change, loose = append(d.Change, m), loose[1:]
		default:
			fresh = append(fresh, i)
		}
	}
	for _, k := range loose {
		d.Drop = append(d.Drop, k.ID)
	}
	return fresh
}

// same tells whether two messages say the same, whatever was said to them.
func (m *Message) same(x *Message) bool {
	return m.Action == x.Action && m.Item == x.Item && m.Document == x.Document && m.Line == x.Line && m.From == x.From && m.To == x.To &&
		m.Was == x.Was && m.Quantity == x.Quantity && m.Soon == x.Soon && m.Reason == x.Reason
}
