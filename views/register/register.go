// Package register is the pages of lists of business records.
package register

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// List is the page of a list. The form of filters is got: for each column f-key (words; "=" before them means exactly
// these), from-key and to-key, or s-key (several); and q, with what Kept holds. That of columns is got too: c-key is the
// column's place. What is ticked is posted to Act: row (several), action, key. A view is posted to Save: view, shared,
// opens, query; it is removed by posting id to Drop. Component: Show.
type List struct {
	Frame  layout.Frame
	Lead   string
	Links  []ui.Link // what is added, or imported
	Faults []ui.Fault
	Done   string

	Home    string
	Search  string
	Kept    []Hidden // of the form of filters
	Filters []Filter
	Open    bool // the filters are not folded away
	Chips   []ui.Link
	Views   []View
	Save    Save

	Columns  []Column
	Rows     []Row
	Sums     []Cell // "" in the first place when there is none
	Total    string // "1 204 items"
	Looked   string // how far it was looked; "" when all was
	Back     string
	Next     string
	NextWord string
	Exports  []ui.Link
	Empty    ui.Empty

	Act     string
	Key     string
	Actions []Action
	Choose  []Place
	Keep    []Hidden // of the form of columns
}

// Hidden is a field that is not seen.
type Hidden struct{ Name, Value string }

// Filter is what one column is narrowed by.
type Filter struct {
	Key   string
	Title string
	Type  string // "text", "date"; of the fields
	Words string // of a column of words
	From  string // of a number or a moment
	To    string
	Range bool
	Ticks []Tick // of a state
}

// Tick is a box.
type Tick struct {
	Value, Name string
	On          bool
}

// View is one that was saved.
type View struct {
	ui.Link
	Note    string // "shared by Mara"
	Current bool
	ID      string // of one that the reader may remove; "" for others
}

// Save is the form that keeps what is shown as a view.
type Save struct {
	Action string
	Drop   string
	Query  string
	Name   ui.Input
	Shared ui.Input
	Opens  ui.Input
	Share  bool // the reader may share it
}

// Column is one column's head.
type Column struct {
	Title  string
	Help   string
	Right  bool
	Href   string // orders the list by it; "" when it cannot
	Sorted string // "ascending", "descending" or ""
}

// Row is one record.
type Row struct {
	ID    string
	Href  string
	Cells []Cell
}

// Cell is one value.
type Cell struct {
	Text  string
	Right bool
	Wide  bool // words that may be broken
	Mood  ui.Mood
}

// Action is what can be done to those that are ticked.
type Action struct{ Key, Title string }

// Place is where a column is shown.
type Place struct {
	Key, Title, Place string
}

func (f Filter) field(side, label, value string) ui.Input {
	return ui.Input{ID: side + "-" + f.Key, Label: label, Type: f.Type, Value: value, Optional: true, Complete: "off"}
}

func (f Filter) words() ui.Input { return f.field("f", f.Title, f.Words) }
func (f Filter) from() ui.Input  { return f.field("from", f.Title+", from", f.From) }
func (f Filter) to() ui.Input    { return f.field("to", f.Title+", to", f.To) }

func (l List) search() ui.Input {
	return ui.Input{ID: "q", Label: "Number or name", Type: "search", Value: l.Search, Optional: true, Complete: "off"}
}

// Sure asks whether something is to be done to rows. It posts what List posts, and sure. Component: Ask.
type Sure struct {
	Frame  layout.Frame
	Action string
	Title  string
	Text   string
	Rows   []string // what they are called
	Faults []ui.Fault
	Fields []Hidden
	Asked  []ui.Input // what must be said for it
	Button string
	Back   string
}

// Outcome tells what became of each row. Component: Tell.
type Outcome struct {
	Frame layout.Frame
	Lead  string
	Rows  []Told
	Back  ui.Link
}

// Told is what became of one.
type Told struct {
	ui.Link
	Word    string
	Mood    ui.Mood
	Details []Detail
}

// Detail is one thing about it.
type Detail struct{ Column, Old, New, Text string }

func align(right bool) string {
	if right {
		return "num"
	}
	return ""
}

// Import asks for a table; it is posted as file to Action. Component: AskTable.
type Import struct {
	Frame  layout.Frame
	Faults []ui.Fault
	Action string
	Limits string
	Fields []Hidden // the columns, and what may stand in them
}

// Report tells what a table would do, or did. It posts whole to Action. Component: TellTable.
type Report struct {
	Frame  layout.Frame
	Lead   string
	Counts string
	Action string
	May    bool // it can be kept
	Whole  ui.Input
	Rows   []Told
	More   string
	Back   ui.Link
}
