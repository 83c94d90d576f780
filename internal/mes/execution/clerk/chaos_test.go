package clerk_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// TestChaosBooksEveryPieceOnceEverywhere lets two engines book one line on one database, which hear much of it twice or late
// and are killed at random; its jobs are work orders whose material runs out and comes. In the end counts, bookings, progress
// and moves of material are one.
func TestChaosBooksEveryPieceOnceEverywhere(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func(testing.TB) storetest.Database{"sqlite": storetest.SQLite, "postgres": storetest.NewPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chaos(t, fresh(t))
		})
	}
}

func chaos(t *testing.T, db storetest.Database) {
	t.Helper()
	seed := uint64(20261129)
	chance := rand.New(rand.NewPCG(seed, 1))
	s := db.Open()
	powder := released(t, s, []string{"A", "B", "A", "C", "B"}, 500)
	start := time.Now().UTC().Truncate(time.Microsecond)
	child := func(n, late int) *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CLERK_TEST_DATABASE="+db.DSN, "CLERK_TEST_START="+strconv.FormatInt(start.UnixNano(), 10), "CLERK_TEST_TWICE="+strconv.Itoa(n), "CLERK_TEST_LATE="+strconv.Itoa(late))
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	kills := 0
	for time.Since(start) < acts*pace*3/4 {
		engines := []*exec.Cmd{child(2, 0), child(3, 5)}
		for _, cmd := range engines {
			time.Sleep(time.Duration(100+chance.IntN(500)) * time.Millisecond)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // killed
			kills++
		}
		deliver(t, s, powder, int64(1+chance.IntN(60)), kills)
		if _, err := s.Backlog().Settle(t.Context(), plant.Program()); err != nil {
			t.Error(err)
		}
	}
	if err := child(2, 0).Wait(); err != nil {
		t.Fatalf("the last run: %v", err)
	}
	life := machineLife(start)
	want := booked(t, s, life.facts)
	o := open(t, s, life, nil) // has what the last run had no time for
	o.until("every piece is booked once", func() bool {
		all := o.clerk.Jobs("l")
		return len(all) == len(want) && !slices.ContainsFunc(all, func(j execution.Job) bool {
			w := want[j.ID]
			return j.Good != w.Good || j.Scrap != w.Scrap || j.Status != w.Status
		})
	})
	o.stop()
	deliver(t, s, powder, 10_000, 0)
	if _, err := s.Backlog().Settle(t.Context(), plant.Program()); err != nil {
		t.Error(err)
	}
	for _, j := range want {
		same(t, s, j)
	}
	for what, proof := range map[string]func() (int64, error){
		"counts":   func() (int64, error) { return s.Counts().Verify(t.Context()) },
		"orders":   func() (int64, error) { return s.VerifyWork(t.Context()) },
		"material": func() (int64, error) { return s.VerifyStock(t.Context()) },
	} {
		if _, err := proof(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	t.Logf("killed %d times", kills)
}

// same holds a job against its work order: what was counted is made, and its powder is issued to the last gram.
func same(t *testing.T, s *store.Store, want execution.Job) {
	t.Helper()
	j, err := s.Counts().Job(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.Works().Order(t.Context(), j.Work)
	if err != nil {
		t.Fatal(err)
	}
	p := o.Components[0]
	if j.Untold != "" || o.Good != want.Good || o.Scrap != want.Scrap || p.Issued != p.Used(o.Good+o.Scrap) || p.Short != 0 {
		t.Errorf("job %s has %s good and %s scrap (%s); its order has %s and %s, %s issued and %s short", j.ID, want.Good, want.Scrap, j.Untold, o.Good, o.Scrap, p.Issued, p.Short)
	}
	if done := o.Lifecycle == workorder.Completed; done != (want.Status == execution.Completed) {
		t.Errorf("job %s is %s, and its order %s", j.ID, want.Status, o.Lifecycle)
	}
}

var keeper = workorder.Doing{By: boss, Why: "test"}

// released puts work orders of products into the line's queue, each piece of which takes 0.3 kg of a powder.
func released(t *testing.T, s *store.Store, products []string, pieces int64) (powder int64) {
	t.Helper()
	ctx, change := t.Context(), item.Change{By: boss, Why: "test"}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	i := item.Blank("POWDER")
	i.Name, i.Kind, i.Unit, i.Tracking, i.Valuation = "Powder", item.Buy, "KGM", item.Lot, item.FIFO
	kept, err := s.Items().Add(ctx, i, change)
	must(err)
	powder = kept.ID
	made := map[string]int64{}
	for n, product := range products {
		if made[product] == 0 {
			i := item.Blank("MADE-" + product)
			i.Name, i.Kind, i.Product = "Made "+product, item.Make, product
			kept, err := s.Items().Add(ctx, i, change)
			must(err)
			made[product] = kept.ID
			b, err := s.Bills().Add(ctx, bill.Bill{Item: kept.ID, Batch: plant.Pieces(10), Lines: []bill.Line{{Item: powder, Quantity: plant.Pieces(3)}}}, change)
			must(err)
			_, err = s.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, change)
			must(err)
		}
		o, err := s.Works().Create(ctx, workorder.Order{Item: made[product], Quantity: plant.Pieces(pieces), Begin: 20790, Due: 20795, Rank: int64(n + 1), Line: "l"}, keeper)
		must(err)
		_, err = s.Works().Step(ctx, workorder.Stepping{ID: o.ID, Version: o.Version, Step: workorder.Release}, keeper)
		must(err)
	}
	return powder
}

func deliver(t *testing.T, s *store.Store, powder, kilos int64, n int) {
	t.Helper()
	paid := plant.Money(kilos) * plant.Currency
	_, err := s.Stock().Post(t.Context(), stock.Posting{By: boss, Moves: []stock.Move{{Item: powder, Lot: fmt.Sprintf("L%d", n), From: stock.Supplier, To: stock.Warehouse, Quantity: plant.Pieces(kilos), Paid: &paid}}})
	if err != nil {
		t.Fatal(err)
	}
}
