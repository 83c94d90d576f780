// Package system is the page of how the program itself is doing.
package system

import (
	"millwright/views/admin"
	"millwright/views/ui"
)

// Page is what Show draws.
type Page struct {
	admin.Page
	Wrong   []Reading // of all groups, those that need somebody
	Groups  []Group
	Refused []Refused // the newest first
	Backups Backups
	Restore Restore
	Faults  []ui.Fault
}

// Group is what belongs together.
type Group struct {
	ID       string
	Name     string
	Readings []Reading
}

// Reading is one number, and what to do about it.
type Reading struct {
	Name  string
	Value string
	Note  string  // what it means
	Mood  ui.Mood // how it stands; Do is told when it is not well
	Do    string  // a sentence of what to do; "" while it is well
}

// Refused is a sample that the history would not keep.
type Refused struct {
	Source, Tag, Value, Quality string
	Time                        string // that it was stamped with
	Why                         string
	At                          string // when it was refused
}

// Backups are the copies of everything.
type Backups struct {
	Lead   string // when they are made, and how many are kept
	Making string // "" while none is being made
	Kept   []Kept
}

// Kept is one of them.
type Kept struct {
	At   string
	Age  string
	Size string
	Href string
	Name string
}

// Restore is how a backup is put back.
type Restore struct {
	Told        string // how far that has come; "" when nothing is under way
	Href, Begin string // to the page on which it is done; "" when it is done by command alone
	Leads       []string
	ByCommand   string
	Commands    string // a line each
}

// Licences is what ShowLicences draws.
type Licences struct {
	admin.Page
	Components []Component
	Texts      []Text
}

// Component is one thing that the program is made from.
type Component struct {
	Name, Version, Licence string
	Href                   string // of its text on the page; may be ""
}

// Text is the text of a licence, and of what.
type Text struct{ ID, Of, Text string }
