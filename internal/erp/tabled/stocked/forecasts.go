package stocked

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"millwright/internal/erp/item"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tabled"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Forecasts are what is expected to be ordered, by item and first day.
type Forecasts struct {
	Book  desk.Decisions
	Items item.Finder
}

// The columns of a table of what is expected.
const (
	fItem, fFrom, fTo = "Item", "From", "Until before"
	fQuantity, fNote  = "Quantity", "Note"
)

// Fields are the columns of a table of what is expected.
func (Forecasts) Fields() []register.Field {
	return []register.Field{
		{Title: fItem, Key: true, Help: "Its number."},
		{Title: fFrom, Key: true, Help: "A date like 2026-12-24. What is expected of the item from the same day on is changed."},
		{Title: fTo, Also: []string{"To"}, Help: "The first day that is not in it any more; of what is there already, as it is when left out."},
		{Title: fQuantity, Help: "In the stock unit; 0 takes it away."},
		{Title: fNote},
	}
}

// Key is the item, and the first day.
func (Forecasts) Key(r tabled.Row) []string { return []string{r.Cell(fItem), r.Cell(fFrom)} }

// Single tells that what is expected from one day on has one row.
func (Forecasts) Single() bool { return true }

// Keep keeps what is expected.
func (k Forecasts) Keep(ctx context.Context, r tabled.Record) (tabled.Kept, error) {
	row := r.Rows[0]
	var w tabled.Wrong
	i, err := k.Items.ByNumber(ctx, row.Cell(fItem))
	if errs.KindOf(err) == errs.NotFound {
		w.Add(row, fItem, "There is no item %q.", errs.Clip(row.Cell(fItem)))
	} else if err != nil {
		return tabled.Kept{}, err
	}
	f := desk.Forecast{Item: i.ID, From: day(&w, row, fFrom)}
	was, err := k.was(ctx, f)
	if err != nil {
		return tabled.Kept{}, err
	}
	f.ID, f.To, f.Quantity, f.Note, f.Version = was.ID, was.To, was.Quantity, was.Note, was.Version
	tabled.Lay(row, map[string]*string{fNote: &f.Note})
	switch {
	case row.Cell(fTo) != "":
		f.To = day(&w, row, fTo)
	case f.To == 0:
		w.Add(row, fTo, "Write the first day that is not in it any more.")
	}
	if f.From == 0 {
		f.From = f.To - 1 // what else is wrong is told
	}
	switch {
	case row.Cell(fQuantity) != "":
		f.Quantity = w.Quantity(row, fQuantity)
	case row.Has(fQuantity) || was.ID == 0:
		w.Add(row, fQuantity, "Write a quantity; 0 takes away what is expected.")
	}
	terms := tabled.Terms{Titles: map[string]string{"item": fItem, "from": fFrom, "to": fTo, "quantity": fQuantity, "note": fNote}}
	if err := w.Also(r, f.Check(), terms); err != nil {
		return tabled.Kept{}, err
	}
	if f.Quantity == 0 && was.ID == 0 {
		return tabled.Kept{}, nil // there is nothing to take away
	}
	kept, err := k.Book.SetForecast(ctx, f, desk.Doing{By: r.By, Why: r.Why})
	if err != nil {
		return tabled.Kept{}, w.Also(r, err, terms)
	}
	if kept.Quantity == 0 {
		kept.ID = 0 // it is there no more
	}
	return tabled.Kept{ID: kept.ID, Added: was.ID == 0, Old: expected(was), New: expected(kept)}, nil
}

// was is what is expected of the item from the same day on.
func (k Forecasts) was(ctx context.Context, f desk.Forecast) (desk.Forecast, error) {
	if f.Item == 0 || f.From == 0 {
		return desk.Forecast{}, nil
	}
	all, err := k.Book.Forecasts(ctx, f.Item)
	if n := slices.IndexFunc(all, func(o desk.Forecast) bool { return o.From == f.From }); n >= 0 {
		return all[n], err
	}
	return desk.Forecast{}, err
}

// day reads a date; 0 where there is none.
func day(w *tabled.Wrong, row tabled.Row, title string) plant.Date {
	d, err := plant.ParseDate(row.Cell(title))
	if err != nil {
		w.Add(row, title, "%q is no date like 2026-12-24.", errs.Clip(row.Cell(title)))
		return 0
	}
	return d
}

// expected is what may be changed of what is expected.
func expected(f desk.Forecast) string {
	return strings.Join([]string{fTo + ": " + f.To.String(), fQuantity + ": " + f.Quantity.String(), fNote + ": " + cmp.Or(f.Note, "–")}, "\n")
}
