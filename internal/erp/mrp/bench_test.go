package mrp_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"millwright/internal/erp/mrp"
	"millwright/internal/plant"
)

// plantOf makes bills of ten levels with so many items, five parts each, and a demand for every tenth.
func plantOf(items, parts int) (in mrp.Input) {
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range items {
		in.Items = append(in.Items, mrp.Item{ID: fmt.Sprint(i), OnHand: plant.Pieces(dice.Int64N(100)), Lead: mrp.Day(1 + dice.IntN(5)), Lot: mrp.Lot{Rule: mrp.Periods, Days: 5, Multiple: plant.Pieces(10)}})
	}
	level := items / 10
	for range parts {
		parent := dice.IntN(items - level)
		child := (parent/level+1)*level + dice.IntN(level)
		in.Parts = append(in.Parts, mrp.Part{Parent: int32(parent), Child: int32(child), Per: mrp.Ratio{Num: 1 + dice.Int64N(3), Den: int64(1 + parts/items/3)}})
	}
	for i := range level {
		for day := range 10 {
			in.Demands = append(in.Demands, mrp.Demand{Item: int32(i), Day: mrp.Day(10 + 5*day), Quantity: plant.Pieces(1 + dice.Int64N(20)), Source: "forecast"})
		}
	}
	return in
}

// BenchmarkPlan plans a plant wholly; its size stands in its name: items, parts.
func BenchmarkPlan(b *testing.B) {
	for _, size := range [][2]int{{20_000, 100_000}, {100_000, 1_000_000}} {
		in := plantOf(size[0], size[1])
		b.Run(fmt.Sprintf("%d_%d", size[0], size[1]), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				p, err := mrp.Make(in)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(p.Orders)), "orders")
			}
		})
	}
}

// BenchmarkLayers plans the published worst case: 21 layers of two nodes, each made of both below it, whose ways
// through are 2^20.
func BenchmarkLayers(b *testing.B) {
	in := layered(21)
	for b.Loop() {
		if _, err := mrp.Make(in); err != nil {
			b.Fatal(err)
		}
	}
}
