package app

import (
	"context"

	"millwright/internal/access"
	"millwright/internal/store"
	"millwright/internal/web"
)

// mostHistory is how much of a document's history a page shows.
const mostHistory = 100

// trade is what is made, bought and sold, and kept of it.
func (a *App) trade() web.Trade {
	return web.Trade{
		Items: a.store.Items(), Bills: a.store.Bills(), Centres: a.store.Centres(), Stock: a.store.Stock(), Places: a.store.Places(),
		Material: web.Material{Ledger: a.store.Stock(), Store: a.store.Places(), Meant: a.store.Reservations(), Counts: a.store.Stocktakes(), Accounts: a.store.Accounts()},
		Partners: a.store.Partners(), Orders: a.store.Orders(),
		History: func(ctx context.Context, document string) ([]access.Entry, error) {
			return a.store.Audit().List(ctx, document, store.Page{Limit: mostHistory})
		},
	}
}
