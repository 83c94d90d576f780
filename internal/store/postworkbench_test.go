package store_test

import (
	"fmt"
	"testing"
	"time"

	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// BenchmarkPostWork posts what 200 machines have counted in a second, ten pieces each: 2,000 counts/s, each line on a work
// order of its own with one component; and the same without work orders.
func BenchmarkPostWork(b *testing.B) {
	for _, orders := range []int{0, 20, 200} {
		b.Run(fmt.Sprintf("sqlite/%d orders", orders), func(b *testing.B) { benchPostWork(b, storetest.SQLite(b).Open(), orders) })
		b.Run(fmt.Sprintf("postgres/%d orders", orders), func(b *testing.B) { benchPostWork(b, storetest.NewPostgres(b).Open(), orders) })
	}
}

func benchPostWork(b *testing.B, s *store.Store, orders int) {
	w := newWorks(b, s, 1_000_000)
	jobs := make([]string, 200)
	for i := range jobs {
		if i >= orders {
			jobs[i] = fmt.Sprintf("J-%d", i)
			must(b, s.Books().AddJob(b.Context(), execution.Job{ID: jobs[i], Line: plant.LineID(fmt.Sprintf("line-%d", i)), Product: "p", Planned: plant.Pieces(1 << 30), Status: execution.Waiting}, anna, ""))
			continue
		}
		o, err := w.work.Create(b.Context(), workorder.Order{Item: w.piece, Quantity: plant.Pieces(1 << 20), Begin: 20790, Due: 20795, Line: fmt.Sprintf("line-%d", i)}, annaDoes)
		must(b, err)
		jobs[i] = w.step(o, workorder.Release).Number + ".10"
	}
	at, before := time.Now().Add(-time.Hour), time.Time{}
	for b.Loop() {
		at = at.Add(time.Second)
		var p execution.Posting
		for i, job := range jobs {
			tag, line := fmt.Sprintf("line-%d/good", i), plant.LineID(fmt.Sprintf("line-%d", i))
			p.Bookings = append(p.Bookings, execution.Booking{Tag: tag, Line: line, Unit: plant.UnitID(line + "/m"), Job: job, Since: before, At: at, Qty: plant.Pieces(10)})
			p.Marks = append(p.Marks, execution.Mark{Tag: tag, At: at, Total: plant.Pieces(10), Before: before})
		}
		must(b, s.Books().Post(b.Context(), p))
		before = at
	}
}
