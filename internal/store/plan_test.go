package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// planDay is a Monday.
const planDay plant.Date = 20787

var annaPlans = desk.Doing{By: anna, Why: "as planning asks"}

// thePlan has bottles that are made of caps, which a supplier sells, and a customer who wants 100 of them.
type thePlan struct {
	*store.Store
	t           testing.TB
	bottle, cap int64
	desk        *desk.Desk
	told        int
}

func newPlan(t testing.TB, s *store.Store) *thePlan {
	t.Helper()
	ctx, w := t.Context(), &thePlan{Store: s, t: t}
	change := item.Change{By: anna, Why: "to begin with"}
	supplier, err := s.Partners().Keep(ctx, partner.Partner{Number: "S-1", Name: "Caps Ltd", Supplier: true}, anna, "")
	must(t, err)
	customer, err := s.Partners().Keep(ctx, partner.Partner{Number: "C-1", Name: "Drinks Ltd", Customer: true}, anna, "")
	must(t, err)
	add := func(number string, kind item.Kind, lead int64, supplier int64) int64 {
		i := item.Blank(number)
		i.Name, i.Kind, i.Valuation = "Item "+number, kind, item.FIFO
		i.Planning.LeadDays, i.Planning.Supplier, i.Planning.Method = lead, supplier, item.MRP
		kept, err := s.Items().Add(ctx, i, change)
		must(t, err)
		return kept.ID
	}
	w.bottle, w.cap = add("BOTTLE", item.Make, 1, 0), add("CAP", item.Buy, 5, supplier.ID)
	b, err := s.Bills().Add(ctx, bill.Bill{Item: w.bottle, Batch: plant.One, Lines: []bill.Line{{Item: w.cap, Quantity: plant.One}}}, change)
	must(t, err)
	_, err = s.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
	must(t, err)
	price := 2 * plant.Currency
	o, err := s.Orders().Create(ctx, order.Draft{
		Side: partner.Sales, Partner: customer.Number, Today: planDay.String(),
		Lines: []order.Wanted{{Item: "BOTTLE", Quantity: plant.Pieces(100), Price: &price, Requested: (planDay + 14).String(), Due: (planDay + 14).String()}},
	}, order.Doing{By: anna})
	must(t, err)
	_, err = s.Orders().Step(ctx, order.Step{Side: partner.Sales, ID: o.ID, Version: o.Version, Do: order.Confirm}, order.Doing{By: anna})
	must(t, err)
	w.desk = desk.New(desk.Options{Book: s.Plans(), Today: func() plant.Date { return planDay }, Now: time.Now, Told: func() { w.told++ }})
	return w
}

// list plans, and gives the list as it is kept: as the desk remembers it, and as who reads it anew finds it.
func (w *thePlan) list() []desk.Message {
	w.t.Helper()
	_, err := w.desk.Standing(w.t.Context())
	must(w.t, err)
	all, err := w.Plans().Messages(w.t.Context())
	must(w.t, err)
	known, err := w.desk.Messages(w.t.Context())
	must(w.t, err)
	if d := cmp.Diff(all, known, cmpopts.EquateEmpty()); d != "" {
		w.t.Errorf("what is remembered of the list is not it: %s", d)
	}
	return all
}

func planWords(all []desk.Message) string {
	var words []string
	for _, m := range all {
		words = append(words, m.Say())
	}
	return strings.Join(words, "; ")
}

func (w *thePlan) accept(m desk.Message) string {
	w.t.Helper()
	document, err := w.Decisions().Accept(w.t.Context(), desk.Acceptance{ID: m.ID, Version: m.Version, Today: planDay}, annaPlans)
	must(w.t, err)
	return document
}

func TestAFollowedPlanLacksNothingAndASecondRunChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		all := w.list()
		if len(all) != 2 || all[0].Action != "make" || all[0].To != planDay+14 || all[0].From != planDay+11 || all[1].Action != "order" || all[1].To != planDay+11 || all[1].From != planDay+4 || !strings.Contains(all[0].Reason, "SO-000001/1") {
			t.Fatalf("%s", planWords(all))
		}
		told := w.told
		again, err := open().Plans().Messages(ctx)
		must(t, err)
		for range 2 { // another desk knows nothing of the first
			fresh := desk.New(desk.Options{Book: w.Plans(), Today: func() plant.Date { return planDay }, Now: time.Now, Told: func() { t.Error("a second run has changed the list") }})
			if _, err := fresh.Standing(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if now := w.list(); planWords(now) != planWords(again) || now[0].ID != all[0].ID || w.told != told {
			t.Errorf("%s", planWords(now))
		}
		if doc := w.accept(all[0]); doc != "work/1" {
			t.Error(doc)
		}
		left := w.list()
		if len(left) != 1 || left[0].ID != all[1].ID {
			t.Errorf("%s", planWords(left))
		}
		if doc := w.accept(left[0]); doc != "purchase/1" {
			t.Error(doc)
		}
		if left = w.list(); len(left) != 0 {
			t.Errorf("a plan that is followed lacks %s", planWords(left))
		}
		o, err := w.Works().Order(ctx, 1)
		must(t, err)
		p, err := w.Orders().Order(ctx, partner.Purchase, 1)
		must(t, err)
		if o.Lifecycle != workorder.Firmed || o.Quantity != plant.Pieces(100) || o.Due != planDay+14 || p.Firm || len(p.Lines) != 1 || p.Lines[0].Ordered != plant.Pieces(100) || p.Lines[0].Due != (planDay+11).String() {
			t.Errorf("%+v %+v", o, p)
		}
		_, err = w.Works().Step(ctx, workorder.Stepping{ID: 1, Version: o.Version, Step: workorder.Release}, annaDoes)
		must(t, err)
		if left = w.list(); len(left) != 0 { // the parts are wanted by the order itself now
			t.Errorf("after the release %s", planWords(left))
		}
		sound(t, w.Store)
	})
}

func TestMessagesFollowWhatChangesAndChangeWhatIsOrdered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		for _, m := range w.list() {
			w.accept(m)
		}
		o, err := w.Orders().Order(ctx, partner.Sales, 1)
		must(t, err)
		_, err = w.Orders().Step(ctx, order.Step{Side: partner.Sales, ID: 1, Version: o.Version, Do: order.Cancel}, order.Doing{By: anna, Why: "the customer is gone"})
		must(t, err)
		all := w.list()
		if len(all) != 1 || all[0].Action != "cancel" || all[0].Document != "work/1" {
			t.Fatalf("%s", planWords(all)) // the caps are wanted by the work order, until it is cancelled
		}
		w.accept(all[0])
		all = w.list()
		if len(all) != 1 || all[0].Action != "cancel" || all[0].Document != "purchase/1" || all[0].Line != 1 {
			t.Fatalf("%s", planWords(all))
		}
		w.accept(all[0])
		if all = w.list(); len(all) != 0 {
			t.Errorf("%s", planWords(all))
		}
		p, err := w.Orders().Order(ctx, partner.Purchase, 1)
		must(t, err)
		if p.State() != order.Cancelled {
			t.Errorf("%s", p.State())
		}
		sound(t, w.Store)
	})
}

func TestAMessageIsAcceptedOnceAndIgnoredWithAReason(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		m := w.list()[0]
		keyed := desk.Doing{By: anna, Key: "a-1"}
		a := desk.Acceptance{ID: m.ID, Version: m.Version, Today: planDay}
		first, err := w.Decisions().Accept(ctx, a, keyed)
		must(t, err)
		second, err := w.Decisions().Accept(ctx, a, keyed)
		must(t, err)
		if first != second || first != "work/1" {
			t.Errorf("%s, then %s", first, second)
		}
		_, err = w.Decisions().Accept(ctx, a, annaPlans)
		wantKind(t, err, errs.NotFound)
		m = w.list()[0]
		wantKind(t, w.Decisions().Ignore(ctx, desk.Ignoring{ID: m.ID, Version: m.Version, Until: planDay + 3}, desk.Doing{By: anna}), errs.Invalid)
		must(t, w.Decisions().Ignore(ctx, desk.Ignoring{ID: m.ID, Version: m.Version, Until: planDay + 3}, annaPlans))
		must(t, w.Decisions().Ignore(ctx, desk.Ignoring{ID: m.ID, Version: m.Version, Until: planDay + 3}, annaPlans)) // twice
		wantKind(t, w.Decisions().Ignore(ctx, desk.Ignoring{ID: m.ID, Version: m.Version, Until: planDay + 4}, annaPlans), errs.Conflict)
		if got := w.list()[0]; got.IgnoredUntil != planDay+3 || got.Why != annaPlans.Why {
			t.Errorf("%+v", got)
		}
		_, err = w.Decisions().Accept(ctx, desk.Acceptance{ID: m.ID, Version: m.Version, Today: planDay}, annaPlans)
		wantKind(t, err, errs.Conflict) // it is not as it was seen
	})
}

func TestAForecastIsWantedUntilItIsConsumed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		f := desk.Forecast{Item: w.bottle, From: planDay + 10, To: planDay + 20, Quantity: plant.Pieces(130)}
		kept, err := w.Decisions().SetForecast(ctx, f, annaPlans)
		must(t, err)
		again, err := w.Decisions().SetForecast(ctx, f, annaPlans)
		must(t, err)
		if kept.ID != again.ID || again.Version != 1 {
			t.Errorf("%+v %+v", kept, again)
		}
		f.From, f.To = planDay+15, planDay+30
		_, err = w.Decisions().SetForecast(ctx, f, annaPlans)
		wantKind(t, err, errs.Conflict)
		for _, bad := range []desk.Forecast{{}, {Item: w.bottle, From: 5, To: 5, Quantity: 1}, {Item: w.bottle, From: 5, To: 6, Quantity: -1}, {Item: w.bottle, From: 5, To: 6, Quantity: 1 << 60}} {
			_, err := w.Decisions().SetForecast(ctx, bad, annaPlans)
			wantKind(t, err, errs.Invalid)
		}
		sum := plant.Quantity(0)
		for _, m := range w.list() {
			if m.Action == "make" {
				sum += m.Quantity
			}
		}
		if sum != plant.Pieces(130) { // 100 are ordered of the 130 that were expected
			t.Errorf("%s are made", sum)
		}
		f = kept
		f.Quantity = 0
		_, err = w.Decisions().SetForecast(ctx, f, annaPlans)
		must(t, err)
		if all, err := w.Decisions().Forecasts(ctx, w.bottle); err != nil || len(all) != 0 {
			t.Errorf("%+v %v", all, err)
		}
		sound(t, w.Store)
	})
}

func TestCardsOrderWhatWasUsed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		l, err := w.Kanban().SetLoop(ctx, desk.Loop{Item: w.bottle, Supply: "make", Quantity: plant.Pieces(24)}, 3, annaPlans)
		must(t, err)
		if len(l.Cards) != 3 || l.Cards[0].State != desk.Full || l.Number != "BOTTLE" {
			t.Fatalf("%+v", l)
		}
		code := l.Cards[0].Code
		keyed := desk.Doing{By: anna, Key: "scan-1"}
		card, err := w.Kanban().ScanCard(ctx, desk.Scanning{Code: code, Today: planDay}, keyed)
		must(t, err)
		again, err := w.Kanban().ScanCard(ctx, desk.Scanning{Code: code, Today: planDay}, keyed)
		must(t, err)
		if card != again || card.State != desk.Ordered || card.Document != "work/1" {
			t.Errorf("%+v %+v", card, again)
		}
		l, err = w.Kanban().SetLoop(ctx, l, 1, annaPlans)
		must(t, err)
		if len(l.Cards) != 1 || l.Cards[0].Code != code {
			t.Errorf("%+v", l.Cards)
		}
		card, err = w.Kanban().ScanCard(ctx, desk.Scanning{Code: code, Today: planDay}, annaPlans)
		must(t, err)
		if card.State != desk.Full || card.Document != "" {
			t.Errorf("%+v", card)
		}
		buys, err := w.Kanban().SetLoop(ctx, desk.Loop{Item: w.cap, Supply: "buy", Quantity: plant.Pieces(500)}, 1, annaPlans)
		must(t, err)
		if card, err = w.Kanban().ScanCard(ctx, desk.Scanning{Code: buys.Cards[0].Code, Today: planDay}, annaPlans); err != nil || card.Document != "purchase/1" {
			t.Errorf("%+v %v", card, err)
		}
		_, err = w.Kanban().ScanCard(ctx, desk.Scanning{Code: card.Code, Version: card.Version - 1, Today: planDay}, annaPlans) // somebody else was first
		wantKind(t, err, errs.Conflict)
		_, err = w.Kanban().ScanCard(ctx, desk.Scanning{Code: "KB-4711", Today: planDay}, annaPlans)
		wantKind(t, err, errs.NotFound)
		_, err = w.Kanban().SetLoop(ctx, desk.Loop{Item: w.bottle, Supply: "steal", Quantity: -1}, 0, annaPlans)
		wantKind(t, err, errs.Invalid)
		sound(t, w.Store)
	})
}

func TestAPromiseWritesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		_, err := w.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{{Item: w.cap, From: stock.Opening, To: stock.Warehouse, Quantity: plant.Pieces(150)}}})
		must(t, err)
		before := planWords(w.list())
		s, err := w.desk.Standing(ctx)
		must(t, err)
		a, err := s.Promise(w.bottle, plant.Pieces(500), planDay)
		must(t, err)
		if a.Capable != planDay+8 || a.Wait.Item != w.cap { // caps for 450 of them come in five working days
			t.Errorf("%+v, in %d days", a, a.Capable-planDay)
		}
		if after := planWords(w.list()); after != before {
			t.Errorf("%s", after)
		}
	})
}

// A planned order to make is released at once when the planner asks for it; what is to be bought is not.
func TestAPlannedOrderIsReleasedAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newPlan(t, open())
		all := w.list()
		a := desk.Acceptance{ID: all[1].ID, Version: all[1].Version, Today: planDay, Release: true}
		_, err := w.Decisions().Accept(ctx, a, annaPlans)
		wantKind(t, err, errs.Invalid)
		a.ID, a.Version = all[0].ID, all[0].Version
		keyed := desk.Doing{By: anna, Key: "a-2"}
		for range 2 {
			document, err := w.Decisions().Accept(ctx, a, keyed)
			if err != nil || document != "work/1" {
				t.Fatal(document, err)
			}
		}
		if o, err := w.Works().Order(ctx, 1); err != nil || o.Lifecycle != workorder.Released || o.Snapshot != 1 || len(o.Components) != 1 {
			t.Errorf("%+v, %v", o, err)
		}
		if left := w.list(); len(left) != 1 || left[0].ID != all[1].ID {
			t.Errorf("%s", planWords(left))
		}
		sound(t, w.Store)
	})
}
