package embedded

import (
	"hash/maphash"
	"sync"

	"millwright/internal/ot/history/embedded/coding"
	"millwright/internal/ot/history/rollup"
	"millwright/internal/ot/tag"
)

// spansKept is how many sums of pieces are remembered: 120 samples each, at some 200 bytes.
const spansKept = 100_000

// spanKey names a piece of a series by what is in it. So a sum is never stale: a late sample makes
// another piece, and one that is moved to another block unchanged is still known.
type spanKey struct {
	hash  uint64
	first int64
	size  int
	kind  tag.Kind
	part  coding.Part
}

// spanCache remembers the sums of pieces that were read, those used lately for longest.
type spanCache struct {
	seed maphash.Seed
	mu   sync.Mutex
	keep int
	new  map[spanKey]rollup.Span
	old  map[spanKey]rollup.Span // what was new before; whatever is asked for again moves up
}

func newSpanCache(keep int) *spanCache {
	return &spanCache{seed: maphash.MakeSeed(), keep: keep, new: map[spanKey]rollup.Span{}}
}

func (c *spanCache) key(p piece) spanKey {
	b := p.Chunk.Bytes()
	return spanKey{hash: maphash.Bytes(c.seed, b), first: p.MinTime, size: len(b), kind: p.kind, part: p.part}
}

func (c *spanCache) get(k spanKey) (rollup.Span, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.new[k]
	if ok {
		return s, true
	}
	if s, ok = c.old[k]; ok {
		c.put(k, s)
	}
	return s, ok
}

func (c *spanCache) add(k spanKey, s rollup.Span) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(k, s)
}

// put stores a sum; mu is held.
func (c *spanCache) put(k spanKey, s rollup.Span) {
	if len(c.new) >= c.keep/2 {
		c.old, c.new = c.new, map[spanKey]rollup.Span{}
	}
	c.new[k] = s
}
