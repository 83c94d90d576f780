package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

type validityRow struct {
	Line     string `gorm:"column:line;primaryKey"`
	Since    int64  `gorm:"column:since;primaryKey;autoIncrement:false"`
	Revision int64  `gorm:"column:revision"`
}

// TableName is the row's table.
func (validityRow) TableName() string { return "validity" }

// Valid gives which revisions lay out a line's time, in time order.
func (l *ledger) Valid(ctx context.Context, line plant.LineID) ([]oee.Validity, error) {
	var rows []validityRow
	err := l.s.read(ctx, "find what is valid for line "+string(line), func(db *gorm.DB) error {
		return db.Where("line = ?", text(string(line))).Order("since").Find(&rows).Error
	})
	all := make([]oee.Validity, len(rows))
	for i, r := range rows {
		all[i] = oee.Validity{Line: plant.LineID(r.Line), Since: moment(r.Since), Revision: r.Revision}
	}
	return all, err
}

// Validate makes a revision valid in the place of all that was from that moment on.
func (l *ledger) Validate(ctx context.Context, v oee.Validity) error {
	row := validityRow{text(string(v.Line)), v.Since.UnixMicro(), v.Revision}
	return l.s.write(ctx, "note what is valid for line "+string(v.Line), func(tx *gorm.DB) error {
		if err := l.s.dialect.queue(tx, "ledger/"+row.Line); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM validity WHERE line = ? AND since >= ?", row.Line, row.Since).Error; err != nil {
			return err
		}
		return tx.Create(&row).Error
	})
}
