package kpi

import (
	"math"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

var morning = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

// piece is a stretch of minutes to be laid, with what was made in it.
type piece struct {
	minutes     float64
	category    oee.Category
	cycle       time.Duration
	all, reject int64
}

// laid lays pieces one after the other from the start of the morning.
func laid(pieces ...piece) (plant.Span, []oee.Segment) {
	at, all := morning, []oee.Segment(nil)
	for _, p := range pieces {
		to := at.Add(time.Duration(p.minutes * float64(time.Minute)))
		all = append(all, oee.Segment{
			From: at, To: to, Category: p.category, Shift: "Early", Date: "2026-03-02",
			Good: plant.Pieces(p.all - p.reject), Reject: plant.Pieces(p.reject), Ideal: oee.IdealTime(p.cycle, plant.Pieces(p.all)),
		})
		at = to
	}
	return plant.Span{From: morning, To: at}, all
}

func values(s *Sums, about About) map[ID]Value {
	all := map[ID]Value{}
	for _, v := range Values(s, about) {
		all[v.ID] = v
	}
	return all
}

func near(t *testing.T, what string, got oee.Ratio, want float64) {
	t.Helper()
	if !got.OK || math.Abs(got.Value-want) > 1e-6 {
		t.Errorf("%s = %v, want %.6f", what, got, want)
	}
}

func a1() (plant.Span, []oee.Segment) {
	return laid(piece{60, oee.PlannedStop, 0, 0, 0}, piece{47, oee.Breakdown, 0, 0, 0}, piece{373, oee.Running, time.Second, 19271, 423})
}

func TestOracles(t *testing.T) {
	half := 30 * time.Second
	cases := []struct {
		id     string
		pieces []piece
		want   map[ID]float64
	}{
		{"A1", []piece{{60, oee.PlannedStop, 0, 0, 0}, {47, oee.Breakdown, 0, 0, 0}, {373, oee.Running, time.Second, 19271, 423}}, map[ID]float64{
			Availability: 373.0 / 420, Performance: 19271.0 / 60 / 373, Quality: 18848.0 / 19271, OEE: 18848.0 / 60 / 420,
			TEEP: 18848.0 / 60 / 480, OOE: 18848.0 / 60 / 480, FTY: 18848.0 / 19271, ScrapRatio: 423.0 / 19271, ActualCycle: 373.0 * 60 / 19271,
		}},
		{"A2", []piece{{45, oee.PlannedStop, 0, 0, 0}, {30, oee.Breakdown, 0, 0, 0}, {405, oee.Running, half, 700, 25}}, map[ID]float64{
			Availability: 405.0 / 435, Performance: 350.0 / 405, Quality: 675.0 / 700, OEE: 337.5 / 435,
		}},
		{"A4", []piece{{90, oee.Running, 10 * time.Second, 500, 100}, {30, oee.Breakdown, 0, 0, 0}, {60, oee.Running, 10 * time.Second, 500, 100}}, map[ID]float64{
			Availability: .833333333, Effectiveness: 1.111111111, QualityRatio: .8, ISOOEE: .740740741, OEE: .740740741,
		}},
		{"A5", []piece{{30, oee.Changeover, 0, 0, 0}, {390, oee.Running, half, 741, 19}, {45, oee.Breakdown, 0, 0, 0}, {15, oee.Starved, 0, 0, 0}}, map[ID]float64{
			Availability: .8125, Effectiveness: .95, QualityRatio: .974358974, ISOOEE: .752083333, NEE: .809935897, Allocation: .96875,
			Technical: .896551724, SetUpRate: .071428571, Utilisation: 390.0 / 465, ScrapRatio: 19.0 / 741,
		}},
		{"A8", []piece{{200, oee.Running, 2 * time.Second, 3000, 30}, {90, oee.Breakdown, 0, 0, 0}, {130, oee.Running, 5 * time.Second, 2400, 24}}, map[ID]float64{
			Availability: .785714286, Performance: .909090909, Quality: .99, OEE: .707142857,
		}},
	}
	for _, c := range cases {
		t.Run(c.id, func(t *testing.T) {
			sums := Of(laid(c.pieces...))
			got := values(&sums, About{})
			for id, want := range c.want {
				near(t, string(id), got[id].Ratio, want)
			}
		})
	}
}

func TestLinesAreWeightedByTime(t *testing.T) { // A9
	one := Of(laid(piece{120, oee.Breakdown, 0, 0, 0}, piece{360, oee.Running, 324 * time.Minute / 10000, 10000, 200}))
	two := Of(laid(piece{60, oee.Running, time.Minute, 60, 0}))
	one.Add(&two)
	near(t, "plant", values(&one, About{})[OEE].Ratio, .699111111)
}

func TestThroughputIsOfTheTimeOfOrders(t *testing.T) {
	window, all := laid(piece{60, oee.Running, time.Second, 300, 20}, piece{30, oee.Breakdown, 0, 0, 0}, piece{60, oee.Running, time.Second, 100, 0})
	all[0].Order, all[1].Order = "J-1", "J-1"
	sums := Of(window, all)
	near(t, "pieces an hour", values(&sums, About{})[Throughput].Ratio, 200)
}

func TestNothingIsUnknown(t *testing.T) { // A11
	cases := map[string]struct {
		pieces  []piece
		unknown []ID
		zero    []ID
	}{
		"nothing planned": {[]piece{{480, oee.NotScheduled, 0, 0, 0}}, []ID{Availability, Performance, Quality, OEE, NEE, Allocation, OOE, TEEP, MTBF}, nil},
		"nothing run":     {[]piece{{480, oee.Breakdown, 0, 0, 0}}, []ID{Performance, Quality, OEE, TEEP, SetUpRate}, []ID{Availability}},
		"nothing made":    {[]piece{{480, oee.Running, 0, 0, 0}}, []ID{Quality, OEE, FTY, ScrapRatio, ActualCycle, Takt, Throughput, ReworkRatio, FPY}, []ID{Performance}},
	}
	for name, c := range cases {
		sums := Of(laid(c.pieces...))
		got := values(&sums, About{})
		for _, id := range c.unknown {
			if v := got[id]; v.OK || v.Value != 0 || v.Note == "" {
				t.Errorf("%s: %s = %v, note %q; want unknown, and why", name, id, v.Ratio, v.Note)
			}
		}
		for _, id := range c.zero {
			near(t, name+": "+string(id), got[id].Ratio, 0)
		}
	}
}

func TestUnknownTimeMakesIntervals(t *testing.T) { // A12
	sums := Of(laid(
		piece{60, oee.PlannedStop, 0, 0, 0}, piece{47, oee.Breakdown, 0, 0, 0}, piece{20, oee.NoData, 0, 0, 0},
		piece{353, oee.Running, time.Second, 19271, 423},
	))
	got := values(&sums, About{})
	near(t, "availability, low", got[Availability].Low, .840476190)
	near(t, "availability, high", got[Availability].High, .888095238)
	speed, good := 19271.0/60/353, 18848.0/19271
	near(t, "OEE, low", got[OEE].Low, 353.0/420*speed*good)
	near(t, "OEE, high", got[OEE].High, 373.0/420*speed*good)
	if trust := Trust(&sums, oee.Skew{}); trust.Grade != Fair && trust.Grade != Low || len(trust.Why) == 0 {
		t.Errorf("with 20 min unknown the figures are trusted: %+v", trust)
	}
	known := Of(a1())
	if v := values(&known, About{})[OEE]; v.Low.OK || v.High.OK {
		t.Errorf("with nothing unknown OEE is between %v and %v", v.Low, v.High)
	}
}

func TestReliability(t *testing.T) { // R1
	hours := func(n int) time.Duration { return time.Duration(n) * time.Hour }
	s := Sums{Failures: 5}
	s.Times[oee.Running], s.Times[oee.Breakdown] = hours(10_000), hours(50)
	got := values(&s, About{})
	near(t, "MTBF", got[MTBF].Ratio, hours(2_000).Seconds())
	near(t, "MTTR", got[MTTR].Ratio, hours(10).Seconds())
	near(t, "inherent availability", got[Inherent].Ratio, .995024876)
	s.Failures, s.Times[oee.Breakdown] = 0, 0
	got = values(&s, About{})
	if v := got[MTBF]; !v.AtLeast || v.Value != hours(10_000).Seconds() {
		t.Errorf("without failures MTBF is %v, at least %v; want at least the time observed", v.Ratio, v.AtLeast)
	}
	if got[MTTR].OK || got[Inherent].OK {
		t.Error("without failures MTTR or the inherent availability is known")
	}
}

func TestTakt(t *testing.T) {
	sums := Of(a1())
	got := values(&sums, About{Demand: plant.Pieces(12_600)})
	near(t, "takt, s", got[Takt].Ratio, 2)
	near(t, "actual cycle, s", got[ActualCycle].Ratio, 373.0*60/19271)
	if takt := values(&sums, About{})[Takt]; takt.OK || len(takt.Terms) > 0 || takt.Note != "Not known, as nobody said how many pieces are wanted." {
		t.Errorf("takt of nothing wanted: %+v", takt)
	}
}

// told lays out what a counter of a press says, with an ideal cycle of 2 s.
func told(counts ...time.Duration) Sums {
	line := plant.Line{ID: "l", Units: []plant.Unit{{ID: "press"}}, Pacer: "press", Output: "press", Rates: []plant.Rate{{IdealCycle: 2 * time.Second}}}
	e := timeline.NewEngine(line, machine.Signals{Unit: "press", Product: 1, Good: machine.Counter{Tag: 2}})
	e.Start(morning, morning)
	var all []oee.Segment
	at, last := morning, morning
	for _, after := range counts {
		at = at.Add(after)
		all = append(all, e.Apply(machine.Counted{Unit: "press", What: machine.Good, Qty: plant.One, Since: last, At: at})...)
		last = at
	}
	all = append(all, e.Tick(at)...)
	return Of(plant.Span{From: morning, To: at}, append(all, e.Open(at)...))
}

func TestOnlyTheExcessOverTheIdealCycleIsLost(t *testing.T) {
	steady := []time.Duration{2 * time.Second, 2 * time.Second, 2 * time.Second, 2 * time.Second}
	cases := []struct {
		cycle              time.Duration
		speed, small, down time.Duration
	}{
		{3 * time.Second, time.Second, 0, 0},
		{10 * time.Second, 0, 8 * time.Second, 0},
		{400 * time.Second, 0, 0, 398 * time.Second},
	}
	for _, c := range cases {
		s := told(append(append(append([]time.Duration{}, steady...), c.cycle), steady...)...)
		if got := s.Times[oee.Running] - s.Ideal; got != c.speed {
			t.Errorf("a cycle of %s loses %s of speed, want %s: %v", c.cycle, got, c.speed, s.Times)
		}
		if s.Times[oee.MicroStop] != c.small || s.Times[oee.Breakdown] != c.down {
			t.Errorf("a cycle of %s: %s micro-stop, %s down; want %s, %s", c.cycle, s.Times[oee.MicroStop], s.Times[oee.Breakdown], c.small, c.down)
		}
	}
}

func TestRolledYield(t *testing.T) { // R2
	steps := []oee.Step{
		{In: plant.Pieces(100), Out: plant.Pieces(90), Reworked: plant.Pieces(5)},
		{In: plant.Pieces(90), Out: plant.Pieces(80), Reworked: 0},
		{In: plant.Pieces(80), Out: plant.Pieces(75), Reworked: plant.Pieces(10)},
		{In: plant.Pieces(75), Out: plant.Pieces(70), Reworked: plant.Pieces(8)},
	}
	fty, fpy := []float64{.9, 80.0 / 90, .9375, 70.0 / 75}, []float64{.85, 80.0 / 90, .8125, 62.0 / 75}
	for i, s := range steps {
		near(t, "FTY", s.FTY(), fty[i])
		near(t, "FPY", s.FPY(), fpy[i])
	}
	if r := oee.RolledYield(steps...); math.Round(r.Value*1e4) != 5075 {
		t.Errorf("rolled yield %v, want .5075", r)
	}
	if oee.RolledYield().OK {
		t.Error("without steps the rolled yield is known")
	}
	sums := Of(laid(piece{60, oee.Running, time.Second, 100, 10}))
	sums.Rework = plant.Pieces(5)
	got := values(&sums, About{})
	near(t, "rework ratio", got[ReworkRatio].Ratio, .05)
	near(t, "first pass yield", got[FPY].Ratio, .85)
}
