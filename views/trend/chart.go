// Package trend shows values over time.
package trend

import (
	"time"

	"millwright/views/figure"
	"millwright/views/layout"
	"millwright/views/ui"
)

// Page is the trends page: any tags on one time axis. Component: Show(p Page).
type Page struct {
	Frame  layout.Frame
	Chart  Chart
	Picker []Group // every tag that can be drawn
}

// Group is the tags of one machine in the picker.
type Group struct {
	Name string
	Tags []Choice
}

// Choice is one tag that can be drawn.
type Choice struct {
	Name   string // the tag: the value of the "tag" parameter
	Label  string
	Unit   string
	Chosen bool
}

// Chart is pens over a range. Component: Draw(c Chart). It is drawn on the server as SVG; with scripts
// the same range is drawn by uPlot, which asks API for finer buckets while it is zoomed:
//
//	GET API?tag=NAME&from=RFC3339&to=RFC3339&points=1000
//	→ {"start":[unix seconds],"min":[],"max":[],"mean":[],"last":[],"bad":[seconds]}, null where unknown
//
// While it is zoomed the page's own URL carries the range in "from" and "to" (RFC 3339), so it can be shared.
type Chart struct {
	ID       string // unique in the page
	API      string // "/api/v1/tags/buckets"
	From, To time.Time
	Now      time.Time // the range may not be panned beyond it; zero for no bound
	Follow   bool      // To is now: the chart moves on with time
	Pens     []Pen     // at most 8; tags of one unit share a pane
	Locale   figure.Locale
	Ranges   []Range   // presets: "1 h", "Shift", "24 h", "7 d"
	Steps    []ui.Link // without scripts: "Earlier", "Later", "Zoom in", "Zoom out"
	Span     string    // "28 Mar, 06:00 – 14:05"
	Empty    *ui.Empty // shown when there are no pens
}

// Range is a preset range.
type Range struct {
	ui.Link
	Current bool
}

// Pen is one tag on the chart.
type Pen struct {
	Tag       string
	Label     string
	Unit      string
	Last      string   // "81.4"; figure.Unknown
	Low, High *float64 // normal band; nil when unknown
	Points    []Point
	Remove    string // href of the page without this pen; may be ""
}

// Point is one bucket of a pen. Where OK is false nothing is known: the gap is hatched.
type Point struct {
	Start          time.Time
	Min, Max, Mean float64
	OK             bool
}
