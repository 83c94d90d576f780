package register

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// MostImported is how many rows a table has at most.
const MostImported = 20_000

// Field is one column of a table that is imported.
type Field struct {
	Title string   // that a table's head names, without regard to case
	Also  []string // other titles that mean the same
	Key   bool     // it is the natural key: it must be there, and not be empty
	Help  string   // what may stand in it
}

// Table is a table as it was read, its head apart.
type Table struct {
	Head []string
	Rows [][]string // of as many cells as the head at most
	At   []int      // the number of each row in the file

	Aside []string             // titles of columns that are none of a record's, as From leaves them
	Wrong map[int][]errs.Field // of rows by their place in Rows: what was wrong with them before they were rows
}

// Mapping tells which column of a table each field is; -1 for none.
type Mapping []int

// Map finds the fields of an importer in a table by their titles. What is named twice, is no field, or is the key and
// not there is told, all of it at once.
func Map(fields []Field, head []string) (Mapping, error) {
	m := make(Mapping, len(fields))
	var wrong []errs.Field
	known := map[int]bool{}
	for i, f := range fields {
		m[i] = -1
		for at, title := range head {
			if !f.named(title) {
				continue
			}
			if known[at] = true; m[i] >= 0 {
				wrong = append(wrong, errs.Field{Path: "file", Message: fmt.Sprintf("The table has the column %s twice.", f.Title)})
			}
			m[i] = at
		}
		if f.Key && m[i] < 0 {
			wrong = append(wrong, errs.Field{Path: "file", Message: fmt.Sprintf("The table needs the column %s.", strings.Join(append([]string{f.Title}, f.Also...), " or "))})
		}
	}
	for at, title := range head {
		if !known[at] && strings.TrimSpace(title) != "" {
			wrong = append(wrong, errs.Field{Path: "file", Message: fmt.Sprintf("No field is called %q; leave the column out, or call it as the list of fields does.", errs.Clip(title))})
		}
	}
	if wrong != nil {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "the table cannot be imported", Fields: wrong}
	}
	return m, nil
}

// From is a table as an importer takes it that was taken from a list: columns that the list has and no record takes are left
// out, and told in Aside; states are what they are kept as, where they stand as they are read.
func (t Table) From(fields []Field, list []Column) Table {
	t.Head = slices.Clone(t.Head)
	for at, title := range t.Head {
		is := strings.ToLower(strings.TrimSpace(title))
		n := slices.IndexFunc(list, func(c Column) bool { return strings.ToLower(c.Title) == is })
		switch {
		case n < 0:
		case slices.ContainsFunc(fields, func(f Field) bool { return f.named(title) }):
			t.say(at, list[n])
		default:
			t.Head[at], t.Aside = "", append(t.Aside, strings.TrimSpace(title))
		}
	}
	return t
}

// say writes the states of a column as they are kept.
func (t Table) say(at int, c Column) {
	for _, row := range t.Rows {
		if at >= len(row) {
			continue
		}
		if n := slices.IndexFunc(c.Words, func(w Word) bool { return strings.EqualFold(w.Name, strings.TrimSpace(row[at])) }); n >= 0 {
			row[at] = c.Words[n].Value
		}
	}
}

func (f Field) named(title string) bool {
	title = strings.ToLower(strings.TrimSpace(title))
	return strings.ToLower(f.Title) == title || slices.ContainsFunc(f.Also, func(a string) bool { return strings.ToLower(a) == title })
}

// Cell is what a row has of a field; ok is false when the table has no such column.
func (m Mapping) Cell(row []string, field int) (value string, ok bool) {
	at := m[field]
	if at < 0 {
		return "", false
	}
	if at >= len(row) {
		return "", true
	}
	return strings.TrimSpace(row[at]), true
}

// Result is what a row does, or would do.
type Result string

// The results.
const (
	Added     Result = "new"
	Changed   Result = "changed"
	Unchanged Result = "unchanged"
	Refused   Result = "wrong"
)

// Line is what became of one row.
type Line struct {
	Row     int    // in the file
	Name    string // the natural key
	ID      int64  // 0 for none yet
	Result  Result
	Changes []FieldChange
	Wrong   []errs.Field
}

// FieldChange is a value that a row puts in the place of another.
type FieldChange struct{ Title, Old, New string }

// Report is what became of a table.
type Report struct {
	Lines   []Line
	Applied bool
}

// Count gives how many lines have a result.
func (r Report) Count(of Result) (n int) {
	for _, l := range r.Lines {
		if l.Result == of {
			n++
		}
	}
	return n
}

// Import is a table, and what is to be done with it.
type Import struct {
	Table Table
	Apply bool   // else it is only looked through
	Whole bool   // keep all rows or none
	Key   string // of the form: with the same one a table is imported once
	By    plant.Person
	Why   string
	May   func(plant.Duty) bool // whether who imports has a duty, where records of one kind are of several; nil: every duty
}

// Importer takes tables of one kind of record. One bad row never fails the others, unless all or none is asked for.
type Importer interface {
	Fields() []Field
	Most() int // rows that one table may have
	Import(ctx context.Context, i Import) (Report, error)
}

// Bounded refuses a table of more rows than an importer takes.
func Bounded(i Importer, rows int) error {
	if rows <= i.Most() {
		return nil
	}
	words := fmt.Sprintf("The table has more than %d rows; import it in parts.", i.Most())
	return &errs.Error{Kind: errs.Invalid, Words: words, Fields: []errs.Field{{Path: "file", Message: words}}}
}
