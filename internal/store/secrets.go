package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/plant"
)

// Secrets keeps what was sealed elsewhere. It never sees the secrets themselves, nor the key.
type Secrets struct{ s *Store }

type secretRow struct {
	Name   string `gorm:"column:name;primaryKey"`
	At     int64  `gorm:"column:at"`
	Sealed string `gorm:"column:sealed"`
}

// TableName is the row's table.
func (secretRow) TableName() string { return "secrets" }

// Sealed gives what was kept under a name; errs.NotFound when nothing was.
func (t Secrets) Sealed(ctx context.Context, name string) (string, error) {
	var row secretRow
	err := t.s.read(ctx, "find a secret", func(db *gorm.DB) error {
		return takeOne(db.Where("name = ?", name), &row, "there is no secret "+name)
	})
	return row.Sealed, err
}

// Keep keeps what was sealed under a name, in the place of what was there. The audit chain tells that, and not what.
func (t Secrets) Keep(ctx context.Context, name, sealed string, by plant.Person) error {
	return t.s.write(ctx, "keep a secret", func(tx *gorm.DB) error {
		at, err := t.s.at(tx)
		if err != nil {
			return err
		}
		err = tx.Exec(`
			INSERT INTO secrets (name, at, sealed) VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET at = excluded.at, sealed = excluded.sealed`, text(name), at.UnixMicro(), sealed).Error
		if err != nil {
			return err
		}
		_, err = t.s.audit(tx, access.Entry{Who: by, What: "secret.set", On: name})
		return err
	})
}
