// Package tags shows the tags of the plant, and what a table of them would change.
package tags

import (
	"strconv"

	"github.com/a-h/templ"

	"millwright/views/admin"
	"millwright/views/admin/equipment"
	"millwright/views/trend"
	"millwright/views/ui"
)

// List is every tag of the plant as it is drafted, as narrowed. It gets find, of and page from its own address.
// Component: ShowList.
type List struct {
	admin.Page
	Find    string
	Type    string
	Types   []ui.Choice
	Shown   string // "1 to 100 of 12 480"
	Rows    RowsPanel
	Earlier string // link; "" for none
	Later   string
	Exports []ui.Link
	Empty   *ui.Empty
}

// RowsPanel are the rows of a page of the list. Component: Rows.
type RowsPanel struct {
	Panel string // its name
	Rows  []Row
}

// Row is one tag.
type Row struct {
	Name, Href string
	Label      string
	Unit       string // where it is: "filling-1/filler"
	Type       string
	Address    string
	Kind       string
	Value      string
	Age        ui.Timer
	Quality    string
	Good       bool // the quality is, or nothing is known
	Measure    string
	Settings   string
}

// One is a tag with its settings and what it said last. Component: ShowOne.
type One struct {
	admin.Page
	Now    NowPanel
	Facts  []Fact
	Others []ui.Link // the same tag in other units
	Form   equipment.Form
	Fixed  bool         // the form is not shown: nothing can be changed
	Chart  *trend.Chart // nil where nothing can be drawn
	Points PointsPanel
}

// NowPanel is what a tag says now. Component: Now.
type NowPanel struct {
	Panel   string // its name; "" when the tag is not in use
	Value   string
	Age     ui.Timer
	At      string // by the machine's clock; "" when nothing was said yet, as are the rest
	Quality string
	Kind    string
	Good    bool // the quality is, or nothing is known
}

// PointsPanel is what a tag said last. Component: Points.
type PointsPanel struct {
	Panel  string  // its name; "" when the tag is not in use
	Points []Point // the newest first
	Words  string
}

// Fact is one thing that is known of a tag.
type Fact struct{ Name, Value string }

// Point is one reading.
type Point struct{ At, Value, Quality string }

// Import is the form that a table is uploaded by. Component: ShowImport.
type Import struct {
	admin.Page
	Limits string
	Faults []ui.Fault
}

// Job is a table that was uploaded: while it is looked through, as what it would change, and once that is taken.
// Component: ShowJob.
type Job struct {
	admin.Page
	Href    string
	Working string // what is being done; "" when nothing is
	Done    int    // rows
	Of      int
	Faults  []ui.Fault
	Notes   []string
	Counts  []Count
	Rows    []Outcome
	Shown   string
	Earlier string
	Later   string
	Good    int // rows that can be taken
	Taken   string
}

// Count is how many rows have one outcome, and where they are shown alone.
type Count struct {
	ui.Link
	Number  string
	Current bool
}

// Outcome is what would become of one row.
type Outcome struct {
	Row, Type, Tag string
	Word           string // "Changed"
	Wrong          bool
	Details        []Detail
}

// Detail is one setting that changes, or that is wrong.
type Detail struct {
	Column   string
	Old, New string
	Text     string // instead of them
}

// live are the attributes of a panel, if it is one.
func live(panel string) templ.Attributes {
	if panel == "" {
		return nil
	}
	return ui.Panel(panel)
}

func (p List) find() ui.Input {
	return ui.Input{ID: "find", Label: "Name, label or address contains", Type: "search", Value: p.Find, Optional: true}
}

func (p List) types() ui.Input {
	return ui.Input{ID: "of", Label: "Machine type", Value: p.Type}
}

func (p Import) file() ui.Input {
	return ui.Input{ID: "file", Label: "File", Help: p.Limits, Type: "file", Fault: ui.FaultOf(p.Faults, "file")}
}

func (j Job) progress() string { return strconv.Itoa(j.Done) + " of " + strconv.Itoa(j.Of) + " rows" }

func take(n int) string {
	if n == 1 {
		return "Take the good row into the draft"
	}
	return "Take the " + strconv.Itoa(n) + " good rows into the draft"
}

func number(n int) string { return strconv.Itoa(n) }

func current(c Count) templ.Attributes {
	if !c.Current {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}
