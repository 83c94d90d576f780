package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/brief"
	"millwright/internal/plant"
)

// briefBook keeps what people read and answer before they start jobs.
type briefBook struct{ s *Store }

var _ brief.Book = briefBook{}

// Briefs keeps work instructions and checklists.
func (s *Store) Briefs() brief.Book { return briefBook{s} }

type briefRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Version   int64  `gorm:"column:version;primaryKey;autoIncrement:false"`
	Kind      string `gorm:"column:kind"`
	Line      string `gorm:"column:line"`
	Product   string `gorm:"column:product"`
	Operation int64  `gorm:"column:operation"`
	Title     string `gorm:"column:title"`
	Words     string `gorm:"column:words"`
	Retired   bool   `gorm:"column:retired"`
	ByID      int64  `gorm:"column:by_id"`
	ByName    string `gorm:"column:by_name"`
	At        int64  `gorm:"column:at"`
}

// TableName is the row's table.
func (briefRow) TableName() string { return "briefs" }

func (r briefRow) sheet() brief.Sheet {
	return brief.Sheet{
		ID: r.ID, Version: r.Version, Kind: brief.Kind(r.Kind), Line: plant.LineID(r.Line), Product: r.Product, Operation: r.Operation,
		Title: r.Title, Words: r.Words, Retired: r.Retired, By: plant.Person{ID: r.ByID, Name: r.ByName}, At: moment(r.At),
	}
}

// said tells a version in the audit.
func (r briefRow) said() string {
	words := fmt.Sprintf("version %d, %s %q, line %q, product %q, operation %d", r.Version, r.Kind, r.Title, r.Line, r.Product, r.Operation)
	if r.Retired {
		words += ", retired"
	}
	return words
}

type briefMarkRow struct {
	Brief   int64  `gorm:"column:brief;primaryKey;autoIncrement:false"`
	Version int64  `gorm:"column:version;primaryKey;autoIncrement:false"`
	Job     string `gorm:"column:job;primaryKey"`
	WhoID   int64  `gorm:"column:who_id;primaryKey;autoIncrement:false"`
	WhoName string `gorm:"column:who_name"`
	Answers string `gorm:"column:answers"`
	At      int64  `gorm:"column:at"`
}

// TableName is the row's table.
func (briefMarkRow) TableName() string { return "brief_marks" }

// Sheets gives the newest version of each sheet.
func (k briefBook) Sheets(ctx context.Context) ([]brief.Sheet, error) {
	var rows []briefRow
	err := k.s.read(ctx, "read instructions and checklists", func(db *gorm.DB) error {
		return db.Where("version = (SELECT MAX(n.version) FROM briefs AS n WHERE n.id = briefs.id)").Order("title, id").Limit(longest).Find(&rows).Error
	})
	all := make([]brief.Sheet, len(rows))
	for i, r := range rows {
		all[i] = r.sheet()
	}
	return all, err
}

// Keep keeps a sheet.
func (k briefBook) Keep(ctx context.Context, s brief.Sheet) (brief.Sheet, error) {
	if err := s.Check(); err != nil {
		return s, err
	}
	row := briefRow{
		ID: s.ID, Version: s.Version + 1, Kind: string(s.Kind), Line: text(string(s.Line)), Product: text(s.Product), Operation: s.Operation,
		Title: text(s.Title), Words: text(s.Words), Retired: s.Retired, ByID: s.By.ID, ByName: text(s.By.Name),
	}
	err := k.s.write(ctx, "keep "+row.Title, func(tx *gorm.DB) error {
		now, err := k.s.at(tx)
		if err != nil {
			return err
		}
		row.At = now.UnixMicro()
		e := access.Entry{Who: s.By, What: "brief.keep", New: row.said()}
		if row.ID == 0 {
			row.Version = 1
			if row.ID, err = next(tx, "brief", 1); err != nil {
				return err
			}
		} else {
			var was briefRow
			if err := takeOne(tx.Where("id = ?", row.ID).Order("version DESC").Limit(1), &was, "there is no such instruction or checklist"); err != nil {
				return err
			}
			if was.Version != s.Version {
				return conflict("%s was changed by %s meanwhile; look again", was.Title, was.ByName)
			}
			e.Old = was.said()
		}
		if err := tx.Create(&row).Error; duplicate(err) {
			return conflict("%s was changed by somebody else meanwhile; look again", row.Title)
		} else if err != nil {
			return err
		}
		e.On = fmt.Sprintf("brief/%d", row.ID)
		_, err = k.s.audit(tx, e)
		return err
	})
	return row.sheet(), err
}

// Marks gives what was read by a person, and what was answered for a job.
func (k briefBook) Marks(ctx context.Context, job string, who int64) ([]brief.Mark, error) {
	var rows []briefMarkRow
	err := k.s.read(ctx, "read who has read and answered what", func(db *gorm.DB) error {
		return db.Where("(job = '' AND who_id = ?) OR (job = ? AND job <> '')", who, text(job)).Order("at, brief").Limit(longest).Find(&rows).Error
	})
	all := make([]brief.Mark, len(rows))
	for i, r := range rows {
		all[i] = brief.Mark{Sheet: r.Brief, Version: r.Version, Job: r.Job, Who: plant.Person{ID: r.WhoID, Name: r.WhoName}, At: moment(r.At)}
		if r.Answers != "" {
			all[i].Answers = strings.Split(r.Answers, "\n")
		}
	}
	return all, err
}

// Mark keeps that somebody has read or answered.
func (k briefBook) Mark(ctx context.Context, m brief.Mark) error {
	for i := range m.Answers {
		m.Answers[i] = strings.ReplaceAll(text(m.Answers[i]), "\n", " ")
	}
	row := briefMarkRow{Brief: m.Sheet, Version: m.Version, Job: text(m.Job), WhoID: m.Who.ID, WhoName: text(m.Who.Name), Answers: strings.Join(m.Answers, "\n")}
	return k.s.write(ctx, "keep what was read", func(tx *gorm.DB) error {
		var s briefRow
		if err := takeOne(tx.Where("id = ? AND version = ?", m.Sheet, m.Version), &s, "there is no such instruction or checklist"); err != nil {
			return err
		}
		now, err := k.s.at(tx)
		if err != nil {
			return err
		}
		done := tx.Exec(`
			INSERT INTO brief_marks (brief, version, job, who_id, who_name, answers, at)
			VALUES (?, ?, ?, ?, ?, ?, ?)
			    ON CONFLICT (brief, version, job, who_id) DO UPDATE SET answers = excluded.answers, at = excluded.at
			 WHERE brief_marks.answers <> excluded.answers`,
			row.Brief, row.Version, row.Job, row.WhoID, row.WhoName, row.Answers, now.UnixMicro())
		if done.Error != nil || done.RowsAffected == 0 { // it was read, or answered like this, before
			return done.Error
		}
		new := fmt.Sprintf("%s, version %d: read", s.Title, s.Version)
		if m.Job != "" {
			new = fmt.Sprintf("%s, version %d, job %s: %s", s.Title, s.Version, row.Job, strings.Join(m.Answers, "; "))
		}
		_, err = k.s.audit(tx, access.Entry{Who: m.Who, What: "brief." + map[bool]string{true: "answer", false: "read"}[m.Job != ""], On: fmt.Sprintf("brief/%d", m.Sheet), New: new})
		return err
	})
}
