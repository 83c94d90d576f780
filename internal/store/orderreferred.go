package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/erp/order"
)

// OrderNumbers finds orders by what partners call them.
func (s *Store) OrderNumbers() interface {
	Referred(ctx context.Context, side order.Side, partner, reference string) (int64, error)
} {
	return orders{s}
}

// Referred finds the newest order that a partner knows by a number; 0 for none.
func (k orders) Referred(ctx context.Context, side order.Side, partner, reference string) (id int64, err error) {
	b, err := bookOf(side)
	if err != nil {
		return 0, err
	}
	err = k.s.read(ctx, "find an order", func(db *gorm.DB) error {
		return db.Raw(b.sql(`
			SELECT COALESCE(MAX(o.id), 0)
			  FROM {}_order AS o
			  JOIN partner AS p ON p.id = o.partner
			 WHERE p.folded = ? AND o.reference = ?`), foldedNumber(partner), text(reference)).Scan(&id).Error
	})
	return id, err
}
