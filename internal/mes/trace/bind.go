package trace

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"millwright/internal/plant"
)

// Bound is one order: what went into what.
type Bound struct {
	Order string
	Links []Link                 // by From, then To
	Used  map[Lot]plant.Quantity // that went into the order, and did not come back
	Made  map[Lot]plant.Quantity // that came out of it
	Waste map[Lot]plant.Quantity // of Used, that went into scrapped pieces alone
	Open  map[Lot]plant.Quantity // of Used, that is in no product yet

	outOf, into map[Lot][]int // links by their ends
}

// Bind tells of the moves of one order which lots went into which.
//
// What was posted together with a product is in that product; and in all that was received since the time before, where
// it is taken once for many pieces. What a machine used by itself is in what was received
// from then on, until the first receipt after another lot of the same item was begun. What people issued may be in
// all that was received from then on; and in all before too, where the item is otherwise used as the product is
// reported (it was short, and issued later) or where nothing was received after it. Each item that comes out of the
// order, product and by-product, holds the whole of what went in: its lots share it by their quantities.
func Bind(order string, moves []Move) Bound {
	b := binder{
		Bound: Bound{Order: order, Used: map[Lot]plant.Quantity{}, Made: map[Lot]plant.Quantity{}, Waste: map[Lot]plant.Quantity{}, Open: map[Lot]plant.Quantity{}},
		with:  map[int64][]Move{}, beside: map[int64]bool{}, links: map[[2]Lot]*Link{}, outputs: map[int64][]Move{},
	}
	for _, m := range moves {
		if m.makes() {
			b.receive(m)
		}
	}
	for item := range b.outputs {
		slices.SortFunc(b.outputs[item], byTime)
	}
	var alone, late []Move
	for _, m := range moves {
		if !m.uses() {
			continue
		}
		b.Used[m.Lot] += m.Quantity
		switch with := b.with[m.Posting]; {
		case m.Late:
			late = append(late, m)
		case len(with) > 0:
			b.beside[m.Lot.Item] = true
			b.share(m.Lot, m.Quantity, with, true)
		case m.Scrap:
			b.Waste[m.Lot] += m.Quantity
		default:
			alone = append(alone, m)
		}
	}
	b.loose(append(alone, b.batched(late)...))
	return b.done()
}

// byTime puts moves in the order in which they happened.
func byTime(x, y Move) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Number, y.Number)) }

// binder is an order whose moves are being bound.
type binder struct {
	Bound
	with    map[int64][]Move // receipts by posting
	outputs map[int64][]Move // receipts by item, in order of time
	beside  map[int64]bool   // items that were used as product was reported
	links   map[[2]Lot]*Link
}

func (b *binder) receive(m Move) {
	b.Made[m.Lot] += m.Quantity
	b.with[m.Posting] = append(b.with[m.Posting], m)
	b.outputs[m.Lot.Item] = append(b.outputs[m.Lot.Item], m)
}

// batched binds what was taken once for many pieces: it is in all that was received since it was taken before. It gives
// what was taken when nothing had been received since.
func (b *binder) batched(late []Move) (alone []Move) {
	slices.SortFunc(late, byTime)
	since, latest := map[int64]Move{}, map[int64]Move{} // the move after which to look, and the last one, by item
	for _, m := range late {
		item := m.Lot.Item
		if last, is := latest[item]; is && last.Posting != m.Posting {
			since[item] = last
		}
		latest[item] = m
		into := b.between(since[item], m)
		switch {
		case len(into) > 0:
			b.share(m.Lot, m.Quantity, into, false)
		case m.Scrap:
			b.Waste[m.Lot] += m.Quantity
		default:
			alone = append(alone, m)
		}
	}
	return alone
}

// between gives what was received after a move, up to another and all that was posted with that one.
func (b *binder) between(after, to Move) (all []Move) {
	for _, item := range sorted(b.outputs) {
		receipts := b.outputs[item]
		first := 0
		if after.Number != 0 {
			first, _ = slices.BinarySearchFunc(receipts, after, byTime)
		}
		for _, r := range receipts[first:] {
			own := r.Posting == to.Posting
			if byTime(r, to) > 0 && !own {
				break
			}
			if after.Number == 0 || r.Posting != after.Posting {
				all = append(all, r)
			}
		}
	}
	return all
}

// use is a lot that was used by itself, all of it between two receipts of another lot or by hand.
type use struct {
	lot      Lot
	quantity plant.Quantity
	from     time.Time
	until    time.Time // another lot was begun; zero: none was
	hand     bool      // somebody issued it
	back     bool      // it may be in what was received before
}

// loose binds what was used apart from receipts.
func (b *binder) loose(alone []Move) {
	slices.SortFunc(alone, byTime)
	for _, u := range b.uses(alone) {
		bound := false
		for _, item := range sorted(b.outputs) {
			into := u.into(b.outputs[item])
			b.share(u.lot, u.quantity, into, false)
			bound = bound || len(into) > 0
		}
		if !bound {
			b.Open[u.lot] += u.quantity
		}
	}
}

// uses puts together what went the same way.
func (b *binder) uses(alone []Move) (all []use) {
	running := map[int64]int{} // the use by a machine that goes on, by item
	by := map[Lot]int{}        // the use by hand, by lot
	for _, m := range alone {
		if strings.HasPrefix(m.Source, "machine:") {
			at, goes := running[m.Lot.Item]
			if goes && all[at].lot == m.Lot {
				all[at].quantity += m.Quantity
				continue
			}
			if goes {
				all[at].until = m.At
			}
			running[m.Lot.Item] = len(all)
			all = append(all, use{lot: m.Lot, quantity: m.Quantity, from: m.At})
			continue
		}
		at, there := by[m.Lot]
		if !there {
			at = len(all)
			by[m.Lot] = at
			all = append(all, use{lot: m.Lot, from: m.At, hand: true, back: b.beside[m.Lot.Item]})
		}
		all[at].quantity += m.Quantity
	}
	return all
}

// into gives the receipts that a use may be in; all, when none was after it and it was issued by hand.
func (u use) into(receipts []Move) []Move {
	first, _ := slices.BinarySearchFunc(receipts, u.from, func(m Move, at time.Time) int { return m.At.Compare(at) })
	last := len(receipts)
	if !u.until.IsZero() {
		last, _ = slices.BinarySearchFunc(receipts, u.until, func(m Move, at time.Time) int { return m.At.Compare(at) })
		last = min(last+1, len(receipts))
	}
	if u.back || u.hand && first == len(receipts) {
		first = 0
	}
	return receipts[first:max(first, last)]
}

// share divides a quantity of a lot among receipts, of each item by their quantities, to the last millionth.
func (b *binder) share(from Lot, q plant.Quantity, into []Move, sure bool) {
	total := map[int64]plant.Quantity{}
	for _, m := range into {
		total[m.Lot.Item] += m.Quantity
	}
	upTo, given := map[int64]plant.Quantity{}, map[int64]plant.Quantity{}
	for _, m := range into {
		item := m.Lot.Item
		upTo[item] += m.Quantity
		now, ok := q.Times(int64(upTo[item]), int64(total[item]))
		if !ok {
			now = q
		}
		key := [2]Lot{from, m.Lot}
		l := b.links[key]
		if l == nil {
			l = &Link{From: from, To: m.Lot, Order: b.Order, Sure: sure}
			b.links[key] = l
		}
		l.Quantity += now - given[item]
		l.Sure = l.Sure || sure
		given[item] = now
	}
}

// done puts the links in order.
func (b *binder) done() Bound {
	for _, l := range b.links {
		b.Links = append(b.Links, *l)
	}
	slices.SortFunc(b.Links, func(x, y Link) int { return cmp.Or(x.From.compare(y.From), x.To.compare(y.To)) })
	return b.Bound
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K {
	all := make([]K, 0, len(m))
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}
