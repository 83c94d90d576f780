// Package health shows what is to be mended about how lines are measured.
package health

import (
	"millwright/views/layout"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// Overview is all lines with what is found about each.
//
// Components: ShowAll(p Overview), Show(p Page) and ShowQueue(p Queue).
type Overview struct {
	Frame   layout.Frame
	Title   string // "By the last 30 days"
	Figures []ui.Figure
	Queue   ui.Link // the stops that nobody has explained
	Lines   []Line
	Empty   *ui.Empty
}

// Line is one of them.
type Line struct {
	ui.Link
	Area     string
	Findings []Finding
}

// Finding is something to be mended, and where.
type Finding struct {
	Text string
	Next ui.Link // may be without Href
}

// Page is one line.
type Page struct {
	Frame    layout.Frame
	Title    string
	Spans    []ui.Way
	Findings []Finding
	Asof     string // when the ideal cycles were looked at
	Window   string // what is called sustained
	Cycles   []Cycle
	Reasons  Reasons
}

// Cycle is the ideal cycle of a product, and what the line does.
type Cycle struct {
	Product   string
	Ideal     string
	Sustained string
	Speed     string // per cent of the ideal speed
	Share     ui.Share
	Mood      ui.Mood
	Verdict   string // a sentence or two
	Based     string // on how many windows
	Runs      []Run
	Propose   ui.Link // the form with the value filled in; no Href where there is nothing to propose
}

// Run is a time in which it ran as fast as that.
type Run struct {
	Text            string
	Trend, Segments string // addresses: what the machines said then, and what the line's time was
}

// Reasons is how people say why the line stood.
type Reasons struct {
	Figures []ui.Figure
	Queue   ui.Link
	Lates   []ui.Way
	Late    string // "more than 30 min after the stop"
	Delays  []Delay
	Weeks   []Part
	Shifts  []Part
	People  []Part // only for those who may see them
	Against []Against
	Count   string // of Against, when it is more than are shown; may be ""
	None    string // in the place of all that; may be ""
}

// Delay is how many were said how late.
type Delay struct {
	Name    string
	Count   string
	Percent string
	Share   ui.Share
}

// Part is the stops of a week, a shift or a person.
type Part struct {
	Name    string
	Stops   string
	Minutes string
	None    string // per cent of the minutes
	Vague   string
	Unclear ui.Share // both
	Late    string   // per cent of what was said
	Against string
}

// Against is a stop of which somebody said another thing than its fault code means.
type Against struct {
	Stop        ui.Link
	Unit, Fault string
	Means, Said string
	By          string // "" for who may not see it
}

// Queue is the stops that nobody has explained.
type Queue struct {
	Frame   layout.Frame
	Figures []ui.Figure
	Lines   []ui.Choice
	Line    ui.Input
	Shifts  []ui.Choice
	Shift   ui.Input
	Spans   []ui.Choice
	Span    ui.Input
	Sorts   []ui.Choice
	Sort    ui.Input
	Done    string // what was just done; may be ""
	Faults  []ui.Fault
	Action  string
	Key     string
	Stops   []Open
	More    string // how many are not shown; may be ""
	May     bool   // the reader may explain some
	Reason  ui.Input
	Reasons []ui.Choice
	Comment ui.Input
	Empty   *ui.Empty
}

// Open is one of them.
type Open struct {
	ID          string // of its box
	Value       string // what its box sends
	Stop        ui.Link
	Line        string
	When        string
	Length      string
	Money       string // "" where nobody says
	Facts       string
	Ticked      bool
	May         bool
	Suggestions []lineview.Suggestion // their Value says which stop, too
}
