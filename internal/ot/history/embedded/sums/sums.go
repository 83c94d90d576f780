// Package sums sums up the samples of a tag over the steps of a range, and remembers what it has read.
package sums

import (
	"context"
	"math"
	"runtime"
	"sync"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
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
// only new ones and those across an edge are unpacked; all cores help.
func (c *Cache) Sum(q Query) (Stretches, error) {
	spines, err := q.spines()
	if err != nil {
		return nil, err
	}
	const batch = 4096
	var all Stretches
	pieces := make([]piece, 0, batch)
	for more := true; more; {
		if err := q.Alive(); err != nil {
			return nil, err
		}
		for pieces = pieces[:0]; more && len(pieces) < batch; {
			var p piece
			if p, more = nextPiece(spines); more {
				pieces = append(pieces, p)
			}
		}
		if all, err = c.sumPieces(q, pieces, all); err != nil {
			return nil, err
		}
	}
	for _, s := range spines {
		if s.Err() != nil {
			return nil, s.Err()
		}
	}
	return all, nil
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

// sumPieces sums pieces up, each core an equal share of them, and appends the result to all.
func (c *Cache) sumPieces(q Query, pieces []piece, all Stretches) (Stretches, error) {
	workers := max(1, min(runtime.GOMAXPROCS(0), len(pieces)/64))
	parts, fails := make([]Stretches, workers), make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		share := pieces[w*len(pieces)/workers : (w+1)*len(pieces)/workers]
		wait.Go(func() {
			s := summer{Query: q, cache: c}
			for _, p := range share {
				if fails[w] == nil {
					fails[w] = s.sum(p)
				}
			}
			parts[w] = s.out
		})
	}
	wait.Wait()
	for w, part := range parts {
		if fails[w] != nil {
			return nil, fails[w]
		}
		for _, s := range part {
			all.join(s.Step, s.Span)
		}
	}
	return all, nil
}

// summer sums up pieces on one goroutine.
type summer struct {
	Query
	cache *Cache
	out   Stretches
	it    chunkenc.Iterator
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
	state := stateOf(p.kind)
	s.it = p.Chunk.Iterator(s.it)
	for s.it.Next() == chunkenc.ValFloat {
		t, v := s.it.At()
		if !math.IsNaN(v) {
			span.Add(t, p.part.Restore(v), state)
			continue
		}
		if _, quality := coding.Read(v); quality.Good() {
			return span, false, nil
		}
		span.Add(t, 0, rollup.Bad)
	}
	return span, true, s.it.Err()
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
	state := stateOf(p.kind)
	mark := len(s.out)
	var before Stretch
	if mark > 0 {
		before = s.out[mark-1]
	}
	s.it = p.Chunk.Iterator(s.it)
	for s.it.Next() == chunkenc.ValFloat {
		t, v := s.it.At()
		step, in := s.Grid.within(t)
		if !in {
			continue
		}
		if !math.IsNaN(v) {
			s.out.add(step, t, p.part.Restore(v), state)
			continue
		}
		if _, quality := coding.Read(v); quality.Good() { // its value is at its side: start over
			s.out = s.out[:mark]
			if mark > 0 {
				s.out[mark-1] = before
			}
			return s.oneByOne(p)
		}
		s.out.add(step, t, 0, rollup.Bad)
	}
	return s.it.Err()
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
