package app

import (
	"context"
	"os"
	"runtime"
	"time"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/app/backup"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/history/embedded/space"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/web"
)

// openRack makes what backs the folder up while the program runs.
func (a *App) openRack() (*backup.Rack, error) {
	passphrase, err := backup.Passphrase(a.cfg.Backup.PassphraseFile)
	if err != nil {
		return nil, err
	}
	kept := a.upkeep.Held().Backup
	r := backup.NewRack(backup.Source{
		Data: a.cfg.Data, Store: a.store, Still: a.archive.Still, Passphrase: passphrase, Program: Version, Now: time.Now,
	}, kept.At, kept.Keep, a.log)
	a.upkeep.Tell(func(c config.Config) {
		a.archive.Limit(c.History.Retention, c.History.Bytes())
		r.Plan(c.Backup.At, c.Backup.Keep)
	})
	return r, nil
}

// system is what the site shows of the program itself.
func (a *App) system() web.System {
	return web.System{Data: a.cfg.Data, Health: a.health, Backups: a.backups, BackUp: a.backUp, Open: a.openBackup, Keeper: a.upkeep, Refused: a.refused.List}
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

func (a *App) backups() (web.Backups, error) {
	s, err := a.rack.State()
	out := web.Backups{Begun: s.Begun, Failed: s.Failed, At: s.At, Keep: s.Keep, Sealing: s.Sealing}
	for _, k := range s.Kept {
		out.Kept = append(out.Kept, web.Backup{Name: k.Name, At: k.At, Bytes: k.Bytes})
	}
	return out, err
}

// backUp asks for a backup, and audits who did.
func (a *App) backUp(ctx context.Context, by plant.Person) error {
	if err := a.rack.Ask(); err != nil {
		return err
	}
	_, err := a.store.Audit().Append(ctx, access.Entry{Who: by, What: "backup.make", On: "backups"})
	return err
}

// openBackup opens one to be taken away, which is audited: everything that is known is in it.
func (a *App) openBackup(ctx context.Context, name string, by plant.Person) (*os.File, error) {
	f, err := a.rack.Open(name)
	if err != nil {
		return nil, err
	}
	if _, err := a.store.Audit().Append(ctx, access.Entry{Who: by, What: "backup.download", On: name}); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}
