package bill

import (
	"strings"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Graph is the bills in force of some items and of all that they are made of, at one moment.
type Graph struct {
	Items   map[int64]item.Item // every item that is named, without units, revisions and alternates
	Bills   map[int64]Bill      // by the item that they make
	Centres map[int64]Centre    // every one that an operation names
}

// walk goes through a graph depth first.
type walk struct {
	g     *Graph
	state map[int64]uint8
	path  []step
	order []int64 // every item after all that it is made of
}

type step struct {
	item int64
	next int // of the lines of its bill
}

// states of an item in a walk.
const (
	fresh uint8 = iota
	open
	placed
)

// order gives a root and all that it is made of, every item before its parts. An item that is in itself is refused,
// with the way round.
func (g *Graph) order(root int64) ([]int64, error) {
	w := walk{g: g, state: map[int64]uint8{}}
	w.enter(root)
	for len(w.path) > 0 {
		top := &w.path[len(w.path)-1]
		lines := g.Bills[top.item].Lines
		if top.next == len(lines) {
			w.state[top.item] = placed
			w.order = append(w.order, top.item)
			w.path = w.path[:len(w.path)-1]
			continue
		}
		l := lines[top.next]
		top.next++
		switch {
		case !l.Taken():
		case w.state[l.Item] == open:
			return nil, w.circle(l.Item)
		case w.state[l.Item] == fresh:
			w.enter(l.Item)
		}
	}
	for a, z := 0, len(w.order)-1; a < z; a, z = a+1, z-1 {
		w.order[a], w.order[z] = w.order[z], w.order[a]
	}
	return w.order, nil
}

func (w *walk) enter(id int64) {
	w.state[id] = open
	w.path = append(w.path, step{item: id})
}

func (w *walk) circle(back int64) error {
	var way []int64
	for _, s := range w.path {
		if s.item == back || len(way) > 0 {
			way = append(way, s.item)
		}
	}
	return Round(append(way, back), w.g.Items)
}

// Round is the refusal of an item that would be in itself, by the way round.
func Round(way []int64, items map[int64]item.Item) error {
	names := make([]string, len(way))
	for i, id := range way {
		names[i] = items[id].Number
	}
	const most = 12
	if len(names) > most {
		names = append(append(names[:most-2:most-2], "…"), names[len(names)-1])
	}
	return errs.New(errs.Invalid, "item %s would be made of itself: %s; take one of these steps out", names[0], strings.Join(names, " → "))
}

// Circle finds the way by which an item would be made of itself, if it were made of parts. below gives what items are
// made of, all at once. The way begins and ends with the item; it is empty when there is none.
func Circle(of int64, parts []int64, below func([]int64) (map[int64][]int64, error)) ([]int64, error) {
	from := map[int64]int64{}
	found := func(parent int64, children []int64) (fresh []int64, closed bool) {
		for _, c := range children {
			if c == of {
				return nil, true
			}
			if _, seen := from[c]; !seen {
				from[c] = parent
				fresh = append(fresh, c)
			}
		}
		return fresh, false
	}
	level, closed := found(of, parts)
	if closed {
		return []int64{of, of}, nil
	}
	for len(level) > 0 {
		next, err := below(level)
		if err != nil {
			return nil, err
		}
		var deeper []int64
		for _, parent := range level {
			children, closed := found(parent, next[parent])
			if closed {
				return wayBack(of, parent, from), nil
			}
			deeper = append(deeper, children...)
		}
		level = deeper
	}
	return nil, nil
}

func wayBack(of, last int64, from map[int64]int64) []int64 {
	way := []int64{of}
	for at := last; at != of; at = from[at] {
		way = append([]int64{at}, way...)
	}
	return append([]int64{of}, way...)
}

// needs gives what so much of the parent takes of a line's item.
func (l Line) needs(parent plant.Quantity) (plant.Quantity, error) {
	q, ok := plant.Quantity(0), true
	if l.Per.Num != 0 {
		q, ok = parent.Times(l.Per.Num, l.Per.Den)
	}
	if ok && q <= mostNeed-l.OnceOff {
		return q + l.OnceOff, nil
	}
	return 0, errs.New(errs.Invalid, "the explosion comes to more than can be told: %s of the parent at position %d", parent, l.Position)
}

// mostNeed is the most that an explosion tells of one item.
const mostNeed = plant.Quantity(4_000_000_000_000_000_000)
