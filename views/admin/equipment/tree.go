package equipment

import (
	"slices"

	"github.com/a-h/templ"

	"millwright/views/admin"
	"millwright/views/figure"
	"millwright/views/line"
	"millwright/views/ui"
)

// Tree is a page of what stands in trees: all equipment, all reasons. Component: ShowTree.
type Tree struct {
	admin.Page
	Groves []Grove
	Title  string // of the parts
	Parts  []Link // what is still to be done elsewhere
	Faults []ui.Fault
}

// Grove is one tree. Its buttons post at, seal and to ("up", "down") to Move.
type Grove struct {
	ID, Title string
	Move      string
	Nodes     []Node
	Add       ui.Link // of a root
	Empty     *ui.Empty
	Root      *ui.Link // what all of it belongs to; nil for nothing
}

// Node is a site, an area, a line, a work unit or a reason.
type Node struct {
	ID          string // of the element in the page
	At          string // "ulm/filling/filling-1"
	Kind        string // "Site"; may be ""
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
	Preview  *Preview // what a change would have made of the past; nil when none was tried
	Parts    []Link   // what belongs to it and has pages of its own
	Title    string   // of these
	Values   *Values  // what the machine says now; nil for none
	Earlier  string   // the pages with others of its tags; "" for none
	Later    string
	Forms    []Form
	Versions *Versions // of its machine types; nil for none
}

// Link leads to a part, with a note.
type Link struct {
	ui.Link
	Note string
}

// Values is what a machine says now. Component: Now.
type Values struct {
	Panel   string     // "" while the unit is not in use
	Unit    *line.Unit // how it stands; nil while it is not in use
	Rows    []Value
	Shown   string // which of its tags; "" when all
	Read    string // link that reads what is not read yet; "" for none
	Trouble string // why that did not work; may be ""
}

// unread tells whether a tag has no value yet.
func (v Values) unread() bool {
	return slices.ContainsFunc(v.Rows, func(r Value) bool { return !r.Read })
}

// live makes a panel of an element, if it is one.
func (v Values) live() templ.Attributes {
	if v.Panel == "" {
		return nil
	}
	return ui.Panel(v.Panel)
}

// facts are what is told of a unit beside its state.
func (v Values) facts() [][2]string {
	u := v.Unit
	return [][2]string{
		{"Mode", figure.Dash(u.Mode)},
		{"Product", figure.Dash(u.Product)},
		{"Order", figure.Dash(u.Order)},
		{"Good", u.Good},
		{"Reject", u.Reject},
		{"Speed", u.Speed},
		{"Fault", figure.Dash(u.Fault)},
	}
}

// Value is a tag with its newest reading.
type Value struct {
	Name, Label, Value, Use string

	Read bool // it has one
	Age  ui.Timer
	Bad  string // its quality, when it is not good
}

// Preview puts what was beside what would have been. Component: ShowOne.
type Preview struct {
	Title string
	Lead  string
	Rows  []Compared
	Note  string // may be ""
	Form  string // id of the form that was tried
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
