package app

import (
	"millwright/internal/mes/trace"
	"millwright/internal/web"
)

// trade is what is made, bought and sold, and kept of it.
func (a *App) trade() web.Trade {
	return web.Trade{
		Items: a.store.Items(), Bills: a.store.Bills(), Centres: a.store.Centres(), Stock: a.store.Stock(), Places: a.store.Places(),
		Material: web.Material{Ledger: a.store.Stock(), Store: a.store.Places(), Meant: a.store.Reservations(), Counts: a.store.Stocktakes(), Accounts: a.store.Accounts()},
		Partners: a.store.Partners(), Orders: a.store.Orders(),
		Trace: trace.Desk{Ledger: a.store.Traces(), Floor: a.store.TraceFloor(), Names: a.store.TraceNames()},
	}
}
