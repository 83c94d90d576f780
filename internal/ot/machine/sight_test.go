package machine

import (
	"slices"
	"testing"
	"time"

	"millwright/internal/ot/tag"
)

func TestSightOfAUnitWithoutState(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	good := func(id tag.ID, s int, n uint64) tag.Sample {
		return tag.Sample{Tag: id, Time: noon.Add(time.Duration(s) * time.Second), Value: tag.UintValue(n)}
	}
	bad := func(id tag.ID, s int) tag.Sample {
		return tag.Sample{Tag: id, Time: noon.Add(time.Duration(s) * time.Second), Quality: tag.BadNoCommunication}
	}
	sights := func(e *Engine, samples ...tag.Sample) (all []SightChanged) {
		for _, s := range samples {
			for _, f := range e.Apply(s) {
				if x, ok := f.(SightChanged); ok {
					all = append(all, x)
				}
			}
		}
		return all
	}
	lost := []tag.Sample{good(1, 0, 5), good(2, 0, 1), bad(1, 10), bad(2, 11), bad(1, 12), good(1, 20, 6), good(2, 21, 1)}
	want := []SightChanged{{"u", noon.Add(11 * time.Second), true}, {"u", noon.Add(20 * time.Second), false}}

	e := NewEngine([]Signals{{Unit: "u", Good: Counter{Tag: 1}, Reject: Counter{Tag: 2}}})
	got := sights(e, lost...)
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("sights %v, want %v", got, want)
	}
	stands := e.Standing()
	if last := stands[len(stands)-1]; last != Fact(want[1]) {
		t.Errorf("it stands as %v", stands)
	}
	if got := sights(NewEngine([]Signals{{Unit: "u", State: 3, Good: Counter{Tag: 1}}}), lost...); len(got) != 0 {
		t.Errorf("a unit that says its state has sights %v", got)
	}
}

// TestSightReturnsAfterAFallWasDecidedInTheDark: a machine shows 0, is switched off, and comes back the next day.
func TestSightReturnsAfterAFallWasDecidedInTheDark(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	e := NewEngine([]Signals{{Unit: "u", Good: Counter{Tag: 1}}})
	var got []Fact
	apply := func(after time.Duration, q tag.Quality, n uint64) {
		got = append(got, e.Apply(tag.Sample{Tag: 1, Time: noon.Add(after), Quality: q, Value: tag.UintValue(n)})...)
	}
	apply(0, tag.Good, 1000)
	apply(time.Second, tag.Good, 0)
	apply(2*time.Second, tag.BadNoCommunication, 0)
	got = append(got, e.Tick(noon.Add(2*time.Hour))...)
	if u, _ := e.Unit("u"); !u.Good.Bad {
		t.Error("nobody sees the counter, but it shows as good")
	}
	apply(20*time.Hour, tag.Good, 3)
	var sights []Fact
	for _, f := range got {
		if x, ok := f.(SightChanged); ok {
			sights = append(sights, x)
		}
	}
	want := []Fact{SightChanged{"u", noon.Add(2 * time.Second), true}, SightChanged{"u", noon.Add(20 * time.Hour), false}}
	if !slices.Equal(sights, want) {
		t.Errorf("sights %v, want %v", sights, want)
	}
}
