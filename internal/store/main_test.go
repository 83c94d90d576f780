package store_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if dsn := os.Getenv("STORE_TEST_POSTER"); dsn != "" {
		postForEver(dsn) // until it is killed
	}
	if dsn := os.Getenv("STORE_TEST_MOVERS"); dsn != "" {
		moveForEver(dsn) // until it is killed
	}
	if dsn := os.Getenv("STORE_TEST_OPEN"); dsn != "" {
		_, err := store.Open(context.Background(), dsn, quiet())
		fmt.Println(err)
		os.Exit(0)
	}
	os.Exit(storetest.Main(m))
}

var (
	monday = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	anna   = plant.Person{ID: 1, Name: "anna", Role: plant.Manager}
	line   = plant.LineID("filling-1")

	onBoth = map[string]func(testing.TB) storetest.Database{"sqlite": storetest.SQLite, "postgres": storetest.NewPostgres}
)

func job(id string) execution.Job {
	return execution.Job{
		ID: id, Order: "S-" + id, Line: line, Product: "COLA-05", Planned: plant.Pieces(1000),
		Status: execution.Waiting, Due: monday.Add(8 * time.Hour), Rank: 10, Version: 1,
	}
}

// counted is a posting of one booking with its mark.
func counted(tag, job string, pieces int64, before, at time.Time) execution.Posting {
	return execution.Posting{
		Bookings: []execution.Booking{{Tag: tag, Line: line, Unit: "filling-1/packer", Job: job, Since: before, At: at, Qty: plant.Pieces(pieces)}},
		Marks:    []execution.Mark{{Tag: tag, At: at, Total: plant.Pieces(pieces), Before: before}},
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t testing.TB, err error, kind errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != kind {
		t.Fatalf("got error %v of kind %d, want one of kind %d", err, errs.KindOf(err), kind)
	}
}

func progressOf(t testing.TB, s *store.Store, id string) (good, scrap plant.Quantity) {
	t.Helper()
	j, err := s.Counts().Job(context.Background(), id)
	must(t, err)
	return j.Good, j.Scrap
}

// sound proves that every ledger fits what was derived from it.
func sound(t testing.TB, s *store.Store) {
	t.Helper()
	ctx := context.Background()
	for name, verify := range map[string]func(context.Context) (int64, error){
		"counts": s.Counts().Verify, "audit": s.Audit().Verify, "time": s.VerifyLedger,
	} {
		if _, err := verify(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// postForEver books one piece after another and says so after each commit.
func postForEver(dsn string) {
	ctx := context.Background()
	s, err := store.Open(ctx, dsn, quiet())
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	before := time.Time{}
	for i := 1; ; i++ {
		at := monday.Add(time.Duration(i) * time.Second)
		if err := s.Books().Post(ctx, counted("t", "J-1", 1, before, at)); err != nil {
			fmt.Println("post:", err)
			os.Exit(1)
		}
		before = at
		fmt.Println(i)
	}
}
