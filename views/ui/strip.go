package ui

import (
	"time"

	"millwright/views/figure"
)

// Strip is a stretch of time drawn to scale: what a line did, segment by segment.
type Strip struct {
	ID       string // unique in the page
	Title    string // what a screen reader says first: "Filling 1, shift so far"
	Sums     string // what it says then; "" is how long each tone lasts
	From, To time.Time
	Now      time.Time // draws the now-line; zero draws none
	Pace     time.Time // when the target was what has been made by now: a hairline left of Now is behind; zero draws none
	Segments []Segment // in order, without overlap; what lies between or after them is left empty
	Jobs     []Segment // drawn as a thin band under the strip; Tone is ignored
	Hours    bool      // with ticks and hours under it
	Locale   figure.Locale
}

// Segment is one stretch of a strip.
type Segment struct {
	From, To time.Time
	Tone     Tone
	Title    string // on hover: "Breakdown 09:12–09:31, 19 min, filler E-107"
}

// Hour is one bar of pieces per hour against its target.
type Hour struct {
	Label   string // "06"
	Actual  string // "4 120"
	Delta   string // "−680": of an hour that is over; may be ""
	Target  string // "4 800"; figure.Unknown when none
	Fill    Share  // actual against the scale of the chart
	Mark    Share  // target against the scale of the chart
	Mood    Mood
	Current bool // still running
}
