// Package upkeep is the desk at which people say how long samples are kept and when backups are made.
package upkeep

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/web"
)

// setting is the name under which it is kept.
const setting = "upkeep"

// Desk keeps what is said in the database, where a start finds it.
type Desk struct {
	settings store.Settings
	file     config.Config
	use      func(config.Config)
	log      *slog.Logger

	mu      sync.Mutex // held while something is changed
	held    config.Config
	version int64 // of what was said that was read last, whether it can hold or not
}

// every is how soon it is seen that another program on the same data has said something else.
const every = 10 * time.Second

// Open reads what was said before. What cannot be read any more is logged, and the file's settings hold.
func Open(ctx context.Context, s store.Settings, file config.Config, log *slog.Logger) (*Desk, error) {
	d := &Desk{settings: s, file: file, held: file, log: log, use: func(config.Config) {}}
	return d, d.Refresh(ctx)
}

// Run sees what other programs on the same data say, until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	t := time.NewTicker(every)
	defer t.Stop()
	for failed := false; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		err := d.Refresh(ctx)
		if err != nil && !failed && ctx.Err() == nil {
			d.log.Error("how long samples are kept and when backups are made cannot be read: what was said before holds", "err", err)
		}
		failed = err != nil
	}
}

// Refresh has hold what was said last, here or by another program on the same data. Where that cannot hold, what did
// goes on, which is logged once.
func (d *Desk) Refresh(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	u, err := d.Upkeep(ctx)
	unfit := errs.KindOf(err) == errs.Invalid
	if err != nil && !unfit {
		return err
	}
	if u.Version == d.version {
		return nil
	}
	d.version = u.Version
	held := d.held
	if !unfit {
		held, err = d.file.With(u.Said)
	}
	if err != nil {
		d.log.Error("what was said in the browser of how long samples are kept and when backups are made cannot hold: what held before does", "err", err)
		return nil
	}
	d.held = held
	d.use(held)
	return nil
}

// Held is the settings that hold.
func (d *Desk) Held() config.Config {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.held
}

// Tell names whoever goes by the settings. It is told of each change.
func (d *Desk) Tell(use func(config.Config)) { d.use = use }

// Upkeep is what was said, beside what the file says.
func (d *Desk) Upkeep(ctx context.Context) (web.Upkeep, error) {
	u := web.Upkeep{File: d.file}
	kept, err := d.settings.Find(ctx, setting)
	if errs.KindOf(err) == errs.NotFound {
		return u, nil
	}
	if err == nil {
		u.Version = kept.Version
		u.Said, err = config.ReadUpkeep(kept.Value)
	}
	return u, err
}

// Change keeps what is said in the place of the version that was read, and has it hold at once (errs.Conflict when
// somebody else was first, errs.Invalid when it cannot be).
func (d *Desk) Change(ctx context.Context, u web.Upkeep, by plant.Person, why string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	held, err := d.file.With(u.Said)
	if err != nil {
		return err
	}
	text, err := u.Said.Text()
	if err != nil {
		return err
	}
	kept, err := d.settings.Save(ctx, store.Setting{Name: setting, Value: text, Version: u.Version}, by, why)
	if errs.KindOf(err) == errs.Conflict {
		return errs.New(errs.Conflict, "somebody else has changed this since you opened the page: it stands below as it is now")
	}
	if err != nil {
		return err
	}
	d.held, d.version = held, kept.Version
	d.use(held)
	return nil
}
