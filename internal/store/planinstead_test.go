package store_test

import (
	"strings"
	"testing"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// Caps take five days. What is wanted sooner is closed with corks that nothing else wants: the plan says so and why, and
// the released order takes them once a planner follows.
func TestPlanningTakesAlternates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		change := item.Change{By: anna, Why: "caps are scarce"}
		cork := item.Blank("CORK")
		cork.Name, cork.Kind, cork.Valuation = "Cork", item.Buy, item.FIFO
		cork, err := w.Items().Add(ctx, cork, change)
		must(t, err)
		paid := 40 * plant.Currency
		_, err = w.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{{Item: cork.ID, From: stock.Supplier, To: stock.Warehouse, Quantity: plant.Pieces(40), Paid: &paid}}})
		must(t, err)
		b, err := w.Bills().Add(ctx, bill.Bill{Item: w.bottle, Batch: plant.One, Lines: []bill.Line{
			{Position: 10, Item: w.cap, Quantity: plant.One}, {Position: 20, Item: cork.ID, Quantity: plant.Pieces(2), Instead: 10},
		}}, change)
		must(t, err)
		_, err = w.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
		must(t, err)
		price := plant.Currency
		soon, err := w.Orders().Create(ctx, order.Draft{
			Side: partner.Sales, Partner: "C-1", Today: planDay.String(),
			Lines: []order.Wanted{{Item: "BOTTLE", Quantity: plant.Pieces(15), Price: &price, Requested: (planDay + 3).String(), Due: (planDay + 3).String()}},
		}, order.Doing{By: anna})
		must(t, err)
		_, err = w.Orders().Step(ctx, order.Step{Side: partner.Sales, ID: soon.ID, Version: soon.Version, Do: order.Confirm}, order.Doing{By: anna})
		must(t, err)

		all := w.list()
		bought := plant.Quantity(0)
		var bottles desk.Message
		for _, m := range all {
			if m.Item == w.cap {
				bought += m.Quantity
			}
			if m.Item == w.bottle && m.Quantity == plant.Pieces(15) {
				bottles = m
			}
		}
		s, err := w.desk.Standing(ctx)
		must(t, err)
		taken := s.Taken(cork.ID)
		if bought != plant.Pieces(100) || len(taken) != 1 || taken[0].Instead != plant.Pieces(30) || taken[0].By.Text != "planned order of BOTTLE" || !strings.HasPrefix(taken[0].Why, "in place of 15 of CAP, of which 15 are not there on ") {
			t.Fatalf("%s\n%+v", planWords(all), taken)
		}
		if ties := s.Ties(cork.ID); len(ties) != 1 || ties[0].By.Text != "planned order of BOTTLE, in place of CAP" || ties[0].From.Kind != "stock" {
			t.Errorf("%+v", ties)
		}
		document, err := w.Decisions().Accept(ctx, desk.Acceptance{ID: bottles.ID, Version: bottles.Version, Today: planDay, Release: true}, annaPlans)
		must(t, err)
		for range 2 { // a second run changes nothing
			all = w.list()
		}
		var take desk.Message
		for _, m := range all {
			if m.Action == "substitute" {
				take = m
			}
		}
		if take.Item != cork.ID || take.Document != document || take.Quantity != plant.Pieces(30) || !take.Soon {
			t.Fatalf("%s", planWords(all))
		}
		_, err = w.Decisions().Accept(ctx, desk.Acceptance{ID: take.ID, Version: take.Version, Today: planDay, Quantity: plant.Pieces(7)}, annaPlans)
		wantKind(t, err, errs.Invalid)
		if is := w.accept(take); is != document {
			t.Errorf("%s was changed", is)
		}
		o, err := w.Works().Order(ctx, 1)
		must(t, err)
		if c, _ := o.Component(10); c.Item != cork.ID || c.Needed(o.Left()) != plant.Pieces(30) {
			t.Errorf("%+v", o.Components)
		}
		for _, m := range w.list() {
			if m.Action == "substitute" || m.Item == w.cap && m.Quantity != plant.Pieces(100) || m.Item == cork.ID {
				t.Errorf("still: %s", m.Say())
			}
		}

		cap, err := w.Items().Find(ctx, w.cap)
		must(t, err)
		cap.Planning.Alternates = item.Earlier
		cap, err = w.Items().Save(ctx, cap, change)
		must(t, err)
		w.list()
		if s, err = w.desk.Standing(ctx); err != nil || len(s.Taken(w.cap)) > 0 { // 100 want 200 corks, and 10 are left
			t.Errorf("%v %+v", err, s.Taken(w.cap))
		}
		cap.Planning.Alternates = "perhaps"
		_, err = w.Items().Save(ctx, cap, change)
		wantKind(t, err, errs.Invalid)
	})
}
