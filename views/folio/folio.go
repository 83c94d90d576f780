// Package folio is what hangs on a document: what people say of it, its files and its history.
package folio

import (
	"github.com/a-h/templ"

	"millwright/views/layout"
	"millwright/views/ui"
)

// Panel is part of a document's page. It posts words, corrects and key to Home/comment, file and key to Home/file, and
// why to a file's Remove. Component: Show.
type Panel struct {
	Home     string // "/folio/item/12"
	May      bool   // the reader may add to it
	Key      string
	Faults   []ui.Fault
	Typed    string
	Comments []Comment
	Files    []File
	History  []Change
	Older    string // where the rest of the history is; "" for none
}

// FileField is the field of a file; pages of documents may have another that is called so by its name alone.
const FileField = "folio-file"

// Page is a panel that stands alone, as it does when something was refused. Component: ShowPage.
type Page struct {
	Frame layout.Frame
	Panel Panel
	Back  ui.Link
}

// Comment is what somebody said.
type Comment struct {
	ID, Who, When, Words string
	Before               string // what it said before; "" when it was never corrected
	Own                  bool   // the reader said it, and may correct it
}

// File is one file.
type File struct {
	Name, Note string // "12 kB, PDF, Mara, 28 Nov 2026"
	Href       string // "" when it was taken away
	Remove     string // "" when the reader may not
}

// Change is one row of the history.
type Change struct{ When, Who, What, Old, New, Why string }

func (p Panel) words() ui.Input {
	return ui.Input{ID: "words", Label: "Comment", Value: p.Typed, Rows: 3, Fault: ui.FaultOf(p.Faults, "words")}
}

func (p Panel) file() ui.Input {
	return ui.Input{ID: FileField, Label: "File", Help: "Up to 8 MB.", Fault: ui.FaultOf(p.Faults, FileField)}
}

// wrong tells whether something is wrong with a field, so that its form stands open.
func (p Panel) wrong(field string) bool { return ui.FaultOf(p.Faults, field) != "" }

func refused(in ui.Input) templ.Attributes {
	if in.Fault == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true"}
}
