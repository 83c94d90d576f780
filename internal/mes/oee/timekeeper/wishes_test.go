package timekeeper_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/watch"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// The tags of a hall's line.
const (
	stateTag tag.ID = 1
	goodTag  tag.ID = 2
)

var signals = []machine.Signals{
	{Unit: "l/press", State: stateTag},
	{Unit: "l/packer", Good: machine.Counter{Tag: goodTag}},
}

// hall is a line with all that stands between its samples and its ledger: the real things.
type hall struct {
	archive *embedded.Archive
	ledger  oee.Ledger
	wishes  *timekeeper.Wishes
	samples bus.Topic[tag.Sample]
	keeper  *timekeeper.Service
	watch   *watch.Service
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// openHall puts a hall together in a folder.
func openHall(dir string, ledger oee.Ledger, earliest time.Time, now func() time.Time) (*hall, error) {
	tags, err := tag.NewRegistry([]tag.Tag{{Name: "l/press/state"}, {Name: "l/packer/good"}})
	if err != nil {
		return nil, err
	}
	h := &hall{ledger: ledger}
	log := slog.New(slog.DiscardHandler)
	if h.archive, err = embedded.Open(dir, tags, log, embedded.Options{Reserve: 1}); err != nil {
		return nil, err
	}
	var facts bus.Topic[machine.Fact]
	h.wishes = timekeeper.NewWishes(ledger, h.archive, 30*24*time.Hour, log)
	h.keeper = timekeeper.New(timekeeper.Options{
		Lines: []plant.Line{line}, Signals: signals, Ledger: ledger, Wishes: h.wishes, History: h.history, Facts: &facts,
		Now: now, Log: log, Earliest: earliest, Keep: time.Millisecond, Quiet: 20 * time.Millisecond,
	})
	h.watch = watch.New(watch.Options{Signals: signals, Archive: h.archive, Samples: &h.samples, Facts: &facts, Now: now, Log: log})
	return h, nil
}

func (h *hall) history(ctx context.Context, _ plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
	return watch.Replay(ctx, h.archive, signals, plant.Span{From: from, To: to}, yield)
}

// run lets it work until the end is called.
func (h *hall) run() (end func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- h.keeper.Run(ctx) }()
	go func() { ended <- h.watch.Run(ctx) }()
	return func() error {
		cancel()
		first, second := <-ended, <-ended
		for _, err := range []error{first, second, h.archive.Close()} {
			if err != nil && !errors.Is(err, context.Canceled) { // it may not have come so far yet
				return err
			}
		}
		return nil
	}
}

// says keeps samples, as those that come by HTTP are.
func (h *hall) says(ctx context.Context, now time.Time, batch ...tag.Sample) error {
	_, err := h.wishes.Insist(ctx, now, batch)
	if err == nil {
		h.samples.Publish(batch)
	}
	return err
}

func stateSample(at time.Time, s machine.State) tag.Sample {
	return tag.Sample{Tag: stateTag, Time: at, Value: tag.IntValue(int64(s))}
}

func goodSample(at time.Time, n int64) tag.Sample {
	return tag.Sample{Tag: goodTag, Time: at, Value: tag.IntValue(n)}
}

// lags tells how the ledger differs from what all of the history makes; "" when it does not.
func (h *hall) lags(t *testing.T, earliest, now time.Time) string {
	t.Helper()
	e := timeline.NewEngine(line, signals...)
	closed, err := e.Derive(t.Context(), h.history, earliest, now)
	must(t, err)
	got, err := h.keeper.Segments(t.Context(), "l", earliest, now)
	must(t, err)
	want := slices.Concat(closed, e.Open(now))
	if n := len(got); n > 0 && len(want) > 0 { // the last is open and was asked a moment later, and a late reading makes a ledger begin with its shift
		got[n-1].To = want[len(want)-1].To
		got[0].From = want[0].From
	}
	return cmp.Diff(want, got)
}

// rights waits until the ledger is what all of the history makes.
func (h *hall) rights(t *testing.T, what string, earliest time.Time) {
	t.Helper()
	var d string
	settled(t, what, func() bool { d = h.lags(t, earliest, time.Now()); return d == "" })
	if d != "" {
		t.Error(d)
	}
}

func settled(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 3000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("it never came that %s", what)
}

// Whoever is told that a late reading is kept finds it in the ledger, though the program is killed at once: before
// it heard of it, or while it derived.
func TestAKillForgetsNothingLate(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		for name, moment := range map[string]time.Duration{"at once": 0, "before it is derived": 5 * time.Millisecond, "while it is derived": 300 * time.Millisecond} {
			t.Run(name, func(t *testing.T) {
				must(t, db.Open().Ledger().Replace(t.Context(), "l", time.Time{}, nil))
				dies(t, db, moment)
			})
		}
	})
}

// dies lets a hall be killed some time after a late reading was acknowledged, and looks at what the next one has.
func dies(t *testing.T, db storetest.Database, moment time.Duration) {
	now, dir := time.Now, t.TempDir()
	begin := now().Add(-6 * time.Hour).Truncate(time.Second).UTC()
	dead := &faulty{Ledger: db.Open().Ledger()}
	h, err := openHall(dir, dead, begin, now)
	must(t, err)
	end := h.run()
	settled(t, "the line is there", func() bool { _, ok := h.keeper.Snapshot("l"); return ok })
	n := int64(0)
	for at := begin; at.Before(begin.Add(5 * time.Hour)); at = at.Add(10 * time.Minute) {
		var batch []tag.Sample
		batch = append(batch, stateSample(at, machine.Execute))
		for i := range int64(540) {
			batch = append(batch, goodSample(at.Add(time.Duration(i)*time.Second), n))
			n++
		}
		must(t, h.says(t.Context(), now(), append(batch, stateSample(at.Add(9*time.Minute), machine.Held))...))
	}
	settled(t, "the ledger is kept", func() bool {
		e, err := dead.End(t.Context(), "l")
		return err == nil && e.After(begin.Add(4*time.Hour)) && h.lags(t, begin, now()) == ""
	})
	if left, err := dead.Wishes(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("what comes in order is wished for: %v, %v", left, err)
	}
	must(t, h.says(t.Context(), now(), stateSample(begin.Add(time.Hour+time.Minute), machine.Held), stateSample(begin.Add(time.Hour+2*time.Minute), machine.Execute)))
	time.Sleep(moment)
	dead.away.Store(true) // nothing that it does from here on lasts
	must(t, end())

	h, err = openHall(dir, db.Open().Ledger(), begin, now)
	must(t, err)
	end = h.run()
	h.rights(t, "the late reading is in the ledger", begin)
	settled(t, "nothing is left to do", func() bool {
		left, err := h.ledger.Wishes(t.Context())
		return err == nil && len(left) == 0
	})
	must(t, end())
}

// What a machine says again when it is connected to again is no reason to touch the past.
func TestWhatIsThereAlreadyIsNotWishedFor(t *testing.T) {
	db := storetest.SQLite(t).Open()
	now := time.Now().UTC().Truncate(time.Second)
	h, err := openHall(t.TempDir(), db.Ledger(), now.Add(-5*time.Hour), time.Now)
	must(t, err)
	wished := func(what string, want int) {
		t.Helper()
		all, err := db.Ledger().Wishes(t.Context())
		if must(t, err); len(all) != want {
			t.Errorf("after %s there are the wishes %v, want %d", what, all, want)
		}
	}
	old := stateSample(now.Add(-4*time.Hour), machine.Execute)
	must(t, h.says(t.Context(), now, old))
	must(t, h.says(t.Context(), now, goodSample(now.Add(-time.Minute), 1), goodSample(now.Add(-2*time.Minute), 0), goodSample(now, 2)))
	wished("one batch, not in order", 0)
	must(t, h.says(t.Context(), now, old, goodSample(now, 2)))
	must(t, h.says(t.Context(), now, goodSample(now.Add(-15*time.Second), 3)))
	wished("what it said before", 0)
	must(t, h.says(t.Context(), now, stateSample(now.Add(-3*time.Hour), machine.Held)))
	wished("what is late", 1)
	must(t, h.archive.Close())
}

// While the database is away machines are kept all the same, and whoever can wait is told to.
func TestLateReadingsWhileTheDatabaseIsAway(t *testing.T) {
	db := storetest.SQLite(t).Open()
	now := time.Now().UTC().Truncate(time.Second)
	ledger := &faulty{Ledger: db.Ledger()}
	h, err := openHall(t.TempDir(), ledger, now.Add(-5*time.Hour), time.Now)
	must(t, err)
	must(t, h.says(t.Context(), now, stateSample(now, machine.Execute)))
	ledger.away.Store(true)
	late := stateSample(now.Add(-time.Hour), machine.Held)
	if err := h.says(t.Context(), now, late); err == nil {
		t.Error("a late reading is acknowledged that only memory knows of")
	}
	if _, err := h.wishes.Append(t.Context(), now, []tag.Sample{late}); err != nil {
		t.Errorf("a machine's reading is not kept: %v", err)
	}
	must(t, h.says(t.Context(), now, goodSample(now, 1)))
	ledger.away.Store(false)
	end := h.run()
	h.rights(t, "the ledger has it", now.Add(-5*time.Hour))
	must(t, end())
}

// The first that is kept of a line may be its past of days, before its ledger is laid out and listens.
func TestAPastThatComesBeforeTheLedgerIsInIt(t *testing.T) {
	db := storetest.SQLite(t).Open()
	now := time.Now().UTC().Truncate(time.Second)
	h, err := openHall(t.TempDir(), db.Ledger(), now.Add(-25*time.Hour), time.Now)
	must(t, err)
	began := now.Add(-200 * time.Hour)
	_, err = h.wishes.Insist(t.Context(), now, []tag.Sample{
		stateSample(began, machine.Execute), stateSample(began.Add(30*time.Hour), machine.Held), stateSample(began.Add(90*time.Hour), machine.Execute),
	})
	must(t, err)
	end := h.run()
	settled(t, "the ledger has it", func() bool { return h.lags(t, began, time.Now()) == "" })
	if d := h.lags(t, began, time.Now()); d != "" {
		t.Error(d)
	}
	must(t, end())
}

// What a newer plant wishes for waits until that plant is used.
func TestTheWishOfANewerPlantWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		must(t, s.Ledger().Wish(t.Context(), oee.Wish{Line: "l", Why: oee.Change, From: time.Now().Add(-time.Hour), Mark: 7}))
		h, err := openHall(t.TempDir(), s.Ledger(), time.Now().Add(-5*time.Hour), time.Now)
		must(t, err)
		end := h.run()
		settled(t, "the ledger is there", func() bool { _, ok := h.keeper.Snapshot("l"); return ok })
		must(t, end())
		if all, err := s.Ledger().Wishes(t.Context()); err != nil || len(all) != 1 {
			t.Errorf("%v, %v", all, err)
		}
	})
}
