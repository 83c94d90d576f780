// Package advice is the formulas that planners set items by: reorder points, what can be promised, lots, safety stocks.
package advice

import (
	"math"

	"millwright/internal/plant"
)

// Reorder is what is ordered when stock and what is on its way have fallen to the reorder point or below: the smallest
// multiple of the quantity that brings them above it. Nothing is ordered above the point.
func Reorder(position, point, quantity plant.Quantity) plant.Quantity {
	if position > point || quantity <= 0 {
		return 0
	}
	n := (point-position)/quantity + 1
	if n > math.MaxInt64/quantity {
		return math.MaxInt64
	}
	return n * quantity
}

// Promise is what of the receipts is not promised yet, by bucket (available to promise, discrete): a receipt covers the
// orders up to the next one; what it lacks is taken from the ones before it. The first bucket begins with the stock.
// The slices are of one length.
func Promise(onHand plant.Quantity, receipts, orders []plant.Quantity) []plant.Quantity {
	free := make([]plant.Quantity, len(receipts))
	at := 0
	for i := range receipts {
		if i == 0 {
			free[0] = onHand
		}
		if receipts[i] > 0 {
			at = i
		}
		free[at] += receipts[i] - orders[i]
	}
	for i := len(free) - 1; i > 0; i-- {
		if free[i] < 0 {
			free[i-1] += free[i]
			free[i] = 0
		}
	}
	return free
}

// EconomicQuantity is the order quantity with the least cost a year (Harris): of a year's demand, what an order costs,
// and what it costs to hold one for a year.
func EconomicQuantity(demand, order, hold float64) float64 {
	return math.Sqrt(2 * demand * order / hold)
}

// SafetyStock is what is held so that a share of the cycles does not run short, where the demand of one period deviates
// by sigma and the lead time has so many periods.
func SafetyStock(sigma, lead, share float64) float64 {
	return math.Sqrt2 * math.Erfinv(2*share-1) * sigma * math.Sqrt(lead)
}

// LeastCost gives the periods in which to order so that ordering and holding cost least (Wagner and Whitin 1958), and
// that cost: of each period's demand, what an order costs, and what it costs to hold one from a period to the next.
func LeastCost(demand []float64, order, hold float64) (periods []int, cost float64) {
	best := make([]float64, len(demand)+1) // of the demand before each period
	from := make([]int, len(demand)+1)
	for to := 1; to <= len(demand); to++ {
		best[to] = math.Inf(1)
		held, sum := 0.0, 0.0
		for begin := to - 1; begin >= 0; begin-- { // one order in begin for the periods up to to
			held += hold * sum
			sum += demand[begin]
			if c := best[begin] + order + held; c < best[to] {
				best[to], from[to] = c, begin
			}
		}
	}
	for at := len(demand); at > 0; at = from[at] {
		periods = append([]int{from[at]}, periods...)
	}
	return periods, best[len(demand)]
}
