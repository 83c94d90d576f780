// Package trace draws signals over the time in which a lot was made.
package trace

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"millwright/views/figure"
	"millwright/views/ui"
)

// Signals are the tags of a machine over the time of a lot. Component: Draw(s Signals).
type Signals struct {
	Title string
	Lead  string
	Ways  []ui.Way // other lines and machines where it was made
	Empty string   // what is said where nothing is drawn
	All   []Signal
}

// Signal is one tag, over what good lots before had at the same time of their life.
type Signal struct {
	Name, Unit string
	Href       string // where it can be looked at closer
	Note       string // "2 of 118 parts lie outside"
	Mood       ui.Mood
	Points     []Point
	Times      []Mark
	Locale     figure.Locale
}

// Point is one part of the lot's time: the tag's mean, and the band of the lots before.
type Point struct {
	Mean              float64
	OK                bool
	Low, Middle, High float64
	Known             bool // the band is
}

// Mark is a time under the axis.
type Mark struct {
	Part  int // of the points
	Label string
}

// The coordinate system of the lines; percentages are of it.
const (
	wide = 100_000
	high = 10_000
)

type level struct{ at, label string }

// drawing is a signal as SVG.
type drawing struct {
	Signal
	line, band, middle string
	levels, times      []level
}

func (s Signal) drawing() drawing {
	lo, hi := s.limits()
	step := nice((hi - lo) / 3)
	lo, hi = math.Floor(lo/step)*step, math.Ceil(hi/step)*step
	d := drawing{Signal: s}
	y := func(v float64) int { return high - int(math.Round((v-lo)/(hi-lo)*high)) }
	for v := lo; v <= hi+step/2; v += step {
		d.levels = append(d.levels, level{percent(y(v), high), s.Locale.Reading(math.Round(v/step*1e6) / 1e6 * step)})
	}
	for _, m := range s.Times {
		d.times = append(d.times, level{percent(s.x(m.Part), wide), m.Label})
	}
	d.line = s.path(func(p Point) (float64, bool) { return p.Mean, p.OK }, y)
	d.middle = s.path(func(p Point) (float64, bool) { return p.Middle, p.Known }, y)
	d.band = s.area(y)
	return d
}

func (s Signal) x(i int) int { return i * wide / max(len(s.Points)-1, 1) }

// limits are the least and greatest value that is drawn, with some room.
func (s Signal) limits() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, p := range s.Points {
		if p.OK {
			lo, hi = math.Min(lo, p.Mean), math.Max(hi, p.Mean)
		}
		if p.Known {
			lo, hi = math.Min(lo, p.Low), math.Max(hi, p.High)
		}
	}
	if lo > hi || math.IsInf(lo+hi, 0) || math.IsNaN(lo+hi) {
		return 0, 1
	}
	if hi-lo < math.Max(math.Abs(hi), 1e-9)*1e-3 { // a flat line stands in the middle
		pad := math.Abs(hi) * .05
		if pad < 1e-6 {
			pad = 1
		}
		return lo - pad, hi + pad
	}
	return lo, hi
}

// nice is 1, 2 or 5 times a power of ten, not less than a step.
func nice(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, f := range []float64{1, 2, 5} {
		if step <= f*power {
			return f * power
		}
	}
	return 10 * power
}

// path is a line, broken where nothing is known.
func (s Signal) path(of func(Point) (float64, bool), y func(float64) int) string {
	var b strings.Builder
	pen := false
	for i, p := range s.Points {
		v, ok := of(p)
		switch {
		case !ok:
			pen = false
			continue
		case pen:
			fmt.Fprintf(&b, "L%d %d", s.x(i), y(v))
		default:
			fmt.Fprintf(&b, "M%d %dh60", s.x(i), y(v)) // one point alone is a dot
		}
		pen = true
	}
	return b.String()
}

// area is the band, in as many pieces as it is known in.
func (s Signal) area(y func(float64) int) string {
	var b strings.Builder
	for i := 0; i < len(s.Points); i++ {
		if !s.Points[i].Known {
			continue
		}
		from := i
		for i < len(s.Points) && s.Points[i].Known {
			sign := "L"
			if i == from {
				sign = "M"
			}
			fmt.Fprintf(&b, "%s%d %d", sign, s.x(i), y(s.Points[i].High))
			i++
		}
		for j := i - 1; j >= from; j-- {
			fmt.Fprintf(&b, "L%d %d", s.x(j), y(s.Points[j].Low))
		}
		b.WriteString("Z")
	}
	return b.String()
}

func percent(n, whole int) string {
	return strconv.FormatFloat(math.Round(float64(n)/float64(whole)*1e5)/1e3, 'f', -1, 64) + "%"
}

// summary says in words what is drawn.
func (d drawing) summary() string {
	return strings.TrimSpace(d.Name + ": " + d.Note)
}
