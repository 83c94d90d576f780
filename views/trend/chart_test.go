package trend

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/views/figure"
)

var noon = time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC)

func line(values ...float64) []Point {
	all := make([]Point, 0, len(values))
	for i, v := range values {
		all = append(all, Point{Start: noon.Add(time.Duration(i) * time.Minute), Min: v, Max: v, Mean: v, OK: !math.IsNaN(v)})
	}
	return all
}

func TestPensOfOneUnitShareAPane(t *testing.T) {
	c := Chart{From: noon, To: noon.Add(time.Hour), Pens: []Pen{{Tag: "a", Unit: "°C"}, {Tag: "b", Unit: "bar"}, {Tag: "c", Unit: "°C"}}}
	panes := c.panes()
	if len(panes) != 2 || len(panes[0].pens) != 2 || panes[1].unit != "bar" {
		t.Fatalf("%d panes: %+v", len(panes), panes)
	}
	if panes[0].pens[0].dash == panes[0].pens[1].dash {
		t.Error("two lines of a pane differ by nothing but colour")
	}
	if panes[0].pens[0].class == panes[1].pens[0].class {
		t.Error("two pens have one colour")
	}
}

func TestWhatIsUnknownBreaksTheLineAndIsHatched(t *testing.T) {
	nan := math.NaN()
	c := Chart{From: noon, To: noon.Add(6 * time.Minute), Pens: []Pen{{Tag: "a", Points: line(1, 2, nan, nan, 3, 4)}}}
	p := c.panes()[0]
	if n := strings.Count(p.pens[0].line, "M"); n != 2 {
		t.Errorf("the line has %d parts: %s", n, p.pens[0].line)
	}
	want := stretch{"33.333%", "33.333%"}
	if len(p.gaps) != 1 || p.gaps[0].x != want.x || !strings.HasPrefix(p.gaps[0].w, "33.33") {
		t.Errorf("gaps %+v, want %+v", p.gaps, want)
	}
	c.Pens[0].Points = line(nan, nan, nan)
	if p = c.panes()[0]; p.pens[0].line != "" || len(p.gaps) != 1 || p.gaps[0].w != "100%" {
		t.Errorf("nothing known is drawn as %+v", p)
	}
}

func TestLevelsHoldTheValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e9, 1e9), 1, 20).Draw(t, "values")
		c := Chart{From: noon, To: noon.Add(time.Hour), Pens: []Pen{{Tag: "a", Points: line(values...)}}}
		p := c.panes()[0]
		if len(p.levels) < 2 || len(p.levels) > 12 {
			t.Fatalf("%d levels for %v", len(p.levels), values)
		}
		for _, bad := range []string{"NaN", "Inf"} {
			if strings.Contains(p.pens[0].line+p.pens[0].area, bad) {
				t.Fatalf("%v is drawn as %s", values, p.pens[0].line)
			}
		}
		for _, part := range strings.FieldsFunc(p.pens[0].line, func(r rune) bool { return r == 'M' || r == 'L' }) {
			_, y, _ := strings.Cut(part, " ")
			y, _, _ = strings.Cut(y, "h")
			if y == "" || y[0] == '-' || len(y) > 5 || y > "10000" && len(y) == 5 {
				t.Fatalf("%v leaves its pane at %s", values, y)
			}
		}
	})
}

func TestTheTimeAxisFollowsTheSitesClock(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		span time.Duration
		want string
	}{
		{time.Minute, "12:00:15"},
		{time.Hour, "12:15"},
		{8 * time.Hour, "13:00"},
		{24 * time.Hour, "15:00"},
		{7 * 24 * time.Hour, "28 Mar"},
	}
	for _, c := range cases {
		from := time.Date(2026, 3, 27, 12, 0, 0, 0, berlin)
		marks := Chart{From: from, To: from.Add(c.span), Locale: figure.For("en", berlin)}.timeMarks()
		if len(marks) == 0 || len(marks) > 9 || marks[0].label != c.want {
			t.Errorf("%v: %+v, first should be %s", c.span, marks, c.want)
		}
	}
	if marks := (Chart{From: noon, To: noon}).timeMarks(); marks != nil {
		t.Errorf("no time has marks: %+v", marks)
	}
}

func TestAChartSaysInWordsWhatItShows(t *testing.T) {
	c := Chart{ID: "c", From: noon, To: noon.Add(time.Hour), Pens: []Pen{{Tag: "<a>", Label: "<b>Press</b>", Unit: "°C", Last: "81.4", Points: line(81, 82)}}}
	var b strings.Builder
	if err := Draw(c).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	if html := b.String(); !strings.Contains(html, "&lt;b&gt;Press&lt;/b&gt;, last 81.4 °C") || strings.Contains(html, "<b>") {
		t.Errorf("drawn as %s", html)
	}
}
