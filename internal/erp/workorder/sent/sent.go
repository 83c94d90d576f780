// Package sent is work orders as other systems send them: rows of tables and of schedules, each known by its reference.
package sent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"millwright/internal/erp/b2mml"
	"millwright/internal/erp/item"
	"millwright/internal/erp/register"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant/measure"
)

// Orders imports work orders by their references.
type Orders struct {
	Exchange workorder.Exchange
	Items    item.Finder
	Lines    func() []string // that there are
}

var _ register.Importer = Orders{}

// The columns that schedules do not have.
const revision, number = "Revision", "Number"

// Fields are the columns of a table of work orders.
func (Orders) Fields() []register.Field {
	return []register.Field{
		{Title: b2mml.Reference, Also: []string{"Their number"}, Help: "By which the other system knows the order; what there is already is changed. It must be there, or the number."},
		{Title: number, Help: "Of an order here that no other system knows."},
		{Title: b2mml.Item, Help: "Number of what is to be made."},
		{Title: b2mml.Quantity, Help: "Good, in the unit."},
		{Title: b2mml.Unit, Help: "A code of UNECE Recommendation 20; the item's stock unit when left out."},
		{Title: b2mml.Begin, Help: "A date like 2026-12-24; the due date when left out."},
		{Title: b2mml.Due, Help: "A date."},
		{Title: b2mml.Line, Help: "Where it is to be made; anywhere when left out."},
		{Title: revision, Help: "Of the item."},
		{Title: b2mml.Rank, Also: []string{"Priority"}, Help: "What comes first of those that are due on one day: a whole number."},
		{Title: b2mml.Note},
		{Title: b2mml.State, Help: "created: planning may still change it; firmed: it may not; cancelled. Firmed when left out. An order that is further stays as it is."},
	}
}

// Most is how many orders one table may have.
func (Orders) Most() int { return register.MostImported }

// table is a table being read.
type table struct {
	Orders
	register.Import
	titles []string
	at     register.Mapping
	items  map[string]item.Item // by the number in small letters
}

// Import looks a table through, or keeps it. A column that is not there leaves alone what it would say.
func (o Orders) Import(ctx context.Context, im register.Import) (register.Report, error) {
	t := &table{Orders: o, Import: im}
	var err error
	if t.at, err = register.Map(o.Fields(), im.Table.Head); err != nil {
		return register.Report{}, err
	}
	for _, f := range o.Fields() {
		t.titles = append(t.titles, f.Title)
	}
	if err := t.find(ctx); err != nil {
		return register.Report{}, err
	}
	if !t.has(b2mml.Reference) && !t.has(number) {
		return register.Report{}, wrong("file", "The table needs the column %s or Their number, or Number.", b2mml.Reference)
	}
	b := workorder.Batch{All: im.Whole, Dry: !im.Apply, By: workorder.Doing{By: im.By, Why: im.Why}}
	first := map[string]int{}
	for n, cells := range im.Table.Rows {
		r := t.row(n, cells)
		key := keyOf(r)
		if at, twice := first[key]; twice && r.Wrong == nil {
			r.Wrong = wrong(b2mml.Reference, "Row %d says the same order; leave one of the two out.", im.Table.At[at])
		} else if !twice {
			first[key] = n
		}
		b.Rows = append(b.Rows, r)
	}
	outcomes, err := o.Exchange.Put(ctx, b)
	if err != nil {
		return register.Report{}, err
	}
	return t.report(b.Rows, outcomes), nil
}

// keyOf is what a row's order is told apart by.
func keyOf(r workorder.Row) string { return cmp.Or(r.Reference, r.Number) }

// find finds the items that the table names.
func (t *table) find(ctx context.Context) error {
	t.items = map[string]item.Item{}
	var numbers []string
	for _, cells := range t.Table.Rows {
		if of := t.cell(cells, b2mml.Item); of != "" {
			numbers = append(numbers, of)
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	for part := range slices.Chunk(numbers, 500) {
		found, err := t.Items.Numbered(ctx, part)
		if err != nil {
			return err
		}
		for number, i := range found {
			t.items[strings.ToLower(number)] = i
		}
	}
	for _, cells := range t.Table.Rows { // those that are counted in other units are needed with them
		unit, number := t.cell(cells, b2mml.Unit), strings.ToLower(t.cell(cells, b2mml.Item))
		i, is := t.items[number]
		if !is || unit == "" || code(unit) == i.Unit || i.Units != nil {
			continue
		}
		whole, err := t.Items.Find(ctx, i.ID)
		if err != nil {
			return err
		}
		if whole.Units == nil {
			whole.Units = []item.Unit{}
		}
		t.items[number] = whole
	}
	return nil
}

// code is the code of a unit that is written as people or programs do.
func code(unit string) string {
	if u, is := measure.Of(unit); is {
		return u.Code
	}
	return unit
}

func (t *table) cell(cells []string, title string) string {
	value, _ := t.at.Cell(cells, slices.Index(t.titles, title))
	return value
}

func (t *table) has(title string) bool { return t.at[slices.Index(t.titles, title)] >= 0 }

func wrong(path, format string, args ...any) error {
	return &errs.Error{Kind: errs.Invalid, Words: "the row cannot be read", Fields: []errs.Field{{Path: path, Message: fmt.Sprintf(format, args...)}}}
}

// report tells what became of each row.
func (t *table) report(rows []workorder.Row, outcomes []workorder.Outcome) register.Report {
	r := register.Report{Applied: t.Apply}
	for n, o := range outcomes {
		l := register.Line{Row: t.Table.At[n], Name: keyOf(rows[n]), ID: o.Order.ID}
		switch {
		case o.Err != nil:
			l.Result, l.Wrong, l.ID = register.Refused, errs.FieldsOf(o.Err), 0
		case o.Added:
			l.Result = register.Added
			l.ID = map[bool]int64{true: o.Order.ID}[t.Apply] // of one that is not kept there is none
		case o.Same:
			l.Result = register.Unchanged
		default:
			l.Result, l.Changes = register.Changed, changes(o.Was, o.Order)
		}
		r.Lines = append(r.Lines, l)
	}
	if t.Whole && t.Apply && r.Count(register.Refused) > 0 {
		r.Applied = false
		for i := range r.Lines {
			if r.Lines[i].Result == register.Added {
				r.Lines[i].ID = 0
			}
		}
	}
	return r
}

func changes(was, is workorder.Order) (all []register.FieldChange) {
	add := func(title, old, now string) {
		if old != now {
			all = append(all, register.FieldChange{Title: title, Old: old, New: now})
		}
	}
	add(b2mml.Quantity, was.Quantity.String(), is.Quantity.String())
	add(b2mml.Begin, was.Begin.String(), is.Begin.String())
	add(b2mml.Due, was.Due.String(), is.Due.String())
	add(b2mml.Line, was.Line, is.Line)
	add(revision, was.Revision, is.Revision)
	add(b2mml.Rank, strconv.FormatInt(was.Rank, 10), strconv.FormatInt(is.Rank, 10))
	add(b2mml.Note, was.Note, is.Note)
	add(b2mml.State, string(was.Lifecycle), string(is.Lifecycle))
	return all
}

// states are those that a row may have.
func states() []string {
	return []string{"", string(workorder.Created), string(workorder.Firmed), string(workorder.Cancelled)}
}

// further are those that a row may only repeat.
func further() []string {
	return []string{string(workorder.Released), string(workorder.Started), string(workorder.OnHold), string(workorder.Completed), string(workorder.Closed)}
}

// row reads one row; all that is wrong with it is told at once.
func (t *table) row(n int, cells []string) workorder.Row {
	r := workorder.Row{Reference: t.cell(cells, b2mml.Reference), Number: strings.ToUpper(t.cell(cells, number))}
	bad := slices.Clone(t.Table.Wrong[n])
	refuse := func(path, message string) {
		if !slices.ContainsFunc(bad, func(f errs.Field) bool { return f.Path == path }) {
			bad = append(bad, errs.Field{Path: path, Message: message})
		}
	}
	state := strings.ToLower(t.cell(cells, b2mml.State))
	r.Cancel, r.Firm = state == string(workorder.Cancelled), state != string(workorder.Created)
	if keyOf(r) == "" {
		refuse(b2mml.Reference, "Say by which number the other system knows the order.")
	}
	if len(r.Reference) > 80 {
		refuse(b2mml.Reference, "Give at most 80 letters.")
	}
	if slices.Contains(further(), state) {
		r.Is = state
	} else if !slices.Contains(states(), state) {
		refuse(b2mml.State, fmt.Sprintf("%q is none of created, firmed and cancelled.", errs.Clip(state)))
	}
	if r.Cancel && keyOf(r) != "" { // what else it says counts for nothing
		r.Change = func(*workorder.Order) {}
		return r
	}
	says, told := t.says(cells)
	for _, f := range told {
		refuse(f.Path, f.Message)
	}
	r.Change = func(o *workorder.Order) {
		for _, set := range says {
			set(o)
		}
		if o.Begin == 0 || o.Begin > o.Due && !t.has(b2mml.Begin) {
			o.Begin = o.Due
		}
	}
	if bad != nil {
		r.Wrong = &errs.Error{Kind: errs.Invalid, Words: "the row cannot be read", Fields: bad}
	}
	return r
}
