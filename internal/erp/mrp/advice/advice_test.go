package advice_test

import (
	"math"
	"slices"
	"testing"

	"millwright/internal/erp/mrp/advice"
	"millwright/internal/plant"
)

func TestAReorderBringsTheStockAboveItsPoint(t *testing.T) {
	for _, c := range []struct{ position, point, quantity, want int64 }{
		{0, 14, 3, 15}, {0, 14, 10, 20}, {14, 14, 3, 3}, {15, 14, 3, 0}, {-1, 14, 3, 18}, {0, 15, 3, 18}, {0, 14, 0, 0},
	} {
		if got := advice.Reorder(plant.Pieces(c.position), plant.Pieces(c.point), plant.Pieces(c.quantity)); got != plant.Pieces(c.want) {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestWhatCanBePromised(t *testing.T) {
	pieces := func(n ...int64) (all []plant.Quantity) {
		for _, i := range n {
			all = append(all, plant.Pieces(i))
		}
		return all
	}
	for name, c := range map[string]struct {
		hand             int64
		receipts, orders []int64
		want             []int64
	}{
		"two receipts":         {55, []int64{0, 150, 0, 0, 0, 0, 150, 0}, []int64{38, 27, 24, 8, 0, 0, 0, 0}, []int64{17, 91, 0, 0, 0, 0, 150, 0}},
		"one lacks":            {100, []int64{0, 50, 0}, []int64{10, 60, 20}, []int64{60, 0, 0}},
		"more than there is":   {10, []int64{0, 0}, []int64{20, 5}, []int64{-15, 0}},
		"nothing at all to do": {0, nil, nil, nil},
	} {
		if got := advice.Promise(plant.Pieces(c.hand), pieces(c.receipts...), pieces(c.orders...)); !slices.Equal(got, pieces(c.want...)) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAdviceOnLotsAndStocks(t *testing.T) {
	periods, cost := advice.LeastCost([]float64{10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41}, 54, .4)
	for name, c := range map[string]struct{ got, want, within float64 }{
		"economic order quantity": {advice.EconomicQuantity(14000, 320, 4), 1496.66, .005},
		"safety stock":            {advice.SafetyStock(120, 3, .95), 341.9, .05},
		"least cost":              {cost, 501.2, 1e-9},
	} {
		if math.Abs(c.got-c.want) > c.within {
			t.Errorf("%s: %f, want %f", name, c.got, c.want)
		}
	}
	if len(periods) == 0 || periods[0] != 0 || !slices.IsSorted(periods) {
		t.Errorf("orders in %v", periods)
	}
}
