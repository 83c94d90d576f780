package trend

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"millwright/views/figure"
)

// The coordinate system of a pane's lines; percentages are of it.
const (
	wide = 100_000
	high = 10_000
)

// pane is the pens of one unit over the chart's range.
type pane struct {
	unit   string
	pens   []drawn
	levels []mark
	times  []mark
	gaps   []stretch
	bands  []stretch
}

// drawn is a pen with its lines.
type drawn struct {
	Pen
	class, dash string
	line, area  string
}

type mark struct{ at, label string }

// stretch is a part of an axis: x is where it begins, w how long it is.
type stretch struct{ x, w string }

func (c Chart) data() templ.Attributes {
	a := templ.Attributes{
		"data-api":  c.API,
		"data-from": strconv.FormatInt(c.From.Unix(), 10),
		"data-to":   strconv.FormatInt(c.To.Unix(), 10),
	}
	if !c.Now.IsZero() {
		a["data-now"] = strconv.FormatInt(c.Now.Unix(), 10)
	}
	if c.Locale.Decimal != "" {
		a["data-decimal"], a["data-group"] = c.Locale.Decimal, c.Locale.Group
	}
	if c.Follow {
		a["data-follow"] = true
	}
	return a
}

func (r Range) current() templ.Attributes {
	if r.Current {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

func (d drawn) data() templ.Attributes {
	a := templ.Attributes{"data-pen": d.Tag, "data-label": d.Label, "data-dash": d.dash}
	if d.Low != nil {
		a["data-low"] = strconv.FormatFloat(*d.Low, 'g', -1, 64)
	}
	if d.High != nil {
		a["data-high"] = strconv.FormatFloat(*d.High, 'g', -1, 64)
	}
	return a
}

// panes puts pens of one unit together, in the order in which their units appear.
func (c Chart) panes() []pane {
	var all []pane
	index := map[string]int{}
	for i, p := range c.Pens {
		k, ok := index[p.Unit]
		if !ok {
			k = len(all)
			index[p.Unit] = k
			all = append(all, pane{unit: p.Unit})
		}
		d := drawn{Pen: p, class: fmt.Sprintf("pen-%d", i%8+1), dash: dashOf(len(all[k].pens))}
		all[k].pens = append(all[k].pens, d)
	}
	for i := range all {
		c.fill(&all[i])
	}
	return all
}

// dashOf tells lines of one pane apart without colour.
func dashOf(n int) string {
	return [...]string{"none", "6 3", "2 3", "8 3 2 3"}[n%4]
}

func (c Chart) fill(p *pane) {
	lo, hi := p.limits()
	step := niceStep(hi-lo, 4)
	lo, hi = math.Floor(lo/step)*step, math.Ceil(hi/step)*step
	if hi <= lo {
		hi = lo + step
	}
	for v := lo; v <= hi+step/2; v += step {
		p.levels = append(p.levels, mark{at: percent(high-scaled(v, lo, hi), high), label: c.Locale.Reading(roundTo(v, step))})
	}
	p.times = c.timeMarks()
	p.gaps = c.gaps(p.pens)
	for i := range p.pens {
		d := &p.pens[i]
		d.line, d.area = c.lines(d.Points, lo, hi)
		if d.Low != nil && d.High != nil && *d.High > *d.Low {
			top, bottom := high-scaled(*d.High, lo, hi), high-scaled(*d.Low, lo, hi)
			top, bottom = min(max(top, 0), high), min(max(bottom, 0), high)
			p.bands = append(p.bands, stretch{percent(top, high), percent(bottom-top, high)})
		}
	}
}

// limits gives the least and greatest value of a pane; 0 and 1 when nothing is known.
func (p *pane) limits() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, d := range p.pens {
		for _, b := range d.Points {
			if b.OK {
				lo, hi = math.Min(lo, b.Min), math.Max(hi, b.Max)
			}
		}
	}
	if lo > hi || math.IsInf(lo, 0) || math.IsInf(hi, 0) || math.IsNaN(lo+hi) {
		return 0, 1
	}
	if hi-lo < math.Max(math.Abs(hi), 1e-9)*1e-6 { // a flat line stands in the middle
		pad := math.Max(math.Abs(hi)*0.05, 1e-6)
		return lo - pad, hi + pad
	}
	return lo, hi
}

// niceStep is 1, 2 or 5 times a power of ten, so that a range has about n steps.
func niceStep(whole float64, n int) float64 {
	raw := whole / float64(n)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, f := range []float64{1, 2, 5} {
		if raw <= f*power {
			return f * power
		}
	}
	return 10 * power
}

// roundTo takes the noise of adding steps out of a level.
func roundTo(v, step float64) float64 { return math.Round(v/step*1e6) / 1e6 * step }

func scaled(v, lo, hi float64) int64 {
	return int64(math.Round(min(max((v-lo)/(hi-lo), -1), 2) * high))
}

func percent(n, whole int64) string {
	return strconv.FormatFloat(math.Round(float64(n)/float64(whole)*1e5)/1e3, 'f', -1, 64) + "%"
}

func (c Chart) at(t time.Time) int64 {
	whole := c.To.Sub(c.From)
	if whole <= 0 {
		return 0
	}
	d := min(max(t.Sub(c.From), 0), whole)
	return int64(float64(d)/float64(whole)*wide + 0.5)
}

// lines draws the mean as a line and least to greatest as an area, broken where nothing is known.
func (c Chart) lines(points []Point, lo, hi float64) (line, area string) {
	var l, a strings.Builder
	for i := 0; i < len(points); {
		if !points[i].OK {
			i++
			continue
		}
		j := i
		for j < len(points) && points[j].OK {
			j++
		}
		c.stroke(&l, &a, points[i:j], [2]float64{lo, hi})
		i = j
	}
	return l.String(), a.String()
}

func (c Chart) stroke(l, a *strings.Builder, run []Point, limits [2]float64) {
	y := func(v float64) int64 { return high - scaled(v, limits[0], limits[1]) }
	for i, p := range run {
		sign := "L"
		if i == 0 {
			sign = "M"
		}
		fmt.Fprintf(l, "%s%d %d", sign, c.at(p.Start), y(p.Mean))
		fmt.Fprintf(a, "%s%d %d", sign, c.at(p.Start), y(p.Max))
	}
	if len(run) == 1 { // one known bucket alone is a dot's width
		l.WriteString("h60")
	}
	for i := len(run) - 1; i >= 0; i-- {
		fmt.Fprintf(a, "L%d %d", c.at(run[i].Start), y(run[i].Min))
	}
	a.WriteString("Z")
}

// gaps are the stretches in which no pen of a pane is known.
func (c Chart) gaps(pens []drawn) []stretch {
	known := map[int64]bool{}
	var starts []time.Time
	for _, d := range pens {
		for _, p := range d.Points {
			if _, seen := known[p.Start.Unix()]; !seen {
				starts = append(starts, p.Start)
			}
			known[p.Start.Unix()] = known[p.Start.Unix()] || p.OK
		}
	}
	var all []stretch
	for i := 0; i < len(starts); i++ {
		if known[starts[i].Unix()] {
			continue
		}
		from := starts[i]
		for i < len(starts) && !known[starts[i].Unix()] {
			i++
		}
		to := c.To
		if i < len(starts) {
			to = starts[i]
		}
		x, end := c.at(from), c.at(to)
		all = append(all, stretch{percent(x, wide), percent(end-x, wide)})
	}
	return all
}

// summary says in words what a pane shows.
func (p pane) summary() string {
	parts := make([]string, 0, len(p.pens))
	for _, d := range p.pens {
		last := d.Last
		if last == "" {
			last = figure.Unknown
		}
		parts = append(parts, strings.TrimSpace(d.Label+", last "+last+" "+p.unit))
	}
	return strings.Join(parts, "; ")
}
