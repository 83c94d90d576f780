// Package clerk books what the lines count while they count it, and changes jobs for people.
package clerk

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Options is what a Service needs.
type Options struct {
	Lines    []plant.Line
	Signals  []machine.Signals // of all units
	Tags     *tag.Registry
	Books    execution.Books
	History  execution.Source              // the facts of the past
	Facts    *bus.Topic[machine.Fact]      // the facts of now; what it posts of orders is told here too
	News     *bus.Topic[execution.Changed] // told after each posting
	Recount  func(line plant.LineID)       // told when pieces that people counted changed beside the logbook; nil means nobody listens
	Now      func() time.Time
	Log      *slog.Logger
	Earliest time.Time     // from when on a line is booked of which nothing is yet; zero means 25 hours ago
	Every    time.Duration // how often at most is posted; 0 means 0.5 s
}

const (
	batches  = 8192 // that may wait to be taken
	beat     = 200 * time.Millisecond
	retry    = 2 * time.Second
	farewell = 8 * time.Second // for posting what is left when it ends
	reach    = 7 * 24 * time.Hour
)

// Service books what the lines count, and changes jobs for people. One goroutine, Run, does it all;
// anybody may look and ask.
type Service struct {
	o     Options
	queue *bus.Queue[machine.Fact]
	desk  *execution.Desk
	lines []*follower
	byOf  map[plant.UnitID]*follower
	asks  chan ask
	ended chan struct{}
	view  atomic.Pointer[view]

	pacers map[plant.LineID]plant.UnitID       // of the lines that have units
	told   map[plant.LineID][]oee.OrderChanged // nil before it is known

	loaded  bool
	loadAt  time.Time
	queued  int64 // as it was looked at last
	lookAt  time.Time
	postAt  time.Time
	refused int // postings in a row that the books did not take for what they say
	dropped uint64
}

// view is what was last kept, for anybody to look at.
type view struct {
	jobs    map[plant.LineID][]execution.Job
	current map[plant.LineID]execution.Job
}

// ask is something that a person wants done.
type ask struct {
	do   func(ctx context.Context) error
	done chan error
}

// New makes a service that hears every fact published from now on.
func New(o Options) *Service {
	if o.Every == 0 {
		o.Every = time.Second / 2
	}
	if o.Earliest.IsZero() {
		o.Earliest = o.Now().Add(-25 * time.Hour)
	}
	s := &Service{
		o: o, queue: o.Facts.Queue(batches), byOf: map[plant.UnitID]*follower{},
		desk: execution.NewDesk(o.Lines, o.Signals, o.Tags),
		asks: make(chan ask), ended: make(chan struct{}), pacers: map[plant.LineID]plant.UnitID{},
	}
	for _, l := range o.Lines {
		f := &follower{line: l, behind: true}
		s.lines = append(s.lines, f)
		if pacer := oee.Pacer(l); pacer != "" {
			s.pacers[l.ID] = pacer
		}
		for _, u := range l.Units {
			s.byOf[u.ID] = f
		}
	}
	s.view.Store(&view{})
	return s
}

// Load tells how many batches of facts wait to be taken, and how many were dropped and read from the history instead.
func (s *Service) Load() bus.Load { return s.queue.Load() }

// Run books until ctx ends: first what happened since the marks, and then what comes.
func (s *Service) Run(ctx context.Context) error {
	defer close(s.ended)
	in := make(chan []machine.Fact)
	fed := make(chan struct{})
	feeding, stop := context.WithCancel(ctx)
	go s.feed(feeding, in, fed)
	defer func() { stop(); <-fed; s.queue.Close() }()
	tick := time.NewTicker(beat)
	defer tick.Stop()
	s.tick(ctx)
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
			defer cancel()
			if err := s.post(last); err != nil {
				s.o.Log.Warn("the last counts could not be posted; they are booked at the next start", "err", err)
			}
			return nil
		case batch, open := <-in:
			if !open {
				in = nil // nothing will come any more, but people may still ask
				continue
			}
			s.take(batch)
		case a := <-s.asks:
			a.done <- a.do(ctx)
		case <-tick.C:
		}
		s.tick(ctx)
	}
}

// feed hands on batches of facts as they come.
func (s *Service) feed(ctx context.Context, in chan<- []machine.Fact, fed chan<- struct{}) {
	defer close(fed)
	defer close(in)
	for {
		batch, err := s.queue.Next(ctx)
		if err != nil {
			return
		}
		select {
		case in <- batch:
		case <-ctx.Done():
			return
		}
	}
}

// take books a batch of facts.
func (s *Service) take(batch []machine.Fact) {
	now := s.o.Now()
	if d := s.queue.Dropped(); d != s.dropped {
		s.o.Log.Warn("facts came faster than they could be booked; they are read from the history", "batches", d-s.dropped)
		s.dropped = d
		s.behind(now.Add(settle))
	}
	for _, f := range batch {
		if x := s.byOf[f.Where()]; x != nil {
			x.take(s.desk, f, now)
		}
	}
}

// behind says that all lines have to be read from the history, not before a time.
func (s *Service) behind(from time.Time) {
	for _, f := range s.lines {
		f.behind, f.readAt = true, from
	}
}

// tick does what is due.
func (s *Service) tick(ctx context.Context) {
	now := s.o.Now()
	if !s.loaded {
		if now.Before(s.loadAt) {
			return
		}
		s.loadAt = now.Add(retry)
		if err := s.load(ctx); err != nil {
			s.warn(ctx, "jobs and marks could not be loaded; it is tried again", err)
			return
		}
	}
	if !now.Before(s.lookAt) {
		s.lookAt = now.Add(s.o.Every)
		if err := s.look(ctx); err != nil {
			s.warn(ctx, "the queues of the lines could not be looked at; it is tried again", err)
		}
	}
	for _, f := range s.lines {
		f.arrive(s.desk, now)
		if f.due(now) {
			f.readAt = now.Add(retry)
			if err := s.read(ctx, f); err != nil {
				s.warn(ctx, "the counts of a line could not be read from the history; it is tried again", err)
			}
		}
		if f.doubtful(now) {
			s.refine(ctx, f)
		}
	}
	if !s.o.Now().Before(s.postAt) {
		if err := s.post(ctx); err != nil {
			s.postAt = s.o.Now().Add(retry)
			s.warn(ctx, "counts could not be posted; it is tried again", err)
		}
	}
}

func (s *Service) warn(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		s.o.Log.Warn(what, "err", err)
	}
}

// post keeps what is booked, in one transaction.
func (s *Service) post(ctx context.Context) error {
	p, some := s.desk.Posting()
	if !s.loaded || !some {
		return nil
	}
	s.postAt = s.o.Now().Add(s.o.Every) // what comes after a pause is posted at once
	disown := s.refused >= 3
	if disown {
		p = s.desk.Disown()
		s.o.Log.Error("the books refuse what the machines say of jobs; the counts are booked without a job", "bookings", len(p.Bookings))
	}
	p.Wishes = s.late(p)
	err := s.o.Books.Post(ctx, p)
	switch kind := errs.KindOf(err); {
	case err == nil && !disown:
		s.refused = 0
		changed := s.desk.Posted()
		s.show()
		s.recounted(told(p.Bookings))
		s.announce(changed)
	case err == nil, kind == errs.Conflict:
		s.refused = 0
		s.reload()
	case kind == errs.Invalid || kind == errs.NotFound:
		s.refused++
		if s.refused < 3 {
			s.reload()
		}
	}
	return err
}

// reload forgets what is not kept: it is loaded and read from the history again.
func (s *Service) reload() {
	s.loaded, s.loadAt = false, s.o.Now()
	s.behind(s.o.Now().Add(settle))
}

// show makes what is kept visible.
func (s *Service) show() {
	v := &view{jobs: map[plant.LineID][]execution.Job{}, current: map[plant.LineID]execution.Job{}}
	s.desk.Forget(s.o.Now().Add(-48 * time.Hour))
	for _, l := range s.o.Lines {
		v.jobs[l.ID] = s.desk.Jobs(l.ID)
		if j, ok := s.desk.Current(l.ID); ok {
			v.current[l.ID] = j
		}
	}
	s.view.Store(v)
	s.tell()
}

func (s *Service) announce(changed []execution.Changed) {
	if s.o.News != nil {
		s.o.News.Publish(changed)
	}
}
