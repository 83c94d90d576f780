package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/access"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/parked"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// counter books what a machine counts of a job, as the clerk does.
type counter struct {
	theWorks
	at time.Time
}

func (w theWorks) counter() *counter {
	return &counter{w, time.Now().Add(-time.Hour).UTC().Truncate(time.Second)}
}

func (c *counter) booking(job string, q plant.Quantity, scrap bool) execution.Booking {
	tag := "filling-1/press/good"
	if scrap {
		tag = "filling-1/press/reject"
	}
	return execution.Booking{Tag: tag, Line: "filling-1", Unit: "filling-1/press", Job: job, Scrap: scrap, Since: c.at.Add(-time.Second), At: c.at, Qty: q}
}

// count posts good and scrapped pieces of a job, and holds everything against the proofs.
func (c *counter) count(job string, good, scrap int64, ends ...execution.Job) {
	c.t.Helper()
	c.at = c.at.Add(time.Second)
	p := execution.Posting{Jobs: ends, By: plant.Program()}
	if good != 0 {
		p.Bookings = append(p.Bookings, c.booking(job, plant.Pieces(good), false))
	}
	if scrap != 0 {
		p.Bookings = append(p.Bookings, c.booking(job, plant.Pieces(scrap), true))
	}
	must(c.t, c.Books().Post(c.t.Context(), p))
	c.sound()
}

func (c *counter) sound() {
	c.t.Helper()
	for what, proof := range map[string]func() (int64, error){
		"counts": func() (int64, error) { return c.Counts().Verify(c.t.Context()) },
		"work":   func() (int64, error) { return c.VerifyWork(c.t.Context()) },
		"stock":  func() (int64, error) { return c.VerifyStock(c.t.Context()) },
	} {
		if _, err := proof(); err != nil {
			c.t.Errorf("%s: %v", what, err)
		}
	}
	c.ties()
}

func (c *counter) found(o workorder.Order) workorder.Order {
	c.t.Helper()
	o, err := c.work.Order(c.t.Context(), o.ID)
	must(c.t, err)
	return o
}

// stands holds an order's progress against what is expected.
func (c *counter) stands(o workorder.Order, good, scrap int64, issued, short string) workorder.Order {
	c.t.Helper()
	o = c.found(o)
	p := o.Components[0]
	if o.Good != plant.Pieces(good) || o.Scrap != plant.Pieces(scrap) || p.Issued != kg(c.t, issued) || p.Short != kg(c.t, short) {
		c.t.Errorf("%s has %s good, %s scrap, %s issued and %s short; want %d, %d, %s, %s", o.Number, o.Good, o.Scrap, p.Issued, p.Short, good, scrap, issued, short)
	}
	return o
}

// What machines count becomes progress, components and product in one transaction: ORACLES L10, L11, L14, L15, L16.
func TestCountsBecomeProduction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		c, o := w.counter(), w.released(40)
		const job = "WO-000001.10"
		c.count(job, 37, 0)
		version := o.Version
		o = c.stands(o, 37, 0, "9.62", "0")
		if d := cmp.Diff(map[string]plant.Quantity{"L2": kg(t, "15.38")}, w.lots()); d != "" || o.Version != version || o.Lifecycle != workorder.Started || o.Operations[0].Good != plant.Pieces(37) {
			t.Errorf("%+v %s", o, d)
		}
		journal, err := w.WorkAccounts().Journal(ctx, o.ID)
		must(t, err)
		if len(journal) != 1 || journal[0].Source != "machine:filling-1/press" || !journal[0].At.Equal(c.at) {
			t.Errorf("%+v", journal)
		}
		c.count(job, -7, 0) // derived anew
		o = c.stands(o, 30, 0, "7.8", "0")
		if d := cmp.Diff(map[string]plant.Quantity{"L2": kg(t, "17.2")}, w.lots()); d != "" {
			t.Error(d)
		}
		c.count(job, 8, 2)
		o = c.stands(o, 38, 2, "10.4", "0")
		j := w.job(job)
		j.Status, j.Ended = execution.Completed, c.at
		c.count(job, 5, 0, j)
		if o = c.stands(o, 43, 2, "11.7", "0"); o.Lifecycle != workorder.Completed || o.Over() != plant.Pieces(3) {
			t.Errorf("%+v", o)
		}
		c.count(job, 2, 0) // the line makes on
		if o = c.stands(o, 45, 2, "12.22", "0"); o.Lifecycle != workorder.Completed {
			t.Errorf("%+v", o)
		}
	})
}

func TestACountIsNeverRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 3)
		c, o := w.counter(), w.released(40)
		const job = "WO-000001.10"
		c.count(job, 37, 0)
		c.stands(o, 37, 0, "3", "6.62")
		o = w.step(c.found(o), workorder.Hold)
		c.count(job, 3, 0)
		c.stands(o, 40, 0, "3", "7.4")
		// What has left the stock cannot be taken back: it waits with its reason, and is made up by what is counted next.
		_, err := w.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{{Item: w.piece, From: stock.Warehouse, To: stock.Customer, Quantity: plant.Pieces(38)}}})
		must(t, err)
		c.count(job, -6, 0)
		if j := w.job(job); j.Good != plant.Pieces(34) || j.Untold == "" {
			t.Errorf("%+v", j)
		}
		c.stands(o, 38, 0, "3", "6.88")
		c.count(job, 6, 0)
		if j := w.job(job); j.Good != plant.Pieces(40) || j.Untold != "" {
			t.Errorf("%+v", j)
		}
		o = c.stands(o, 40, 0, "3", "7.4")
		// Later stock settles what is short, by whatever is asked.
		paid := 20 * plant.Currency
		_, err = w.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{{Item: w.powder, Lot: "L9", From: stock.Supplier, To: stock.Warehouse, Quantity: plant.Pieces(5), Paid: &paid}}})
		must(t, err)
		w.report(o, workorder.Report{Issues: []workorder.Issue{{Position: o.Components[0].Position, Settle: true}}})
		o = c.stands(o, 40, 0, "8", "2.4")
		again := workorder.Report{Order: o.ID, Issues: []workorder.Issue{{Position: o.Components[0].Position, Settle: true}}}
		if _, err := w.work.Report(ctx, again, annaDoes); errs.KindOf(err) != errs.Conflict {
			t.Errorf("what is not there is issued: %v", err)
		}
		c.stands(o, 40, 0, "8", "2.4")
		c.sound()
	})
}

// A closed order takes nothing any more: what is counted for it then waits for a decision.
func TestCountsOfAClosedOrderAreParked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		w := newWorks(t, open(), 5, 20)
		c, o := w.counter(), w.released(40)
		const job = "WO-000001.10"
		c.count(job, 10, 0)
		o = w.step(w.step(c.found(o), workorder.Complete), workorder.Close)
		before := w.queue()
		c.count(job, 4, 1)
		if j := w.job(job); j.Good != plant.Pieces(10) || j.Status != execution.Completed || w.queue() == before {
			t.Errorf("%+v", j)
		}
		c.stands(o, 10, 0, "2.6", "0")
	})
}

// L13: an operation on the way makes no product and takes no material of later ones.
func TestOperationsReportByThemselves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		w := newWorks(t, open(), 5, 25)
		c, o := w.counter(), w.twoSteps(100)
		c.count(o.Number+".10", 100, 0)
		c.stands(o, 0, 0, "26", "0")
		c.count(o.Number+".20", 95, 2)
		o = c.stands(o, 95, 2, "26", "0")
		if made, between := workorder.Made(o.Operations); made != plant.Pieces(95) || between != plant.Pieces(3) {
			t.Errorf("%s are made, %s between", made, between)
		}
	})
}

// Two engines that read the same counters book once.
func TestTwoEnginesReportOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		w := newWorks(t, s, 5, 20)
		c, o := w.counter(), w.released(1000)
		const job = "WO-000001.10"
		both := [2]*store.Store{s, open()}
		done := make(chan int)
		for _, engine := range both {
			go func() {
				n, last := 0, time.Time{}
				for i := range 20 {
					at := c.at.Add(time.Duration(i+1) * time.Second)
					p := execution.Posting{Marks: []execution.Mark{{Tag: "t", At: at, Total: plant.Pieces(int64(i + 1)), Before: last}}}
					k := c.booking(job, plant.One, false)
					k.At, p.Bookings = at, nil
					p.Bookings = append(p.Bookings, k)
					switch err := engine.Books().Post(t.Context(), p); {
					case err == nil:
						n++
					case errs.KindOf(err) != errs.Conflict:
						t.Error(err)
					}
					last = at
				}
				done <- n
			}()
		}
		won := <-done + <-done
		if won != 20 {
			t.Errorf("%d of 20 readings were booked", won)
		}
		c.stands(o, 20, 0, "5.2", "0")
		c.sound()
	})
}

// What people report of an order that a line counts grows the job too, and is never there twice.
func TestReportsByHandAndByMachineAgree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		c, o := w.counter(), w.released(40)
		const job = "WO-000001.10"
		o = w.report(o, workorder.Report{Operation: 10, Good: plant.Pieces(4)})
		if j := w.job(job); j.Good != plant.Pieces(4) {
			t.Errorf("%+v", j)
		}
		c.count(job, 10, 1)
		c.stands(o, 14, 1, "3.9", "0")
		_, err := w.work.Report(ctx, workorder.Report{Order: o.ID, Operation: 10, Good: plant.Pieces(5)}, annaDoes)
		if errs.KindOf(err) != errs.Conflict {
			t.Errorf("pieces that a line counts are reported by hand: %v", err)
		}
		w.report(o, workorder.Report{Operation: 10, Good: -plant.Pieces(2), Scrap: plant.Pieces(2)}) // found bad afterwards
		c.stands(o, 12, 3, "3.9", "0")
		if j := w.job(job); j.Good != plant.Pieces(12) || j.Scrap != plant.Pieces(3) {
			t.Errorf("%+v", j)
		}
		c.sound()
	})
}

// Counts that no job owned wait; what is decided of them is booked, reported and audited.
func TestParkedCountsWaitForADecision(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 5, 20)
		c, o := w.counter(), w.released(40)
		since := c.at.Add(-time.Hour)
		c.count("", 6, 1)
		c.at = c.at.Add(30 * time.Minute)
		c.count("", 3, 0)
		all, err := w.Parked().Of(ctx, "filling-1", since)
		must(t, err)
		if len(all) != 2 || all[0].Good != plant.Pieces(3) || all[1].Good != plant.Pieces(6) || all[1].Scrap != plant.One {
			t.Fatalf("%+v", all)
		}
		give := parked.Decision{Counts: all[1], Job: "WO-000001.10"}
		must(t, w.Parked().Decide(ctx, give, anna, "the first pallet"))
		c.stands(o, 6, 1, "1.82", "0")
		c.sound()
		if err := w.Parked().Decide(ctx, give, anna, "again"); errs.KindOf(err) != errs.Conflict {
			t.Errorf("it was decided twice: %v", err)
		}
		must(t, w.Parked().Decide(ctx, parked.Decision{Counts: all[0]}, anna, "test pieces"))
		if all, err = w.Parked().Of(ctx, "filling-1", since); err != nil || len(all) != 0 {
			t.Errorf("%+v, %v", all, err)
		}
		c.count("", 2, 0)
		if all, err = w.Parked().Of(ctx, "filling-1", since); err != nil || len(all) != 1 || all[0].Good != plant.Pieces(2) {
			t.Errorf("%+v, %v", all, err)
		}
		told, err := w.Audit().Find(ctx, access.Search{Text: "counts.decide", Limit: 5})
		if err != nil || len(told) != 2 {
			t.Errorf("%+v, %v", told, err)
		}
	})
}

// What was short is taken when it comes, without anybody asking; what could not be reported is reported when it can.
func TestTheBacklogIsMadeUpFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, w := t.Context(), newWorks(t, open(), 3)
		c, o := w.counter(), w.released(40)
		const job = "WO-000001.10"
		c.count(job, 37, 0)
		if n, err := w.Backlog().Settle(ctx, anna); err != nil || n != 0 {
			t.Errorf("%d orders took what is not there: %v", n, err)
		}
		paid := 20 * plant.Currency
		_, err := w.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{{Item: w.powder, Lot: "L9", From: stock.Supplier, To: stock.Warehouse, Quantity: plant.Pieces(10), Paid: &paid}}})
		must(t, err)
		if n, err := w.Backlog().Settle(ctx, anna); err != nil || n != 1 {
			t.Errorf("%d orders took what came: %v", n, err)
		}
		c.stands(o, 37, 0, "9.62", "0")
		posted, err := w.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{{Item: w.piece, From: stock.Warehouse, To: stock.Customer, Quantity: plant.Pieces(37)}}})
		must(t, err)
		c.count(job, -1, 0)
		_, err = w.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{{Item: w.piece, From: stock.Customer, To: stock.Warehouse, Quantity: plant.Pieces(37), Reverses: posted.First}}})
		must(t, err)
		if n, err := w.Backlog().Retell(ctx); err != nil || n != 1 {
			t.Errorf("%d jobs were told again: %v", n, err)
		}
		c.stands(o, 36, 0, "9.36", "0")
		c.sound()
	})
}

// Scrap is told by who rejected it, and what nobody gave a reason for stands apart.
func TestScrapHasItsReasons(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		w := newWorks(t, open(), 5, 20)
		c, o := w.counter(), w.released(40)
		tells := func(o workorder.Order, want ...workorder.Scrapped) {
			t.Helper()
			have, err := w.WorkScrap().Scrapped(t.Context(), o.ID)
			must(t, err)
			if d := cmp.Diff(want, have); d != "" {
				t.Error(d)
			}
		}
		tells(o)
		c.count(o.Number+".10", 10, 4)
		c.count(o.Number+".10", 1, -1) // one was right after all
		tells(o, workorder.Scrapped{Reason: "rejected at filling-1/press", Quantity: plant.Pieces(3)})

		hand, err := w.work.Create(t.Context(), workorder.Order{Item: w.piece, Quantity: plant.Pieces(20), Begin: 20790, Due: 20795}, annaDoes)
		must(t, err)
		hand = w.step(hand, workorder.Release)
		w.report(hand, workorder.Report{Operation: 10, Good: plant.Pieces(2), Scrap: plant.Pieces(5), Scraps: []workorder.Scrapped{{Reason: "dented", Quantity: plant.Pieces(5)}}})
		w.report(hand, workorder.Report{Operation: 10, Scrap: plant.One})
		tells(hand, workorder.Scrapped{Reason: "dented", Quantity: plant.Pieces(5)}, workorder.Scrapped{Quantity: plant.One})
		_, err = w.work.Report(t.Context(), workorder.Report{Order: hand.ID, Scrap: plant.One, Scraps: []workorder.Scrapped{{Reason: strings.Repeat("x", 81), Quantity: plant.One}}}, annaDoes)
		wantKind(t, err, errs.Invalid)
	})
}
