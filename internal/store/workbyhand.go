package store

import (
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// byHand posts what a person reports. Where the operation is a job on a line the job's counts grow with it, so that both say
// the same. What the line has counted itself is not counted a second time: of that a person says what there was in all.
func (k works) byHand(tx *gorm.DB, o *workorder.Order, r workorder.Report, by workorder.Doing) error {
	if r.Good == 0 && r.Scrap == 0 {
		return k.report(tx, o, r, by)
	}
	operation := r.Operation
	if n := len(o.Operations); operation == 0 && n > 0 {
		operation = o.Operations[n-1].Position
	}
	var j jobRow
	found := tx.Raw("SELECT * FROM jobs WHERE work = ? AND operation IN (?, 0) ORDER BY operation DESC LIMIT 1", o.ID, operation).Scan(&j)
	if found.Error != nil {
		return found.Error
	}
	if found.RowsAffected == 0 {
		return k.report(tx, o, r, by)
	}
	if r.Good+r.Scrap > 0 {
		if err := uncounted(tx, j, o); err != nil {
			return err
		}
	}
	r.Job = j.ID
	if err := k.report(tx, o, r, by); err != nil {
		return err
	}
	at := r.At
	if at.IsZero() {
		now, err := k.s.at(tx)
		if err != nil {
			return err
		}
		at = now
	}
	was := fmt.Sprintf("%s good, %s scrap", plant.Quantity(j.Good), plant.Quantity(j.Scrap))
	hand, err := (&books{k.s}).recounted(tx, execution.Recount{Job: j.ID, Line: plant.LineID(j.Line), Product: j.Product, Good: r.Good, Scrap: r.Scrap, At: at, Was: was}, by.By)
	if err != nil {
		return err
	}
	var all []execution.Booking
	for scrap, q := range map[bool]plant.Quantity{false: r.Good, true: r.Scrap} {
		if q != 0 {
			all = append(all, execution.Booking{Tag: execution.ByHand, Line: plant.LineID(j.Line), Job: j.ID, Scrap: scrap, Since: at, At: at, Qty: q})
		}
	}
	err = tx.Exec("UPDATE jobs SET good = good + ?, scrap = scrap + ?, told_good = told_good + ?, told_scrap = told_scrap + ? WHERE id = ?",
		int64(r.Good), int64(r.Scrap), int64(r.Good), int64(r.Scrap), j.ID).Error
	if err != nil {
		return err
	}
	if err := (&books{k.s}).book(tx, all); err != nil {
		return err
	}
	hand.bookings = all
	if err := hand.keep(tx); err != nil {
		return err
	}
	return stirQueue(tx)
}

// uncounted refuses more pieces by hand where a line counts them.
func uncounted(tx *gorm.DB, j jobRow, o *workorder.Order) error {
	var n int64
	err := tx.Raw("SELECT COUNT(*) FROM (SELECT 1 FROM bookings WHERE job = ? AND tag <> ? LIMIT 1) AS counted", j.ID, execution.ByHand).Row().Scan(&n)
	if err == nil && n > 0 {
		return errs.New(errs.Conflict, "line %s counts job %s of %s itself, and pieces reported by hand would be there twice; say at the job what was counted in all", j.Line, j.ID, o.Number)
	}
	return err
}
