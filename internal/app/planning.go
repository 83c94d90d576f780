package app

import (
	"context"
	"time"

	"millwright/internal/app/workdays"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/mes/execution/promise/outlook"
	"millwright/internal/mes/execution/storeman"
	"millwright/internal/plant"
	"millwright/internal/run"
	"millwright/internal/web"
)

// newDesk makes the planner's desk, which goes by the calendar of the plant in use.
func (a *App) newDesk() *desk.Desk {
	in := func() *plant.Plant { return &a.floor.Load().model.Plant }
	return desk.New(desk.Options{
		Book: a.store.Plans(), Open: func(d plant.Date) bool { return workdays.Open(in().Lines(), d) }, Today: func() plant.Date { return workdays.Today(in().Sites, time.Now()) }, Now: time.Now,
	})
}

// planning is what the site shows of planning and of work orders.
func (a *App) planning() web.Planning {
	return web.Planning{Desk: a.desk, Decisions: a.store.Decisions(), Kanban: a.store.Kanban(), Work: a.store.Works(), Accounts: a.store.WorkAccounts(), Scrap: a.store.WorkScrap(), Exchange: a.store.WorkExchange(), Pegs: a.store.WorkPegs(), Calloffs: a.store.Calloffs(), Items: a.store.Items(), Board: a.slate, Jobs: a.store.Counts(), Parked: a.store.Parked()}
}

// storeman makes up for what was short, or could not be told, when it was counted.
func (a *App) storeman() run.Part {
	return run.Part{Name: "shortages", Run: func(ctx context.Context) error {
		return storeman.Run(ctx, a.store.Backlog(), 3*time.Second, func(err error) { a.log.Warn("what was short could not be issued; it is tried again", "error", err) })
	}}
}

// planner plans whenever something has changed.
func (a *App) planner() run.Part {
	return run.Part{Name: "planning", Run: func(ctx context.Context) error {
		return a.desk.Run(ctx, func(err error) { a.log.Warn("planning failed; it is tried again", "error", err) })
	}}
}

// newOutlook makes what foretells when orders are done: on the plant in use, by what is told of its lines.
func (a *App) newOutlook() *outlook.Outlook {
	return outlook.New(outlook.Options{
		Book: a.store.Promises(), News: &a.changed, Jobs: &a.booked, Told: func() { a.web.Foretold() }, Now: time.Now, Log: a.log,
		Floor: func() outlook.Floor {
			f := a.floor.Load()
			return outlook.Floor{Revision: f.revision, Plant: &f.model.Plant, Lines: f.logbook, Queues: f.execution}
		},
	})
}
