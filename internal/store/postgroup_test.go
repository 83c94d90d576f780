package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// Counts of many orders are worked out together. What comes of them is what comes of one after the other: where one takes
// what another has just made, where something is set aside, where pieces are taken back, where material runs out, and where
// one of them cannot be posted at all.
func TestReportsTogetherAreReportsOneByOne(t *testing.T) {
	for name, fresh := range map[string]func(testing.TB) storetest.Database{"sqlite": storetest.SQLite, "postgres": storetest.NewPostgres} {
		t.Run(name, func(t *testing.T) {
			at := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
			together, oneByOne := newHall(t, fresh(t).Open()), newHall(t, fresh(t).Open())
			for i, round := range [][]int64{{3, 2, 4, 10, 1, 5, 2}, {4, -1, 2, 6, 1, -3, 2}, {30, 20, 3, 0, 1, 9, 2}} {
				at = at.Add(time.Minute)
				p := together.counts(round, at)
				must(t, together.Books().Post(t.Context(), p))
				for _, k := range oneByOne.counts(round, at).Bookings {
					must(t, oneByOne.Books().Post(t.Context(), execution.Posting{Bookings: []execution.Booking{k}}))
				}
				if d := cmp.Diff(oneByOne.state(), together.state(), cmpopts.EquateComparable(time.Time{})); d != "" {
					t.Fatalf("round %d: %s", i+1, d)
				}
				together.counter().sound()
			}
			bad, err := together.Counts().Job(t.Context(), together.jobs[4])
			must(t, err)
			if bad.Untold == "" || bad.Good != plant.Pieces(3) || together.orders()[4].Good != 0 {
				t.Errorf("what cannot be posted is %+v", bad)
			}
			for _, o := range slices.Delete(together.orders(), 4, 5) {
				if o.Good <= 0 {
					t.Errorf("%s has made %s", o.Number, o.Good)
				}
			}
		})
	}
}

// hall has work orders on seven lines that get in each other's way.
type hall struct {
	theWorks
	works []int64
	jobs  []string
}

func newHall(t *testing.T, s *store.Store) *hall {
	t.Helper()
	h := &hall{theWorks: newWorks(t, s, 2, 8)}
	box, clock := h.made("BOX", "none", h.piece), h.made("CLOCK", "serial", h.powder)
	for i, of := range []int64{h.piece, h.piece, box, h.piece, clock, h.piece, clock} {
		o, err := h.work.Create(t.Context(), workorder.Order{Item: of, Quantity: plant.Pieces(40), Begin: 20790, Due: 20795, Line: fmt.Sprintf("line-%d", i+1)}, annaDoes)
		must(t, err)
		o = h.step(o, workorder.Release)
		job := o.Number
		if len(o.Operations) > 0 {
			job += ".10"
		}
		h.works, h.jobs = append(h.works, o.ID), append(h.jobs, job)
	}
	paid, serial := plant.Currency, "WO-000005-00001" // lies somewhere already
	_, err := s.Stock().Post(t.Context(), stock.Posting{By: anna, Moves: []stock.Move{{Item: clock, Serial: serial, From: stock.Supplier, To: stock.Warehouse, Quantity: plant.One, Paid: &paid}}})
	must(t, err)
	_, err = s.Reservations().Reserve(t.Context(), stock.Reservation{Item: h.powder, Document: "work/4", Quantity: plant.One, Hard: true, By: anna})
	must(t, err)
	return h
}

// made is an item of which each takes one of another.
func (h *hall) made(number, tracking string, of int64) int64 {
	h.t.Helper()
	change := item.Change{By: anna, Why: "to begin with"}
	i := item.Blank(number)
	i.Name, i.Kind, i.Tracking = number, item.Make, item.Tracking(tracking)
	kept, err := h.Items().Add(h.t.Context(), i, change)
	must(h.t, err)
	b, err := h.Bills().Add(h.t.Context(), bill.Bill{Item: kept.ID, Batch: plant.One, Lines: []bill.Line{{Item: of, Quantity: plant.One}}}, change)
	must(h.t, err)
	_, err = h.Bills().Step(h.t.Context(), bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
	must(h.t, err)
	return kept.ID
}

func (h *hall) counts(pieces []int64, at time.Time) (p execution.Posting) {
	for i, n := range pieces {
		line := plant.LineID(fmt.Sprintf("line-%d", i+1))
		if n != 0 {
			p.Bookings = append(p.Bookings, execution.Booking{Tag: string(line) + "/good", Line: line, Unit: plant.UnitID(line + "/m"), Job: h.jobs[i], Since: at.Add(-time.Minute), At: at.Add(time.Duration(i) * time.Second), Qty: plant.Pieces(n)})
		}
	}
	return p
}

func (h *hall) orders() (all []workorder.Order) {
	h.t.Helper()
	for _, id := range h.works {
		o, err := h.work.Order(h.t.Context(), id)
		must(h.t, err)
		all = append(all, o)
	}
	return all
}

// hallState is all that counts leave behind.
type hallState struct {
	Orders   []workorder.Order
	Jobs     []execution.Job
	Journals [][]workorder.Entry
	Moves    []stock.Kept
	Times    []time.Time
	Balances []stock.Balance
}

func (h *hall) state() (s hallState) {
	h.t.Helper()
	ctx := h.t.Context()
	s.Orders = h.orders()
	for _, id := range h.jobs {
		j, err := h.Counts().Job(ctx, id)
		must(h.t, err)
		s.Jobs = append(s.Jobs, j)
	}
	for _, id := range h.works {
		all, err := h.WorkAccounts().Journal(ctx, id)
		must(h.t, err)
		s.Journals = append(s.Journals, all)
	}
	moves, err := h.Stock().Moves(ctx, stock.Search{Limit: 1000})
	must(h.t, err)
	for _, m := range moves {
		if s.Moves = append(s.Moves, m.Kept); m.Document != "" {
			s.Times = append(s.Times, m.At)
		}
	}
	s.Balances, err = h.Stock().Balances(ctx, stock.Shelf{Limit: 1000})
	must(h.t, err)
	for i := range s.Balances {
		s.Balances[i].Expires = time.Time{} // of lots that were bought by the wall clock
	}
	return s
}
