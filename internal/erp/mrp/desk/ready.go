package desk

import (
	"millwright/internal/erp/mrp"
)

// arrival is when something can be there at the earliest, and what it waits for in the end.
type arrival struct {
	day  mrp.Day
	wait Wait
}

// Wait is what decides a date: an item that takes its lead time, or an order that there is.
type Wait struct {
	Item  int64
	Order string  // the order that is waited for; "" when one has to be placed first
	Path  []int64 // items from what was asked for down to it
}

// reach works out for a plan when what is wanted can be there, whatever the plan says that ought to have happened:
// nothing can be released before today.
type reach struct {
	s    *Standing
	plan *mrp.Plan
	in   *mrp.Input
	bill map[int32][]int32 // parts of an item
	pegs map[int32][]mrp.Peg
	memo map[[2]int32]*arrival // by item and supply
}

func newReach(s *Standing, plan *mrp.Plan, in *mrp.Input) *reach {
	r := &reach{s: s, plan: plan, in: in, bill: map[int32][]int32{}, pegs: map[int32][]mrp.Peg{}, memo: map[[2]int32]*arrival{}}
	for _, p := range in.Parts {
		if p.Output {
			continue
		}
		r.bill[p.Parent] = append(r.bill[p.Parent], p.Child)
	}
	return r
}

func (r *reach) pegsOf(item int32) []mrp.Peg {
	all, is := r.pegs[item]
	if !is {
		all = r.plan.Pegs(item)
		r.pegs[item] = all
	}
	return all
}

// demand gives when a demand of the input can be met.
func (r *reach) demand(ref int32) arrival {
	item := r.in.Demands[ref].Item
	return r.wanted(item, mrp.Wanted, ref)
}

// wanted gives when what one cause wants of an item can be there.
func (r *reach) wanted(item int32, cause mrp.Cause, ref int32) arrival {
	latest := arrival{day: r.plan.Today, wait: Wait{Item: r.s.Facts.Items[item].ID}}
	wants := r.plan.Requirements(item)
	for _, p := range r.pegsOf(item) {
		w := wants[p.Requirement]
		if w.Cause != cause || w.Ref != ref || p.Supply < 0 {
			continue
		}
		if a := r.supply(item, p.Supply); a.day > latest.day {
			latest = a
		}
	}
	return latest
}

// supply gives when one supply of an item can be there.
func (r *reach) supply(item, at int32) arrival {
	key := [2]int32{item, at}
	if a := r.memo[key]; a != nil {
		return *a
	}
	id := r.s.Facts.Items[item].ID
	a := arrival{day: r.plan.Today, wait: Wait{Item: id}}
	r.memo[key] = &a // a circle was left out of the plan; this only keeps a fault from going on for ever
	switch g := r.plan.Supplies(item)[at]; g.Source {
	case mrp.Open:
		c := &r.in.Receipts[g.Ref]
		a.day, a.wait.Order = max(c.Day, r.plan.Today), c.ID
		if c.Explode {
			r.after(&a, item, mrp.Firmed, g.Ref)
		}
	case mrp.New:
		o := &r.plan.Orders[g.Ref]
		it := &r.in.Items[item]
		if !o.Passed {
			a.day = max(r.plan.Today+it.Lead, r.plan.Today+it.Fence)
		}
		r.after(&a, item, mrp.Planned, g.Ref)
	case mrp.Beside, mrp.BesideOpen:
		a = r.besides(g)
	case mrp.Stock:
	}
	a.wait.Path = append([]int64{id}, a.wait.Path...)
	r.memo[key] = &a
	return a
}

// besides gives when what comes besides an order of another item can be there: with what that order is for, and not
// before the plan counts on it.
func (r *reach) besides(g mrp.Supply) arrival {
	item, _ := r.plan.Maker(g)
	own := mrp.New
	if g.Source == mrp.BesideOpen {
		own = mrp.Open
	}
	for i, s := range r.plan.Supplies(item) {
		if s.Source == own && s.Ref == g.Ref {
			a := r.supply(item, int32(i))
			a.day = max(a.day, g.Day)
			return a
		}
	}
	return arrival{day: g.Day}
}

// after puts an order's end behind the latest of its parts and its lead time, and what it waits for with it.
func (r *reach) after(a *arrival, item int32, cause mrp.Cause, ref int32) {
	lead := r.in.Items[item].Lead
	if r.in.Items[item].Phantom {
		lead = 0
	}
	for _, child := range r.bill[item] {
		part := r.wanted(child, cause, ref)
		if part.day > r.plan.Today && part.day+lead > a.day {
			a.day, a.wait = part.day+lead, part.wait
		}
	}
}
