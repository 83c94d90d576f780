package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"unicode/utf8"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/folio"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Folio keeps what hangs on documents: comments, files, history.
func (s *Store) Folio() folio.Book { return folios{s} }

type folios struct{ s *Store }

var _ folio.Book = folios{}

type folioCommentRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Thing    string `gorm:"column:thing"`
	At       int64  `gorm:"column:at"`
	WhoID    int64  `gorm:"column:who_id"`
	WhoName  string `gorm:"column:who_name"`
	Words    string `gorm:"column:words"`
	Corrects *int64 `gorm:"column:corrects"`
	Form     string `gorm:"column:form"`
}

// TableName is the row's table.
func (folioCommentRow) TableName() string { return "folio_comment" }

func (r folioCommentRow) comment() folio.Comment {
	c := folio.Comment{ID: r.ID, At: moment(r.At), By: plant.Person{ID: r.WhoID, Name: r.WhoName}, Words: r.Words}
	if r.Corrects != nil {
		c.Corrects = *r.Corrects
	}
	return c
}

// Comments gives what was said of a document, each in its last wording and at the place of its first.
func (f folios) Comments(ctx context.Context, on string) ([]folio.Comment, error) {
	var rows []folioCommentRow
	err := f.s.read(ctx, "read what was said of "+on, func(db *gorm.DB) error {
		if err := thereIs(db, on); err != nil {
			return err
		}
		return db.Where("thing = ?", on).Order("id").Limit(folio.MostComments).Find(&rows).Error
	})
	var all []folio.Comment
	place := map[int64]int{}
	for _, r := range rows {
		c := r.comment()
		if at, ok := place[c.Corrects]; ok && c.Corrects != 0 {
			c.Before = all[at].Words
			all[at], place[c.ID] = c, at
			continue
		}
		place[c.ID] = len(all)
		all = append(all, c)
	}
	return all, err
}

// Say keeps a comment. Only who said something corrects it, and only its last wording.
func (f folios) Say(ctx context.Context, s folio.Saying) (c folio.Comment, err error) {
	if err := s.Check(); err != nil {
		return c, err
	}
	err = f.s.write(ctx, "say something of "+s.On, func(tx *gorm.DB) error {
		var same []folioCommentRow
		if err := tx.Where("who_id = ? AND who_name = ? AND form = ?", s.By.ID, text(s.By.Name), text(s.Key)).Limit(1).Find(&same).Error; err != nil {
			return err
		}
		if len(same) > 0 {
			c = same[0].comment()
			return nil
		}
		if err := f.room(tx, "folio_comment", s.On, folio.MostComments); err != nil {
			return err
		}
		old := ""
		row := folioCommentRow{Thing: s.On, WhoID: s.By.ID, WhoName: text(s.By.Name), Words: text(s.Words), Form: text(s.Key)}
		if s.Corrects != 0 {
			var was folioCommentRow
			if err := takeOne(tx.Where("id = ? AND thing = ?", s.Corrects, s.On), &was, "there is no such comment"); err != nil {
				return err
			}
			if was.WhoID != row.WhoID || was.WhoName != row.WhoName {
				return errs.New(errs.Forbidden, "only %s corrects what %s said; add a comment of your own", was.WhoName, was.WhoName)
			}
			old, row.Corrects = was.Words, &was.ID
		}
		id, err := next(tx, "comment", 1)
		if err != nil {
			return err
		}
		at, err := f.s.at(tx)
		if err != nil {
			return err
		}
		row.ID, row.At = id, at.UnixMicro()
		if err := tx.Create(&row).Error; duplicate(err) {
			return conflict("this was corrected already, or sent twice; look again")
		} else if err != nil {
			return err
		}
		c = row.comment()
		what := "comment.add"
		if old != "" {
			what = "comment.correct"
		}
		_, err = f.s.audit(tx, access.Entry{Who: s.By, What: what, On: s.On, Old: shortened(old), New: shortened(row.Words)})
		return err
	})
	return c, err
}

// shortened is the beginning of words, for the audit.
func shortened(s string) string {
	const most = 300
	if utf8.RuneCountInString(s) > most {
		return string([]rune(s)[:most]) + "…"
	}
	return s
}

// room lets transactions on one document pass one by one, and refuses what would be too many.
func (f folios) room(tx *gorm.DB, table, on string, most int) error {
	if err := f.s.dialect.queue(tx, "folio "+on); err != nil {
		return err
	}
	if err := thereIs(tx, on); err != nil {
		return err
	}
	var n int
	if err := tx.Raw("SELECT COUNT(*) FROM "+table+" WHERE thing = ?", on).Row().Scan(&n); err != nil {
		return err
	}
	if n >= most {
		return errs.New(errs.Conflict, "there are %d on this document already, which is the most", most)
	}
	return nil
}

type folioFileRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Thing   string `gorm:"column:thing"`
	At      int64  `gorm:"column:at"`
	WhoID   int64  `gorm:"column:who_id"`
	WhoName string `gorm:"column:who_name"`
	Name    string `gorm:"column:name"`
	Type    string `gorm:"column:type"`
	Size    int64  `gorm:"column:size"`
	Hash    string `gorm:"column:hash"`
	Content []byte `gorm:"column:content"`
	Form    string `gorm:"column:form"`
}

// TableName is the row's table.
func (folioFileRow) TableName() string { return "folio_file" }

func (r folioFileRow) file() folio.File {
	return folio.File{ID: r.ID, At: moment(r.At), By: plant.Person{ID: r.WhoID, Name: r.WhoName}, Name: r.Name, Type: r.Type, Size: r.Size, Hash: r.Hash}
}

// Files gives the files of a document without their bytes, the oldest first.
func (f folios) Files(ctx context.Context, on string) (all []folio.File, err error) {
	err = f.s.read(ctx, "read the files of "+on, func(db *gorm.DB) error {
		if err := thereIs(db, on); err != nil {
			return err
		}
		rows, err := db.Raw(`
			SELECT id, at, who_id, who_name, name, type, size, hash, LENGTH(content) = 0
			  FROM folio_file
			 WHERE thing = ?
			 ORDER BY id
			 LIMIT ?`, on, folio.MostFiles).Rows()
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var r folioFileRow
			var gone bool
			if err := rows.Scan(&r.ID, &r.At, &r.WhoID, &r.WhoName, &r.Name, &r.Type, &r.Size, &r.Hash, &gone); err != nil {
				return err
			}
			one := r.file()
			one.Gone = gone
			all = append(all, one)
		}
		return rows.Err()
	})
	return all, err
}

// Put keeps a file.
func (f folios) Put(ctx context.Context, p folio.Putting) (kept folio.File, err error) {
	if err := p.Check(); err != nil {
		return kept, err
	}
	sum := sha256.Sum256(p.Content)
	err = f.s.write(ctx, "keep a file of "+p.On, func(tx *gorm.DB) error {
		var same []folioFileRow
		if err := tx.Omit("content").Where("who_id = ? AND who_name = ? AND form = ?", p.By.ID, text(p.By.Name), text(p.Key)).Limit(1).Find(&same).Error; err != nil {
			return err
		}
		if len(same) > 0 {
			kept = same[0].file()
			return nil
		}
		if err := f.room(tx, "folio_file", p.On, folio.MostFiles); err != nil {
			return err
		}
		id, err := next(tx, "file", 1)
		if err != nil {
			return err
		}
		at, err := f.s.at(tx)
		if err != nil {
			return err
		}
		row := folioFileRow{
			ID: id, Thing: p.On, At: at.UnixMicro(), WhoID: p.By.ID, WhoName: text(p.By.Name), Name: text(p.Name), Type: folio.TypeOf(p.Content),
			Size: int64(len(p.Content)), Hash: hex.EncodeToString(sum[:]), Content: p.Content, Form: text(p.Key),
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		kept = row.file()
		_, err = f.s.audit(tx, access.Entry{Who: p.By, What: "file.add", On: p.On, New: row.Name + ", SHA-256 " + row.Hash})
		return err
	})
	return kept, err
}

// Content gives a file with its bytes.
func (f folios) Content(ctx context.Context, on string, file int64) (folio.File, []byte, error) {
	var row folioFileRow
	err := f.s.read(ctx, "read a file of "+on, func(db *gorm.DB) error {
		return takeOne(db.Where("id = ? AND thing = ? AND LENGTH(content) > 0", file, on), &row, "there is no such file")
	})
	return row.file(), row.Content, err
}

// Take takes the bytes of a file away; that it was there stays known.
func (f folios) Take(ctx context.Context, on string, file int64, by plant.Person, why string) error {
	return f.s.write(ctx, "take a file away from "+on, func(tx *gorm.DB) error {
		var row folioFileRow
		if err := takeOne(tx.Omit("content").Where("id = ? AND thing = ? AND LENGTH(content) > 0", file, on), &row, "there is no such file"); err != nil {
			return err
		}
		own := row.WhoID == by.ID && row.WhoName == text(by.Name)
		if !own && by.Role < plant.Manager {
			return errs.New(errs.Forbidden, "only %s or a manager takes this file away", row.WhoName)
		}
		if err := tx.Exec("UPDATE folio_file SET content = '' WHERE id = ?", file).Error; err != nil {
			return err
		}
		_, err := f.s.audit(tx, access.Entry{Who: by, What: "file.remove", On: on, Old: row.Name + ", SHA-256 " + row.Hash, Why: why})
		return err
	})
}

// History gives what the audit chain tells of a document.
func (f folios) History(ctx context.Context, on string, before int64, limit int) (all []folio.Change, err error) {
	entries, err := f.s.Audit().List(ctx, on, Page{Before: before, Limit: limit})
	for _, e := range entries {
		all = append(all, folio.Change{Seq: e.Seq, At: e.At, By: e.Who, What: e.What, Old: e.Old, New: e.New, Why: e.Why})
	}
	return all, err
}
