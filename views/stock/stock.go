// Package stock shows the ledger of material: what there is, how it moved, what it is worth.
package stock

import (
	"github.com/a-h/templ"

	"millwright/views/folio"
	"millwright/views/layout"
	"millwright/views/ui"
)

// Page is one page of the ledger: a head, facts, and sections of tables and forms.
//
// Components: Show(p Page).
type Page struct {
	Frame    layout.Frame
	Title    string
	Lead     string    // one sentence under it; may be ""
	State    string    // beside the title; "" for none
	Mood     ui.Mood   // of the state
	Actions  []ui.Link // what can be done here
	Tabs     []ui.Way  // the pages beside it
	Figures  []ui.Figure
	Facts    []Fact
	Drawn    templ.Component // under the facts; nil for nothing
	Sections []Section
	Folio    *folio.Panel // what hangs on it; nil for nothing
}

// Fact is one thing that is known.
type Fact struct {
	Name string
	Text string
	Href string // "" for none
}

// Section is a part of a page, with a table, a form, both or neither.
type Section struct {
	ID    string // tells it apart on the page
	Title string
	Lead  string
	Table *Table
	Form  *Form
	More  []ui.Link // further rows, other files
}

// Table is rows of cells.
type Table struct {
	Columns []Column
	Rows    [][]Cell
	Empty   string // what is told when there are no rows
}

// Column is the head of one.
type Column struct {
	Name   string
	Number bool
}

// Cell is one cell.
type Cell struct {
	Text  string
	Href  string // "" for none
	Under string // a second line, less loud
	Mood  ui.Mood
	Depth int // how far it is set in, in a tree
}

// Form is what can be sent.
type Form struct {
	Action string
	Get    bool // it asks, and changes nothing
	File   bool // it sends a file
	Hidden []ui.Choice
	Fields []Field
	Button string
	Danger bool
	Note   string // beside the button
	Faults []ui.Fault
}

// Field is one field of a form.
type Field struct {
	ui.Input
	As      string // "" a field, "select", "check", "area"
	Choices []ui.Choice
}

func method(f Form) string {
	if f.Get {
		return "get"
	}
	return "post"
}

func encoding(f Form) string {
	if f.File {
		return "multipart/form-data"
	}
	return "application/x-www-form-urlencoded"
}

func number(t *Table, i int) bool { return i < len(t.Columns) && t.Columns[i].Number }
