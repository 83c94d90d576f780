package web

import (
	"testing"

	"millwright/internal/plant"
	"millwright/views/figure"
	"millwright/views/ui"
)

func TestADeltaIsWellOrBadFromOnePieceOn(t *testing.T) {
	one := plant.Pieces(1)
	for _, row := range []struct {
		good, target plant.Quantity
		text         string
		mood         ui.Mood
	}{
		{0, one / 2, "±0", ui.Plain}, // half a piece behind was an alarm
		{one, one / 2, "±0", ui.Plain},
		{2 * one, one, "+1", ui.Well},
		{99 * one, 100 * one, "−1", ui.Plain},
		{95 * one, 100 * one, "−5", ui.Warning},
		{80 * one, 100 * one, "−20", ui.Alarm},
		{one, 0, figure.Unknown, ui.Plain},
	} {
		if text, mood := delta(figure.Locale{}, row.good, row.target); text != row.text || mood != row.mood {
			t.Errorf("%s of %s: %s, mood %v; want %s, %v", row.good, row.target, text, mood, row.text, row.mood)
		}
	}
}
