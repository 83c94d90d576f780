package store

import (
	"cmp"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// editBookingRow is a part of what people counted, as it was booked to a job.
type editBookingRow struct {
	Edit    int64  `gorm:"column:edit;primaryKey;autoIncrement:false"`
	Part    int64  `gorm:"column:part;primaryKey;autoIncrement:false"`
	Job     string `gorm:"column:job"`
	Scrap   int64  `gorm:"column:scrap"`
	SinceAt int64  `gorm:"column:since_at"`
	At      int64  `gorm:"column:at"`
	Qty     int64  `gorm:"column:qty"`
}

// TableName is the row's table.
func (editBookingRow) TableName() string { return "edit_booking" }

// count books to jobs what an edit says of pieces, and takes back what an edit said that is undone. Time and jobs hear of
// it in one transaction, and so each of them once.
func (k edits) count(tx *gorm.DB, row *editRow) error {
	bookings, err := k.bookings(tx, row)
	if err != nil || len(bookings) == 0 {
		return err
	}
	e, b := row.edit(), &books{k.s}
	p := execution.Posting{Bookings: bookings, By: e.By}
	made, err := b.workOf(tx, &p)
	if err != nil {
		return err
	}
	if err := b.enter(tx, &made, p); err != nil {
		return err
	}
	if err := k.noteBookings(tx, e, p.Bookings); err != nil {
		return err
	}
	if err := aheadOf(tx, row, bookings); err != nil {
		return err
	}
	return stirQueue(tx)
}

// bookings are those that an edit makes.
func (k edits) bookings(tx *gorm.DB, row *editRow) ([]execution.Booking, error) {
	if row.Undoes != nil {
		return k.reversed(tx, *row.Undoes, row.Line)
	}
	good, scrap := plant.Quantity(row.Good), plant.Quantity(row.Reject)
	switch edit.Kind(row.Kind) {
	case edit.Count:
	case edit.Scrap:
		good = -scrap
	case edit.Reading:
		var err error
		if good, err = unread(tx, row); err != nil || good <= 0 {
			return nil, err
		}
	default:
		return nil, nil
	}
	var rows []runRow
	err := tx.Raw(`
		SELECT runs.*
		  FROM runs
		  JOIN jobs ON jobs.id = runs.job
		 WHERE runs.line = ? AND runs.from_at < ? AND (runs.to_at IS NULL OR runs.to_at > ?) AND (? = '' OR jobs.product = ?)
		 ORDER BY runs.from_at`, row.Line, row.ToAt, row.FromAt, row.Product, row.Product).Scan(&rows).Error
	if n := len(rows); n > 1 && edit.Kind(row.Kind) == edit.Scrap {
		rows = rows[n-1:] // as in the time ledger, of the newest pieces
	}
	runs := make([]execution.Run, len(rows))
	for i, r := range rows {
		runs[i] = r.run()
	}
	return execution.ByPeople(runs, plant.Span{From: moment(row.FromAt), To: moment(row.ToAt)}, good, scrap), err
}

// reversed takes back what was booked for an edit, and is not taken back yet.
func (k edits) reversed(tx *gorm.DB, id int64, line string) (all []execution.Booking, err error) {
	var rows []editBookingRow
	err = tx.Raw(`
		SELECT job, scrap, MIN(since_at) AS since_at, MIN(at) AS at, CAST(SUM(qty) AS BIGINT) AS qty
		  FROM edit_booking
		 WHERE edit = ?
		 GROUP BY job, scrap
		 ORDER BY MIN(part)`, id).Scan(&rows).Error
	for _, r := range rows {
		if r.Qty != 0 {
			all = append(all, execution.Booking{
				Tag: execution.ByHand, Line: plant.LineID(line), Job: r.Job, Scrap: r.Scrap == 1, Since: moment(r.SinceAt), At: moment(r.At), Qty: -plant.Quantity(r.Qty),
			})
		}
	}
	return all, err
}

// noteBookings keeps what was booked for an edit, and tells the audit chain of each job's.
func (k edits) noteBookings(tx *gorm.DB, e edit.Edit, bookings []execution.Booking) error {
	for i, b := range bookings {
		if err := keepEditBooking(tx, e.ID, int64(i), b); err != nil {
			return err
		}
		what := map[bool]string{false: "good", true: "scrap"}[b.Scrap]
		_, err := k.s.audit(tx, access.Entry{
			Who: e.By, What: "job.count", On: cmp.Or(text(b.Job), "line "+text(string(b.Line))), New: fmt.Sprintf("%s %s by hand", b.Qty, what), Why: fmt.Sprintf("%s %d at the line", e.Kind, e.ID),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func keepEditBooking(tx *gorm.DB, of, part int64, b execution.Booking) error {
	row := editBookingRow{Edit: of, Part: part, Job: text(b.Job), SinceAt: b.Since.UnixMicro(), At: b.At.UnixMicro(), Qty: int64(b.Qty)}
	if b.Scrap {
		row.Scrap = 1
	}
	return tx.Create(&row).Error
}
