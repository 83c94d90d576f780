// Package trace is where material came from and where it went: lots through orders, by the moves of the stock ledger.
package trace

import (
	"context"
	"strings"
	"time"

	"millwright/internal/erp/stock"
	"millwright/internal/plant"
)

// Lot is a lot of an item, or a serial. Without a number it is material that is not kept by lots.
type Lot struct {
	Item   int64
	Number string
	Serial bool
}

// Tracked tells whether it can be told apart from the rest of its item.
func (l Lot) Tracked() bool { return l.Number != "" }

// compare puts lots in order.
func (l Lot) compare(o Lot) int {
	switch {
	case l.Item != o.Item:
		return int(min(1, max(-1, l.Item-o.Item)))
	case l.Serial != o.Serial && o.Serial:
		return -1
	case l.Serial != o.Serial:
		return 1
	}
	return strings.Compare(l.Number, o.Number)
}

// Move is a move of the stock ledger as a trace reads it. Moves that take others back are not among them.
type Move struct {
	Number   int64
	Posting  int64 // the first move of those that were posted together
	Lot      Lot
	From, To int64          // places
	Quantity plant.Quantity // what of it was not taken back
	Document string         // "work/11", "sales/7"
	Source   string         // "person", "machine:line/unit"
	At       time.Time      // when it happened
	Scrap    bool           // of a report of pieces that were scrapped, and of none that were good
	Late     bool           // it is taken once for many pieces, after they were made
}

// uses tells whether the move went into production, makes whether it came out of it.
func (m Move) uses() bool  { return m.Quantity > 0 && m.To == stock.Production }
func (m Move) makes() bool { return m.Quantity > 0 && m.From == stock.Production }

// Ledger reads moves. The moves of what was taken back whole may be left out.
type Ledger interface {
	// Moves gives every move of lots, by number.
	Moves(ctx context.Context, lots []Lot) ([]Move, error)
	// Orders gives every move of work orders, by number.
	Orders(ctx context.Context, documents []string) ([]Move, error)
	// Within gives the serials that belong to lots.
	Within(ctx context.Context, lots []Lot) ([]Lot, error)
}

// Link says that of one lot so much went into another, in an order.
type Link struct {
	From, To Lot
	Order    string         // "work/11"
	Quantity plant.Quantity // of From
	Sure     bool           // it was used by the very pieces; else by those that were made then
}

// isWork tells whether a document is a work order.
func isWork(document string) bool { return strings.HasPrefix(document, "work/") }
