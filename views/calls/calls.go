// Package calls shows who was called for at a line, and how long it took until somebody came.
package calls

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// Page is the calls of some days.
//
// Components: Show(p Page); Times(rows []Response) and List(rows []Call) also stand on the page of a shift.
type Page struct {
	Frame layout.Frame
	Days  []ui.Way // how far back
	Open  []Call   // that are not done, however old
	Times []Response
	Calls []Call // of these days, the newest first
	More  string // "Older ones are left out."; may be ""
}

// Response is how calls of one kind at one line were answered.
type Response struct {
	Line     string // its name; "" where all are of one line
	Kind     string // "Maintenance"
	Calls    string
	Waiting  string // that nobody has answered; "" when none is
	Answered Span
	Done     Span
}

// Span is how long something took.
type Span struct {
	Median  string
	Longest string
}

// Call is one call.
type Call struct {
	Words    string  // "Maintenance, Filler: it leaks"
	Line     ui.Link // its line; without a name where all are of one line
	At       string  // "2 Mar, 14:05"
	By       string
	Answered string // "Mia came after 4 min"; "" when nobody has
	Done     string // "done after 9 min by Ben"; "" when it is not
	Orders   string // which orders it endangers while it is open; may be ""
	Mood     ui.Mood
}
