package app

import (
	"context"
	"runtime"
	"time"

	"millwright/config"
	"millwright/internal/app/backup"
	"millwright/internal/app/backup/counter"
	"millwright/internal/app/standby"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/history/embedded/space"
	"millwright/internal/store"
	"millwright/internal/web"
)

// openBackups makes what backs the folder up while the program runs, and what puts a backup back.
func (a *App) openBackups(ctx context.Context) error {
	passphrase, err := backup.Passphrase(a.cfg.Backup.PassphraseFile)
	if err != nil {
		return err
	}
	kept := a.upkeep.Held().Backup
	a.rack = backup.NewRack(backup.Source{
		Data: a.cfg.Data, Store: a.store, Still: a.archive.Still, Passphrase: passphrase, Program: Version, Now: time.Now,
	}, kept.At, kept.Keep, a.log)
	a.upkeep.Tell(func(c config.Config) {
		a.archive.Limit(c.History.Retention, c.History.Bytes())
		a.rack.Plan(c.Backup.At, c.Backup.Keep)
	})
	a.standby, err = standby.Open(ctx, standby.Setting{
		Data: a.cfg.Data, Kind: a.store.Kind(), Kept: a.rack.Open, Passphrase: passphrase,
		Audit: a.store.Audit().Append, Restored: a.store.Restored, Newest: store.Schema, Steps: store.Steps,
		Again: a.again.Ask, Now: time.Now, Log: a.log,
	})
	return err
}

// system is what the site shows of the program itself.
func (a *App) system() web.System {
	c := counter.Counter{Rack: a.rack, Audit: a.store.Audit().Append}
	return web.System{Data: a.cfg.Data, Health: a.health, Backups: c.State, BackUp: c.Make, Open: c.Open, Keeper: a.upkeep, Restore: a.standby, Refused: a.refused.List}
}

func (a *App) health(ctx context.Context) (web.Health, error) {
	t, err := a.store.Health(ctx)
	if err != nil {
		return web.Health{}, err
	}
	known, err := store.Schema()
	if err != nil {
		return web.Health{}, err
	}
	free, err := space.Room(a.cfg.Data)
	if err != nil {
		return web.Health{}, err
	}
	w, s, kept := a.writer.Written(), a.archive.Stats(), a.upkeep.Held().History
	return web.Health{
		Go: runtime.Version(), Started: a.started,
		Database: web.Database{Kind: a.store.Kind(), Bytes: t.Bytes, Schema: t.Schema, Known: known},
		Samples:  web.Samples{Received: a.Received(), Written: w.Samples, Refused: w.Refused, Lost: w.Lost, Waiting: w.Waiting, LastError: w.LastError},
		History:  web.History{Blocks: s.Blocks, Texts: s.Texts, Bytes: s.BlockBytes + s.LogBytes, Oldest: s.Oldest, Retention: kept.Retention, Most: kept.Bytes()},
		Disk:     web.Disk{Free: free, Reserve: embedded.Reserve, PerDay: a.archive.Growth(time.Now())},
		Sessions: a.sessions(),
	}, nil
}
