package promise

import (
	"cmp"
	"math"
	"slices"
	"time"

	"millwright/internal/mes/execution/promise/worktime"
	"millwright/internal/plant"
)

// Foretell makes the forecast of some facts, which it keeps: they must not change any more.
func Foretell(f *Facts) *Forecast {
	h := f.hours()
	best, likely := simulate(f, false, h), simulate(f, true, h)
	o := &Forecast{At: f.Now, facts: f, index: map[Ref]int{}, best: best, likely: likely, hours: h}
	o.fill(best.peg(), likely.peg())
	o.starve()
	return o
}

// fill tells of everything that is promised.
func (o *Forecast) fill(soon, late map[int64]supply) {
	f, best, likely := o.facts, o.best, o.likely
	for i := range f.Sales {
		o.add(o.sale(&f.Sales[i], soon[f.Sales[i].ID], late[f.Sales[i].ID]))
	}
	for i := range f.Work {
		o.add(o.work(&f.Work[i], best.ends[f.Work[i].ID], likely.ends[f.Work[i].ID]))
	}
	for i := range f.Lines {
		for k := range f.Lines[i].Jobs {
			if j := &f.Lines[i].Jobs[k]; j.Work == 0 {
				o.add(o.job(i, j, best.runs[j.ID].to, likely.runs[j.ID].to))
			}
		}
	}
}

// hours are the times of all lines; lines of one calendar share them.
func (f *Facts) hours() []*worktime.Hours {
	all, known := make([]*worktime.Hours, len(f.Lines)), map[plant.CalendarKey]*worktime.Hours{}
	for i := range f.Lines {
		key := f.Lines[i].Calendar.Key()
		if known[key] == nil {
			known[key] = worktime.New(f.Lines[i].Calendar, f.Now)
		}
		all[i] = known[key]
	}
	return all
}

func (o *Forecast) add(x Order) {
	x.Lateness = o.lateness(&x)
	if x.Late() && len(x.Causes) == 0 {
		x.because(Cause{Why: Making, Line: x.Line})
	}
	if !x.Late() {
		x.Causes = x.Causes[:min(len(x.Causes), 1)]
	}
	o.index[x.Ref] = len(o.Orders)
	o.Orders = append(o.Orders, x)
}

// lateness is by how much an order will miss the end of its day. Of which nobody can say when it is done is as late as
// it is now, and late in any case by a little.
func (o *Forecast) lateness(x *Order) time.Duration {
	switch {
	case x.Due.IsZero() || x.Open <= 0:
		return 0
	case x.Likely.IsZero():
		return max(o.At.Sub(x.Due), time.Minute)
	}
	return max(0, x.Likely.Sub(x.Due))
}

// supply is what a sale gets, and what it waits for.
type supply struct {
	at      time.Time // when all of it is there; zero when nobody can say
	works   []int64   // that bring it, the last one first
	by      string    // that brings the last of it: a purchase order
	missing plant.Quantity
	lead    bool // at is when something could be there that is ordered now
}

// peg gives what there is and comes to who wants it first.
func (s *simulation) peg() map[int64]supply {
	all, lots := make(map[int64]supply, len(s.f.Sales)), newPool(s.f, s.ends)
	s.blindLots(lots)
	order := make([]*Sale, len(s.f.Sales))
	for i := range s.f.Sales {
		order[i] = &s.f.Sales[i]
	}
	day := func(d plant.Date) plant.Date {
		if d == 0 {
			return math.MaxInt32
		}
		return d
	}
	slices.SortStableFunc(order, func(a, b *Sale) int { return cmp.Or(cmp.Compare(day(a.Due()), day(b.Due())), cmp.Compare(a.ID, b.ID)) })
	own := map[int64][]lot{}
	for i := range s.f.Work {
		w := &s.f.Work[i]
		if w.Sale == 0 {
			continue
		}
		for k := range lots[w.Item] {
			if l := &lots[w.Item][k]; l.work == w.ID {
				own[w.Sale] = append(own[w.Sale], *l)
				l.left = 0 // it is for that line alone
			}
		}
	}
	for _, x := range order {
		all[x.ID] = s.supply(x, lots, own[x.ID])
	}
	return all
}

// blindLots adds what work orders make of which nobody can say when: it comes last.
func (s *simulation) blindLots(lots pool) {
	for i := range s.f.Work {
		if w := &s.f.Work[i]; s.ends[w.ID].IsZero() && w.Left > 0 {
			lots[w.Item] = append(lots[w.Item], lot{at: doomsday(), left: w.Left, text: w.Number, work: w.ID})
		}
	}
}

// doomsday is after everything that can be foretold.
func doomsday() time.Time { return time.Unix(math.MaxInt32, 0) }

func (s *simulation) supply(x *Sale, lots pool, own []lot) (out supply) {
	need, out := max(0, x.Open-x.Kept), supply{at: s.f.Now}
	var taken []lot
	for _, l := range own {
		if n := min(need, l.left); n > 0 {
			taken, need = append(taken, l), need-n
		}
	}
	more, missing := lots.take(x.Item, need)
	taken = append(taken, more...)
	slices.SortStableFunc(taken, func(a, b lot) int { return b.at.Compare(a.at) })
	for i, l := range taken {
		if l.work != 0 {
			out.works = append(out.works, l.work)
		}
		if i == 0 && l.at.After(s.f.Now) {
			out.at, out.by = l.at, l.text
		}
	}
	if out.at.Equal(doomsday()) {
		out.at = time.Time{}
	}
	if out.missing = missing; missing > 0 {
		out.lead, out.at = true, s.f.ordered(x.Item)
	}
	return out
}

// ordered is when something could be there that is ordered now; zero when nobody says how long it takes. Its working
// days are from Monday to Friday.
func (f *Facts) ordered(item int64) time.Time {
	it := f.Items[item]
	if !it.Orders {
		return time.Time{}
	}
	day := plant.DateIn(f.Now, f.zone())
	for left := min(it.Lead, 1000); left > 0; {
		day++
		if w := day.Begin(time.UTC).Weekday(); w != time.Saturday && w != time.Sunday {
			left--
		}
	}
	return f.ends(day)
}

func (o *Forecast) sale(x *Sale, soon, late supply) Order {
	f := o.facts
	out := Order{
		Ref: SaleRef(x.Order, x.Place), Kind: Sales, Text: x.Text, For: x.Customer, Item: x.Item, Product: f.Items[x.Item].Number, Open: x.Open, Value: x.Value,
		Due: f.ends(x.Due()), Promised: f.ends(x.Promised), Best: soon.at, Likely: late.at, Works: late.works,
	}
	switch {
	case late.missing > 0:
		out.Causes = append(out.Causes, Cause{Why: Unordered, Item: x.Item, Quantity: late.missing, Until: late.at})
	case len(late.works) > 0:
		o.why(&out, late.works[0], 0)
	case late.by != "":
		out.Causes = append(out.Causes, Cause{Why: Awaited, Item: x.Item, Text: late.by, Until: late.at})
	default:
		out.Causes = append(out.Causes, Cause{Why: Shippable, Item: x.Item})
	}
	return out
}

// SaleRef names a line of a sales order.
func SaleRef(order, place int64) Ref {
	r := workRef(order)
	return Ref{Document: "sales" + r.Document[len("work"):], Line: place}
}

// WorkRef names a work order.
func WorkRef(id int64) Ref { return workRef(id) }

// JobRef names a job.
func JobRef(id string) Ref { return Ref{Document: "job/" + id} }

func (o *Forecast) work(w *Work, best, likely time.Time) Order {
	f := o.facts
	out := Order{
		Ref: workRef(w.ID), Kind: Works, Text: w.Number, For: f.Items[w.Item].Name, Item: w.Item, Product: f.Items[w.Item].product(w), Open: w.Left, Value: w.Value,
		Due: f.ends(w.Due), Best: best, Likely: likely, Works: []int64{w.ID},
	}
	o.why(&out, w.ID, 0)
	return out
}

func (o *Forecast) job(line int, j *Job, best, likely time.Time) Order {
	out := Order{Ref: JobRef(j.ID), Kind: Jobs, Text: j.ID, For: j.Order, Product: j.Product, Open: j.Left(), Due: j.Due, Best: best, Likely: likely}
	o.whyJob(&out, line, j)
	return out
}
