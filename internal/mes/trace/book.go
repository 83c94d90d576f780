package trace

import (
	"context"
	"time"

	"millwright/internal/erp/stock"
	"millwright/internal/plant"
)

// Floor tells where and when orders were worked on.
type Floor interface {
	// Runs gives the times in which lines worked on orders, and what reports tell of it where there are none.
	Runs(ctx context.Context, documents []string) ([]Run, error)
	// Homes gives the lines where orders were to be made.
	Homes(ctx context.Context, documents []string) (map[string]plant.LineID, error)
	// Busy gives the orders whose products may have been made at a line within a span.
	Busy(ctx context.Context, line plant.LineID, span plant.Span) ([]string, error)
}

// Buyer is who a customer's order is for.
type Buyer struct {
	Partner int64
	Name    string // of the customer
	Number  string // of the order
}

// Named is a lot as it stands in the stock, and how its item is called.
type Named struct {
	stock.Lot
	ItemNumber, ItemName, Unit string
}

// Registry tells what lots and documents are.
type Registry interface {
	// Named gives lots by what tells them apart; those that there are not are left out.
	Named(ctx context.Context, lots []Lot) (map[Lot]Named, error)
	// Buyers gives who customers' orders are for.
	Buyers(ctx context.Context, documents []string) (map[string]Buyer, error)
	// Good gives the lots of an item that were made before a time and may be used, the latest first.
	Good(ctx context.Context, item int64, before time.Time, limit int) ([]Lot, error)
}
