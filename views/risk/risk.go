// Package risk shows what is promised: which orders will be late and why, their dates, and what lines will lack.
package risk

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// Page is the orders at risk.
//
// Components: Show(p Page); List(p Panel) is the panel "risk". Dates(b Box) stands on the page of an order, Lack(p
// LackPanel) is the panel "line/<id>/material".
type Page struct {
	Frame layout.Frame
	Panel Panel
}

// Panel is what will be late, or nobody can say when it is done: what is worth most times what it is late first.
type Panel struct {
	Figures []ui.Figure
	At      string // "14:05:09": when it was foretold
	Value   string // the head of that column, with the currency
	Rows    []Row
	More    string // "and 12 more"; may be ""
	Empty   *ui.Empty
}

// Row is one order at risk.
type Row struct {
	Order  ui.Link // "SO-000007/1"
	For    string  // the customer; may be ""
	What   string  // "800 COLA-05"
	Line   ui.Link // that it waits for; may be without Href
	Due    string
	Best   string
	Likely string
	Late   string // "3 h 10 min", "nobody can say"
	Value  string
	Why    string
	Fixes  []string
}

// Box is the dates of what an order wants.
type Box struct {
	Title string
	Lead  string // may be ""
	Rows  []Dated
	Empty string // where there are no rows
}

// Dated is the four dates of one thing, with why.
type Dated struct {
	Name      ui.Link
	Under     string // muted, beneath it; may be ""
	Requested string
	Baseline  string
	Best      string
	Likely    string
	Verdict   string // "in time", "3 h late"
	Mood      ui.Mood
	Actual    string
	Why       string
	Fixes     []string
	History   []Was
}

// Was is how a forecast was.
type Was struct{ At, Best, Likely, Why string }

// LackPanel is how long the components of what a line makes are enough for, and what its stop costs.
type LackPanel struct {
	Line  string
	Job   ui.Link // that they are for; without Name when none runs
	Rows  []Part
	Stop  string // what the stop that goes on costs; "" when there is none
	Mood  ui.Mood
	Empty string
}

// Part is one component.
type Part struct {
	Item  ui.Link
	Name  string
	There string
	Need  string
	Lasts string // "38 min"
	Ends  string // "14:10": when it is gone
	Next  string // "PO-000009/1, 12:00"; "enough for the job"
	Mood  ui.Mood
}
