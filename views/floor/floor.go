// Package floor is the pages of what goes with jobs: skills, instructions, and the work at a line.
package floor

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// Page is sections of words, tables and forms.
//
// Component: Show(p Page).
type Page struct {
	Frame    layout.Frame
	Title    string
	Lead     string
	Links    []ui.Link
	Faults   []ui.Fault
	Sections []Section
	Touch    bool // it is for hands at a machine: nothing to tap is lower than 48 px
}

// Section is one part of a page.
type Section struct {
	ID      string // of its heading
	Title   string
	Note    string // a sentence under the heading; may be ""
	Mood    ui.Mood
	Words   string // as they were written, with their lines
	Links   []ui.Link
	Columns []string
	Rows    []Row
	Empty   string // what is said when there are no rows; "" for nothing
	Forms   []Form
}

// Row is one row of a table. Its first cell names it.
type Row struct {
	Cells []string
	Forms []Form // small ones, at its end
}

// Form is a form with one button.
type Form struct {
	Action  string
	Button  string
	Of      string // what the button is about, for who does not see the row; may be ""
	Fold    string // under which words it is folded away; "" shows it
	Primary bool
	Hidden  []Hidden
	Fields  []Field
}

// Hidden is a hidden field.
type Hidden struct{ Name, Value string }

// Field is one field of a form: a choice when it has choices, several lines when it has rows, a day when its type says so.
type Field struct {
	ui.Input
	Choices []ui.Choice
}

// button tells how a form's button looks.
func (f Form) button() string {
	switch {
	case f.Primary:
		return "button button-primary"
	case len(f.Fields) == 0:
		return "button button-small"
	}
	return "button"
}
