package app

import (
	"time"

	"millwright/config"
	"millwright/internal/app/imported"
	"millwright/internal/erp/hook"
	"millwright/internal/mes/trace"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// teller is who tells programs elsewhere what happens in the business.
func (a *App) teller() *hook.Sender {
	return &hook.Sender{Book: a.store.Hooks(), Safe: a.safe, May: a.cfg.Webhooks.Allow, Log: a.log, Now: time.Now}
}

// records is what every record of the business has.
func (a *App) records() web.Records {
	return web.Records{
		Lists: a.store.Lists(), Folio: a.store.Folio(), Names: a.store.Names(),
		Hooks:     hook.Desk{Book: a.store.Hooks(), Safe: a.safe, May: a.cfg.Webhooks.Allow},
		Importers: imported.Importers(a.store, a.desk, func() *plant.Plant { return &a.floor.Load().model.Plant }, time.Now),
	}
}

// trade is what is made, bought and sold, and kept of it.
func (a *App) trade() web.Trade {
	return web.Trade{
		Items: a.store.Items(), Bills: a.store.Bills(), Centres: a.store.Centres(), Tools: a.store.Tools(), Stock: a.store.Stock(), Places: a.store.Places(),
		Material: web.Material{Ledger: a.store.Stock(), Store: a.store.Places(), Meant: a.store.Reservations(), Counts: a.store.Stocktakes(), Accounts: a.store.Accounts()},
		Partners: a.store.Partners(), Orders: a.store.Orders(), Trace: trace.Desk{Ledger: a.store.Traces(), Floor: a.store.TraceFloor(), Names: a.store.TraceNames()},
	}
}

// dispatch is what is kept of jobs beside themselves.
func (a *App) dispatch() web.Dispatch {
	return web.Dispatch{Moves: a.store.Audit(), Skills: a.store.Skills(), Briefs: a.store.Briefs(), Labour: a.store.Labour(), Write: a.machines.Writer(func() []config.Connection { return a.floor.Load().model.Connections }), Note: a.store.Audit().Append}
}
