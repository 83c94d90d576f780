package store_test

import (
	"fmt"
	"strings"
	"testing"

	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// calls writes the calls of an order's first line, by days from today.
func (w *thePlan) calls(id int64) string {
	w.t.Helper()
	o, err := w.Orders().Order(w.t.Context(), partner.Purchase, id)
	must(w.t, err)
	words := []string{o.Lines[0].Ordered.String() + ":"}
	for _, c := range o.Lines[0].Calls {
		d, err := plant.ParseDate(c.Due)
		must(w.t, err)
		words = append(words, fmt.Sprintf("%s@%d", c.Quantity, d-planDay))
	}
	return strings.Join(words, " ")
}

// What is called of a supplier comes on the days of its calls, and a message moves one of them.
func TestCallsAreReceiptsOfTheirDays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		price, day := 2*plant.Currency, func(n int) string { return (planDay + plant.Date(n)).String() }
		_, err := w.Orders().Create(ctx, order.Draft{
			Side: partner.Purchase, Partner: "S-1", Today: planDay.String(),
			Lines: []order.Wanted{{Item: "CAP", Quantity: plant.Pieces(150), Price: &price, Due: day(21), Calls: []order.Call{
				{Due: day(11), Quantity: plant.Pieces(40)}, {Due: day(18), Quantity: plant.Pieces(60)},
			}}},
		}, order.Doing{By: anna})
		must(t, err)
		f, err := w.Plans().Facts(ctx)
		must(t, err)
		if len(f.Coming) != 3 || f.Coming[0].Date != planDay+11 || f.Coming[1].Quantity != plant.Pieces(60) || f.Coming[1].Date != planDay+18 || f.Coming[2].Quantity != plant.Pieces(50) || f.Coming[2].Date != planDay+21 {
			t.Errorf("%+v", f.Coming)
		}
		find := func(action string) (found desk.Message) {
			for _, m := range w.list() {
				if m.Action == action {
					found = m
				}
			}
			return found
		}
		late := find("expedite")
		if late.From != planDay+18 || late.To != planDay+11 || late.Quantity != plant.Pieces(60) {
			t.Fatalf("%+v", w.list())
		}
		w.accept(late)
		if is := w.calls(1); is != "150: 100@11" {
			t.Error(is)
		}
		spare := find("cancel")
		if spare.Was != plant.Pieces(50) || spare.From != planDay+21 {
			t.Fatalf("%+v", w.list())
		}
		w.accept(spare)
		if is := w.calls(1); is != "100: 100@11" {
			t.Error(is)
		}
		if left := w.list(); len(left) != 1 || left[0].Action != "make" {
			t.Errorf("%s", planWords(left))
		}
		sound(t, w.Store)
	})
}

// A message is followed as the supplier can: on the next day on which they deliver, and in what they sell.
func TestAMessageIsFollowedAsTheSupplierDelivers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		p, err := w.Partners().Numbered(ctx, "S-1")
		must(t, err)
		p.Calendar.Days, _ = p.Calendar.Days.With("Mon")
		p, err = w.Partners().Keep(ctx, p, anna, "they drive on Mondays")
		must(t, err)
		_, err = w.Partners().KeepSupply(ctx, partner.Supply{Partner: p.ID, Item: w.cap, Unit: "H87", Least: plant.Pieces(110), Multiple: plant.Pieces(25), Preferred: true}, anna, "")
		must(t, err)
		all := w.list()
		if len(all) != 2 || all[1].Action != "order" || all[1].Quantity != plant.Pieces(100) || all[1].To != planDay+11 {
			t.Fatalf("%s", planWords(all))
		}
		w.accept(all[1])
		o, err := w.Orders().Order(ctx, partner.Purchase, 1)
		must(t, err)
		if l := o.Lines[0]; l.Ordered != plant.Pieces(125) || l.Due != (planDay+14).String() {
			t.Errorf("%s on %s", l.Ordered, l.Due)
		}
	})
}
