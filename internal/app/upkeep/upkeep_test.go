package upkeep

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
	"millwright/internal/web"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func open(t *testing.T, s *store.Store, log *bytes.Buffer) *Desk {
	t.Helper()
	file := config.Default()
	file.Backup.At = "01:00"
	d, err := Open(t.Context(), s.Settings(), file, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsSaidHoldsAtOnceAndAfterAStart(t *testing.T) {
	s, log := storetest.SQLite(t).Open(), &bytes.Buffer{}
	ada := plant.Person{ID: 1, Name: "Ada", Role: plant.Admin}
	d := open(t, s, log)
	var told config.Config
	d.Tell(func(c config.Config) { told = c })
	u, err := d.Upkeep(t.Context())
	if err != nil || u.Said != (config.Upkeep{}) || u.File.Backup.At != "01:00" {
		t.Fatalf("%+v %v", u, err)
	}
	u.Said.History.Retention, u.Said.Backup.At = 90*24*time.Hour, config.Never
	if err := d.Change(t.Context(), u, ada, "the disk is small"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []config.Config{told, d.Held(), open(t, s, log).Held()} {
		if c.History.Retention != 90*24*time.Hour || c.Backup.At != "" || c.Backup.Keep != 14 {
			t.Errorf("%+v", c)
		}
	}
	if err := d.Change(t.Context(), u, ada, "once more, on what was read before"); errs.KindOf(err) != errs.Conflict {
		t.Errorf("%v", err)
	}
	if u, err = d.Upkeep(t.Context()); err != nil || u.Said.Backup.At != config.Never {
		t.Fatalf("%+v %v", u, err)
	}
	u.Said.Backup.At = "25:00"
	if err := d.Change(t.Context(), u, ada, "no time"); errs.KindOf(err) != errs.Invalid || d.Held().Backup.At != "" {
		t.Errorf("%v, and %+v holds", err, d.Held().Backup)
	}
	u.Said = config.Upkeep{}
	if err := d.Change(t.Context(), u, ada, "as the file says"); err != nil || d.Held().Backup.At != "01:00" || open(t, s, log).Held().History.Retention != 400*24*time.Hour {
		t.Errorf("%v, and %+v holds", err, d.Held().Backup)
	}
	if log.Len() > 0 {
		t.Error(log)
	}
}

// TestWhatCannotBeReadLeavesTheFilesSettings: a start goes on, and says so.
func TestWhatCannotBeReadLeavesTheFilesSettings(t *testing.T) {
	for _, value := range []string{"history: [", "of: another program", "backup: {at: noon}", "history: {retention: 1s}"} {
		s, log := storetest.SQLite(t).Open(), &bytes.Buffer{}
		if _, err := s.Settings().Save(t.Context(), store.Setting{Name: setting, Value: value}, plant.Program(), "x"); err != nil {
			t.Fatal(err)
		}
		if d := open(t, s, log); d.Held().Backup.At != "01:00" || !strings.Contains(log.String(), "cannot hold") {
			t.Errorf("%s: %+v %s", value, d.Held().Backup, log)
		}
	}
}

// TestWhatAnotherProgramSaysHoldsHereToo: several programs may work on one database.
func TestWhatAnotherProgramSaysHoldsHereToo(t *testing.T) {
	s, log := storetest.SQLite(t).Open(), &bytes.Buffer{}
	here, there, told := open(t, s, log), open(t, s, log), 0
	here.Tell(func(c config.Config) {
		if told++; c.Backup.Keep != 3 {
			t.Errorf("%+v", c.Backup)
		}
	})
	u := said(t, there)
	u.Said.Backup.Keep = 3
	if err := there.Change(t.Context(), u, plant.Program(), "three will do"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := here.Refresh(t.Context()); err != nil || here.Held().Backup.Keep != 3 {
			t.Errorf("%v, and %+v holds", err, here.Held().Backup)
		}
	}
	if _, err := s.Settings().Save(t.Context(), store.Setting{Name: setting, Value: "history: [", Version: 1}, plant.Program(), "x"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := here.Refresh(t.Context()); err != nil || here.Held().Backup.Keep != 3 {
			t.Errorf("%v, and %+v holds", err, here.Held().Backup)
		}
	}
	if told != 1 || strings.Count(log.String(), "cannot hold") != 1 {
		t.Errorf("told %d times: %s", told, log)
	}
}

func said(t *testing.T, d *Desk) web.Upkeep {
	t.Helper()
	u, err := d.Upkeep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return u
}
