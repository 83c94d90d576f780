// Package kinds shows the machine types of the plant, and what a change of one changes.
package kinds

import (
	"strings"

	"millwright/views/admin"
	"millwright/views/admin/equipment"
	"millwright/views/figure"
	"millwright/views/ui"
)

// List is every machine type of the plant as it is drafted. Component: ShowList.
type List struct {
	admin.Page
	Rows  []Row
	Empty *ui.Empty
	Add   equipment.Form
}

// Row is one machine type.
type Row struct {
	Name, Href string
	Version    string
	Tags       string // how many
	Units      string // how many have it
	Note       string // "version 3 is drafted"; may be ""
}

// One is a machine type. Its small forms post their hidden fields and the seal of what they change. Component: ShowOne.
type One struct {
	admin.Page
	Href     string
	Faults   []ui.Fault // of the small forms
	Changes  *Changes   // what the draft changes; nil when nothing
	Tags     []Tag
	Place    string // what an address says of which tags are shown: "?page=2"; "" for the first
	Shown    string // which of them; "" when all are
	Earlier  string // the pages with others; "" for none
	Later    string
	More     ui.Link // to where tags are looked for; no Href when all are shown
	Fresh    ui.Input
	Seal     string // of the tags
	Forms    []equipment.Form
	Kept     []Version
	Kinds    string // seal of the versions
	Compare  *Compare
	Units    []Unit
	Together []ui.Choice // ways to move all of them
	Steps    string      // seal of the units
	Bar      string      // why it cannot be removed; "" when it can
	Own      string      // seal of the whole
}

// Changes is what a draft changes for work units.
type Changes struct {
	Lead  string
	Units []Change
	More  string // "and 3 more"; may be ""
}

// Change is what becomes of units, the same for all of them.
type Change struct {
	Units string
	Words []string
}

// Tag is one tag of the newest version.
type Tag struct {
	Name, Href, Label, Address, Measure, Settings string
}

// Version is one that is kept.
type Version struct {
	Number string
	Words  []string // "the newest", "in use"
	Units  string
	Drop   bool // nobody has it, so that it can be left out
	Value  string
}

// Compare puts two versions beside each other.
type Compare struct {
	From, To  ui.Input
	Choices   []ui.Choice
	Title     string
	Words     []string // what differs
	Untouched string   // said when nothing does
}

// Unit is a work unit that has the type.
type Unit struct {
	ui.Link
	Line    ui.Link
	Version string
}

func state(v Version) string { return figure.Dash(strings.Join(v.Words, ", ")) }
