// Package item shows items, how they are made, and what they are made of.
package item

import (
	"github.com/a-h/templ"

	"millwright/views/folio"
	"millwright/views/layout"
	"millwright/views/ui"
)

// Page is one item, bill or question about them.
//
// Components: Show(p Page); Write(f Form).
type Page struct {
	Frame  layout.Frame
	Title  string // "A-100"
	Sub    string // "Axle"
	State  string // "released"; "" for none
	Mood   ui.Mood
	Done   string // what was just done; "" for nothing
	Faults []ui.Fault
	Lead   string
	Links  []ui.Link
	Tabs   []ui.Way // the pages beside it
	Ask    *Ask     // narrows what is shown; nil for none
	Steps  []Step
	Facts  []Facts
	Tables []Table
	Scan   bool // the page takes codes: item.js reads them by camera
	Labels []Label
	Folio  *folio.Panel // what hangs on it; nil for nothing
}

// Ask is a form that asks the page another question.
type Ask struct {
	Action string
	Inputs []ui.Input
	Button string
}

// Step is a form that does one thing.
type Step struct {
	Action  string
	Version string
	Key     string
	Name    string
	Danger  bool
	Input   *ui.Input // what it needs to know; nil for nothing
}

// Facts are names and values.
type Facts struct {
	ID    string
	Title string
	Rows  []Fact
}

// Fact is one of them.
type Fact struct {
	Name  string
	Value string
	Href  string
}

// Table is rows of a kind.
type Table struct {
	ID      string
	Title   string
	Lead    string
	Next    ui.Link // to where more of it is done; no Href for none
	Columns []Column
	Rows    []Row
	Foot    []Cell
	Empty   string // what is said where there are none
	Tall    bool
}

// Column is a column's head.
type Column struct {
	Name string
	Num  bool
}

// Row is its cells, the first of which names it.
type Row struct {
	Cells []Cell
	Mood  ui.Mood
	Hush  bool
}

// Cell is one of them.
type Cell struct {
	Text  string
	Href  string
	Note  string
	Num   bool
	Depth int // how far it is set in, in a tree
	Mood  ui.Mood
}

// Label is a code to print, with what it says.
type Label struct {
	Code  string // an SVG path of black modules
	Box   string // its view box: "0 0 25 25"
	Kind  string // "qr", "bar"
	Title string
	Text  string
	Sub   string
}

// Form is what is filled in.
type Form struct {
	Frame   layout.Frame
	Title   string
	Lead    string
	Action  string
	Version string
	Key     string
	Faults  []ui.Fault
	Groups  []Group
	Tables  []Typed
	After   []Group
	Button  string
	Back    ui.Link
	Folio   *folio.Panel // what hangs on what is changed; nil for nothing
}

// Group is fields that belong together; without a title they stand alone.
type Group struct {
	Title  string
	Fields []Field
}

// Field is one of them.
type Field struct {
	ui.Input
	Choices []ui.Choice // of a choice; none for a line
	Area    bool
	Check   bool
}

// Typed is a table whose cells are filled in.
type Typed struct {
	ID      string // also before the names of its fields: "lines-item-3"
	Title   string
	Lead    string
	Columns []Column
	Rows    []Filled
	More    string // the name of the button that adds a row
	Do      string // what that button sends
	Offers  []ui.Choice
}

// Filled is one row, and its number from 0.
type Filled struct {
	N     int
	Name  string // of the row for who hears it: "Line 3"
	Cells []Input
}

// Input is one cell of it.
type Input struct {
	ID      string
	Label   string
	Value   string
	Fault   string
	Num     bool
	Wide    bool
	List    string
	Choices []ui.Choice
}

func hush(r Row) string {
	if r.Hush {
		return "hush"
	}
	return ""
}

func scroll(t Table) string {
	if t.Tall {
		return "scroll scroll-tall"
	}
	return "scroll"
}

func size(in Input) string {
	switch {
	case in.Num:
		return "num"
	case in.Wide:
		return "wide"
	}
	return ""
}

func danger(s Step) string {
	if s.Danger {
		return "button button-danger"
	}
	return "button button-primary"
}

// wrong ties a cell to what is wrong with it, and to what is offered.
func wrong(in Input) templ.Attributes {
	a := templ.Attributes{}
	if in.Fault != "" {
		a["aria-invalid"], a["aria-describedby"] = "true", in.ID+"-fault"
	}
	if in.List != "" {
		a["list"] = in.List + "-offers"
	}
	return a
}
