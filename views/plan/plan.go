// Package plan shows what is planned and made to order: worklists, promises, work orders and what they cost.
package plan

import (
	"github.com/a-h/templ"

	"millwright/views/folio"
	"millwright/views/gantt"
	"millwright/views/layout"
	"millwright/views/risk"
	"millwright/views/ui"
)

// Page is facts, forms and tables about one thing.
//
// Components: Show(p Page) · Kept(p Panel).
type Page struct {
	Frame   layout.Frame
	Title   string
	State   string // "" for none
	Mood    ui.Mood
	Lead    string
	Done    string // what has just been done; may be ""
	Faults  []ui.Fault
	Tabs    []ui.Way // the pages beside it
	Links   []Link
	Steps   []Step
	Live    []Panel // kept as things are, above everything else
	About   string  // what the facts are of; "" is all of it
	Facts   []Fact
	Promise *risk.Box // what is promised of it; nil for nothing
	Tables  []Table
	Forms   []Form
	Last    []Table      // beneath the forms
	Ending  []Panel      // kept as things are, beneath everything else
	Folio   *folio.Panel // what hangs on it; nil for nothing
}

// Panel is a part of a page that is kept as things are.
type Panel struct {
	Name   string
	Lead   string
	Steps  []Step
	Chart  *gantt.Chart // nil for none
	About  string       // what the facts are of
	Facts  []Fact
	Tables []Table
}

// Link leads to another page, or to a file.
type Link struct {
	ui.Link
	Primary bool
}

// Step is a button that takes something on.
type Step struct {
	ID      string // of the button; may be ""
	Name    string
	Action  string
	Primary bool
	Hidden  []Hidden
}

// Hidden is what a form sends unseen.
type Hidden struct{ Name, Value string }

// Fact is one thing that holds for all of it.
type Fact struct {
	Name  string
	Value string
	Href  string // may be ""
}

// Table is rows with their heads. With Pick its rows can be chosen, and Buttons does something with them.
type Table struct {
	ID      string
	Title   string
	Lead    string
	Empty   string // what stands there when there are no rows
	Columns []Column
	Rows    []Row
	Action  string // of the form around it; "" for none
	Hidden  []Hidden
	Fields  []Field
	Buttons []Button
}

// Column is the head of a column.
type Column struct {
	Name  string
	Num   bool
	Words bool // sentences: they are broken into lines
}

// Row is one row of a table; its first cell is its head.
type Row struct {
	ID    string // "" for none; what is kept as things are has one, so that rows stay what they are
	Cells []Cell
	Pick  string // its value when it is chosen; "" when it cannot be
	Name  string // for who cannot see which row a box is of
}

// Cell is what stands in a row.
type Cell struct {
	Text  string
	ID    string // of the link; may be ""
	Href  string // may be ""
	Under string // muted, beneath it; may be ""
	Mood  ui.Mood
}

// Button sends a table's form.
type Button struct {
	Name    string
	Value   string // of the field "do"
	Primary bool
}

// Form asks for something.
type Form struct {
	ID     string
	Title  string
	Lead   string
	Action string
	Ask    bool // it only asks: its answer has an address
	Hidden []Hidden
	Fields []Field
	Button string
}

// Field is one field of a form.
type Field struct {
	ui.Input
	Choices []ui.Choice // of a choice of one
	Area    bool
	Tick    bool
}

func about(p Page) string {
	if p.About == "" {
		return "Facts"
	}
	return p.About
}

// named is the id of something that has one.
func named(id string) templ.Attributes {
	if id == "" {
		return nil
	}
	return templ.Attributes{"id": id}
}

func class(c Column) string {
	switch {
	case c.Num:
		return "num"
	case c.Words:
		return "wrap"
	}
	return ""
}

func classAt(t Table, i int) string {
	if i < len(t.Columns) {
		return class(t.Columns[i])
	}
	return ""
}

func kind(primary bool) string {
	if primary {
		return "button button-primary"
	}
	return "button"
}

func method(f Form) string {
	if f.Ask {
		return "get"
	}
	return "post"
}

func picks(t Table) bool {
	for _, r := range t.Rows {
		if r.Pick != "" {
			return true
		}
	}
	return false
}
