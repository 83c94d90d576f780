// Package audit shows who changed what.
package audit

import (
	"millwright/views/admin"
	"millwright/views/ui"
)

// Page is the audit chain from the newest on, as narrowed. It gets who, on, text, from and to from its own address,
// and posts the same to …/verify. Component: Show.
type Page struct {
	admin.Page
	Filter  Filter
	Rows    []Row
	Newer   string // link to the newest; "" when these are
	Older   string // link to what was before those; "" for none
	Further string // link to looking through those before; "" when all were looked through, or there is an older page
	Read    string // how many were looked through, where Further leads on
	Export  string // link to all that are found, as a CSV file
	Verdict *Verdict
}

// Filter is what was asked for, as typed. Times are those of the plant: "2026-11-28T14:05".
type Filter struct {
	Who, On, Text, From, To string
	Zone                    string
	Faults                  []ui.Fault
}

// Row is one change.
type Row struct {
	Number string
	At     string
	Who    string
	Role   string
	What   string
	On     string
	Old    string
	New    string
	Href   string // link to what is new; "" for none
	Why    string
}

// Verdict is what recomputing the chain came to.
type Verdict struct {
	Sound bool
	Words string
}

func (f Filter) who() ui.Input  { return f.words("who", "Who", f.Who) }
func (f Filter) on() ui.Input   { return f.words("on", "On what", f.On) }
func (f Filter) text() ui.Input { return f.words("text", "Any words", f.Text) }
func (f Filter) from() ui.Input { return f.moment("from", "From", f.From) }
func (f Filter) to() ui.Input   { return f.moment("to", "Before", f.To) }

func (f Filter) words(id, label, typed string) ui.Input {
	return ui.Input{ID: id, Label: label, Type: "search", Value: typed, Optional: true, Fault: ui.FaultOf(f.Faults, id)}
}

func (f Filter) moment(id, label, typed string) ui.Input {
	return ui.Input{ID: id, Label: label, Type: "datetime-local", Value: typed, Optional: true, Fault: ui.FaultOf(f.Faults, id)}
}

// folded is what stands for a text that is folded away: its first line, which some have none of.
func folded(head string) string {
	if head == "" {
		return "What it says"
	}
	return head
}
