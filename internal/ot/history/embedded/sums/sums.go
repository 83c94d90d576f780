// Package sums sums up the samples of a tag over the steps of a range, and remembers what it has read.
package sums

import (
	"context"
	"math"
	"runtime"
	"sync"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunks"

	"millwright/internal/ot/history/embedded/coding"
	"millwright/internal/ot/history/rollup"
	"millwright/internal/ot/tag"
)

// Query is what to sum up.
type Query struct {
	Grid    Grid
	Querier storage.ChunkQuerier // of the whole grid
	Match   *labels.Matcher      // of the tag
	Alive   func() error         // asked now and then; an error ends the query

	// Each reads samples one by one, with from <= time < to. It is asked where packed runs do not do:
	// several series have samples in that time, or values stand at the side.
	Each func(from, to int64, add func(t int64, v float64, state rollup.State)) error
}

// piece is a run of samples on one spine as the store packs them. Its chunk is nil when it stands for
// a time in which several spines have samples: those are read one by one.
type piece struct {
	chunks.Meta
	kind tag.Kind
	part coding.Part
}

// spine gives the pieces of one series in the order of time.
type spine struct {
	chunks.Iterator
	piece
	more bool
}

func (s *spine) step() {
	if s.more = s.Next(); s.more {
		s.Meta = s.At()
	}
}

// Sum gives the stretches of a tag's samples. Pieces that lie within one step are remembered, so that
// only new ones and those across an edge are unpacked; all cores help, while the next pieces are looked up.
func (c *Cache) Sum(q Query) (all Stretches, err error) {
	spines, err := q.spines()
	if err != nil {
		return nil, err
	}
	work := &shares{}
	defer func() { work.wait.Wait() }()
	for more := true; more; {
		if err := q.Alive(); err != nil {
			return nil, err
		}
		const batch = 2048
		pieces := make([]piece, 0, batch)
		for more && len(pieces) < batch {
			var p piece
			if p, more = nextPiece(spines); more {
				pieces = append(pieces, p)
			}
		}
		if all, err = work.join(all); err != nil {
			return nil, err
		}
		work = c.share(q, pieces)
	}
	for _, s := range spines {
		if s.Err() != nil {
			return nil, s.Err()
		}
	}
	return work.join(all)
}

func (q Query) spines() ([]*spine, error) {
	hints := &storage.SelectHints{Start: q.Grid.From, End: q.Grid.To - 1, DisableTrimming: true}
	var out []*spine
	found := q.Querier.Select(context.Background(), true, hints, q.Match)
	for found.Next() {
		k, p, ok := coding.Identify(found.At().Labels())
		if !ok || !p.Spine() {
			continue
		}
		s := &spine{Iterator: found.At().Iterator(nil), piece: piece{kind: k, part: p}}
		s.step()
		out = append(out, s)
	}
	return out, found.Err()
}

// nextPiece takes the earliest piece, together with all that overlap it in time.
func nextPiece(spines []*spine) (first piece, ok bool) {
	for {
		var s *spine
		for _, x := range spines {
			if x.more && (s == nil || x.MinTime < s.MinTime) {
				s = x
			}
		}
		if s == nil || (ok && s.MinTime > first.MaxTime) {
			return first, ok
		}
		if !ok {
			first, ok = s.piece, true
		} else {
			first.Chunk, first.MaxTime = nil, max(first.MaxTime, s.MaxTime)
		}
		s.step()
	}
}

// shares are pieces at work, each core an equal share of them.
type shares struct {
	wait  sync.WaitGroup
	parts []Stretches
	fails []error
}

// share begins to sum up pieces.
func (c *Cache) share(q Query, pieces []piece) *shares {
	workers := max(1, min(runtime.GOMAXPROCS(0), len(pieces)/64))
	out := &shares{parts: make([]Stretches, workers), fails: make([]error, workers)}
	for w := range workers {
		share := pieces[w*len(pieces)/workers : (w+1)*len(pieces)/workers]
		out.wait.Go(func() {
			s := summer{Query: q, cache: c}
			for _, p := range share {
				if out.fails[w] == nil {
					out.fails[w] = s.sum(p)
				}
			}
			out.parts[w] = s.out
		})
	}
	return out
}

// join waits for the pieces and appends their sums to all.
func (s *shares) join(all Stretches) (Stretches, error) {
	s.wait.Wait()
	for w, part := range s.parts {
		if s.fails[w] != nil {
			return nil, s.fails[w]
		}
		for _, p := range part {
			all.join(p.Step, p.Span)
		}
	}
	return all, nil
}

// summer sums up pieces on one goroutine.
type summer struct {
	Query
	cache *Cache
	out   Stretches
	run   []rollup.Reading // the piece at hand, unpacked
}

func (s *summer) sum(p piece) error {
	if p.Chunk == nil {
		return s.oneByOne(p)
	}
	first, ok := s.Grid.within(p.MinTime)
	last, in := s.Grid.within(p.MaxTime)
	if !ok || !in || first != last {
		return s.unpack(p)
	}
	key := s.cache.key(p)
	if span, known := s.cache.get(key); known {
		s.out.join(first, span)
		return nil
	}
	span, plain, err := s.whole(p)
	if err != nil {
		return err
	}
	if !plain {
		return s.oneByOne(p)
	}
	s.out.join(first, span)
	s.cache.add(key, span)
	return nil
}

// whole sums up a piece that lies within one step; plain is false when a value is at its side.
func (s *summer) whole(p piece) (span rollup.Span, plain bool, err error) {
	plain, err = s.load(p)
	if err != nil {
		return span, false, err
	}
	state := stateOf(p.kind)
	if plain && state == rollup.Number {
		span.AddNumbers(s.run)
		return span, true, nil
	}
	for _, x := range s.run {
		if !math.IsNaN(x.V) {
			span.Add(x.T, x.V, state)
			continue
		}
		if _, quality := coding.Read(x.V); quality.Good() {
			return span, false, nil
		}
		span.Add(x.T, 0, rollup.Bad)
	}
	return span, true, nil
}

// load unpacks a piece into s.run; plain tells that there are no markers among its values.
func (s *summer) load(p piece) (plain bool, err error) {
	s.run, err = read(p.Chunk, s.run[:0])
	plain = true
	for i := range s.run {
		v := s.run[i].V
		if math.IsNaN(v) {
			plain = false
			continue
		}
		s.run[i].V = p.part.Restore(v)
	}
	return plain, err
}

// stateOf is what a good value of a kind is to a sum.
func stateOf(k tag.Kind) rollup.State {
	if k == tag.Text {
		return rollup.Other
	}
	return rollup.Number
}

// unpack reads a piece that lies across an edge, sample by sample.
func (s *summer) unpack(p piece) error {
	if _, err := s.load(p); err != nil {
		return err
	}
	state := stateOf(p.kind)
	mark := len(s.out)
	var before Stretch
	if mark > 0 {
		before = s.out[mark-1]
	}
	for _, x := range s.run {
		step, in := s.Grid.within(x.T)
		if !in {
			continue
		}
		if !math.IsNaN(x.V) {
			s.out.add(step, x.T, x.V, state)
			continue
		}
		if _, quality := coding.Read(x.V); quality.Good() { // its value is at its side: start over
			s.out = s.out[:mark]
			if mark > 0 {
				s.out[mark-1] = before
			}
			return s.oneByOne(p)
		}
		s.out.add(step, x.T, 0, rollup.Bad)
	}
	return nil
}

// oneByOne reads whole samples.
func (s *summer) oneByOne(p piece) error {
	from, to := max(p.MinTime, s.Grid.From), min(p.MaxTime+1, s.Grid.To)
	return s.Each(from, to, func(t int64, v float64, state rollup.State) {
		if step, in := s.Grid.within(t); in {
			s.out.add(step, t, v, state)
		}
	})
}
