package trace

import (
	"context"
	"slices"
)

// Way is the direction of a trace.
type Way bool

// The ways.
const (
	Forward  Way = true  // what it was used in
	Backward Way = false // what it was made from
)

// Bounds keep a trace within what can be read.
type Bounds struct {
	Depth int // orders one after the other
	Lots  int
}

// Wide is as far as a trace goes when nobody says less.
func Wide() Bounds { return Bounds{Depth: 50, Lots: 50_000} }

// Node is a lot in a trace.
type Node struct {
	Lot
	Depth int   // orders between it and where the trace began
	Next  []int // links that go on from it, in Trace.Links
}

// Trace is the lots that hang together with others. Each lot and each link stands in it once.
type Trace struct {
	Way   Way
	Nodes []Node // the nearest first
	Links []Link
	Cut   bool   // there is more than the bounds let in
	Moves []Move // of all its lots, by number
	bound map[string]Bound
	place map[Lot]int
}

// Find gives the place of a lot among the nodes.
func (t *Trace) Find(l Lot) (int, bool) {
	at, is := t.place[l]
	return at, is
}

// Seeds are the lots where the trace began.
func (t *Trace) Seeds() (all []Lot) {
	for _, n := range t.Nodes {
		if n.Depth == 0 {
			all = append(all, n.Lot)
		}
	}
	return all
}

// End is the lot at the far end of a link.
func (t *Trace) End(l Link) Lot {
	if t.Way == Forward {
		return l.To
	}
	return l.From
}

// Walk follows lots from order to order, level by level: every lot and every order is read once, however many ways
// lead to it. Serials that belong to a lot where it begins are looked at with it.
func Walk(ctx context.Context, ledger Ledger, seeds []Lot, way Way, within Bounds) (*Trace, error) {
	t := &Trace{Way: way, bound: map[string]Bound{}, place: map[Lot]int{}}
	serials, err := ledger.Within(ctx, seeds)
	if err != nil {
		return nil, err
	}
	var level []Lot
	for _, l := range slices.Concat(seeds, serials) {
		level = t.add(level, l, 0)
	}
	for depth := 1; len(level) > 0; depth++ {
		next, err := t.step(ctx, ledger, level, depth, within)
		if err != nil {
			return nil, err
		}
		level = next
	}
	slices.SortFunc(t.Moves, func(a, b Move) int { return int(min(1, max(-1, a.Number-b.Number))) })
	return t, nil
}

// add takes a lot in that is new, and into a level when it can be followed.
func (t *Trace) add(level []Lot, l Lot, depth int) []Lot {
	if _, known := t.place[l]; known {
		return level
	}
	t.place[l] = len(t.Nodes)
	t.Nodes = append(t.Nodes, Node{Lot: l, Depth: depth})
	if !l.Tracked() {
		return level
	}
	return append(level, l)
}

// step reads the orders of a level and gives the lots that come next.
func (t *Trace) step(ctx context.Context, ledger Ledger, level []Lot, depth int, within Bounds) ([]Lot, error) {
	moves, err := ledger.Moves(ctx, level)
	if err != nil {
		return nil, err
	}
	t.Moves = append(t.Moves, moves...)
	if err := t.read(ctx, ledger, moves); err != nil {
		return nil, err
	}
	orders := map[Lot]map[string]bool{}
	for _, m := range moves {
		if t.follows(m) {
			if orders[m.Lot] == nil {
				orders[m.Lot] = map[string]bool{}
			}
			orders[m.Lot][m.Document] = true
		}
	}
	var next []Lot
	for _, l := range level {
		for _, document := range sorted(orders[l]) {
			for _, link := range t.bound[document].of(l, t.Way) {
				_, known := t.place[t.End(link)]
				if !known && (depth > within.Depth || len(t.Nodes) >= within.Lots) {
					t.Cut = true
					continue
				}
				next = t.add(next, t.End(link), depth)
				at := t.place[l]
				t.Nodes[at].Next = append(t.Nodes[at].Next, len(t.Links))
				t.Links = append(t.Links, link)
			}
		}
	}
	return next, nil
}

// follows tells whether a move leads on.
func (t *Trace) follows(m Move) bool {
	if !isWork(m.Document) {
		return false
	}
	if t.Way == Forward {
		return m.uses()
	}
	return m.makes()
}

// read binds the orders of moves that are new.
func (t *Trace) read(ctx context.Context, ledger Ledger, moves []Move) error {
	want := map[string]bool{}
	for _, m := range moves {
		if _, known := t.bound[m.Document]; !known && t.follows(m) {
			want[m.Document] = true
		}
	}
	if len(want) == 0 {
		return nil
	}
	documents := sorted(want)
	found, err := ledger.Orders(ctx, documents)
	if err != nil {
		return err
	}
	byOrder := map[string][]Move{}
	for _, m := range found {
		byOrder[m.Document] = append(byOrder[m.Document], m)
	}
	for _, d := range documents {
		t.bound[d] = Bind(d, byOrder[d]).indexed()
	}
	return nil
}

// of are the links of a lot, on the way of a trace.
func (b Bound) of(l Lot, way Way) (all []Link) {
	index := b.into
	if way == Forward {
		index = b.outOf
	}
	for _, at := range index[l] {
		all = append(all, b.Links[at])
	}
	return all
}

// indexed finds links by their ends.
func (b Bound) indexed() Bound {
	b.outOf, b.into = map[Lot][]int{}, map[Lot][]int{}
	for i, l := range b.Links {
		b.outOf[l.From] = append(b.outOf[l.From], i)
		b.into[l.To] = append(b.into[l.To], i)
	}
	return b
}
