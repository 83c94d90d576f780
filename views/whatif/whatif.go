// Package whatif shows what a line's past would have come to under other settings, or with less lost.
package whatif

import (
	"slices"

	"github.com/a-h/templ"

	"millwright/views/layout"
	"millwright/views/ui"
)

// Page is one line over one time, before and after a change. Component: Show.
type Page struct {
	Frame  layout.Frame
	Title  string // "Filling 1, Early shift, Fri 27 Mar 2026, 06:00–14:00"
	Ask    Ask
	Result *Result   // nil where Empty says why, or a field is wrong
	Empty  *ui.Empty // in the place of what came of it
}

// Ask is the form of a change.
type Ask struct {
	Line, Range, From, To string
	Since, Until          string // of a range that was typed, as the form keeps it
	Lines                 []ui.Choice
	Ranges                []ui.Way
	Losses, Units         []Slider
	Scrap                 Slider
	Settings              []Setting
	Half                  *ui.Link // cuts the top loss by half
	Reset                 string   // address of the same without any change
	Faults                []ui.Fault
}

// Slider takes so many per cent off something.
type Slider struct {
	ID, Name, Label string
	Note            string // "42.0 min"
	Value           string // per cent
}

func (s Slider) text() string {
	if s.Value == "0" {
		return "0\u00a0%"
	}
	return "−" + s.Value + "\u00a0%"
}

// set tells whether any of them takes something off.
func set(all []Slider) bool {
	return slices.ContainsFunc(all, func(s Slider) bool { return s.Value != "0" })
}

// differs tells whether any of them is set otherwise, or wrong.
func differs(all []Setting) bool {
	return slices.ContainsFunc(all, func(s Setting) bool { return s.Value != "" || s.Fault != "" })
}

// Setting is a number that would have been set otherwise.
type Setting struct {
	ID, Name, Label, Help, Unit string
	Value, Fault                string
}

func (s Setting) described() templ.Attributes {
	a := templ.Attributes{"aria-describedby": s.ID + "-help"}
	if s.Fault != "" {
		a["aria-describedby"] = s.ID + "-help " + s.ID + "-fault"
		a["aria-invalid"] = "true"
	}
	return a
}

// Result is what came of it.
type Result struct {
	Lead    string
	Rows    []Row
	Effects []string // what each change takes off
	Notes   []string // the rules
	Propose []ui.Link
}

// Row is one figure before and after.
type Row struct {
	Name, Unit            string
	Before, After, Change string
	Mood                  ui.Mood
	Strong                bool
	How                   []string // the formula with its numbers
}
