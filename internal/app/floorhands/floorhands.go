// Package floorhands puts together who gives machines their jobs, and who reports the time of people and lines on jobs.
package floorhands

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"millwright/config"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/busytime"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/mes/execution/foreman"
	"millwright/internal/mes/labour"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/driver"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// Often settles what is over, again and again until the context ends.
func Often(settle func(ctx context.Context) error, what string, log *slog.Logger) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		tick := time.NewTicker(15 * time.Second)
		defer tick.Stop()
		for {
			if err := settle(ctx); err != nil && ctx.Err() == nil {
				log.Warn(what+" could not be booked to their work orders; it is tried again", "err", err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
	}
}

// Labour reports the time of people on jobs to their work orders.
func Labour(s *store.Store, log *slog.Logger) *labour.Service {
	work := s.Works()
	return &labour.Service{Book: s.Labour(), Log: log, Report: func(ctx context.Context, t labour.Stint, minutes plant.Quantity) error {
		r := workorder.Report{Order: t.Work, Operation: t.Operation, Labour: minutes, At: t.To}
		by := plant.Person{ID: t.Who.ID, Name: t.Who.Name, Role: plant.Operator}
		return bear(ctx, work, r, workorder.Doing{By: by, Why: "clocked on job " + t.Job, Key: fmt.Sprintf("labour/%d", t.ID)})
	}}
}

// bear reports time at the operation of the job, else at the first.
func bear(ctx context.Context, work workorder.Book, r workorder.Report, by workorder.Doing) error {
	if r.Operation == 0 {
		o, err := work.Order(ctx, r.Order)
		if err != nil {
			return err
		}
		if len(o.Operations) == 0 {
			return errs.New(errs.Invalid, "%s has no operation that bears time", o.Number)
		}
		r.Operation = o.Operations[0].Position
	}
	_, err := work.Report(ctx, r, by)
	return err
}

// Lines books the time of lines on jobs to their work orders.
func Lines(s *store.Store, segments func(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error), log *slog.Logger) *busytime.Service {
	work := s.Works()
	return &busytime.Service{Jobs: s.Books().Jobs, Older: s.TimedLater, Segments: segments, Now: time.Now, Log: log, Report: func(ctx context.Context, h busytime.Hour) error {
		r := workorder.Report{
			Order: h.Job.Work, Operation: h.Job.Operation, SetUp: labour.Minutes(h.SetUp), Run: labour.Minutes(h.Run), At: h.To, Source: "machine:" + string(h.Job.Line), Job: h.Job.ID, Counted: true,
		}
		was, err := s.TimeOn(ctx, r.Job, r.Source, h.From, h.From.Add(time.Hour))
		if r.SetUp, r.Run = r.SetUp-was.SetUp, r.Run-was.Run; err != nil || r.SetUp == 0 && r.Run == 0 {
			return err
		}
		do := workorder.Doing{By: plant.Program(), Why: "the line's time on job " + r.Job, Key: fmt.Sprintf("busy/%s/%d", r.Job, h.From.Unix())}
		if was.Reports > 0 {
			do.Why, do.Key = do.Why+", as its ledger has it now", fmt.Sprintf("%s/%d", do.Key, was.Reports)
		}
		if known, err := s.Answered(ctx, store.WorkCommands, do.By, do.Key); err != nil || known != 0 {
			return err
		}
		return bear(ctx, work, r, do)
	}}
}

// Machines opens connections.
type Machines interface {
	Open(ctx context.Context, c config.Connection, fresh bool) (driver.Driver, error)
}

// Hands is what a foreman works with.
type Hands struct {
	Store    *store.Store
	Machines Machines
	Log      *slog.Logger
}

// Foreman is what gives the machines of a plant their job orders. It holds sessions of its own.
func (h Hands) Foreman(model config.Model, jobs *clerk.Service) *foreman.Service {
	o := foreman.Options{Jobs: jobs, Ledger: h.Store.Sent(), Now: time.Now, Log: h.Log}
	for _, r := range model.Receivers {
		o.Receivers = append(o.Receivers, foreman.Receiver{Line: r.Unit.Line, Unit: r.Unit.ID, Name: r.Unit.Name, Connection: r.Connection, Address: r.Address, Ahead: r.Ahead})
	}
	o.Open = func(ctx context.Context, connection string) (driver.JobReceiver, error) {
		i := slices.IndexFunc(model.Connections, func(c config.Connection) bool { return c.ID == connection })
		if i < 0 || model.Connections[i].Disabled {
			return nil, errs.New(errs.Unavailable, "connection %s is disabled", connection)
		}
		d, err := h.Machines.Open(ctx, model.Connections[i], false)
		if err != nil {
			return nil, err
		}
		r, takes := d.(driver.JobReceiver)
		if !takes {
			return nil, errs.New(errs.Invalid, "connection %s: job orders go over OPC UA only, or its secrets cannot be opened", connection)
		}
		return r, nil
	}
	return foreman.New(o)
}
