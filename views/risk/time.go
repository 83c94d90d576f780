package risk

import (
	"strconv"
	"strings"
	"time"

	"millwright/views/layout"
	"millwright/views/trend"
	"millwright/views/ui"
)

// TimePage is a work order on one axis of time. Component: ShowTime(p TimePage).
type TimePage struct {
	Frame   layout.Frame
	Title   string
	Lead    string
	Order   ui.Link
	Figures []ui.Figure
	Ticks   []Tick // of the axis that all tracks share
	Tracks  []Track
	Tables  []TimeTable
	Faults  []ui.Fault
	Picker  []trend.Group // the tags that can be drawn; none where the line is not known
	Most    string        // how many of them, in words
	Empty   *ui.Empty     // shown where nothing has begun
}

// Track is one row on the axis: a strip, or a curve.
type Track struct {
	Name  string
	Note  string // muted, under it; may be ""
	Strip *ui.Strip
	Curve *Curve
}

// Curve is a value over the axis.
type Curve struct {
	Words    string // what it says, for who cannot see it
	From, To time.Time
	Dots     []Dot // in time order
	Steps    bool  // a value holds until the next one
	Area     bool
	Band     bool // its dots say how low and how high it was around them
}

// Dot is one value, as a share of the highest. Where OK is false the curve has a gap.
type Dot struct {
	At        time.Time
	Share     float64
	Low, High float64 // of a Band
	OK        bool
}

// Tick is a time on the axis, as a share of it.
type Tick struct {
	Words string
	Share float64
}

// at is where the tick stands.
func (t Tick) at() string { return strconv.FormatFloat(t.Share*100, 'f', 2, 64) + "%" }

// anchor keeps words within the axis.
func (t Tick) anchor() string {
	switch {
	case t.Share < 0.04:
		return "start"
	case t.Share > 0.96:
		return "end"
	}
	return "middle"
}

// TimeTable is rows behind a track.
type TimeTable struct {
	ID, Title, Empty string
	Columns          []TimeColumn
	Rows             [][]TimeCell
}

// TimeColumn is the head of a column.
type TimeColumn struct {
	Name string
	Num  bool
}

// TimeCell is what stands in a row.
type TimeCell struct{ Text, Href string }

const curveWide, curveHigh = 10_000, 1_000

// path draws the curve in a box of curveWide by curveHigh.
func (c Curve) path() string {
	var b strings.Builder
	whole, open, last := c.To.Sub(c.From), false, 0
	put := func(letter byte, x, y int) {
		b.WriteByte(letter)
		b.WriteString(strconv.Itoa(x) + " " + strconv.Itoa(y))
	}
	for _, d := range c.Dots {
		if !d.OK || whole <= 0 {
			open = false
			continue
		}
		x := int(float64(d.At.Sub(c.From)) / float64(whole) * curveWide)
		x = min(max(x, 0), curveWide)
		y := high(d.Share)
		switch {
		case !open:
			put('M', x, y)
		case c.Steps:
			put('L', x, last)
			put('L', x, y)
		default:
			put('L', x, y)
		}
		open, last = true, y
	}
	return b.String()
}

// band fills what is between the lowest and the highest values, one stretch without a gap after the other.
func (c Curve) band() string {
	var b strings.Builder
	whole := c.To.Sub(c.From)
	if !c.Band || whole <= 0 {
		return ""
	}
	put := func(letter string, d Dot, share float64) {
		x := min(max(int(float64(d.At.Sub(c.From))/float64(whole)*curveWide), 0), curveWide)
		b.WriteString(letter + strconv.Itoa(x) + " " + strconv.Itoa(high(share)))
	}
	for from := 0; from < len(c.Dots); {
		to := from
		for to < len(c.Dots) && c.Dots[to].OK {
			to++
		}
		for i, letter := from, "M"; i < to; i, letter = i+1, "L" {
			put(letter, c.Dots[i], c.Dots[i].High)
		}
		for i := to - 1; i >= from; i-- {
			put("L", c.Dots[i], c.Dots[i].Low)
		}
		if to > from {
			b.WriteByte('Z')
		}
		from = max(to, from+1)
	}
	return b.String()
}

// high is where a share of the highest stands in the box.
func high(share float64) int {
	return curveHigh - int(min(max(share, 0), 1)*curveHigh*0.94) - curveHigh*3/100
}

// ground fills what is under the curve.
func (c Curve) ground() string {
	line := c.path()
	if line == "" || strings.Count(line, "M") > 1 {
		return ""
	}
	first, end := strings.IndexByte(line, ' '), strings.LastIndexByte(line, 'L')
	if end < 0 {
		return ""
	}
	x, _, _ := strings.Cut(line[end+1:], " ")
	return line + "L" + x + " " + strconv.Itoa(curveHigh) + "L" + line[1:first] + " " + strconv.Itoa(curveHigh) + "Z"
}

func box() string { return "0 0 " + strconv.Itoa(curveWide) + " " + strconv.Itoa(curveHigh) }

func numeric(c TimeColumn) string {
	if c.Num {
		return "num"
	}
	return ""
}

func numericAt(t TimeTable, i int) string {
	if i < len(t.Columns) {
		return numeric(t.Columns[i])
	}
	return ""
}
