package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// How long the service waits for the history to have written what the queue has dropped.
const (
	mendWait  = 10 * time.Second
	mendPause = 50 * time.Millisecond
)

// mend fills the gap that dropped batches left: it reads the history from the newest sample of each tag
// on. What the history does not tell in time is told as Late, so that ledgers derive it again later.
func (s *Service) mend(ctx context.Context, first []tag.Sample) {
	waiting := s.drain(ctx, first)
	since := s.newest()
	s.seen = seen{}
	err := s.await(ctx, waiting)
	if err == nil {
		err = s.reread(ctx, since)
	}
	if err != nil && ctx.Err() == nil {
		s.set.Log.Warn("samples were dropped before their machine's state was derived", "reason", err)
		s.facts.Publish(s.overdue())
	}
	s.take(waiting)
	s.seen.until = s.set.Now().Add(mendWait)
}

// drain takes all that waits, as far as the engine needs it.
func (s *Service) drain(ctx context.Context, batch []tag.Sample) (all []tag.Sample) {
	for {
		for _, x := range batch {
			if s.engine.Hears(x.Tag) {
				all = append(all, x)
			}
		}
		s.dropped = s.queue.Dropped()
		if s.queue.Waiting() == 0 {
			return all
		}
		var err error
		if batch, err = s.queue.Next(ctx); err != nil {
			return all
		}
	}
}

// newest gives the time of the newest sample of each tag.
func (s *Service) newest() map[tag.ID]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[tag.ID]time.Time{}
	for _, id := range s.engine.Tags() {
		all[id] = s.engine.Newest(id)
	}
	return all
}

// await waits until the history has the last sample of a batch: it writes in the order of the bus, so
// that it then has those before it as well.
func (s *Service) await(ctx context.Context, batch []tag.Sample) error {
	limit := s.set.Now().Add(ahead)
	i := len(batch) - 1
	for i >= 0 && batch[i].Time.After(limit) {
		i--
	}
	if i < 0 {
		return nil
	}
	r := history.Range{Tag: batch[i].Tag, From: batch[i].Time, To: batch[i].Time.Add(time.Microsecond)}
	for range mendWait / mendPause {
		found := false
		if err := s.set.Archive.Samples(ctx, r, func(tag.Sample) bool { found = true; return false }); err != nil {
			return fmt.Errorf("ask the history for the end of the gap: %w", err)
		}
		if found {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(mendPause):
		}
	}
	return fmt.Errorf("the history did not have the end of the gap within %s", mendWait)
}

// reread applies what the history has since the newest sample of each tag.
func (s *Service) reread(ctx context.Context, since map[tag.ID]time.Time) error {
	to := s.set.Now().Add(ahead)
	var ranges []history.Range
	for id, at := range since {
		if at.IsZero() {
			at = time.Unix(0, 0)
		}
		ranges = append(ranges, history.Range{Tag: id, From: at, To: to})
	}
	slices.SortFunc(ranges, func(a, b history.Range) int { return int(a.Tag) - int(b.Tag) })
	c := &chunk{do: func(samples []tag.Sample) {
		var out []machine.Fact
		s.mu.Lock()
		for _, x := range samples {
			out = append(append(out, s.engine.Tick(x.Time)...), s.engine.Apply(x)...)
		}
		s.mu.Unlock()
		s.facts.Publish(out)
	}}
	err := s.set.Archive.Merge(ctx, ranges, func(x tag.Sample) bool { return s.seen.add(x) && c.add(x) })
	c.flush()
	if err != nil {
		return fmt.Errorf("read the gap from the history: %w", err)
	}
	return nil
}

// overdue says for each unit that what came after its newest sample must be derived again.
func (s *Service) overdue() []machine.Fact {
	var all []machine.Fact
	for _, u := range s.Units() {
		if !u.Newest.IsZero() {
			all = append(all, machine.Late{Unit: u.Unit, At: u.Newest})
		}
	}
	return all
}

// chunk gathers samples from the history, so that facts are published by the batch.
type chunk struct {
	do      func([]tag.Sample)
	samples []tag.Sample
}

const chunkSize = 1024

func (c *chunk) add(s tag.Sample) bool {
	if c.samples = append(c.samples, s); len(c.samples) == chunkSize {
		c.flush()
	}
	return true
}

func (c *chunk) flush() {
	c.do(c.samples)
	c.samples = c.samples[:0]
}

// seen knows the samples that came from the history, so that the same ones from the bus, which may be
// older than the newest by now, are not taken for late.
type seen struct {
	since, until time.Time
	keys         map[seenKey]struct{}
}

type seenKey struct {
	tag tag.ID
	at  int64
}

func (k *seen) add(s tag.Sample) bool {
	if !s.Time.Before(k.since) {
		if k.keys == nil {
			k.keys = map[seenKey]struct{}{}
		}
		k.keys[seenKey{s.Tag, s.Time.UnixMicro()}] = struct{}{}
	}
	return true
}

func (k *seen) has(s tag.Sample) bool {
	if k.keys == nil {
		return false
	}
	_, known := k.keys[seenKey{s.Tag, s.Time.UnixMicro()}]
	return known
}

// expire forgets what was seen once the bus has nothing older left.
func (k *seen) expire(now time.Time) {
	if k.until.IsZero() {
		k.until = now.Add(mendWait)
	}
	if now.After(k.until) {
		k.keys = nil
	}
}

// inOrder sorts a batch by time; samples of one time keep their order.
func inOrder(batch []tag.Sample) {
	if !slices.IsSortedFunc(batch, byTime) {
		slices.SortStableFunc(batch, byTime)
	}
}

func byTime(a, b tag.Sample) int { return a.Time.Compare(b.Time) }

// oncePerUnit keeps one Late per unit, with the earliest time: a back-fill brings a million of them.
func oncePerUnit(facts []machine.Fact) []machine.Fact {
	first := map[plant.UnitID]int{}
	kept := facts[:0]
	for _, f := range facts {
		l, isLate := f.(machine.Late)
		if i, known := first[l.Unit]; isLate && known {
			if l.At.Before(kept[i].When()) {
				kept[i] = l
			}
			continue
		}
		if isLate {
			first[l.Unit] = len(kept)
		}
		kept = append(kept, f)
	}
	return kept
}
