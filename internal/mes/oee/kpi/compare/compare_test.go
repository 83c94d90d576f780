package compare_test

import (
	"testing"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/kpi/compare"
)

func TestRangesAreComparedPlaceByPlace(t *testing.T) {
	group := func(period, side string) kpi.Group {
		return kpi.Group{Name: kpi.Name{Period: period, Sides: [4]string{side}}}
	}
	got := compare.Groups(
		[]kpi.Group{group("2026-03-09", "a"), group("2026-03-09", "b"), group("2026-03-10", "a")},
		[]kpi.Group{group("2026-03-02", "a"), group("2026-03-02", "c"), group("2026-03-03", "a")},
	)
	var text string
	for _, c := range got {
		now, then := "–", "–"
		if c.Now != nil {
			now = c.Now.Period + c.Now.Sides[0]
		}
		if c.Then != nil {
			then = c.Then.Period + c.Then.Sides[0]
		}
		text += now + "/" + then + " "
	}
	if want := "2026-03-09a/2026-03-02a 2026-03-09b/– 2026-03-10a/2026-03-03a –/2026-03-02c "; text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}
