package order

import (
	"slices"
	"time"

	"millwright/internal/erp/stock"
)

// Suggest chooses where what is open of the lines is taken from, by the rule of picking: what expires first, then what
// came first. What is not there is not suggested. Both are changed as people see fit.
func Suggest(lines []Line, shelves []stock.Balance, at time.Time) (all []Pick) {
	shelves = slices.Clone(shelves)
	for _, l := range lines {
		open := l.Open()
		if l.Stock.Service && open > 0 {
			all = append(all, Pick{Place: l.Place, Quantity: l.In(open)})
			continue
		}
		var there []stock.Balance
		for _, b := range shelves {
			if b.Item == l.Item && (l.Revision == "" || l.Revision == b.Revision) {
				there = append(there, b)
			}
		}
		picks, _ := stock.Suggest(there, stock.FEFO, open, at)
		for _, p := range picks {
			all = append(all, Pick{Place: l.Place, Quantity: l.In(p.Quantity), Stock: p.Place, Revision: p.Revision, Lot: p.Lot, Serial: p.Serial})
			take(shelves, l.Item, p)
		}
	}
	return all
}

// take leaves what one line takes to no other.
func take(shelves []stock.Balance, item int64, p stock.Pick) {
	for i, b := range shelves {
		if b.Item == item && b.Revision == p.Revision && b.Place == p.Place && b.Lot == p.Lot && b.Serial == p.Serial {
			shelves[i].Allocated += p.Quantity
		}
	}
}
