package sums

import (
	"testing"

	"millwright/internal/ot/history/rollup"
)

func spanOf(i int) (s rollup.Span) {
	s.Add(int64(i), 1, rollup.Number)
	return s
}

func TestTheCacheForgetsWhatIsNotUsed(t *testing.T) {
	c := NewCache(10)
	for i := range 100 {
		c.add(key{hash: uint64(i)}, spanOf(i))
		if s, ok := c.get(key{hash: 0}); !ok || s.First != 0 {
			t.Fatalf("the one in use was forgotten after %d", i)
		}
		if n := len(c.new) + len(c.old); n > 10 {
			t.Fatalf("%d are kept", n)
		}
	}
	if _, ok := c.get(key{hash: 50}); ok {
		t.Error("one that nobody used is still there")
	}
}

func TestGrid(t *testing.T) {
	g := Grid{From: 100, To: 125, Step: 10}
	if g.Len() != 3 || g.Start(2) != 120 || g.End(1) != 120 || g.End(2) != 125 {
		t.Errorf("%d steps, the last from %d to %d", g.Len(), g.Start(2), g.End(2))
	}
	for at, want := range map[int64]int{99: -1, 100: 0, 109: 0, 110: 1, 124: 2, 125: -1} {
		i, ok := g.within(at)
		if !ok {
			i = -1
		}
		if i != want {
			t.Errorf("%d is in step %d, want %d", at, i, want)
		}
	}
}
