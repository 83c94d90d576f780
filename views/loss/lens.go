package loss

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// LensPage is one line's time under every definition of OEE.
type LensPage struct {
	Frame       layout.Frame
	Title       string
	Ranges      []ui.Way
	Lines       []ui.Way
	Back        string // to the losses of the same time
	Definitions []Definition
	Empty       *ui.Empty
}

// Definition is what one of them sees.
type Definition struct {
	Name, Says                         string
	OEE                                string
	Share                              ui.Share
	Between                            string // "61.2–66.3", when part of the time is not known; else ""
	Delta                              string // in points, from the first; "" for the first
	Availability, Performance, Quality string
	Measured, Available, Run           string // minutes
	Moves                              []Move // from the first one to this
}

// Move is time that is taken for something else.
type Move struct {
	State    ui.State
	From, To string // "lost", "not measured"
	Minutes  string
	Spans    []ui.Link
	More     string // may be ""
}
