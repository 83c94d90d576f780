package tabled

import (
	"context"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tool"
)

// Books are what records of all kinds are kept in.
type Books struct {
	Items    item.Finder
	Bills    bill.Book
	Centres  bill.Centres
	Tools    tool.Book
	Zone     func() *time.Location // of the plant, for dates
	Partners partner.Book
	Orders   order.Book
	Known    Referred
	Today    func() string                                     // by the plant's clocks
	Plan     func(ctx context.Context) (*desk.Standing, error) // nil where nothing is planned
	Together func(ctx context.Context, doing string, fn func(ctx context.Context) error) error
}

// Importers take tables of each kind, by the name of its list.
func (b Books) Importers() map[string]register.Importer {
	all := map[string]register.Importer{}
	for list, kind := range map[string]Kind{
		"partners": Partners{b.Partners}, "prices": Prices{b.Partners, b.Items}, "bills": Bills{b.Bills, b.Centres, b.Items, b.Tools}, "tools": Tools{b.Tools, b.Zone}, "sales": Orders{Side: partner.Sales, Book: b.Orders, Known: b.Known, Today: b.Today, Plan: b.Plan},
		"purchase": Orders{Side: partner.Purchase, Book: b.Orders, Known: b.Known, Today: b.Today},
	} {
		all[list] = Importer{kind, b.Together}
	}
	return all
}
