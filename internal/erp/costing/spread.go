package costing

import (
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Spread divides a cost by shares, exactly: each gets its part of the cost, and the last one that has a share what
// rounding leaves.
func Spread(cost plant.Money, shares []int64) ([]plant.Money, error) {
	sum := int64(0)
	for _, s := range shares {
		if s < 0 || sum > int64(most)-s {
			return nil, errs.New(errs.Invalid, "a cost is spread by shares that are not negative, and can be counted together")
		}
		sum += s
	}
	if sum == 0 {
		return nil, errs.New(errs.Invalid, "there is nothing to spread a cost by")
	}
	all := make([]plant.Money, len(shares))
	upTo, given := int64(0), plant.Money(0)
	for i, s := range shares {
		upTo += s
		due, _ := cost.Times(upTo, sum) // a share of what fits, fits
		all[i] = due - given
		given = due
	}
	return all, nil
}
