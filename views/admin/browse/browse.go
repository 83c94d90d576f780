// Package browse is where the tags of a machine type are taken from what a machine offers.
package browse

import (
	"net/url"
	"strconv"

	"millwright/views/admin"
	"millwright/views/ui"
)

// Page is one level of what a machine offers, or what a search found. Every name in it comes from the machine.
// It posts node (several), was (several), names, type and fresh to its own address, and node, was, all, clear, go, to
// and show to Tick. Component: Show.
type Page struct {
	admin.Page
	Href    string // of this page without what is looked for
	At      string // address of the level; "" for the top
	Crumbs  []ui.Link
	Find    string
	Deep    bool
	Faults  []ui.Fault
	Note    string // that the list is not whole; may be ""
	Rows    []Row
	Empty   string // what is said where there is none
	Shown   string
	Earlier string // number of the page; "" for none
	Later   string
	Again   string // link to the same, with new values
	ReadAt  string
	Values  string // address that tells what stands there now
	Tick    string // address that keeps what is ticked
	Basket  Basket
	Presets []Preset
	Form    Form
}

// Row is one node.
type Row struct {
	Name, Address, Where string
	Href                 string // of what stands below; "" for a value
	Kind, Value, Quality string
	Ticked               bool
}

// level leads to what stands below a folder.
func (r Row) level() ui.Link { return ui.Link{Name: r.Name, Href: r.Href} }

// level is the address of the level that a link leads to; "" for the top.
func level(l ui.Link) string {
	to, err := url.Parse(l.Href)
	if err != nil {
		return ""
	}
	return to.Query().Get("at")
}

// Form says what becomes of the ticked ones.
type Form struct {
	Names string // template
	Type  string
	Types []ui.Choice
	Fresh string
	Why   string
}

// Basket is what is ticked on this and other pages.
type Basket struct {
	Ticked int
	Only   bool   // the page shows nothing else
	Other  string // link: to what is ticked; where it is shown, back to where it was ticked
	All    string // words on the button that ticks everything found; "" for none
}

// Preset is a companion standard that was recognised below this level.
type Preset struct {
	ID, Name string
	Machine  string // address of what it was recognised in
	By       string // what it was recognised by
	Note     string // may be ""
	Roles    []Role
}

// Role is what one node means.
type Role struct{ Role, Name, Address string }

// Report is what became of each. Component: ShowReport.
type Report struct {
	admin.Page
	Type           string
	Added, Refused int
	Rows           []Outcome
	More           string // that not all are shown; may be ""
	Still          string // that some stay ticked; may be ""
	Back           string
}

// Outcome is what became of one.
type Outcome struct {
	OK            bool
	Name, Where   string // of the node
	Tag, Why, Set string
}

func (p Page) find() ui.Input {
	return ui.Input{ID: "find", Label: "Name contains", Type: "text", Value: p.Find, Optional: true, Fault: ui.FaultOf(p.Faults, "find")}
}

func (p Page) deep() ui.Input {
	return ui.Input{ID: "deep", Label: "Search everything below too", Value: on(p.Deep)}
}

func (p Page) names() ui.Input {
	return ui.Input{ID: "names", Label: "Names of the tags", Help: "{name} and {parent} stand for those of the node. Small letters, digits and _ are kept.", Type: "text", Value: p.Form.Names, Fault: ui.FaultOf(p.Faults, "names")}
}

func (p Page) machine() ui.Input {
	return ui.Input{ID: "type", Label: "Machine type", Value: p.Form.Type, Fault: ui.FaultOf(p.Faults, "type")}
}

func (p Page) fresh() ui.Input {
	label := "Or a new machine type"
	if len(p.Form.Types) == 0 {
		label = "Machine type to make of it"
	}
	return ui.Input{ID: "fresh", Label: label, Help: "Small letters, digits, - and _.", Type: "text", Value: p.Form.Fresh, Optional: true, Fault: ui.FaultOf(p.Faults, "fresh")}
}

func on(b bool) string {
	if b {
		return "on"
	}
	return ""
}

func (b Basket) count() string { return strconv.Itoa(b.Ticked) }

func tick(i int) string { return "node-" + strconv.Itoa(i) }

func outcome(o Outcome) string {
	if o.OK {
		return "Added"
	}
	return "Not added: " + o.Why
}

func sum(r Report) string {
	return strconv.Itoa(r.Added) + " added, " + strconv.Itoa(r.Refused) + " not"
}
