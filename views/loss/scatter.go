package loss

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"millwright/views/figure"
	"millwright/views/ui"
)

// Scatter is how often things happen against how long they take, both by powers of ten: those to the right come often,
// those on top take long, and on a line from top left to bottom right all cost the same.
type Scatter struct {
	Points []Point
	Locale figure.Locale
}

// Point is one of them.
type Point struct {
	Name, Href string
	Tone       ui.Tone
	Count      int64
	Lasts      time.Duration // all of them together
	Named      bool          // its name stands beside it
}

// mean is how long one takes.
func (p Point) mean() time.Duration { return p.Lasts / time.Duration(max(p.Count, 1)) }

// dot is a point as it is drawn.
type dot struct {
	Point
	right, up               float64
	x, y, dx, anchor, title string
}

type tick struct{ at, label string }

// axis is a range of powers of ten.
type axis struct{ from, to float64 } // exponents

func axisOf(lo, hi float64) axis {
	a := axis{math.Floor(math.Log10(lo)), math.Ceil(math.Log10(hi))}
	if a.to <= a.from {
		a.to = a.from + 1
	}
	return a
}

// share is where a number lies on the axis, 0 to 1.
func (a axis) share(n float64) float64 {
	return min(max((math.Log10(n)-a.from)/(a.to-a.from), 0), 1)
}

// axes are those of counts, and of lengths in minutes.
func (s Scatter) axes() (x, y axis) {
	fewest, most, shortest, longest := math.Inf(1), 1.0, math.Inf(1), 0.0
	for _, p := range s.drawn() {
		n, m := float64(p.Count), p.mean().Minutes()
		fewest, most = min(fewest, n), max(most, n)
		shortest, longest = min(shortest, m), max(longest, m)
	}
	if longest == 0 {
		return axis{0, 1}, axis{0, 1}
	}
	return axisOf(fewest, most), axisOf(shortest, longest)
}

// drawn are the points that happened.
func (s Scatter) drawn() (all []Point) {
	for _, p := range s.Points {
		if p.Count > 0 && p.mean() > 0 {
			all = append(all, p)
		}
	}
	return all
}

func (s Scatter) dots() (all []dot) {
	x, y := s.axes()
	for _, p := range s.drawn() {
		d := dot{Point: p, right: x.share(float64(p.Count)), up: y.share(p.mean().Minutes())}
		d.x, d.y = place(d.right), place(1-d.up)
		d.title = fmt.Sprintf("%s: %s times, %s each, %s in all", p.Name, s.Locale.Whole(p.Count), figure.Span(p.mean()), figure.Span(p.Lasts))
		all = append(all, d)
	}
	for i := range all {
		d := &all[i]
		d.aside(d.right > 0.5)
		if !d.Named || !d.covers(all, i) {
			continue
		}
		if d.aside(d.right <= 0.5); d.covers(all, i) {
			d.Named = false
		}
	}
	return all
}

// aside puts the name to the left or the right of the point.
func (d *dot) aside(left bool) {
	d.dx, d.anchor = "10", "start"
	if left {
		d.dx, d.anchor = "-10", "end"
	}
}

// reach is where the point and its name lie from left to right, by a generous width of its letters.
func (d *dot) reach() (from, to float64) {
	const gap, letter = 0.01, 0.02
	wide := gap + letter*float64(utf8.RuneCountInString(d.Name))
	if d.anchor == "end" {
		return d.right - wide, d.right
	}
	return d.right, d.right + wide
}

// covers tells whether the name of the i-th point leaves the chart, or lies over another point or a name before it.
func (d *dot) covers(all []dot, i int) bool {
	from, to := d.reach()
	for j := range all {
		o := &all[j]
		if j == i || math.Abs(o.up-d.up) > 0.08 {
			continue
		}
		lo, hi := o.right, o.right
		if j < i && o.Named {
			lo, hi = o.reach()
		}
		const beside = 0.015 // of two in one place each has a side
		if from+beside < hi && lo < to-beside {
			return true
		}
	}
	return from < 0 || to > 1
}

func place(share float64) string {
	return strconv.FormatFloat(math.Round(share*1e5)/1e3, 'f', -1, 64) + "%"
}

func (s Scatter) ticks() (counts, lengths []tick) {
	x, y := s.axes()
	for e := x.from; e <= x.to; e++ {
		counts = append(counts, tick{place((e - x.from) / (x.to - x.from)), s.Locale.Reading(math.Pow(10, e))})
	}
	for e := y.from; e <= y.to; e++ {
		lengths = append(lengths, tick{place(1 - (e-y.from)/(y.to-y.from)), s.Locale.Reading(math.Pow(10, e)) + "\u00a0min"})
	}
	return counts, lengths
}
