package machine

import (
	"slices"
	"testing"
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// A count says how long of the time since the reading before nobody saw what the unit did, by its state or, without one, by
// its counter.
func TestACountSaysHowLongNobodySaw(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	const state, good = 1, 2
	says := func(id tag.ID, s int, v int64) tag.Sample {
		return tag.Sample{Tag: id, Time: at(s), Value: tag.IntValue(v)}
	}
	bad := func(id tag.ID, s int) tag.Sample {
		return tag.Sample{Tag: id, Time: at(s), Quality: tag.BadNoCommunication}
	}
	execute := int64(6)
	for name, c := range map[string]struct {
		silent bool
		said   []tag.Sample
		want   time.Duration
		ideal  time.Duration // that is seen of 100 s of it
	}{
		"seen all the time": {said: []tag.Sample{says(state, 0, execute), says(good, 0, 5), says(good, 100, 6)}, ideal: 100 * time.Second},
		"both were lost": {
			said: []tag.Sample{says(state, 0, execute), says(good, 0, 5), bad(state, 20), bad(good, 20), says(state, 80, execute), says(good, 100, 6)},
			want: 60 * time.Second, ideal: 40 * time.Second,
		},
		"only the counter was lost": {said: []tag.Sample{says(state, 0, execute), says(good, 0, 5), bad(good, 20), says(good, 100, 6)}, ideal: 100 * time.Second},
		"only the state was lost": {
			said: []tag.Sample{says(state, 0, execute), says(good, 0, 5), bad(state, 20), says(state, 80, execute), says(good, 100, 6)},
			want: 60 * time.Second, ideal: 40 * time.Second,
		},
		"the state was lost again and again": {
			said: []tag.Sample{
				says(state, 0, execute), says(good, 0, 5), bad(state, 20), says(state, 30, execute), bad(state, 50), says(state, 60, 11),
				bad(state, 70), bad(state, 71), says(state, 75, execute), says(good, 100, 6),
			},
			want: 25 * time.Second, ideal: 75 * time.Second,
		},
		"the state is not known yet": {said: []tag.Sample{says(good, 0, 5), says(good, 100, 6)}, want: 100 * time.Second},
		"the state came to be known": {said: []tag.Sample{says(good, 0, 5), says(state, 40, execute), says(good, 100, 6)}, want: 40 * time.Second, ideal: 60 * time.Second},
		"the state is lost still": {
			said: []tag.Sample{says(state, 0, execute), says(good, 0, 5), bad(good, 10), bad(state, 20), says(good, 100, 6)},
			want: 80 * time.Second, ideal: 20 * time.Second,
		},
		"without a state": {
			silent: true, said: []tag.Sample{says(good, 0, 5), bad(good, 30), says(good, 100, 6)},
			want: 70 * time.Second, ideal: 30 * time.Second,
		},
		"lost before the reading before": {
			said: []tag.Sample{says(state, 0, execute), says(good, 0, 5), bad(state, 10), bad(good, 10), says(state, 20, execute), says(good, 20, 5), says(good, 100, 6)}, ideal: 100 * time.Second,
		},
	} {
		s := Signals{Unit: "u", State: state, Good: Counter{Tag: good}}
		if c.silent {
			s.State = 0
		}
		e, found := NewEngine([]Signals{s}), false
		for _, x := range c.said {
			for _, f := range e.Apply(x) {
				n, counted := f.(Counted)
				if !counted || n.Qty == 0 {
					continue
				}
				found = true
				if n.Qty != plant.One || n.Unseen != c.want {
					t.Errorf("%s: %v pieces, unseen for %s, want %s", name, n.Qty, n.Unseen, c.want)
				}
				if got := n.Seen(n.At.Sub(n.Since)); n.Since.Equal(at(0)) && got != c.ideal {
					t.Errorf("%s: seen %s, want %s", name, got, c.ideal)
				}
			}
		}
		if !found {
			t.Errorf("%s: nothing is counted", name)
		}
	}
}

// A reset is decided some time after the counter fell. What was not seen meanwhile is told of each count once.
func TestUnseenTimeBesideAReset(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	e := NewEngine([]Signals{{Unit: "u", State: 1, Good: Counter{Tag: 2, Glitch: time.Minute}}})
	var got [][2]time.Duration
	for _, s := range []tag.Sample{
		{Tag: 1, Time: at(0), Value: tag.IntValue(6)},
		{Tag: 2, Time: at(0), Value: tag.IntValue(50)},
		{Tag: 1, Time: at(10), Quality: tag.BadNoCommunication},
		{Tag: 2, Time: at(30), Value: tag.IntValue(2)}, // it fell: a reset, or a glitch
		{Tag: 1, Time: at(40), Value: tag.IntValue(6)},
		{Tag: 1, Time: at(70), Quality: tag.BadNoCommunication},
		{Tag: 1, Time: at(80), Value: tag.IntValue(6)},
		{Tag: 2, Time: at(100), Value: tag.IntValue(4)},
	} {
		for _, f := range append(slices.Clone(e.Tick(s.Time)), e.Apply(s)...) {
			if c, ok := f.(Counted); ok && c.Qty > 0 {
				got = append(got, [2]time.Duration{c.At.Sub(c.Since), c.Unseen})
			}
		}
	}
	want := [][2]time.Duration{{90 * time.Second, 40 * time.Second}, {70 * time.Second, 20 * time.Second}}
	if !slices.Equal(got, want) {
		t.Errorf("the counts last, unseen: %v, want %v", got, want)
	}
}
