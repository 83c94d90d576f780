// Package app is the composition root: the only place that knows every concrete part.
package app

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/collect"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/watch"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/run"
	"millwright/internal/store"
	"millwright/internal/web"
)

// Version is what the build was made from; the linker sets it.
var Version = "unknown"

// App is the whole program, put together and not yet running.
type App struct {
	cfg   config.Config
	model config.Model
	log   *slog.Logger

	store   *store.Store
	archive *embedded.Archive
	writer  *history.Writer
	latest  *bus.Latest

	raw     bus.Topic[tag.Sample] // from the sessions, still to be kept
	samples bus.Topic[tag.Sample] // everything, as it arrives
	changed bus.Topic[oee.Changed]
	booked  bus.Topic[execution.Changed]

	sessions  []*collect.Session
	machines  *watch.Service
	oee       *timekeeper.Service
	execution *clerk.Service
	gate      *access.Gate
	web       *web.Server
}

// New puts the program together, bottom up, and opens everything it needs. On an error nothing stays open.
func New(ctx context.Context, cfg config.Config, model config.Model, log *slog.Logger) (a *App, err error) {
	a = &App{cfg: cfg, model: model, log: log}
	defer func() {
		if err != nil {
			_ = a.Close()
			a = nil
		}
	}()
	if err = folder(cfg.Data); err != nil {
		return a, err
	}
	if err = whole(cfg); err != nil {
		return a, err
	}
	_, missing := os.Stat(inFolder(cfg.Data, "history"))
	if _, err := os.Stat(inFolder(cfg.Data, database)); missing != nil && err == nil {
		log.Warn("the history of samples is gone and begins anew; the ledgers are still there, but no older number can be opened down to its samples", "folder", inFolder(cfg.Data, "history"))
	}
	if a.archive, err = embedded.Open(inFolder(cfg.Data, "history"), model.Tags, log, embedded.Options{Retention: cfg.History.Retention}); err != nil {
		return a, err
	}
	if a.store, err = store.Open(ctx, cfg.DSN(), log); err != nil {
		return a, err
	}
	a.latest = bus.NewLatest(model.Tags.Len())
	a.writer = history.NewWriter(a.raw.Queue(8192), a.archive, time.Now, log)
	if err = a.openSessions(ctx, missing != nil); err != nil {
		return a, err
	}
	a.openEngines()
	a.gate = access.NewGate(a.store.Vault())
	a.web, err = a.openWeb()
	return a, err
}

// openSessions makes a session of every connection, and closes the gap that the last stop left.
func (a *App) openSessions(ctx context.Context, fresh bool) error {
	p := place{data: a.cfg.Data, logs: logs(a.cfg.Plant), fresh: fresh}
	for _, c := range a.model.Connections {
		d, err := openDriver(c, p)
		if err != nil {
			return err
		}
		var tags []tag.Tag
		for _, t := range a.model.Tags.All() {
			if t.Connection == c.ID {
				tags = append(tags, t)
			}
		}
		alive, _ := a.model.Tags.Find(config.AliveTag(c.ID))
		s := collect.NewSession(collect.Connection{ID: c.ID, Alive: alive, Tags: tags}, d, a.receive, collect.Settings{Log: a.log})
		if err := s.Resume(ctx, a.archive, time.Now()); err != nil {
			return errs.New(errs.KindOf(err), "connection %s: look up where its history ends: %w", c.ID, err)
		}
		a.sessions = append(a.sessions, s)
	}
	return nil
}

// receive takes what a session delivers: to be kept, and to everybody who listens.
func (a *App) receive(batch []tag.Sample) {
	a.raw.Publish(batch)
	a.see(batch)
}

// see passes samples on that are kept, or are on their way to be.
func (a *App) see(batch []tag.Sample) {
	a.latest.Put(time.Now(), batch)
	a.samples.Publish(batch)
}

// ingest keeps samples that came by HTTP before it passes them on: the caller is told what was kept.
func (a *App) ingest(ctx context.Context, batch []tag.Sample) ([]history.Refusal, error) {
	refused, err := a.archive.Append(ctx, time.Now(), batch)
	if err != nil {
		return refused, err
	}
	out := make(map[int]bool, len(refused))
	for _, r := range refused {
		out[r.Index] = true
	}
	kept := make([]tag.Sample, 0, len(batch))
	for i, s := range batch {
		if !out[i] {
			kept = append(kept, s)
		}
	}
	a.see(kept)
	return refused, nil
}

// openEngines puts machine, time ledger and count ledger on the bus.
func (a *App) openEngines() {
	a.machines = watch.New(watch.Options{
		Signals: a.model.Signals, Archive: a.archive, Samples: &a.samples, Now: time.Now, Log: a.log,
		Begin: func(ctx context.Context) (time.Time, []machine.Mark, error) { return a.execution.Begin(ctx) },
	})
	lines := a.model.Plant.Lines()
	begin := time.Now().Add(-played - 5*time.Minute) // of ledgers that are empty: the past may be told to us
	a.oee = timekeeper.New(timekeeper.Options{
		Lines: lines, Signals: a.model.Signals, Ledger: a.store.Ledger(), History: a.facts,
		Facts: a.machines.Facts(), News: &a.changed, Now: time.Now, Log: a.log, Earliest: begin,
	})
	a.execution = clerk.New(clerk.Options{
		Lines: lines, Signals: a.model.Signals, Tags: a.model.Tags, Books: a.store.Books(), History: a.facts,
		Facts: a.machines.Facts(), News: &a.booked, Now: time.Now, Log: a.log, Earliest: begin,
	})
}

// facts derives what the units of a line did in a window from the history.
func (a *App) facts(ctx context.Context, line plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
	var signals []machine.Signals
	if l, ok := a.model.Plant.Line(line); ok {
		for _, s := range a.model.Signals {
			for _, u := range l.Units {
				if u.ID == s.Unit {
					signals = append(signals, s)
				}
			}
		}
	}
	return watch.Replay(ctx, a.archive, signals, plant.Span{From: from, To: to}, yield)
}

// Parts gives everything that runs, in the order of starting.
func (a *App) Parts() []run.Part {
	parts := []run.Part{
		{Name: "history", Run: a.writer.Run},
		{Name: "time ledger", Run: a.oee.Run},
		{Name: "execution", Run: a.execution.Run},
		{Name: "machines", Run: a.machines.Run},
	}
	for _, s := range a.sessions {
		parts = append(parts, run.Part{Name: "connection " + s.Status().Connection, Run: s.Run})
	}
	return append(parts, run.Part{Name: "web", Run: a.web.Run})
}

// Close closes what New opened.
func (a *App) Close() error {
	var closers []io.Closer
	if a.store != nil {
		closers = append(closers, a.store)
	}
	if a.archive != nil {
		closers = append(closers, a.archive)
	}
	var failed error
	for _, c := range closers {
		failed = errors.Join(failed, c.Close())
	}
	return failed
}

// logs is the folder in which the logs of a plant file lie: beside it, or bundled with the demo plant.
func logs(plantFile string) fs.FS {
	if plantFile == "" {
		return config.Bundled()
	}
	return os.DirFS(filepath.Dir(plantFile))
}
