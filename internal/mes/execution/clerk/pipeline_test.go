package clerk_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/watch"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// factory is everything between the samples of a line and its ledgers, as the program puts it together.
type factory struct {
	t       *testing.T
	archive *embedded.Archive
	store   *store.Store
	samples *bus.Topic[tag.Sample]
	time    *timekeeper.Service
	clerk   *clerk.Service
	stop    func()
	pushed  atomic.Int64 // how far the clock was put ahead
}

func (f *factory) now() time.Time { return time.Now().Add(time.Duration(f.pushed.Load())) }

var machines = []machine.Signals{
	{Unit: "l/filler", State: 3, Product: 4},
	{Unit: "l/packer", State: 5, Good: machine.Counter{Tag: 1, Modulus: 65536}, Reject: machine.Counter{Tag: 2}},
}

func machineTags(t *testing.T) *tag.Registry {
	r, err := tag.NewRegistry([]tag.Tag{
		{Name: "l/packer/good", Interval: time.Second},
		{Name: "l/packer/reject", Interval: time.Second},
		{Name: "l/filler/state"},
		{Name: "l/filler/product"},
		{Name: "l/packer/state"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func openFactory(t *testing.T, db *store.Store, a *embedded.Archive, earliest time.Time) *factory {
	return openAhead(t, db, a, earliest, 0)
}

// openAhead opens it with its clock put ahead.
func openAhead(t *testing.T, db *store.Store, a *embedded.Archive, earliest time.Time, pushed time.Duration) *factory {
	f := &factory{t: t, archive: a, store: db, samples: &bus.Topic[tag.Sample]{}}
	f.pushed.Store(int64(pushed))
	quiet := slog.New(slog.DiscardHandler)
	history := func(ctx context.Context, _ plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
		return watch.Replay(ctx, a, machines, plant.Span{From: from, To: to}, yield)
	}
	begun := make(chan struct{})
	w := watch.New(watch.Options{
		Signals: machines, Archive: a, Samples: f.samples, Now: f.now, Log: quiet,
		Begin: func(ctx context.Context) (time.Time, []machine.Mark, error) {
			from, marks, err := f.clerk.Begin(ctx)
			if err == nil {
				err = watch.Restore(ctx, a, machines, marks, f.now())
			}
			close(begun)
			return from, marks, err
		},
	})
	rated := line
	rated.Rates = []plant.Rate{{IdealCycle: time.Second}}
	lines := []plant.Line{rated}
	f.time = timekeeper.New(timekeeper.Options{
		Lines: lines, Signals: machines, Ledger: db.Ledger(), History: history, Facts: w.Facts(),
		Now: f.now, Log: quiet, Earliest: earliest, Keep: 50 * time.Millisecond, Quiet: 100 * time.Millisecond, After: begun,
	})
	f.clerk = clerk.New(clerk.Options{
		Lines: lines, Signals: machines, Tags: machineTags(t), Books: db.Books(), History: history, Facts: w.Facts(),
		Now: f.now, Log: quiet, Earliest: earliest, Every: 50 * time.Millisecond,
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 3)
	for _, run := range []func(context.Context) error{f.time.Run, f.clerk.Run, w.Run} {
		go func() { done <- run(ctx) }()
	}
	f.stop = func() {
		cancel()
		for range 3 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	select {
	case <-w.CaughtUp():
	case <-time.After(20 * time.Second):
		t.Fatal("the machines are not caught up with")
	}
	return f
}

func (f *factory) keep(batch []tag.Sample) {
	f.t.Helper()
	if refused, err := f.archive.Append(f.t.Context(), time.Now(), batch); err != nil || len(refused) > 0 {
		f.t.Fatalf("refused %+v, %v", refused, err)
	}
}

func (f *factory) live(batch []tag.Sample) {
	f.keep(batch)
	f.samples.Publish(batch)
}

// plantDay is what a line says in some hours, in batches of a few seconds each within which the tags
// come in any order, and the pieces that it makes in them.
func plantDay(from time.Time, hours int) (batches [][]tag.Sample, pieces int64) {
	random := rand.New(rand.NewPCG(3, 4))
	good, reject, held := uint64(65_000), uint64(0), 0
	var batch []tag.Sample
	say := func(id tag.ID, at time.Time, v tag.Value) {
		batch = append(batch, tag.Sample{Tag: id, Time: at, Value: v}.Clean())
	}
	say(5, from, tag.IntValue(6))
	say(1, from, tag.UintValue(good))
	say(2, from, tag.UintValue(reject))
	for i := range hours * 3600 {
		at := from.Add(time.Duration(i) * time.Second)
		switch {
		case i%2500 == 0:
			say(4, at, tag.TextValue([]string{"A", "B", "C"}[i/2500%3]))
			say(3, at, tag.IntValue(6))
		case held > 0:
			if held--; held == 0 {
				say(3, at, tag.IntValue(6))
			}
			continue
		case random.IntN(400) == 0:
			held = 1 + random.IntN(500)
			say(3, at, tag.IntValue(11))
		case random.IntN(1000) == 0:
			say(1, at, tag.UintValue(0)) // a glitch
		case random.IntN(50) == 0:
			reject++
			pieces++
			say(2, at, tag.UintValue(reject))
		default:
			made := uint64(1 + random.IntN(2))
			good = (good + made) % 65536
			pieces += int64(made)
			say(1, at, tag.UintValue(good))
		}
		if i%5 == 4 {
			batches = append(batches, byTag(batch))
			batch = nil
		}
	}
	return append(batches, byTag(batch)), pieces
}

// byTag puts a batch in the order of its tags, not of time, as a server that reports item by item does.
func byTag(batch []tag.Sample) (all []tag.Sample) {
	for id := tag.ID(5); id >= 1; id-- {
		for _, s := range batch {
			if s.Tag == id {
				all = append(all, s)
			}
		}
	}
	return all
}

// sums gives what is booked, and what the time ledger holds.
func (f *factory) sums(from time.Time) (booked, timed plant.Quantity) {
	f.t.Helper()
	all, err := f.store.Counts().OfLine(f.t.Context(), "l", plant.Span{From: from.Add(-time.Hour), To: time.Now().Add(time.Hour)}, 1_000_000)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, b := range all {
		booked += b.Qty
	}
	segments, err := f.time.Segments(f.t.Context(), "l", from.Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil {
		f.t.Fatal(err)
	}
	for _, s := range segments {
		timed += s.Good + s.Reject
	}
	return booked, timed
}

// Pieces made are progress booked are the quantity of the OEE, through a back-fill, a stop, a time
// while nobody looked, and live data.
func TestPiecesMadeAreBookedAndTimed(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t).Open()
	for i, product := range []string{"A", "B", "C", "A", "B", "C", "A", "B"} {
		add(t, db, "J-"+string(rune('1'+i)), product, 1000)
	}
	archive, err := embedded.Open(t.TempDir(), machineTags(t), slog.New(slog.DiscardHandler), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	}()
	from := before(5 * time.Hour).Truncate(time.Second)
	batches, pieces := plantDay(from, 5)
	third := len(batches) / 3

	f := openFactory(t, db, archive, from)
	for _, b := range batches[:third] {
		f.live(b)
	}
	f.stop()
	for _, b := range batches[third : 2*third] {
		f.keep(b)
	}
	f = openFactory(t, db, archive, from)
	for _, b := range batches[2*third:] {
		f.live(b)
	}
	var booked, timed plant.Quantity
	for range 1500 {
		if booked, timed = f.sums(from); booked == plant.Pieces(pieces) && timed == booked {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	f.stop()
	if booked != plant.Pieces(pieces) || timed != booked {
		t.Errorf("%d pieces made, %s booked, %s in the time ledger", pieces, booked, timed)
	}
	if _, err := db.Counts().Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := db.VerifyLedger(t.Context()); err != nil {
		t.Error(err)
	}
	jobs, err := db.Books().Jobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	started, good := 0, plant.Quantity(0)
	for _, j := range jobs {
		if j.Status != execution.Waiting {
			started++
		}
		good += j.Good + j.Scrap
	}
	if started != 8 || good != booked {
		t.Errorf("%d jobs started, with %s of %s pieces", started, good, booked)
	}
	if snap, ok := f.time.Snapshot("l"); !ok || snap.Now == oee.NoData {
		t.Errorf("the line is %s", snap.Now)
	}
}

// A machine's clock may be ahead of ours. What it counts is booked when the time ledger has it: once that time has come.
func TestACountStampedAheadIsBookedAndTimedAtOnce(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t).Open()
	add(t, db, "J-1", "A", 500)
	archive, err := embedded.Open(t.TempDir(), machineTags(t), slog.New(slog.DiscardHandler), embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	}()
	from := before(10 * time.Minute)
	say := func(id tag.ID, at time.Duration, v tag.Value) tag.Sample {
		return tag.Sample{Tag: id, Time: from.Add(10*time.Minute + at), Value: v}.Clean()
	}
	f := openFactory(t, db, archive, from)
	sums := func(pieces int64, where string) {
		t.Helper()
		var booked, timed plant.Quantity
		for range 1500 {
			if booked, timed = f.sums(from); booked == plant.Pieces(pieces) && timed == booked {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("%s: %d pieces made, %s booked, %s in the time ledger", where, pieces, booked, timed)
	}
	f.live([]tag.Sample{
		say(3, -9*time.Minute, tag.IntValue(6)), say(5, -9*time.Minute, tag.IntValue(6)), say(4, -9*time.Minute, tag.TextValue("A")),
		say(1, -9*time.Minute, tag.UintValue(0)), say(2, -9*time.Minute, tag.UintValue(0)), say(1, -8*time.Minute, tag.UintValue(4)),
	})
	sums(4, "before")
	f.live([]tag.Sample{say(1, 8*time.Minute, tag.UintValue(400))})
	f.live([]tag.Sample{say(2, -time.Minute, tag.UintValue(1))}) // comes behind it, and is counted at once
	sums(5, "while it is ahead")
	f.stop()
	f = openFactory(t, db, archive, from)
	f.live([]tag.Sample{say(2, -time.Second, tag.UintValue(2))})
	sums(6, "after a start")
	f.pushed.Store(int64(9 * time.Minute))
	sums(402, "when its time has come")
	f.stop()
	if j, ok := f.clerk.Job("J-1"); !ok || j.Good != plant.Pieces(400) || j.Scrap != plant.Pieces(2) {
		t.Errorf("%+v", j)
	}
}
