package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"millwright/config"
	"millwright/internal/run"
	"millwright/internal/web"
)

// Serve runs the plant of the settings' plant file until ctx ends.
func Serve(ctx context.Context, cfg config.Config, out io.Writer) error {
	model, err := plantOf(cfg)
	if err != nil {
		return err
	}
	return serve(ctx, cfg, model, out, nil)
}

// plantOf reads the plant file that the settings name; without one the plant is empty.
func plantOf(cfg config.Config) (config.Model, error) {
	if cfg.Plant == "" {
		return config.ParsePlant("the empty plant", nil)
	}
	model, err := config.LoadPlant(cfg.Plant)
	if err != nil {
		return model, err
	}
	return model, model.Endpoint(cfg.Endpoints)
}

// serve puts a program together and runs it, with more parts that need it running.
func serve(ctx context.Context, cfg config.Config, model config.Model, out io.Writer, more func(*App) ([]run.Part, error)) (err error) {
	a, err := New(ctx, cfg, model, cfg.Log.Logger(os.Stderr))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	site, err := a.web.Open()
	if err != nil {
		return err
	}
	parts := a.Parts()
	if more != nil {
		added, err := more(a)
		if err != nil {
			return err
		}
		parts = append(parts, added...)
	}
	if err := a.greet(ctx, site, out); err != nil {
		return err
	}
	return run.Group{}.Run(ctx, parts...)
}

// greet says where the program is reached and, on the first start, how the first admin comes in.
func (a *App) greet(ctx context.Context, site string, out io.Writer) error {
	if _, err := fmt.Fprintf(out, "Millwright is at %s\n", site); err != nil {
		return err
	}
	open, err := a.gate.Open(ctx)
	if err != nil || open {
		return err
	}
	key, err := a.gate.Invite(ctx, time.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "First start: become the first admin, once and within the hour, at\n  %s/setup/%s\n", site, key)
	return err
}

// openWeb makes the site from the parts.
func (a *App) openWeb() (*web.Server, error) {
	return web.New(web.Deps{
		Plant: &a.model.Plant, Tags: a.model.Tags, Signals: a.model.Signals,
		Latest: a.latest, Units: a.machines, Lines: a.oee, Jobs: a.execution, Archive: a.archive, Sessions: a,
		Ingest: a.ingest, Vault: a.store.Vault(), Gate: a.gate,
		News:  web.News{Samples: &a.samples, Facts: a.machines.Facts(), Lines: &a.changed, Jobs: &a.booked},
		Ready: a.ready, Metrics: a.meters(), Listen: a.cfg.Listen, PublicURL: a.cfg.PublicURL, Build: Version, Log: a.log,
	})
}

// ready says why the program cannot work yet; nil when it can.
func (a *App) ready(ctx context.Context) error {
	select {
	case <-a.machines.CaughtUp():
	default:
		return errors.New("the history is still being read")
	}
	_, err := a.gate.Open(ctx)
	return err
}
