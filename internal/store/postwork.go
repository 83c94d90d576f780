package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// workOf is the work orders that a posting's jobs make.
type workOf struct {
	s      *Store
	works  map[string]int64 // by the job's id
	parked bool             // some counts were of jobs whose orders take nothing any more
	now    time.Time
}

// workOf finds the work orders of a posting's jobs, and lets whoever else changes them wait. What is counted for an order
// that is closed belongs to no job: it waits for a decision.
func (b *books) workOf(tx *gorm.DB, p *execution.Posting) (o workOf, err error) {
	o = workOf{s: b.s, works: map[string]int64{}}
	ids := map[string]bool{}
	for _, k := range p.Bookings {
		ids[text(k.Job)] = true
	}
	for _, j := range p.Jobs {
		ids[text(j.ID)] = true
	}
	delete(ids, "")
	if len(ids) == 0 {
		return o, nil
	}
	jobs := make([]string, 0, len(ids))
	for id := range ids {
		jobs = append(jobs, id)
	}
	var rows []struct {
		ID   string
		Work int64
	}
	err = tx.Raw("SELECT id, work FROM jobs WHERE work <> 0 AND id IN (?) ORDER BY work, id", jobs).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return o, err
	}
	var all []int64
	for _, r := range rows {
		o.works[r.ID], all = r.Work, append(all, r.Work)
	}
	if o.now, err = b.s.at(tx); err != nil {
		return o, err
	}
	for _, id := range slices.Compact(all) {
		if err := b.s.dialect.queue(tx, workorder.Document(id)); err != nil {
			return o, err
		}
	}
	return o, o.park(tx, p, all)
}

// park takes the counts of orders that are closed from their jobs.
func (o *workOf) park(tx *gorm.DB, p *execution.Posting, works []int64) error {
	var closed []int64
	err := tx.Raw("SELECT id FROM work_order WHERE lifecycle IN ('closed', 'cancelled') AND id IN (?)", works).Scan(&closed).Error
	if err != nil || len(closed) == 0 {
		return err
	}
	p.Bookings = slices.Clone(p.Bookings)
	for i, k := range p.Bookings {
		if slices.Contains(closed, o.works[text(k.Job)]) && k.Job != "" {
			p.Bookings[i].Job, o.parked = "", true
		}
	}
	for id, work := range o.works {
		if slices.Contains(closed, work) {
			delete(o.works, id)
		}
	}
	return nil
}

// report tells each work order what was booked of it, in one report per job.
func (o *workOf) report(tx *gorm.DB, p execution.Posting) error {
	if len(o.works) == 0 {
		return nil
	}
	ids := make([]string, 0, len(o.works))
	for id := range o.works {
		ids = append(ids, id)
	}
	var rows []jobRow
	if err := tx.Raw("SELECT * FROM jobs WHERE id IN (?) ORDER BY work, operation, id", ids).Scan(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		c := counted{job: r, now: o.now}
		for _, j := range p.Jobs {
			c.ends = c.ends || text(j.ID) == r.ID && j.Status == execution.Completed
		}
		for _, k := range p.Bookings {
			if text(k.Job) == r.ID {
				c.hear(k)
			}
		}
		if c.by = plant.Program(); c.hand && !c.machine {
			c.by = p.By
		}
		if err := o.s.tellWork(tx, c); err != nil {
			return err
		}
	}
	return nil
}

// counted is what was booked of one job.
type counted struct {
	job           jobRow
	at, now       time.Time
	source        string
	reasons       []workorder.Scrapped
	ends          bool // the job is completed by it
	hand, machine bool
	by            plant.Person
}

// hear takes a booking.
func (c *counted) hear(k execution.Booking) {
	reason := "rejected at " + string(k.Unit)
	if c.at = latest(c.at, k.At); k.Tag == execution.ByHand {
		c.hand, reason = true, "counted by hand"
	} else {
		c.machine, c.source = true, "machine:"+string(k.Unit)
	}
	if !k.Scrap {
		return
	}
	i := slices.IndexFunc(c.reasons, func(s workorder.Scrapped) bool { return s.Reason == reason })
	if i < 0 {
		i, c.reasons = len(c.reasons), append(c.reasons, workorder.Scrapped{Reason: reason})
	}
	c.reasons[i].Quantity += k.Qty
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// tellWork reports to a job's work order what it was not told of the job's counts. What the order cannot take waits, with
// the reason: a count is never refused.
func (s *Store) tellWork(tx *gorm.DB, c counted) error {
	r := c.job
	report := workorder.Report{
		Order: r.Work, Operation: r.Operation, Good: plant.Quantity(r.Good - r.ToldGood), Scrap: plant.Quantity(r.Scrap - r.ToldScrap),
		At: c.at, Source: cmp.Or(c.source, "person"), Job: r.ID, Counted: true, Scraps: slices.DeleteFunc(c.reasons, func(s workorder.Scrapped) bool { return s.Quantity == 0 }),
	}
	if report.Good == 0 && report.Scrap == 0 && !c.ends {
		return nil
	}
	told := report
	err := tx.Transaction(func(tx *gorm.DB) (err error) {
		told, err = (works{s}).counted(tx, report, c)
		return err
	})
	untold := ""
	switch known := (*errs.Error)(nil); {
	case err != nil && (tx.Statement.Context.Err() != nil || errs.KindOf(err) == errs.Unavailable):
		return fmt.Errorf("report job %s to its work order: %w", r.ID, err)
	case errors.As(err, &known):
		told.Good, told.Scrap, untold = 0, 0, known.Words
	case err != nil: // whatever is wrong with one order, the lines count on
		told.Good, told.Scrap, untold = 0, 0, "the report failed: "+errs.Clip(err.Error())
	case told.Good != report.Good || told.Scrap != report.Scrap:
		untold = fmt.Sprintf("%s good and %s scrap cannot be taken back: the order was not told of them, or they have left the stock", told.Good-report.Good, told.Scrap-report.Scrap)
	}
	if told.Good == 0 && told.Scrap == 0 && untold == r.Untold {
		return nil
	}
	return tx.Exec("UPDATE jobs SET told_good = told_good + ?, told_scrap = told_scrap + ?, untold = ? WHERE id = ?", int64(told.Good), int64(told.Scrap), text(untold), r.ID).Error
}

// counted reports what was counted, and gives what of it was. Who changes the order meanwhile need not look again: its
// version stays.
func (k works) counted(tx *gorm.DB, r workorder.Report, c counted) (workorder.Report, error) {
	if err := alone(tx); err != nil {
		return r, err
	}
	was, row, err := wholeWork(tx, r.Order)
	if err != nil {
		return r, err
	}
	o := was
	o.Components, o.Operations = slices.Clone(was.Components), slices.Clone(was.Operations)
	product, err := workProductOf(tx, o.Item)
	if err != nil {
		return r, err
	}
	r.Each = product.Tracking == "serial"
	if r, err = o.Clip(r, &workStock{tx: tx, order: &o, now: k.s.dialect.now()}); err != nil {
		return r, err
	}
	last := len(o.Operations) == 0 || r.Operation == o.Operations[len(o.Operations)-1].Position
	r.Done, r.Complete = c.ends && r.Operation != 0, c.ends && last
	if r.Good == 0 && r.Scrap == 0 && !r.Done && !r.Complete {
		return r, nil
	}
	if r.At.After(c.now) {
		r.At = c.now
	}
	if err := openAt(tx, r.At); errs.KindOf(err) == errs.Conflict {
		r.At = time.Time{} // its period is closed: it is posted now
	} else if err != nil {
		return r, err
	}
	by := workorder.Doing{By: c.by, Why: "counted"}
	if err := k.report(tx, &o, r, by); err != nil {
		return r, err
	}
	if err := saveWork(tx, row, was, o); err != nil {
		return r, err
	}
	if o.Lifecycle == was.Lifecycle {
		return r, nil
	}
	if err := k.dispatch(tx, was, o, by); err != nil {
		return r, err
	}
	return r, k.tell(tx, "report", was, o, by)
}
