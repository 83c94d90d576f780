package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/internal/app/earlier"
	"millwright/internal/app/floorhands"
	"millwright/internal/app/machines"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/mes/execution/foreman"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/health"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/ot/collect"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/watch"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/run"
	"millwright/internal/store"
	"millwright/internal/web"
)

// floor is everything that is made for one revision of the plant: the engines, and what they derive from.
// When the plant changes another takes its place, and begins where the ledgers end.
type floor struct {
	revision  int64
	model     config.Model
	machines  *watch.Service
	oee       *timekeeper.Service
	logbook   *logbook.Book
	execution *clerk.Service
	foreman   *foreman.Service
	sums      *rollup.Keeper
	alone     *workunit.Units
	own       *rollup.Keeper // sums of single machines
	health    *health.Keeper
}

// lay makes the floor of a model. Its engines hear every sample from now on. A line that comes in while the program runs
// begins with its tags; one that is there when it starts may be told its past.
func (a *App) lay(revision int64, model config.Model, running bool) *floor {
	f := &floor{revision: revision, model: model}
	was := earlier.New(earlier.Options{Book: a.store.Revisions(), Number: revision, Model: model, Running: running, Understand: a.understand, History: a.ordered, Log: a.log})
	begun := make(chan struct{})
	f.machines = watch.New(watch.Options{
		Signals: model.Signals, Archive: a.archive, Samples: &a.samples, Facts: &a.facts, Now: time.Now, Log: a.log,
		Begin: func(ctx context.Context) (time.Time, []machine.Mark, error) {
			if err := a.settle(ctx); err != nil {
				return time.Time{}, nil, err
			}
			defer close(begun) // what is kept from here on is told; what was before is in the history when a ledger is derived
			return a.begin(ctx, f)
		},
	})
	lines := model.Plant.Lines()
	begin := time.Now().Add(-machines.Played - 5*time.Minute) // of ledgers that are empty: the past may be told to us
	f.oee = timekeeper.New(timekeeper.Options{
		Lines: lines, Signals: model.Signals, Ledger: a.store.Ledger(), History: a.ordered(model),
		Facts: &a.facts, News: &a.changed, Now: time.Now, Log: a.log, Earliest: begin, Wishes: a.wishes, Revision: revision, Former: was.Former, Begin: was.Begin, After: begun,
	})
	f.logbook = logbook.New(logbook.Options{Plant: &f.model.Plant, Lines: f.oee, Edits: a.store.Edits(), News: &a.changed, Said: func(l plant.LineID, of plant.Span) { f.health.Forget(l, of) }, Now: time.Now})
	f.health = health.New(health.Options{Plant: &f.model.Plant, Book: f.logbook, Archive: a.archive, Tags: model.Tags, Signals: model.Signals, Now: time.Now, Log: a.log})
	f.execution = clerk.New(clerk.Options{
		Lines: lines, Signals: model.Signals, Tags: model.Tags, Books: a.store.Books(), History: a.factsOf(model), Facts: &a.facts, News: &a.booked, Now: time.Now, Log: a.log, Earliest: begin, Recount: f.logbook.Recounted,
	})
	f.foreman = floorhands.Hands{Store: a.store, Machines: a.machines, Log: a.log}.Foreman(model, f.execution)
	f.sums = rollup.NewKeeper(rollup.Options{Plant: &model.Plant, Book: a.store.Rollups(), Segments: f.logbook.Segments, Log: a.log})
	f.alone = workunit.New(&model.Plant, model.Signals, a.ordered(model)).Since(workunit.Earlier(a.store.Ledger().Valid, was.Former))
	f.own = rollup.NewKeeper(rollup.Options{Units: f.alone.Layouts(), Book: workunit.Book{Book: a.store.Rollups()}, Segments: f.alone.Segments, Log: a.log})
	return f
}

// settled is how long the engines of another plant wait for samples that are still on their way to the history.
// While it cannot be written they begin without these, and hear them again as late ones.
const settled = 5 * time.Second

func (a *App) settle(ctx context.Context) error {
	wait, cancel := context.WithTimeout(ctx, settled)
	defer cancel()
	if err := a.writer.Settle(wait); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return ctx.Err()
}

// factsOf derives what the units of a line did in a window from the history.
func (a *App) factsOf(model config.Model) func(context.Context, plant.LineID, time.Time, time.Time, func(machine.Fact) bool) error {
	return func(ctx context.Context, line plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
		l, _ := model.Plant.Line(line) // without units where there is none
		return watch.Replay(ctx, a.archive, machine.Among(model.Signals, l.Units), plant.Span{From: from, To: to}, yield)
	}
}

// ordered gives those of a line's units with what is known of its orders.
func (a *App) ordered(model config.Model) timeline.Source {
	units := a.factsOf(model)
	return func(ctx context.Context, line plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
		l, _ := model.Plant.Line(line)
		var orders []oee.OrderChanged
		if pacer := oee.Pacer(l); pacer != "" {
			var err error
			if orders, err = clerk.OrdersOf(ctx, a.store.Books(), line, pacer, plant.Span{From: from, To: to}); err != nil {
				return err
			}
		}
		return oee.Among(orders, from, func(yield func(machine.Fact) bool) error { return units(ctx, line, from, to, yield) }, yield)
	}
}

// shown is what the site shows of a floor.
func (f *floor) shown() web.Floor {
	return web.Floor{
		Revision: f.revision, Plant: &f.model.Plant, Tags: f.model.Tags, Signals: f.model.Signals,
		Units: f.machines, Lines: f.logbook, Logbook: f.logbook, Shifts: f.logbook, Health: f.health, Jobs: f.execution, Told: f.foreman, Orders: f.execution.Orders, Alone: f.alone,
		Queues: []web.Queue{{Name: "Machine states", Load: f.machines.Load}, {Name: "Time ledger", Load: f.oee.Load}, {Name: "Jobs", Load: f.execution.Load}},
	}
}

func (f *floor) parts(book rollup.Book) []run.Part {
	return []run.Part{
		{Name: "time ledger", Run: f.oee.Run},
		{Name: "execution", Run: f.execution.Run},
		{Name: "job orders to machines", Run: f.foreman.Run},
		{Name: "machines", Run: f.machines.Run},
		{Name: "sums of time", Run: f.sums.Run},
		{Name: "sums of machines' time", Run: f.own.Run},
		{Name: "machines' time up to now", Run: func(ctx context.Context) error { return f.alone.Follow(ctx, book, time.Now) }},
		{Name: "line health", Run: f.health.Run},
	}
}

// change asks for another revision to be used; done gets how it went.
type change struct {
	revision int64
	model    config.Model
	done     chan error
}

// runFloor runs the engines of the plant in use, and puts others in their place when it changes.
func (a *App) runFloor(ctx context.Context) error {
	for {
		f := a.floor.Load()
		inner, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- run.Group{}.Run(inner, f.parts(a.store.Rollups())...) }()
		select {
		case <-ctx.Done():
			cancel()
			return <-ended
		case err := <-ended:
			cancel()
			return err
		case c := <-a.changes:
			wanted := a.wanted(c.model)
			a.crew.Dismiss(wanted)
			cancel()
			if err := <-ended; err != nil {
				a.log.Error("the engines of the plant before did not end well; what they had not kept is derived again", "err", err)
			}
			c.done <- a.move(ctx, c, wanted)
		}
	}
}

// move puts the floor of another model in the place of the one whose engines have ended.
func (a *App) move(ctx context.Context, c change, wanted []collect.Wanted) error {
	a.board.Adopt(nil, nil, nil)
	if err := a.settle(ctx); err != nil {
		return err
	}
	a.archive.Adopt(c.model.Tags)
	amended := a.amends(c.model).Make(ctx) // what fails is tried again with the next change, and at the next start
	a.latest.Grow(c.model.Tags.Len())
	a.writer.Swing(c.model.Tags.All())
	f := a.lay(c.revision, c.model, true)
	a.floor.Store(f)
	a.web.Adopt(f.shown())
	if err := a.crew.Adopt(ctx, wanted); err != nil {
		a.log.Warn("a connection of the changed plant cannot be opened", "err", err)
	}
	if err := a.derive(ctx, c.model.Derived); err != nil {
		return err
	}
	a.log.Info("the engines of a plant have taken over", "revision", c.revision)
	return amended
}

// wanted is what the sessions of a model are made from.
func (a *App) wanted(model config.Model) []collect.Wanted {
	tags := map[string][]tag.Tag{}
	for _, t := range model.Tags.All() {
		tags[t.Connection] = append(tags[t.Connection], t)
	}
	var all []collect.Wanted
	for _, c := range model.Connections {
		alive, _ := model.Tags.Find(config.AliveTag(c.ID))
		mine := tags[c.ID]
		all = append(all, collect.Wanted{Connection: c.ID, Key: keyOf(c, alive, mine), Frame: keyOf(c, alive, nil), Tags: mine, Off: c.Disabled, Open: func(ctx context.Context) (*collect.Session, error) {
			d, err := a.machines.Open(ctx, c, a.fresh.Load())
			if err != nil {
				return nil, err
			}
			limits := collect.Limits{Values: c.Limits.Values, Interval: c.Limits.Interval}
			return collect.NewSession(collect.Connection{ID: c.ID, Alive: alive, Tags: mine, Limits: limits}, d, a.receive, collect.Settings{Log: a.log}), nil
		}})
	}
	return all
}

// keyOf is the same only for two connections that are read in the same way.
func keyOf(c config.Connection, alive tag.ID, tags []tag.Tag) string {
	text, err := json.Marshal(struct {
		Connection config.Connection
		Alive      tag.ID
		Tags       []tag.Tag
	}{c, alive, tags})
	if err != nil { // a limit that is no number
		return fmt.Sprintf("%+v %d %+v", c, alive, tags)
	}
	return string(text)
}

// watchRevisions follows the revisions, the draft and the requests: each may be changed by this program or by another on
// the same data.
func (a *App) watchRevisions(ctx context.Context) error {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	var seen store.Newest
	told := int64(0)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		newest, err := a.store.Newest(ctx)
		if err == nil && newest != seen {
			seen = newest
			a.web.LookAhead()
		}
		if err != nil || newest.Revision == a.floor.Load().revision || newest.Revision == told {
			continue
		}
		if err := a.UseHead(ctx); err != nil && ctx.Err() == nil {
			told = newest.Revision
			a.log.Error("the newest revision of the plant cannot be used; the one before stays in use", "revision", told, "err", err)
		}
	}
}

// UseHead puts the newest revision into use, and returns when its engines have taken over.
func (a *App) UseHead(ctx context.Context) error {
	a.using.Lock()
	defer a.using.Unlock()
	head, err := a.store.Revisions().Head(ctx)
	if err != nil || head.Number == a.floor.Load().revision {
		return err
	}
	model, err := a.understand(head.Text, a.floor.Load().model.Tags)
	if err != nil {
		return fmt.Errorf("revision %d: %w", head.Number, err)
	}
	return a.relay(ctx, head.Number, model)
}

// understand makes the model of a revision's text, as this program runs it.
func (a *App) understand(text string, known *tag.Registry) (config.Model, error) {
	d, err := config.ParseDocument("the plant", []byte(text))
	if err != nil {
		return config.Model{}, err
	}
	for _, w := range bounds.Of(d) {
		a.log.Warn("the plant in use holds what is out of bounds; it would not be taken today, and should be mended", "at", w.Path, "why", w.Message)
	}
	model, err := d.Model("the plant", known)
	a.plan.here(&model)
	return model, err
}

// segments gives what a line did, as people left it.
func (a *App) segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error) {
	return a.floor.Load().logbook.Segments(ctx, line, from, to)
}
