package workorder

import (
	"context"
	"fmt"

	"millwright/internal/plant"
)

// Sold is a line of a sales order that something may be made for: what is made for it is set aside for it, and meets
// nothing else in the plan.
type Sold struct {
	ID     int64 // of the line
	Order  int64
	Number string // of the order
	Place  int64  // of the line in it
	Item   int64
	Open   plant.Quantity // of it, in the item's stock unit
	For    string         // the customer
}

// Text names the line: "SO-000007/1".
func (s Sold) Text() string { return fmt.Sprintf("%s/%d", s.Number, s.Place) }

// Pegs tells which sales lines work orders are made for.
type Pegs interface {
	// Sold finds a line by its ID.
	Sold(ctx context.Context, line int64) (Sold, error)
	// Named finds a line by its text.
	Named(ctx context.Context, text string) (Sold, error)
	// MadeFor gives the orders that are made for the lines of a sales order, but cancelled ones, by number.
	MadeFor(ctx context.Context, sales int64) ([]Head, error)
}
