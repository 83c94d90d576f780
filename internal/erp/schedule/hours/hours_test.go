package hours

import (
	"testing"

	"pgregory.net/rapid"
)

// TestWorkAddsUp: what is worked between begin and end is the work, forwards, backwards and in pieces.
func TestWorkAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var spans []Span
		for range rapid.IntRange(0, 6).Draw(t, "spans") {
			from := rapid.Int64Range(-50, 100).Draw(t, "from")
			spans = append(spans, Span{from, from + rapid.Int64Range(-3, 30).Draw(t, "length")})
		}
		h := Of(spans)
		at, work := rapid.Int64Range(-100, 200).Draw(t, "at"), rapid.Int64Range(0, 90).Draw(t, "work")
		end := h.Add(at, work)
		if got := h.Between(at, end); got != work {
			t.Fatalf("%v: from %d to %d is %d; want %d", h.open, at, end, got, work)
		}
		if work > 0 && h.Between(at, end-1) != work-1 {
			t.Fatalf("%v: the work from %d ends before %d", h.open, at, end)
		}
		begin := h.Back(at, work)
		if got := h.Between(begin, at); got != work || work > 0 && h.Open(begin) != begin {
			t.Fatalf("%v: back from %d to %d is %d; want %d", h.open, at, begin, got, work)
		}
		sum, last := int64(0), at
		for i, p := range h.Pieces(at, work) {
			if p.From < last || i > 0 && p.From == last || p.From >= p.To || h.Between(p.From, p.To) != p.To-p.From {
				t.Fatalf("%v: piece %v of %d from %d", h.open, p, work, at)
			}
			sum, last = sum+p.To-p.From, p.To
		}
		if sum != work || work > 0 && last != end {
			t.Fatalf("%v: pieces from %d come to %d, ending at %d; want %d at %d", h.open, at, sum, last, work, end)
		}
	})
}

// TestWhatIsTakenAwayIsNotWorked: and nothing else changes, at any moment.
func TestWhatIsTakenAwayIsNotWorked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := func(name string) (all []Span) {
			for range rapid.IntRange(0, 6).Draw(t, name) {
				from := rapid.Int64Range(-50, 100).Draw(t, "from")
				all = append(all, Span{from, from + rapid.Int64Range(-3, 30).Draw(t, "length")})
			}
			return all
		}
		h, gone := Of(spans("spans")), spans("gone")
		left := h.Without(gone)
		for at := int64(-80); at < 180; at++ {
			want := h.Open(at) == at
			for _, g := range gone {
				want = want && (at < g.From || at >= g.To)
			}
			if got := left.Open(at) == at; got != want {
				t.Fatalf("%v without %v is %v: at %d it works: %v", h.open, gone, left.open, at, got)
			}
		}
	})
}
