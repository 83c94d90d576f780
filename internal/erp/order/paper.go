package order

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// Paper is what went or came: a delivery note, a receipt, a return. It is never changed.
type Paper struct {
	Side      Side
	ID        int64
	Number    string // "DN-000012", "GR-000003"
	Order     int64
	Kind      Kind
	Reverses  int64
	Reversed  bool // by another
	Reference string
	Note      string
	At        time.Time
	By        string
	Lines     []Moved
}

// Moved is one line of a paper, in stock units.
type Moved struct {
	ID       int64
	Line     Line           // as it is now
	Quantity plant.Quantity // less than 0 where it came back
	Amount   plant.Money
	Again    bool
	Cut      plant.Quantity // what was cancelled with it
	Stock    int64
	Revision string
	Lot      string
	Serial   string
	Theirs   string
	Expires  string
	Move     int64 // in the stock ledger; 0 for none
	Export   int64 // 0 while accounting does not know it
}

// Export is what accounting was handed at once.
type Export struct {
	Side  Side
	ID    int64 // 0 where nothing was waiting
	At    time.Time
	By    string
	Lines []Billing
}

// Billing is one line of an export.
type Billing struct {
	Paper     string // number
	Kind      Kind
	At        time.Time
	Order     string
	Reference string
	Partner   string
	Name      string
	Place     int
	Item      string
	Text      string
	Unit      string
	Quantity  plant.Quantity // in the unit; less than 0 is a credit
	Price     plant.Money
	Amount    plant.Money
}

// Title is what a paper is called on its side.
func (p Paper) Title() string {
	switch {
	case p.Kind == Reversal:
		return "Reversal"
	case p.Side == partner.Sales && p.Kind == Delivery:
		return "Delivery"
	case p.Kind == Delivery:
		return "Receipt"
	case p.Side == partner.Sales:
		return "Return"
	}
	return "Return to the supplier"
}

// Document is what the sheet of a paper is called.
func (p Paper) Document() string {
	switch {
	case p.Kind != Delivery:
		return p.Title()
	case p.Side == partner.Sales:
		return "Delivery note"
	}
	return "Goods receipt"
}

// Prefix begins the number of a side's papers.
func (k Kind) Prefix(side Side) string {
	switch {
	case side == partner.Sales && k == Delivery:
		return "DN"
	case side == partner.Purchase && k == Delivery:
		return "GR"
	case k == Return:
		return "RT"
	}
	return "RV"
}

// Told is a paper as the audit writes it.
func (p Paper) Told() string {
	words := []string{cmp.Or(p.Number, "–") + ": " + strings.ToLower(p.Title())}
	for _, m := range p.Lines {
		one := fmt.Sprintf("line %d: %s %s", m.Line.Place, m.Line.In(m.Quantity), m.Line.Unit)
		if lot := cmp.Or(m.Serial, m.Lot); lot != "" {
			one += " of " + lot
		}
		words = append(words, one)
	}
	return strings.Join(words, "\n")
}
