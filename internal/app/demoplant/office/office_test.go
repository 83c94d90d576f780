package office

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/erp/order/calloff"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution"
	"millwright/internal/ot/simulate"
	"millwright/internal/plant"
	"millwright/internal/store"
)

func open(t *testing.T, path string) *Office {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	o := &Office{Store: s, Zone: zone, Now: time.Now}
	if err := o.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

func job(product string, n int64, pieces int64) execution.Job {
	now := time.Now()
	return execution.Job{
		ID: fmt.Sprintf("filling-1-%04d", n), Line: "filling-1", Product: product, Planned: plant.Pieces(pieces), Good: plant.Pieces(pieces + 3), Scrap: plant.Pieces(12),
		Rank: n, Due: now.Add(24 * time.Hour), Started: now.Add(-2 * time.Hour), Ended: now.Add(-time.Minute),
	}
}

func TestEverythingThatLinesMakeIsOnTheBooks(t *testing.T) {
	o := open(t, filepath.Join(t.TempDir(), "demo.db"))
	for _, l := range simulate.Demo().Lines {
		for _, p := range l.Products {
			of, err := o.Store.Bills().Of(t.Context(), o.items[p.Code])
			if err != nil || len(of) == 0 || of[0].State != "released" {
				t.Errorf("%s has no released bill: %v %v", p.Code, of, err)
			}
			if _, priced := prices()[p.Code]; !priced {
				t.Errorf("%s has no price", p.Code)
			}
		}
	}
	above, err := o.Store.Bills().Above(t.Context(), o.items["SUGAR"])
	if err != nil || above[len(above)-1].Level != 3 {
		t.Errorf("sugar is not three levels below what is sold: %+v %v", above, err)
	}
	tie, err := o.Store.Accounts().TieOut(t.Context())
	if err != nil || len(tie.Differences) > 0 || tie.Value <= 0 || tie.Value != tie.In {
		t.Errorf("what lay on the shelves does not tie out: %+v %v", tie, err)
	}
}

func TestAJobThatIsDoneShrinksItsComponentsAndGoesToItsCustomer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	o := open(t, path)
	before, err := o.Store.Stock().OnHand(t.Context(), o.items["CAP-28"])
	if err != nil {
		t.Fatal(err)
	}
	j := job("COLA-05", 7, 1200)
	for range 2 { // the second time nothing is done again
		if err := o.Settle(t.Context(), j); err != nil {
			t.Fatal(err)
		}
		delete(o.sold, key(j)) // as after a restart
	}
	s, err := o.Sell(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	sales, err := o.Store.Orders().Order(t.Context(), partner.Sales, s.sales)
	if err != nil || sales.State() != order.Delivered || sales.Number != s.Number {
		t.Fatalf("the order is %s: %v", sales.State(), err)
	}
	heads, err := o.Store.WorkAccounts().Orders(t.Context(), workorder.Search{})
	if err != nil || len(heads) != 1 || heads[0].Good != plant.Pieces(1203) || heads[0].Lifecycle != workorder.Closed {
		t.Fatalf("work orders are %+v: %v", heads, err)
	}
	after, err := o.Store.Stock().OnHand(t.Context(), o.items["CAP-28"], o.items["COLA-05"])
	if err != nil {
		t.Fatal(err)
	}
	used := before[0].OnHand - after[0].OnHand
	if want := quantity("1215"); used != want {
		t.Errorf("%s caps were used, want %s", used, want)
	}
	short, err := o.Store.WorkAccounts().Shortages(t.Context(), workorder.Shortage{}, 100)
	if err != nil || len(short) != 0 {
		t.Errorf("the demo is short of %+v: %v", short, err)
	}
}

func TestWhatComesToItsEndIsBoughtOnceAndTakenInWhenItIsDue(t *testing.T) {
	o := open(t, filepath.Join(t.TempDir(), "demo.db"))
	now := time.Now()
	o.Now = func() time.Time { return now }
	cap28 := o.items["CAP-28"]
	standing := func() plant.Quantity {
		t.Helper()
		s, err := o.Store.Stock().OnHand(t.Context(), cap28)
		if err != nil {
			t.Fatal(err)
		}
		return s[0].OnHand
	}
	for n := int64(1); standing() > quantity("220000"); n++ {
		if err := o.Settle(t.Context(), job("WATER-05", n, 120_000)); err != nil {
			t.Fatal(err)
		}
	}
	was := standing()
	for range 2 {
		o.looked = time.Time{}
		if err := o.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(o.coming) == 0 || o.coming["CAP-28"].id == 0 || standing() != was {
		t.Fatalf("on its way are %v", o.coming)
	}
	if err := o.recall(t.Context()); err != nil || o.coming["CAP-28"].id == 0 {
		t.Fatalf("after a restart %v are on their way: %v", o.coming, err)
	}
	id := o.coming["CAP-28"].id
	o.Speed, now = 60, now.Add(3*time.Hour) // the machines are sixty times faster, and so are the suppliers
	if err := o.takeIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	p, err := o.Store.Orders().Order(t.Context(), partner.Purchase, id)
	if err != nil || p.Lines[0].Open() != 0 || standing() != was+p.Lines[0].Done {
		t.Fatalf("order %s is %s, %s caps are there: %v", p.Number, p.State(), standing(), err)
	}
}

func TestWhatWasWrittenBeforeARestartIsFoundWhateverTheDateIsNow(t *testing.T) {
	o := open(t, filepath.Join(t.TempDir(), "demo.db"))
	j := job("COLA-05", 9, 1200)
	if err := o.Release(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	was := o.sold[key(j)]
	o.sold = map[string]Sold{}
	j.Due = j.Due.AddDate(0, 0, 3) // reckoned anew from another job
	if err := o.Release(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	if is := o.sold[key(j)]; is != was || is.work == 0 {
		t.Errorf("after a restart the job is sold as %+v, not %+v", is, was)
	}
}

// What is planned is due on a day that never falls, before whose evening the line is done; now and then a customer wants it
// the day before. What others put into a queue is none of the programme's.
func TestDatesAreThoseThatALineCanKeep(t *testing.T) {
	o := open(t, filepath.Join(t.TempDir(), "demo.db"))
	last, early := time.Time{}, 0
	for n := int64(1); n <= 14; n++ {
		j := job("COLA-05", n, 1200)
		j.Due = time.Date(2026, 3, 27, 6, 0, 0, 0, time.UTC).Add(time.Duration(n) * 150 * time.Minute)
		due := o.due(j).Truncate(24 * time.Hour)
		if due.Before(last) || due.Add(18*time.Hour).Before(j.Due) {
			t.Errorf("turn %d is done at %s and due on %s", n, j.Due, due)
		}
		if o.wanted(j).Before(o.due(j).AddDate(0, 0, -1).Add(time.Minute)) {
			early++
		}
		last = due
	}
	if early != 2 {
		t.Errorf("%d of 14 are wanted early", early)
	}
	j := job("COLA-05", 21, 1200)
	for range 2 {
		if err := o.Plan(t.Context(), j); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Release(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	heads, err := o.Store.WorkAccounts().Orders(t.Context(), workorder.Search{})
	if err != nil || len(heads) != 1 || heads[0].Lifecycle != workorder.Released {
		t.Fatalf("work orders are %+v: %v", heads, err)
	}
	theirs, err := o.Store.Works().Create(t.Context(), workorder.Order{Item: o.items["COLA-05"], Quantity: plant.Pieces(5), Begin: 20790, Due: 20790, Rank: 9, Lifecycle: workorder.Firmed}, workorder.Doing{By: plant.Person{Name: "anna", Role: plant.Manager}})
	if err != nil {
		t.Fatal(err)
	}
	o.turns = map[int64]int64{} // as after a restart
	ours, others := execution.Job{Work: heads[0].ID}, execution.Job{Work: theirs.ID}
	if err := o.Learn(t.Context(), []execution.Job{ours, others, {}}); err != nil || o.Turn(ours) != 21 || o.Turn(others) != 0 {
		t.Errorf("turns are %v: %v", o.turns, err)
	}
}

// No page of the demo is empty: what a company has besides its orders is there, and is written once.
func TestTheCompanyIsFurnished(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	o := open(t, path)
	for range 2 { // as after a restart
		o.furnished = false
		if err := o.furnish(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, s := t.Context(), o.Store
	forecasts, err := s.Decisions().Forecasts(ctx, o.items["COLA-05"])
	if err != nil || len(forecasts) != 3 {
		t.Errorf("forecasts %+v, %v", forecasts, err)
	}
	loops, err := s.Kanban().Loops(ctx)
	if err != nil || len(loops) != 1 || len(loops[0].Cards) != 4 {
		t.Errorf("loops %+v, %v", loops, err)
	}
	counts, err := s.Stocktakes().Counts(ctx, 0, 9)
	if err != nil || len(counts) != 1 || counts[0].State != "open" || counts[0].Counted != 1 {
		t.Errorf("counts %+v, %v", counts, err)
	}
	schedules, err := s.Calloffs().Schedules(ctx, partner.Purchase, calloff.Ask{})
	if err != nil || len(schedules) != 4 {
		t.Errorf("schedules %+v, %v", schedules, err)
	}
	bought, err := s.OrderNumbers().Referred(ctx, partner.Purchase, "S-180", "TOOLS-DEMO")
	if err != nil {
		t.Fatal(err)
	}
	if came, err := s.Orders().Order(ctx, partner.Purchase, bought); err != nil || came.State() != order.Delivered || len(came.Lines) != 2 {
		t.Errorf("tools %+v, %v", came, err)
	}
	m, err := s.Skills().Matrix(ctx)
	if err != nil || len(m.Skills) != 3 || len(m.Holders) == 0 || len(m.Needs) != 1 {
		t.Errorf("skills %+v, %v", m, err)
	}
	sheets, err := s.Briefs().Sheets(ctx)
	if err != nil || len(sheets) != 2 {
		t.Errorf("instructions %+v, %v", sheets, err)
	}
	if _, err := s.VerifyStock(ctx); err != nil {
		t.Error(err)
	}
}
