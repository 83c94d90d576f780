package swing_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/ot/history/swing"
	"millwright/internal/ot/tag"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const silence = 20 * time.Second

func at(seconds float64, v tag.Value) tag.Sample {
	return tag.Sample{Tag: 1, Time: noon.Add(time.Duration(seconds * float64(time.Second))), Value: v}
}

func pass(limit float64, all []tag.Sample) (kept []tag.Sample) {
	d := swing.NewDoor(limit, silence)
	for _, s := range all {
		kept = d.Pass(kept, s, s.Time)
	}
	return d.Flush(kept)
}

func TestWhatADoorKeeps(t *testing.T) {
	f := func(v ...float64) (all []tag.Sample) {
		for i, v := range v {
			all = append(all, at(float64(i), tag.FloatValue(v)))
		}
		return all
	}
	bad := func(s tag.Sample) tag.Sample { s.Quality, s.Value = tag.BadNoCommunication, tag.Value{}; return s }
	doubtful := func(s tag.Sample) tag.Sample { s.Quality = tag.Uncertain; return s }
	for name, c := range map[string]struct {
		in   []tag.Sample
		kept []int // of in
	}{
		"one":                     {f(1), []int{0}},
		"two":                     {f(1, 2), []int{0, 1}},
		"a slope":                 {f(1, 2, 3, 4, 5), []int{0, 4}},
		"a slope with noise":      {f(1, 2.2, 2.9, 4.1, 5), []int{0, 4}},
		"a corner":                {f(0, 0, 0, 10, 10, 10), []int{0, 2, 3, 5}},
		"a peak":                  {f(0, 0, 9, 0, 0), []int{0, 1, 2, 3, 4}},
		"an outlier that is held": {f(0, 0.4, 0.9, 0), []int{0, 2, 3}},
		"bad between":             {append(f(1, 1, 1), bad(at(3, tag.Value{})), at(4, tag.FloatValue(1)), at(5, tag.FloatValue(1)), at(6, tag.FloatValue(1))), []int{0, 2, 3, 4, 6}},
		"bad and bad again":       {[]tag.Sample{bad(at(0, tag.Value{})), bad(at(1, tag.Value{}))}, []int{0, 1}},
		"doubtful":                {append(f(1, 1, 1), doubtful(at(3, tag.FloatValue(1))), doubtful(at(4, tag.FloatValue(1))), doubtful(at(5, tag.FloatValue(1)))), []int{0, 2, 3, 5}},
		"text":                    {[]tag.Sample{at(0, tag.TextValue("a")), at(1, tag.TextValue("a")), at(2, tag.TextValue("a"))}, []int{0, 1, 2}},
		"bool":                    {[]tag.Sample{at(0, tag.BoolValue(true)), at(1, tag.BoolValue(true)), at(2, tag.BoolValue(true))}, []int{0, 1, 2}},
		"whole numbers":           {[]tag.Sample{at(0, tag.IntValue(5)), at(1, tag.IntValue(5)), at(2, tag.IntValue(5))}, []int{0, 2}},
		"too large to be exact":   {[]tag.Sample{at(0, tag.UintValue(1<<60+1)), at(1, tag.UintValue(1<<60+2)), at(2, tag.UintValue(1<<60+3))}, []int{0, 1, 2}},
		"another kind":            {[]tag.Sample{at(0, tag.IntValue(5)), at(1, tag.IntValue(5)), at(2, tag.FloatValue(5)), at(3, tag.FloatValue(5)), at(4, tag.FloatValue(5))}, []int{0, 1, 2, 4}},
		"a silence":               {append(f(1, 1, 1), at(30, tag.FloatValue(1)), at(31, tag.FloatValue(1)), at(32, tag.FloatValue(1))), []int{0, 2, 3, 5}},
		"a heartbeat":             {[]tag.Sample{at(0, tag.FloatValue(1)), at(9, tag.FloatValue(1)), at(18, tag.FloatValue(1)), at(27, tag.FloatValue(1)), at(36, tag.FloatValue(1)), at(45, tag.FloatValue(1))}, []int{0, 2, 4, 5}},
		"huge":                    {f(-math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64), []int{0, 1, 2}},
	} {
		var want []tag.Sample
		for _, i := range c.kept {
			want = append(want, c.in[i])
		}
		if got := pass(0.5, c.in); !slices.Equal(got, want) {
			t.Errorf("%s: kept %v, not %v", name, got, want)
		}
	}
}

func TestALateReadingIsKeptWithWhatWasHeldBack(t *testing.T) {
	in := []tag.Sample{at(0, tag.FloatValue(1)), at(5, tag.FloatValue(1)), at(3, tag.FloatValue(7)), at(6, tag.FloatValue(1)), at(7, tag.FloatValue(1))}
	want := []tag.Sample{in[0], in[1], in[2], in[4]}
	if got := pass(0.5, in); !slices.Equal(got, want) {
		t.Errorf("kept %v, not %v", got, want)
	}
}

func TestWhatIsHeldBackComesFreeWhenItsMachineIsSilent(t *testing.T) {
	d := swing.NewDoors([]tag.Tag{{ID: 1, Swing: 0.5, Heartbeat: silence}, {ID: 2}})
	one, two := at(0, tag.FloatValue(1)), at(1, tag.FloatValue(1))
	other := tag.Sample{Tag: 2, Time: noon, Value: tag.FloatValue(1)}
	if got := d.Pass([]tag.Sample{other, one, two, other}, noon); !slices.Equal(got, []tag.Sample{other, one, other}) {
		t.Fatalf("kept %v", got)
	}
	if got := d.Overdue(noon.Add(silence - 1)); len(got) > 0 {
		t.Fatalf("%v comes free early", got)
	}
	if got := d.Overdue(noon.Add(silence)); !slices.Equal(got, []tag.Sample{two}) {
		t.Fatalf("%v comes free", got)
	}
	if got := append(d.Overdue(noon.Add(time.Hour)), d.Flush()...); len(got) > 0 {
		t.Fatalf("%v comes free twice", got)
	}
	if swing.NewDoors([]tag.Tag{{ID: 1}}) != nil {
		t.Error("a plant without such tags has doors")
	}
}

// TestADoorKeepsItsWord: the line between what is kept passes every reading that is not by no more than the limit, no
// line runs over a silence, a bad reading or a change, and everything is kept in its order.
func TestADoorKeepsItsWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Float64Range(1e-6, 5).Draw(t, "limit")
		level := rapid.SampledFrom([]float64{0, 20, 1e6, -1e9}).Draw(t, "level")
		var in []tag.Sample
		now, v, slope := 0.0, level, 0.0
		for range rapid.IntRange(1, 120).Draw(t, "readings") {
			now += rapid.SampledFrom([]float64{0.000001, 0.1, 1, 1, 1, 3, 19, 25}).Draw(t, "pause")
			if rapid.IntRange(0, 9).Draw(t, "turn") == 0 {
				slope = rapid.Float64Range(-2, 2).Draw(t, "slope")
			}
			v += slope + limit*rapid.Float64Range(-1, 1).Draw(t, "noise")
			s := at(now, tag.FloatValue(v))
			switch rapid.IntRange(0, 30).Draw(t, "what") {
			case 0:
				s.Quality, s.Value = tag.BadNoCommunication, tag.Value{}
			case 1:
				s.Quality = tag.Uncertain
			case 2:
				s.Value = tag.IntValue(int64(v))
			case 3:
				s.Value = tag.TextValue("x")
			}
			in = append(in, s)
		}
		checkDoor(t, limit, in, pass(limit, in))
	})
}

func checkDoor(t *rapid.T, limit float64, in, kept []tag.Sample) {
	if kept[0] != in[0] || kept[len(kept)-1] != in[len(in)-1] {
		t.Fatalf("the first or the last is not kept")
	}
	k := 0
	for i, s := range in {
		if k < len(kept) && s == kept[k] {
			k++
			continue
		}
		a, b := kept[k-1], kept[k]
		if b.Time.Sub(a.Time) > silence {
			t.Fatalf("%v is left out in a silence", s)
		}
		for _, x := range in[:i+1] {
			if x.Time.Before(a.Time) {
				continue
			}
			if x.Quality != a.Quality || x.Quality != b.Quality || x.Quality.Bad() || x.Value.Kind() != b.Value.Kind() {
				t.Fatalf("%v is left out between %v and %v", x, a, b)
			}
		}
		from, _ := a.Value.Float()
		to, _ := b.Value.Float()
		v, _ := s.Value.Float()
		line := from + (to-from)*float64(s.Time.Sub(a.Time))/float64(b.Time.Sub(a.Time))
		if off := math.Abs(line - v); off > limit+1e-9*math.Max(1, math.Abs(v)) {
			t.Fatalf("%v is off the line by %v; %v is allowed", s, off, limit)
		}
	}
	if k != len(kept) {
		t.Fatalf("%v is kept out of order", kept[k:])
	}
}

func BenchmarkDoor(b *testing.B) {
	d := swing.NewDoor(0.5, time.Minute)
	var kept []tag.Sample
	b.ReportAllocs()
	for i := range b.N {
		kept = d.Pass(kept[:0], at(float64(i)/10, tag.FloatValue(20+math.Sin(float64(i)/50))), noon)
	}
}
