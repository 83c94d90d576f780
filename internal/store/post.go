package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Post writes everything or nothing. Its steps lock in the same order in every posting: what people say of lines, work orders, marks, jobs, runs,
// wishes, the number of the next move of material, of the next booking, the audit chain.
func (b *books) Post(ctx context.Context, p execution.Posting) error {
	return b.post(ctx, p, func(*gorm.DB) error { return nil })
}

// post does so with something else in the same transaction, before the audit.
func (b *books) post(ctx context.Context, p execution.Posting, besides func(*gorm.DB) error) error {
	marks := slices.SortedFunc(slices.Values(p.Marks), func(x, y execution.Mark) int { return cmp.Compare(x.Tag, y.Tag) })
	for i := 1; i < len(marks); i++ {
		if marks[i].Tag == marks[i-1].Tag {
			return errs.New(errs.Invalid, "post counts: counter %s has two marks", text(marks[i].Tag))
		}
	}
	return b.s.write(ctx, "post counts", func(tx *gorm.DB) error {
		hand, err := b.byPeople(tx, p)
		if err != nil {
			return err
		}
		made, err := b.workOf(tx, &p)
		if err != nil {
			return err
		}
		if err := b.mark(tx, marks); err != nil {
			return err
		}
		before, err := b.changeJobs(tx, p.Jobs)
		if err != nil {
			return err
		}
		if err := b.ownLines(tx, p.Runs); err != nil {
			return err
		}
		for _, w := range p.Wishes {
			if err := wish(tx, w); err != nil {
				return err
			}
		}
		if err := b.enter(tx, &made, p); err != nil {
			return err
		}
		if err := hand.keep(tx); err != nil {
			return err
		}
		if made.parked {
			if err := stirQueue(tx); err != nil {
				return err
			}
		}
		if err := besides(tx); err != nil {
			return err
		}
		return b.auditJobs(tx, before, p)
	})
}

// enter brings a posting's counts to its jobs, to their work orders and into the book of counts.
func (b *books) enter(tx *gorm.DB, made *workOf, p execution.Posting) error {
	if err := b.progress(tx, p.Bookings); err != nil {
		return err
	}
	if err := made.report(tx, p); err != nil {
		return err
	}
	return b.book(tx, p.Bookings)
}

// mark moves each counter's mark from where the posting began to where it ends. A mark that stands elsewhere means
// that somebody else has booked these readings.
func (b *books) mark(tx *gorm.DB, marks []execution.Mark) error {
	var first, later [][]any
	for _, m := range marks {
		if m.Before.IsZero() {
			first = append(first, []any{text(m.Tag), m.At.UnixMicro(), int64(m.Total)})
		} else {
			later = append(later, []any{m.At.UnixMicro(), int64(m.Total), text(m.Tag), m.Before.UnixMicro()})
		}
	}
	set, err := b.s.dialect.run(tx, inserting("marks", "ON CONFLICT (tag) DO NOTHING", "tag text", "at bigint", "total bigint"), first)
	if err != nil {
		return err
	}
	moved, err := b.s.dialect.run(tx, batch{
		each: "UPDATE marks SET at = ?, total = ? WHERE tag = ? AND at = ?",
		all: `UPDATE marks
		         SET at = n.at, total = n.total
		        FROM unnest(CAST($1 AS bigint[]), CAST($2 AS bigint[]), CAST($3 AS text[]), CAST($4 AS bigint[]))
		          AS n (at, total, tag, before)
		       WHERE marks.tag = n.tag AND marks.at = n.before`,
	}, later)
	if err == nil && int(set+moved) != len(marks) {
		return conflict("post counts: %d of %d counters (%s) were booked by somebody else; load their marks and book anew",
			len(marks)-int(set+moved), len(marks), someTags(marks))
	}
	return err
}

// someTags names a few counters.
func someTags(marks []execution.Mark) string {
	var names []string
	for _, m := range marks[:min(3, len(marks))] {
		names = append(names, text(m.Tag))
	}
	if len(marks) > 3 {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// changeJobs keeps what changed of jobs, and gives them as they were. Those that leave a line go first,
// so that the next one finds it free.
func (b *books) changeJobs(tx *gorm.DB, jobs []execution.Job) (before map[string]jobRow, err error) {
	before = make(map[string]jobRow, len(jobs))
	for _, running := range []bool{false, true} {
		for _, j := range slices.SortedFunc(slices.Values(jobs), func(x, y execution.Job) int { return cmp.Compare(x.ID, y.ID) }) {
			if (j.Status == execution.Running) != running {
				continue
			}
			if before[j.ID], err = b.change(tx, j); err != nil {
				return nil, err
			}
		}
	}
	return before, nil
}

// ownLines keeps runs; those that end go first.
func (b *books) ownLines(tx *gorm.DB, runs []execution.Run) error {
	for _, open := range []bool{false, true} {
		for _, r := range runs {
			if r.To.IsZero() != open {
				continue
			}
			if err := b.own(tx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// progress adds what is booked to each job.
func (b *books) progress(tx *gorm.DB, bookings []execution.Booking) error {
	type sum struct{ good, scrap, estimated plant.Quantity }
	sums := map[string]sum{}
	for _, k := range bookings {
		s := sums[k.Job]
		if k.Scrap {
			s.scrap += k.Qty
		} else {
			s.good += k.Qty
		}
		if k.Estimated {
			s.estimated += k.Qty
		}
		sums[k.Job] = s
	}
	delete(sums, "")
	jobs := make([]string, 0, len(sums))
	for id := range sums {
		jobs = append(jobs, id)
	}
	slices.Sort(jobs)
	rows := make([][]any, len(jobs))
	for i, id := range jobs {
		rows[i] = []any{int64(sums[id].good), int64(sums[id].scrap), int64(sums[id].estimated), text(id)}
	}
	n, err := b.s.dialect.run(tx, batch{
		each: "UPDATE jobs SET good = good + ?, scrap = scrap + ?, estimated = estimated + ? WHERE id = ?",
		all: `UPDATE jobs
		         SET good = jobs.good + n.good, scrap = jobs.scrap + n.scrap, estimated = jobs.estimated + n.estimated
		        FROM unnest(CAST($1 AS bigint[]), CAST($2 AS bigint[]), CAST($3 AS bigint[]), CAST($4 AS text[])) AS n (good, scrap, estimated, id)
		       WHERE jobs.id = n.id`,
	}, rows)
	if err != nil || int(n) == len(jobs) {
		return err
	}
	var there []string
	err = tx.Raw("SELECT id FROM jobs WHERE id IN (?)", jobs).Scan(&there).Error
	for _, id := range jobs {
		if err == nil && !slices.Contains(there, text(id)) {
			return errs.New(errs.NotFound, "post counts: there is no job %s to book on", text(id))
		}
	}
	return err
}

type bookingRow struct {
	ID        int64   `gorm:"column:id;primaryKey;autoIncrement:false"`
	Tag       string  `gorm:"column:tag"`
	Line      string  `gorm:"column:line"`
	Unit      string  `gorm:"column:unit"`
	Job       *string `gorm:"column:job"`
	Scrap     bool    `gorm:"column:scrap"`
	Estimated bool    `gorm:"column:estimated"`
	SinceAt   int64   `gorm:"column:since_at"`
	At        int64   `gorm:"column:at"`
	Qty       int64   `gorm:"column:qty"`
}

// TableName is the row's table.
func (bookingRow) TableName() string { return "bookings" }

// book adds to the count ledger.
func (b *books) book(tx *gorm.DB, bookings []execution.Booking) error {
	if len(bookings) == 0 {
		return nil
	}
	id, err := next(tx, "booking", int64(len(bookings)))
	if err != nil {
		return err
	}
	rows := make([][]any, len(bookings))
	for i, k := range bookings {
		var job any
		if k.Job != "" {
			job = text(k.Job)
		}
		rows[i] = []any{
			id + int64(i), text(k.Tag), text(string(k.Line)), text(string(k.Unit)), job, k.Scrap, k.Estimated,
			k.Since.UnixMicro(), k.At.UnixMicro(), int64(k.Qty),
		}
	}
	_, err = b.s.dialect.run(tx, inserting("bookings", "", "id bigint", "tag text", "line text", "unit text", "job text",
		"scrap boolean", "estimated boolean", "since_at bigint", "at bigint", "qty bigint"), rows)
	return err
}

// auditJobs adds each changed job to the audit chain.
func (b *books) auditJobs(tx *gorm.DB, before map[string]jobRow, p execution.Posting) error {
	if r := p.Recount; r != nil && len(p.Bookings) > 0 {
		words := ""
		for _, k := range p.Bookings {
			words += fmt.Sprintf("%s %s by hand, ", k.Qty, map[bool]string{false: "good", true: "scrap"}[k.Scrap])
		}
		if _, err := b.s.audit(tx, access.Entry{Who: p.By, What: "job.count", On: text(r.Job), Old: r.Was, New: strings.TrimSuffix(words, ", "), Why: p.Why}); err != nil {
			return err
		}
	}
	for _, j := range p.Jobs {
		old, now := before[j.ID], rowOfJob(j)
		_, err := b.s.audit(tx, access.Entry{Who: p.By, What: "job.change", On: now.ID, Old: old.words(), New: now.words(), Why: p.Why})
		if err != nil {
			return err
		}
	}
	return nil
}

type markRow struct {
	Tag   string `gorm:"column:tag;primaryKey"`
	At    int64  `gorm:"column:at"`
	Total int64  `gorm:"column:total"`
}

// TableName is the row's table.
func (markRow) TableName() string { return "marks" }

// Marks gives the mark of every counter: as many as the plant has counters, and none may be missing.
func (b *books) Marks(ctx context.Context) ([]execution.Mark, error) {
	var rows []markRow
	err := b.s.read(ctx, "load marks", func(db *gorm.DB) error { return db.Order("tag").Find(&rows).Error })
	marks := make([]execution.Mark, len(rows))
	for i, r := range rows {
		marks[i] = execution.Mark{Tag: r.Tag, At: moment(r.At), Total: plant.Quantity(r.Total)}
	}
	return marks, err
}
