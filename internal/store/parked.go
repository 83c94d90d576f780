package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/parked"
	"millwright/internal/plant"
)

// parkedRow is what was decided of counts that no job owned.
type parkedRow struct {
	ID     int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Line   string `gorm:"column:line"`
	FromAt int64  `gorm:"column:from_at"`
	ToAt   int64  `gorm:"column:to_at"`
	Last   int64  `gorm:"column:last"`
	Job    string `gorm:"column:job"`
	Good   int64  `gorm:"column:good"`
	Scrap  int64  `gorm:"column:scrap"`
	At     int64  `gorm:"column:at"`
	ByID   int64  `gorm:"column:by_id"`
	ByName string `gorm:"column:by_name"`
	Why    string `gorm:"column:why"`
}

// TableName is the row's table.
func (parkedRow) TableName() string { return "parked_decision" }

var _ parked.Book = parkings{}

// parkings keeps counts that no job owned, and what is decided of them.
type parkings struct{ s *Store }

// Parked keeps counts that no job owned.
func (s *Store) Parked() parked.Book { return parkings{s} }

// parkedSQL are the bookings of a line that nobody has decided of.
const parkedSQL = `
	SELECT b.*
	  FROM bookings b
	 WHERE b.job IS NULL AND b.line = ? AND b.at >= ?
	   AND NOT EXISTS (SELECT 1 FROM parked_decision d WHERE d.line = b.line AND b.at BETWEEN d.from_at AND d.to_at AND b.id <= d.last)`

// Of gives what a line counted for no job since a time, the newest first.
func (k parkings) Of(ctx context.Context, line plant.LineID, since time.Time) ([]parked.Counts, error) {
	var rows []bookingRow
	err := k.s.read(ctx, "list parked counts of line "+string(line), func(db *gorm.DB) error {
		return db.Raw(parkedSQL+" ORDER BY b.at DESC, b.id DESC LIMIT ?", text(string(line)), since.UnixMicro(), parked.Most).Scan(&rows).Error
	})
	var all []parked.Counts
	for _, r := range rows {
		all = parked.Join(all, r.ID, r.booking())
	}
	return slices.DeleteFunc(all, func(c parked.Counts) bool { return c.Good == 0 && c.Scrap == 0 }), err
}

// Decide gives parked counts to a job, or to nobody. What they are reported to follows in the same transaction.
func (k parkings) Decide(ctx context.Context, d parked.Decision, by plant.Person, why string) error {
	if why == "" {
		return &errs.Error{Kind: errs.Invalid, Words: "say why", Fields: []errs.Field{{Path: "why", Message: "Say why."}}}
	}
	return k.s.write(ctx, "decide of parked counts", func(tx *gorm.DB) error {
		p := execution.Posting{By: by, Why: why}
		if d.Job != "" {
			p.Bookings = []execution.Booking{{Job: d.Job}} // whose work order waits for us
		}
		b := &books{k.s}
		made, err := b.workOf(tx, &p)
		if err != nil {
			return err
		}
		if made.parked {
			return conflict("the work order of job %s is closed and takes nothing any more; choose another job", d.Job)
		}
		if err := k.s.dialect.queue(tx, "parked/"+text(string(d.Line))); err != nil {
			return err
		}
		var rows []bookingRow
		err = tx.Raw(parkedSQL+" AND b.at <= ? AND b.id <= ? ORDER BY b.at, b.id", text(string(d.Line)), d.From.UnixMicro(), d.To.UnixMicro(), d.Last).Scan(&rows).Error
		if err != nil {
			return err
		}
		if p.Bookings, err = k.moved(tx, d, rows); err != nil {
			return err
		}
		if err := b.enter(tx, &made, p); err != nil {
			return err
		}
		return k.note(tx, d, by, why)
	})
}

// moved gives the bookings that take parked counts to a job; none for nobody.
func (k parkings) moved(tx *gorm.DB, d parked.Decision, rows []bookingRow) (all []execution.Booking, err error) {
	var was parked.Counts
	for _, r := range rows {
		b := r.booking()
		was.Add(b)
		i := slices.IndexFunc(all, func(o execution.Booking) bool { return o.Tag == b.Tag && o.Unit == b.Unit && o.Scrap == b.Scrap })
		if i < 0 {
			i, all = len(all), append(all, b)
			all[i].Qty, all[i].Job, all[i].Estimated = 0, d.Job, true
		}
		all[i].Qty, all[i].At = all[i].Qty+b.Qty, b.At
	}
	if was.Good != d.Good || was.Scrap != d.Scrap {
		return nil, conflict("the parked counts of line %s are %s good and %s scrap now; look again", d.Line, was.Good, was.Scrap)
	}
	if d.Job == "" {
		return nil, nil
	}
	var j jobRow
	if err := takeJob(tx, &j, d.Job); err != nil {
		return nil, err
	}
	for _, b := range slices.Clone(all) {
		b.Job, b.Qty = "", -b.Qty
		all = append(all, b)
	}
	return slices.DeleteFunc(all, func(b execution.Booking) bool { return b.Qty == 0 }), nil
}

func (k parkings) note(tx *gorm.DB, d parked.Decision, by plant.Person, why string) error {
	id, err := next(tx, "parked decision", 1)
	if err != nil {
		return err
	}
	last, err := next(tx, "booking", 0)
	if err != nil {
		return err
	}
	at, err := k.s.at(tx)
	if err != nil {
		return err
	}
	seen := d.Last
	if d.Job != "" {
		seen = last - 1 // what takes them to the job too
	}
	row := parkedRow{
		ID: id, Line: text(string(d.Line)), FromAt: d.From.UnixMicro(), ToAt: d.To.UnixMicro(), Last: seen, Job: text(d.Job), Good: int64(d.Good), Scrap: int64(d.Scrap),
		At: at.UnixMicro(), ByID: by.ID, ByName: text(by.Name), Why: text(why),
	}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	if err := stirQueue(tx); err != nil {
		return err
	}
	on, whose := cmp.Or(row.Job, row.Line), "given to "+row.Job
	if row.Job == "" {
		whose = "nobody's"
	}
	_, err = k.s.audit(tx, access.Entry{
		Who: by, What: "counts.decide", On: on, Old: fmt.Sprintf("%s good, %s scrap of line %s without a job, %s to %s", d.Good, d.Scrap, row.Line, d.From.Format(time.RFC3339), d.To.Format(time.RFC3339)), New: whose, Why: why,
	})
	return err
}
