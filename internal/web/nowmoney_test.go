package web_test

import (
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/money"
	"millwright/internal/plant"
)

func TestNowTellsWhatTheShiftsLostInMoney(t *testing.T) {
	w := newWorld(t, worth)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	var lost money.Losses
	for _, s := range w.lines.snaps {
		sums := kpi.Of(s.Window, s.Segments)
		lost.Add(money.Of(&sums, money.Rate{Worth: 1200 * plant.Currency, Per: time.Hour, OK: true}))
	}
	page := plain(b.get("/").body)
	if got := between(between(page, "Money lost", "</dd>"), `<span class="figure-value">`, "<"); got != lost.Total().String() {
		t.Errorf("Now says %q, want %s", got, lost.Total())
	}
	other := newWorld(t)
	other.user("Vera", plant.Viewer)
	if page := other.signedIn("Vera").get("/").body; between(page, "Money lost", "</dd>") != "" {
		t.Error("money is told that nobody set")
	}
}

func TestAKeyFigureSaysBetweenWhatItIsAndLeadsToItsTime(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	says(t, b.get("/line/filling-1"), `href="/losses?line=filling-1&amp;range=shift"`)
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		s.Segments[1].Category, s.Segments[1].State = oee.NoData, 0
		s.Classic = oee.Measure(s.Window, s.Segments)
		s.Shift.To = s.Window.To
	})
	says(t, b.get("/line/filling-1"), "Some of the time is not known: it is between 80.0 and 91.4 %.", "range=custom")
}
