package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/stock"
)

// Bulk writes much at once that nobody waits for and that can be made anew: a bench fills its own database with it. Nothing
// is brought home to the disk before the end, and the indexes of the moves that postings do not need are made then.
type Bulk struct{ s *Store }

// InBulk runs fill, and leaves the database as it is to be worked with, also after an error.
func (s *Store) InBulk(ctx context.Context, fill func(b Bulk) error) (err error) {
	const doing = "write in bulk"
	indexes, err := s.moveIndexes(ctx)
	if err != nil {
		return explain(doing, err)
	}
	db := s.writer.WithContext(context.WithoutCancel(ctx))
	defer func() { err = errors.Join(err, explain(doing, s.unbulk(db, indexes))) }()
	if s.dialect == sqlite {
		if err := every(db, "PRAGMA synchronous = OFF", "PRAGMA cache_size = -524288"); err != nil {
			return explain(doing, err)
		}
	}
	for _, i := range indexes {
		if err := db.Exec("DROP INDEX IF EXISTS " + i.Name).Error; err != nil {
			return explain(doing, err)
		}
	}
	return fill(Bulk{s})
}

// moveIndex is an index of the moves, and how it is made.
type moveIndex struct{ Name, Made string }

func (s *Store) moveIndexes(ctx context.Context) (all []moveIndex, err error) {
	question := "SELECT name, sql AS made FROM sqlite_master WHERE type = 'index' AND tbl_name = 'stock_move' AND sql IS NOT NULL AND name <> 'stock_move_by_reversed'"
	if s.dialect == postgres {
		question = "SELECT indexname AS name, indexdef AS made FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'stock_move' AND indexname NOT IN ('stock_move_pkey', 'stock_move_by_reversed')"
	}
	return all, s.reader.WithContext(ctx).Raw(question).Scan(&all).Error
}

// unbulk makes the indexes and what the database knows of its tables anew, and brings all home.
func (s *Store) unbulk(db *gorm.DB, indexes []moveIndex) error {
	return db.Connection(func(db *gorm.DB) error {
		if s.dialect == postgres {
			if err := every(db, "SET statement_timeout = 0", "SET maintenance_work_mem = '512MB'"); err != nil {
				return err
			}
		}
		for _, i := range indexes {
			if err := db.Exec(i.Made).Error; err != nil {
				return err
			}
		}
		if s.dialect == postgres {
			return every(db, "ANALYZE", "RESET maintenance_work_mem", "RESET statement_timeout")
		}
		return every(db, "PRAGMA cache_size = -2000", "PRAGMA synchronous = FULL", "PRAGMA wal_checkpoint(TRUNCATE)")
	})
}

func every(db *gorm.DB, statements ...string) error {
	for _, s := range statements {
		if err := db.Exec(s).Error; err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// Post makes postings, all or none, as the ledger makes those that come together. The audit has one entry for all of them.
func (b Bulk) Post(ctx context.Context, all []stock.Posting) ([]stock.Posted, error) {
	if len(all) == 0 {
		return nil, nil
	}
	var done []stock.Posted
	err := b.s.write(ctx, "post stock in bulk", func(tx *gorm.DB) (err error) {
		if done, err = postStocks(tx, b.s.dialect, all); err != nil {
			return err
		}
		told := fmt.Sprintf("%d postings up to move %d", len(all), done[len(done)-1].Last)
		_, err = b.s.audit(tx, access.Entry{Who: all[0].By, What: "stock.post", On: fmt.Sprintf("posting/%d", done[0].First), New: told, Why: all[0].Why})
		return err
	})
	return done, err
}
