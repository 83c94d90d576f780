package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// books keeps jobs, runs, bookings and marks.
type books struct{ s *Store }

var _ execution.Books = (*books)(nil)

type jobRow struct {
	ID        string `gorm:"column:id;primaryKey"`
	ForOrder  string `gorm:"column:for_order"`
	Line      string `gorm:"column:line"`
	Product   string `gorm:"column:product"`
	Planned   int64  `gorm:"column:planned"`
	Good      int64  `gorm:"column:good"`
	Scrap     int64  `gorm:"column:scrap"`
	Estimated int64  `gorm:"column:estimated"`
	Status    string `gorm:"column:status"`
	DueAt     *int64 `gorm:"column:due_at"`
	StartedAt *int64 `gorm:"column:started_at"`
	EndedAt   *int64 `gorm:"column:ended_at"`
	Rank      int64  `gorm:"column:rank"`
	Version   int64  `gorm:"column:version"`
	Work      int64  `gorm:"column:work"`
	Operation int64  `gorm:"column:operation"`
	ToldGood  int64  `gorm:"column:told_good"`
	ToldScrap int64  `gorm:"column:told_scrap"`
	Untold    string `gorm:"column:untold"`
	AheadSaid int64  `gorm:"column:ahead_said"`
	AheadRest int64  `gorm:"column:ahead_rest"`
	AheadFrom *int64 `gorm:"column:ahead_from"`
	AheadTo   *int64 `gorm:"column:ahead_to"`
}

// TableName is the row's table.
func (jobRow) TableName() string { return "jobs" }

func (r jobRow) job() execution.Job {
	return execution.Job{
		ID: r.ID, Order: r.ForOrder, Line: plant.LineID(r.Line), Product: r.Product,
		Planned: plant.Quantity(r.Planned), Good: plant.Quantity(r.Good), Scrap: plant.Quantity(r.Scrap), Estimated: plant.Quantity(r.Estimated),
		Status: execution.Status(r.Status), Due: known(r.DueAt), Started: known(r.StartedAt), Ended: known(r.EndedAt),
		Rank: r.Rank, Version: r.Version, Work: r.Work, Operation: r.Operation, Untold: r.Untold,
		Ahead: execution.Ahead{Span: plant.Span{From: known(r.AheadFrom), To: known(r.AheadTo)}, Said: plant.Quantity(r.AheadSaid), Rest: plant.Quantity(r.AheadRest)},
	}
}

func rowOfJob(j execution.Job) jobRow {
	return jobRow{
		ID: text(j.ID), ForOrder: text(j.Order), Line: text(string(j.Line)), Product: text(j.Product),
		Planned: int64(j.Planned), Good: int64(j.Good), Scrap: int64(j.Scrap), Estimated: int64(j.Estimated),
		Status: text(string(j.Status)), DueAt: maybe(j.Due), StartedAt: maybe(j.Started), EndedAt: maybe(j.Ended),
		Rank: j.Rank, Version: j.Version, Work: j.Work, Operation: j.Operation,
	}
}

// words tells a job's state in the audit chain.
func (r jobRow) words() string {
	w := fmt.Sprintf("%s, planned %s, rank %d", r.Status, plant.Quantity(r.Planned), r.Rank)
	if r.DueAt != nil {
		w += ", due " + moment(*r.DueAt).Format(time.RFC3339)
	}
	return w
}

// Jobs gives the open jobs and those that ended in the last 48 h, by line and rank.
func (b *books) Jobs(ctx context.Context) ([]execution.Job, error) {
	var rows []jobRow
	err := b.s.read(ctx, "load jobs", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT *
			  FROM jobs
			 WHERE status NOT IN (?, ?)
			    OR ended_at > `+b.s.dialect.now()+` - ?
			 ORDER BY line, rank, id`,
			execution.Completed, execution.Aborted, (48 * time.Hour).Microseconds()).Scan(&rows).Error
	})
	jobs := make([]execution.Job, len(rows))
	for i, r := range rows {
		jobs[i] = r.job()
	}
	return jobs, err
}

// AddJob adds a job without progress, at version 1 unless it has one.
func (b *books) AddJob(ctx context.Context, j execution.Job, by plant.Person, why string) error {
	if j.ID == "" || j.Line == "" || j.Status == "" {
		return errs.New(errs.Invalid, "add job %s: a job needs an ID, a line and a status", j.ID)
	}
	if j.Good != 0 || j.Scrap != 0 {
		return errs.New(errs.Invalid, "add job %s: a new job has no progress; book it", j.ID)
	}
	row := rowOfJob(j)
	row.Version = max(1, row.Version)
	return b.s.write(ctx, "add job "+row.ID, func(tx *gorm.DB) error {
		var taken int64
		if err := tx.Raw("SELECT COUNT(*) FROM jobs WHERE id = ?", row.ID).Row().Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return conflict("add job %s: there is one of that number already; give it another", row.ID)
		}
		if err := tx.Create(&row).Error; duplicate(err) {
			return b.taken(row)
		} else if err != nil {
			return err
		}
		_, err := b.s.audit(tx, access.Entry{Who: by, What: "job.add", On: row.ID, New: row.words(), Why: why})
		return err
	})
}

// taken says which key is: the job's own number, or its line.
func (b *books) taken(r jobRow) error {
	if r.Status == string(execution.Running) {
		return conflict("job %s: line %s works on another job; hold or end that one first", r.ID, r.Line)
	}
	return conflict("add job %s: there is one of that number already; give it another", r.ID)
}

func takeJob(db *gorm.DB, row *jobRow, id string) error {
	return takeOne(db.Where("id = ?", text(id)), row, "there is no job "+text(id))
}

// change keeps a job's new status in the place of the version it was read at, and gives the job as it was.
func (b *books) change(tx *gorm.DB, j execution.Job) (old jobRow, err error) {
	if err := takeJob(tx, &old, j.ID); err != nil {
		return old, err
	}
	r := rowOfJob(j)
	done := tx.Exec(`
		UPDATE jobs
		   SET status = ?, planned = ?, due_at = ?, started_at = ?, ended_at = ?, rank = ?, version = version + 1
		 WHERE id = ? AND version = ?`,
		r.Status, r.Planned, r.DueAt, r.StartedAt, r.EndedAt, r.Rank, r.ID, r.Version)
	switch {
	case duplicate(done.Error):
		return old, b.taken(r)
	case done.Error == nil && done.RowsAffected == 0:
		return old, conflict("job %s was changed by somebody else: it is %s now; look again", r.ID, old.Status)
	}
	return old, done.Error
}

type runRow struct {
	Line   string `gorm:"column:line;primaryKey"`
	FromAt int64  `gorm:"column:from_at;primaryKey;autoIncrement:false"`
	ToAt   *int64 `gorm:"column:to_at"`
	Job    string `gorm:"column:job"`
}

// TableName is the row's table.
func (runRow) TableName() string { return "runs" }

func (r runRow) run() execution.Run {
	return execution.Run{Line: plant.LineID(r.Line), From: moment(r.FromAt), To: known(r.ToAt), Job: r.Job}
}

// Runs gives those that are open or ended after since, by line and From.
func (b *books) Runs(ctx context.Context, since time.Time) ([]execution.Run, error) {
	var rows []runRow
	err := b.s.read(ctx, "load runs", func(db *gorm.DB) error {
		return db.Where("to_at IS NULL OR to_at > ?", since.UnixMicro()).Order("line, from_at").Find(&rows).Error
	})
	runs := make([]execution.Run, len(rows))
	for i, r := range rows {
		runs[i] = r.run()
	}
	return runs, err
}

// Turns gives the turns of a line that touch [from, to), by From.
func (b *books) Turns(ctx context.Context, line plant.LineID, from, to time.Time) ([]execution.Turn, error) {
	var rows []struct {
		Run     runRow `gorm:"embedded"`
		Product string `gorm:"column:product"`
		EndedAt *int64 `gorm:"column:ended_at"`
	}
	err := b.s.read(ctx, "load the turns of line "+string(line), func(db *gorm.DB) error {
		return db.Raw(`
			SELECT runs.line, runs.from_at, runs.to_at, runs.job, jobs.product, jobs.ended_at
			  FROM runs
			  JOIN jobs ON jobs.id = runs.job
			 WHERE runs.line = ? AND runs.from_at < ? AND (runs.to_at IS NULL OR runs.to_at >= ?)
			 ORDER BY runs.from_at`, text(string(line)), to.UnixMicro(), from.UnixMicro()).Scan(&rows).Error
	})
	all := make([]execution.Turn, len(rows))
	for i, r := range rows {
		all[i] = execution.Turn{Run: r.Run.run(), Product: r.Product, Ended: known(r.EndedAt)}
	}
	return all, err
}

// own keeps a run in the place of the one of its line and From.
func (b *books) own(tx *gorm.DB, run execution.Run) error {
	r := runRow{text(string(run.Line)), run.From.UnixMicro(), maybe(run.To), text(run.Job)}
	err := tx.Exec(`
		INSERT INTO runs (line, from_at, to_at, job) VALUES (?, ?, ?, ?)
		ON CONFLICT (line, from_at) DO UPDATE SET to_at = excluded.to_at, job = excluded.job`,
		r.Line, r.FromAt, r.ToAt, r.Job).Error
	if duplicate(err) {
		return conflict("job %s cannot own line %s: another job owns it still; look again", r.Job, r.Line)
	} else if err != nil {
		return err
	}
	var others int64
	err = tx.Raw(`
		SELECT COUNT(*)
		  FROM runs AS mine
		  JOIN runs AS other
		    ON other.line = mine.line AND other.from_at <> mine.from_at
		   AND (mine.to_at  IS NULL OR other.from_at < mine.to_at)
		   AND (other.to_at IS NULL OR other.to_at   > mine.from_at)
		 WHERE mine.line = ? AND mine.from_at = ?`, r.Line, r.FromAt).Row().Scan(&others)
	if err == nil && others > 0 {
		return errs.New(errs.Invalid, "job %s cannot own line %s from %s on: another job owned it then", r.Job, r.Line, moment(r.FromAt).Format(time.RFC3339))
	}
	return err
}
