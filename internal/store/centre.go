package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

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
	if err := c.Check(); err != nil {
		return c, err
	}
	row := rowOfCentre(c)
	err := addMaster(ctx, k.s, centreMaster(), &row, by)
	return row.centre(), err
}

// SaveCentre keeps a work centre in the place of the version it was read at.
func (k centres) SaveCentre(ctx context.Context, c bill.Centre, by item.Change) (bill.Centre, error) {
	if err := c.Check(); err != nil {
		return c, err
	}
	row := rowOfCentre(c)
	err := saveMaster(ctx, k.s, centreMaster(), &row, by)
	return row.centre(), err
}

func centreMaster() master { return master{"centre", "work centre", "code"} }

func (r *centreRow) versioned() (id, version *int64) { return &r.ID, &r.Version }
func (r *centreRow) called() string                  { return r.Code }

func (r *centreRow) words() string {
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
