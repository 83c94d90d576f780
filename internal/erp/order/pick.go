package order

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/erp/stock"
	"millwright/internal/plant"
)

// Suggest chooses where what is open of the lines is taken from: what expires first, then what came first. What is not there is
// not suggested. Both are changed as people see fit.
func Suggest(lines []Line, shelves []stock.Balance) (all []Pick) {
	shelves = slices.Clone(shelves)
	slices.SortStableFunc(shelves, func(a, b stock.Balance) int {
		return cmp.Or(expiry(a).Compare(expiry(b)), cmp.Compare(a.Since, b.Since), cmp.Compare(a.Place, b.Place))
	})
	left := make([]plant.Quantity, len(shelves))
	for i, b := range shelves {
		left[i] = b.Free()
	}
	for _, l := range lines {
		open := l.Open()
		if l.Stock.Service && open > 0 {
			all = append(all, Pick{Place: l.Place, Quantity: l.In(open)})
			continue
		}
		for i, b := range shelves {
			take := min(open, left[i])
			if b.Item != l.Item || take <= 0 || l.Revision != "" && l.Revision != b.Revision {
				continue
			}
			open, left[i] = open-take, left[i]-take
			all = append(all, Pick{Place: l.Place, Quantity: l.In(take), Stock: b.Place, Revision: b.Revision, Lot: b.Lot, Serial: b.Serial})
		}
	}
	return all
}

// expiry is when a balance expires; what never does comes last.
func expiry(b stock.Balance) time.Time {
	if b.Expires.IsZero() {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return b.Expires
}
