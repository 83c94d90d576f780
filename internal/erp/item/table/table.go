// Package table is items as rows of tables that people import.
package table

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"millwright/internal/erp/item"
	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Items imports items by their numbers.
type Items struct{ Catalogue item.Catalogue }

var _ register.Importer = Items{}

// field is a column: how it is read into an item, and told of one.
type field struct {
	register.Field
	set  func(i *item.Item, s string) error
	tell func(i item.Item) string
}

func words(title, help string, at func(*item.Item) *string) field {
	return field{
		register.Field{Title: title, Help: help},
		func(i *item.Item, s string) error { *at(i) = s; return nil },
		func(i item.Item) string { return *at(&i) },
	}
}

// choice is a column of a few words, which names them or the names that people read.
func choice[T ~string](title string, all []T, at func(*item.Item) *T) field {
	names := make([]string, len(all))
	for n, one := range all {
		names[n] = string(one)
	}
	return field{
		register.Field{Title: title, Help: "One of: " + strings.Join(names, ", ") + "."},
		func(i *item.Item, s string) error {
			n := slices.Index(names, strings.ToLower(s))
			if n < 0 {
				return fmt.Errorf("%q is none of %s", errs.Clip(s), strings.Join(names, ", "))
			}
			*at(i) = all[n]
			return nil
		},
		func(i item.Item) string { return string(*at(&i)) },
	}
}

func quantity(title string, at func(*item.Item) *plant.Quantity) field {
	return field{
		register.Field{Title: title},
		func(i *item.Item, s string) (err error) {
			*at(i), err = plant.ParseQuantity(or0(s))
			return err
		},
		func(i item.Item) string { return at(&i).String() },
	}
}

func days(title, help string, at func(*item.Item) *int64) field {
	return field{
		register.Field{Title: title, Help: help},
		func(i *item.Item, s string) (err error) {
			if *at(i), err = strconv.ParseInt(or0(s), 10, 64); err != nil {
				return fmt.Errorf("%q is no whole number", errs.Clip(s))
			}
			return nil
		},
		func(i item.Item) string { return strconv.FormatInt(*at(&i), 10) },
	}
}

func yes(title, help string, at func(*item.Item) *bool) field {
	return field{
		register.Field{Title: title, Help: help},
		func(i *item.Item, s string) error {
			switch strings.ToLower(s) {
			case "yes", "true", "1":
				*at(i) = true
			case "no", "false", "0", "":
				*at(i) = false
			default:
				return fmt.Errorf("%q is neither yes nor no", errs.Clip(s))
			}
			return nil
		},
		func(i item.Item) string { return map[bool]string{true: "yes", false: "no"}[*at(&i)] },
	}
}

func or0(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

func fields() []field {
	number := words("Number", "As people know it; what there is already is changed.", func(i *item.Item) *string { return &i.Number })
	number.Key = true
	cost := field{
		register.Field{Title: "Standard cost", Help: "Of one stock unit."},
		func(i *item.Item, s string) (err error) {
			i.Standard, err = plant.ParseMoney(or0(s))
			return err
		},
		func(i item.Item) string { return i.Standard.String() },
	}
	return []field{
		number,
		words("Name", "", func(i *item.Item) *string { return &i.Name }),
		choice("Kind", item.Kinds(), func(i *item.Item) *item.Kind { return &i.Kind }),
		words("Unit", "Of stock: a code of UNECE Recommendation 20, as H87 for a piece.", func(i *item.Item) *string { return &i.Unit }),
		choice("Tracking", item.Trackings(), func(i *item.Item) *item.Tracking { return &i.Tracking }),
		days("Shelf life, days", "0 for ever.", func(i *item.Item) *int64 { return &i.ShelfDays }),
		choice("Valuation", item.Valuations(), func(i *item.Item) *item.Valuation { return &i.Valuation }),
		cost,
		words("Product of the lines", "The code that lines report.", func(i *item.Item) *string { return &i.Product }),
		words("Barcode", "", func(i *item.Item) *string { return &i.Barcode }),
		yes("Phantom", "yes or no.", func(i *item.Item) *bool { return &i.Phantom }),
		words("Note", "", func(i *item.Item) *string { return &i.Note }),
		days("Lead time, days", "", func(i *item.Item) *int64 { return &i.Planning.LeadDays }),
		quantity("Safety stock", func(i *item.Item) *plant.Quantity { return &i.Planning.Safety }),
		days("Safety time, days", "", func(i *item.Item) *int64 { return &i.Planning.SafetyDays }),
		days("Time fence, days", "", func(i *item.Item) *int64 { return &i.Planning.FenceDays }),
		choice("Lot size", item.LotRules(), func(i *item.Item) *item.LotRule { return &i.Planning.Rule }),
		quantity("Lot quantity", func(i *item.Item) *plant.Quantity { return &i.Planning.Lot }),
		quantity("Lot minimum", func(i *item.Item) *plant.Quantity { return &i.Planning.Min }),
		quantity("Lot maximum", func(i *item.Item) *plant.Quantity { return &i.Planning.Max }),
		quantity("Lot multiple", func(i *item.Item) *plant.Quantity { return &i.Planning.Multiple }),
		days("Lot days", "", func(i *item.Item) *int64 { return &i.Planning.LotDays }),
		choice("Planned by", item.Reorders(), func(i *item.Item) *item.Reorder { return &i.Planning.Method }),
		choice("Alternates are taken", item.Substitutions(), func(i *item.Item) *item.Substitution { return &i.Planning.Alternates }),
		quantity("Reorder point", func(i *item.Item) *plant.Quantity { return &i.Planning.Point }),
		yes("Retired", "yes or no.", func(i *item.Item) *bool { return &i.Retired }),
	}
}

// Fields are the columns of a table of items.
func (Items) Fields() (all []register.Field) {
	for _, f := range fields() {
		all = append(all, f.Field)
	}
	return all
}

// Most is how many items one table may have.
func (Items) Most() int { return register.MostImported }

// Import looks a table through, or keeps it. An empty cell empties what may be empty; a column that is not there
// leaves alone what it would say.
func (k Items) Import(ctx context.Context, im register.Import) (register.Report, error) {
	all := fields()
	m, err := register.Map(k.Fields(), im.Table.Head)
	if err != nil {
		return register.Report{}, err
	}
	b := item.Batch{All: im.Whole, Dry: !im.Apply, Change: item.Change{By: im.By, Why: im.Why}}
	was := make([]item.Item, len(im.Table.Rows))
	first := map[string]int{}
	for n, cells := range im.Table.Rows {
		b.Rows = append(b.Rows, read(all, m, cells, &was[n]))
		r := &b.Rows[n]
		if at, twice := first[strings.ToLower(r.Number)]; twice && r.Wrong == nil {
			r.Wrong = wrong("Number", fmt.Sprintf("Row %d names the same item; leave one of the two out.", im.Table.At[at]))
		} else if !twice {
			first[strings.ToLower(r.Number)] = n
		}
	}
	outcomes, err := k.Catalogue.Put(ctx, b)
	if err != nil {
		return register.Report{}, err
	}
	report := register.Report{Applied: im.Apply}
	for n, o := range outcomes {
		l := register.Line{Row: im.Table.At[n], Name: b.Rows[n].Number, ID: o.Item.ID}
		switch {
		case o.Err != nil:
			l.Result, l.Wrong = register.Refused, errs.FieldsOf(o.Err)
		case o.Added:
			l.Result = register.Added
			l.ID = map[bool]int64{true: o.Item.ID}[im.Apply] // of one that is not kept there is none
		case o.Same:
			l.Result = register.Unchanged
		default:
			l.Result, l.Changes = register.Changed, changes(all, was[n], o.Item)
		}
		report.Lines = append(report.Lines, l)
	}
	if im.Whole && im.Apply && report.Count(register.Refused) > 0 {
		report.Applied = false
	}
	return report, nil
}

// read makes a change of a row; what the item was before is noted in was.
func read(all []field, m register.Mapping, cells []string, was *item.Item) item.Row {
	number, _ := m.Cell(cells, 0)
	r := item.Row{Number: number}
	var bad []error
	if number == "" {
		bad = append(bad, wrong("Number", "The row has no number."))
	}
	trial := item.Blank(number)
	for n, f := range all {
		if value, there := m.Cell(cells, n); there {
			if err := f.set(&trial, value); err != nil {
				bad = append(bad, wrong(f.Title, err.Error()))
			}
		}
	}
	r.Wrong = together(bad)
	r.Change = func(i *item.Item) {
		*was = *i
		for n, f := range all {
			if value, there := m.Cell(cells, n); there && n > 0 {
				_ = f.set(i, value) // it was set on another before
			}
		}
	}
	return r
}

func changes(all []field, was, is item.Item) (told []register.FieldChange) {
	for _, f := range all {
		if old, now := f.tell(was), f.tell(is); old != now {
			told = append(told, register.FieldChange{Title: f.Title, Old: old, New: now})
		}
	}
	return told
}

func wrong(field, words string) error {
	return &errs.Error{Kind: errs.Invalid, Words: words, Fields: []errs.Field{{Path: field, Message: words}}}
}

// together is one error of several; nil of none.
func together(all []error) error {
	if len(all) == 0 {
		return nil
	}
	one := &errs.Error{Kind: errs.Invalid, Words: "the row cannot be read"}
	for _, err := range all {
		one.Fields = append(one.Fields, errs.FieldsOf(err)...)
	}
	return one
}
