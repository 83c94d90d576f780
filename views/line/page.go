// Package line shows one line in full.
package line

import (
	"millwright/views/layout"
	"millwright/views/risk"
	"millwright/views/trend"
	"millwright/views/ui"
)

// Page is one line: what it does, what its shift was used for, and what its machines say.
//
// Components: Show(p Page); and one per panel, which the page itself uses: Top(h Head) "line/<id>/head",
// Shift(s ShiftPanel) "line/<id>/strip", Figures(k KPIPanel) "line/<id>/kpi", Units(u UnitsPanel) "line/<id>/units",
// Jobs(j JobsPanel) "line/<id>/jobs", Tags(t TagsPanel) "line/<id>/tags". List(l ListPage) is the page of all lines, Areas(l ListPanel)
// its panel "lines".
type Page struct {
	Frame layout.Frame
	Head  Head
	Calls CallsPanel
	Lack  risk.LackPanel
	Shift ShiftPanel
	KPIs  KPIPanel
	Units UnitsPanel
	Jobs  JobsPanel
	Tags  TagsPanel
	Trend trend.Chart
}

// Head is the top: state, timer, product and pieces.
type Head struct {
	Line    string // id
	Name    string
	State   ui.State
	Since   ui.Timer
	Cause   string // "Filler, E-107"; may be ""
	Product string
	Order   string      // "J-1001"; may be ""
	Figures []ui.Figure // good, target, Δ, reject …
	Newest  ui.Timer    // age of the newest machine value of this line
	Wall    ui.Link     // to its wall display; may be without Href
	Health  ui.Link     // to what is to be mended about it
}

// ShiftPanel is the big strip with hours, and the pieces per hour.
type ShiftPanel struct {
	Line  string
	Title string // "Early shift, 06:00–14:00"
	Strip ui.Strip
	Hours []ui.Hour
	Stops []Stop // the newest, for the list under the strip

	Missing string // "2 without a reason"; "" when every stop has one
}

// Stop is one stop of the shift.
type Stop struct {
	State  ui.State
	From   string   // "09:12"
	To     string   // "09:31"; "now" while it lasts
	Length string   // "19 min"; of one that is over
	Since  ui.Timer // of one that lasts: its clock runs
	Lasts  bool
	Cause  string // unit and reason, as somebody said or else the machine
	Note   string // what it cost, and which order it endangers; may be ""

	Href    string // its page
	Missing bool   // nobody has said why
}

// KPIPanel is OEE with its three factors, and the losses by category.
type KPIPanel struct {
	Line    string
	Missing string   // "No ideal cycle for COLA-05 on this line"; "" when nothing is
	KPIs    []ui.KPI // OEE first, then availability, performance, quality
	Trust   Trust    // how far they can be relied on
	Losses  []Loss
	Total   Loss // the whole window
}

// Trust is how far figures can be relied on.
type Trust struct {
	Word string // "low"; "" when nothing is known yet
	Mood ui.Mood
	Why  []string // a sentence for each thing that lowers it
}

// Loss is one category of the shift's time.
type Loss struct {
	State   ui.State // tone and name of the category
	Minutes string   // "41.5"
	Percent string   // "8.7": of the window
	Share   ui.Share // of the window
	Count   string   // "3": how many stretches; may be ""
}

// UnitsPanel is the line's work units in the order of the flow.
type UnitsPanel struct {
	Line  string
	Units []Unit
}

// Unit is one machine.
type Unit struct {
	ID       string
	Name     string
	State    ui.State // PackML state's word: "Execute", "Held"
	Since    ui.Timer
	Mode     string // "Production"
	Product  string // may be ""
	Order    string // as the machine names it; may be ""
	Role     string // "pacer", "output", "pacer and output"; may be ""
	Good     string
	GoodNote string // what Good is where no counter counts good pieces alone; may be ""
	Reject   string
	Speed    string // with unit: "98.4 /min"
	Fault    string // may be ""
	Command  string // href of the page that stops and starts it; "" for none
}

// JobsPanel is the line's queue of jobs; the running one first.
type JobsPanel struct {
	Line  string
	Jobs  []Job
	More  string // "and 12 more"; may be ""
	Empty *ui.Empty
}

// Job is an order's work on this line.
type Job struct {
	ID        string
	Href      string // of the work order that it makes; may be ""
	Order     string // may be ""
	Product   string
	Good      string
	Scrap     string
	Estimated string // "12 estimated" of good and scrap; "" when none is
	Planned   string
	Progress  ui.Share
	Percent   string // "76.5"
	Status    string // "running"
	Due       string
	Promise   string // may be ""
	Mood      ui.Mood
	Current   bool
	Actions   []Action // steps that its status allows, for who may take them; none for everybody else
}

// Action is a button: a POST with hidden fields.
type Action struct {
	Label   string // "Start"
	Path    string // "/jobs/J-1001/start"
	Fields  []Field
	Primary bool
}

// Field is a hidden field of an Action.
type Field struct{ Name, Value string }

// TagsPanel is what the machines say.
type TagsPanel struct {
	Line  string
	Tags  []Tag
	Empty *ui.Empty
}

// Tag is one live value.
type Tag struct {
	Name     string // "filling-1/filler/temperature"
	Label    string // "Temperature"
	Machine  string // "Filler": rows of one machine stand together
	Value    string // figure.Unknown when there is none
	Unit     string // "°C"
	Quality  string // the word: "good", "no communication"
	Grade    Grade
	Age      ui.Timer
	Writable bool
	Write    string // href of the page that changes it; "" for who may not
	Trend    string // href that adds it to the chart; "" for text
}

// Grade is how far a value may be used.
type Grade string

// The grades.
const (
	Good      Grade = "good"
	Uncertain Grade = "uncertain"
	Bad       Grade = "bad"
)

// ListPage is all the lines by area, for finding one.
type ListPage struct {
	Frame layout.Frame
	Panel ListPanel
}

// ListPanel is all the lines as they are now.
type ListPanel struct {
	Areas []Area
	Empty *ui.Empty
}

// Area is a hall with its lines.
type Area struct {
	Name  string
	Walls []ui.Link // to the hall's wall displays; may be none
	Lines []Entry
}

// Entry is one line of the list.
type Entry struct {
	Name    string
	Href    string
	State   ui.State
	Product string
	OEE     string
	Wall    ui.Link
}

// CallsPanel is the panel "line/<id>/calls": who is needed at the line.
type CallsPanel struct {
	Line  string
	Calls []Call
}

// Call is one open call for help.
type Call struct {
	Words string // "Maintenance, Filler: it leaks"
	State string // "Called by Ben", "Mia comes"
	Mood  ui.Mood
	Since ui.Timer // it was raised
	Steps []Action // none where the reader may not take them
}
