package store

import (
	"context"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/migrations"
)

// Restored tells ledgers that they were put back from a backup, and ends all sessions: people had signed out of some of
// them since.
func (s *Store) Restored(ctx context.Context, e access.Entry) error {
	return s.write(ctx, "tell the ledgers that they are restored", func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM sessions").Error; err != nil {
			return err
		}
		_, err := s.audit(tx, e)
		return err
	})
}

// Steps names what brings ledgers of an older schema up to date, in the order in which it is done.
func Steps(from int64) (all []string) {
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil { // its only error is of the pattern
		return nil
	}
	for _, name := range names {
		n, err := goose.NumericComponent(name)
		if _, rest, ok := strings.Cut(strings.TrimSuffix(name, ".sql"), "_"); ok && err == nil && n > from {
			all = append(all, strings.ReplaceAll(rest, "_", " "))
		}
	}
	return all
}
