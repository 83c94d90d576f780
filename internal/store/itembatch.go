package store

import (
	"context"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
)

// undone takes a transaction back whose answer is wanted all the same.
type undone struct{}

// Error says so.
func (undone) Error() string { return "taken back as was asked for" }

// Put keeps many items, told apart by their numbers. A row that cannot be kept leaves the others alone, unless all or
// none are to be kept.
func (k items) Put(ctx context.Context, b item.Batch) ([]item.Outcome, error) {
	if len(b.Rows) > mostItems {
		return nil, errs.New(errs.Invalid, "%d items are too many at once; send at most %d", len(b.Rows), mostItems)
	}
	b.Key = "" // rows are told apart by their numbers
	out := make([]item.Outcome, len(b.Rows))
	var back bool
	err := k.change(ctx, "change items", b.Change, func(w *itemWriting) error {
		failed := 0
		for n, row := range b.Rows {
			out[n] = w.put(row)
			switch errs.KindOf(out[n].Err) {
			case errs.Invalid, errs.Conflict, errs.NotFound:
				failed++
			default:
				if out[n].Err != nil {
					return out[n].Err
				}
			}
		}
		if back = b.Dry || b.All && failed > 0; back {
			return errs.New(errs.Invalid, "%w", undone{})
		}
		return nil
	})
	if back {
		return out, nil
	}
	return out, err
}

func (w *itemWriting) put(r item.Row) (out item.Outcome) {
	i := item.Blank(r.Number)
	var row itemRow
	err := takeOne(w.tx.Where("folded = ?", foldedNumber(r.Number)), &row, "")
	switch {
	case err == nil:
		if i, err = wholeItem(w.tx, row); err != nil {
			return item.Outcome{Err: err}
		}
	case errs.KindOf(err) != errs.NotFound:
		return item.Outcome{Err: err}
	}
	if r.Wrong != nil {
		return item.Outcome{Item: i, Err: r.Wrong}
	}
	was := i.Version
	r.Change(&i)
	i.ID, i.Version = row.ID, was
	kept, err := w.keep(i)
	return item.Outcome{Item: kept, Added: row.ID == 0, Same: err == nil && row.ID != 0 && kept.Version == was, Err: err}
}
