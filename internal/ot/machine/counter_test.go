package machine_test

import (
	"math"
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/machinetest"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// sums adds up what facts counted, by what they counted.
type sums struct {
	good, reject, total plant.Quantity
	events              map[machine.CounterEvent]int
	late                int
}

func sum(facts ...machine.Fact) sums {
	s := sums{events: map[machine.CounterEvent]int{}}
	for _, f := range facts {
		switch f := f.(type) {
		case machine.Late:
			s.late++
		case machine.Counted:
			s.events[f.Event]++
			switch f.What {
			case machine.Good:
				s.good += f.Qty
			case machine.Reject:
				s.reject += f.Qty
			case machine.Total:
				s.total += f.Qty
			}
		}
	}
	return s
}

// run applies samples to a fresh engine and lets two more hours pass: by then time has decided all that it can.
func run(signals machine.Signals, samples []tag.Sample) []machine.Fact {
	e := machine.NewEngine([]machine.Signals{signals})
	var all []machine.Fact
	var end time.Time
	for _, s := range samples {
		all = append(all, e.Apply(s)...)
		if s.Time.After(end) {
			end = s.Time
		}
	}
	return append(all, e.Tick(end.Add(2*time.Hour))...)
}

// reading is a value of the good counter some seconds into the day.
func readingAt(seconds float64, v tag.Value) tag.Sample {
	return tag.Sample{Tag: 3, Time: machinetest.Day().Add(time.Duration(seconds * float64(time.Second))), Value: v}
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
	return tag.Sample{Tag: 3, Quality: tag.Bad, Time: machinetest.Day().Add(time.Duration(seconds * float64(time.Second)))}
}

func TestReadingsBecomePieces(t *testing.T) {
	day := 26 * time.Hour.Seconds()
	b1 := []float64{1, 1.7, 1.9, 2, 2.3, 2.5, 2.8, 3.2, 0, .2, .4, 1, 1.4}
	b4 := []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2, 1, 2, 3, 4, 0, 1, 5, 6, 8}
	cases := []struct {
		id      string
		rule    machine.Counter
		samples []tag.Sample
		pieces  string
		event   machine.CounterEvent
		events  int
	}{
		{"L1", machine.Counter{}, ints(1, 0, 7), "7", machine.Reset, 0},
		{"L2", machine.Counter{}, ints(1, 1000, 1003), "3", machine.Baseline, 1},
		{"L3", machine.Counter{}, []tag.Sample{readingAt(0, tag.IntValue(1000)), bad(1), readingAt(day, tag.IntValue(1040))}, "40", machine.Suspect, 0},
		{"L4", machine.Counter{}, ints(1, 1000, 0, 5, 5), "5", machine.Reset, 1},
		{"L4 read slowly", machine.Counter{}, ints(60, 1000, 0, 5, 5), "5", machine.Reset, 1},
		{"L5 bad", machine.Counter{}, []tag.Sample{readingAt(0, tag.IntValue(1000)), bad(1), readingAt(60, tag.IntValue(1000))}, "0", machine.Reset, 0},
		{"L5 a bad zero", machine.Counter{}, []tag.Sample{readingAt(0, tag.IntValue(1000)), {Tag: 3, Quality: tag.Bad, Time: machinetest.Day().Add(time.Second), Value: tag.IntValue(0)}, readingAt(60, tag.IntValue(1000))}, "0", machine.Reset, 0},
		{"L5 short", machine.Counter{}, ints(2, 1000, 0, 1000), "0", machine.Suspect, 1},
		{"L5 short by its own setting", machine.Counter{Glitch: time.Minute}, ints(30, 1000, 0, 1000), "0", machine.Suspect, 1},
		{"L6 16 bits", machine.Counter{Modulus: 1 << 16}, ints(1, 65530, 4), "10", machine.Rolled, 1},
		{"L6 32 bits", machine.Counter{Modulus: 1 << 32}, ints(1, 4294967290, 4), "10", machine.Rolled, 1},
		{"L7", machine.Counter{}, append(ints(1, 10, 14), ints(1, 10, 14)[1]), "4", machine.Suspect, 0},
		{"L9", machine.Counter{Per: plant.Pieces(3)}, ints(1, 100, 105), "15", machine.Reset, 0},
		{"B1 read fast", machine.Counter{}, floats(1, b1...), "3.6", machine.Reset, 1},
		{"B1 read slowly", machine.Counter{}, floats(60, b1...), "3.6", machine.Reset, 1},
		{"B4 read fast", machine.Counter{Deadband: plant.One}, floats(1, b4...), "25", machine.Reset, 2},
		{"B4 read slowly", machine.Counter{Deadband: plant.One}, floats(60, b4...), "25", machine.Reset, 2},
		{"unknown modulus is a reset", machine.Counter{}, ints(1, 65530, 4, 5), "5", machine.Reset, 1},
		{"a modulus beyond belief is none", machine.Counter{Modulus: math.MaxUint64}, ints(1, 65530, 4, 5), "5", machine.Reset, 1},
	}
	for _, c := range cases {
		t.Run(c.id, func(t *testing.T) {
			signals := machinetest.Mill()
			signals.Good = c.rule
			signals.Good.Tag = 3
			got := sum(run(signals, c.samples)...)
			if got.good.String() != c.pieces || got.events[c.event] != c.events {
				t.Errorf("counted %s with %v, want %s with %d %s", got.good, got.events, c.pieces, c.events, machinetest.Event(c.event))
			}
		})
	}
}

// TestScrapIsNotGoodTwice is L10: a total of 100 with 3 rejects is 97 good and 3 scrap.
func TestScrapIsNotGoodTwice(t *testing.T) {
	at := func(s int) time.Time { return machinetest.Day().Add(time.Duration(s) * time.Second) }
	got := sum(run(machinetest.Mill(), []tag.Sample{
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
	for _, f := range run(machinetest.Mill(), []tag.Sample{
		readingAt(13*3600, tag.IntValue(7)), readingAt(14*3600, tag.IntValue(8)), readingAt(15*3600, tag.IntValue(8)),
	}) {
		shift, _ := night.At(f.When())
		got[shift.Name] += f.(machine.Counted).Qty
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
		tag.UintValue(math.MaxUint64), tag.UintValue(1 << 63), tag.BoolValue(true), tag.TextValue("12"), tag.TextValue(""),
		{},
	}
	rules := []machine.Counter{
		{},
		{Lifetime: true},
		{Modulus: 1},
		{Modulus: 10},
		{Modulus: math.MaxUint64},
		{Deadband: math.MaxInt64},
		{Deadband: -1},
		{Per: math.MaxInt64},
		{Per: -plant.One},
		{Glitch: -time.Hour},
		{Glitch: math.MaxInt64},
	}
	for _, rule := range rules {
		signals := machinetest.Mill()
		rule.Tag = 3
		signals.Good = rule
		for _, a := range values {
			for _, b := range values {
				for _, f := range run(signals, []tag.Sample{readingAt(0, a), readingAt(1, b), readingAt(2, a), readingAt(3, b)}) {
					if q := f.(machine.Counted).Qty; q < 0 || q > plant.Pieces(1e12) {
						t.Fatalf("rule %+v, readings %s and %s: %s pieces", rule, a, b, q)
					}
				}
			}
		}
	}
}
