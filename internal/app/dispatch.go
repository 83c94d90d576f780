package app

import (
	"context"
	"slices"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/mes/execution/foreman"
	"millwright/internal/ot/driver"
	"millwright/internal/web"
)

// dispatch is what is kept of jobs beside themselves.
func (a *App) dispatch() web.Dispatch { return web.Dispatch{Moves: a.store.Audit()} }

// foreman is what gives the machines of a plant their job orders. It holds sessions of its own.
func (a *App) foreman(model config.Model, jobs *clerk.Service) foreman.Options {
	o := foreman.Options{Jobs: jobs, Ledger: a.store.Sent(), Now: time.Now, Log: a.log}
	for _, r := range model.Receivers {
		o.Receivers = append(o.Receivers, foreman.Receiver{Line: r.Unit.Line, Unit: r.Unit.ID, Name: r.Unit.Name, Connection: r.Connection, Address: r.Address, Ahead: r.Ahead})
	}
	o.Open = func(ctx context.Context, connection string) (driver.JobReceiver, error) {
		i := slices.IndexFunc(model.Connections, func(c config.Connection) bool { return c.ID == connection })
		if i < 0 || model.Connections[i].Disabled {
			return nil, errs.New(errs.Unavailable, "connection %s is disabled", connection)
		}
		d, err := a.machines.Open(ctx, model.Connections[i], false)
		if err != nil {
			return nil, err
		}
		r, takes := d.(driver.JobReceiver)
		if !takes {
			return nil, errs.New(errs.Invalid, "connection %s: job orders go over OPC UA only, or its secrets cannot be opened", connection)
		}
		return r, nil
	}
	return o
}
