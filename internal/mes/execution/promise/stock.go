package promise

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// lot is so much of an item that is there from a time on.
type lot struct {
	at   time.Time // zero: there is
	left plant.Quantity
	text string // of the order that brings it; "" for what is there
	work int64  // that makes it; 0 for none
	late bool   // it is not ordered yet: there it can be, ordered now
}

// pool is what there is and will be of items.
type pool map[int64][]lot

// newPool gathers stock, what suppliers bring and what work orders make, the ends of which are known.
func newPool(f *Facts, ends map[int64]time.Time) pool {
	p := pool{}
	for id, it := range f.Items {
		if it.Free > 0 {
			p[id] = append(p[id], lot{left: it.Free})
		}
	}
	for i := range f.Coming {
		c := &f.Coming[i]
		p[c.Item] = append(p[c.Item], lot{at: f.arrives(c.Date), left: c.Quantity, text: c.Text})
	}
	for i := range f.Work {
		w := &f.Work[i]
		if end := ends[w.ID]; !end.IsZero() && w.Left > 0 {
			p[w.Item] = append(p[w.Item], lot{at: end, left: w.Left, text: w.Number, work: w.ID})
		}
	}
	for id := range p {
		slices.SortStableFunc(p[id], func(a, b lot) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.text, b.text)) })
	}
	return p
}

// arrives is when something is taken to come that is due on a date: at noon; today it may come until the day ends, and
// what should have come already not before tomorrow.
func (f *Facts) arrives(d plant.Date) time.Time {
	const noon = 12 * time.Hour
	today := plant.DateIn(f.Now, f.zone())
	if d < today {
		return (today + 1).Begin(f.zone()).Add(noon)
	}
	if at := d.Begin(f.zone()).Add(noon); at.After(f.Now) {
		return at
	}
	return (today + 1).Begin(f.zone())
}

// by is how much of an item is there by a time.
func (p pool) by(item int64, t time.Time) (sum plant.Quantity) {
	for _, l := range p[item] {
		if l.at.After(t) {
			break
		}
		sum += l.left
	}
	return sum
}

// next is the first lot of an item that comes after a time.
func (p pool) next(item int64, t time.Time) (lot, bool) {
	for _, l := range p[item] {
		if l.at.After(t) && l.left > 0 {
			return l, true
		}
	}
	return lot{}, false
}

// order adds what can be there of an item if it is ordered now: at the time, as much as anybody takes.
func (p pool) order(item int64, at time.Time) {
	p[item] = append(p[item], lot{at: at, left: enough, late: true})
}

// take takes an amount, what is there first; it gives what it took.
func (p pool) take(item int64, q plant.Quantity) (taken []lot, missing plant.Quantity) {
	lots := p[item]
	for i := range lots {
		if n := min(q, lots[i].left); n > 0 {
			lots[i].left -= n
			q -= n
			one := lots[i]
			one.left = n
			taken = append(taken, one)
		}
	}
	return taken, q
}

// fed is a component that a job takes.
type fed struct {
	*workorder.Component
	made plant.Quantity // before the job goes on
}

// need is what the job still takes of it when it makes so many pieces more.
func (c fed) need(pieces plant.Quantity) plant.Quantity {
	return max(0, c.Used(c.made+pieces)-c.Issued)
}

// enough is for how many of the pieces an amount is enough, by whole pieces.
func (c fed) enough(pieces, amount plant.Quantity) plant.Quantity {
	if c.need(pieces) <= amount {
		return pieces
	}
	low, high := int64(0), int64((pieces+plant.One-1)/plant.One)
	for low < high {
		mid := (low + high + 1) / 2
		if c.need(plant.Pieces(mid)) <= amount {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return min(plant.Pieces(low), pieces)
}
