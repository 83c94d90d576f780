package web

import (
	"testing"

	"millwright/internal/plant"
	"millwright/views/figure"
)

func TestWhatIsThereAndNeededIsWrittenAtAGlance(t *testing.T) {
	for _, c := range []struct {
		q           plant.Quantity
		unit        string
		there, need string
	}{
		{333_333, "H87", "0", "1"},
		{plant.Pieces(3149), "", "3149", "3149"},
		{9109_293_734, "LTR", "9109.2 l", "9109.3 l"},
		{530_000_000, "LTR", "530 l", "530 l"},
		{1_234_567, "KGM", "1.234 kg", "1.235 kg"},
		{-1_234_567, "KGM", "−1.235 kg", "−1.234 kg"},
		{0, "KGM", "0 kg", "0 kg"},
	} {
		there, need := roughly(figure.Locale{}, c.q, c.unit, false), roughly(figure.Locale{}, c.q, c.unit, true)
		if there != c.there || need != c.need {
			t.Errorf("%d %s: %q and %q, want %q and %q", c.q, c.unit, there, need, c.there, c.need)
		}
	}
}
