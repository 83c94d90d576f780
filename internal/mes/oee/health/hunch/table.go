package hunch

import (
	"cmp"
	"math"
	"slices"
)

// table counts how often which signs came with which reasons.
type table struct {
	words   []string // the reasons
	reasons []int    // how often each was given
	total   int
	signs   []sign
	rows    []row
	at      map[string]int // into signs, by name
}

// sign is one of the things that are known before stops.
type sign struct {
	name   string
	values []string
	seen   []int   // by value
	with   [][]int // by value and reason
	of     []int   // by reason: with any value
	known  int
}

// row is a case; a value of -1 is not known.
type row struct {
	values []int
	reason int
}

func tabled(cases []Case) table {
	t := table{at: map[string]int{}}
	reasons, values := map[string]int{}, []map[string]int{}
	for _, c := range cases {
		for _, s := range c.Signs[:min(len(c.Signs), MostSigns)] {
			if _, ok := t.at[s.Name]; !ok {
				t.at[s.Name] = len(t.signs)
				t.signs = append(t.signs, sign{name: s.Name})
				values = append(values, map[string]int{})
			}
			i := t.at[s.Name]
			if _, ok := values[i][s.Value]; !ok {
				values[i][s.Value] = len(t.signs[i].values)
				t.signs[i].values = append(t.signs[i].values, s.Value)
			}
		}
		if _, ok := reasons[c.Reason]; !ok {
			reasons[c.Reason] = len(t.words)
			t.words = append(t.words, c.Reason)
		}
	}
	t.reasons = make([]int, len(t.words))
	for i := range t.signs {
		s := &t.signs[i]
		s.seen, s.of = make([]int, len(s.values)), make([]int, len(t.words))
		for range s.values {
			s.with = append(s.with, make([]int, len(t.words)))
		}
	}
	for _, c := range cases {
		t.rows = append(t.rows, row{t.understand(c.Signs), reasons[c.Reason]})
		t.count(len(t.rows)-1, 1)
	}
	return t
}

// understand finds the values of signs; what was never seen before is not known.
func (t *table) understand(signs []Sign) []int {
	values := make([]int, len(t.signs))
	for i := range values {
		values[i] = -1
	}
	for _, s := range signs[:min(len(signs), MostSigns)] {
		if i, ok := t.at[s.Name]; ok {
			values[i] = slices.Index(t.signs[i].values, s.Value)
		}
	}
	return values
}

// count adds a case, or takes it out.
func (t *table) count(i, by int) {
	r := &t.rows[i]
	t.reasons[r.reason] += by
	t.total += by
	for s, v := range r.values {
		if v >= 0 {
			x := &t.signs[s]
			x.known += by
			x.seen[v] += by
			x.of[r.reason] += by
			x.with[v][r.reason] += by
		}
	}
}

// choose gives the signs that tell most of the reasons.
func (t *table) choose() []int {
	type told struct {
		sign int
		much float64
	}
	var all []told
	for i := range t.signs {
		if much := t.signs[i].tells(); much > 0 {
			all = append(all, told{i, much})
		}
	}
	slices.SortStableFunc(all, func(a, b told) int { return cmp.Compare(b.much, a.much) })
	all = all[:min(len(all), chosen)]
	on := make([]int, len(all))
	for i, x := range all {
		on[i] = x.sign
	}
	return on
}

// tells is how much a sign tells of the reason: the mutual information in nats, times how many cases it is known of, less
// twice what chance alone makes of it (Miller and Madow: (values−1)·(reasons−1)÷2).
func (s *sign) tells() float64 {
	n := func(k int) float64 {
		if k <= 1 {
			return 0
		}
		return float64(k) * math.Log(float64(k))
	}
	values, reasons := 0, 0
	sum := n(s.known)
	for v, k := range s.seen {
		if k == 0 {
			continue
		}
		values++
		sum -= n(k)
		for _, both := range s.with[v] {
			sum += n(both)
		}
	}
	for _, k := range s.of {
		if k > 0 {
			reasons++
			sum -= n(k)
		}
	}
	return sum - float64((values-1)*(reasons-1))
}
