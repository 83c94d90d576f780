package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

// revisions keeps the plant's configuration and what is being made of it.
type revisions struct{ s *Store }

var _ revision.Book = revisions{}

type revisionRow struct {
	Number  int64  `gorm:"column:number;primaryKey;autoIncrement:false"`
	Parent  int64  `gorm:"column:parent"`
	At      int64  `gorm:"column:at"`
	WhoID   int64  `gorm:"column:who_id"`
	WhoName string `gorm:"column:who_name"`
	WhoRole string `gorm:"column:who_role"`
	Why     string `gorm:"column:why"`
	Origin  string `gorm:"column:origin"`
	Content string `gorm:"column:content"`
}

// TableName is the row's table.
func (revisionRow) TableName() string { return "revisions" }

func (r revisionRow) revision() revision.Revision {
	return revision.Revision{
		Number: r.Number, Parent: r.Parent, At: moment(r.At), Why: r.Why, Origin: r.Origin, Text: r.Content,
		By: plant.Person{ID: r.WhoID, Name: r.WhoName, Role: roleOf(r.WhoRole)},
	}
}

type draftRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Base    int64  `gorm:"column:base"`
	Version int64  `gorm:"column:version"`
	At      int64  `gorm:"column:at"`
	WhoID   int64  `gorm:"column:who_id"`
	WhoName string `gorm:"column:who_name"`
	WhoRole string `gorm:"column:who_role"`
	Content string `gorm:"column:content"`
}

// TableName is the row's table.
func (draftRow) TableName() string { return "draft" }

// Head gives the revision in use.
func (v revisions) Head(ctx context.Context) (revision.Revision, error) {
	return v.find(ctx, "there is no plant yet", func(db *gorm.DB) *gorm.DB { return db.Order("number DESC") })
}

// Revision gives one by its number.
func (v revisions) Revision(ctx context.Context, number int64) (revision.Revision, error) {
	return v.find(ctx, fmt.Sprintf("there is no revision %d of the plant", number), func(db *gorm.DB) *gorm.DB { return db.Where("number = ?", number) })
}

func (v revisions) find(ctx context.Context, none string, where func(*gorm.DB) *gorm.DB) (revision.Revision, error) {
	var row revisionRow
	err := v.s.read(ctx, "find a revision of the plant", func(db *gorm.DB) error { return takeOne(where(db), &row, none) })
	return row.revision(), err
}

// takeOne takes a row, or tells that there is none.
func takeOne(db *gorm.DB, row any, none string) error {
	err := db.Take(row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return errs.New(errs.NotFound, "%s", none)
	}
	return err
}

// Revisions gives them from the newest on, without their texts.
func (v revisions) Revisions(ctx context.Context, before int64, limit int) ([]revision.Revision, error) {
	var rows []revisionRow
	err := v.s.read(ctx, "list the revisions of the plant", func(db *gorm.DB) error {
		q := db.Omit("content").Order("number DESC").Limit(Page{Limit: limit}.limit())
		if before > 0 {
			q = q.Where("number < ?", before)
		}
		return q.Find(&rows).Error
	})
	all := make([]revision.Revision, len(rows))
	for i, r := range rows {
		all[i] = r.revision()
	}
	return all, err
}

// Publish puts a revision in the place of the head. A draft that was begun from that head has come to its end.
func (v revisions) Publish(ctx context.Context, r revision.Revision) (revision.Revision, error) {
	err := v.s.write(ctx, "publish the plant", func(tx *gorm.DB) error { return v.publish(tx, &r) })
	return r, err
}

func (v revisions) publish(tx *gorm.DB, r *revision.Revision) error {
	r.Text, r.Why, r.Origin, r.By.Name = text(r.Text), text(r.Why), text(r.Origin), text(r.By.Name)
	if err := v.s.dialect.queue(tx, "revisions"); err != nil {
		return err
	}
	var head revisionRow
	err := takeOne(tx.Order("number DESC"), &head, "")
	switch {
	case err != nil && errs.KindOf(err) != errs.NotFound:
		return err
	case head.Number != r.Parent:
		return conflict("the plant was changed meanwhile: revision %d is in use, and this change was made from revision %d; look again", head.Number, r.Parent)
	case err == nil && head.Content == r.Text:
		*r = head.revision()
		return tx.Exec("DELETE FROM draft WHERE id = 1 AND content = ?", r.Text).Error
	}
	return v.add(tx, r, head)
}

// Amend publishes a change that the draft goes on with.
func (v revisions) Amend(ctx context.Context, r revision.Revision, d revision.Draft) (revision.Revision, error) {
	err := v.s.write(ctx, "amend the plant", func(tx *gorm.DB) error {
		var was draftRow
		done := tx.Raw("UPDATE draft SET version = version + 1 WHERE id = 1 AND version = ? RETURNING *", d.Version).Scan(&was)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return conflict("the draft of the plant was changed by somebody else; look again")
		}
		parent := r.Parent
		if err := v.publish(tx, &r); err != nil {
			return err
		}
		was.Content = text(d.Text)
		if was.Base == parent {
			was.Base = r.Number
		}
		if err := tx.Exec("DELETE FROM draft WHERE id = 1").Error; err != nil {
			return err
		}
		return tx.Create(&was).Error
	})
	return r, err
}

func (v revisions) add(tx *gorm.DB, r *revision.Revision, head revisionRow) error {
	r.Number = r.Parent + 1
	if r.At.IsZero() {
		var err error
		if r.At, err = v.s.at(tx); err != nil {
			return err
		}
	}
	r.At = moment(r.At.UnixMicro())
	row := revisionRow{r.Number, r.Parent, r.At.UnixMicro(), r.By.ID, r.By.Name, r.By.Role.String(), r.Why, r.Origin, r.Text}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM draft WHERE id = 1 AND (base = ? OR content = ?)", r.Parent, r.Text).Error; err != nil {
		return err
	}
	_, err := v.s.audit(tx, access.Entry{Who: r.By, What: "plant.publish", On: "plant", Old: told(head.Number, head.Content), New: told(r.Number, r.Text), Why: r.Why})
	return err
}

// told names a revision in the audit chain: the text itself stands in its row, which the hash covers.
func told(number int64, content string) string {
	if number == 0 {
		return ""
	}
	hash := sha256.Sum256([]byte(content))
	return fmt.Sprintf("revision %d, sha256 %s", number, hex.EncodeToString(hash[:]))
}

const noDraft = "nobody is working on a draft of the plant"

// Draft gives the draft.
func (v revisions) Draft(ctx context.Context) (revision.Draft, error) {
	var r draftRow
	err := v.s.read(ctx, "find the draft of the plant", func(db *gorm.DB) error { return takeOne(db, &r, noDraft) })
	return revision.Draft{
		Base: r.Base, Version: r.Version, At: moment(r.At), Text: r.Content,
		By: plant.Person{ID: r.WhoID, Name: r.WhoName, Role: roleOf(r.WhoRole)},
	}, err
}

// SaveDraft keeps a draft in the place of the version it was made from.
func (v revisions) SaveDraft(ctx context.Context, d revision.Draft) (revision.Draft, error) {
	row := draftRow{1, d.Base, d.Version + 1, 0, d.By.ID, text(d.By.Name), d.By.Role.String(), text(d.Text)}
	err := v.s.write(ctx, "save the draft of the plant", func(tx *gorm.DB) error {
		at, err := v.s.at(tx)
		if err != nil {
			return err
		}
		row.At = at.UnixMicro()
		if err := replaceDraft(tx, row); err != nil {
			return err
		}
		_, err = v.s.audit(tx, access.Entry{Who: d.By, What: "plant.draft", On: "plant", New: fmt.Sprintf("draft %d of revision %d", row.Version, row.Base)})
		return err
	})
	d.Version, d.At, d.Text = row.Version, moment(row.At), row.Content
	return d, err
}

func replaceDraft(tx *gorm.DB, r draftRow) error {
	done := tx.Exec(`
		UPDATE draft
		   SET base = ?, version = version + 1, at = ?, who_id = ?, who_name = ?, who_role = ?, content = ?
		 WHERE id = 1 AND version = ?`, r.Base, r.At, r.WhoID, r.WhoName, r.WhoRole, r.Content, r.Version-1)
	if r.Version == 1 {
		done = tx.Exec(`
			INSERT INTO draft (id, base, version, at, who_id, who_name, who_role, content)
			VALUES (1, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`, r.Base, r.At, r.WhoID, r.WhoName, r.WhoRole, r.Content)
	}
	if done.Error == nil && done.RowsAffected == 0 {
		return conflict("the draft of the plant was changed by somebody else; look again")
	}
	return done.Error
}

// DropDraft ends the draft of a version.
func (v revisions) DropDraft(ctx context.Context, version int64, by plant.Person) error {
	return v.s.write(ctx, "drop the draft of the plant", func(tx *gorm.DB) error {
		done := tx.Exec("DELETE FROM draft WHERE id = 1 AND version = ?", version)
		if done.Error == nil && done.RowsAffected == 0 {
			return conflict("the draft of the plant was changed or ended by somebody else; look again")
		}
		if done.Error != nil {
			return done.Error
		}
		_, err := v.s.audit(tx, access.Entry{Who: by, What: "plant.draft", On: "plant", Old: fmt.Sprintf("draft %d", version), New: "dropped"})
		return err
	})
}
