// Package wall shows a line or a hall to people who stand five metres away.
package wall

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// LinePage is the wall display of one line.
//
// Components: ShowLine(p LinePage); Line(l LinePanel) is panel "wall/line/<id>"; ShowHall(p HallPage);
// Hall(h HallPanel) is panel "wall/hall/<area>".
type LinePage struct {
	Frame layout.Frame
	Panel LinePanel
}

// LinePanel is the whole of the screen; its ground carries the state.
type LinePanel struct {
	Line    string // id
	Name    string
	State   ui.State
	Since   ui.Timer
	Cause   string // may be ""
	Product string
	Actual  string
	Target  string
	Delta   string // "−412"
	Behind  bool   // Delta is negative: the word "behind" stands by it, else "ahead"
	OEE     string
	Hours   []ui.Hour
	Stops   []Stop // top three of the shift
	Job     *Job
	Shift   string // "Early"
	Left    ui.Timer
	At      string // "14:05": clock, before scripts run
	Newest  ui.Timer
}

// Stop is one cause of lost time in this shift.
type Stop struct {
	State  ui.State
	Cause  string // "Filler, E-107"
	Length string // "19 min"
	Count  string // "3×"; may be ""
}

// Job is the work on the line.
type Job struct {
	ID       string
	Product  string
	Done     string
	Planned  string
	Progress ui.Share
	Due      string
	Promise  string
	Mood     ui.Mood
}

// HallPage is the wall display of an area.
type HallPage struct {
	Frame layout.Frame
	Panel HallPanel
}

// HallPanel is all lines of an area as tiles.
type HallPanel struct {
	Area   string // id
	Name   string
	Tiles  []Tile
	Shift  string
	Left   ui.Timer
	At     string
	Newest ui.Timer
	Empty  *ui.Empty
}

// Tile is one line of the hall.
type Tile struct {
	Line    string // id
	Name    string
	State   ui.State
	Since   ui.Timer
	Cause   string
	Product string
	Actual  string
	Target  string
	Delta   string
	Behind  bool
	OEE     string
	Job     *Job
}
