package sums

import (
	"hash/maphash"
	"sync"

	"millwright/internal/ot/history/embedded/coding"
	"millwright/internal/ot/history/rollup"
	"millwright/internal/ot/tag"
)

// key names a piece of a series by what is in it. So a sum is never stale: a late sample makes
// another piece, and one that is moved to another block unchanged is still known.
type key struct {
	hash  uint64
	first int64
	size  int
	kind  tag.Kind
	part  coding.Part
}

// Cache remembers the sums of pieces that were read, those used lately for longest. It is safe for
// concurrent use.
type Cache struct {
	seed maphash.Seed
	keep int
	mu   sync.Mutex
	new  map[key]rollup.Span
	old  map[key]rollup.Span // what was new before; whatever is asked for again moves up
}

// NewCache makes a cache of so many pieces, which are up to 120 samples each and take some 200 bytes.
func NewCache(keep int) *Cache {
	return &Cache{seed: maphash.MakeSeed(), keep: keep, new: map[key]rollup.Span{}}
}

func (c *Cache) key(p piece) key {
	b := p.Chunk.Bytes()
	return key{hash: maphash.Bytes(c.seed, b), first: p.MinTime, size: len(b), kind: p.kind, part: p.part}
}

func (c *Cache) get(k key) (rollup.Span, bool) {
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

func (c *Cache) add(k key, s rollup.Span) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(k, s)
}

// put stores a sum; mu is held.
func (c *Cache) put(k key, s rollup.Span) {
	if len(c.new) >= c.keep/2 {
		c.old, c.new = c.new, map[key]rollup.Span{}
	}
	c.new[k] = s
}
