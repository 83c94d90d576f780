package coding

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/ot/tag"
)

// back puts the points of a sample together again, as a reader of the series would.
func back(t *rapid.T, k tag.Kind, points []Point, text string) (tag.Value, tag.Quality) {
	sides := map[Part]float64{}
	for _, p := range points[:len(points)-1] {
		if p.Part.Spine() {
			t.Fatalf("two points on the spine: %v", points)
		}
		sides[p.Part] = p.Value
	}
	spine := points[len(points)-1]
	if !spine.Part.Spine() {
		t.Fatalf("the last point is not on the spine: %v", points)
	}
	form, q := Read(spine.Value)
	switch form {
	case Plain:
		return Value(k, spine.Part.Restore(spine.Value), text), q
	case NoValue:
		return tag.Value{}, q
	case SideFloat:
		return Value(k, sides[SideValue], text), q
	case SideBits:
		return Big(k, sides[SideHigh], sides[SideLow]), q
	}
	t.Fatalf("form %d", form)
	return tag.Value{}, 0
}

func values() *rapid.Generator[tag.Value] {
	decimal := rapid.Custom(func(t *rapid.T) tag.Value {
		v := float64(rapid.Int64Range(-1e9, 1e9).Draw(t, "digits")) / powers[rapid.IntRange(0, 4).Draw(t, "places")]
		if rapid.Bool().Draw(t, "single") {
			v = float64(float32(v))
		}
		return tag.FloatValue(v)
	})
	return rapid.OneOf(
		decimal,
		rapid.Map(rapid.Uint64(), func(u uint64) tag.Value { return tag.FloatValue(math.Float64frombits(u)) }),
		rapid.Map(rapid.Float64(), tag.FloatValue),
		rapid.Map(rapid.Int64(), tag.IntValue),
		rapid.Map(rapid.Uint64(), tag.UintValue),
		rapid.Map(rapid.Bool(), tag.BoolValue),
		rapid.Map(rapid.String(), tag.TextValue),
		rapid.Just(tag.Value{}),
		rapid.SampledFrom([]tag.Value{
			tag.IntValue(math.MinInt64), tag.IntValue(math.MaxInt64), tag.IntValue(exact), tag.IntValue(exact + 1),
			tag.IntValue(-exact), tag.IntValue(-exact - 1), tag.IntValue(-1), tag.UintValue(math.MaxUint64),
			tag.UintValue(exact), tag.UintValue(exact + 1), tag.UintValue(1 << 63),
			tag.FloatValue(math.Copysign(0, -1)), tag.FloatValue(0), tag.FloatValue(math.Inf(1)), tag.FloatValue(math.Inf(-1)),
			tag.FloatValue(math.NaN()), tag.FloatValue(math.MaxFloat64), tag.FloatValue(5e-324),
			tag.FloatValue(math.Float64frombits(0x7ff0000000000002)), // the store's own mark of an ended series
		}))
}

func qualities() *rapid.Generator[tag.Quality] {
	return rapid.OneOf(rapid.Just(tag.Good), rapid.Map(rapid.Uint32(), func(u uint32) tag.Quality { return tag.Quality(u) }))
}

// Whatever is coded comes back bit by bit, and a spine never shows a value that is not plainly good.
func TestSamplesComeBackExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Packer
		for range rapid.IntRange(1, 20).Draw(t, "samples") {
			s := tag.Sample{Tag: 1, Time: time.UnixMicro(1), Quality: qualities().Draw(t, "quality"), Value: values().Draw(t, "value")}.Clean()
			text, _ := s.Value.Text()
			points := c.Points(s, 7, nil)
			v, q := back(t, s.Value.Kind(), points, text)
			if q != s.Quality || v != s.Value {
				t.Fatalf("%v (%s) %v came back as %v (%s) %v through %v", s.Value, s.Value.Kind(), s.Quality, v, v.Kind(), q, points)
			}
			if spine := points[len(points)-1]; s.Quality != tag.Good && !math.IsNaN(spine.Value) {
				t.Fatalf("a value that is not good stands on the spine as %v", spine.Value)
			}
		}
	})
}

func TestDecimalsStandAsIntegers(t *testing.T) {
	cases := []struct {
		name string
		v    []float64
		part string
		want []float64
	}{
		{"tenths", []float64{20.1, 20.2, -0.3, 20}, "d1", []float64{201, 202, -3, 200}},
		{"hundredths", []float64{20.15, 20.1}, "d2", []float64{2015, 2010}},
		{"kilowatt hours", []float64{123456.789}, "d3", []float64{123456789}},
		{"tenths of a 32-bit float", []float64{float64(float32(20.3)), float64(float32(20.7)), 21}, "s1", []float64{203, 207, 210}},
		{"noise stays as it is", []float64{math.Pi, math.E}, "", []float64{math.Pi, math.E}},
		{"too large", []float64{math.MaxFloat64, 1e300}, "", []float64{math.MaxFloat64, 1e300}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var p Packer
			for i, v := range c.v {
				points := p.Points(tag.Sample{Value: tag.FloatValue(v)}, 0, nil)
				if len(points) != 1 || partNames[points[0].Part] != c.part || points[0].Value != c.want[i] {
					t.Errorf("%v stands as %v on %q, want %v on %q", v, points[0].Value, partNames[points[0].Part], c.want[i], c.part)
				}
			}
		})
	}
}

func TestATagOfNoiseIsSoonNoLongerTried(t *testing.T) {
	var p Packer
	for i := range enough {
		p.Points(tag.Sample{Value: tag.FloatValue(math.Pi * float64(i+1))}, 0, nil)
	}
	if got := p.Points(tag.Sample{Value: tag.FloatValue(1.5)}, 0, nil); got[0].Part != Whole {
		t.Errorf("still tried: %v", got)
	}
}

func TestSeriesAreIdentified(t *testing.T) {
	for k := tag.None; k <= tag.Text; k++ {
		for p := Whole; p < partCount; p++ {
			fix := int(p) % 3
			ls := Labels("line/unit/signal", k, p, fix)
			gk, gp, ok := Identify(ls)
			if !ok || gk != k || gp != p || Fix(ls) != fix || ls.Get(LabelTag) != "line/unit/signal" {
				t.Errorf("%s: got kind %v part %d (%v)", ls, gk, gp, ok)
			}
		}
	}
	if _, _, ok := Identify(Labels("x", tag.Kind(99), Whole, 0)); ok {
		t.Error("a kind that does not exist is identified")
	}
}

func BenchmarkPoints(b *testing.B) {
	var p Packer
	out := make([]Point, 0, 3)
	s := tag.Sample{Value: tag.FloatValue(20.3)}
	for b.Loop() {
		out = p.Points(s, 0, out[:0])
	}
}
