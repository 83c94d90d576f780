package store

import (
	"gorm.io/gorm"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// callOffRow is a dated part of a purchase line.
type callOffRow struct {
	Line     int64  `gorm:"column:line;primaryKey;autoIncrement:false"`
	Due      string `gorm:"column:due;primaryKey"`
	Quantity int64  `gorm:"column:quantity"`
}

// TableName is the row's table.
func (callOffRow) TableName() string { return "purchase_call" }

// calls reads the dated parts of purchase lines.
func (b book) calls(db *gorm.DB, o *order.Order) error {
	if b.side != partner.Purchase {
		return nil
	}
	var rows []callOffRow
	err := db.Raw(`
		SELECT c.line, c.due, c.quantity
		  FROM purchase_call AS c
		  JOIN purchase_line AS l ON l.id = c.line
		 WHERE l.document = ?
		 ORDER BY c.line, c.due
		 LIMIT ?`, o.ID, longest).Scan(&rows).Error
	for _, r := range rows {
		for i := range o.Lines {
			if o.Lines[i].ID == r.Line {
				o.Lines[i].Calls = append(o.Lines[i].Calls, order.Call{Due: r.Due, Quantity: plant.Quantity(r.Quantity)})
			}
		}
	}
	return err
}
