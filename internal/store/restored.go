package store

import (
	"context"

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
	known, err := stepsOf(migrations.Files)
	if err != nil { // there are always some
		return nil
	}
	for _, s := range known {
		if s.number > from {
			all = append(all, s.words)
		}
	}
	return all
}
