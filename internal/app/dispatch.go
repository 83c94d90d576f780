package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"millwright/config"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/mes/execution/foreman"
	"millwright/internal/mes/labour"
	"millwright/internal/ot/driver"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// dispatch is what is kept of jobs beside themselves.
func (a *App) dispatch() web.Dispatch {
	return web.Dispatch{Moves: a.store.Audit(), Skills: a.store.Skills(), Briefs: a.store.Briefs(), Labour: a.store.Labour()}
}

// labour reports the time of people on jobs to their work orders: at the operation of the job, else at the first.
func (a *App) labour() *labour.Service {
	work := a.store.Works()
	return &labour.Service{Book: a.store.Labour(), Log: a.log, Report: func(ctx context.Context, s labour.Stint, minutes plant.Quantity) error {
		r := workorder.Report{Order: s.Work, Operation: s.Operation, Labour: workorder.Minutes(minutes), At: s.To}
		if r.Operation == 0 {
			o, err := work.Order(ctx, s.Work)
			if err != nil {
				return err
			}
			if len(o.Operations) == 0 {
				return errs.New(errs.Invalid, "%s has no operation that bears time", o.Number)
			}
			r.Operation = o.Operations[0].Position
		}
		by := plant.Person{ID: s.Who.ID, Name: s.Who.Name, Role: plant.Operator}
		_, err := work.Report(ctx, r, workorder.Doing{By: by, Why: "clocked on job " + s.Job, Key: fmt.Sprintf("labour/%d", s.ID)})
		return err
	}}
}

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
