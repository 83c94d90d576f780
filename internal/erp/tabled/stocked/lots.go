package stocked

import (
	"cmp"
	"context"
	"strings"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/written"
	"millwright/internal/erp/register"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/tabled"
	"millwright/internal/errs"
)

// Lots are lots and serials that came, by their items and numbers. A table tells what is known of them; none comes by it,
// for a lot comes with the move that brings it.
type Lots struct {
	Store stock.Store
	Items item.Finder
	Zone  func() *time.Location // of the plant, for dates
}

// The columns of a table of lots.
const (
	lItem, lNumber, lState       = "Item", "Number", "State"
	lWhy, lExpires, lSupplierLot = "Why", "Expires", "Supplier's lot"
)

// Fields are the columns of a table of lots.
func (Lots) Fields() []register.Field {
	return []register.Field{
		{Title: lItem, Key: true, Help: "The number of what it is a lot of."},
		{Title: lNumber, Also: []string{"Lot", "Serial"}, Key: true, Help: "Of a lot that has come, or of a serial where the item has such. Its first receipt brings a lot, no table does."},
		{Title: lState, Help: "free, hold or quarantine; as it is when empty."},
		{Title: lWhy, Help: "Why it is so from now on; that it was imported when left out."},
		{Title: lExpires, Help: "A date like 2026-12-24; never when empty."},
		{Title: lSupplierLot, Also: []string{"Their lot"}, Help: "By which who sold it knows it."},
	}
}

// Key is the item, and the number.
func (Lots) Key(r tabled.Row) []string { return []string{r.Cell(lItem), r.Cell(lNumber)} }

// Single tells that a lot has one row.
func (Lots) Single() bool { return true }

// Keep keeps what is known of a lot.
func (k Lots) Keep(ctx context.Context, r tabled.Record) (tabled.Kept, error) {
	row := r.Rows[0]
	var w tabled.Wrong
	was, err := k.find(ctx, &w, row)
	if err != nil {
		return tabled.Kept{}, err
	}
	h, d := k.read(&w, row, r, was)
	terms := tabled.Terms{Titles: map[string]string{"state": lState, "why": lWhy, "supplierLot": lSupplierLot}}
	for _, err := range []error{h.Check(), d.Check()} {
		if err := w.Take(r, err, terms); err != nil {
			return tabled.Kept{}, err
		}
	}
	if err := w.Err(); err != nil {
		return tabled.Kept{}, err
	}
	is := was
	if !d.Expires.Equal(was.Expires) || d.SupplierLot != was.SupplierLot {
		if is, err = k.Store.Describe(ctx, d); err != nil {
			return tabled.Kept{}, w.Also(r, err, terms)
		}
	}
	if h.State != was.State || row.Cell(lWhy) != "" && h.Why != was.Why {
		h.Version = is.Version
		if is, err = k.Store.Hold(ctx, h); err != nil {
			return tabled.Kept{}, w.Also(r, err, terms)
		}
	}
	return tabled.Kept{ID: was.ID, Old: k.told(was), New: k.told(is)}, nil
}

// find finds the lot of a row. What is not there is told beside the rest that is wrong.
func (k Lots) find(ctx context.Context, w *tabled.Wrong, row tabled.Row) (stock.Lot, error) {
	i, err := k.Items.ByNumber(ctx, row.Cell(lItem))
	if errs.KindOf(err) == errs.NotFound {
		w.Add(row, lItem, "There is no item %q.", errs.Clip(row.Cell(lItem)))
		return stock.Lot{State: stock.Free}, nil
	} else if err != nil {
		return stock.Lot{}, err
	}
	l, err := k.Store.Numbered(ctx, i.ID, row.Cell(lNumber), i.Tracking == item.Serial)
	if errs.KindOf(err) == errs.NotFound {
		w.Add(row, lNumber, "Nothing of %s has come with the number %q.", i.Number, errs.Clip(row.Cell(lNumber)))
		return stock.Lot{State: stock.Free}, nil
	}
	return l, err
}

// read is what a row says. A column that is not there leaves alone what it would say.
func (k Lots) read(w *tabled.Wrong, row tabled.Row, r tabled.Record, was stock.Lot) (stock.Holding, stock.Description) {
	h := stock.Holding{Lot: was.ID, State: was.State, Why: cmp.Or(row.Cell(lWhy), r.Why), By: r.By}
	if state := strings.ToLower(row.Cell(lState)); state != "" {
		h.State = stock.State(state)
		for _, s := range stock.States() {
			if state == s.Words() {
				h.State = s
			}
		}
	}
	d := stock.Description{Lot: was.ID, Expires: was.Expires, SupplierLot: was.SupplierLot, Version: was.Version, By: r.By, Why: r.Why}
	tabled.Lay(row, map[string]*string{lSupplierLot: &d.SupplierLot})
	text := row.Cell(lExpires)
	if !row.Has(lExpires) || text != "" && text == k.day(was.Expires) { // as a list tells it, which leaves out the hour
		return h, d
	}
	d.Expires = time.Time{}
	if text != "" {
		at, err := written.ParseTime(text, k.Zone())
		if err != nil {
			w.Add(row, lExpires, "%q is no date like 2026-12-24.", errs.Clip(text))
		}
		d.Expires = at
	}
	return h, d
}

func (k Lots) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(k.Zone()).Format(time.DateOnly)
}

// told is what may be changed of a lot.
func (k Lots) told(l stock.Lot) string {
	expires := "never"
	if !l.Expires.IsZero() {
		expires = written.WriteTime(l.Expires, k.Zone())
	}
	return lState + ": " + l.State.Words() + "\n" + lWhy + ": " + l.Why + "\n" + lExpires + ": " + expires + "\n" + lSupplierLot + ": " + cmp.Or(l.SupplierLot, "–")
}
