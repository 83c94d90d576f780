package trace_test

import (
	"fmt"
	"testing"
	"time"

	"millwright/internal/erp/stock"
	"millwright/internal/mes/trace"
	"millwright/internal/plant"
)

// year is so many moves: flour lots go into dough, dough into bread, bread to customers. A lot of flour is in many.
func year(moves int) (all []trace.Move) {
	add := func(item, n int64, from, to int64, document string, posting int64) {
		all = append(all, trace.Move{
			Number: int64(len(all) + 1), Posting: posting, Lot: trace.Lot{Item: item, Number: fmt.Sprintf("%d-%d", item, n)}, From: from, To: to,
			Quantity: plant.Pieces(10), Document: document, Source: "machine:L/U", At: morning.Add(time.Duration(len(all)) * time.Minute),
		})
	}
	for n := int64(0); len(all) < moves; n++ {
		dough, bread := fmt.Sprintf("work/%d", 2*n+1), fmt.Sprintf("work/%d", 2*n+2)
		p := int64(len(all) + 1)
		add(1, n/1000, stock.Warehouse, stock.Production, dough, p)
		add(2, n, stock.Production, stock.Warehouse, dough, p)
		p = int64(len(all) + 1)
		add(2, n, stock.Warehouse, stock.Production, bread, p)
		add(3, n, stock.Production, stock.Warehouse, bread, p)
		add(3, n, stock.Warehouse, stock.Customer, fmt.Sprintf("sales/%d", n%50), int64(len(all)+1))
	}
	return all
}

// BenchmarkRecall traces one lot of flour of forty through 200,000 moves: 1,000 orders of dough, as many of bread.
func BenchmarkRecall(b *testing.B) {
	l := ledgerOf(year(200_000))
	b.ResetTimer()
	for b.Loop() {
		tr, err := trace.Walk(b.Context(), l, []trace.Lot{{Item: 1, Number: "1-7"}}, trace.Forward, trace.Wide())
		if err != nil || len(tr.Nodes) != 2001 || len(tr.Recall().Accounts) != 2001 {
			b.Fatal(len(tr.Nodes), err)
		}
	}
}
