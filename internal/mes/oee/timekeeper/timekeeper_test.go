package timekeeper_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if dsn := os.Getenv("TIMEKEEPER_TEST_DATABASE"); dsn != "" {
		workUntilKilled(dsn)
	}
	goleak.VerifyTestMain(withDatabases{m})
}

// withDatabases runs the tests with a server of their own.
type withDatabases struct{ m *testing.M }

func (w withDatabases) Run() int { return storetest.Main(w.m) }

var line = plant.Line{
	ID: "l", Units: []plant.Unit{{ID: "l/press"}, {ID: "l/packer"}}, Pacer: "l/press", Output: "l/packer",
	Rates: []plant.Rate{{IdealCycle: 2 * time.Second}},
	Calendar: plant.Calendar{Shifts: []plant.ShiftPattern{
		{Name: "Early", Start: 6 * 60, End: 14 * 60, Breaks: []plant.ClockSpan{{Start: 9 * 60, End: 9*60 + 20}}},
		{Name: "Late", Start: 14 * 60, End: 22 * 60},
		{Name: "Night", Start: 22 * 60, End: 6 * 60},
	}},
}

// past is what the machines said: a history that can be told from any time on.
type past struct {
	mu    sync.Mutex
	facts []machine.Fact
	fails atomic.Bool
	asked func() // called at each telling, when it is there
}

func (p *past) tell(_ context.Context, _ plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
	if p.fails.Load() {
		return errs.New(errs.Unavailable, "the history is away")
	}
	p.mu.Lock()
	facts, asked := p.facts, p.asked
	p.asked = nil
	p.mu.Unlock()
	if asked != nil {
		asked()
	}
	i := sort.Search(len(facts), func(i int) bool { return !facts[i].When().Before(from) })
	var standing []machine.Fact // the product first, as it is older here
	if at := before[machine.ProductChanged](facts[:i]); at >= 0 {
		standing = append(standing, facts[at])
	}
	if at := before[machine.StateChanged](facts[:i]); at >= 0 {
		standing = append(standing, facts[at])
	}
	for _, f := range standing {
		if !yield(f) {
			return nil
		}
	}
	for _, f := range facts[i:] {
		if !f.When().Before(to) || !yield(f) {
			break
		}
	}
	return nil
}

// before gives the place of the last fact of a kind, -1 when there is none.
func before[Kind machine.Fact](facts []machine.Fact) int {
	for i := len(facts) - 1; i >= 0; i-- {
		if _, is := facts[i].(Kind); is {
			return i
		}
	}
	return -1
}

// add puts facts into the past where they belong.
func (p *past) add(facts ...machine.Fact) []machine.Fact {
	p.mu.Lock()
	defer p.mu.Unlock()
	order := func(a, b machine.Fact) int { return a.When().Compare(b.When()) }
	if n := len(p.facts); slices.IsSortedFunc(facts, order) && (n == 0 || len(facts) == 0 || order(p.facts[n-1], facts[0]) <= 0) {
		p.facts = append(p.facts, facts...) // as nearly always
		return facts
	}
	all := slices.Concat(p.facts, facts)
	sort.SliceStable(all, func(i, j int) bool { return all[i].When().Before(all[j].When()) })
	p.facts = all
	return facts
}

// shop is a timekeeper with a real store and a clock that stands where it is put.
type shop struct {
	t      *testing.T
	store  *store.Store
	past   *past
	clock  atomic.Int64
	facts  bus.Topic[machine.Fact]
	news   bus.Topic[oee.Changed]
	keeper *timekeeper.Service
	stop   func()

	former   timekeeper.Former
	revision int64
	begin    time.Time // of a line that comes in
}

func (s *shop) now() time.Time         { return time.UnixMicro(s.clock.Load()).UTC() }
func (s *shop) goTo(t time.Time) *shop { s.clock.Store(t.UnixMicro()); return s }

var morning = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func after(d time.Duration) time.Time { return morning.Add(d) }

func open(t *testing.T, db *store.Store, p *past, at time.Time, ledger oee.Ledger) *shop {
	s := &shop{t: t, store: db, past: p}
	s.goTo(at)
	if ledger == nil {
		ledger = db.Ledger()
	}
	return s.run(line, ledger)
}

// run starts the timekeeper of a line.
func (s *shop) run(l plant.Line, ledger oee.Ledger) *shop {
	t := s.t
	s.keeper = timekeeper.New(timekeeper.Options{
		Lines: []plant.Line{l}, Ledger: ledger, History: s.past.tell, Former: s.former, Revision: s.revision, Facts: &s.facts, News: &s.news,
		Begin: func(context.Context, plant.LineID) (time.Time, error) { return s.begin, nil },
		Now:   s.now, Log: slog.New(slog.DiscardHandler), Earliest: morning, Keep: time.Millisecond, Quiet: time.Millisecond,
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.keeper.Run(ctx) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { s.stop() })
	return s
}

// live says facts now, and keeps them in the past.
func (s *shop) live(facts ...machine.Fact) { s.facts.Publish(s.past.add(facts...)) }

// until waits for something to become true, while the clock goes on a little.
func (s *shop) until(what string, is func() bool) {
	s.t.Helper()
	for range 500 {
		if is() {
			return
		}
		s.clock.Add(30_000)
		time.Sleep(30 * time.Millisecond)
	}
	s.t.Fatalf("it never came that %s", what)
}

// right waits until kept and open segments are those that all of the past makes.
func (s *shop) right() {
	s.t.Helper()
	var got, want []oee.Segment
	defer func() {
		if s.t.Failed() {
			s.t.Log(cmp.Diff(want, got))
		}
	}()
	s.until("the ledger is right", func() bool {
		now := s.now()
		e := timeline.NewEngine(line)
		closed, err := e.Derive(s.t.Context(), s.past.tell, morning, now)
		if err != nil {
			s.t.Fatal(err)
		}
		want = slices.Concat(closed, e.Open(now))
		if got, err = s.keeper.Segments(s.t.Context(), "l", morning, now.AddDate(1, 0, 0)); err != nil {
			s.t.Fatal(err)
		}
		return s.now().Equal(now) && cmp.Equal(want, got)
	})
	if _, err := s.store.VerifyLedger(s.t.Context()); err != nil {
		s.t.Error(err)
	}
}

func state(at time.Time, s machine.State) machine.Fact {
	return machine.StateChanged{Unit: "l/press", At: at, State: s, Mode: machine.Production}
}

// counts tells of one piece every two seconds from one time up to another.
func counts(from, to time.Time) (all []machine.Fact) {
	for at := from; at.Before(to); at = at.Add(2 * time.Second) {
		n := plant.Pieces(int64(at.Sub(morning) / (2 * time.Second)))
		all = append(all, machine.Counted{Unit: "l/packer", What: machine.Good, Tag: 1, Since: at.Add(-2 * time.Second), At: at, From: n, To: n + plant.One, Qty: plant.One})
	}
	return all
}

// dayOf is a day with stops of all lengths.
func dayOf(from time.Time, hours int) (all []machine.Fact) {
	random := rand.New(rand.NewPCG(1, 2))
	end := from.Add(time.Duration(hours) * time.Hour)
	for at := from; at.Before(end); {
		up := at.Add(time.Duration(1+random.IntN(2000)) * time.Second)
		down := up.Add([]time.Duration{3 * time.Second, 12 * time.Second, 299 * time.Second, 900 * time.Second}[random.IntN(4)])
		all = append(append(append(all, state(at, machine.Execute)), counts(at, up)...), state(up, machine.Held))
		at = down
	}
	return all
}

func TestALiveLine(t *testing.T) {
	s := open(t, storetest.SQLite(t).Open(), &past{}, after(0), nil)
	news := s.news.Queue(1000)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	if _, ok := s.keeper.Snapshot("x"); ok {
		t.Error("there is a line x")
	}
	s.goTo(after(time.Hour))
	s.live(state(after(0), machine.Execute))
	s.live(counts(after(0), after(30*time.Minute))...)
	s.live(state(after(30*time.Minute), machine.Held))
	s.until("it stands", func() bool {
		snap, _ := s.keeper.Snapshot("l")
		return snap.Now == oee.Breakdown && snap.Classic.Good == plant.Pieces(900) && snap.Since.Equal(after(30*time.Minute))
	})
	s.live(state(after(50*time.Minute), machine.Execute))
	s.goTo(after(2 * time.Hour))
	s.right()
	s.until("the closed part is kept", func() bool {
		end, err := s.store.Ledger().End(t.Context(), "l")
		return err == nil && end.Equal(after(50*time.Minute))
	})
	if batch, err := news.Next(t.Context()); err != nil || batch[0].Line != "l" {
		t.Errorf("news %+v, %v", batch, err)
	}
}

func TestItGoesOnWhereTheLedgerEnds(t *testing.T) {
	db := storetest.SQLite(t).Open()
	p := &past{}
	day := dayOf(morning, 9)
	cut := len(day)
	for _, share := range []int{4, 3, 2, 1} {
		s := open(t, db, p, morning, nil)
		s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
		n := cut / share / 2
		s.goTo(day[n].When().Add(time.Minute))
		for len(day) > 0 && n > 0 {
			s.live(day[0])
			day, n = day[1:], n-1
		}
		s.right()
		s.stop()
		for range min(len(day), 500) { // while nobody looked
			p.add(day[0])
			day = day[1:]
		}
		cut = len(day)
		if cut < 10 {
			break
		}
		last := open(t, db, p, day[0].When(), nil)
		last.right()
		last.stop()
	}
}

// A machine that starts with its clock hours behind lays nothing over what it kept once the clock is put right.
func TestAClockThatWasBehindCostsNothing(t *testing.T) {
	db, p := storetest.SQLite(t).Open(), &past{}
	s := open(t, db, p, morning, nil)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	s.goTo(after(5 * time.Hour))
	s.live(dayOf(morning, 5)...)
	s.right()
	s.stop()
	late := open(t, db, p, morning, nil)
	late.until("the line is there", func() bool { _, ok := late.keeper.Snapshot("l"); return ok })
	late.goTo(after(5*time.Hour + time.Minute))
	late.right()
}

func TestABackfillOfADayThroughTheBus(t *testing.T) {
	s := open(t, storetest.SQLite(t).Open(), &past{}, after(24*time.Hour), nil)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	day := dayOf(morning, 23)
	s.past.add(day...)
	for len(day) > 0 {
		n := min(len(day), 100)
		s.facts.Publish(day[:n])
		day = day[n:]
	}
	s.right()
}

func TestMoreThanTheQueueHolds(t *testing.T) {
	db := storetest.SQLite(t).Open()
	p := &past{}
	p.fails.Store(true) // nothing is derived before all is said
	s := open(t, db, p, after(24*time.Hour), nil)
	day := dayOf(morning, 23)
	for range 2 {
		for _, f := range day {
			s.facts.Publish([]machine.Fact{f})
		}
	}
	p.add(day...)
	p.fails.Store(false)
	s.goTo(after(24*time.Hour + time.Minute))
	s.right()
}

func TestLateReadingsChangeTheirShift(t *testing.T) {
	db := storetest.SQLite(t).Open()
	s := open(t, db, &past{}, after(20*time.Hour), nil)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	s.live(state(after(0), machine.Execute))
	s.live(counts(after(0), after(9*time.Hour))...)
	s.live(state(after(9*time.Hour), machine.Held), state(after(11*time.Hour), machine.Execute))
	s.live(counts(after(11*time.Hour), after(19*time.Hour))...)
	s.right()
	late := func(facts ...machine.Fact) {
		s.past.add(facts...)
		s.facts.Publish([]machine.Fact{machine.Late{Unit: "l/press", At: facts[0].When()}})
		s.right()
	}
	late(state(after(17*time.Hour), machine.Held), state(after(17*time.Hour+10*time.Minute), machine.Execute))
	late(state(after(2*time.Hour), machine.Held), state(after(2*time.Hour+time.Minute), machine.Execute))
	late(state(after(8*time.Hour-4*time.Minute), machine.Held)) // over the shift's end, up to the stop that was known
	snap, _ := s.keeper.Snapshot("l")
	if snap.Window.From != after(16*time.Hour) || snap.Open != 1 {
		t.Errorf("the shift %v has %d open stops", snap.Window, snap.Open)
	}
	s.stop()
	again := open(t, db, s.past, s.now(), nil)
	again.right()
}

// faulty is the store's ledger with a switch: while it is on, the database is away.
type faulty struct {
	oee.Ledger
	away atomic.Bool
}

func (f *faulty) Replace(ctx context.Context, l plant.LineID, from time.Time, segments []oee.Segment, granted ...oee.Wish) error {
	if f.away.Load() {
		return errs.New(errs.Unavailable, "the database is away")
	}
	return f.Ledger.Replace(ctx, l, from, segments, granted...)
}

func (f *faulty) Wish(ctx context.Context, w oee.Wish) error {
	if f.away.Load() {
		return errs.New(errs.Unavailable, "the database is away")
	}
	return f.Ledger.Wish(ctx, w)
}

// A product that is told late makes a changeover of the whole stop, though it began in the shift before and is cut.
func TestALateProductMakesAChangeoverOfTheWholeStop(t *testing.T) {
	s := open(t, storetest.SQLite(t).Open(), &past{}, after(12*time.Hour), nil)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	product := func(at time.Duration, p string) machine.Fact {
		return machine.ProductChanged{Unit: "l/press", At: after(at), Product: p}
	}
	s.live(product(0, "A"), state(after(0), machine.Execute))
	s.live(state(after(7*time.Hour+20*time.Minute), machine.Held), product(7*time.Hour+40*time.Minute, ""))
	s.live(state(after(8*time.Hour+20*time.Minute), machine.Execute), state(after(11*time.Hour), machine.Held))
	s.right()
	s.until("the stop is kept", func() bool {
		end, err := s.store.Ledger().End(t.Context(), "l")
		return err == nil && !end.Before(after(10*time.Hour))
	})
	s.live(product(8*time.Hour+10*time.Minute, "B"))
	s.right()
	all, err := s.keeper.Segments(t.Context(), "l", after(7*time.Hour+20*time.Minute), after(8*time.Hour+20*time.Minute))
	if err != nil || len(all) != 4 {
		t.Fatalf("%d parts, %v", len(all), err)
	}
	for _, x := range all {
		if x.Category != oee.Changeover {
			t.Errorf("%s from %s to %s", x.Category, x.From, x.To)
		}
	}
	one := oee.SetUps(all, plant.Changeover{Default: 30 * time.Minute})
	if len(one) != 1 || one[0].Before.Product != "A" || one[0].After.Product != "B" || one[0].Took != time.Hour || !one[0].Late() {
		t.Errorf("%+v", one)
	}
}

func TestADatabaseThatIsAway(t *testing.T) {
	db := storetest.SQLite(t).Open()
	ledger := &faulty{Ledger: db.Ledger()}
	s := open(t, db, &past{}, after(10*time.Hour), ledger)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	ledger.away.Store(true)
	s.live(dayOf(morning, 9)...)
	s.right()
	if end, err := db.Ledger().End(t.Context(), "l"); err != nil || !end.IsZero() {
		t.Errorf("the ledger ends at %s, %v", end, err)
	}
	ledger.away.Store(false)
	s.goTo(s.now().Add(time.Minute))
	s.until("it is kept", func() bool {
		end, err := db.Ledger().End(t.Context(), "l")
		return err == nil && end.After(after(8*time.Hour))
	})
	s.right()
}

func TestAClockThatStepsBackMakesNoTime(t *testing.T) {
	s := open(t, storetest.SQLite(t).Open(), &past{}, after(3*time.Hour), nil)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	s.live(dayOf(morning, 2)...)
	s.right()
	s.goTo(after(time.Hour))
	time.Sleep(300 * time.Millisecond)
	snap, ok := s.keeper.Snapshot("l")
	if !ok || snap.Window.Duration() != snap.Classic.Window {
		t.Fatalf("the window is %v of %s", snap.Window, snap.Classic.Window)
	}
	at := snap.Window.From
	for _, x := range snap.Segments {
		if !x.From.Equal(at) || !x.To.After(x.From) {
			t.Errorf("a segment from %s to %s after %s", x.From, x.To, at)
		}
		at = x.To
	}
	s.goTo(after(3*time.Hour + time.Minute))
	s.right()
}

// Anybody may look while it works.
func TestManyLook(t *testing.T) {
	s := open(t, storetest.SQLite(t).Open(), &past{}, after(10*time.Hour), nil)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				snap, _ := s.keeper.Snapshot("l")
				at := snap.Window.From
				for _, x := range snap.Segments {
					if !x.From.Equal(at) {
						t.Errorf("a segment begins at %s, want %s", x.From, at)
					}
					at = x.To
				}
				all, err := s.keeper.Segments(t.Context(), "l", morning, after(12*time.Hour))
				if err != nil {
					t.Error(err)
				}
				for i := 1; i < len(all); i++ {
					if !all[i].From.Equal(all[i-1].To) {
						t.Errorf("a segment begins at %s, the one before ends at %s", all[i].From, all[i-1].To)
					}
				}
			}
		})
	}
	day := dayOf(morning, 9)
	for len(day) > 0 {
		n := min(len(day), 50)
		s.live(day[:n]...)
		day = day[n:]
		if n%3 == 0 {
			s.facts.Publish([]machine.Fact{machine.Late{Unit: "l/press", At: morning.Add(time.Hour)}})
		}
	}
	s.right()
	cancel()
	wg.Wait()
}

// What a line said before its ledger began makes it begin earlier.
func TestTheLedgerGrowsBackwards(t *testing.T) {
	s := open(t, storetest.SQLite(t).Open(), &past{}, after(10*time.Hour), nil)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	old := dayOf(after(-50*time.Hour), 5)
	pieces := plant.Quantity(0)
	for _, f := range old {
		if c, ok := f.(machine.Counted); ok {
			pieces += c.Qty
		}
	}
	for len(old) > 0 {
		n := min(len(old), 500)
		s.live(old[:n]...)
		old = old[n:]
	}
	s.until("the old pieces are there", func() bool {
		all, err := s.keeper.Segments(t.Context(), "l", after(-100*time.Hour), s.now())
		if err != nil {
			t.Fatal(err)
		}
		sum := plant.Quantity(0)
		for i := range all {
			sum += all[i].Good
		}
		return sum == pieces && all[0].From.Equal(after(-56*time.Hour)) // the shift's start
	})
	s.live(dayOf(morning, 9)...)
	s.until("the new pieces are there", func() bool {
		snap, _ := s.keeper.Snapshot("l")
		return snap.Classic.Good > 0
	})
	if _, err := s.store.VerifyLedger(t.Context()); err != nil {
		t.Error(err)
	}
}

// A database that fails over may have lost the last it was told: what is kept next would leave a gap.
func TestADatabaseThatLostTheEnd(t *testing.T) {
	db := storetest.SQLite(t).Open()
	s := open(t, db, &past{}, after(10*time.Hour), nil)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	s.live(dayOf(morning, 9)...)
	s.right()
	if err := db.Ledger().Replace(t.Context(), "l", after(3*time.Hour), nil); err != nil {
		t.Fatal(err)
	}
	s.goTo(after(13 * time.Hour))
	s.live(dayOf(after(10*time.Hour), 2)...)
	s.until("the gap is closed", func() bool {
		s.goTo(s.now().Add(time.Second))
		end, err := db.Ledger().End(t.Context(), "l")
		return err == nil && end.After(after(11*time.Hour))
	})
	s.right()
}

// The clock was a day ahead, and the program kept what it laid out by it.
func TestALedgerOfTomorrow(t *testing.T) {
	db := storetest.SQLite(t).Open()
	s := open(t, db, &past{}, after(10*time.Hour), nil)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	s.live(dayOf(morning, 9)...)
	s.right()
	s.goTo(after(34 * time.Hour))
	s.until("tomorrow is kept", func() bool {
		s.goTo(s.now().Add(time.Minute))
		end, err := db.Ledger().End(t.Context(), "l")
		return err == nil && end.After(after(30*time.Hour))
	})
	s.stop()
	again := open(t, db, s.past, after(11*time.Hour), nil)
	again.right()
	again.until("tomorrow is not kept any more", func() bool {
		end, err := db.Ledger().End(t.Context(), "l")
		return err == nil && end.Before(again.now())
	})
}

// What comes too late for the ledger while the history is away is not forgotten.
func TestLateReadingsBeforeTheLedgerIsThere(t *testing.T) {
	db := storetest.SQLite(t).Open()
	s := open(t, db, &past{}, after(20*time.Hour), nil)
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	s.live(dayOf(morning, 19)...)
	s.right()
	s.stop()
	s.past.fails.Store(true)
	again := open(t, db, s.past, s.now(), nil)
	held := state(after(2*time.Hour), machine.Held)
	again.past.add(held)
	again.facts.Publish([]machine.Fact{machine.Late{Unit: "l/press", At: held.When()}})
	time.Sleep(600 * time.Millisecond)
	again.past.fails.Store(false)
	again.goTo(after(20*time.Hour + time.Minute))
	again.right()
}

// What came too late just before the end is in the ledger that the next one goes on from.
func TestWhatIsLateAtTheEndIsNotForgotten(t *testing.T) {
	for range 5 { // the end comes at different moments
		db := storetest.SQLite(t).Open()
		s := open(t, db, &past{}, after(20*time.Hour), nil)
		s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
		s.live(state(after(0), machine.Execute))
		s.live(counts(after(0), after(9*time.Hour))...)
		s.right()
		s.past.add(state(after(2*time.Hour), machine.Held), state(after(2*time.Hour+time.Minute), machine.Execute))
		s.facts.Publish([]machine.Fact{machine.Late{Unit: "l/press", At: after(2 * time.Hour)}})
		s.stop()
		again := open(t, db, s.past, s.now(), nil)
		again.right()
		again.stop()
	}
}

// A deriving that seems to take hours, as on a machine that was put to sleep, does not put off the next for long.
func TestAClockThatJumpsWhileALedgerIsDerived(t *testing.T) {
	p := &past{}
	s := &shop{t: t, store: storetest.SQLite(t).Open(), past: p}
	p.asked = func() { s.goTo(after(20 * time.Hour)) }
	s.goTo(after(10*time.Hour)).run(line, s.store.Ledger())
	s.until("the line is there", func() bool { _, ok := s.keeper.Snapshot("l"); return ok })
	s.live(dayOf(morning, 19)...)
	p.add(state(after(2*time.Hour), machine.Held))
	s.facts.Publish([]machine.Fact{machine.Late{Unit: "l/press", At: after(2 * time.Hour)}})
	s.until("the late reading is heard", func() bool { return s.now().After(after(20*time.Hour + time.Second)) })
	s.goTo(after(20*time.Hour + 12*time.Second))
	s.right()
}
