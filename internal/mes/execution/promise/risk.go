package promise

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/plant"
)

// Job gives when a job is done: if nothing stops any more, and as is likely. Zero is when nobody can say.
func (o *Forecast) Job(id string) (best, likely time.Time, ok bool) {
	if o == nil {
		return best, likely, false
	}
	b, ok := o.best.runs[id]
	return b.to, o.likely.runs[id].to, ok
}

// Stalled is since when the line stands that a running job has; zero when it does not.
func (o *Forecast) Stalled(id string) time.Time {
	r, ok := o.likely.runs[id]
	if !ok || r.behind > 0 || r.lost == held {
		return time.Time{}
	}
	return o.facts.Lines[r.line].Halt.Since
}

// Promised is how many orders are foretold: lines of sales orders, and work orders and jobs that none of them waits for.
func (o *Forecast) Promised() (n int) {
	sold := map[int64]bool{}
	for i := range o.Orders {
		x := &o.Orders[i]
		if x.Kind == Works && sold[x.Works[0]] {
			continue
		}
		for _, w := range x.Works {
			sold[w] = true // sales come first
		}
		n++
	}
	return n
}

// Margin is that of a good piece of what a work order makes, by the line of a sales order that waits for it; ok is false
// when none does, or nobody knows what it costs.
func (o *Forecast) Margin(work int64) (margin plant.Money, sale string, ok bool) {
	if o == nil || work == 0 {
		return 0, "", false
	}
	for i := range o.facts.Sales {
		s := &o.facts.Sales[i]
		if x, is := o.Of(SaleRef(s.Order, s.Place)); is && s.Margins && slices.Contains(x.Works, work) {
			return s.Margin, s.Text, true
		}
	}
	return 0, "", false
}

// Risks are what will be late, or nobody can say when it is done: what is worth most times what it is late first.
func (o *Forecast) Risks() (all []Order) {
	if o == nil {
		return nil
	}
	sold := map[int64]bool{} // work orders that a sale at risk tells of already
	for i := range o.Orders {
		if x := &o.Orders[i]; x.Late() && x.Kind == Sales {
			for _, w := range x.Works {
				sold[w] = true
			}
		}
	}
	for i := range o.Orders {
		if x := o.Orders[i]; x.Late() && (x.Kind != Works || !sold[x.Works[0]]) {
			all = append(all, x)
		}
	}
	slices.SortStableFunc(all, func(a, b Order) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), cmp.Compare(b.Lateness, a.Lateness), cmp.Compare(a.Document, b.Document), cmp.Compare(a.Ref.Line, b.Ref.Line))
	})
	return all
}

// weight is lateness times value, in hours of money. Of which nobody can say when it is done weighs a week more.
func (o *Order) weight() float64 {
	late := o.Lateness
	if o.Unknown() {
		late += 7 * 24 * time.Hour
	}
	return late.Hours() * max(1, plant.Quantity(o.Value).Float())
}
