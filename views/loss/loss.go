// Package loss shows where the time of lines went, and what it cost.
package loss

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// Page is what was lost over a range of time.
//
// Components: Show(p Page) and ShowLens(p LensPage).
type Page struct {
	Frame  layout.Frame
	Title  string // "Early shift, Fri 27 Mar 2026, 06:00–14:00, so far"
	Tools  Tools
	Fixed  string // address that shows the same time tomorrow; "" when this one does
	By     string // address of the key figures of the same time, divided
	Lens   string // address of the definitions side by side; "" when there are several lines
	WhatIf string // address of what would have been; "" likewise
	Thens  []ui.Way
	Empty  *ui.Empty // in the place of all that follows
	Head   Head
	Then   *Compared // nil when nothing is compared
	Fall   Fall
	Only   []Only
	Pareto Pareto
	Stops  Stops
}

// Tools is how another time or line is chosen.
type Tools struct {
	Ranges   []ui.Way
	Lines    []ui.Choice
	Line     string // id that is chosen; "" is all
	From, To string // of a custom range, as typed
	Over     string // range that is shown, when it is not a custom one
	Custom   bool
	Hidden   map[string]string // what the form keeps
	Faults   []ui.Fault
}

// Head is the figures of the time.
type Head struct {
	Live    string   // panel by which it is kept; "" when the time is over
	KPIs    []ui.KPI // OEE first
	Between string   // "OEE lies between …"; may be ""
	Figures []ui.Figure
	Trust   string // "high", "fair", "low"
	Mood    ui.Mood
	Why     []string // a sentence for each thing that lowers it
}

// Compared is the figures of two times side by side.
type Compared struct {
	Title string // of the other time
	Rows  []Pair
	KPIs  []ui.KPI // of the other time, with their formulas
}

// Pair is one figure in two times.
type Pair struct {
	Name, Unit       string
	Now, Then, Delta string
	NowHref          string // of its formula; may be ""
	ThenHref         string
	Mood             ui.Mood
}

// Fall is the way from planned time to good pieces.
type Fall struct {
	Steps    []Step
	Currency string // "" when nobody says what the time is worth
	Note     string
}

// Step is one loss, or what is whole before and after them.
type Step struct {
	State    ui.State
	From, To int64 // where its bar begins and ends, in nanoseconds; From may lie behind To
	Whole    bool
	Minutes  string
	Percent  string // of the planned time
	Money    string
	Href     string // may be ""
}

// Only is one thing that the page is narrowed to.
type Only struct {
	Side, Name string
	Href       string // without it
}

// Pareto is what was lost, the most of it first.
type Pareto struct {
	By, In          string
	Sides, Measures []ui.Way
	Bars            []Bar
	Total           Bar
	More            string // may be ""
	Rule            string // by which stops are valued; may be ""
	Currency        string
	Compared        bool // bars have Then and Delta
	Export          string
	Points          Scatter
}

// Bar is one of them.
type Bar struct {
	Name                  string
	Tone                  ui.Tone
	Href                  string
	Stops                 string   // of the list of its stops
	Share                 ui.Share // of the largest
	Minutes, Count, Money string
	Percent, Cumulative   string
	Then, Delta           string
	Mood                  ui.Mood
}

// Stops is a list of stops.
type Stops struct {
	Several  bool   // lines
	None     string // in the place of rows
	Count    string
	Currency string
	Rows     []Stop
	More     string // may be ""
	Export   string
}

// Stop is one of them.
type Stop struct {
	State                ui.State
	Line                 string
	From, To, Length     string
	Unit, Fault          string
	Reason, Comment, Who string // "" for nothing said
	Product, Order       string
	Money                string
	Href                 string // of its first segment, which leads to the samples
	Trend                string // of the line's page, with its trend around the stop
}
