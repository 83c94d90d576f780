package embedded

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"

	"millwright/internal/ot/history/embedded/coding"
	"millwright/internal/ot/history/rollup"
	"millwright/internal/ot/tag"
)

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

// sums gives the stretches of a tag's samples within a grid. Pieces that lie within one bucket are
// remembered, so that only new ones and those across an edge are unpacked; all cores help.
func (a *Archive) sums(ctx context.Context, id tag.ID, g grid) (stretches, error) {
	q, err := a.store.ChunkQuerier(g.from, g.to-1)
	if err != nil {
		return nil, fmt.Errorf("read tag %s: %w", a.reg.Tag(id).Name, err)
	}
	defer q.Close()
	spines, err := a.spines(q, id, g)
	if err != nil {
		return nil, fmt.Errorf("read tag %s: %w", a.reg.Tag(id).Name, err)
	}
	const batch = 4096
	var all stretches
	pieces := make([]piece, 0, batch)
	for more := true; more; {
		if err := a.alive(ctx); err != nil {
			return nil, err
		}
		for pieces = pieces[:0]; more && len(pieces) < batch; {
			var p piece
			if p, more = nextPiece(spines); more {
				pieces = append(pieces, p)
			}
		}
		if all, err = a.sumPieces(id, g, pieces, all); err != nil {
			return nil, fmt.Errorf("read tag %s: %w", a.reg.Tag(id).Name, err)
		}
	}
	for _, s := range spines {
		if s.Err() != nil {
			return nil, fmt.Errorf("read tag %s: %w", a.reg.Tag(id).Name, s.Err())
		}
	}
	return all, nil
}

func (a *Archive) spines(q storage.ChunkQuerier, id tag.ID, g grid) ([]*spine, error) {
	hints := &storage.SelectHints{Start: g.from, End: g.to - 1, DisableTrimming: true}
	var out []*spine
	found := q.Select(context.Background(), true, hints, a.matcher(id))
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
func (a *Archive) sumPieces(id tag.ID, g grid, pieces []piece, all stretches) (stretches, error) {
	workers := max(1, min(runtime.GOMAXPROCS(0), len(pieces)/64))
	parts, fails := make([]stretches, workers), make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		share := pieces[w*len(pieces)/workers : (w+1)*len(pieces)/workers]
		wait.Go(func() {
			s := summer{a: a, id: id, grid: g}
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
			all.join(s.bucket, s.span)
		}
	}
	return all, nil
}

// summer sums up pieces on one goroutine.
type summer struct {
	a    *Archive
	id   tag.ID
	grid grid
	out  stretches
	it   chunkenc.Iterator
	slow bool // something was read one by one
}

func (s *summer) sum(p piece) error {
	if p.Chunk == nil {
		return s.oneByOne(p)
	}
	first, ok := s.grid.within(p.MinTime)
	last, in := s.grid.within(p.MaxTime)
	if !ok || !in || first != last {
		return s.unpack(p)
	}
	key := s.a.spans.key(p)
	span, known := s.a.spans.get(key)
	if !known {
		one := summer{a: s.a, id: s.id, grid: s.grid, it: s.it}
		if err := one.unpack(p); err != nil {
			return err
		}
		s.it = one.it
		if one.slow || len(one.out) != 1 {
			for _, x := range one.out {
				s.out.join(x.bucket, x.span)
			}
			return nil
		}
		span = one.out[0].span
		s.a.spans.add(key, span)
	}
	s.out.join(first, span)
	return nil
}

// unpack reads a piece sample by sample.
func (s *summer) unpack(p piece) error {
	state := rollup.Number
	if p.kind == tag.Text {
		state = rollup.Other
	}
	mark := len(s.out)
	var before stretch
	if mark > 0 {
		before = s.out[mark-1]
	}
	s.it = p.Chunk.Iterator(s.it)
	for s.it.Next() == chunkenc.ValFloat {
		t, v := s.it.At()
		bucket, in := s.grid.within(t)
		if !in {
			continue
		}
		if !math.IsNaN(v) {
			s.out.add(bucket, t, p.part.Restore(v), state)
			continue
		}
		if _, quality := coding.Read(v); quality.Good() { // its value is at its side: start over
			s.out = s.out[:mark]
			if mark > 0 {
				s.out[mark-1] = before
			}
			return s.oneByOne(p)
		}
		s.out.add(bucket, t, 0, rollup.Bad)
	}
	return s.it.Err()
}

// oneByOne reads whole samples.
func (s *summer) oneByOne(p piece) error {
	s.slow = true
	in, err := s.a.stream(s.id, max(p.MinTime, s.grid.from), min(p.MaxTime+1, s.grid.to))
	if err != nil {
		return err
	}
	defer in.close()
	for {
		x, ok, err := in.next()
		if !ok || err != nil {
			return err
		}
		v, state := number(x)
		bucket, _ := s.grid.within(x.Time.UnixMicro())
		s.out.add(bucket, x.Time.UnixMicro(), v, state)
	}
}
