// What is being made of the plant's configuration and is not in use yet.

package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
)

type draftRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Base    int64  `gorm:"column:base"`
	Version int64  `gorm:"column:version"`
	At      int64  `gorm:"column:at"`
	WhoID   int64  `gorm:"column:who_id"`
	WhoName string `gorm:"column:who_name"`
	WhoRole string `gorm:"column:who_role"`
	Content string `gorm:"column:content"`
	Authors string `gorm:"column:authors"` // JSON
}

// TableName is the row's table.
func (draftRow) TableName() string { return "draft" }

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
	row := draftRow{1, d.Base, d.Version + 1, 0, d.By.ID, text(d.By.Name), d.By.Role.String(), text(d.Text), "[]"}
	err := v.s.write(ctx, "save the draft of the plant", func(tx *gorm.DB) error {
		at, err := v.s.at(tx)
		if err != nil {
			return err
		}
		row.At = at.UnixMicro()
		if row.Authors, err = authorsWith(tx, d.Version, d.By); err != nil {
			return err
		}
		name, before, err := beforeDraft(tx, d)
		if err != nil {
			return err
		}
		if err := replaceDraft(tx, row); err != nil {
			return err
		}
		_, err = v.s.audit(tx, access.Entry{
			Who: d.By, What: "plant.draft", On: "plant", Old: differing(name, before, row.Content), New: row.told(), Why: d.Why,
		})
		return err
	})
	d.Version, d.At, d.Text = row.Version, moment(row.At), row.Content
	return d, err
}

// told names a draft in the audit chain.
func (r draftRow) told() string {
	return fmt.Sprintf("draft %d of revision %d, sha256 %s", r.Version, r.Base, consent.Hash(r.Content))
}

// beforeDraft names what a draft is kept in the place of, and gives its text: the version before, or the revision that
// the draft begins with.
func beforeDraft(tx *gorm.DB, d revision.Draft) (name, text string, err error) {
	var was []draftRow
	var base []revisionRow
	if err := tx.Where("version = ?", d.Version).Find(&was).Error; err != nil {
		return "", "", err
	}
	if len(was) > 0 {
		return was[0].told(), was[0].Content, nil
	}
	err = tx.Where("number = ?", d.Base).Find(&base).Error
	if err != nil || len(base) == 0 {
		return "", "", err
	}
	return told(base[0].Number, base[0].Content), base[0].Content, nil
}

// authorsWith are those who had a hand in the draft of a version, and one more. Who has changed it does not stop
// being an author by changing it back.
func authorsWith(tx *gorm.DB, version int64, by plant.Person) (string, error) {
	var kept []string
	if err := tx.Raw("SELECT authors FROM draft WHERE id = 1 AND version = ?", version).Scan(&kept).Error; err != nil {
		return "", err
	}
	var all []consent.Author
	for _, text := range kept {
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			return "", fmt.Errorf("read who worked on the draft: %w", err)
		}
	}
	return asJSON(oneMore(all, consent.AuthorOf(by)))
}

func replaceDraft(tx *gorm.DB, r draftRow) error {
	done := tx.Exec(`
		UPDATE draft
		   SET base = ?, version = version + 1, at = ?, who_id = ?, who_name = ?, who_role = ?, content = ?, authors = ?
		 WHERE id = 1 AND version = ?`, r.Base, r.At, r.WhoID, r.WhoName, r.WhoRole, r.Content, r.Authors, r.Version-1)
	if r.Version == 1 {
		done = tx.Exec(`
			INSERT INTO draft (id, base, version, at, who_id, who_name, who_role, content, authors)
			VALUES (1, ?, 1, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`, r.Base, r.At, r.WhoID, r.WhoName, r.WhoRole, r.Content, r.Authors)
	}
	if done.Error == nil && done.RowsAffected == 0 {
		return conflict("the draft of the plant was changed by somebody else; look again")
	}
	return done.Error
}

// DropDraft ends the draft of a version.
func (v revisions) DropDraft(ctx context.Context, version int64, by plant.Person, why string) error {
	return v.s.write(ctx, "drop the draft of the plant", func(tx *gorm.DB) error {
		return v.end(tx, version, access.Entry{Who: by, Why: why, New: "dropped"}, nil)
	})
}

// mostLost bounds what the audit keeps of a draft that was dropped, in bytes.
const mostLost = 64 << 10

// end ends the draft of a version. What it changes in the revision that it was begun from stands in the audit then,
// unless all of it is in what is published.
func (v revisions) end(tx *gorm.DB, version int64, e access.Entry, published *revision.Revision) error {
	var was []draftRow
	if err := tx.Raw("DELETE FROM draft WHERE id = 1 AND version = ? RETURNING *", version).Scan(&was).Error; err != nil {
		return err
	}
	if len(was) == 0 {
		return conflict("the draft of the plant was changed or ended by somebody else; look again")
	}
	var base []revisionRow
	if err := tx.Where("number = ?", was[0].Base).Find(&base).Error; err != nil {
		return err
	}
	for _, b := range base {
		if published != nil && (was[0].Content == b.Content || was[0].Content == published.Text) {
			return nil
		}
		e.Old = "\n" + revision.Unified(b.Content, was[0].Content, mostLost)
	}
	e.What, e.On, e.Old = "plant.draft", "plant", was[0].told()+e.Old
	_, err := v.s.audit(tx, e)
	return err
}
