package rollup

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

type reading struct {
	t int64
	v float64
	s State
}

func sum(rs []reading) (s Span) {
	for _, r := range rs {
		s.Add(r.t, r.v, r.s)
	}
	return s
}

func near(a, b, scale float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(scale)) }

// check compares a span with readings summed up the slow way, held until the given time.
func check(t *rapid.T, s Span, rs []reading, until int64) {
	var count, numbers, bad int64
	var mean, biggest float64
	low, high, last, some := math.Inf(1), math.Inf(-1), 0.0, false
	for i, r := range rs {
		end := until
		if i+1 < len(rs) {
			end = rs[i+1].t
		}
		biggest = max(biggest, math.Abs(r.v))
		if r.s != Bad {
			count++
		} else {
			bad += end - r.t
		}
		if r.s == Number {
			low, high, last, some = min(low, r.v), max(high, r.v), r.v, true
			numbers += end - r.t
			mean += r.v * float64(end-r.t)
		}
	}
	gl, gh, g, ok := s.Range()
	if s.Count != count || s.Numbers != numbers || s.Bad != bad || ok != some {
		t.Fatalf("got %+v, want count %d, numbers %d, bad %d, some %v", s, count, numbers, bad, some)
	}
	if some && (gl != low || gh != high || g != last) {
		t.Fatalf("got %v to %v, last %v; want %v to %v, last %v", gl, gh, g, low, high, last)
	}
	if numbers > 0 && !near(s.Mean(), mean/float64(numbers), biggest) {
		t.Fatalf("mean %v, want %v", s.Mean(), mean/float64(numbers))
	}
	if m := s.Mean(); numbers > 0 && (m < gl || m > gh) {
		t.Fatalf("mean %v is outside %v to %v", m, gl, gh)
	}
}

var readings = rapid.Custom(func(t *rapid.T) []reading {
	at := rapid.Int64Range(-1e15, 2e15).Draw(t, "start")
	rs := make([]reading, rapid.IntRange(1, 30).Draw(t, "n"))
	for i := range rs {
		rs[i] = reading{at, rapid.Float64Range(-1e6, 1e6).Draw(t, "v"), State(rapid.IntRange(0, 2).Draw(t, "state"))}
		at += rapid.Int64Range(1, 5e6).Draw(t, "gap")
	}
	return rs
})

func TestSpanAgainstTheSlowWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs := readings.Draw(t, "readings")
		s := sum(rs)
		until := rs[len(rs)-1].t + rapid.Int64Range(0, 1e7).Draw(t, "held")
		s.Hold(until)
		check(t, s, rs, until)
	})
}

func TestManyNumbersAreAsManySingleOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs := readings.Draw(t, "readings")
		n := rapid.IntRange(0, len(rs)).Draw(t, "before")
		one, many := sum(rs[:n]), sum(rs[:n])
		var all []Reading
		for _, r := range rs[n:] {
			one.Add(r.t, r.v, Number)
			all = append(all, Reading{r.t, r.v})
		}
		if many.AddNumbers(all); many != one {
			t.Fatalf("got %+v, want %+v", many, one)
		}
	})
}

// However a signal is cut, joining the pieces gives the sum of the whole.
func TestJoinedPiecesAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs := readings.Draw(t, "readings")
		var s Span
		for from := 0; from < len(rs); {
			to := from + rapid.IntRange(0, len(rs)-from).Draw(t, "piece")
			s.Join(sum(rs[from:to]))
			from = to
			if rapid.Bool().Draw(t, "end") {
				s.Join(sum(rs[from:]))
				break
			}
		}
		until := rs[len(rs)-1].t
		check(t, s, rs, until)
		v, state := s.Held()
		if w := rs[len(rs)-1]; v != w.v || state != w.s {
			t.Fatalf("holds %v %v, want %v %v", v, state, w.v, w.s)
		}
	})
}

func TestAHeldValueCountsOnlyWhileItHolds(t *testing.T) {
	s := Begin(100, 7, Number)
	s.Join(sum([]reading{{100, 1, Number}}))
	s.Hold(200)
	if low, high, _, _ := s.Range(); low != 1 || high != 1 || s.Mean() != 1 {
		t.Errorf("a value that held for no time shows: %v to %v, mean %v", low, high, s.Mean())
	}
	s = Begin(100, 7, Number)
	s.Join(sum([]reading{{150, 1, Number}}))
	s.Hold(200)
	if low, high, last, _ := s.Range(); low != 1 || high != 7 || last != 1 || s.Mean() != 4 || s.Count != 1 {
		t.Errorf("got %v to %v, last %v, mean %v, count %d", low, high, last, s.Mean(), s.Count)
	}
}

func TestNothingOverflows(t *testing.T) {
	for _, v := range []float64{math.MaxFloat64, -math.MaxFloat64, 1e308} {
		s := sum([]reading{{0, v, Number}, {1e15, v, Number}, {2e15, v / 2, Number}})
		s.Hold(4e15)
		if want := v * 0.75; !near(s.Mean()/want, 1, 1) {
			t.Errorf("mean of %v and its half is %v", v, s.Mean())
		}
	}
	s := sum([]reading{{0, math.MaxFloat64, Number}, {1, -math.MaxFloat64, Number}})
	s.Hold(2)
	if s.Mean() != 0 {
		t.Errorf("mean of the largest and the smallest is %v", s.Mean())
	}
}

func TestAConstantHasItselfAsItsMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-1e9, 1e9).Draw(t, "v")
		var s Span
		for i := range rapid.IntRange(1, 50).Draw(t, "n") {
			s.Add(int64(i)*333_333, v, Number)
		}
		s.Hold(1e9)
		if s.Mean() != v {
			t.Fatalf("mean %v of a constant %v", s.Mean(), v)
		}
	})
}

func TestAnEmptySpan(t *testing.T) {
	var s Span
	s.Hold(100)
	s.Join(Span{})
	if !s.Empty() || s.Mean() != 0 || s.Bad != 0 {
		t.Errorf("got %+v", s)
	}
	if v, state := s.Held(); v != 0 || state != Bad {
		t.Errorf("holds %v %v", v, state)
	}
}
