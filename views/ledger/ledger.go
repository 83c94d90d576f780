// Package ledger shows the rows of the lines' time, and the figures that are made of them.
package ledger

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// Tools is how another time, another line or another division is chosen.
type Tools struct {
	Action string
	Range  ui.Input
	Ranges []ui.Choice
	Line   ui.Input
	Lines  []ui.Choice
	From   ui.Input
	To     ui.Input
	Per    []Per // how it is divided; none where nothing is
	Keep   []Kept
	Faults []ui.Fault
}

// Per is a choice of what to divide by.
type Per struct {
	ui.Input
	Choices []ui.Choice
}

// Kept is what a form keeps of an address.
type Kept struct{ Name, Value string }

// SegmentsPage is the segments that a number is made of.
//
// Component: ShowSegments(p SegmentsPage).
type SegmentsPage struct {
	Frame     layout.Frame
	Lead      string // what they are of: "Early shift, Mon 30 Nov 2026, 06:00–14:00. Running, micro-stop."
	Only      string // "Order: J-1001"; may be ""
	Back      ui.Link
	Tools     Tools
	Empty     *ui.Empty
	Figures   []ui.Figure // what they add up to
	Several   bool        // lines
	Rows      []Segment
	Estimated bool   // some of them
	Shown     string // "1 to 100 of 340"; "" for all
	Earlier   string // addresses of the parts around it; "" for none
	Later     string
	Export    string
}

// Segment is one of them.
type Segment struct {
	State            ui.State
	Line             string
	From, To, Length string
	Cause            string
	Product, Order   string
	Good, Reject     string
	Ideal            string // minutes
	Said             string // "said by Ada", where people laid it out; may be ""
	Estimated        bool   // it is part of a longer one: its pieces are a share by time
	Href             string // of its page
}

// FiguresPage is key figures, divided.
//
// Component: ShowFigures(p FiguresPage).
type FiguresPage struct {
	Frame   layout.Frame
	Lead    string
	Tools   Tools
	Empty   *ui.Empty
	Heads   []Head
	Rows    []Row
	Total   *Row
	Export  string
	Note    string // may be ""
	Faults  []ui.Fault
	Section string // what the table is called
}

// Head is the head of a column.
type Head struct {
	Name string
	Num  bool
}

// Row is the figures of one part.
type Row struct {
	Names []ui.Link // as many as there are sides; the first leads to its page
	Cells []Cell
}

// Cell is one figure.
type Cell struct {
	Text string
	Note string // beneath it; may be ""
	Mood ui.Mood
	Word bool // it is no number
}

// OnePage is every key figure of one part, with how it is made.
//
// Component: ShowOne(p OnePage).
type OnePage struct {
	Frame layout.Frame
	Title string
	Lead  string
	Links []ui.Link
	Trust Trust
	KPIs  []ui.KPI
}

// Trust is how far figures can be relied on.
type Trust struct {
	Word    string // "high"; "" when it is not said
	Mood    ui.Mood
	Why     []string
	Between string // "OEE lies between …"; may be ""
}
