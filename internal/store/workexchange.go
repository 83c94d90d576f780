package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
)

var _ workorder.Exchange = works{}

// WorkExchange is how other systems send work orders, and are told what became of them.
func (s *Store) WorkExchange() workorder.Exchange { return works{s} }

// Put keeps orders, told apart by their references.
func (k works) Put(ctx context.Context, b workorder.Batch) ([]workorder.Outcome, error) {
	if len(b.Rows) > workorder.MostExchanged {
		return nil, errs.New(errs.Invalid, "%d orders are too many at once; send at most %d", len(b.Rows), workorder.MostExchanged)
	}
	b.By.Key = "" // rows are told apart by their references
	var out []workorder.Outcome
	var back bool
	err := k.s.write(ctx, "keep work orders that were sent", func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "work exchange"); err != nil {
			return err
		}
		out = make([]workorder.Outcome, len(b.Rows))
		failed := 0
		for n, row := range b.Rows {
			out[n] = k.put(tx, row, b.By)
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

// put keeps one order.
func (k works) put(tx *gorm.DB, r workorder.Row, by workorder.Doing) (out workorder.Outcome) {
	var row workRow
	which, key := "reference = ? AND reference <> ''", r.Reference
	if r.Reference == "" {
		which, key = "number = ?", r.Number
	}
	err := takeOne(tx.Where(which, text(key)), &row, "")
	switch {
	case r.Wrong != nil:
		return workorder.Outcome{Err: r.Wrong}
	case errs.KindOf(err) == errs.NotFound && r.Cancel:
		return workorder.Outcome{Same: true} // nothing is to be made, and nothing is
	case err != nil && errs.KindOf(err) != errs.NotFound:
		return workorder.Outcome{Err: err}
	case err != nil && r.Is != "":
		return workorder.Outcome{Err: sentWrong("state", "There is no such order yet; send it as created or firmed.")}
	case err != nil && r.Reference == "":
		return workorder.Outcome{Err: sentWrong("number", "There is no such order; a new one is known by the number of another system.")}
	case err != nil:
		return k.putNew(tx, r, by)
	}
	was := row.order()
	if is := string(workorder.Stand(&was, workorder.Ready, false)); r.Is != "" && r.Is != is {
		return workorder.Outcome{Err: sentWrong("state", was.Number+" is "+is+"; a table does not make it "+r.Is+".")}
	}
	wanted := was
	r.Change(&wanted)
	firm := r.Firm && was.Lifecycle == workorder.Created
	if r.Cancel && was.Lifecycle == workorder.Cancelled || !r.Cancel && was.Says(wanted) && !firm {
		return workorder.Outcome{Order: was, Was: was, Same: true}
	}
	what := "change"
	if r.Cancel {
		what = "cancel"
	}
	o, err := k.alterIn(tx, workAltered{id: row.ID, what: what}, by, func(_ *gorm.DB, o *workorder.Order) error {
		if r.Cancel {
			return o.Take(workorder.Cancel, by.Why)
		}
		if err := o.Sent(wanted); err != nil || !firm {
			return err
		}
		return o.Take(workorder.Firm, by.Why)
	})
	return workorder.Outcome{Order: o, Was: was, Err: err}
}

func sentWrong(column, why string) error {
	return &errs.Error{Kind: errs.Invalid, Words: "the row cannot be kept", Fields: []errs.Field{{Path: column, Message: why}}}
}

func (k works) putNew(tx *gorm.DB, r workorder.Row, by workorder.Doing) workorder.Outcome {
	o := workorder.Order{Lifecycle: workorder.Created, Reference: r.Reference}
	if r.Firm {
		o.Lifecycle = workorder.Firmed
	}
	r.Change(&o)
	o, err := k.create(tx, o, by)
	return workorder.Outcome{Order: o, Added: true, Err: err}
}

// freeReference refuses what another order is known by.
func freeReference(tx *gorm.DB, reference string) error {
	if reference == "" {
		return nil
	}
	var number string
	err := tx.Raw("SELECT number FROM work_order WHERE reference = ?", text(reference)).Scan(&number).Error
	if err == nil && number != "" {
		err = &errs.Error{Kind: errs.Conflict, Words: "this order is known already", Fields: []errs.Field{{Path: "reference", Message: number + " is known by it; change that one."}}}
	}
	return err
}
