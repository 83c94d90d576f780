package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
)

// works keeps work orders.
type works struct{ s *Store }

var _ workorder.Book = works{}

// Works keeps work orders.
func (s *Store) Works() workorder.Book { return works{s} }

// Order gives an order with all that it takes.
func (k works) Order(ctx context.Context, id int64) (o workorder.Order, err error) {
	err = k.s.read(ctx, "find a work order", func(db *gorm.DB) error {
		o, _, err = wholeWork(db, id)
		return err
	})
	return o, err
}

// Create keeps a new order.
func (k works) Create(ctx context.Context, o workorder.Order, by workorder.Doing) (workorder.Order, error) {
	asked := o
	err := k.s.write(ctx, "keep a work order", func(tx *gorm.DB) error {
		id, again, err := knownWork(tx, by, "create", asked)
		if again && err == nil {
			o, _, err = wholeWork(tx, id)
		}
		if again || err != nil {
			return err
		}
		o, err = k.create(tx, o, by)
		return err
	})
	return o, err
}

// create keeps a new order in the transaction of its caller.
func (k works) create(tx *gorm.DB, o workorder.Order, by workorder.Doing) (workorder.Order, error) {
	if o.Lifecycle != workorder.Firmed {
		o.Lifecycle = workorder.Created
	}
	if o.Begin == 0 {
		o.Begin = o.Due
	}
	o.Good, o.Scrap, o.Snapshot, o.Held, o.Money, o.Components, o.Operations = 0, 0, 0, "", workorder.Money{}, nil, nil
	if err := o.Check(); err != nil {
		return o, err
	}
	if err := fillWork(tx, &o); err != nil {
		return o, err
	}
	if err := freeReference(tx, o.Reference); err != nil {
		return o, err
	}
	if err := peggable(tx, &workorder.Order{}, &o); err != nil {
		return o, err
	}
	return o, k.add(tx, &o, "create", by)
}

// add numbers a new order, and writes it with all that it takes.
func (k works) add(tx *gorm.DB, o *workorder.Order, what string, by workorder.Doing) error {
	var err error
	if o.ID, err = next(tx, "work", 1); err != nil {
		return err
	}
	at, err := k.s.at(tx)
	if err != nil {
		return err
	}
	o.Number, o.Version = fmt.Sprintf("WO-%06d", o.ID), 1
	row := workRow{CreatedAt: at.UnixMicro(), CreatedName: text(by.By.Name)}
	row.take(*o)
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	if err := errors.Join(saveComponents(tx, workorder.Order{}, *o), saveOperations(tx, workorder.Order{}, *o)); err != nil {
		return err
	}
	if err := k.dispatch(tx, workorder.Order{}, *o, by); err != nil {
		return err
	}
	return k.tell(tx, what, workorder.Order{}, *o, by)
}

// fillWork finds the item that an order is of, and what lines report for it.
func fillWork(tx *gorm.DB, o *workorder.Order) error {
	var item struct {
		Number  string
		Kind    string
		Product string
		Retired bool
		Phantom bool
	}
	done := tx.Raw("SELECT number, kind, product, retired, phantom FROM item WHERE id = ?", o.Item).Scan(&item)
	refuse := func(words string) error {
		return &errs.Error{Kind: errs.Invalid, Words: "this cannot be a work order", Fields: []errs.Field{{Path: "item", Message: words}}}
	}
	switch {
	case done.Error != nil:
		return done.Error
	case done.RowsAffected == 0:
		return refuse("There is no such item.")
	case item.Retired:
		return refuse(item.Number + " is retired; nothing of it is made any more.")
	case item.Phantom:
		return refuse(item.Number + " is a phantom: it is never ordered, its parts are.")
	case item.Kind != "make" && item.Kind != "both":
		return refuse(item.Number + " is not made here; change its kind first.")
	}
	o.Product = item.Product
	return nil
}

// Change sets what may still change of an order.
func (k works) Change(ctx context.Context, n workorder.Order, by workorder.Doing) (workorder.Order, error) {
	return k.alter(ctx, workAltered{n.ID, n.Version, "change", n}, by, func(tx *gorm.DB, o *workorder.Order) error {
		was := *o
		if err := o.Set(n); err != nil {
			return err
		}
		return peggable(tx, &was, o)
	})
}

// Step takes an order a step on.
func (k works) Step(ctx context.Context, s workorder.Stepping, by workorder.Doing) (workorder.Order, error) {
	return k.alter(ctx, workAltered{s.ID, s.Version, string(s.Step), s}, by, func(tx *gorm.DB, o *workorder.Order) error {
		if err := o.Take(s.Step, by.Why); err != nil {
			return err
		}
		switch s.Step {
		case workorder.Release:
			return k.snapshot(tx, o, by)
		case workorder.Complete:
			return k.report(tx, o, workorder.Report{Order: o.ID, Complete: true}, by)
		case workorder.Close:
			o.Money.Settled = o.Money.Issued + o.Money.Booked - o.Money.Received
		case workorder.Firm, workorder.Start, workorder.Reopen, workorder.Cancel, workorder.Hold, workorder.Resume:
		}
		return nil
	})
}

// release releases an order in the transaction of its caller.
func (k works) release(tx *gorm.DB, o workorder.Order, by workorder.Doing) (workorder.Order, error) {
	return k.alterIn(tx, workAltered{id: o.ID, version: o.Version, what: string(workorder.Release)}, by, func(tx *gorm.DB, o *workorder.Order) error {
		if err := o.Take(workorder.Release, by.Why); err != nil {
			return err
		}
		return k.snapshot(tx, o, by)
	})
}

// Divide splits an order, or puts another one into it.
func (k works) Divide(ctx context.Context, d workorder.Division, by workorder.Doing) (workorder.Order, error) {
	var other *workorder.Order
	o, err := k.alter(ctx, workAltered{d.ID, d.Version, "divide", d}, by, func(tx *gorm.DB, o *workorder.Order) error {
		if d.With != 0 {
			return k.merge(tx, o, d.With, by)
		}
		part, err := o.Split(d.Quantity)
		if err != nil {
			return err
		}
		if err := k.add(tx, part, "split", by); err != nil {
			return err
		}
		other = part
		return copySnapshots(tx, o.ID, part.ID)
	})
	if err == nil && other != nil {
		return *other, nil
	}
	return o, err
}

func (k works) merge(tx *gorm.DB, o *workorder.Order, with int64, by workorder.Doing) error {
	if err := k.s.dialect.queue(tx, workorder.Document(with)); err != nil {
		return err
	}
	other, row, err := wholeWork(tx, with)
	if err != nil {
		return err
	}
	was := other
	if err := o.Merge(&other); err != nil {
		return err
	}
	other.Version++
	if err := saveWork(tx, row, was, other); err != nil {
		return err
	}
	by.Why = "merged into " + o.Number
	if err := k.dispatch(tx, was, other, by); err != nil {
		return err
	}
	return k.tell(tx, "merge", was, other, by)
}

// copySnapshots gives a part what its order was made by.
func copySnapshots(tx *gorm.DB, from, to int64) error {
	return tx.Exec(`
		INSERT INTO work_snapshot (work_order, number, at, made, bill, content, by_name, why)
		SELECT ?, number, at, 0, bill, content, by_name, why
		  FROM work_snapshot
		 WHERE work_order = ?`, to, from).Error
}

// Amend copies bill and routing anew.
func (k works) Amend(ctx context.Context, id, version int64, by workorder.Doing) (workorder.Order, error) {
	return k.alter(ctx, workAltered{id, version, "amend", nil}, by, func(tx *gorm.DB, o *workorder.Order) error {
		if o.Snapshot == 0 || !o.Open() {
			return conflict("%s is %s; only an order that is released and not completed is amended", o.Number, o.Lifecycle)
		}
		return k.snapshot(tx, o, by)
	})
}

// workAltered is a command that changes an order; version 0 takes whichever there is.
type workAltered struct {
	id, version int64
	what        string
	asked       any
}

// alter changes an order. All who change one pass one by one.
func (k works) alter(ctx context.Context, a workAltered, by workorder.Doing, change func(*gorm.DB, *workorder.Order) error) (o workorder.Order, err error) {
	err = k.s.write(ctx, a.what+" a work order", func(tx *gorm.DB) error {
		answer, again, err := knownWork(tx, by, a.what, struct {
			ID, Version int64
			Asked       any
		}{a.id, a.version, a.asked})
		if again && err == nil {
			o, _, err = wholeWork(tx, answer)
		}
		if again || err != nil {
			return err
		}
		o, err = k.alterIn(tx, a, by, change)
		return err
	})
	return o, err
}

// alterIn changes an order in the transaction of its caller.
func (k works) alterIn(tx *gorm.DB, a workAltered, by workorder.Doing, change func(*gorm.DB, *workorder.Order) error) (o workorder.Order, err error) {
	if err := k.s.dialect.queue(tx, workorder.Document(a.id)); err != nil {
		return o, err
	}
	was, row, err := wholeWork(tx, a.id)
	if o = was; err != nil {
		return o, err
	}
	if a.version != 0 && was.Version != a.version {
		return o, conflict("somebody has changed %s meanwhile; look again", was.Number)
	}
	o.Components, o.Operations = slices.Clone(was.Components), slices.Clone(was.Operations)
	if err := change(tx, &o); err != nil {
		return o, err
	}
	if o.Lifecycle == workorder.Closed && was.Lifecycle != workorder.Closed {
		at, err := k.s.at(tx)
		if err != nil {
			return o, err
		}
		row.ClosedAt = maybe(at)
	}
	o.Version = was.Version + 1
	if err := saveWork(tx, row, was, o); err != nil {
		return o, err
	}
	if err := k.dispatch(tx, was, o, by); err != nil {
		return o, err
	}
	return o, k.tell(tx, a.what, was, o, by)
}
