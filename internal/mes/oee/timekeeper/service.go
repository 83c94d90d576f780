// Package timekeeper keeps the time ledgers of the lines while time goes by.
package timekeeper

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Options is what a Service needs.
type Options struct {
	Lines    []plant.Line
	Signals  []machine.Signals // of all units
	Former   Former            // how other revisions laid out the lines' time; nil means as this one does
	Ledger   oee.Ledger
	Wishes   *Wishes                  // what readings came too late for; nil means that none does
	Revision int64                    // of the plant: what is wished for because of newer ones is left alone
	History  timeline.Source          // the facts of the past
	Facts    *bus.Topic[machine.Fact] // the facts of now
	News     *bus.Topic[oee.Changed]  // told after each change
	Now      func() time.Time
	Log      *slog.Logger
	After    <-chan struct{}                                        // closed once it is settled from where on the facts of now are told: only then a ledger is derived; nil means it is
	Earliest time.Time                                              // where the ledger of a line begins that has none yet; zero means 25 hours ago
	Begin    func(context.Context, plant.LineID) (time.Time, error) // before which nothing is laid out of such a line, whatever comes late; zero, or nil, sets no bound
	Keep     time.Duration                                          // how often closed segments are kept; 0 means 2 s
	Quiet    time.Duration                                          // how long nothing late must come before a ledger is derived anew; 0 means 1 s
}

const (
	batches  = 8192 // that may wait to be taken
	beat     = 250 * time.Millisecond
	retry    = 5 * time.Second
	farewell = 8 * time.Second      // for keeping what is left when it ends
	tooOld   = 400 * 24 * time.Hour // what comes later than this changes no ledger
)

// Service keeps the time ledgers of all lines. One goroutine, Run, changes them; anybody may look.
type Service struct {
	o      Options
	lines  []*keeper
	byLine map[plant.LineID]*keeper
	byUnit map[plant.UnitID]*keeper
	queue  *bus.Queue[machine.Fact]

	dropped  uint64 // batches that the queue lost so far
	recalled bool   // the wishes from before it began are known
}

// New makes a service that hears every fact published from now on.
func New(o Options) *Service {
	if o.Keep == 0 {
		o.Keep = 2 * time.Second
	}
	if o.Quiet == 0 {
		o.Quiet = time.Second
	}
	if o.Earliest.IsZero() {
		o.Earliest = o.Now().Add(-25 * time.Hour)
	}
	o.Earliest = o.Earliest.UTC().Truncate(time.Microsecond)
	if o.Wishes == nil {
		o.Wishes = NewWishes(o.Ledger, nil, tooOld, o.Log)
	}
	o.Wishes.adopt(o.Lines, o.Signals)
	s := &Service{o: o, byLine: map[plant.LineID]*keeper{}, byUnit: map[plant.UnitID]*keeper{}, queue: o.Facts.Queue(batches)}
	for _, line := range o.Lines {
		k := &keeper{line: line, signals: o.Signals, course: o.Wishes.course(line.ID)}
		s.lines = append(s.lines, k)
		s.byLine[line.ID] = k
		for _, u := range line.Units {
			s.byUnit[u.ID] = k
		}
	}
	return s
}

// Load tells how many batches of facts wait to be taken, and how many were dropped and read from the history instead.
func (s *Service) Load() bus.Load { return s.queue.Load() }

// Run keeps the ledgers until ctx ends: it derives what happened since they end, and then follows the facts.
func (s *Service) Run(ctx context.Context) error {
	defer s.queue.Close()
	for _, k := range s.lines {
		k.ask(s.o.Now(), 0)
		if at, err := s.noted(ctx, k); err == nil { // else it is known when its ledger is derived
			k.begins(at)
		}
	}
	if s.o.After != nil {
		select {
		case <-s.o.After:
		case <-ctx.Done():
		}
	}
	s.mend(ctx)
	next := s.o.Now()
	for ctx.Err() == nil {
		if err := s.follow(ctx); errors.Is(err, bus.ErrClosed) {
			break
		}
		if now := s.o.Now(); !now.Before(next) {
			next = now.Add(beat)
			s.beat(ctx, now)
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	s.finish(last)
	s.keep(last, s.o.Now(), true)
	return nil
}

// finish hears what still waits, and derives what is asked for: whoever goes on where the ledgers end does not know
// that something came too late for them.
func (s *Service) finish(ctx context.Context) {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	for s.follow(ended) == nil { // gives what is there, and waits for nothing
		continue
	}
	s.hear(s.o.Now())
	for _, k := range s.lines {
		if !k.asked || ctx.Err() != nil {
			continue
		}
		if err := s.derive(ctx, k); err != nil {
			s.o.Log.Warn("the time ledger could not be derived before the end", "line", k.line.ID, "err", err)
		}
	}
}

// follow takes the next batch of facts, if one comes soon.
func (s *Service) follow(ctx context.Context) error {
	soon, cancel := context.WithTimeout(ctx, beat)
	defer cancel()
	batch, err := s.queue.Next(soon)
	if err != nil {
		return err
	}
	now := s.o.Now()
	if d := s.queue.Dropped(); d != s.dropped {
		s.o.Log.Warn("facts came faster than the time ledger could take them; it is derived from the history", "batches", d-s.dropped)
		s.dropped = d
		for _, k := range s.lines {
			k.missed(now)
		}
	}
	for _, f := range batch {
		if k := s.byUnit[f.Where()]; k != nil {
			k.apply(f, now)
		}
	}
	s.announce()
	return nil
}

// beat is what the clock alone asks for.
func (s *Service) beat(ctx context.Context, now time.Time) {
	for _, k := range s.lines {
		k.tick(now)
	}
	s.mend(ctx)
	s.keep(ctx, now, false)
	s.announce()
}

// announce says which lines changed.
func (s *Service) announce() {
	var news []oee.Changed
	for _, k := range s.lines {
		if k.touched {
			k.touched = false
			news = append(news, oee.Changed{Line: k.line.ID})
		}
	}
	if s.o.News != nil {
		s.o.News.Publish(news)
	}
}

// keep writes down what is closed.
func (s *Service) keep(ctx context.Context, now time.Time, all bool) {
	for _, k := range s.lines {
		if !all && now.Before(k.keepAt) {
			continue
		}
		k.keepAt = now.Add(s.o.Keep)
		if err := k.keep(ctx, s.o.Ledger, s.o.Wishes); err != nil {
			k.keepAt = now.Add(retry)
			if k.refused && !k.asked {
				k.ask(now, 0)
			}
			s.o.Log.Warn("the time ledger could not be kept; it is tried again", "line", k.line.ID, "err", err)
		}
	}
}

// Snapshot gives a line as it stands now; ok is false for an unknown line, and until its ledger is derived.
func (s *Service) Snapshot(line plant.LineID) (snap oee.Snapshot, ok bool) {
	k := s.byLine[line]
	if k == nil {
		return oee.Snapshot{}, false
	}
	return k.snapshot(s.o.Now())
}

// Begin is where the ledger of a line begins: what was before is none of its time. Zero when nobody says, as of a line that
// was there before the program.
func (s *Service) Begin(line plant.LineID) time.Time {
	k := s.byLine[line]
	if k == nil {
		return time.Time{}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.begin
}

// Segments gives the segments of a line that overlap [from, to): those that are kept, and those still open.
func (s *Service) Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error) {
	k := s.byLine[line]
	if k == nil {
		return nil, errs.New(errs.NotFound, "there is no line %q", line)
	}
	recent, since, version := k.recent(s.o.Now())
	kept, err := s.o.Ledger.Segments(ctx, line, from, to)
	for again := 0; err == nil && again < 5 && k.version.Load() != version; again++ {
		recent, since, version = k.recent(s.o.Now())
		kept, err = s.o.Ledger.Segments(ctx, line, from, to)
	}
	if err != nil {
		return nil, err
	}
	all := make([]oee.Segment, 0, len(kept)+len(recent))
	for i := range kept {
		if since.IsZero() || kept[i].From.Before(since) {
			all = append(all, kept[i])
		}
	}
	for i := range recent {
		if recent[i].Within(plant.Span{From: from, To: to}) > 0 {
			all = append(all, recent[i])
		}
	}
	return all, nil
}
