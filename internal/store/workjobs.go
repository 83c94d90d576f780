package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// dispatch lets the queues of the lines follow what has changed of a work order, in its transaction: its operations wait
// there as jobs once it is released, and go with it when it is held, changed or closed.
func (k works) dispatch(tx *gorm.DB, was, o workorder.Order, by workorder.Doing) error {
	if !released(o) && !released(was) || sameQueue(was, o) {
		return nil
	}
	var rows []jobRow
	if err := tx.Where("work = ?", o.ID).Order("operation").Find(&rows).Error; err != nil {
		return err
	}
	wanted, err := k.wanted(tx, o)
	if err != nil {
		return err
	}
	at, err := k.s.at(tx)
	if err != nil {
		return err
	}
	d := dispatching{store: k.s, tx: tx, was: was, order: o, at: at, by: by}
	have := map[int64]bool{}
	for _, r := range rows {
		have[r.Operation] = true
		if err := d.follow(r, wanted[r.Operation]); err != nil {
			return err
		}
	}
	for operation, w := range wanted {
		if have[operation] || !begins(o) {
			continue
		}
		if err := d.add(w); err != nil {
			return err
		}
	}
	if !d.changed {
		return nil
	}
	return stirQueue(tx)
}

// stirQueue tells those who keep jobs in mind that others have changed some.
func stirQueue(tx *gorm.DB) error {
	_, err := next(tx, "queue", 1)
	return err
}

// Queue gives a number that grows whenever somebody else than the lines changes jobs.
func (b *books) Queue(ctx context.Context) (n int64, err error) {
	err = b.s.read(ctx, "look at the queue", func(db *gorm.DB) error {
		return db.Raw("SELECT last FROM numbers WHERE name = 'queue'").Row().Scan(&n)
	})
	return n, err
}

func released(o workorder.Order) bool { return o.Snapshot > 0 }

// begins tells whether lines may begin with an order.
func begins(o workorder.Order) bool {
	return o.Line != "" && (o.Lifecycle == workorder.Released || o.Lifecycle == workorder.Started)
}

// sameQueue tells whether nothing has changed that jobs follow.
func sameQueue(a, b workorder.Order) bool {
	return a.ID == b.ID && a.Lifecycle == b.Lifecycle && a.Held == b.Held && a.Line == b.Line && a.Quantity == b.Quantity && a.Due == b.Due && a.Rank == b.Rank && a.Snapshot == b.Snapshot && a.SalesLine == b.SalesLine
}

// wanted gives the jobs that an order's operations are on lines, by the operation's position. The operation whose work
// centre stands at the order's line is made there, else the last one is; others are made where their centres stand.
func (k works) wanted(tx *gorm.DB, o workorder.Order) (map[int64]execution.Job, error) {
	all := map[int64]execution.Job{}
	if o.Line == "" {
		return all, nil
	}
	j := execution.Job{
		ID: o.Number, Line: plant.LineID(o.Line), Product: cmp.Or(o.Product, fmt.Sprintf("item %d", o.Item)), Planned: o.Quantity,
		Due: evening(o.Due), Rank: int64(o.Due)*1_000_000 + min(o.Rank, 999_999), Work: o.ID, Status: execution.Waiting, Version: 1,
	}
	if o.SalesLine != 0 {
		err := tx.Raw("SELECT s.number FROM sales_order s JOIN sales_line l ON l.document = s.id WHERE l.id = ?", o.SalesLine).Scan(&j.Order).Error
		if err != nil {
			return nil, err
		}
	}
	if len(o.Operations) == 0 {
		all[0] = j
		return all, nil
	}
	lines, err := linesOfCentres(tx, o)
	if err != nil {
		return nil, err
	}
	main := len(o.Operations) - 1
	for i, p := range o.Operations {
		if lines[p.Centre] == o.Line {
			main = i
		}
	}
	for i, p := range o.Operations {
		line := lines[p.Centre]
		if i == main {
			line = o.Line
		}
		if line == "" {
			continue
		}
		j.ID, j.Line, j.Operation = fmt.Sprintf("%s.%d", o.Number, p.Position), plant.LineID(line), p.Position
		all[p.Position] = j
	}
	return all, nil
}

// linesOfCentres gives the lines at which the work centres of an order stand.
func linesOfCentres(tx *gorm.DB, o workorder.Order) (map[int64]string, error) {
	var ids []int64
	for _, p := range o.Operations {
		ids = append(ids, p.Centre)
	}
	var rows []struct {
		ID    int64
		Place string
	}
	err := tx.Raw("SELECT id, place FROM work_centre WHERE id IN (?)", ids).Scan(&rows).Error
	lines := map[int64]string{}
	for _, r := range rows {
		lines[r.ID], _, _ = strings.Cut(r.Place, "/")
	}
	return lines, err
}

// evening is when an order that is due on a date is due on a line: the database knows no zone, and this is the same date
// everywhere from Honolulu to Kathmandu.
func evening(d plant.Date) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return d.Begin(time.UTC).Add(18 * time.Hour)
}

// dispatching is an order's jobs being brought to what the order says.
type dispatching struct {
	store   *Store
	tx      *gorm.DB
	was     workorder.Order
	order   workorder.Order
	at      time.Time
	by      workorder.Doing
	changed bool
}

func (d *dispatching) add(j execution.Job) error {
	if d.order.Held != "" {
		j.Status = execution.Held
	}
	row := rowOfJob(j)
	d.changed = true
	if err := d.tx.Create(&row).Error; duplicate(err) {
		return conflict("there is a job %s already, which is none of this order; rename it", j.ID)
	} else if err != nil {
		return err
	}
	return d.tell("job.add", "", row)
}

// follow brings a job to what its order says.
func (d *dispatching) follow(was jobRow, w execution.Job) error {
	r := was
	open := r.job().Open()
	ends := !begins(d.order) || w.ID == ""
	switch {
	case ends && open && r.StartedAt == nil && r.Good == 0 && r.Scrap == 0:
		r.Status, r.EndedAt = string(execution.Aborted), maybe(d.at)
	case ends && open && d.order.Lifecycle != workorder.Released && d.order.Lifecycle != workorder.Started:
		r.Status, r.EndedAt = string(execution.Completed), maybe(d.at)
	case ends && open && r.Status == string(execution.Running):
		r.Status = string(execution.Held) // its line was taken from it
	case !ends && !open && d.again(r):
		r.Status, r.EndedAt = string(execution.Held), nil
		d.hold(&r, w)
	case !ends && open:
		d.hold(&r, w)
	}
	if !ends {
		r.Planned, r.DueAt, r.Rank, r.ForOrder, r.Line = int64(w.Planned), maybe(w.Due), w.Rank, cmp.Or(text(w.Order), r.ForOrder), text(string(w.Line))
	}
	if same(was, r) {
		return nil
	}
	r.Version, d.changed = was.Version+1, true
	if err := d.leave(was, r); err != nil {
		return err
	}
	err := d.tx.Exec(`
		UPDATE jobs
		   SET status = ?, planned = ?, due_at = ?, ended_at = ?, rank = ?, line = ?, for_order = ?, version = ?
		 WHERE id = ?`, r.Status, r.Planned, r.DueAt, r.EndedAt, r.Rank, r.Line, r.ForOrder, r.Version, r.ID).Error
	if err != nil {
		return err
	}
	return d.tell("job.change", was.words(), r)
}

// again tells whether a job that has ended is to be worked on once more: its order was opened again or given a line, or more
// is to be made.
func (d *dispatching) again(r jobRow) bool {
	more := d.order.Quantity > d.was.Quantity && r.Good < int64(d.order.Quantity)
	return more || d.was.Line != d.order.Line || d.was.Lifecycle == workorder.Completed
}

// hold lets a job be held while its order is, and while it has no line any more.
func (d *dispatching) hold(r *jobRow, w execution.Job) {
	moved := r.Line != string(w.Line)
	switch {
	case d.order.Held != "" && (r.Status == string(execution.Waiting) || r.Status == string(execution.Running)):
		r.Status = string(execution.Held)
	case d.order.Held == "" && r.Status == string(execution.Held) && r.StartedAt == nil:
		r.Status = string(execution.Waiting)
	case moved && r.Status == string(execution.Running):
		r.Status = string(execution.Held)
	}
}

// leave ends a job's run where it leaves its line. A job that is completed keeps it until another takes it, unless its order
// is closed and takes nothing any more.
func (d *dispatching) leave(was, r jobRow) error {
	keeps := r.Line == was.Line && (r.Status == string(execution.Running) || r.Status == string(execution.Completed) && d.order.Lifecycle != workorder.Closed)
	if keeps {
		return nil
	}
	return endRun(d.tx, r.ID, d.at)
}

func endRun(tx *gorm.DB, job string, at time.Time) error {
	us := at.UnixMicro()
	return tx.Exec("UPDATE runs SET to_at = CASE WHEN from_at > ? THEN from_at ELSE ? END WHERE job = ? AND to_at IS NULL", us, us, job).Error
}

func (d *dispatching) tell(what, old string, r jobRow) error {
	_, err := d.store.audit(d.tx, access.Entry{Who: d.by.By, What: what, On: r.ID, Old: old, New: r.words(), Why: d.by.Why})
	return err
}

func same(a, b jobRow) bool {
	us := func(p *int64) int64 {
		if p == nil {
			return 0
		}
		return *p
	}
	return a.Status == b.Status && a.Planned == b.Planned && us(a.DueAt) == us(b.DueAt) && us(a.EndedAt) == us(b.EndedAt) && a.Rank == b.Rank && a.Line == b.Line && a.ForOrder == b.ForOrder
}
