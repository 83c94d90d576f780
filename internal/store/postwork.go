package store

import (
	"cmp"
	"slices"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
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
	var names []string
	for _, id := range slices.Compact(all) {
		names = append(names, workorder.Document(id))
	}
	if err := b.s.dialect.queue(tx, names...); err != nil {
		return o, err
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
	all, of := make([]*counted, len(rows)), map[string]*counted{}
	for i, r := range rows {
		all[i] = &counted{job: r, now: o.now, by: plant.Program()}
		of[r.ID] = all[i]
	}
	for _, j := range p.Jobs {
		if c := of[text(j.ID)]; c != nil {
			c.ends = c.ends || j.Status == execution.Completed
		}
	}
	for _, k := range p.Bookings {
		if c := of[text(k.Job)]; c != nil {
			c.hear(k)
		}
	}
	for _, c := range all {
		if c.hand && !c.machine {
			c.by = p.By
		}
	}
	return o.s.tellWorks(tx, slices.DeleteFunc(all, func(c *counted) bool { return !c.says() }))
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
	asked, told   workorder.Report // what the order is to be told, and what of it it was told
	untold        string           // why the rest was not
}

// hear takes a booking.
func (c *counted) hear(k execution.Booking) {
	reason := workorder.RejectedAt + string(k.Unit)
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

// says makes what the job's work order is to be told, and tells whether there is anything.
func (c *counted) says() bool {
	r := c.job
	c.asked = workorder.Report{
		Order: r.Work, Operation: r.Operation, Good: plant.Quantity(r.Good - r.ToldGood), Scrap: plant.Quantity(r.Scrap - r.ToldScrap),
		At: c.at, Source: cmp.Or(c.source, "person"), Job: r.ID, Counted: true, Scraps: slices.DeleteFunc(c.reasons, func(s workorder.Scrapped) bool { return s.Quantity == 0 }),
	}
	return c.asked.Good != 0 || c.asked.Scrap != 0 || c.ends
}
