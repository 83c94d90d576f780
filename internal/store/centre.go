package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
)

// centres keeps where work is done.
type centres struct{ s *Store }

var _ bill.Centres = centres{}

// Centres keeps where work is done.
func (s *Store) Centres() bill.Centres { return centres{s} }

// Centres gives all work centres by code.
func (k centres) Centres(ctx context.Context) ([]bill.Centre, error) {
	var rows []centreRow
	err := k.s.read(ctx, "load work centres", func(db *gorm.DB) error { return db.Order("folded").Limit(mostItems).Find(&rows).Error })
	all := make([]bill.Centre, len(rows))
	for i, r := range rows {
		all[i] = r.centre()
	}
	return all, err
}

// Centre gives a work centre.
func (k centres) Centre(ctx context.Context, id int64) (bill.Centre, error) {
	var row centreRow
	err := k.s.read(ctx, "find a work centre", func(db *gorm.DB) error {
		return takeOne(db.Where("id = ?", id), &row, fmt.Sprintf("there is no work centre of id %d", id))
	})
	return row.centre(), err
}

// AddCentre keeps a new work centre.
func (k centres) AddCentre(ctx context.Context, c bill.Centre, by item.Change) (bill.Centre, error) {
	return k.keep(ctx, c, by, func(tx *gorm.DB, row *centreRow) (was centreRow, err error) {
		if row.ID, err = next(tx, "work centre", 1); err != nil {
			return was, err
		}
		row.Version = 1
		return was, tx.Create(row).Error
	})
}

// SaveCentre keeps a work centre in the place of the version it was read at.
func (k centres) SaveCentre(ctx context.Context, c bill.Centre, by item.Change) (bill.Centre, error) {
	return k.keep(ctx, c, by, func(tx *gorm.DB, row *centreRow) (was centreRow, err error) {
		if err := takeOne(tx.Where("id = ?", c.ID), &was, fmt.Sprintf("there is no work centre of id %d", c.ID)); err != nil {
			return was, err
		}
		row.Version = c.Version + 1
		done := tx.Model(row).Where("version = ?", c.Version).Select("*").Omit("id").Updates(row)
		if done.Error == nil && done.RowsAffected == 0 {
			return was, conflict("work centre %s was changed by somebody else meanwhile; look again", was.Code)
		}
		return was, done.Error
	})
}

func (k centres) keep(ctx context.Context, c bill.Centre, by item.Change, put func(*gorm.DB, *centreRow) (centreRow, error)) (bill.Centre, error) {
	if err := c.Check(); err != nil {
		return c, err
	}
	row := rowOfCentre(c)
	err := k.s.write(ctx, "keep a work centre", func(tx *gorm.DB) error {
		was, err := put(tx, &row)
		if duplicate(err) {
			return conflict("there is a work centre %s already; give this one another code", row.Code)
		} else if err != nil {
			return err
		}
		what, old := "centre.add", ""
		if was.ID != 0 {
			what, old = "centre.change", was.words()
		}
		_, err = k.s.audit(tx, access.Entry{Who: by.By, What: what, On: fmt.Sprintf("centre/%d", row.ID), Old: old, New: row.words(), Why: by.Why})
		return err
	})
	return row.centre(), err
}

func (r centreRow) words() string {
	c := r.centre()
	words := fmt.Sprintf("%s, %s, machine %s and labour %s an hour", c.Code, c.Name, c.Machine, c.Labour)
	if c.Place != "" {
		words += ", at " + c.Place
	}
	if c.Retired {
		words += ", retired"
	}
	return words
}
