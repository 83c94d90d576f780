package oee

import (
	"math"
	"testing"
	"time"

	"millwright/internal/plant"
)

var morning = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

// laid lays segments one after the other from the start of the morning.
func laid(parts ...Segment) (plant.Span, []Segment) {
	at := morning
	for i := range parts {
		length := parts[i].To.Sub(time.Time{})
		parts[i].From, parts[i].To = at, at.Add(length)
		at = parts[i].To
	}
	return plant.Span{From: morning, To: at}, parts
}

// lasting is a segment of a length in minutes, to be laid.
func lasting(minutes float64, c Category) Segment {
	return Segment{Category: c, To: time.Time{}.Add(time.Duration(minutes * float64(time.Minute)))}
}

// made adds pieces to a segment.
func made(s Segment, cycle time.Duration, total, rejects int64) Segment {
	s.Good, s.Reject = plant.Pieces(total-rejects), plant.Pieces(rejects)
	s.Ideal = IdealTime(cycle, plant.Pieces(total))
	return s
}

func near(t *testing.T, what string, got Ratio, want float64) {
	t.Helper()
	if !got.OK || math.Abs(got.Value-want) > 1e-6 {
		t.Errorf("%s = %v, want %.6f", what, got, want)
	}
}

func unknown(t *testing.T, what string, got Ratio) {
	t.Helper()
	if got.OK || got.Value != 0 {
		t.Errorf("%s = %v, want unknown", what, got)
	}
}

func minutes(t *testing.T, what string, got time.Duration, want float64) {
	t.Helper()
	if math.Abs(got.Minutes()-want) > 5e-5 {
		t.Errorf("%s = %.4f min, want %.4f", what, got.Minutes(), want)
	}
}

func TestClassic(t *testing.T) {
	cases := []struct {
		id         string
		segments   []Segment
		a, p, q, e float64
	}{
		{"A1", []Segment{
			lasting(60, PlannedStop), lasting(47, Breakdown), made(lasting(373, Running), time.Second, 19271, 423),
		}, 373.0 / 420, 19271.0 / 60 / 373, 18848.0 / 19271, 18848.0 / 60 / 420},
		{"A2", []Segment{
			lasting(45, PlannedStop), lasting(30, Breakdown), made(lasting(405, Running), 30*time.Second, 700, 25),
		}, 405.0 / 435, 350.0 / 405, 675.0 / 700, 337.5 / 435},
		{"A8", []Segment{
			made(lasting(200, Running), 2*time.Second, 3000, 30), lasting(90, Breakdown),
			made(lasting(130, Running), 5*time.Second, 2400, 24),
		}, .785714285, .909090909, .99, .707142857},
		{"micro-stops stay inside run", []Segment{
			lasting(10, MicroStop), lasting(10, Starved), made(lasting(80, Running), time.Minute, 45, 0),
		}, .9, .5, 1, .45},
		{"a performance over 1 is not capped", []Segment{
			made(lasting(60, Running), time.Minute, 90, 9),
		}, 1, 1.5, .9, 1.35},
	}
	for _, c := range cases {
		t.Run(c.id, func(t *testing.T) {
			got := Measure(laid(c.segments...))
			near(t, "A", got.Availability, c.a)
			near(t, "P", got.Performance, c.p)
			near(t, "Q", got.Quality, c.q)
			near(t, "OEE", got.OEE, c.e)
		})
	}
}

func TestPrintedFiguresOfA1(t *testing.T) {
	c := Measure(laid(
		lasting(60, PlannedStop), lasting(47, Breakdown), made(lasting(373, Running), time.Second, 19271, 423),
	))
	minutes(t, "PPT", c.PPT, 420)
	minutes(t, "Run", c.Run, 373)
	near(t, "A", c.Availability, .888095)
	near(t, "P", c.Performance, .861081)
	near(t, "Q", c.Quality, .978050)
	near(t, "OEE", c.OEE, .747937)
	near(t, "TEEP", c.TEEP(), .747937*420/480)
	if c.Good != plant.Pieces(18848) {
		t.Errorf("good = %s, want 18848", c.Good)
	}
	l, ok := c.Losses()
	if !ok {
		t.Fatal("the losses are unknown")
	}
	minutes(t, "availability loss", l.Availability, 47)
	minutes(t, "performance loss", l.Performance, 51.8167)
	minutes(t, "quality loss", l.Quality, 7.05)
	minutes(t, "good time", l.Good, 314.1333)
	if sum := l.Availability + l.Performance + l.Quality + l.Good; sum != c.PPT {
		t.Errorf("the losses add up to %s, want %s", sum, c.PPT)
	}
}

func TestPlantIsWeightedByTime(t *testing.T) { // A9
	one := Measure(laid(lasting(120, Breakdown), made(lasting(360, Running), 324*time.Minute/10000, 10000, 200)))
	two := Measure(laid(made(lasting(60, Running), time.Minute, 60, 0)))
	near(t, "line 1", one.OEE, .6615)
	all := Roll(one, two, Classic{})
	near(t, "plant", all.OEE, .699111)
	near(t, "A", all.Availability, 420.0/540)
	if all.Window != 540*time.Minute {
		t.Errorf("window = %s, want 9 h", all.Window)
	}
}

func TestRollOfOneIsItself(t *testing.T) {
	_, parts := laid(lasting(5, NoData), lasting(7, Changeover), made(lasting(30, Running), 2*time.Second, 700, 3))
	c := Measure(plant.Span{From: morning, To: morning.Add(time.Hour)}, parts)
	if got := Roll(c); got != c {
		t.Errorf("rolled: %+v\nwant:   %+v", got, c)
	}
}

func TestNothingIsUnknown(t *testing.T) { // A11
	unplanned := Measure(laid(lasting(480, NotScheduled)))
	unknown(t, "A of nothing planned", unplanned.Availability)
	unknown(t, "OEE of nothing planned", unplanned.OEE)
	unknown(t, "coverage of nothing planned", unplanned.Coverage)

	down := Measure(laid(lasting(480, Breakdown)))
	near(t, "A of a day down", down.Availability, 0)
	unknown(t, "P of nothing run", down.Performance)
	unknown(t, "OEE of nothing run", down.OEE)

	idle := Measure(laid(lasting(480, Running)))
	near(t, "P of running empty", idle.Performance, 0)
	unknown(t, "Q of nothing made", idle.Quality)
	unknown(t, "OEE of nothing made", idle.OEE)
	if _, ok := idle.Losses(); ok {
		t.Error("the losses of nothing made are known")
	}
	unknown(t, "TEEP of no window", Measure(plant.Span{}, nil).TEEP())
	unknown(t, "OEE of no lines", Roll().OEE)
}

func TestUnknownTimeGivesAnInterval(t *testing.T) { // A12
	c := Measure(laid(
		lasting(60, PlannedStop), lasting(47, Breakdown), lasting(20, NoData),
		made(lasting(353, Running), time.Second, 19271, 423),
	))
	near(t, "low", c.AvailabilityLow, .840476)
	near(t, "high", c.AvailabilityHigh, .888095)
	near(t, "coverage", c.Coverage, 400.0/420)
	minutes(t, "PPT", c.PPT, 400)
}

func TestPiecesWithoutARateMakePerformanceUnknown(t *testing.T) {
	s := lasting(60, Running)
	s.Good, s.Unrated = plant.Pieces(10), plant.Pieces(10)
	c := Measure(laid(s))
	unknown(t, "P", c.Performance)
	unknown(t, "OEE", c.OEE)
	near(t, "Q", c.Quality, 1)
}

func TestWindowCutsSegments(t *testing.T) {
	_, parts := laid(made(lasting(60, Running), time.Second, 600, 60), lasting(60, Breakdown))
	window := plant.Span{From: morning.Add(30 * time.Minute), To: morning.Add(150 * time.Minute)}
	c := Measure(window, parts)
	if c.Good != plant.Pieces(270) || c.Reject != plant.Pieces(30) || c.Ideal != 5*time.Minute {
		t.Errorf("good %s, reject %s, ideal %s; want 270, 30, 5m", c.Good, c.Reject, c.Ideal)
	}
	minutes(t, "running", c.Times[Running], 30)
	minutes(t, "down", c.Times[Breakdown], 60)
	minutes(t, "what no segment covers", c.Times[NoData], 30)
}

func TestReliability(t *testing.T) { // R1
	r := Reliable(10_000*time.Hour, 5, 50*time.Hour)
	if r.MTBF != 2000*time.Hour || r.MTTR != 10*time.Hour || r.AtLeast {
		t.Errorf("MTBF %s, MTTR %s, at least %v", r.MTBF, r.MTTR, r.AtLeast)
	}
	near(t, "inherent availability", r.Availability, .995025)
	r = Reliable(10_000*time.Hour, 0, 0)
	if r.MTBF != 10_000*time.Hour || !r.AtLeast {
		t.Errorf("without failures: MTBF %s, at least %v", r.MTBF, r.AtLeast)
	}
	unknown(t, "inherent availability without failures", r.Availability)
}

func TestIdealTime(t *testing.T) {
	cases := []struct {
		cycle  time.Duration
		pieces plant.Quantity
		want   time.Duration
	}{
		{0, plant.One, 0},
		{time.Second, 0, 0},
		{time.Second, plant.One, time.Second},
		{1750 * time.Second, plant.Pieces(1_000_000), 1_750_000_000 * time.Second},
		{1, plant.One / 2, 1}, // half away from zero
		{1, -plant.One / 2, -1},
		{2 * time.Second, -plant.Pieces(3), -6 * time.Second},
		{math.MaxInt64, math.MaxInt64, math.MaxInt64},
		{math.MaxInt64, math.MinInt64, -math.MaxInt64},
	}
	for _, c := range cases {
		if got := IdealTime(c.cycle, c.pieces); got != c.want {
			t.Errorf("IdealTime(%s, %s) = %s, want %s", c.cycle, c.pieces, got, c.want)
		}
	}
	if got := PiecesIn(time.Hour, 750*time.Millisecond); got != plant.Pieces(4800) {
		t.Errorf("an hour at 0.75 s is %s pieces, want 4800", got)
	}
	if got := PiecesIn(math.MaxInt64, 1); got != math.MaxInt64 {
		t.Errorf("too many pieces = %d, want the most there are", got)
	}
}

func TestCategoriesAreReadAsWritten(t *testing.T) {
	for c := NoData; c <= ReducedSpeed; c++ {
		if got, ok := ParseCategory(c.String()); !ok || got != c {
			t.Errorf("%s reads as %s", c, got)
		}
	}
	if _, ok := ParseCategory("asleep"); ok {
		t.Error("asleep is a category")
	}
	if Category(77).String() != "category77" {
		t.Errorf("an unknown category prints %q", Category(77))
	}
}

// A line is measured by the time in which it was seen: what it made meanwhile puts it neither ahead nor behind.
func TestTheTargetOfUnseenTimeIsWhatWasMade(t *testing.T) {
	at := func(m int) time.Time { return time.Date(2026, 3, 2, 6, m, 0, 0, time.UTC) }
	all := []Segment{
		{From: at(0), To: at(10), Category: Running, Good: plant.Pieces(500), Reject: plant.Pieces(20)},
		{From: at(10), To: at(20), Category: NoData, Good: plant.Pieces(400), Reject: plant.Pieces(7)},
		{From: at(20), To: at(25), Category: Breakdown},
		{From: at(25), To: at(30), Category: PlannedStop},
		{From: at(30), To: at(40), Category: NoData, Good: plant.Pieces(-3)},
	}
	got := Target(all, func(string) (time.Duration, bool) { return time.Second, true })
	if want := plant.Pieces(600 + 407 + 300); got != want {
		t.Errorf("the target is %v, want %v", got, want)
	}
}
