package pool_test

import (
	"math/rand/v2"
	"testing"

	"millwright/internal/erp/schedule/hours"
	"millwright/internal/erp/schedule/pool"
)

func span(from, to int64) hours.Span { return hours.Span{From: from, To: to} }

// TestWhereItClashes: with whom, and until when.
func TestWhereItClashes(t *testing.T) {
	base := pool.Of([]pool.Less{{Span: span(10, 20), Amount: 1}}) // of two
	p := pool.Profile{}
	p.Reset(&base)
	p.Take([]hours.Span{span(0, 5), span(8, 30)}, 7, 1)
	for _, c := range []struct {
		from, to, room int64
		want           pool.Clash
		is             bool
	}{
		{0, 8, 1, pool.Clash{}, false},
		{9, 12, 1, pool.Clash{Until: 20, By: -1}, true}, // another one is back
		{25, 40, 1, pool.Clash{}, false},
		{25, 40, 0, pool.Clash{Until: 30, By: 7}, true},
		{2, 3, 0, pool.Clash{Until: 5, By: 7}, true},
		{5, 8, 0, pool.Clash{}, false},
		{30, 40, 0, pool.Clash{}, false},
		{-5, -1, 0, pool.Clash{}, false},
	} {
		if got, is := p.Clash([]hours.Span{span(c.from, c.to)}, c.room); got != c.want || is != c.is {
			t.Errorf("[%d, %d) with room for %d: %+v %v, want %+v %v", c.from, c.to, c.room, got, is, c.want, c.is)
		}
	}
	p.Reset(&base)
	if p.Level(9) != 0 || p.Level(10) != 1 || p.Level(20) != 0 {
		t.Error("what is left after a reset is not what is not there")
	}
}

// TestTheStaircaseIsTheSum: of all that is taken, moment by moment, however it overlaps.
func TestTheStaircaseIsTheSum(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var p pool.Profile
		sum := [60]int64{}
		for by := range int32(12) {
			s, amount := span(r.Int64N(50), r.Int64N(60)), 1+r.Int64N(3)
			if s.From >= s.To {
				continue
			}
			p.Take([]hours.Span{s}, by, amount)
			for at := s.From; at < s.To; at++ {
				sum[at] += amount
			}
		}
		for at, want := range sum {
			if got := p.Level(int64(at)); got != want {
				t.Fatalf("at %d %d is taken, want %d", at, got, want)
			}
		}
		from, to, room := r.Int64N(30), 30+r.Int64N(30), r.Int64N(8)
		c, is := p.Clash([]hours.Span{span(from, to)}, room)
		first := int64(-1)
		for at := to - 1; at >= from; at-- {
			if sum[at] > room {
				first = at
			}
		}
		if is != (first >= 0) {
			t.Fatalf("a clash in [%d, %d): %v, the first moment is %d", from, to, is, first)
		}
		for at := first; is && at < c.Until; at++ {
			if sum[at] <= room {
				t.Fatalf("it fits at %d, not only from %d on", at, c.Until)
			}
		}
		if is && c.Until < 60 && sum[c.Until] > room {
			t.Fatalf("it does not fit at %d", c.Until)
		}
	}
}
