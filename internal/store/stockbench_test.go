package store_test

import (
	"testing"

	"millwright/internal/erp/stock"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// BenchmarkStockPost posts a receipt, one after the other.
func BenchmarkStockPost(b *testing.B) {
	post := func(b *testing.B, s *store.Store) {
		w := newWorks(b, s, 1_000_000)
		for b.Loop() {
			_, err := s.Stock().Post(b.Context(), stock.Posting{By: anna, Why: "bench", Moves: []stock.Move{{Item: w.piece, From: stock.Supplier, To: stock.Warehouse, Quantity: plant.One, Source: "person"}}})
			must(b, err)
		}
	}
	b.Run("sqlite", func(b *testing.B) { post(b, storetest.SQLite(b).Open()) })
	b.Run("postgres", func(b *testing.B) { post(b, storetest.NewPostgres(b).Open()) })
}
