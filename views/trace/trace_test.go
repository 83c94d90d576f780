package trace

import (
	"math"
	"strings"
	"testing"

	"millwright/views/ui"
)

func points(means ...float64) (all []Point) {
	for _, m := range means {
		all = append(all, Point{Mean: m, OK: !math.IsNaN(m), Low: 8, Middle: 10, High: 12, Known: m != 20})
	}
	return all
}

func TestLinesAndBandsAreBrokenWhereNothingIsKnown(t *testing.T) {
	d := Signal{Points: points(10, 11, math.NaN(), 20, 9)}.drawing()
	if n := strings.Count(d.line, "M"); n != 2 || strings.Count(d.line, "L") != 2 {
		t.Errorf("the line is %s", d.line)
	}
	if strings.Count(d.band, "Z") != 2 || strings.Count(d.middle, "M") != 2 {
		t.Errorf("the band is %s, its middle %s", d.band, d.middle)
	}
	if len(d.levels) < 3 || d.levels[0].label != "5" || d.levels[0].at != "100%" {
		t.Errorf("%+v", d.levels)
	}
}

func TestWhatIsDrawnIsFinite(t *testing.T) {
	for _, values := range [][]float64{{}, {math.NaN()}, {7}, {7, 7, 7}, {0, 0}, {-1e12, 1e12}, {1e-9, 2e-9}} {
		var all []Point
		for _, v := range values {
			all = append(all, Point{Mean: v, OK: !math.IsNaN(v)})
		}
		d := Signal{Name: "Speed", Note: "well", Points: all, Times: []Mark{{0, "06:00"}}}.drawing()
		var b strings.Builder
		if err := Draw(Signals{All: []Signal{d.Signal}, Ways: []ui.Way{}}).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if page := b.String(); strings.Contains(page, "NaN") || strings.Contains(page, "Inf") || !strings.Contains(page, `aria-label="Speed: well"`) {
			t.Errorf("%v: %s", values, page)
		}
	}
}
