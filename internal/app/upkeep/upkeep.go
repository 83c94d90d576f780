// Package upkeep is the desk at which people say how long samples are kept and when backups are made.
package upkeep

import (
	"context"
	"log/slog"
	"sync"

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

	mu   sync.Mutex // held while something is changed
	held config.Config
}

// Open reads what was said before. What cannot be read any more is logged, and the file's settings hold.
func Open(ctx context.Context, s store.Settings, file config.Config, log *slog.Logger) (*Desk, error) {
	d := &Desk{settings: s, file: file, held: file, use: func(config.Config) {}}
	said, err := d.Upkeep(ctx)
	if errs.KindOf(err) == errs.Invalid {
		log.Error("what was said in the browser of how long samples are kept and when backups are made cannot hold: the file's settings do", "err", err)
		return d, nil
	}
	if err != nil {
		return nil, err
	}
	if held, err := file.With(said.Said); err == nil {
		d.held = held
	} else {
		log.Error("what was said in the browser of how long samples are kept and when backups are made cannot hold: the file's settings do", "err", err)
	}
	return d, nil
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
	_, err = d.settings.Save(ctx, store.Setting{Name: setting, Value: text, Version: u.Version}, by, why)
	if errs.KindOf(err) == errs.Conflict {
		return errs.New(errs.Conflict, "somebody else has changed this since you opened the page: it stands below as it is now")
	}
	if err != nil {
		return err
	}
	d.held = held
	d.use(held)
	return nil
}
