package clerk_test

import (
	"context"
	"log/slog"
	"os"
	"sort"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/clerk"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if dsn := os.Getenv("CLERK_TEST_DATABASE"); dsn != "" {
		bookUntilKilled(dsn)
		return
	}
	goleak.VerifyTestMain(withServer{m})
}

// withServer runs the tests beside a PostgreSQL server.
type withServer struct{ m *testing.M }

// Run gives the exit code.
func (w withServer) Run() int { return storetest.Main(w.m) }

var (
	boss     = plant.Person{ID: 1, Name: "Mia", Role: plant.Manager}
	operator = plant.Person{ID: 2, Name: "Ola", Role: plant.Operator}
	viewer   = plant.Person{ID: 3, Name: "Vic", Role: plant.Viewer}

	line    = plant.Line{ID: "l", Units: []plant.Unit{{ID: "l/filler"}, {ID: "l/packer"}}, Pacer: "l/filler", Output: "l/packer"}
	signals = []machine.Signals{
		{Unit: "l/filler", Product: 3},
		{Unit: "l/packer", Good: machine.Counter{Tag: 1}, Reject: machine.Counter{Tag: 2}},
	}
)

func names() *tag.Registry {
	r, err := tag.NewRegistry([]tag.Tag{{Name: "l/packer/good", Interval: time.Second}, {Name: "l/packer/reject"}, {Name: "l/filler/product"}})
	if err != nil {
		panic(err)
	}
	return r
}

// past is what the machines said: a history that can be told from any time on.
type past struct {
	mu    sync.Mutex
	facts []machine.Fact
	good  plant.Quantity
	at    time.Time
	wait  chan struct{} // when not nil, the history is told once this is closed
}

func (p *past) tell(_ context.Context, _ plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
	if p.wait != nil {
		<-p.wait
	}
	p.mu.Lock()
	facts := p.facts
	p.mu.Unlock()
	i := sort.Search(len(facts), func(i int) bool { return !facts[i].When().Before(from) })
	for j := i - 1; j >= 0; j-- {
		if f, ok := facts[j].(machine.ProductChanged); ok {
			if !yield(f) {
				return nil
			}
			break
		}
	}
	for _, f := range facts[i:] {
		if !f.When().Before(to) || !yield(f) {
			break
		}
	}
	return nil
}

// keep adds facts to the past, in the order of time.
func (p *past) keep(facts ...machine.Fact) []machine.Fact {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.facts = append(p.facts, facts...)
	return facts
}

// made counts n good pieces at a time.
func (p *past) made(at time.Time, n int64) machine.Fact {
	c := machine.Counted{Unit: "l/packer", What: machine.Good, Tag: 1, Since: p.at, At: at, From: p.good, To: p.good + plant.Pieces(n), Qty: plant.Pieces(n)}
	if p.at.IsZero() {
		c.Since, c.From, c.Qty, c.Event = at, c.To, 0, machine.Baseline
	}
	p.good, p.at = c.To, at
	return c
}

func says(at time.Time, product string) machine.Fact {
	return machine.ProductChanged{Unit: "l/filler", At: at, Product: product}
}

// office is a clerk with a real store.
type office struct {
	t     *testing.T
	store *store.Store
	past  *past
	facts bus.Topic[machine.Fact]
	news  bus.Topic[execution.Changed]
	clerk *clerk.Service
	stop  func()
}

func open(t *testing.T, s *store.Store, p *past, books execution.Books) *office {
	return openWith(t, s, p, books, signals)
}

func openWith(t *testing.T, s *store.Store, p *past, books execution.Books, signals []machine.Signals) *office {
	return openEvery(t, 10*time.Millisecond, s, p, books, signals)
}

func openEvery(t *testing.T, every time.Duration, s *store.Store, p *past, books execution.Books, signals []machine.Signals) *office {
	o := &office{t: t, store: s, past: p}
	if books == nil {
		books = s.Books()
	}
	o.clerk = clerk.New(clerk.Options{
		Lines: []plant.Line{line}, Signals: signals, Tags: names(), Books: books, History: p.tell,
		Facts: &o.facts, News: &o.news, Now: time.Now, Log: slog.New(slog.DiscardHandler), Every: every,
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- o.clerk.Run(ctx) }()
	o.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { o.stop() })
	return o
}

// live says facts now, and keeps them in the past.
func (o *office) live(facts ...machine.Fact) { o.facts.Publish(o.past.keep(facts...)) }

// until waits for something to become true.
func (o *office) until(what string, is func() bool) {
	o.t.Helper()
	for range 1500 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	o.t.Fatalf("it never came that %s: %+v", what, o.clerk.Jobs("l"))
}

func (o *office) good(id string, n int64) {
	o.t.Helper()
	o.until(id+" has its pieces", func() bool {
		j, ok := o.clerk.Job(id)
		return ok && j.Good == plant.Pieces(n)
	})
	if j, err := o.store.Counts().Job(o.t.Context(), id); err != nil || j.Good != plant.Pieces(n) {
		o.t.Errorf("the store has %s of %s, %v", j.Good, id, err)
	}
	if _, err := o.store.Counts().Verify(o.t.Context()); err != nil {
		o.t.Error(err)
	}
}

func add(t *testing.T, s *store.Store, id, product string, planned int64) {
	t.Helper()
	j := execution.Job{ID: id, Line: "l", Product: product, Planned: plant.Pieces(planned), Status: execution.Waiting, Rank: 1, Version: 1}
	if err := s.Books().AddJob(t.Context(), j, boss, "test"); err != nil {
		t.Fatal(err)
	}
}

func before(d time.Duration) time.Time {
	return time.Now().Add(-d).UTC().Truncate(time.Microsecond)
}

func TestCountsBecomeProgress(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 10)
	o := open(t, s, &past{}, nil)
	news := o.news.Queue(100)
	o.live(says(before(time.Minute), "A"), o.past.made(before(50*time.Second), 0), o.past.made(before(40*time.Second), 4))
	o.good("J-1", 4)
	batch, err := news.Next(t.Context())
	if err != nil || batch[0].Line != "l" {
		t.Errorf("news %+v, %v", batch, err)
	}
	o.live(o.past.made(before(30*time.Second), 8))
	o.good("J-1", 12)
	j, ok := o.clerk.Current("l")
	if !ok || j.ID != "J-1" || j.Status != execution.Completed || j.Over() != plant.Pieces(2) {
		t.Errorf("the line's job is %+v", j)
	}
}

// How often at most is posted is a pause after a posting, and none before the first.
func TestACountAfterAPauseIsPostedAtOnce(t *testing.T) {
	t.Parallel()
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 10)
	p := &past{}
	o := openEvery(t, time.Hour, s, p, nil, signals)
	o.live(says(before(time.Minute), "A"), p.made(before(50*time.Second), 0), p.made(before(40*time.Second), 4))
	o.good("J-1", 4)
}

func TestWhatWasMadeWhileNobodyLooked(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 1000)
	p := &past{}
	first := open(t, s, p, nil)
	first.live(says(before(time.Hour), "A"), p.made(before(59*time.Minute), 100), p.made(before(58*time.Minute), 5))
	first.good("J-1", 5)
	first.stop()
	p.keep(p.made(before(40*time.Minute), 30), p.made(before(30*time.Minute), 30))
	second := open(t, s, p, nil)
	second.good("J-1", 65)
	second.live(p.made(before(time.Minute), 1))
	second.good("J-1", 66)
}

func TestAFirstStartBooksTheLastDay(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 10_000)
	add(t, s, "J-2", "B", 10_000)
	p := &past{}
	p.keep(says(before(20*time.Hour), "A"), p.made(before(19*time.Hour), 0))
	for i := range 2000 {
		p.keep(p.made(before(19*time.Hour-time.Duration(i+1)*10*time.Second), 1))
	}
	p.keep(says(before(10*time.Hour), "B"), p.made(before(9*time.Hour), 7))
	o := open(t, s, p, nil)
	o.good("J-1", 2000)
	o.good("J-2", 7)
}

// A queue that overflows while the history is read loses nothing.
func TestWhatTheQueueDroppedIsReadFromTheHistory(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 1_000_000)
	p := &past{wait: make(chan struct{})}
	o := open(t, s, p, nil)
	const n = 12_000
	start := before(20 * time.Hour)
	o.live(says(start, "A"), p.made(start, 0))
	for i := range n {
		o.live(p.made(start.Add(time.Duration(i+1)*time.Second), 1))
	}
	close(p.wait)
	o.good("J-1", n)
}

// A counter of 16 bits shows 0 at a restart, and that it rolled over is decided by nothing but the end of the history.
func TestARollInDoubtAtARestartIsNotBooked(t *testing.T) {
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 100_000)
	p := &past{}
	p.keep(says(before(time.Hour), "A"), p.made(before(59*time.Minute), 60_000), p.made(before(58*time.Minute), 5000))
	zero := machine.Counted{Unit: "l/packer", What: machine.Good, Tag: 1, Since: p.at, At: before(-4 * time.Second), From: p.good, Qty: plant.Pieces(536), Event: machine.Rolled}
	p.keep(zero)
	o := open(t, s, p, nil)
	o.good("J-1", 5000)
	back := p.made(before(0), 1).(machine.Counted)
	back.Event = machine.Suspect
	o.live(back)
	o.good("J-1", 5001)
}

// A gap in what the bus tells is found, and filled from the history.
func TestAGapIsFilled(t *testing.T) {
	t.Parallel()
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 1000)
	p := &past{}
	o := open(t, s, p, nil)
	o.live(says(before(time.Hour), "A"), p.made(before(59*time.Minute), 0), p.made(before(58*time.Minute), 1))
	o.good("J-1", 1)
	p.keep(p.made(before(57*time.Minute), 10)) // only the history has it
	o.live(p.made(before(56*time.Minute), 1))
	o.good("J-1", 12)
	o.live(p.made(before(55*time.Minute), 1))
	o.good("J-1", 13)
}

func TestALateReadingMakesAnEstimateExact(t *testing.T) { // L8
	t.Parallel()
	s := storetest.SQLite(t).Open()
	add(t, s, "J-A", "A", 1000)
	add(t, s, "J-B", "B", 1000)
	p := &past{}
	o := open(t, s, p, nil)
	start := before(time.Hour)
	at := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
	reject := func(a, b time.Time, from, to int64) machine.Counted {
		return machine.Counted{Unit: "l/packer", What: machine.Reject, Tag: 2, Since: a, At: b, From: plant.Pieces(from), To: plant.Pieces(to), Qty: plant.Pieces(to - from)}
	}
	scrap := func(a, b int64) func() bool {
		return func() bool {
			x, _ := o.clerk.Job("J-A")
			y, _ := o.clerk.Job("J-B")
			return x.Scrap == plant.Pieces(a) && y.Scrap == plant.Pieces(b)
		}
	}
	o.live(says(at(0), "A"), machine.Counted{Unit: "l/packer", What: machine.Reject, Tag: 2, Since: at(10), At: at(10), From: plant.Pieces(10), To: plant.Pieces(10), Event: machine.Baseline})
	o.live(says(at(11), "B"), reject(at(10), at(12), 10, 14))
	o.until("two and two are estimated", scrap(2, 2))
	p.mu.Lock()
	p.facts = append(p.facts[:3:3], reject(at(10), at(11), 10, 13), reject(at(11), at(12), 13, 14))
	sort.SliceStable(p.facts, func(i, j int) bool { return p.facts[i].When().Before(p.facts[j].When()) })
	p.mu.Unlock()
	o.facts.Publish([]machine.Fact{machine.Late{Unit: "l/packer", At: at(11)}})
	o.until("three and one are known", scrap(3, 1))
	if _, err := s.Counts().Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// faulty is the store's books with a switch: while it is on, the database is away.
type faulty struct {
	execution.Books
	away atomic.Bool
	lost atomic.Bool // the next posting is kept, but the answer does not come back
}

func (f *faulty) Post(ctx context.Context, p execution.Posting) error {
	if f.away.Load() {
		return errs.New(errs.Unavailable, "the database is away")
	}
	err := f.Books.Post(ctx, p)
	if err == nil && f.lost.CompareAndSwap(true, false) {
		return errs.New(errs.Unavailable, "the connection broke")
	}
	return err
}

func TestADatabaseThatIsAwayLosesNothing(t *testing.T) {
	t.Parallel()
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 10)
	p, books := &past{}, &faulty{Books: s.Books()}
	o := open(t, s, p, books)
	o.live(says(before(time.Hour), "A"), p.made(before(59*time.Minute), 0), p.made(before(58*time.Minute), 1))
	o.good("J-1", 1)
	books.away.Store(true)
	for i := range 50 {
		o.live(p.made(before(57*time.Minute-time.Duration(i)*time.Minute), 2))
	}
	if _, err := o.clerk.Complete(t.Context(), "J-1", 2, operator, ""); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("a change while the database is away: %v", err)
	}
	if j, _ := o.clerk.Job("J-1"); j.Good != plant.Pieces(1) || j.Status != execution.Running {
		t.Errorf("what is not kept is shown: %+v", j)
	}
	books.away.Store(false)
	o.good("J-1", 101)
	books.lost.Store(true)
	o.live(p.made(before(time.Minute), 1))
	o.good("J-1", 102)
	o.live(p.made(before(30*time.Second), 1))
	o.good("J-1", 103)
}

// Two clerks that hear the same facts book each piece once: who is second finds the marks moved, and looks again.
func TestTwoClerksBookOnce(t *testing.T) { // L12
	t.Parallel()
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 100_000)
	p := &past{}
	one, two := open(t, s, p, nil), open(t, s, p, nil)
	tell := func(f machine.Fact) {
		batch := p.keep(f)
		one.facts.Publish(batch)
		two.facts.Publish(batch)
	}
	start := before(time.Hour)
	tell(says(start, "A"))
	tell(p.made(start, 0))
	for i := range 1000 {
		tell(p.made(start.Add(time.Duration(i+1)*time.Second), 1))
		if i%20 == 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
	one.good("J-1", 1000)
	two.good("J-1", 1000)
}

// meanwhile is the real books, with another who posts after the first look into them.
type meanwhile struct {
	execution.Books
	post func()
}

func (m meanwhile) Jobs(ctx context.Context) ([]execution.Job, error) {
	jobs, err := m.Books.Jobs(ctx)
	m.post()
	return jobs, err
}

func (m meanwhile) Marks(ctx context.Context) ([]execution.Mark, error) {
	marks, err := m.Books.Marks(ctx)
	m.post()
	return marks, err
}

func TestWhatAnotherPostsWhileTheBooksAreReadIsSeen(t *testing.T) { // L12
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 100)
	p, at := &past{}, before(time.Minute)
	p.keep(says(at, "A"), p.made(at, 0), p.made(at.Add(time.Second), 5))
	o := open(t, s, p, meanwhile{s.Books(), sync.OnceFunc(func() {
		err := s.Books().Post(t.Context(), execution.Posting{
			Bookings: []execution.Booking{{Tag: "l/packer/good", Line: "l", Unit: "l/packer", Job: "J-1", Since: at, At: at.Add(time.Second), Qty: plant.Pieces(5)}},
			Marks:    []execution.Mark{{Tag: "l/packer/good", At: at.Add(time.Second), Total: plant.Pieces(5)}},
		})
		if err != nil {
			t.Error(err)
		}
	})})
	o.good("J-1", 5)
}

// Two writers, each with its own counter, book on one job at once.
func TestTwoWritersOnOneJob(t *testing.T) { // L12
	s := storetest.SQLite(t).Open()
	add(t, s, "J-1", "A", 100_000)
	var wg sync.WaitGroup
	for _, counter := range []string{"a", "b"} {
		wg.Go(func() {
			last := time.Time{}
			for i := range 500 {
				at := before(time.Hour).Add(time.Duration(i) * time.Second)
				err := s.Books().Post(t.Context(), execution.Posting{
					Bookings: []execution.Booking{{Tag: counter, Line: "l", Unit: "l/packer", Job: "J-1", Since: at, At: at, Qty: plant.One}},
					Marks:    []execution.Mark{{Tag: counter, At: at, Total: plant.Pieces(int64(i)), Before: last}},
				})
				if err != nil {
					t.Error(err)
					return
				}
				last = at
			}
		})
	}
	wg.Wait()
	if j, err := s.Counts().Job(t.Context(), "J-1"); err != nil || j.Good != plant.Pieces(1000) {
		t.Errorf("the job has %s, %v; want 1000", j.Good, err)
	}
}
