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
