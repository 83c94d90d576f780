package web_test

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millwright/internal/app/backup"
	"millwright/internal/app/standby"
	"millwright/internal/errs"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/collect"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
	"millwright/internal/web"
)

// wellKept is a program that is doing well, with a real rack of backups in a folder of its own.
func wellKept(t testing.TB, h *web.Health) option {
	t.Helper()
	db := storetest.SQLite(t)
	data, s := filepath.Dir(db.Path()), db.Open()
	rack := backup.NewRack(backup.Source{Data: data, Store: s, Now: time.Now, Program: "test"}, "02:30", 14, slog.New(slog.DiscardHandler))
	desk, err := standby.Open(t.Context(), standby.Setting{
		Data: data, Kind: "sqlite", Kept: rack.Open, Audit: s.Audit().Append, Restored: s.Restored, Newest: store.Schema, Steps: store.Steps,
		Again: func() {}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- desk.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return func(d *web.Deps) {
		d.System = web.System{
			Data:   "/srv/mill's plant",
			Health: func(context.Context) (web.Health, error) { return *h, nil },
			Backups: func() (web.Backups, error) {
				s, err := rack.State()
				b := web.Backups{Failed: s.Failed, At: s.At, Keep: s.Keep}
				for _, k := range s.Kept {
					b.Kept = append(b.Kept, web.Backup{Name: k.Name, At: k.At, Bytes: k.Bytes})
				}
				return b, err
			},
			BackUp: func(ctx context.Context, _ plant.Person) error {
				_, err := rack.Make(ctx)
				return err
			},
			Keeper: keeperOf(t, s), Restore: desk,
			Open: func(_ context.Context, name string, _ plant.Person) (*os.File, error) { return rack.Open(name) },
		}
	}
}

func well() *web.Health {
	return &web.Health{
		Go: "go1.26", Started: time.Now().Add(-3 * time.Hour), Database: web.Database{Kind: "sqlite", Bytes: 5_300_000, Schema: 4, Known: 4},
		Samples: web.Samples{Received: 1_234_567, Written: 1_234_560}, History: web.History{Blocks: 12, Bytes: 3_400_000_000, Oldest: time.Now().Add(-240 * time.Hour), Retention: 9600 * time.Hour},
		Disk: web.Disk{Free: 500_000_000_000, Reserve: 64 << 20, PerDay: 900_000_000}, Sessions: collect.Tally{All: 2},
	}
}

func TestTheSystemPageSaysWhatNeedsSomebody(t *testing.T) {
	h := well()
	w := newWorld(t, wellKept(t, h))
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	page := ada.get("/admin/system")
	for _, want := range []string{"What needs somebody", "Back up now, and under What is kept", "1\u202f234\u202f567", "555\u00a0d", "3.4\u00a0GB", "5.3\u00a0MB", "One is made every day at 02:30"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("%d: the page does not say %q", page.status, want)
		}
	}
	if a := ada.post("/admin/system/backup", nil); a.status != http.StatusSeeOther || a.header.Get("Location") != "/admin/system?done=backup" {
		t.Fatalf("%d %.300s", a.status, a.body)
	}
	page = ada.get("/admin/system")
	if !strings.Contains(page.body, "All is well") {
		t.Error("with a backup it is not well")
	}
	restored := `mv '/srv/mill'\''s plant' '/srv/mill'\''s plant.before'` + "\n" + `millwright restore '/srv/mill'\''s plant.before/backups/millwright-`
	for _, want := range []string{restored, `.tar.gz' --data '/srv/mill'\''s plant'` + "\n" + `millwright verify --data '/srv/mill`, "damaged, cut off, foreign or of a newer program is refused", "One of an older program is taken"} {
		if !strings.Contains(html.UnescapeString(page.body), want) {
			t.Errorf("how a backup is restored: the page does not say %q", want)
		}
	}
	for what, c := range map[string]struct {
		spoil func()
		says  string
	}{
		"disk":     {func() { h.Disk.Free = 3_000_000_000 }, "Make room on the disk, or keep less"},
		"full":     {func() { h.Disk.Free = 65 << 20 }, "Make room at once"},
		"lost":     {func() { h.Samples.Lost = 7 }, "These samples are gone"},
		"refused":  {func() { h.Samples.Refused = 7 }, "Set the clocks"},
		"broken":   {func() { h.Samples.LastError = "<b>disk" }, "cannot be written: &lt;b&gt;disk"},
		"sessions": {func() { h.Sessions.Down = 1 }, "last error under Connections"},
		"degraded": {func() { h.Sessions.Degraded = 1 }, "what the connection lacks"},
		"schema":   {func() { h.Database.Schema = 5 }, "start only one version"},
	} {
		*h = *well()
		c.spoil()
		if page = ada.get("/admin/system"); !strings.Contains(page.body, c.says) || !strings.Contains(page.body, "What needs somebody") {
			t.Errorf("%s: %d, the page does not say %q", what, page.status, c.says)
		}
	}
	*h = *well()
	h.Disk.PerDay = 0
	if page = ada.get("/admin/system"); !strings.Contains(page.body, "All is well") {
		t.Error("an unknown growth is no fault")
	}
}

func TestWhatIsDroppedOrNotTakenAsItCameIsShown(t *testing.T) {
	var load bus.Load
	var told sessions
	h := well()
	w := newWorld(t, wellKept(t, h), func(d *web.Deps) {
		d.Sessions = &told
		d.Queues = []web.Queue{{Name: "Time ledger", Load: func() bus.Load { return load }}}
	})
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	ada.post("/admin/system/backup", nil)
	load = bus.Load{Room: 8192, Waiting: 12}
	page := ada.get("/admin/system")
	page.mustSay(t, "All is well", "Queues", "Time ledger", "12 waiting", "8192 at most")
	load = bus.Load{Room: 8192, Waiting: 4100}
	ada.get("/admin/system").mustSay(t, "What needs somebody", "than this computer works off")
	load = bus.Load{Room: 8192, Dropped: 1234}
	ada.get("/admin/system").mustSay(t, "What needs somebody", "1234 dropped", "Nothing is lost, but figures came later")
	ada.get("/metrics").mustSay(t, `millwright_queue_dropped_total{queue="Time ledger"} 1234`, `millwright_queue_waiting{queue="Time ledger"} 0`)
	load = bus.Load{}
	for _, c := range []struct {
		st   collect.Status
		says string
	}{
		{collect.Status{Skewed: 3}, "Set the clock of the machine. Most at connection press."},
		{collect.Status{Retyped: 3}, "Look at what is computed from the tag"},
		{collect.Status{Merged: 3}, "Raise the limit of the connection"},
		{collect.Status{Overflows: 3}, "Read fewer tags"},
	} {
		c.st.Connection = "press"
		told = sessions{{Connection: "filler"}, c.st}
		h.Sessions = collect.Count(told)
		ada.get("/admin/system").mustSay(t, "What needs somebody", c.says)
		told = told[:1] // the session is closed, and what it counted stays
		ada.get("/admin/system").mustSay(t, "What needs somebody", strings.TrimSuffix(c.says, " Most at connection press."))
	}
}

func TestABackupIsTakenAway(t *testing.T) {
	w := newWorld(t, wellKept(t, well()))
	w.user("Ada", plant.Admin)
	w.user("Mara", plant.Manager)
	ada := w.signedIn("Ada")
	ada.post("/admin/system/backup", nil)
	page := ada.get("/admin/system").body
	at := strings.Index(page, "/admin/system/backup/millwright-")
	if at < 0 {
		t.Fatal("no backup is offered")
	}
	href := page[at : at+strings.Index(page[at:], `"`)]
	got := ada.get(href)
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/gzip" || !strings.Contains(got.header.Get("Content-Disposition"), "millwright-") {
		t.Fatalf("%d %v", got.status, got.header)
	}
	m, err := backup.Restore(t.Context(), io.NopCloser(strings.NewReader(got.body)), backup.Wish{Data: filepath.Join(t.TempDir(), "back")})
	if err != nil || m.Rows["audit_head"] != 1 {
		t.Errorf("%+v %v", m, err)
	}
	if a := w.signedIn("Mara").get(href); a.status != http.StatusForbidden {
		t.Errorf("a manager gets %d", a.status)
	}
	for _, name := range []string{"..%2fmillwright.db", "millwright.db", "%2e%2e"} {
		if a := ada.get("/admin/system/backup/" + name); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", name, a.status)
		}
	}
}

func TestABackupThatIsBeingMadeIsAwaited(t *testing.T) {
	keep := wellKept(t, well())
	w := newWorld(t, keep, func(d *web.Deps) {
		d.System.BackUp = func(context.Context, plant.Person) error {
			return errs.New(errs.Conflict, "a backup is being made already")
		}
	})
	w.user("Ada", plant.Admin)
	if a := w.signedIn("Ada").post("/admin/system/backup", nil); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "being made already") {
		t.Errorf("%d %.300s", a.status, a.body)
	}
}

func TestTheLicencesAreTold(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	page := ada.get("/admin/system/licences")
	for _, want := range []string{"github.com/labstack/echo/v4", "BSD-3-Clause", "Permission is hereby granted, free of charge", "Apache License", "uplot"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("%d: the page does not say %q", page.status, want)
		}
	}
	a := ada.get("/admin/system/sbom.json")
	if a.status != http.StatusOK || !strings.Contains(a.body, `"bomFormat": "CycloneDX"`) || !strings.Contains(a.body, "pkg:golang/github.com/labstack/echo/v4@v") {
		t.Errorf("%d %.300s", a.status, a.body)
	}
}
