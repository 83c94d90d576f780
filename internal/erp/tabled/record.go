package tabled

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"millwright/internal/erp/item/written"
	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Row is one row of a table.
type Row struct {
	fields []register.Field
	at     register.Mapping
	cells  []string
	Line   int // in the file
	place  int // in the table
}

// Cell is what stands in the column of a title; "" where there is no such column.
func (r Row) Cell(title string) string {
	value, _ := r.at.Cell(r.cells, r.column(title))
	return value
}

// Has tells whether the table has the column.
func (r Row) Has(title string) bool { return r.at[r.column(title)] >= 0 }

// column is the place of a field among the fields, which has one of each title that is asked for.
func (r Row) column(title string) int {
	return slices.IndexFunc(r.fields, func(f register.Field) bool { return f.Title == title })
}

// Record is the rows of one key.
type Record struct {
	register.Import
	Key  []string
	Rows []Row
}

// name is the key as people read it.
func (r Record) name() string {
	return strings.Join(slices.DeleteFunc(slices.Clone(r.Key), func(k string) bool { return k == "" }), " · ")
}

// Wrong is what is wrong with the rows of a record.
type Wrong struct{ rows map[int][]errs.Field }

// Add tells what is wrong with a cell.
func (w *Wrong) Add(r Row, title, format string, args ...any) {
	if w.rows == nil {
		w.rows = map[int][]errs.Field{}
	}
	if !slices.ContainsFunc(w.rows[r.place], func(f errs.Field) bool { return f.Path == title }) {
		w.rows[r.place] = append(w.rows[r.place], errs.Field{Path: title, Message: fmt.Sprintf(format, args...)})
	}
}

// Err is nil where nothing is wrong.
func (w *Wrong) Err() error {
	if w.rows == nil {
		return nil
	}
	return errs.New(errs.Invalid, "%w", wrongRows(w.rows))
}

// wrongRows are the faults of rows by their places in the table.
type wrongRows map[int][]errs.Field

// Error is a sentence of them.
func (w wrongRows) Error() string {
	for _, n := range slices.Sorted(maps.Keys(w)) {
		return w[n][0].Message
	}
	return "the rows cannot be read"
}

// Terms are the words of a table for what a book of records finds wrong: titles by the last part of a path, and the rows that
// are the lines of a record, by the first.
type Terms struct {
	Titles map[string]string
	Rows   map[string][]Row
}

// Take adds what a book of records finds wrong with a record, each fault beside the cell that it means. What no person can
// mend is given back.
func (w *Wrong) Take(r Record, err error, t Terms) error {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict, errs.NotFound, errs.Forbidden:
	default:
		return err
	}
	if err == nil {
		return nil
	}
	for _, f := range errs.FieldsOf(err) {
		row, path := r.Rows[0], f.Path
		if list, rest, is := strings.Cut(path, "["); is {
			number, leaf, _ := strings.Cut(rest, "]")
			n, err := strconv.Atoi(number)
			if rows := t.Rows[list]; err == nil && n >= 0 && n < len(rows) {
				row = rows[n]
			}
			if path = list; leaf != "" {
				path = list + leaf
			}
		}
		title := cmp.Or(t.Titles[path], path, row.fields[0].Title)
		w.Add(row, title, "%s", upper(f.Message))
	}
	return nil
}

// Also is all that is wrong, and what a book of records finds besides.
func (w *Wrong) Also(r Record, err error, t Terms) error {
	if err := w.Take(r, err, t); err != nil {
		return err
	}
	return w.Err()
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// refuse tells of the rows of a record that cannot be kept.
func (r Record) refuse(err error, lines []register.Line) {
	var w Wrong
	if rows := wrongRows(nil); errors.As(err, &rows) {
		w.rows = rows
	} else {
		_ = w.Take(r, err, Terms{}) // it is of a kind that is taken
	}
	first := r.Rows[0].Line
	for _, row := range r.Rows {
		if len(w.rows[row.place]) > 0 {
			first = row.Line
			break
		}
	}
	for _, row := range r.Rows {
		l := register.Line{Row: row.Line, Name: r.name(), Result: register.Refused, Wrong: w.rows[row.place]}
		if len(l.Wrong) == 0 {
			l.Wrong = []errs.Field{{Path: row.fields[0].Title, Message: fmt.Sprintf("It belongs to row %d, which is wrong.", first)}}
		}
		lines[row.place] = l
	}
}

// Quantity reads a number; nothing is 0.
func (w *Wrong) Quantity(r Row, title string) plant.Quantity {
	q, err := written.Decimal(r.Cell(title))
	if err != nil {
		w.Add(r, title, "%s", upper(err.Error())+".")
	}
	return q
}

// Whole reads a whole number; nothing is 0.
func (w *Wrong) Whole(r Row, title string) int {
	s := r.Cell(title)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		w.Add(r, title, "%q is no whole number.", errs.Clip(s))
	}
	return n
}

// Yes reads a yes or no; nothing is no.
func (w *Wrong) Yes(r Row, title string) bool {
	switch s := strings.ToLower(r.Cell(title)); s {
	case "yes", "true", "1":
		return true
	case "", "no", "false", "0":
	default:
		w.Add(r, title, "%q is neither yes nor no.", errs.Clip(s))
	}
	return false
}
