package lens

import (
	"math"
	"testing"
	"time"

	"millwright/internal/mes/oee"
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

func near(t *testing.T, what string, got oee.Ratio, want float64) {
	t.Helper()
	if !got.OK || math.Abs(got.Value-want) > 1e-6 {
		t.Errorf("%s = %v, want %.6f", what, got, want)
	}
}

func shift() (plant.Span, []oee.Segment) {
	return laid(
		piece{30, oee.PlannedStop, 0, 0, 0}, piece{20, oee.NoOrder, 0, 0, 0}, piece{30, oee.Changeover, 0, 0, 0}, piece{40, oee.Breakdown, 0, 0, 0},
		piece{10, oee.Starved, 0, 0, 0}, piece{10, oee.MicroStop, 0, 0, 0}, piece{300, oee.Running, time.Minute, 270, 27}, piece{40, oee.NotScheduled, 0, 0, 0},
	)
}

func TestTheLensShowsOneShiftUnderEveryDefinition(t *testing.T) {
	window, all := shift()
	seen, pairs := Look(window, all)
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
	_, pairs := Look(window, all)
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
	seen, pairs := Look(window, all)
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
