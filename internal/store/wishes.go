package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

type wishRow struct {
	Line   string `gorm:"column:line;primaryKey"`
	Why    string `gorm:"column:why;primaryKey"`
	FromAt int64  `gorm:"column:from_at"`
	Mark   int64  `gorm:"column:mark"`
}

// TableName is the row's table.
func (wishRow) TableName() string { return "wishes" }

// Wish keeps a wish until it is granted; of two of one line and cause the earlier time and the newer mark are kept.
func (l *ledger) Wish(ctx context.Context, w oee.Wish) error {
	return l.s.write(ctx, "wish for the ledger of line "+string(w.Line), func(tx *gorm.DB) error { return wish(tx, w) })
}

func wish(tx *gorm.DB, w oee.Wish) error {
	return tx.Exec(`
		INSERT INTO wishes (line, why, from_at, mark)
		VALUES (?, ?, ?, ?)
		    ON CONFLICT (line, why) DO UPDATE
		   SET from_at = CASE WHEN excluded.from_at < wishes.from_at THEN excluded.from_at ELSE wishes.from_at END,
		       mark    = excluded.mark`, text(string(w.Line)), text(string(w.Why)), w.From.UnixMicro(), w.Mark).Error
}

// grant forgets wishes, unless they were wished for anew.
func grant(tx *gorm.DB, line string, granted []oee.Wish) error {
	for _, w := range granted {
		if err := tx.Exec("DELETE FROM wishes WHERE line = ? AND why = ? AND mark = ?", line, text(string(w.Why)), w.Mark).Error; err != nil {
			return err
		}
	}
	return nil
}

// Wishes gives those that are not granted, by line and cause.
func (l *ledger) Wishes(ctx context.Context) ([]oee.Wish, error) {
	var rows []wishRow
	err := l.s.read(ctx, "load the wishes for ledgers", func(db *gorm.DB) error {
		return db.Order("line, why").Limit(longest).Find(&rows).Error
	})
	all := make([]oee.Wish, len(rows))
	for i, r := range rows {
		all[i] = oee.Wish{Line: plant.LineID(r.Line), Why: oee.Why(r.Why), From: moment(r.FromAt), Mark: r.Mark}
	}
	return all, err
}
