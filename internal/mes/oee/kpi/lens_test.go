package kpi

import (
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

func shift() (plant.Span, []oee.Segment) {
	return laid(
		piece{30, oee.PlannedStop, 0, 0, 0}, piece{20, oee.NoOrder, 0, 0, 0}, piece{30, oee.Changeover, 0, 0, 0}, piece{40, oee.Breakdown, 0, 0, 0},
		piece{10, oee.Starved, 0, 0, 0}, piece{10, oee.MicroStop, 0, 0, 0}, piece{300, oee.Running, time.Minute, 270, 27}, piece{40, oee.NotScheduled, 0, 0, 0},
	)
}

func TestTheLensShowsOneShiftUnderEveryDefinition(t *testing.T) {
	window, all := shift()
	seen, pairs := Lens(window, all)
	good := 243.0
	want := map[string][3]float64{ // availability, performance, OEE
		"classic":            {310.0 / 410, 270.0 / 310, good / 410},
		"iso-22400":          {310.0 / 410, 270.0 / 310, good / 410},
		"nee":                {340.0 / 410, 270.0 / 310, 340.0 / 410 * 270 / 310 * .9},
		"ooe":                {310.0 / 440, 270.0 / 310, good / 440},
		"teep":               {310.0 / 480, 270.0 / 310, good / 480},
		"micro-stops":        {300.0 / 410, 270.0 / 300, good / 410},
		"changeover-planned": {310.0 / 380, 270.0 / 310, good / 380},
		"no-order-planned":   {310.0 / 390, 270.0 / 310, good / 390},
		"own-losses":         {310.0 / 400, 270.0 / 310, good / 400},
	}
	for _, s := range seen {
		w, ok := want[s.ID]
		if !ok {
			t.Errorf("%s is not looked at", s.ID)
			continue
		}
		near(t, s.ID+": A", s.Availability, w[0])
		near(t, s.ID+": P", s.Performance, w[1])
		near(t, s.ID+": Q", s.Quality, .9)
		near(t, s.ID+": OEE", s.OEE, w[2])
		if s.OEELow.OK {
			t.Errorf("%s is an interval with nothing unknown", s.ID)
		}
		if sum := s.Measured + s.NotMeasured + s.Unknown; sum != window.Duration() {
			t.Errorf("%s sees %s of %s", s.ID, sum, window.Duration())
		}
	}
	if n := len(want); len(pairs) != n*(n-1)/2 {
		t.Errorf("%d pairs of %d definitions", len(pairs), n)
	}
}

func TestWhatMovesExplainsTheDifference(t *testing.T) {
	window, all := shift()
	_, pairs := Lens(window, all)
	cases := map[[2]string]time.Duration{
		{"classic", "iso-22400"}: 0, {"classic", "teep"}: 70 * time.Minute, {"classic", "ooe"}: 30 * time.Minute,
		{"ooe", "teep"}: 40 * time.Minute, {"classic", "micro-stops"}: 10 * time.Minute, {"micro-stops", "no-order-planned"}: 30 * time.Minute,
	}
	for _, p := range pairs {
		want, ok := cases[[2]string{p.From, p.To}]
		spans := time.Duration(0)
		for _, m := range p.Moves {
			for _, s := range m.Spans {
				spans += s.Duration()
			}
		}
		if spans != p.Sum || ok && p.Sum != want {
			t.Errorf("from %s to %s %s move, in spans of %s; want %s", p.From, p.To, p.Sum, spans, want)
		}
	}
	d := Definitions()
	half := plant.Span{From: window.From, To: window.From.Add(15 * time.Minute)}
	if m := Moves(d[0], d[4], half, all); len(m) != 1 || m[0].From != Outside || m[0].To != Lost || m[0].Sum != 15*time.Minute || m[0].Spans[0] != half {
		t.Errorf("of a quarter of an hour %+v", m)
	}
}

func TestUnknownTimeMovesNowhere(t *testing.T) {
	window, all := laid(piece{60, oee.NoData, 0, 0, 0}, piece{60, oee.Running, time.Minute, 60, 0})
	seen, pairs := Lens(window, all)
	for _, s := range seen {
		near(t, s.ID+" low", s.OEELow, .5)
		near(t, s.ID+" high", s.OEEHigh, 1)
	}
	for _, p := range pairs {
		if p.Sum != 0 {
			t.Errorf("%s move from %s to %s", p.Sum, p.From, p.To)
		}
	}
}

func TestAFormulaOpensToTheSegmentsThatMakeIt(t *testing.T) {
	window, all := shift()
	sums := Of(window, all)
	for _, v := range Values(&sums, About{}) {
		for _, term := range v.Terms {
			sum := time.Duration(0)
			for _, s := range term.Made(all) {
				sum += s.To.Sub(s.From)
			}
			if ofTime := term.Measure == Time && len(term.Parts) > 0 && !term.Parts[0].Any; ofTime && sum != time.Duration(term.Whole) {
				t.Errorf("%s: %s is %s, its segments are %s", v.ID, term.Name, time.Duration(term.Whole), sum)
			}
			parts := int64(0)
			for _, p := range term.Parts {
				parts += p.Whole
			}
			if len(term.Parts) > 0 && parts != term.Whole {
				t.Errorf("%s: the parts of %s add up to %d, not %d", v.ID, term.Name, parts, term.Whole)
			}
		}
		if v.Formula == "" || v.Name == "" {
			t.Errorf("%s has no name or formula", v.ID)
		}
	}
}

func TestConfidence(t *testing.T) {
	sums := func(pieces ...piece) Sums { return Of(laid(pieces...)) }
	cases := map[string]struct {
		s      Sums
		skewed uint64
		want   Grade
	}{
		"all known":               {sums(piece{480, oee.Running, time.Minute, 1, 0}), 0, High},
		"a clock that is off":     {sums(piece{480, oee.Running, time.Minute, 1, 0}), 1, Fair},
		"some of it unknown":      {sums(piece{470, oee.Running, 0, 0, 0}, piece{10, oee.NoData, 0, 0, 0}), 0, Fair},
		"much of it unknown":      {sums(piece{400, oee.Running, 0, 0, 0}, piece{80, oee.NoData, 0, 0, 0}), 5, Low},
		"an hour without reason":  {sums(piece{420, oee.Running, 0, 0, 0}, piece{60, oee.Breakdown, 0, 0, 0}), 0, Low},
		"minutes without reason":  {sums(piece{460, oee.Running, 0, 0, 0}, piece{20, oee.Breakdown, 0, 0, 0}), 0, Fair},
		"laid out by people":      {Sums{Times: oee.Times{oee.Running: time.Hour}, Edited: 50 * time.Minute}, 0, Low},
		"nothing planned":         {sums(piece{480, oee.NotScheduled, 0, 0, 0}), 0, Low},
		"pieces without a cycle":  {Sums{Times: oee.Times{oee.Running: time.Hour}, Unrated: plant.One}, 0, Fair},
		"a little edited is fine": {Sums{Times: oee.Times{oee.Running: time.Hour}, Edited: time.Minute}, 0, High},
	}
	for name, c := range cases {
		got := Trust(&c.s, oee.Skew{Readings: c.skewed, Off: 185 * time.Second})
		if got.Grade != c.want || (got.Grade == High) != (len(got.Why) == 0) {
			t.Errorf("%s: %s, %q; want %s", name, got.Grade, got.Why, c.want)
		}
	}
	one := cases["a clock that is off"]
	skew := oee.Skew{Readings: 1, Off: 185 * time.Second, Last: morning}
	if got, want := Trust(&one.s, skew.Since(morning)).Why, "1 reading was stamped out of reason, up to 3m5s off: check the machines' clocks."; len(got) != 1 || got[0] != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if got := Trust(&one.s, skew.Since(morning.Add(time.Second))); got.Grade != High {
		t.Errorf("clocks that were off before make it %s", got.Grade)
	}
}
