package store

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// recounting is what a posting tells of pieces that people counted of jobs: they are said of the lines' time too, and what
// machines tell of them later is taken from both. Nothing to do of it is nothing to keep.
type recounting struct {
	b        *books
	row      *editRow // the recount; nil where there is none, or its job had no time on a line
	recount  *execution.Recount
	bookings []execution.Booking // of the recount, or those that machines told later
}

// byPeople begins with it before anything else of a posting: all that is said of one line passes one by one.
func (b *books) byPeople(tx *gorm.DB, p execution.Posting) (r recounting, err error) {
	if p.Recount != nil {
		if err := b.s.dialect.queue(tx, "edits/"+text(string(p.Recount.Line))); err != nil {
			return r, err
		}
		r, err = b.recounted(tx, *p.Recount, p.By)
		r.bookings = p.Bookings
		return r, err
	}
	r.b = b
	var lines []string
	for _, k := range p.Bookings {
		if k.Told {
			r.bookings, lines = append(r.bookings, k), append(lines, "edits/"+text(string(k.Line)))
		}
	}
	slices.Sort(lines)
	return r, b.s.dialect.queue(tx, slices.Compact(lines)...)
}

// recounted says a recount of the time in which its job owned the line: since it was counted last, or where there are less,
// since it began. What is signed stays as it is; when all of it is, the recount is refused.
func (b *books) recounted(tx *gorm.DB, r execution.Recount, by plant.Person) (recounting, error) {
	k := recounting{b: b, recount: &r}
	if r.Good == 0 && r.Scrap == 0 {
		return k, nil
	}
	at := r.At.UnixMicro()
	var runs []runRow
	err := tx.Raw("SELECT * FROM runs WHERE job = ? AND from_at < ? ORDER BY from_at", text(r.Job), at).Scan(&runs).Error
	if err != nil || len(runs) == 0 {
		return k, err
	}
	if end := runs[len(runs)-1].ToAt; end != nil {
		at = min(at, *end)
	}
	row := editRow{
		Line: text(string(r.Line)), Kind: string(edit.Recount), FromAt: max(runs[0].FromAt, at-edit.Longest.Microseconds()), Product: text(r.Product), Job: text(r.Job),
		Cycle: int64(r.Cycle), WhoID: by.ID, WhoName: text(by.Name), WhoRole: by.Role.String(),
	}
	row.ToAt = max(at, row.FromAt+1)
	if err := since(tx, &row, r); err != nil {
		return k, err
	}
	if row.FromAt > runs[0].FromAt {
		if err := enough(tx, row, r); err != nil {
			return k, err
		}
	}
	if row.ID, err = next(tx, "edit", 1); err != nil {
		return k, err
	}
	now, err := b.s.at(tx)
	row.At = now.UnixMicro()
	if err == nil {
		err = tx.Create(&row).Error
	}
	k.row = &row
	return k, err
}

// since moves the beginning of a recount to the end of what is signed, and of the time that was counted before.
func since(tx *gorm.DB, row *editRow, r execution.Recount) error {
	signed, err := signatures(tx, row.Line, row.FromAt, row.ToAt)
	if err != nil {
		return err
	}
	for _, s := range signed {
		if row.FromAt = max(row.FromAt, s.ToAt); row.FromAt >= row.ToAt {
			return conflict("the shift %s of %s on line %s was signed by %s; open it again first", s.Shift, s.Date, s.Line, s.WhoName)
		}
	}
	if r.Good < 0 || r.Scrap < 0 {
		return nil
	}
	var before *int64
	err = tx.Raw(`
		SELECT MAX(to_at)
		  FROM edits
		 WHERE line = ? AND kind = ? AND job = ? AND to_at < ? AND from_at >= ?
		   AND NOT EXISTS (SELECT 1 FROM edits AS u WHERE u.undoes = edits.id)`,
		row.Line, row.Kind, row.Job, row.ToAt, row.FromAt-edit.Longest.Microseconds()).Row().Scan(&before)
	if before != nil {
		row.FromAt = max(row.FromAt, *before)
	}
	return err
}

// enough refuses to take more pieces from the time that is not signed than were counted in it.
func enough(tx *gorm.DB, row editRow, r execution.Recount) error {
	if r.Good >= 0 && r.Scrap >= 0 {
		return nil
	}
	var good, scrap int64
	err := tx.Raw(`
		SELECT CAST(COALESCE(SUM(CASE WHEN scrap THEN 0 ELSE qty END), 0) AS BIGINT),
		       CAST(COALESCE(SUM(CASE WHEN scrap THEN qty ELSE 0 END), 0) AS BIGINT)
		  FROM bookings
		 WHERE job = ? AND at >= ?`, row.Job, row.FromAt).Row().Scan(&good, &scrap)
	if err == nil && (good+int64(r.Good) < 0 || scrap+int64(r.Scrap) < 0) {
		return conflict("job %s has only %s good and %s scrap since the last signed shift of line %s; open that again first",
			row.Job, plant.Quantity(good), plant.Quantity(scrap), row.Line)
	}
	return err
}

// keep notes what was booked of it, once it is booked.
func (r *recounting) keep(tx *gorm.DB) error {
	if r.recount == nil {
		return r.later(tx)
	}
	if err := aheadBy(tx, r.recount.Job, r.recount.Good+r.recount.Scrap, plant.Span{To: r.recount.At}); err != nil || r.row == nil {
		return err
	}
	for i, k := range r.bookings {
		if err := keepEditBooking(tx, r.row.ID, int64(i), k); err != nil {
			return err
		}
	}
	return stale(tx, r.row.Line, r.row.FromAt)
}

// aheadBy adds to what people counted of a job in the place of its machines.
func aheadBy(tx *gorm.DB, job string, pieces plant.Quantity, of plant.Span) error {
	var row jobRow
	if err := takeJob(tx, &row, job); err != nil {
		return err
	}
	a := row.job().Ahead
	a.Add(pieces, of)
	return tx.Exec("UPDATE jobs SET ahead_said = ?, ahead_rest = ?, ahead_from = ?, ahead_to = ? WHERE id = ?",
		int64(a.Said), int64(a.Rest), maybe(a.From), maybe(a.To), row.ID).Error
}

// aheadOf does so for the jobs to which a reading was booked, or whose reading or recount is undone.
func aheadOf(tx *gorm.DB, row *editRow, bookings []execution.Booking) error {
	kind := row.Kind
	if row.Undoes != nil {
		if err := tx.Raw("SELECT kind FROM edits WHERE id = ?", *row.Undoes).Row().Scan(&kind); err != nil {
			return err
		}
	}
	if k := edit.Kind(kind); k != edit.Reading && k != edit.Recount {
		return nil
	}
	sums := map[string]plant.Quantity{}
	for _, b := range bookings {
		if b.Job != "" {
			sums[b.Job] += b.Qty
		}
	}
	for job, pieces := range sums {
		if err := aheadBy(tx, job, pieces, plant.Span{From: moment(row.FromAt), To: moment(row.ToAt)}); err != nil {
			return err
		}
	}
	return nil
}

// later takes what machines told of pieces that people had counted from what is booked for these.
func (r *recounting) later(tx *gorm.DB) error {
	sums, jobs := map[string]plant.Quantity{}, []string(nil)
	for _, k := range r.bookings {
		if _, is := sums[k.Job]; !is {
			jobs = append(jobs, k.Job)
		}
		sums[k.Job] += k.Qty
		if err := r.told(tx, k); err != nil {
			return err
		}
	}
	slices.Sort(jobs)
	for _, job := range jobs {
		done := tx.Exec("UPDATE jobs SET ahead_rest = ahead_rest + ? WHERE id = ? AND ahead_rest + ? BETWEEN 0 AND ahead_said", int64(sums[job]), text(job), int64(sums[job]))
		if done.Error == nil && done.RowsAffected == 0 {
			return conflict("post counts: what people counted of job %s was changed meanwhile; look again", text(job))
		}
		if done.Error != nil {
			return done.Error
		}
		words := fmt.Sprintf("%s by hand", sums[job])
		if _, err := r.b.s.audit(tx, access.Entry{Who: plant.Program(), What: "job.count", On: text(job), New: words, Why: "a machine told what people had counted"}); err != nil {
			return err
		}
	}
	return nil
}

// told adds a booking to those of the edits that it takes pieces from, the newest first.
func (r *recounting) told(tx *gorm.DB, k execution.Booking) error {
	var rows []struct{ Edit, FromAt, Part, Rest int64 }
	err := tx.Raw(`
		SELECT b.edit, edits.from_at, MAX(b.part) + 1 AS part, CAST(SUM(b.qty) AS BIGINT) AS rest
		  FROM edit_booking AS b
		  JOIN edits ON edits.id = b.edit
		 WHERE b.job = ? AND edits.kind IN (?, ?) AND NOT EXISTS (SELECT 1 FROM edits AS u WHERE u.undoes = edits.id)
		 GROUP BY b.edit, edits.from_at
		 ORDER BY b.edit DESC`, text(k.Job), string(edit.Recount), string(edit.Reading)).Scan(&rows).Error
	if err != nil {
		return err
	}
	left := k.Qty
	for i, row := range rows {
		of := k
		if of.Qty = left; k.Qty < 0 && i < len(rows)-1 {
			of.Qty = max(left, -max(0, plant.Quantity(row.Rest)))
		}
		if of.Qty == 0 {
			continue
		}
		if err := keepEditBooking(tx, row.Edit, row.Part, of); err != nil {
			return err
		}
		if err := stale(tx, text(string(k.Line)), row.FromAt); err != nil {
			return err
		}
		if left -= of.Qty; left == 0 {
			break
		}
	}
	return nil
}

// aloneAtLines lets all that is said of the lines that make a work order pass one by one.
func (k works) aloneAtLines(tx *gorm.DB, work int64) error {
	var lines []string
	err := tx.Raw("SELECT DISTINCT line FROM jobs WHERE work <> 0 AND work = ? ORDER BY line", work).Scan(&lines).Error
	for i, l := range lines {
		lines[i] = "edits/" + l
	}
	if err != nil {
		return err
	}
	return k.s.dialect.queue(tx, lines...)
}
