// Package wall shows a line, a hall or orders to people who stand five metres away.
//
// Components: Show(f layout.Frame, panel templ.Component) is the page of a display, with one of the panels
// Line(l LinePanel) "wall/line/<id>", Hall(h HallPanel) "wall/hall/<area>" and Orders(o OrdersPanel) "wall/orders/<place>".
package wall

import (
	"strings"
	"unicode/utf8"

	"millwright/views/ui"
)

// Corner is what every wall says of itself.
type Corner struct {
	Shift  string // "Early"
	Left   ui.Timer
	At     string // "14:05": clock, before scripts run
	Zone   string // in which the clock goes
	Newest ui.Timer
	Turn   Turn
}

// Turn is where a display stands that shows several walls by turns; the zero Turn is a wall that is shown alone.
type Turn struct {
	Panel string // that shows them
	Words string // "2 of 3"
}

// LinePanel is the whole of the screen; its ground carries the state.
type LinePanel struct {
	Tile
	Corner
	Stops  []Stop  // top three of the shift
	Calls  []Call  // for help, that are not done
	More   string  // "2 more calls"; may be ""
	Handed *Handed // what the last shift left to this one; nil when there is nothing, or it was acknowledged
}

// Handed is a hand-over that nobody has acknowledged yet.
type Handed struct {
	From  string // "Early shift of 2 Mar, Mara"
	Words string
}

// Call is one call for help.
type Call struct {
	Words string // "Maintenance, Filler"
	Who   string // "Ben comes"
	Taken bool   // somebody comes
	Since ui.Timer
}

// Stop is one cause of lost time in this shift.
type Stop struct {
	State  ui.State
	Cause  string // "Filler, E-107"
	Length string // "19 min"
}

// A wall has room for so many lines of the smaller letters, in which a cause is written that is longer than shortCause.
const (
	shortCause   = 14
	lineOfCause  = 19 // letters that stand on one line surely, whatever they are
	lineLines    = 6  // of all on that of a line
	handedLines  = 4  // where a hand-over stands above them
	linesOfShort = 2
)

// lines is how many it takes, with words as long as they are.
func (s Stop) lines() int {
	if utf8.RuneCountInString(s.Cause) <= shortCause {
		return linesOfShort
	}
	lines, at := 1, 0
	for word := range strings.FieldsSeq(s.Cause) {
		n := utf8.RuneCountInString(word)
		switch {
		case at == 0 && lines == 1:
			at = n
		case at+1+n <= lineOfCause:
			at += 1 + n
		default:
			lines, at = lines+1, n
		}
		for at > lineOfCause {
			lines, at = lines+1, at-lineOfCause
		}
	}
	return max(lines, linesOfShort)
}

func (s Stop) size() string {
	if utf8.RuneCountInString(s.Cause) <= shortCause {
		return ""
	}
	return "stop-long"
}

// fitting are those of the causes, the worst first, for which there is room: the first always, so that none is cut.
func (l LinePanel) fitting() []Stop {
	room := lineLines
	if l.Handed != nil {
		room = handedLines
	}
	for i, s := range l.Stops {
		if room -= s.lines(); room < 0 && i > 0 {
			return l.Stops[:i]
		}
	}
	return l.Stops
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
	Lack     string // "Cap for 38 min": what is gone first; "" where nothing is before the job ends
	Short    bool   // it is gone within the hour
}

// HallPanel is all lines of an area as tiles.
type HallPanel struct {
	Corner
	Area  string // id
	Name  string
	Tiles []Tile
	Stops []Stop // top three of the shift, each with its line
	Calls []Call
	More  string
	Empty *ui.Empty
}

// Tile is what a wall says of a line; in a hall it is all.
type Tile struct {
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
	Between string // "69.4–71.0", where OEE lies when part of the time is not known; else ""
	Trust   string // "fair", "low": how far it can be relied on; "" when that is high
	Doubt   ui.Mood
	Hours   []ui.Hour
	Job     *Job
}

// OrdersPanel is the orders of an area or a site: those that will be late first, then those that run.
type OrdersPanel struct {
	Corner
	Place  string // id
	Name   string
	Sum    string // "2 of 9 late"
	Mood   ui.Mood
	Orders []Order
	More   string // "4 more, none late"; may be ""
	Empty  *ui.Empty
}

// Order is one order on its line, or in its queue.
type Order struct {
	ID       string
	Line     string   // its name
	State    ui.State // of the line
	Product  string
	Step     string // "Running", "Held", "Next"
	Progress ui.Share
	Done     string
	Planned  string
	Due      string
	Ready    string // forecast; figure.Unknown when it cannot be known
	Verdict  string // "40 min late", "In time"
	Mood     ui.Mood
}
