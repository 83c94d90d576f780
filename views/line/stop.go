package line

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// StopPage is one stop: what is known of it, what people said, and what they may say.
//
// Component: ShowStop(p StopPage).
type StopPage struct {
	Frame   layout.Frame
	Back    ui.Link // to its line
	Again   ui.Link // to see it again
	Title   string  // "Stop from 09:12 to 09:31"
	State   ui.State
	Facts   []ui.Term // length, cause, reason, how it counts
	Missing bool      // nobody has said why
	Frozen  string    // why nothing can be said any more; "" when it can
	Action  string    // where its forms are posted to
	At      string    // which stop
	Seen    string    // the newest that was said of it
	Clash   *Clash    // nil unless somebody else was first
	Faults  []ui.Fault
	Reason  ui.Input
	Reasons []ui.Choice
	Comment ui.Input
	Split   ui.Input
	Joins   []ui.Choice // with which of its neighbours it can be joined
	Said    []Saying

	Suggestions []Suggestion
	Behind      Behind
}

// SegmentPage is one segment of a line's time, and what it rests on.
//
// Component: ShowSegment(p SegmentPage).
type SegmentPage struct {
	Frame  layout.Frame
	Title  string
	State  ui.State
	Facts  []ui.Term
	Links  []ui.Link
	Behind Behind
}

// Behind is the samples that a stop or a segment rests on.
type Behind struct {
	Unit      string // whose they are
	Samples   []Sample
	First     ui.Link  // to the first of them; no Href when these are
	Next      ui.Link  // to those that follow; no Href when there are none
	Corrected []string // what was corrected of them
	Trend     ui.Link
}

// Sample is one reading of a machine.
type Sample struct {
	At, Tag, Value, Quality string

	Held bool // it came before, and held when the stop began
}

// Suggestion is a reason that a stop may have had, by what was learned from earlier ones.
type Suggestion struct {
	Value string // what its button sends
	Name  string // of the reason
	Why   string // "Before 8 of 9 such stops Filler, Fault code went to 214."
	Sure  string // "Right for 17 of 20 like it."
}

// Clash is what two people said of one stop: nothing of the second was kept.
type Clash struct {
	Theirs, By string
	Yours      string
}

// Saying is one thing that somebody said.
type Saying struct {
	Words  string
	By     string
	At     string
	Undone bool
	Edit   string // to undo it; "" when it cannot be
}
