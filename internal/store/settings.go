package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/plant"
)

// Settings are the few things that people change while the program runs. They are no place for secrets:
// each change stands in the audit chain.
type Settings struct{ s *Store }

// Setting is one of them.
type Setting struct {
	Name    string
	Value   string
	Version int64 // grows with each change; 0 when it was never set
}

type settingRow struct {
	Name    string `gorm:"column:name;primaryKey"`
	Value   string `gorm:"column:value"`
	Version int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (settingRow) TableName() string { return "settings" }

// Find gives a setting; errs.NotFound when it was never set.
func (t Settings) Find(ctx context.Context, name string) (Setting, error) {
	var row settingRow
	err := t.s.read(ctx, "find setting "+name, func(db *gorm.DB) error {
		return takeOne(db.Where("name = ?", name), &row, "setting "+name+" was never set")
	})
	return Setting(row), err
}

// Save keeps a setting in the place of the version it was read at (0 for a new one); errs.Conflict when somebody
// else changed it since. It gives the setting as it is then.
func (t Settings) Save(ctx context.Context, set Setting, by plant.Person, why string) (Setting, error) {
	set.Name, set.Value = text(set.Name), text(set.Value)
	err := t.s.write(ctx, "save setting "+set.Name, func(tx *gorm.DB) error {
		var old settingRow
		err := tx.Take(&old, "name = ?", set.Name).Error
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		if err := replaceSetting(tx, set); err != nil {
			return err
		}
		_, err = t.s.audit(tx, access.Entry{Who: by, What: "setting.change", On: set.Name, Old: old.Value, New: set.Value, Why: why})
		return err
	})
	set.Version++
	return set, err
}

func replaceSetting(tx *gorm.DB, set Setting) error {
	done := tx.Exec("UPDATE settings SET value = ?, version = version + 1 WHERE name = ? AND version = ?", set.Value, set.Name, set.Version)
	if set.Version == 0 {
		done = tx.Exec("INSERT INTO settings (name, value, version) VALUES (?, ?, 1) ON CONFLICT (name) DO NOTHING", set.Name, set.Value)
	}
	if done.Error == nil && done.RowsAffected == 0 {
		return conflict("setting %s was changed by somebody else; look again", set.Name)
	}
	return done.Error
}
