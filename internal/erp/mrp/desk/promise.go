package desk

import (
	"slices"

	"millwright/internal/erp/mrp"
	"millwright/internal/erp/mrp/advice"
	"millwright/internal/erp/mrp/workday"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Answer is what can be promised of an item.
type Answer struct {
	Item     int64
	Quantity plant.Quantity
	Wanted   plant.Date

	Free     plant.Quantity // that is not promised to anybody by the wanted date, of stock and orders that there are
	FreeOn   plant.Date     // when all of it is free of these; 0 when they are not enough
	Capable  plant.Date     // when it can be there, with all that has to be made and bought for it
	Wait     Wait           // what decides that date
	Assuming bool           // the date is the last that was looked at: nothing earlier and perhaps not even that
}

// tries is how many dates are looked at before one is given up.
const tries = 64

// Promise answers when a quantity of an item can be delivered, without writing anything: it plans a copy with the
// demand added, and looks for the first date on which nobody else gets his later by it.
func (s *Standing) Promise(item int64, q plant.Quantity, wanted plant.Date) (Answer, error) {
	at, is := s.index[item]
	switch {
	case !is:
		return Answer{}, errs.New(errs.NotFound, "there is no such item in the plan")
	case q <= 0 || q > 1<<50:
		return Answer{}, &errs.Error{Kind: errs.Invalid, Words: "this cannot be promised", Fields: []errs.Field{{Path: "quantity", Message: "Give a quantity greater than 0 that can be counted."}}}
	case s.Facts.Items[at].Method == ByNone:
		return Answer{}, errs.New(errs.Invalid, "nobody orders %s, so that nothing can be promised of it; say first how it is reordered", s.Facts.Items[at].Number)
	}
	a := Answer{Item: item, Quantity: q, Wanted: max(wanted, s.Calendar.Today())}
	s.free(&a, at)
	if s.Facts.Items[at].Method != ByPlan {
		s.replenished(&a, at)
		return a, nil
	}
	return a, s.capable(&a, at)
}

// replenished fills in when there is enough of what a reorder point or cards bring: of stock and orders, else after the
// lead time of an order that is placed today.
func (s *Standing) replenished(a *Answer, at int32) {
	if a.FreeOn != 0 {
		a.Capable = max(a.FreeOn, a.Wanted)
		for _, c := range s.Facts.Coming {
			if c.Item == a.Item && a.FreeOn > s.Calendar.Today() && s.Calendar.Date(s.Calendar.After(c.Date)) == a.FreeOn {
				a.Wait = Wait{Item: a.Item, Order: c.Text, Path: []int64{a.Item}}
			}
		}
		return
	}
	lead := mrp.Day(min(max(s.Facts.Items[at].Lead, 0), 10_000))
	a.Capable, a.Wait = max(s.Calendar.Date(lead), a.Wanted), Wait{Item: a.Item, Path: []int64{a.Item}}
}

// free fills in what is available to promise.
func (s *Standing) free(a *Answer, at int32) {
	last := mrp.Day(0)
	each := func(fn func(day mrp.Day, in, out plant.Quantity)) {
		for _, r := range s.input.Receipts {
			if r.Item == at {
				fn(max(r.Day, 0), r.Quantity, 0)
			}
		}
		for _, g := range s.Plan.Supplies(at) {
			if g.Source == mrp.BesideOpen {
				fn(max(g.Day, 0), g.Quantity, 0)
			}
		}
		for _, w := range s.Facts.Wants {
			if w.Item == a.Item && w.Quantity > 0 {
				kept := min(w.Kept, w.Quantity)
				fn(0, 0, kept) // what is set aside is gone already, whenever it is wanted
				fn(max(s.Calendar.Before(w.Date), 0), 0, w.Quantity-kept)
			}
		}
	}
	each(func(day mrp.Day, _, _ plant.Quantity) { last = max(last, min(day, workday.Ahead)) })
	in, out := make([]plant.Quantity, last+1), make([]plant.Quantity, last+1)
	each(func(day mrp.Day, gets, gives plant.Quantity) {
		in[min(day, last)] += gets
		out[min(day, last)] += gives
	})
	sum, by := plant.Quantity(0), s.Calendar.Before(a.Wanted)
	for day, free := range advice.Promise(s.Facts.Items[at].OnHand, in, out) {
		sum += free
		if mrp.Day(day) <= by {
			a.Free = max(0, sum)
		}
		if sum >= a.Quantity && a.FreeOn == 0 {
			a.FreeOn = max(s.Calendar.Date(mrp.Day(day)), s.Calendar.Today())
		}
	}
}

// capable fills in the first date on which it can be there. A date that is too early leads to one on which it is there
// even if all has to be ordered first; what is on its way may be there sooner, which is looked at then.
func (s *Standing) capable(a *Answer, at int32) error {
	before := newReach(s, s.Plan, &s.input)
	first := max(s.Calendar.Before(a.Wanted), 0)
	day, tooEarly, found := first, first-1, false
	for range tries {
		got, late, err := s.ask(a.Quantity, at, day, before)
		if err != nil {
			return err
		}
		met := got.day <= day && late < 0
		if found && !met {
			return nil
		}
		a.Capable = max(s.Calendar.Date(max(day, got.day)), a.Wanted)
		if got.wait.Path != nil {
			a.Wait = got.wait
		}
		switch sooner := max(first, got.day); {
		case met && (sooner == day || sooner <= tooEarly):
			return nil
		case met:
			found, day = true, sooner
		case got.day > day:
			tooEarly, day = day, got.day
		default:
			tooEarly, day = day, max(day+1, late+1)
		}
	}
	a.Assuming = !found
	return nil
}

// ask plans a copy with so much of an item wanted on a day. It gives when that can be there, and the day of the first
// demand that is met later by it; -1 when there is none.
func (s *Standing) ask(q plant.Quantity, at int32, day mrp.Day, before *reach) (got arrival, late mrp.Day, err error) {
	in := s.input
	in.Demands = append(slices.Clip(slices.Clone(in.Demands)), mrp.Demand{Item: at, Day: day, Quantity: q, Source: "what is asked for"})
	plan, err := mrp.Make(in)
	if err != nil {
		return got, -1, err
	}
	now := newReach(s, plan, &in)
	if got = now.demand(int32(len(in.Demands) - 1)); got.day > day {
		return got, -1, nil
	}
	return got, s.displaced(before, now), nil
}

// displaced gives the day of the first demand that could be met before and cannot now; -1 when there is none.
func (s *Standing) displaced(before, now *reach) mrp.Day {
	first := mrp.Day(-1)
	for i, d := range s.input.Demands {
		on := max(d.Day, s.Plan.Today)
		if now.demand(int32(i)).day > max(on, before.demand(int32(i)).day) && (first < 0 || on < first) {
			first = on
		}
	}
	return first
}

// Change is what a what-if supposes.
type Change struct {
	Item    int64
	Date    plant.Date     // of a demand that is added
	Demand  plant.Quantity // 0 for none
	Lead    *int64         // another lead time
	Lot     *mrp.Lot       // another lot size
	Safety  *plant.Quantity
	Without string // a document that is left out: "sales/7"
}

// Supposed is how the plan would differ.
type Supposed struct {
	Add    []Message
	Change [][2]Message // as it is, and as it would be
	Drop   []Message
	Late   []Lateness // what would come later, or earlier, than it does
}

// Lateness is a demand with when it can be met: 0 when the one plan does not have it.
type Lateness struct {
	Want
	Before, After plant.Date
}

// Suppose plans a copy with something changed, and tells the differences. It writes nothing.
func (s *Standing) Suppose(c Change) (Supposed, error) {
	f, err := s.Facts.with(c)
	if err != nil {
		return Supposed{}, err
	}
	then, err := Stand(f, s.Calendar)
	if err != nil {
		return Supposed{}, err
	}
	is := s.Messages()
	for i := range is {
		is[i].ID = int64(i) + 1
	}
	d := Compare(is, then.Messages())
	out := Supposed{Add: d.Add, Late: s.late(then)}
	for _, m := range d.Change {
		out.Change = append(out.Change, [2]Message{is[m.ID-1], m})
	}
	for _, id := range d.Drop {
		out.Drop = append(out.Drop, is[id-1])
	}
	return out, nil
}

// with gives facts with a change.
func (f Facts) with(c Change) (Facts, error) {
	at := slices.IndexFunc(f.Items, func(i Item) bool { return i.ID == c.Item })
	if at < 0 {
		return f, errs.New(errs.NotFound, "there is no such item in the plan")
	}
	f.Items, f.Wants = slices.Clone(f.Items), slices.Clone(f.Wants)
	it := &f.Items[at]
	if c.Lead != nil {
		it.Lead = *c.Lead
	}
	if c.Lot != nil {
		it.Lot = *c.Lot
	}
	if c.Safety != nil {
		it.Safety = *c.Safety
	}
	if c.Without != "" {
		f.Wants = slices.DeleteFunc(f.Wants, func(w Want) bool { return w.Document == c.Without })
	}
	if c.Demand < 0 {
		return f, &errs.Error{Kind: errs.Invalid, Words: "this cannot be supposed", Fields: []errs.Field{{Path: "demand", Message: "Give a quantity that is not negative."}}}
	}
	if c.Demand > 0 {
		f.Wants = append(f.Wants, Want{Item: c.Item, Date: c.Date, Quantity: c.Demand, Text: "what is supposed"})
	}
	return f, nil
}

// late gives the demands that another plan meets at another time.
func (s *Standing) late(then *Standing) (all []Lateness) {
	type name struct {
		document string
		line     int64
	}
	before := map[name]plant.Date{}
	r := newReach(s, s.Plan, &s.input)
	met := func(s *Standing, r *reach, i int) plant.Date {
		return s.Calendar.Date(max(s.input.Demands[i].Day, r.demand(int32(i)).day))
	}
	for i, w := range s.wants {
		before[name{w.Document, w.Line}] = met(s, r, i)
	}
	r = newReach(then, then.Plan, &then.input)
	for i, w := range then.wants {
		was, now := before[name{w.Document, w.Line}], met(then, r, i)
		if was != now {
			all = append(all, Lateness{w, was, now})
		}
	}
	return all
}
