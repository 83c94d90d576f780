package backfill

import (
	"math"
	"slices"

	"millwright/internal/ot/simulate"
	"millwright/internal/ot/tag"
)

// What a history needs of the past: every step of states, modes, products, faults and setpoints; counters at
// most every ten seconds; sensors at most once a window and when they moved by the deadband.
const (
	countEvery = 10 // s
	deadband   = 0.1
)

// thinner picks samples. Each keeps the time at which it really happened.
type thinner struct {
	signals []simulate.Signal
	sent    []float64 // the sensor value last kept, by tag-1
	line    []int     // number of the tag's line, by tag-1

	keep   []bool
	held   []int // place of the sample that stands for the tag in this window so far, or -1
	sealed []int // by line: samples before this place stay, for a new product began there
}

func newThinner(signals []simulate.Signal) *thinner {
	t := &thinner{signals: signals, sent: make([]float64, len(signals)), held: make([]int, len(signals)), line: make([]int, len(signals))}
	number := map[string]int{}
	for i, s := range signals {
		if _, ok := number[s.Line]; !ok {
			number[s.Line] = len(number)
		}
		t.line[i] = number[s.Line]
		t.sent[i] = math.Inf(-1)
	}
	t.sealed = make([]int, len(number))
	return t
}

// begin keeps what every signal shows at first, in time order.
func (t *thinner) begin(values []tag.Sample) []tag.Sample {
	for _, v := range values {
		if f, ok := v.Value.Float(); ok {
			t.sent[v.Tag-1] = f
		}
	}
	slices.SortStableFunc(values, func(a, b tag.Sample) int { return a.Time.Compare(b.Time) })
	return values
}

// thin keeps what is needed of one window's changes.
func (t *thinner) thin(changes []tag.Sample) []tag.Sample {
	t.keep = slices.Grow(t.keep[:0], len(changes))[:len(changes)]
	for i := range t.held {
		t.held[i] = -1
	}
	clear(t.sealed)
	for i, c := range changes {
		t.keep[i] = true
		switch s := t.signals[c.Tag-1]; s.Class {
		case simulate.Discrete:
			if s.Label == "Product" {
				t.sealed[t.line[c.Tag-1]] = i
			}
		case simulate.Count:
			t.replaceCount(changes, i)
		case simulate.Analog:
			t.replace(c.Tag, i)
		}
	}
	kept := make([]tag.Sample, 0, len(changes)/4)
	for i, c := range changes {
		if t.keep[i] && t.moved(c) {
			kept = append(kept, c)
		}
	}
	return kept
}

// replace lets sample i stand for its tag instead of the one before.
func (t *thinner) replace(id tag.ID, i int) {
	if before := t.held[id-1]; before >= 0 {
		t.keep[before] = false
	}
	t.held[id-1] = i
}

// replaceCount does so for a counter, unless ten seconds or a product end between the two, or the counter
// began anew: its last reading before that is needed to count on.
func (t *thinner) replaceCount(changes []tag.Sample, i int) {
	id := changes[i].Tag
	before := t.held[id-1]
	if before < 0 {
		t.held[id-1] = i
		return
	}
	was, is := changes[before], changes[i]
	a, _ := was.Value.Uint()
	b, _ := is.Value.Uint()
	if was.Time.Unix()/countEvery != is.Time.Unix()/countEvery || before < t.sealed[t.line[id-1]] || b < a {
		t.held[id-1] = i
		return
	}
	t.replace(id, i)
}

// moved tells whether a kept sample is worth sending: always, but for a sensor within its deadband.
func (t *thinner) moved(c tag.Sample) bool {
	if t.signals[c.Tag-1].Class != simulate.Analog {
		return true
	}
	f, _ := c.Value.Float()
	if math.Abs(f-t.sent[c.Tag-1]) < deadband-1e-9 {
		return false
	}
	t.sent[c.Tag-1] = f
	return true
}
