package bill

import (
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Need is how much of an item is needed.
type Need struct {
	Item     int64
	Quantity plant.Quantity // in stock units
	Level    int            // the deepest at which it stands: its low-level code, with the root at 0
	Phantom  bool           // is passed through, and never made as such
}

// Needs gives how much of everything so much of an item takes, without regard to stock: every item once, parents before
// their parts. What an order takes once is taken once for each item that is made.
func (g *Graph) Needs(root int64, quantity plant.Quantity) ([]Need, error) {
	if quantity <= 0 || quantity > mostQuantity {
		return nil, errs.New(errs.Invalid, "write a quantity of more than 0 and at most %s", mostQuantity)
	}
	order, err := g.order(root)
	if err != nil {
		return nil, err
	}
	total, level := map[int64]plant.Quantity{root: quantity}, map[int64]int{}
	out := make([]Need, 0, len(order))
	for _, id := range order {
		out = append(out, Need{Item: id, Quantity: total[id], Level: level[id], Phantom: g.Items[id].Phantom && id != root})
		for _, l := range g.Bills[id].Lines {
			if !l.Taken() {
				continue
			}
			q, err := l.needs(total[id])
			if err != nil {
				return nil, err
			}
			if q > mostNeed-total[l.Item] {
				return nil, errs.New(errs.Invalid, "the explosion comes to more of item %s than can be told", g.Items[l.Item].Number)
			}
			total[l.Item] += q
			level[l.Item] = max(level[l.Item], level[id]+1)
		}
	}
	return out, nil
}

// Branch is a line of a bill in the tree of all that an item is made of.
type Branch struct {
	Depth    int // 1: of the root's own bill
	Parent   int64
	Line     Line
	Quantity plant.Quantity // for the quantity of the root, in stock units
	Made     bool           // has a bill of its own
	Deeper   bool           // has one whose lines are left out, for depth or length
}

// Tree gives the lines of a bill, each followed by those of its own, down to a depth and up to so many: a bill of a few
// items that all use each other has more branches than anybody reads.
func (g *Graph) Tree(root int64, quantity plant.Quantity, depth, most int) (all []Branch, whole bool, err error) {
	if _, err := g.order(root); err != nil {
		return nil, false, err
	}
	type at struct {
		item     int64
		quantity plant.Quantity
		next     int
	}
	whole = true
	path := []at{{item: root, quantity: quantity}}
	for len(path) > 0 {
		top := &path[len(path)-1]
		lines := g.Bills[top.item].Lines
		if top.next == len(lines) {
			path = path[:len(path)-1]
			continue
		}
		l := lines[top.next]
		top.next++
		q, err := l.needs(top.quantity)
		if err != nil {
			return nil, false, err
		}
		if len(all) == most {
			return all, false, nil
		}
		b := Branch{Depth: len(path), Parent: top.item, Line: l, Quantity: q, Made: l.Kind == Component && len(g.Bills[l.Item].Lines) > 0}
		b.Deeper = b.Made && (len(path) >= depth || !l.Taken())
		whole = whole && !b.Deeper
		all = append(all, b)
		if b.Made && !b.Deeper {
			path = append(path, at{item: l.Item, quantity: q})
		}
	}
	return all, whole, nil
}
