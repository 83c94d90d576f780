// Package shift shows one shift of a line: hour by hour, and what it hands over to the next.
package shift

import (
	"slices"

	"millwright/views/calls"
	"millwright/views/figure"
	"millwright/views/layout"
	"millwright/views/line"
	"millwright/views/ui"
)

// Page is one shift of a line.
//
// Component: Show(p Page).
type Page struct {
	Frame  layout.Frame
	Title  string  // "Early shift, Mon 2 Mar 2026, 06:00–14:00"
	Begun  string  // why it begins later than its calendar says; "" when it does not
	Back   ui.Link // to its line
	Before ui.Link // the shift before; may be without Href, as may be the one after
	After  ui.Link
	Again  ui.Link // to see it again
	Glance
	Hours   []Hour
	Total   Hour // of all hours
	Stops   []line.Stop
	Missing string // "2 without a reason"; "" when every stop has one
	Said    []Saying
	Times   []calls.Response // how calls for help were answered
	Calls   []calls.Call
	Hand    Handover
	Faults  []ui.Fault
	Form    Form
	MaySay  bool // the reader may write notes and undo: the shift is not signed
}

// Glance is the shift at a glance.
//
// Component: Top(g Glance).
type Glance struct {
	Live    string      // its panel; "" when the shift is over
	Figures []ui.Figure // good, target, Δ, reject
	Strip   ui.Strip
	KPIs    []ui.KPI
	Trust   Trust
}

// Form is what every form of the page says it is about.
type Form struct {
	Action string // of the page; the others are below it
	At     string // which shift
	Seen   string // the newest that was said of it
	Key    string // tells one sending from the next
}

// Trust is how far the figures can be relied on.
type Trust struct {
	Word  string // "High"
	Mood  ui.Mood
	Range string   // "OEE is between 60.2 and 74.9 %"; "" when all is known
	Why   []string // a sentence for each thing that lowers it
}

// Hour is a row of the table.
//
// Components: Row(h Hour), and Sum(h Hour) of all hours.
type Hour struct {
	Live    string // its panel; "" when it is over
	Label   string // "06:00–07:00"
	Target  string
	Actual  string
	Delta   string
	Mood    ui.Mood
	Reject  string
	Shared  bool   // people counted pieces over more than the hour: it has a share by time of them
	Lost    string // minutes
	Losses  []Loss // by category
	Strip   ui.Strip
	Current bool
	Ahead   bool // it has not begun
	Notes   []Note
	Start   string // names it in a form
	Note    ui.Input
	Open    bool // its form is unfolded
}

// Loss is what an hour lost to one category.
type Loss struct {
	State   ui.State
	Minutes string
}

// Note is what somebody wrote of an hour.
type Note struct{ Words, By, At string }

// Saying is one thing that somebody said of the shift.
type Saying struct {
	When   string // what it is about: "06:10–06:25"
	Words  string
	By     string
	At     string
	Undone string // "by Mara, 12:03"; "" when it counts
	Edit   string // to undo it
}

// Handover is what the shift leaves to the next.
type Handover struct {
	Open    []Item // what is not settled
	Wait    string // why it cannot be signed yet; "" when it can or is
	MaySign bool   // the reader may sign it, or open it again
	Comment ui.Input
	Signed  *Signature
	MayTake bool // the reader may take it over
	Reopen  ui.Input
}

// Item is something that is not settled.
type Item struct {
	Text string
	Link ui.Link
	Mood ui.Mood
}

// Signature is who answered for the shift.
type Signature struct {
	ID      string
	By      string // "Mara, manager"
	At      string
	Comment string
	Late    string // what became known later; "" when nothing did
	Taken   string // "by Otto, 14:05"; "" until it is
}

// near marks a number that has a share of what people counted.
func (h Hour) near(number string) string {
	if !h.Shared || number == figure.Unknown {
		return number
	}
	return figure.About + number
}

func (p Page) shared() bool {
	return slices.ContainsFunc(p.Hours, func(h Hour) bool { return h.Shared })
}
