package register

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Value is one cell.
type Value struct {
	Text   string
	Number int64
	Known  bool // else there is nothing
}

// Row is one record.
type Row struct {
	ID      int64
	Version int64   // what who acts on it has seen; 0 where that does not matter
	Cells   []Value // one for each column that was asked for
}

// Enough is up to how many rows are counted and added up.
const Enough = 10_000

// Page is a part of a list.
type Page struct {
	Columns []Column
	Rows    []Row
	Next    string // the cursor of what comes after it; "" when this is the end
	Back    string // the cursor of what comes before it; "" at the beginning
	// Total is how many rows there are, Enough+1 when they are more, -1 when that would take too long to find out.
	Total int
	// Sums are the totals of the columns, where they have one and there are no more rows than Enough.
	Sums []Value
	// Looked is how many rows were looked through when not all were; then Next goes on behind them.
	Looked int
}

// Book answers what is asked of lists.
type Book interface {
	Definitions() []Definition
	// Page gives a part of a list, whose Ask was checked. Dates are those of the zone.
	Page(ctx context.Context, d Definition, a Ask, zone *time.Location) (Page, error)
	Views(ctx context.Context, list string, by plant.Person) ([]View, error) // those of a person, and shared ones, by name
	SaveView(ctx context.Context, v View, by plant.Person) (View, error)     // by name: one of that name of the same person is replaced
	DropView(ctx context.Context, id int64, by plant.Person) error
}

// View is what somebody asks of a list again and again.
type View struct {
	ID     int64
	List   string
	Name   string
	Owner  plant.Person
	Shared bool
	First  bool   // the list opens with it, for its owner
	Query  string // of the address of the page: "filter=state%3Dopen&sort=-due"
}

// Check tells what is wrong with a view.
func (v View) Check() error {
	if n := len([]rune(v.Name)); n == 0 || n > 60 || len(v.Query) > 4000 {
		return &errs.Error{Kind: errs.Invalid, Words: "a view needs a name", Fields: []errs.Field{{Path: "view", Message: "Give the view a name of at most 60 letters."}}}
	}
	return nil
}

// Cursor is a place in a list that is ordered by a column.
type Cursor struct {
	Sort string `json:"s"` // as it was asked
	Back bool   `json:"b,omitempty"`
	Text string `json:"t,omitempty"`
	Num  int64  `json:"n,omitempty"`
	ID   int64  `json:"i"`
}

// String writes the cursor for addresses.
func (c Cursor) String() string {
	b, _ := json.Marshal(c) // words and numbers alone
	return base64.RawURLEncoding.EncodeToString(b)
}

// ParseCursor reads one that is for lists ordered by sort.
func ParseCursor(s, sort string) (c Cursor, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.Sort != sort || len(s) > 2000 {
		return c, errs.New(errs.Invalid, "this part of the list is not known; begin at its first page")
	}
	return c, nil
}
