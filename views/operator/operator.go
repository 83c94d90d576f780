// Package operator is the terminal of a line: a tablet beside it, used with gloves and in a hurry.
package operator

import (
	"millwright/views/layout"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// ChoicePage is the lines of which somebody is operator.
//
// Component: Choose(p ChoicePage).
type ChoicePage struct {
	Frame layout.Frame
	Lines []Line
	Empty *ui.Empty
}

// Line is one to choose.
type Line struct {
	ui.Link
	Area    string
	State   ui.State
	Missing string // "2 without a reason"; "" when every stop has one
}

// Page is the terminal of one line. Its panels move; its forms stand still, so that nothing is lost while it is typed.
//
// Component: Show(p Page).
type Page struct {
	Frame   layout.Frame
	Now     NowPanel
	Calls   lineview.CallsPanel
	Call    *Help // nil when nobody can be called
	Crew    *Crew // nil when nobody signs on
	Hours   HoursPanel
	Stops   StopsPanel
	Earlier []Stop // of shifts before, that still lack a reason
	Clash   *lineview.Clash
	Faults  []ui.Fault
	Answer  *Answer // nil when the line never stood
	Report  Report
	Counter Counter
	Said    []lineview.Saying // of this shift, the newest first
	Action  string            // where all forms are posted to
	Seen    string            // the newest that was said
	Person  string            // who is signed in: what waits to be sent is sent in no other name
}

// NowPanel is the panel "line/<id>/terminal": state, job, count.
type NowPanel struct {
	Line    string
	Name    string
	State   ui.State
	Since   ui.Timer
	Cause   string
	Product string
	Figures []ui.Figure
	Job     *lineview.Job
	Missing string
}

// HoursPanel is the panel "line/<id>/hours": one row for each hour of the shift.
type HoursPanel struct {
	Line string
	Rows []Hour
}

// Hour is what was made in an hour, and what the line did in its minutes.
type Hour struct {
	Label   string // "09:00"
	Target  string
	Actual  string // "" of an hour to come
	Delta   string
	Mood    ui.Mood
	Current bool
	Strip   ui.Strip
	Marks   []string // where in its width a stop lacks a reason: "41.7%"
}

// StopsPanel is the panel "line/<id>/stops": the stops of the shift that lack a reason, then the others, the newest first.
type StopsPanel struct {
	Line  string
	Stops []Stop
	More  []Stop // folded away
}

// Stop is one that can be tapped.
type Stop struct {
	Href    string
	State   ui.State
	Title   string // "09:12–09:31"
	Length  string
	Cause   string
	Reason  string
	Missing bool
	// What the form says about it, for scripts.
	At, To, Seen, Unit, More, Middle string
}

// Answer is the form that says why a stop was.
type Answer struct {
	Title    string // "Stop from 09:12 to 09:31"
	Facts    string // length and cause
	At, To   string
	Seen     string
	Unit     string
	Frozen   string // why nothing can be said any more; "" when it can
	Key      string
	SplitKey string
	Chosen   string // the reason that was given, or typed
	Hunches  []Hunch
	Recent   []Recent
	Groups   []Group
	Comment  ui.Input
	Split    ui.Input
	More     string // the page with all of it
}

// Recent is the reasons given lately where a machine was the cause.
type Recent struct {
	Unit    string
	Shown   bool
	Reasons []ui.Choice
}

// Hunch is what is suggested for one stop.
type Hunch struct {
	At          string // which
	Shown       bool
	Suggestions []lineview.Suggestion
}

// Group is a reason with those below it.
type Group struct {
	Name    string
	Reasons []ui.Choice
}

// Report is the form that reports good pieces, scrap and why, in one go.
type Report struct {
	Key     string
	When    ui.Input
	Times   []ui.Choice
	Good    ui.Input
	Reject  ui.Input
	Rework  ui.Input
	Reason  ui.Input
	Reasons []ui.Choice

	Product  ui.Input
	Products []ui.Choice // none where the line made only one
}

// Counter is the form for a counter that no program reads.
type Counter struct {
	Key      string
	When     ui.Input
	Times    []ui.Choice
	Product  ui.Input
	Products []ui.Choice // none where the line made only one
	Start    ui.Input
	End      ui.Input
	Below    ui.Input
	Belows   []ui.Choice
}

// open tells whether the form is unfolded: it was refused, or waits for its end.
func (k Counter) open() bool {
	return k.Start.Value != "" || k.When.Fault+k.Product.Fault+k.Start.Fault+k.End.Fault+k.Below.Fault != ""
}

// Crew is who is signed on at the line, and the form to sign on.
type Crew struct {
	Action string
	There  []Member
	Who    ui.Input
	People []ui.Choice
	Unit   ui.Input
	Units  []ui.Choice
	Until  string // how long whoever signs on now is there
}

// Member is somebody who is signed on.
type Member struct {
	ID    string
	Name  string
	Where string // a machine; "" is the line
	Since string // "since 06:02"
}

// Help is the form that calls for help.
type Help struct {
	Action string
	Key    string
	Note   ui.Input
	Unit   ui.Input
	Units  []ui.Choice
	Kinds  []ui.Choice
}
