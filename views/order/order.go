// Package order shows orders, what moves for them, and whom they are agreed with.
package order

import (
	"github.com/a-h/templ"

	"millwright/views/folio"
	"millwright/views/layout"
	"millwright/views/risk"
	"millwright/views/ui"
)

// One is the page of an order: what was agreed, how far it is, and what may be done.
//
// Components: Show(o One); ShowForm(f Form) writes an order, a delivery or a partner; ShowPartner(p Partner); ShowExport(e Handover).
type One struct {
	Frame   layout.Frame
	Done    string // what has just been done; may be ""
	Faults  []ui.Fault
	Number  string
	Kind    string // "Sales order"
	State   string
	Mood    ui.Mood
	Facts   []Fact
	Lines   []Line
	Due     string // the head of the column: "Promised"
	Gone    string // "Delivered"
	Total   string
	Steps   []Step
	Links   []Link
	Promise *risk.Box // nil for nothing
	Papers  []Paper
	Folio   *folio.Panel // what hangs on it; nil for nothing
}

// Fact is one thing that holds for all of it.
type Fact struct {
	Name  string
	Value string
	Href  string // may be ""
}

// Link leads to a form, or to a file.
type Link struct {
	ui.Link
	Primary bool
}

// Line is one item of an order.
type Line struct {
	Place     string
	Item      ui.Link
	Text      string
	Quantity  string
	Unit      string
	Price     string
	Why       string // of the price
	Amount    string
	Requested string
	Due       string
	DueWhy    string // why it is promised for then; may be ""
	Gone      string
	Open      string
	More      string    // "2 cancelled, 1 returned"; may be ""
	Made      []ui.Link // the work orders that make it, and nothing else
}

// Step is a button that takes it a step on.
type Step struct {
	Name    string
	Action  string
	Version string
	Key     string
	Help    string
	Danger  bool
	Primary bool
}

// Paper is what went or came at once.
type Paper struct {
	Number  string
	Title   string
	At      string
	By      string
	Note    string
	File    string  // its PDF; may be ""
	Folio   ui.Link // what hangs on it; may be none
	Lines   []string
	Reverse *Step // nil where it cannot be
	State   string
}

// Form writes something: fields, then rows of a table.
type Form struct {
	Frame   layout.Frame
	Title   string
	Lead    string // may be ""
	Faults  []ui.Fault
	Action  string
	Version string
	Key     string
	Fields  []Field
	Table   *Table // nil for none
	After   []Field
	Button  string
	Back    ui.Link
}

// Field is one field of a form.
type Field struct {
	ui.Input
	Choices []ui.Choice // a select where there are any
	Area    bool
	Check   bool
}

// Table is rows that are typed.
type Table struct {
	Title   string
	Columns []string
	Rows    []Row
	More    string // the button for another row, which Enter presses; "" for none
	Offers  []ui.Choice
}

// Row is one row that is typed.
type Row struct {
	Head  string      // "Line 2": what its fields are called by who cannot see the table
	Note  string      // under the first cell; may be ""
	Keep  []ui.Choice // hidden fields, by their names
	Cells []Cell
}

// Cell is a field of a row, or words.
type Cell struct {
	Input  ui.Input // without an ID: Text
	Text   string
	Number bool
	Check  bool
}

// Partner is the page of a customer or supplier.
type Partner struct {
	Frame    layout.Frame
	Done     string
	Number   string
	Name     string
	Kind     string
	Facts    []Fact
	Contacts []Fact
	Links    []Link
	Prices   []Price
	Supplies []Supply
	Folio    *folio.Panel // what hangs on them; nil for nothing
}

// Price is what an item costs them.
type Price struct {
	Item                            ui.Link
	From, Unit, Amount, Valid, List string
	Remove                          *Step
}

// Supply is what they deliver.
type Supply struct {
	Item                                                  ui.Link
	Number, Unit, Price, Lead, Least, Multiple, Preferred string
}

// Handover is what accounting was handed, and what waits.
type Handover struct {
	Frame layout.Frame
	Done  string
	Title string
	Lead  string
	Step  Step
	File  ui.Link // of the export that was just made; may be without Href
}

func kind(s Step) string {
	switch {
	case s.Danger:
		return "button button-danger"
	case s.Primary:
		return "button button-primary"
	}
	return "button"
}

// named is a field of a row, whose label is said and not seen.
func named(r Row, in ui.Input) string { return in.Label + ", " + r.Head }

// listed ties a field of a row to what is offered, and to what is wrong with it.
func listed(in ui.Input) templ.Attributes {
	a := templ.Attributes{}
	if in.List != "" {
		a["list"] = in.List
	}
	if in.Focus {
		a["autofocus"] = true
	}
	if in.Fault != "" {
		a["aria-invalid"], a["aria-describedby"] = "true", in.ID+"-fault"
	}
	return a
}
