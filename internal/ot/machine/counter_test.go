package machine

import (
	"math"
	"testing"
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// sums adds up what facts counted, by what they counted.
type sums struct {
	good, reject, total plant.Quantity
	events              map[CounterEvent]int
	late                int
}

func sum(facts ...Fact) sums {
	s := sums{events: map[CounterEvent]int{}}
	for _, f := range facts {
		switch f := f.(type) {
		case Late:
			s.late++
		case Counted:
			s.events[f.Event]++
			switch f.What {
			case Good:
				s.good += f.Qty
			case Reject:
				s.reject += f.Qty
			case Total:
				s.total += f.Qty
			}
		}
	}
	return s
}

// run applies samples to a fresh engine and lets ten more minutes pass.
func run(signals Signals, samples []tag.Sample) []Fact {
	e := NewEngine([]Signals{signals})
	var all []Fact
	var end time.Time
	for _, s := range samples {
		all = append(all, e.Apply(s)...)
		end = latest(end, s.Time)
	}
	return append(all, e.Tick(end.Add(10*time.Minute))...)
}

// reading is a value of the good counter some seconds into the day.
func readingAt(seconds float64, v tag.Value) tag.Sample {
	return tag.Sample{Tag: 3, Time: scriptDay.Add(time.Duration(seconds * float64(time.Second))), Value: v}
}

func floats(every float64, values ...float64) []tag.Sample {
	var all []tag.Sample
	for i, v := range values {
		all = append(all, readingAt(float64(i)*every, tag.FloatValue(v)))
	}
	return all
}

func ints(every float64, values ...int64) []tag.Sample {
	var all []tag.Sample
	for i, v := range values {
		all = append(all, readingAt(float64(i)*every, tag.IntValue(v)))
	}
	return all
}

func bad(seconds float64) tag.Sample {
	return tag.Sample{Tag: 3, Quality: tag.Bad, Time: scriptDay.Add(time.Duration(seconds * float64(time.Second)))}
}

func TestReadingsBecomePieces(t *testing.T) {
	day := 26 * time.Hour.Seconds()
	b1 := []float64{1, 1.7, 1.9, 2, 2.3, 2.5, 2.8, 3.2, 0, .2, .4, 1, 1.4}
	b4 := []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2, 1, 2, 3, 4, 0, 1, 5, 6, 8}
	cases := []struct {
		id      string
		rule    Counter
		samples []tag.Sample
		pieces  string
		event   CounterEvent
		events  int
	}{
		{"L1", Counter{}, ints(1, 0, 7), "7", Reset, 0},
		{"L2", Counter{}, ints(1, 1000, 1003), "3", Baseline, 1},
		{"L3", Counter{}, []tag.Sample{readingAt(0, tag.IntValue(1000)), bad(1), readingAt(day, tag.IntValue(1040))}, "40", Suspect, 0},
		{"L4", Counter{}, ints(1, 1000, 0, 5, 5), "5", Reset, 1},
		{"L4 read slowly", Counter{}, ints(60, 1000, 0, 5, 5), "5", Reset, 1},
		{"L5 bad", Counter{}, []tag.Sample{readingAt(0, tag.IntValue(1000)), bad(1), readingAt(60, tag.IntValue(1000))}, "0", Reset, 0},
		{"L5 a bad zero", Counter{}, []tag.Sample{readingAt(0, tag.IntValue(1000)), {Tag: 3, Quality: tag.Bad, Time: scriptDay.Add(time.Second), Value: tag.IntValue(0)}, readingAt(60, tag.IntValue(1000))}, "0", Reset, 0},
		{"L5 short", Counter{}, ints(2, 1000, 0, 1000), "0", Suspect, 1},
		{"L5 short by its own setting", Counter{Glitch: time.Minute}, ints(30, 1000, 0, 1000), "0", Suspect, 1},
		{"L6 16 bits", Counter{Modulus: 1 << 16}, ints(1, 65530, 4), "10", Rolled, 1},
		{"L6 32 bits", Counter{Modulus: 1 << 32}, ints(1, 4294967290, 4), "10", Rolled, 1},
		{"L7", Counter{}, append(ints(1, 10, 14), ints(1, 10, 14)[1]), "4", Suspect, 0},
		{"L9", Counter{Per: plant.Pieces(3)}, ints(1, 100, 105), "15", Reset, 0},
		{"B1 read fast", Counter{}, floats(1, b1...), "3.6", Reset, 1},
		{"B1 read slowly", Counter{}, floats(60, b1...), "3.6", Reset, 1},
		{"B4 read fast", Counter{Deadband: plant.One}, floats(1, b4...), "25", Reset, 2},
		{"B4 read slowly", Counter{Deadband: plant.One}, floats(60, b4...), "25", Reset, 2},
		{"unknown modulus is a reset", Counter{}, ints(1, 65530, 4, 5), "5", Reset, 1},
		{"a modulus beyond belief is none", Counter{Modulus: math.MaxUint64}, ints(1, 65530, 4, 5), "5", Reset, 1},
	}
	for _, c := range cases {
		t.Run(c.id, func(t *testing.T) {
			signals := mill()
			signals.Good = c.rule
			signals.Good.Tag = 3
			got := sum(run(signals, c.samples)...)
			if got.good.String() != c.pieces || got.events[c.event] != c.events {
				t.Errorf("counted %s with %v, want %s with %d %s", got.good, got.events, c.pieces, c.events, eventWords[c.event])
			}
		})
	}
}

// TestScrapIsNotGoodTwice is L10: a total of 100 with 3 rejects is 97 good and 3 scrap.
func TestScrapIsNotGoodTwice(t *testing.T) {
	at := func(s int) time.Time { return scriptDay.Add(time.Duration(s) * time.Second) }
	got := sum(run(mill(), []tag.Sample{
		{Tag: 5, Time: at(0), Value: tag.UintValue(0)},
		{Tag: 4, Time: at(0), Value: tag.UintValue(0)},
		{Tag: 5, Time: at(60), Value: tag.UintValue(60)},
		{Tag: 4, Time: at(61), Value: tag.UintValue(3)},
		{Tag: 5, Time: at(90), Value: tag.UintValue(100)},
	})...)
	if good := got.total - got.reject; good != plant.Pieces(97) || got.reject != plant.Pieces(3) {
		t.Errorf("good %s, reject %s", good, got.reject)
	}
}

// TestPulseOnAShiftBoundary is B5: it counts once, in the shift that starts there.
func TestPulseOnAShiftBoundary(t *testing.T) {
	night := plant.Calendar{Shifts: []plant.ShiftPattern{
		{Name: "Early", Start: 6 * 60, End: 14 * 60}, {Name: "Late", Start: 14 * 60, End: 22 * 60},
	}}
	got := map[string]plant.Quantity{}
	for _, f := range run(mill(), []tag.Sample{
		readingAt(13*3600, tag.IntValue(7)), readingAt(14*3600, tag.IntValue(8)), readingAt(15*3600, tag.IntValue(8)),
	}) {
		shift, _ := night.At(f.When())
		got[shift.Name] += f.(Counted).Qty
	}
	if got["Early"] != 0 || got["Late"] != plant.One {
		t.Errorf("counted %v", got)
	}
}

// TestHostileReadings feeds what no counter shows, in every order: sums stay in range and nothing panics.
func TestHostileReadings(t *testing.T) {
	values := []tag.Value{
		tag.FloatValue(math.NaN()), tag.FloatValue(math.Inf(1)), tag.FloatValue(math.Inf(-1)), tag.FloatValue(1e300), tag.FloatValue(-1e300),
		tag.FloatValue(math.Copysign(0, -1)), tag.FloatValue(5e-324), tag.FloatValue(1e12), tag.FloatValue(-1),
		tag.IntValue(math.MinInt64), tag.IntValue(math.MaxInt64), tag.IntValue(-1), tag.IntValue(0), tag.IntValue(1e12),
		tag.UintValue(math.MaxUint64), tag.UintValue(1 << 63), tag.BoolValue(true), tag.TextValue("12"), tag.TextValue(""), {},
	}
	rules := []Counter{
		{}, {Lifetime: true}, {Modulus: 1}, {Modulus: 10}, {Modulus: math.MaxUint64}, {Deadband: math.MaxInt64}, {Deadband: -1},
		{Per: math.MaxInt64}, {Per: -plant.One}, {Glitch: -time.Hour}, {Glitch: math.MaxInt64},
	}
	for _, rule := range rules {
		signals := mill()
		rule.Tag = 3
		signals.Good = rule
		for _, a := range values {
			for _, b := range values {
				for _, f := range run(signals, []tag.Sample{readingAt(0, a), readingAt(1, b), readingAt(2, a), readingAt(3, b)}) {
					if q := f.(Counted).Qty; q < 0 || q > plant.Pieces(most) {
						t.Fatalf("rule %+v, readings %s and %s: %s pieces", rule, a, b, q)
					}
				}
			}
		}
	}
}
