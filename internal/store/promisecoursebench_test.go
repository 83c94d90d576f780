package store_test

import (
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// BenchmarkOrderPage reads what the pages of a work order of a shift of 8 hours, reported each second: 28,800 reports and 57,600 moves, read of them.
func BenchmarkOrderPage(b *testing.B) {
	for name, open := range map[string]func() *store.Store{"sqlite": storetest.SQLite(b).Open, "postgres": storetest.NewPostgres(b).Open} {
		b.Run(name, func(b *testing.B) {
			w := newWorks(b, open(), 1_000_000)
			o, at := w.released(1<<20), time.Now().Add(-2*time.Hour)
			for range 28_800 {
				at = at.Add(time.Second)
				must(b, w.Books().Post(b.Context(), execution.Posting{By: plant.Program(), Bookings: []execution.Booking{{
					Tag: "filling-1/press/good", Line: "filling-1", Unit: "filling-1/press", Job: o.Number + ".10", Since: at.Add(-time.Second), At: at, Qty: plant.One,
				}}}))
			}
			for part, read := range map[string]func() error{
				"order":   func() error { _, err := w.work.Order(b.Context(), o.ID); return err },
				"journal": func() error { _, err := w.WorkAccounts().Journal(b.Context(), o.ID); return err },
				"in time": func() error { _, err := w.Promises().Course(b.Context(), o.ID, 240); return err },
			} {
				b.Run(part, func(b *testing.B) {
					for b.Loop() {
						must(b, read())
					}
				})
			}
		})
	}
}
