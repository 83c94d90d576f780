package app

import (
	"context"
	"io"
	"net"
	"time"

	"millwright/config"
	"millwright/internal/app/demoplant"
	"millwright/internal/app/demoplant/office"
	"millwright/internal/errs"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/ot/simulate"
	"millwright/internal/ot/simulate/station"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/run"
)

// DemoOptions are the choices of `millwright demo`.
type DemoOptions struct {
	Seed  uint64
	Speed float64
}

// Demo runs the demo plant: its machines simulated in a process of their own and reached like any others.
func Demo(ctx context.Context, cfg config.Config, o DemoOptions, out io.Writer) error {
	text, err := config.BundledText("demo.yaml")
	if err != nil {
		return err
	}
	cfg.Plant = "" // its logs are bundled
	if err := station.Check(station.Options{Seed: o.Seed, Speed: o.Speed, Snapshot: snapshot(cfg)}); err != nil {
		return err
	}
	zone, err := time.LoadLocation(simulate.Demo().Zone)
	if err != nil {
		return err
	}
	listen, err := freePort()
	if err != nil {
		return err
	}
	plan := Plan{
		Name: "plants/demo.yaml", Text: text, Endpoints: map[string]string{"plc": "opc.tcp://" + listen},
		Up:    map[string]func(context.Context){"plc": func(ctx context.Context) { demoplant.Listens(ctx, listen) }},
		Shape: func(m *config.Model) { demoplant.Hasten(m, o.Speed) },
	}
	return serve(ctx, cfg, plan, out, func(a *App) ([]run.Part, error) {
		lines := func() []plant.Line { return a.floor.Load().model.Plant.Lines() }
		p := &demoplant.Planner{
			Jobs: a.jobs, Office: &office.Office{Store: a.store, Zone: zone, Now: time.Now, Speed: o.Speed, Energy: demoplant.Meter{Archive: a.archive, Tags: func() *tag.Registry { return a.floor.Load().model.Tags }, Lines: lines}.Used}, Lines: lines, Speed: o.Speed, Filled: make(chan struct{}),
			Told: func() bool { return !station.Untold(snapshot(cfg)) }, Log: a.log,
		}
		sim := demoplant.Simulator{
			Listen: listen, Site: a.web.Near(), Snapshot: snapshot(cfg), Seed: o.Seed, Speed: o.Speed,
			Vault: a.store.Vault(), After: p.Filled, Log: a.log,
		}
		return []run.Part{{Name: "demo orders", Run: p.Run}, {Name: "simulator", Run: sim.Run}}, nil
	})
}

// snapshot is the file in which the simulated machines keep their memory.
func snapshot(cfg config.Config) string { return inFolder(cfg.Data, "simulator.json") }

// jobs are those of the plant in use.
func (a *App) jobs() *clerk.Service { return a.floor.Load().execution }

// freePort gives an address on loopback at which nobody listens: two demos never share their machines.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", errs.New(errs.Unavailable, "no port on loopback is free for the simulated machines: %w", err)
	}
	return l.Addr().String(), l.Close()
}
