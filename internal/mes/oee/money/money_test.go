package money

import (
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

func amount(t *testing.T, s string) plant.Money {
	t.Helper()
	m, err := plant.ParseMoney(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEachLossIsTakenFromWhatTheOnesBeforeLeft(t *testing.T) { // M1
	const second = int64(time.Second)
	of := func(share int64) time.Duration { return time.Duration(share * 100 * second / 1_000_000 * 1000) } // of 100,000 s, in millionths
	s := kpi.Sums{Ideal: of(893_000), GoodIdeal: of(866_210), Good: 86621 * plant.One, Reject: 2679 * plant.One}
	s.Times[oee.Breakdown], s.Times[oee.Running] = of(60_000), of(940_000)
	perfect := s.Times[oee.Breakdown] + s.Times[oee.Running]
	l := Of(&s, Rate{Worth: amount(t, "100000"), Per: perfect, OK: true})
	want := Losses{Perfect: amount(t, "100000"), Speed: amount(t, "4700"), Quality: amount(t, "2679"), Good: amount(t, "86621")}
	want.Stops[oee.Breakdown] = amount(t, "6000")
	if l != want {
		t.Errorf("got  %+v\nwant %+v", l, want)
	}
	if l.Total() != amount(t, "13379") {
		t.Errorf("%s are lost, want 13379", l.Total())
	}
}

func TestAStopCostsWhatTheOrderWouldHaveMade(t *testing.T) { // M2
	s := Stop{Lasts: 12 * time.Minute, Cycle: time.Hour / 120, Quality: plant.One * 98 / 100, Margin: amount(t, "4.50")}
	if got := s.Cost(); got != amount(t, "105.84") {
		t.Errorf("the stop cost %s, want 105.84", got)
	}
	s.Left, s.Bounded = plant.Pieces(10), true
	if got := s.Cost(); got != amount(t, "44.1") {
		t.Errorf("with 10 pieces left it cost %s, want 44.10", got)
	}
	l := plant.Line{Rates: []plant.Rate{{IdealCycle: time.Hour / 120}}, Worth: plant.Worth{Margins: map[string]plant.Money{"COLA": amount(t, "4.50")}}}
	asked := Stop{Lasts: s.Lasts, Quality: Expected(plant.Pieces(4900), plant.Pieces(100)), Left: s.Left, Bounded: true}
	if got := RateOf(l, "COLA").Stopped(asked); got != amount(t, "44.1") {
		t.Errorf("by the line's rate it cost %s, want 44.10", got)
	}
	if asked.Bounded = false; RateOf(l, "COLA").Stopped(asked) != amount(t, "105.84") {
		t.Errorf("by the line's rate it cost %s, want 105.84", RateOf(l, "COLA").Stopped(asked))
	}
	if l.Worth = (plant.Worth{Hour: amount(t, "600")}); RateOf(l, "COLA").Stopped(asked) != amount(t, "120") {
		t.Error("an hour's worth is no margin of pieces")
	}
	if Expected(0, 0) != plant.One {
		t.Error("of what was never made all is expected to be good")
	}
	if s.Left = -plant.One; s.Cost() != 0 {
		t.Errorf("with the order over it cost %s, want nothing", s.Cost())
	}
}

func TestTheMarginOfTheProductGoesBeforeTheHour(t *testing.T) {
	l := plant.Line{
		Rates: []plant.Rate{{Product: "COLA", IdealCycle: 2 * time.Second}, {Product: "WATER", IdealCycle: time.Second}},
		Worth: plant.Worth{Hour: amount(t, "900"), Margins: map[string]plant.Money{"COLA": amount(t, "0.25"), "TEA": amount(t, "9")}},
	}
	for product, want := range map[string]string{"COLA": "450", "WATER": "900", "TEA": "900"} { // nobody says how fast tea is made
		if got := RateOf(l, product).Time(time.Hour); got != amount(t, want) {
			t.Errorf("an hour of %s is worth %s, want %s", product, got, want)
		}
	}
	if r := RateOf(plant.Line{}, "COLA"); r.OK || r.Time(time.Hour) != 0 {
		t.Errorf("an hour of which nobody says what it is worth has %+v", r)
	}
}

func TestWhatNobodyValuesIsNotFree(t *testing.T) {
	s := kpi.Sums{Unrated: plant.One}
	s.Times[oee.Breakdown] = time.Hour
	for _, r := range []Rate{{}, {Worth: plant.Currency, Per: time.Hour, OK: true}} {
		if l := Of(&s, r); l.Unknown != time.Hour || l.Perfect != 0 {
			t.Errorf("with %+v: %+v, want an hour of which the worth is not known", r, l)
		}
	}
}

func TestTheLossesAndTheGoodAreTheWhole(t *testing.T) {
	for _, unseen := range []time.Duration{0, 1234567, 7777777} {
		whole(t, kpi.Sums{Ideal: 7777777, GoodIdeal: 6666666, Unseen: unseen, Good: 6, Reject: 1})
	}
	seen := Of(&kpi.Sums{Times: oee.Times{oee.Running: 100}, Ideal: 80, GoodIdeal: 60}, Rate{Worth: 1, Per: 1, OK: true})
	more := Of(&kpi.Sums{Times: oee.Times{oee.Running: 100}, Ideal: 160, GoodIdeal: 120, Unseen: 80}, Rate{Worth: 1, Per: 1, OK: true})
	if seen != more {
		t.Errorf("pieces of unseen time make %+v of %+v", more, seen)
	}
}

func whole(t *testing.T, s kpi.Sums) {
	t.Helper()
	for c := range s.Times {
		s.Times[c] = time.Duration(1234567 * (c + 1))
	}
	l := Of(&s, Rate{Worth: 333, Per: 1_000_003, OK: true})
	sum := l.Speed + l.Quality + l.Good
	for _, m := range l.Stops {
		sum += m
	}
	if sum != l.Perfect {
		t.Errorf("%s are told of %s", sum, l.Perfect)
	}
}
