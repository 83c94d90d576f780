package revision

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestMerge(t *testing.T) {
	const base = "a\nb\nc\nd\ne\n"
	for _, c := range []struct {
		mine, theirs, want string
		ok                 bool
	}{
		{base, base, base, true},
		{"a\nB\nc\nd\ne\n", base, "a\nB\nc\nd\ne\n", true},
		{base, "a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n", true},
		{"A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "A\nb\nc\nd\nE\n", true},
		{"b\nc\nd\ne\n", "a\nb\nc\nnew\nd\ne\n", "b\nc\nnew\nd\ne\n", true},
		{"a\nB\nc\nd\ne\n", "a\nX\nc\nd\ne\n", "", false},
		{"a\nB\nc\nd\ne\n", "a\nb\nC\nd\ne\n", "", false},
		{"a\nb\nc\nd\n", "a\nb\nc\nd\ne\nf\n", "", false},
	} {
		got, ok := Merge(base, c.mine, c.theirs)
		if ok != c.ok || (ok && got != c.want) {
			t.Errorf("%q and %q: %q, %v; want %q, %v", c.mine, c.theirs, got, ok, c.want, c.ok)
		}
	}
}

// Where one side changes nothing the other's text comes out, and both sides come to the same.
func TestMergeTakesBothSides(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	text := func() string {
		var b strings.Builder
		for range 1 + dice.IntN(20) {
			fmt.Fprintf(&b, "%d\n", dice.IntN(5))
		}
		return b.String()
	}
	for range 3000 {
		base, a, b := text(), text(), text()
		if got, ok := Merge(base, a, base); !ok || got != a {
			t.Fatalf("%q alone: %q, %v", a, got, ok)
		}
		one, ok := Merge(base, a, b)
		two, same := Merge(base, b, a)
		if ok != same || one != two {
			t.Fatalf("%q, %q and %q come to %q, %v and to %q, %v", base, a, b, one, ok, two, same)
		}
	}
}
