package web

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/ot/collect"
	"millwright/internal/ot/history/quarantine"
	"millwright/internal/plant"
	"millwright/views/admin/system"
	"millwright/views/figure"
	"millwright/views/ui"
)

// System is the program itself: how it is doing, and the copies of what it keeps. Without Health there is no page.
type System struct {
	Data    string // the data folder's path
	Health  func(ctx context.Context) (Health, error)
	Backups func() (Backups, error)
	BackUp  func(ctx context.Context, by plant.Person) error                          // has one made; errs.Conflict while one is being made
	Open    func(ctx context.Context, name string, by plant.Person) (*os.File, error) // opens one to be taken away
	Refused func() []quarantine.Refused                                               // the newest samples of each source that are not kept; nil when that is not known
	Keeper  Keeper                                                                    // nil when nothing of it can be said here
	Restore Restorer                                                                  // nil when backups are put back by command alone
}

// Health is what the parts count.
type Health struct {
	Go       string
	Started  time.Time
	Database Database
	Samples  Samples
	History  History
	Disk     Disk
	Sessions collect.Tally
}

// Database is where the ledgers are.
type Database struct {
	Kind          string // "sqlite", "postgres"
	Bytes         int64
	Schema, Known int64
}

// Samples is what became of what the machines sent since the start.
type Samples struct {
	Received, Written, Refused, Lost uint64
	Waiting                          int
	LastError                        string // why the history cannot be written; "" while it can
}

// History is what is kept of it.
type History struct {
	Blocks, Texts int
	Bytes         int64
	Oldest        time.Time
	Retention     time.Duration
	Most          int64 // bytes; 0 is no limit
}

// Disk is the one under the data folder.
type Disk struct {
	Free, Reserve uint64
	PerDay        int64 // bytes that the history grew by in the last day; 0 while that is not known
}

// Backups is how they are doing.
type Backups struct {
	Kept    []Backup // the newest first
	Begun   time.Time
	Failed  string
	At      string // "02:30", "" never
	Keep    int
	Sealing bool // keys are in them
}

// Backup is one that is kept.
type Backup struct {
	Name  string
	At    time.Time
	Bytes int64
}

// systemPage shows how the program is doing.
func (s *Server) systemPage(c echo.Context) error { return s.systemAs(c, http.StatusOK, nil) }

func (s *Server) systemAs(c echo.Context, status int, wrong []ui.Fault) error {
	if s.System.Health == nil {
		return errs.New(errs.NotFound, "this program does not tell how it is doing")
	}
	page, err := s.admin(c, systemHome, "System", "How the program itself is doing, and the copies of what it keeps.")
	if err != nil {
		return err
	}
	h, err := s.System.Health(c.Request().Context())
	if err != nil {
		return err
	}
	b, err := s.System.Backups()
	if err != nil {
		return err
	}
	if !b.Begun.IsZero() {
		page.Frame.Refresh = 5
	}
	r := reader{Locale: figure.Locale{Zone: s.painter().site().Zone}, now: s.Now()}
	put, err := s.restoration(r, h.Database.Kind, b)
	if err != nil {
		return err
	}
	p := system.Page{Page: page, Faults: wrong, Backups: r.backups(b), Restore: put, Groups: []system.Group{
		r.samples(h.Samples, h.Sessions), r.doubtful(h.Sessions, s.states()), r.queues(s.painter().Queues), r.disk(h.Disk, h.History), r.database(h.Database, b), r.pages(s.hub.Stats()), r.program(s.Build, h),
	}}
	if s.System.Refused != nil {
		p.Refused = s.refusedRows(s.System.Refused())
	}
	for _, g := range p.Groups {
		for _, x := range g.Readings {
			if x.Do != "" {
				p.Wrong = append(p.Wrong, x)
			}
		}
	}
	return s.showAs(c, status, system.Show(p))
}

// backUp has a backup made.
func (s *Server) backUp(c echo.Context) error {
	if s.System.BackUp == nil {
		return errs.New(errs.NotFound, "this program makes no backups")
	}
	err := s.System.BackUp(c.Request().Context(), by(c))
	if errs.KindOf(err) == errs.Conflict {
		return s.systemAs(c, http.StatusUnprocessableEntity, faults(err))
	}
	if err != nil {
		return err
	}
	return done(c, systemHome, "backup")
}

// giveBackup sends a backup, however long that takes.
func (s *Server) giveBackup(c echo.Context) error {
	if s.System.Open == nil {
		return errs.New(errs.NotFound, "this program makes no backups")
	}
	name := c.Param("name")
	f, err := s.System.Open(c.Request().Context(), name, by(c))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	w := c.Response()
	if err := http.NewResponseController(w.Writer).SetWriteDeadline(time.Time{}); err != nil {
		s.Log.Debug("a download keeps its deadline", "err", err)
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	w.Header().Set("Content-Type", "application/gzip")
	http.ServeContent(w, c.Request(), "", info.ModTime(), f)
	return nil
}
