// Package timekeeper keeps the time ledgers of the lines while time goes by.
package timekeeper

import (
	"context"
	"errors"
	"log/slog"
	"sync"
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
	Ledger   oee.Ledger
	History  timeline.Source          // the facts of the past
	Facts    *bus.Topic[machine.Fact] // the facts of now
	News     *bus.Topic[oee.Changed]  // told after each change
	Now      func() time.Time
	Log      *slog.Logger
	Earliest time.Time     // where the ledger of a line begins that has none yet; zero means 25 hours ago
	Keep     time.Duration // how often closed segments are kept; 0 means 2 s
	Quiet    time.Duration // how long nothing late must come before a ledger is derived anew; 0 means 1 s
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

	dropped uint64 // batches that the queue lost so far

	mu     sync.Mutex
	wishes map[plant.LineID]time.Time // ledgers that somebody wants derived anew, and from when
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
	s := &Service{o: o, wishes: map[plant.LineID]time.Time{}, byLine: map[plant.LineID]*keeper{}, byUnit: map[plant.UnitID]*keeper{}, queue: o.Facts.Queue(batches)}
	for _, line := range o.Lines {
		k := &keeper{line: line, signals: o.Signals}
		s.lines = append(s.lines, k)
		s.byLine[line.ID] = k
		for _, u := range line.Units {
			s.byUnit[u.ID] = k
		}
	}
	return s
}

// Run keeps the ledgers until ctx ends: it derives what happened since they end, and then follows the facts.
func (s *Service) Run(ctx context.Context) error {
	defer s.queue.Close()
	for _, k := range s.lines {
		k.ask(s.o.Now(), 0)
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
		if err := k.keep(ctx, s.o.Ledger); err != nil {
			k.keepAt = now.Add(retry)
			if k.refused && !k.asked {
				k.ask(now, 0)
			}
			s.o.Log.Warn("the time ledger could not be kept; it is tried again", "line", k.line.ID, "err", err)
		}
	}
}

// Again asks for the ledger of a line to be derived anew from a time on, with the line as it is set up now; it is
// done soon. What is kept before stays as it is to the bit: when the time lies within a segment, from its beginning.
func (s *Service) Again(line plant.LineID, from time.Time) error {
	if s.byLine[line] == nil {
		return errs.New(errs.NotFound, "there is no line %q", line)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.wishes[line]; !ok || from.Before(at) {
		s.wishes[line] = from.UTC().Truncate(time.Microsecond)
	}
	return nil
}

// hear takes over what is wished for.
func (s *Service) hear(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line, from := range s.wishes {
		s.byLine[line].want(from, now)
	}
	clear(s.wishes)
}

// mend derives the ledgers anew that something came too late for, or that somebody wants anew.
func (s *Service) mend(ctx context.Context) {
	s.hear(s.o.Now())
	for _, k := range s.lines {
		now := s.o.Now()
		if ctx.Err() != nil || !k.due(now, s.o.Quiet) {
			continue
		}
		if err := s.derive(ctx, k); err != nil && ctx.Err() == nil {
			k.ask(now, retry)
			s.o.Log.Warn("the time ledger could not be derived; it is tried again", "line", k.line.ID, "err", err)
			continue
		}
		k.rest = s.o.Now().Add(4 * s.o.Now().Sub(now))
	}
}

// derive lays a line's ledger out anew: from the shift on that holds the oldest late fact, or else from where it ends.
func (s *Service) derive(ctx context.Context, k *keeper) error {
	now := s.o.Now().Round(0) // as the wall has it: times of the ledger are compared with it
	late := k.late
	if !late.IsZero() && now.Sub(late) > tooOld {
		s.o.Log.Warn("a reading is too old to change the time ledger", "line", k.line.ID, "at", late)
		late = time.Time{}
	}
	if err := k.keep(ctx, s.o.Ledger); err != nil {
		return err
	}
	from, err := s.bound(ctx, k, late)
	if err == nil && !k.early.IsZero() && k.early.Before(from) { // counted, and maybe not yet when the ledger was kept
		from, err = s.bound(ctx, k, k.early)
	}
	if err == nil && from.After(now) { // the clock was ahead when it was kept
		from, err = s.bound(ctx, k, now)
	}
	if err == nil && !k.again.IsZero() {
		from, err = s.since(ctx, k, from)
	}
	if err != nil {
		return err
	}
	fresh := timeline.NewEngine(k.line, k.signals...)
	closed, err := fresh.Derive(ctx, s.o.History, from, now)
	if err != nil {
		return err
	}
	if w := fresh.At(now).Window; w.From.Before(from) {
		before, err := s.o.Ledger.Segments(ctx, k.line.ID, w.From, from)
		if err != nil {
			return err
		}
		fresh.Recall(before)
	}
	k.install(fresh, from, closed)
	return nil
}

// bound finds the bound of a kept segment from which a ledger can be derived anew.
func (s *Service) bound(ctx context.Context, k *keeper, late time.Time) (time.Time, error) {
	end, err := s.o.Ledger.End(ctx, k.line.ID)
	if err != nil {
		return time.Time{}, err
	}
	empty := end.IsZero()
	if empty {
		end = s.o.Earliest
	}
	if late.IsZero() {
		return end, nil
	}
	shift := late
	if running, ok := k.line.Calendar.At(late); ok {
		shift = running.From
	}
	from := shift.Add(-timeline.NewEngine(k.line, k.signals...).Reach())
	if empty || !from.Before(end) {
		return earlier(end, shift), nil
	}
	kept, err := s.o.Ledger.Segments(ctx, k.line.ID, from, shift.Add(time.Microsecond))
	if err != nil {
		return time.Time{}, err
	}
	if len(kept) > 0 {
		return kept[0].From, nil
	}
	return shift, nil // before the ledger began
}

// since is the beginning of the kept segment that the time lies in from which somebody wants the ledger anew, or of
// the first one after it, if that is before another bound.
func (s *Service) since(ctx context.Context, k *keeper, bound time.Time) (time.Time, error) {
	if !k.again.Before(bound) {
		return bound, nil
	}
	kept, err := s.o.Ledger.Segments(ctx, k.line.ID, k.again, bound)
	if err != nil || len(kept) == 0 {
		return bound, err
	}
	return kept[0].From, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Snapshot gives a line as it stands now; ok is false for an unknown line, and until its ledger is derived.
func (s *Service) Snapshot(line plant.LineID) (snap oee.Snapshot, ok bool) {
	k := s.byLine[line]
	if k == nil {
		return oee.Snapshot{}, false
	}
	return k.snapshot(s.o.Now())
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
