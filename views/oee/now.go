// Package oee shows how all the lines are doing.
package oee

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// Now is the first page: every line as a shift-long strip.
//
// Components: NowPage(p Now); Totals(t TotalsPanel) is panel "now/totals"; Lines(l LinesPanel) is panel "now/lines".
type Now struct {
	Frame  layout.Frame
	Totals TotalsPanel
	Lines  LinesPanel
}

// TotalsPanel is one line of plant totals.
type TotalsPanel struct {
	Figures []ui.Figure // lines running, OEE, good pieces, Δ against target, unexplained stops, jobs at risk …
	Newest  ui.Timer    // age of the newest machine value
	At      string      // "14:05:09": when the figures were made
}

// LinesPanel is one row per line, in the order that the caller gives. The page keeps the order it was opened
// with while it is being read, so that nothing jumps.
type LinesPanel struct {
	Axis  ui.Strip  // From, To, Now, Hours and Locale: the common time axis, drawn once on top
	Rows  []Row     // each row's Strip has the axis' From and To
	Empty *ui.Empty // shown when there are no rows
}

// Row is one line.
type Row struct {
	ID      string // of the line
	Name    string
	Href    string // the line's page
	Area    string
	Product string // "" prints as –
	State   ui.State
	Since   ui.Timer
	Cause   string // "Filler, E-107"; may be ""
	Strip   ui.Strip
	OEE     string   // "71.2"; figure.Unknown
	Formula string   // the page that opens it; may be ""
	Target  string   // the page that says how the target is made; may be ""
	Between string   // "70.1–73.4", where it lies when part of the time is not known; else ""
	Trust   string   // "low": how far OEE can be relied on; "" when it can, or nothing is known
	Doubt   ui.Mood  // of Trust
	Factors []Factor // availability, performance, quality
	Delta   Delta
	Job     *Job // nil when the line has none
	Needs   []Need
}

// Factor is one of the three thin bars.
type Factor struct {
	Letter string // "A"
	Name   string // "Availability"
	Value  string // "87.3"
	Share  ui.Share
}

// Delta is pieces made against pieces that should have been made by now.
type Delta struct {
	Text   string // "−412", "+20", figure.Unknown
	Actual string // "12 068"
	Target string // "12 480"
	Mood   ui.Mood
}

// Job is the work on a line now.
type Job struct {
	ID        string // "J-1001"
	Href      string // may be ""
	Product   string
	Done      string // "6 120"
	Planned   string // "8 000"
	Estimated string // "12 estimated"; "" when none is
	Progress  ui.Share
	Due       string // "16:00" or "29 Mar, 06:00"; may be ""
	Promise   string // "on time", "ready 16:40, 40 min late"; may be ""
	Mood      ui.Mood
	Status    string // "running", "held"
}

// goal is what there is to make, and how much of what is made is estimated.
func (j Job) goal() string {
	words := " of " + j.Planned
	if j.Estimated != "" {
		words += ", " + j.Estimated
	}
	return words
}

// Need is something that needs a person.
type Need struct {
	Text string // "3 stops without a reason"
	Mood ui.Mood
	Href string // may be ""
}
