// Package register is lists of business records: what their columns are, and what may be asked of them.
//
// How to add a list: write a function in internal/store that gives a list (see listitem.go): its Definition, the SQL it
// is read from and one expression for each column; name it in lists() there; mount its page with one line,
// get(home, plant.Viewer, s.listPage("name")), and put home into the rail (web/nav.go). Everything else – filters,
// search, pages, totals, saved views, export, the API – comes of the definition.
//
// A column that sorts is never NULL and has an index that begins with its expression and ends with the id, or its
// table stays small: pages are found by (value, id), never by counting rows.
package register

import (
	"cmp"
	"slices"
	"strconv"

	"millwright/internal/plant"
)

// Kind is what a column holds.
type Kind string

// The kinds.
const (
	Text     Kind = "text"
	State    Kind = "state"    // one of a few words
	Count    Kind = "count"    // a whole number
	Quantity Kind = "quantity" // millionths
	Money    Kind = "money"    // millionths
	Date     Kind = "date"     // microseconds of UTC, shown by the day; 0 is not known
	Time     Kind = "time"     // microseconds of UTC; 0 is not known
)

// Number tells whether a column holds a number rather than words.
func (k Kind) Number() bool { return k != Text && k != State }

// Moment tells whether it is one of time.
func (k Kind) Moment() bool { return k == Date || k == Time }

// Column is one column of a list.
type Column struct {
	Key    string // in addresses and in JSON: "number", "due"
	Title  string
	Kind   Kind
	Sort   bool   // rows can be ordered by it
	Filter bool   // rows can be narrowed by it
	Search bool   // what is looked for may stand in it; of words only
	Hidden bool   // not shown before somebody asks for it
	Sum    bool   // of a quantity, money or count: its total means something
	Words  []Word // of a state: every one of them
	Help   string // what it is, for who does not know; "" when its title says it
}

// Word is one state.
type Word struct {
	Value string // as it is kept
	Name  string // as it is read
	Mood  Mood
}

// Mood is how a state is shown besides its word.
type Mood string

// The moods.
const (
	Calm    Mood = ""
	Good    Mood = "good"
	Warning Mood = "warning"
	Bad     Mood = "bad"
)

// Action is something that is done to several rows at once. Who does it is told each row's outcome.
type Action struct {
	Key     string // in addresses: "retire"
	Title   string // on the button: "Retire"
	Confirm string // what is asked before: "They can no longer be ordered."
	Why     bool   // who does it must say why
	Until   bool   // and until which date
	Duty    plant.Duty
}

// Link leads from a list to what belongs to it.
type Link struct{ Name, Href string }

// Definition is one list.
type Definition struct {
	Name    string // in addresses: "items"
	Title   string // "Items"
	One     string // "item"
	Many    string // "items"
	Home    string // the page of the list: "/items"; a row's is Home/id, or Rows/id
	Rows    string
	Lead    string // one sentence under the title; may be ""
	Columns []Column
	Order   string // the column that it is ordered by at first; "-" before it for the other way round
	Actions []Action
	New     string     // the address at which one is added; "" for none
	Adds    []Link     // further ways to add what is needed, for who may
	Duty    plant.Duty // who may add one, or import a table
	Import  bool       // a table can be imported
	Related []Link     // what else its readers look for
	First   string     // what is asked when its address asks for nothing: "filter=state%3Dopen"; "" for all
}

// Column finds a column.
func (d Definition) Column(key string) (Column, bool) {
	i := slices.IndexFunc(d.Columns, func(c Column) bool { return c.Key == key })
	if i < 0 {
		return Column{}, false
	}
	return d.Columns[i], true
}

// Page is the page of a row.
func (d Definition) Page(id int64) string {
	return cmp.Or(d.Rows, d.Home) + "/" + strconv.FormatInt(id, 10)
}

// Shown are the columns that are shown when nobody asks for others.
func (d Definition) Shown() (keys []string) {
	for _, c := range d.Columns {
		if !c.Hidden {
			keys = append(keys, c.Key)
		}
	}
	return keys
}

// Name is the word of a state's value.
func (c Column) Name(value string) string {
	for _, w := range c.Words {
		if w.Value == value {
			return w.Name
		}
	}
	return value
}

// Mood is how a state's value is shown.
func (c Column) Mood(value string) Mood {
	for _, w := range c.Words {
		if w.Value == value {
			return w.Mood
		}
	}
	return Calm
}
