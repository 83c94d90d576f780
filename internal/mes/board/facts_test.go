package board

import (
	"testing"

	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// An order is held to its own date, and to its customer's when that is sooner.
func TestACustomersDateComesFirst(t *testing.T) {
	for _, c := range []struct{ own, wanted, want plant.Date }{{10, 0, 10}, {10, 8, 8}, {10, 12, 10}, {0, 8, 8}, {0, 0, 0}} {
		w := Work{Order: workorder.Order{Due: c.own}, Wanted: c.wanted}
		if got := w.due(); got != c.want {
			t.Errorf("due %d and wanted %d: held to %d, want %d", c.own, c.wanted, got, c.want)
		}
	}
}
