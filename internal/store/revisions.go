package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
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

// Head gives the revision in use.
func (v revisions) Head(ctx context.Context) (revision.Revision, error) {
	return v.find(ctx, "there is no plant yet", func(db *gorm.DB) *gorm.DB { return db.Order("number DESC") })
}

// Revision gives one by its number.
func (v revisions) Revision(ctx context.Context, number int64) (revision.Revision, error) {
	r, err := v.find(ctx, fmt.Sprintf("there is no revision %d of the plant", number), func(db *gorm.DB) *gorm.DB { return db.Where("number = ?", number) })
	if err != nil {
		return r, err
	}
	all := []revision.Revision{r}
	err = v.s.read(ctx, "find what a revision lays out anew", func(db *gorm.DB) error { return anew(db, all) })
	return all[0], err
}

func (v revisions) find(ctx context.Context, none string, where func(*gorm.DB) *gorm.DB) (revision.Revision, error) {
	var row revisionRow
	err := v.s.read(ctx, "find a revision of the plant", func(db *gorm.DB) error { return takeOne(where(db), &row, none) })
	return row.revision(), err
}

// Revisions gives them from the newest on, without their texts.
func (v revisions) Revisions(ctx context.Context, before int64, limit int) (all []revision.Revision, err error) {
	err = v.s.read(ctx, "list the revisions of the plant", func(db *gorm.DB) error {
		q := db.Omit("content").Order("number DESC").Limit(Page{Limit: limit}.limit())
		if before > 0 {
			q = q.Where("number < ?", before)
		}
		var rows []revisionRow
		if err := q.Find(&rows).Error; err != nil {
			return err
		}
		all = make([]revision.Revision, len(rows))
		for i, r := range rows {
			all[i] = r.revision()
		}
		return anew(db, all)
	})
	return all, err
}

// Publish puts a revision in the place of the head.
func (v revisions) Publish(ctx context.Context, r revision.Revision) (revision.Revision, error) {
	err := v.s.write(ctx, "publish the plant", func(tx *gorm.DB) error { return v.publish(tx, &r) })
	return r, err
}

func (v revisions) publish(tx *gorm.DB, r *revision.Revision) error {
	head, same, err := v.place(tx, r)
	if err != nil || same {
		return err
	}
	j, err := v.s.judge(tx, head.Content, *r)
	if err != nil {
		return err
	}
	if j.missing != plant.NoSide {
		return conflict("this needs the approval of %s: publish it from the page of the plant file, which asks for it", j.missing.Owners())
	}
	return v.top(tx, r, head)
}

// place finds the head that a revision follows, or tells that it is the same. From here on all others that publish wait.
func (v revisions) place(tx *gorm.DB, r *revision.Revision) (head revisionRow, same bool, err error) {
	r.Text, r.Why, r.Origin, r.By.Name = text(r.Text), text(r.Why), text(r.Origin), text(r.By.Name)
	if err := v.s.dialect.queue(tx, "revisions"); err != nil {
		return head, false, err
	}
	err = takeOne(tx.Order("number DESC"), &head, "")
	switch {
	case err != nil && errs.KindOf(err) != errs.NotFound:
		return head, false, err
	case head.Number != r.Parent:
		return head, false, conflict("the plant was changed meanwhile: revision %d is in use, and this change was made from revision %d; look again", head.Number, r.Parent)
	case err == nil && head.Content == r.Text:
		*r = head.revision()
		return head, true, tx.Exec("DELETE FROM draft WHERE id = 1 AND content = ?", r.Text).Error
	}
	return head, false, nil
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

// top puts a revision on top of the head. A draft goes on beside it, unless it is the same.
func (v revisions) top(tx *gorm.DB, r *revision.Revision, head revisionRow) error {
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
	for _, a := range r.Anew {
		if err := wish(tx, oee.Wish{Line: a.Line, Why: oee.Change, From: a.From, Mark: r.Number}); err != nil {
			return err
		}
	}
	if err := tx.Exec("DELETE FROM draft WHERE id = 1 AND content = ?", r.Text).Error; err != nil {
		return err
	}
	_, err := v.s.audit(tx, access.Entry{
		Who: r.By, What: "plant.publish", On: "plant", Old: differing(told(head.Number, head.Content), head.Content, r.Text),
		New: told(r.Number, r.Text) + laid(r.Anew), Why: r.Why,
	})
	return err
}

// told names a revision in the audit chain: the text itself stands in its row, which the hash covers.
func told(number int64, content string) string {
	if number == 0 {
		return ""
	}
	return fmt.Sprintf("revision %d, sha256 %s", number, consent.Hash(content))
}

// mostTold bounds what the audit tells of a difference, in bytes.
const mostTold = 16 << 10

// differing is the name of what was there, and how what is in its place differs. It stands in what is old: what is new
// is read again (relaid, proof). Of the first plant, all would be new: its revision shows it.
func differing(name, before, after string) string {
	if name == "" || before == after {
		return name
	}
	return name + "\n" + revision.Unified(before, after, mostTold)
}

// Newest is what of the plant's configuration was kept last: the number of a revision, the version of the draft and the
// number of a request; 0 for none.
type Newest struct{ Revision, Draft, Request int64 }

// Newest reads no texts, and may be asked again and again.
func (s *Store) Newest(ctx context.Context) (n Newest, err error) {
	err = s.read(ctx, "find the newest revision of the plant", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT COALESCE((SELECT MAX(number) FROM revisions), 0),
			       COALESCE((SELECT version FROM draft WHERE id = 1), 0),
			       COALESCE((SELECT MAX(number) FROM requests), 0)`).Row().Scan(&n.Revision, &n.Draft, &n.Request)
	})
	return n, err
}
