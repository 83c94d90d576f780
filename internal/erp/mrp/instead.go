package mrp

import (
	"cmp"
	"slices"

	"millwright/internal/plant"
)

// When says when alternates are taken in an item's place.
type When uint8

// The times.
const (
	ByHand When = iota // when somebody says so
	IfLate             // when it cannot be there in time
	Sooner             // before more of it is ordered
)

// Alternate is an item that orders may take in a part's place: all that an order takes of the part, or nothing. Only the
// stock that nothing else wants is taken so.
type Alternate struct {
	Parent   int32 // whose orders may; -1 for those of all items
	Of, Item int32 // the part, and what stands for it
	Factor   Ratio // so much of it for one of the part
}

// Swap is what a plan takes of an alternate in a part's place.
type Swap struct {
	Alternate
	Cause    Cause
	Ref      int32          // as of a requirement
	Day      Day            // on which it is wanted
	Quantity plant.Quantity // of the part
	Taken    plant.Quantity // of the alternate
	Lacks    plant.Quantity // of Quantity, what is not there on the day
	Soonest  Day            // when more of the part could be there
	Spare    plant.Quantity // of the alternate, what nothing else wants
}

// place is where swaps are made: at a demand, a receipt, or orders of an item.
type place struct {
	cause Cause
	ref   int32
	of    int32
	day   Day
}

// want adds a requirement of an item, or of what is taken in its place.
func (p *Plan) want(item int32, r Requirement) {
	if len(p.planned) > 0 {
		item, r = p.swapped(item, r)
	}
	p.gross[item] = append(p.gross[item], r)
}

func (p *Plan) place(item int32, r Requirement) place {
	at := place{r.Cause, r.Ref, item, r.Day}
	if r.Cause == Planned {
		at.ref = p.Orders[r.Ref].Item
	}
	return at
}

// swapped gives what is taken in the place of a requirement, or the requirement itself. Swaps were found in a plan without
// them: an order that wants more now than it did there takes the part.
func (p *Plan) swapped(item int32, r Requirement) (int32, Requirement) {
	at := p.place(item, r)
	n := slices.IndexFunc(p.planned[at], func(s Swap) bool { return s.Quantity >= r.Quantity })
	if n < 0 {
		return item, r
	}
	s := p.planned[at][n]
	p.planned[at] = slices.Delete(p.planned[at], n, n+1)
	if s.Ref = r.Ref; s.Quantity != r.Quantity {
		s.Quantity = r.Quantity
		s.Taken, _ = s.Factor.of(r.Quantity)
		s.Lacks = min(s.Lacks, s.Quantity)
	}
	p.Swaps = append(p.Swaps, s)
	r.Quantity, r.Instead = s.Taken, int32(len(p.Swaps))
	return s.Item, r
}

// swapping looks through a plan for parts that lack, and for what may be taken in their place.
type swapping struct {
	plan  *Plan
	bill  *bill
	of    map[int32][]Alternate
	there map[int32]*there
	spare map[int32]plant.Quantity
	takes map[int32][]int32 // what orders of an item take besides the parts of its bill
	swaps []Swap
}

// there is what of an item is there in time, as far as days were looked at.
type there struct {
	free  plant.Quantity
	comes []Supply      // later, by day
	given []Requirement // that had it
}

// instead gives the swaps that make a plan better, what is wanted first first.
func (p *Plan) instead(b *bill, receipts [][]int32) *swapping {
	s := &swapping{plan: p, bill: b, of: map[int32][]Alternate{}, there: map[int32]*there{}, spare: map[int32]plant.Quantity{}, takes: map[int32][]int32{}}
	for _, a := range p.in.Alternates {
		if of := &p.Items[a.Of]; of.Instead != ByHand && !of.Phantom && !p.Items[a.Item].Phantom {
			s.of[a.Of] = append(s.of[a.Of], a)
		}
	}
	type need struct{ item, at int32 }
	var needs []need
	for item := range s.of {
		s.there[item] = p.there(item, receipts[item])
		for i, r := range p.gross[item] {
			if r.Cause != Safety && r.Bond == 0 {
				needs = append(needs, need{item, int32(i)})
			}
		}
	}
	slices.SortFunc(needs, func(a, b need) int {
		return cmp.Or(cmp.Compare(p.gross[a.item][a.at].Day, p.gross[b.item][b.at].Day), cmp.Compare(a.item, b.item), cmp.Compare(a.at, b.at))
	})
	for _, n := range needs {
		s.meet(n.item, p.gross[n.item][n.at])
	}
	return s
}

// there gives what there is of an item, and what comes of it on the days on which it is due now.
func (p *Plan) there(item int32, receipts []int32) *there {
	t := &there{free: max(0, p.Items[item].OnHand-p.Items[item].Safety), comes: slices.Clone(p.besides(item))}
	for _, r := range receipts {
		t.comes = append(t.comes, Supply{Day: p.in.Receipts[r].Day, Source: Open, Ref: r, Quantity: p.loose(r)})
	}
	slices.SortStableFunc(t.comes, func(a, b Supply) int { return cmp.Compare(a.Day, b.Day) })
	return t
}

// meet gives a requirement what is there, or an alternate in its place. Where nothing may stand for it, what had the item
// before takes an alternate instead. What then lacks is ordered.
func (s *swapping) meet(item int32, r Requirement) {
	t, it := s.there[item], &s.plan.Items[item]
	for ; len(t.comes) > 0 && t.comes[0].Day <= r.Day; t.comes = t.comes[1:] {
		t.free = plus(t.free, t.comes[0].Quantity)
	}
	soonest := s.plan.Today + max(it.Lead, it.Fence)
	if late := soonest > r.Day; t.free < r.Quantity && (late || it.Instead == Sooner) {
		if s.take(item, r, r.Quantity-t.free, soonest) {
			return
		}
		for i := len(t.given) - 1; i >= 0 && t.free < r.Quantity; i-- {
			if s.take(item, t.given[i], min(r.Quantity-t.free, t.given[i].Quantity), soonest) {
				t.free += t.given[i].Quantity
				t.given = slices.Delete(t.given, i, i+1)
			}
		}
	}
	if t.free >= r.Quantity {
		t.free -= r.Quantity
		t.given = append(t.given, r)
		return
	}
	short := r.Quantity - t.free
	t.free = 0
	if soonest <= r.Day {
		t.free = max(0, it.Lot.size(short, 0)-short)
	}
}

// take takes the first alternate of which there is enough for all of a requirement.
func (s *swapping) take(item int32, r Requirement, short plant.Quantity, soonest Day) bool {
	parent := int32(-1)
	switch r.Cause {
	case Planned:
		parent = s.plan.Orders[r.Ref].Item
	case Firmed:
		parent = s.plan.in.Receipts[r.Ref].Item
	case Wanted, Safety:
	}
	may := func(n int) bool { return s.of[item][n].Parent < 0 || s.of[item][n].Parent == parent }
	if r.Cause == Wanted {
		allowed := s.plan.in.Demands[r.Ref].Alternates
		may = func(n int) bool { return slices.Contains(allowed, s.of[item][n]) }
	}
	for n, a := range s.of[item] {
		if !may(n) || a.Item == item {
			continue
		}
		q, ok := a.Factor.of(r.Quantity)
		spare := s.spareOf(a.Item)
		if !ok || q <= 0 || q > spare || parent >= 0 && !s.extend(parent, a.Item) {
			continue
		}
		s.spare[a.Item] -= q
		s.swaps = append(s.swaps, Swap{Alternate: a, Cause: r.Cause, Ref: r.Ref, Day: r.Day, Quantity: r.Quantity, Taken: q, Lacks: short, Soonest: soonest, Spare: spare})
		return true
	}
	return false
}

// spareOf is what nothing wants of an item's stock.
func (s *swapping) spareOf(item int32) plant.Quantity {
	left, is := s.spare[item]
	if !is {
		left = s.plan.Items[item].OnHand - s.plan.Items[item].Safety
		for _, r := range s.plan.gross[item] {
			if r.Cause != Safety {
				left -= min(r.Quantity, max(left, 0))
			}
		}
		s.spare[item] = left
	}
	return left
}

// extend has orders of an item take another, unless that is made of the item itself.
func (s *swapping) extend(parent, item int32) bool {
	if slices.Contains(s.takes[parent], item) {
		return true
	}
	seen := map[int32]bool{item: true}
	for todo := []int32{item}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at == parent {
			return false
		}
		below := slices.Clone(s.takes[at])
		for _, n := range s.bill.of(at) {
			if n != gone {
				below = append(below, s.plan.in.Parts[n].Child)
			}
		}
		for _, child := range below {
			if !seen[child] {
				seen[child], todo = true, append(todo, child)
			}
		}
	}
	s.takes[parent] = append(s.takes[parent], item)
	return true
}

// input is the plan's with what its orders take besides, of which the swaps say how much.
func (s *swapping) input() Input {
	in := s.plan.in
	in.Parts = slices.Clip(in.Parts)
	for parent, items := range s.takes {
		for _, item := range items {
			in.Parts = append(in.Parts, Part{Parent: parent, Child: item, Per: Ratio{0, 1}})
		}
	}
	slices.SortFunc(in.Parts[len(s.plan.in.Parts):], func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Parent, b.Parent), cmp.Compare(a.Child, b.Child))
	})
	return in
}

// places are the swaps by where they are made.
func (s *swapping) places() map[place][]Swap {
	all := map[place][]Swap{}
	for _, w := range s.swaps {
		at := s.plan.place(w.Of, Requirement{Day: w.Day, Cause: w.Cause, Ref: w.Ref})
		all[at] = append(all[at], w)
	}
	return all
}
