package equipment

import (
	"millwright/views/admin"
	"millwright/views/ui"
)

// Tree is the page of all equipment. Its buttons post at, seal and to ("up", "down") to /admin/equipment/move. Component: ShowTree.
type Tree struct {
	admin.Page
	Nodes  []Node
	Add    ui.Link // of a site
	Empty  *ui.Empty
	Faults []ui.Fault
}

// Node is a site, an area, a line or a work unit.
type Node struct {
	ID          string // of the element in the page
	At          string // "ulm/filling/filling-1"
	Kind        string // "Site"
	Name, Short string // "Filling 1", "filling-1"
	Note        string // "paced by Filler"; may be ""
	Href        string // where it is set up
	Seal        string // of the order among its siblings
	First, Last bool
	Add         ui.Link // of a part; no Href for none
	Remove      string
	Parts       []Node
}

// Button is one way to send a small form.
type Button struct {
	Value, Text, Label string
	Off                bool
}

func (n Node) up() Button {
	return Button{Value: "up", Text: "↑", Label: "Move " + n.Name + " up", Off: n.First}
}

func (n Node) down() Button {
	return Button{Value: "down", Text: "↓", Label: "Move " + n.Name + " down", Off: n.Last}
}

// One is the page of forms about one thing. Component: ShowOne.
type One struct {
	admin.Page
	Preview *Preview // what a change would have made of the past; nil when none was tried
	Parts   []Link   // what belongs to it and has pages of its own
	Title   string   // of these
	Values  *Values  // what the machine says now; nil for none
	Forms   []Form
}

// Link leads to a part, with a note.
type Link struct {
	ui.Link
	Note string
}

// Values is what a machine says now.
type Values struct{ Rows []Value }

// Value is a tag with its newest reading.
type Value struct{ Name, Label, Value, Age, Use string }

// Preview puts what was beside what would have been. Component: ShowOne.
type Preview struct {
	Title string
	Lead  string
	Rows  []Compared
	Note  string // may be ""
}

// Compared is one figure before and after.
type Compared struct {
	Name, Before, After, Change string
	Strong                      bool
}

func strong(c Compared) string {
	if c.Strong {
		return "row-strong"
	}
	return ""
}
