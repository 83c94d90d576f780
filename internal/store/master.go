package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/item"
)

// master is a kind of master data: one row each, changed by versions, known by a number or code that is unique.
type master struct {
	kind   string // in the audit: "centre"
	name   string // for people, and of its ids in the numbers: "work centre"
	handle string // what is unique: "code"
}

// putting writes a row, and tells what that is and what was there.
type putting = func(*gorm.DB) (what, old string, err error)

// mastered is a row of it.
type mastered interface {
	versioned() (id, version *int64)
	called() string // by its handle
	words() string  // for the audit
}

type masterRow[R any] interface {
	*R
	mastered
}

// addMaster keeps a new row.
func addMaster[R any, P masterRow[R]](ctx context.Context, s *Store, m master, row P, by item.Change) error {
	id, version := row.versioned()
	return m.keep(ctx, s, row, by, func(tx *gorm.DB) (what, old string, err error) {
		if *id, err = next(tx, m.name, 1); err != nil {
			return "", "", err
		}
		*version = 1
		return m.kind + ".add", "", tx.Create(row).Error
	})
}

// saveMaster keeps a row in the place of the version that it was read at.
func saveMaster[R any, P masterRow[R]](ctx context.Context, s *Store, m master, row P, by item.Change) error {
	id, version := row.versioned()
	seen := *version
	return m.keep(ctx, s, row, by, func(tx *gorm.DB) (what, old string, err error) {
		was := P(new(R))
		if err := takeOne(tx.Where("id = ?", *id), was, fmt.Sprintf("there is no %s of id %d", m.name, *id)); err != nil {
			return "", "", err
		}
		*version = seen + 1
		done := tx.Model(row).Where("version = ?", seen).Select("*").Omit("id").Updates(row)
		if done.Error == nil && done.RowsAffected == 0 {
			return "", "", conflict("%s %s was changed by somebody else meanwhile; look again", m.name, was.called())
		}
		return m.kind + ".change", was.words(), done.Error
	})
}

func (m master) keep(ctx context.Context, s *Store, row mastered, by item.Change, put putting) error {
	return s.write(ctx, "keep a "+m.name, func(tx *gorm.DB) error {
		what, old, err := put(tx)
		if duplicate(err) {
			return conflict("there is a %s %s already; give this one another %s", m.name, row.called(), m.handle)
		} else if err != nil {
			return err
		}
		id, _ := row.versioned()
		_, err = s.audit(tx, access.Entry{Who: by.By, What: what, On: documentOf(m.kind, *id), Old: old, New: row.words(), Why: by.Why})
		return err
	})
}
