// Package tabled is business records as tables have them: the rows of one key are one record.
package tabled

import (
	"context"
	"errors"
	"slices"
	"strings"

	"millwright/internal/erp/register"
	"millwright/internal/errs"
)

// MostRows is how many rows one table of records has at most: they are kept in one transaction.
const MostRows = 5000

// Kind is one kind of records.
type Kind interface {
	Fields() []register.Field
	// Key is what tells the record of a row from others, as people read it.
	Key(r Row) []string
	// Single tells whether a record has one row.
	Single() bool
	// Keep keeps a record as its rows say, with the context of a transaction. What is wrong with it is Wrong, or any
	// error of a kind that a person can mend.
	Keep(ctx context.Context, r Record) (Kept, error)
}

// Kept is what became of a record. One that says the same as before is taken back, so that it leaves no trace.
type Kept struct {
	ID       int64
	Added    bool
	Old, New string                         // what is changed, as "name: value" line by line
	Found    map[int][]register.FieldChange // by the record's rows: what none of them said, and was found
}

// Preparer is a kind that looks something up before a table is kept, outside the transaction that keeps it.
type Preparer interface {
	Prepare(ctx context.Context, all []Record) (Kind, error)
}

// Importer takes tables of one kind of records.
type Importer struct {
	Kind
	// Together makes all that fn does with its context one transaction; within one, a part that can be taken back.
	Together func(ctx context.Context, doing string, fn func(ctx context.Context) error) error
}

var _ register.Importer = Importer{}

// Most is how many rows one table may have.
func (Importer) Most() int { return MostRows }

// errBack takes a transaction back whose report is wanted all the same.
var errBack = errs.New(errs.Invalid, "taken back as was asked for")

// Import looks a table through, or keeps it: both do the same, and looking through takes it back in the end.
func (i Importer) Import(ctx context.Context, im register.Import) (register.Report, error) {
	m, err := register.Map(i.Fields(), im.Table.Head)
	if err != nil {
		return register.Report{}, err
	}
	if err := register.Bounded(i, len(im.Table.Rows)); err != nil {
		return register.Report{}, err
	}
	records := i.records(m, im)
	if p, is := i.Kind.(Preparer); is {
		if i.Kind, err = p.Prepare(ctx, records); err != nil {
			return register.Report{}, err
		}
	}
	report := register.Report{Applied: im.Apply}
	err = i.Together(ctx, "import a table", func(ctx context.Context) error {
		report.Lines = make([]register.Line, len(im.Table.Rows))
		for _, r := range records {
			if err := i.one(ctx, r, report.Lines); err != nil {
				return err
			}
		}
		if im.Whole && report.Count(register.Refused) > 0 {
			report.Applied = false
		}
		if !report.Applied {
			return errBack
		}
		return nil
	})
	if errors.Is(err, errBack) {
		for n := range report.Lines {
			if report.Lines[n].Result == register.Added {
				report.Lines[n].ID = 0
			}
		}
		err = nil
	}
	return report, err
}

// records gathers the rows of each key, in the order in which the keys come first.
func (i Importer) records(m register.Mapping, im register.Import) (all []Record) {
	fields, at := i.Fields(), map[string]int{}
	for n, cells := range im.Table.Rows {
		row := Row{fields: fields, at: m, cells: cells, Line: im.Table.At[n], place: n}
		key := i.Key(row)
		folded := strings.ToLower(strings.Join(key, "\n"))
		if _, there := at[folded]; !there {
			at[folded] = len(all)
			all = append(all, Record{Key: key, Import: im})
		}
		of := &all[at[folded]]
		of.Rows = append(of.Rows, row)
	}
	return all
}

// one keeps one record and tells of its rows. Only what nobody can mend is an error.
func (i Importer) one(ctx context.Context, r Record, lines []register.Line) error {
	var kept Kept
	same := false
	err := i.complete(r)
	if err == nil {
		err = i.Together(ctx, "import a record", func(ctx context.Context) (err error) {
			if kept, err = i.Keep(ctx, r); err != nil {
				return err
			}
			if same = !kept.Added && kept.Old == kept.New; same {
				return errBack
			}
			return nil
		})
	}
	line := register.Line{Name: r.name(), ID: kept.ID, Result: register.Changed}
	switch kind := errs.KindOf(err); {
	case same && errors.Is(err, errBack):
		line.Result = register.Unchanged
	case err == nil && kept.Added:
		line.Result = register.Added
	case err == nil:
		line.Changes = changes(kept.Old, kept.New)
	case kind == errs.Invalid || kind == errs.Conflict || kind == errs.NotFound || kind == errs.Forbidden:
		r.refuse(err, lines)
		return nil
	default:
		return err
	}
	for n, row := range r.Rows {
		lines[row.place] = line
		lines[row.place].Row = row.Line
		if n > 0 {
			lines[row.place].Changes = nil // they are told once
		}
		lines[row.place].Changes = append(slices.Clone(lines[row.place].Changes), kept.Found[n]...)
	}
	return nil
}

// complete refuses a record without a key, and more than one row where there is one.
func (i Importer) complete(r Record) error {
	var w Wrong
	for _, row := range r.Rows {
		for _, f := range i.Fields() {
			if f.Key && row.Cell(f.Title) == "" {
				w.Add(row, f.Title, "This must not be empty.")
			}
		}
	}
	if i.Single() {
		for _, row := range r.Rows[1:] {
			w.Add(row, i.Fields()[0].Title, "Row %d says the same; leave one of the two out.", r.Rows[0].Line)
		}
	}
	return w.Err()
}

// changes pairs what was said with what is said now, name by name.
func changes(old, now string) (all []register.FieldChange) {
	was, is := said(old), said(now)
	for _, told := range []string{old, now} {
		for _, l := range strings.Split(told, "\n") {
			name, _, _ := strings.Cut(l, ": ")
			there := slices.ContainsFunc(all, func(c register.FieldChange) bool { return c.Title == name })
			if !there && was[name] != is[name] {
				all = append(all, register.FieldChange{Title: name, Old: was[name], New: is[name]})
			}
		}
	}
	return all
}

// said is what is told under each name.
func said(told string) map[string]string {
	all := map[string]string{}
	for _, l := range strings.Split(told, "\n") {
		name, value, _ := strings.Cut(l, ": ")
		if all[name] != "" {
			value = all[name] + "; " + value
		}
		all[name] = value
	}
	return all
}
