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
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/app/backup"
	"millwright/internal/app/floorhands"
	"millwright/internal/app/machines"
	"millwright/internal/app/mailroom"
	"millwright/internal/app/outset"
	"millwright/internal/app/scheduling"
	"millwright/internal/app/standby"
	"millwright/internal/app/upkeep"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/mail"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/promise/outlook"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/collect"
	"millwright/internal/ot/derive"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/history/quarantine"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/run"
	"millwright/internal/secret"
	"millwright/internal/store"
	"millwright/internal/web"
)

// Version is what the build was made from; the linker sets it.
var Version = "unknown"

// App is the whole program, put together and not yet running.
type App struct {
	cfg  config.Config
	plan Plan
	log  *slog.Logger

	store    *store.Store
	archive  *embedded.Archive
	wishes   *timekeeper.Wishes // through which readings get into the archive
	writer   *history.Writer
	refused  *quarantine.Room
	latest   *bus.Latest
	crew     *collect.Crew
	safe     *secret.Safe
	machines *machines.Machines
	started  time.Time
	fresh    atomic.Bool // nothing was ever kept here: the past is welcome

	board   derive.Board
	raw     bus.Topic[tag.Sample] // from the sessions and the board, still to be kept
	samples bus.Topic[tag.Sample] // everything, as it arrives
	facts   bus.Topic[machine.Fact]
	changed bus.Topic[oee.Changed]
	booked  bus.Topic[execution.Changed]

	floor   atomic.Pointer[floor]
	changes chan change
	using   sync.Mutex // held while a change is made
	rack    *backup.Rack
	standby *standby.Desk
	again   run.Again // has the program start again
	upkeep  *upkeep.Desk
	gate    *access.Gate
	mail    *mail.Desk
	desk    *desk.Desk
	outlook *outlook.Outlook
	slate   *scheduling.Board
	web     *web.Server
}

// New puts the program together, bottom up, and opens everything it needs. On an error nothing stays open.
func New(ctx context.Context, cfg config.Config, plan Plan, log *slog.Logger) (a *App, err error) {
	a = &App{cfg: cfg, plan: plan, log: log, changes: make(chan change), again: run.NewAgain(), started: time.Now(), refused: quarantine.New()}
	defer func() {
		if err != nil {
			_ = a.Close()
			a = nil
		}
	}()
	if _, err = plan.document(); err != nil {
		return a, err
	}
	if err = folder(cfg.Data); err != nil {
		return a, err
	}
	if cfg.Database == "" {
		if err = standby.Place(ctx, cfg.Data, log); err != nil {
			return a, err
		}
	}
	if err = whole(cfg); err != nil {
		return a, err
	}
	if err = embedded.Free(inFolder(cfg.Data, "history")); err != nil {
		return a, err // before the ledgers are touched: a newer program would bring them to its form under an older one's hands
	}
	_, missing := os.Stat(inFolder(cfg.Data, "history"))
	a.fresh.Store(missing != nil)
	if _, err := os.Stat(inFolder(cfg.Data, siteFile)); missing != nil && err == nil { // a program ran here: people are added before
		log.Warn("the history of samples is gone and begins anew; the ledgers are still there, but no older number can be opened down to its samples", "folder", inFolder(cfg.Data, "history"))
	}
	if a.store, err = store.Open(ctx, cfg.DSN(), log); err != nil {
		return a, err
	}
	a.store.Pays(func() plant.Money { return a.floor.Load().model.Plant.Cent() })
	a.safe = secret.New(inFolder(cfg.Data, "secret.key"), a.store.Secrets())
	a.machines = machines.New(machines.Options{
		Certificates: inFolder(cfg.Data, "certificates"), Logs: logs(cfg.Plant), Networks: cfg.OPCUA.Prefixes(),
		Endpoints: plan.Endpoints, Up: plan.Up, Audit: a.store.Audit().Append, Safe: a.safe,
	})
	if a.upkeep, err = upkeep.Open(ctx, a.store.Settings(), cfg, log); err != nil {
		return a, err
	}
	if err = a.openFloor(ctx); err != nil {
		return a, err
	}
	if err = a.openBackups(ctx); err != nil {
		return a, err
	}
	a.gate, a.mail = access.NewGate(a.store.Vault()), mailroom.Desk(a.store.Mail(), a.safe, cfg.Mail.Servers)
	a.desk, a.outlook = a.newDesk(), a.newOutlook()
	a.slate = scheduling.New(a.store, func() scheduling.Floor {
		f := a.floor.Load()
		return scheduling.Floor{Plant: &f.model.Plant, Queues: f.execution}
	}, scheduling.News{Jobs: &a.booked, Speed: a.outlook.Speed, Told: func() { a.web.Scheduled() }}, a.log)
	a.web, err = a.openWeb()
	return a, err
}

// openFloor opens the history, the sessions and the engines of the plant in use.
func (a *App) openFloor(ctx context.Context) error {
	text, err := a.planText(ctx)
	if err != nil {
		return err
	}
	head, err := outset.Settle(ctx, a.store, outset.File{Name: a.plan.Name, Text: text, Given: a.plan.Text != nil}, a.log)
	if err != nil {
		return err
	}
	model, err := a.understand(head.Text, nil)
	if err != nil {
		return err
	}
	kept := a.upkeep.Held().History
	if a.archive, err = embedded.Open(inFolder(a.cfg.Data, "history"), model.Tags, a.log, embedded.Options{Retention: kept.Retention, Window: kept.Late, Size: kept.Bytes()}); err != nil {
		return err
	}
	a.latest = bus.NewLatest(model.Tags.Len())
	a.wishes = timekeeper.NewWishes(a.store.Ledger(), a.archive, a.cfg.History.Late, a.log)
	a.writer = history.NewWriter(a.raw.Queue(8192), intake{a.archive, a.wishes, a.quarantined}, time.Now, a.log)
	a.writer.Swing(model.Tags.All())
	a.crew = collect.NewCrew(intake{a.archive, a.wishes, a.quarantined}, time.Now)
	if err := a.crew.Adopt(ctx, a.wanted(model)); err != nil && strings.HasPrefix(head.Origin, outset.FromFile) {
		return err // what a file says is mended in the file; what was said in the program has to be mended there
	}
	a.fresh.Store(false)
	if err = a.amends(model).Make(ctx); err != nil {
		return err
	}
	a.floor.Store(a.lay(head.Number, model, false))
	return a.derive(ctx, model.Derived)
}

// derive lets the formulas of a plant go on from what the history holds, in which the gaps are closed, and from what
// came since. There is no engine before it.
func (a *App) derive(ctx context.Context, formulas []derive.Formula) error {
	e := derive.New(formulas)
	if e == nil {
		return nil
	}
	kept, err := derive.Newest(ctx, a.archive, e, time.Now())
	if err != nil {
		return err
	}
	a.board.Adopt(e, func() []tag.Sample { return append(kept, a.latest.Of(e.Tags())...) }, a.spread)
	return nil
}

// receive takes what a session delivers, and derives what hangs on it.
func (a *App) receive(batch []tag.Sample) { a.board.Pass(batch, a.spread) }

// spread gives samples away: to be kept, and to everybody who listens.
func (a *App) spread(batch []tag.Sample) {
	a.raw.Publish(batch)
	a.see(batch)
}

// see passes samples on that are kept, or are on their way to be.
func (a *App) see(batch []tag.Sample) {
	a.latest.Put(time.Now(), batch)
	a.samples.Publish(batch)
}

// intake is the archive with the wishes as its way in.
type intake struct {
	*embedded.Archive
	wishes *timekeeper.Wishes
	tell   func(now time.Time, batch []tag.Sample, refused []history.Refusal, sent bool)
}

// Append keeps a batch.
func (i intake) Append(ctx context.Context, now time.Time, batch []tag.Sample) ([]history.Refusal, error) {
	refused, err := i.wishes.Append(ctx, now, batch)
	i.tell(now, batch, refused, false)
	return refused, err
}

// ingest keeps samples that came by HTTP before it passes them on: the caller is told what was kept.
func (a *App) ingest(ctx context.Context, batch []tag.Sample) ([]history.Refusal, error) {
	refused, err := a.wishes.Insist(ctx, time.Now(), batch)
	if err != nil {
		return refused, err
	}
	a.quarantined(time.Now(), batch, refused, true)
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
	a.board.Pass(kept, func(all []tag.Sample) {
		a.raw.Publish(all[len(kept):])
		a.see(all)
	})
	return refused, nil
}

// Parts gives everything that runs, in the order of starting.
func (a *App) Parts() []run.Part {
	return []run.Part{
		{Name: "history", Run: a.writer.Run},
		{Name: "plant", Run: a.runFloor},
		{Name: "connections", Run: a.crew.Run},
		{Name: "revisions", Run: a.watchRevisions},
		{Name: "upkeep", Run: a.upkeep.Run},
		{Name: "backups", Run: a.rack.Run},
		{Name: "restoring", Run: a.standby.Run},
		{Name: "restart", Run: a.again.Run},
		a.planner(),
		a.storeman(),
		{Name: "promises", Run: a.outlook.Run},
		{Name: "schedule", Run: a.slate.Run},
		{Name: "web", Run: a.web.Run},
		{Name: "mail", Run: mailroom.Run(a.mail, a.web.Office(), a.store.Ledger().Wishes, a.log)},
		{Name: "webhooks", Run: a.teller().Run},
		{Name: "labour", Run: floorhands.Often(floorhands.Labour(a.store, a.log).Settle, "the time of people on jobs", a.log)},
		{Name: "machine time", Run: floorhands.Often(floorhands.Lines(a.store, a.segments, a.log).Settle, "the time of lines", a.log)},
	}
}

// Close closes what New opened.
func (a *App) Close() error {
	if a.machines != nil {
		a.machines.Close()
	}
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
