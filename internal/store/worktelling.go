package store

import (
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
)

// tellWorks reports to work orders what they were not told of their jobs' counts. What an order cannot take waits, with the
// reason: a count is never refused.
func (s *Store) tellWorks(tx *gorm.DB, all []*counted) error {
	groups, err := together(tx, all)
	for _, group := range groups {
		if err == nil {
			err = s.tellGroup(tx, group)
		}
	}
	if err != nil {
		return err
	}
	var rows [][]any
	for _, c := range all {
		if c.told.Good != 0 || c.told.Scrap != 0 || c.untold != c.job.Untold {
			rows = append(rows, []any{int64(c.told.Good), int64(c.told.Scrap), text(c.untold), c.job.ID})
		}
	}
	_, err = s.dialect.run(tx, batch{
		each: "UPDATE jobs SET told_good = told_good + ?, told_scrap = told_scrap + ?, untold = ? WHERE id = ?",
		all: `UPDATE jobs
		         SET told_good = told_good + n.good, told_scrap = told_scrap + n.scrap, untold = n.untold
		        FROM unnest(CAST($1 AS bigint[]), CAST($2 AS bigint[]), CAST($3 AS text[]), CAST($4 AS text[])) AS n (good, scrap, untold, id)
		       WHERE jobs.id = n.id`,
	}, rows)
	return err
}

// tellGroup reports what is worked out and posted in one go. Where something is wrong with one of many, halves are tried.
func (s *Store) tellGroup(tx *gorm.DB, group []*counted) error {
	err := tx.Transaction(func(tx *gorm.DB) error {
		return (&workGroup{works: works{s}, tx: tx, group: group, by: map[int64]workorder.Doing{}}).post()
	})
	switch {
	case err == nil:
		return nil
	case tx.Statement.Context.Err() != nil || errs.KindOf(err) == errs.Unavailable:
		return fmt.Errorf("report jobs to their work orders, the first of %d being %s: %w", len(group), group[0].job.ID, err)
	case len(group) == 1:
		group[0].fails(err)
		return nil
	}
	half := len(group) / 2
	if err := s.tellGroup(tx, group[:half]); err != nil {
		return err
	}
	return s.tellGroup(tx, group[half:])
}

// fails leaves all of it untold: whatever is wrong with one order, the lines count on.
func (c *counted) fails(err error) {
	c.told, c.untold = workorder.Report{}, "the report failed: "+errs.Clip(err.Error())
	if known := (*errs.Error)(nil); errors.As(err, &known) {
		c.untold = known.Words
	}
}

// together gives which reports may be worked out together, in their order: one that takes what another has just made comes
// after it was posted, and one that takes back, or takes what something is set aside of, looks at the stock by itself.
func together(tx *gorm.DB, all []*counted) (groups [][]*counted, err error) {
	if len(all) < 2 {
		if len(all) == 1 {
			groups = append(groups, all)
		}
		return groups, nil
	}
	flows, err := flowsOf(tx, all)
	made, single := map[int64]bool{}, true
	for _, c := range all {
		f := flows[c.job.Work]
		back := c.asked.Good < 0 || c.asked.Scrap < 0 || f.kept
		if single || back || slices.ContainsFunc(f.takes, func(item int64) bool { return made[item] }) {
			groups, made = append(groups, nil), map[int64]bool{}
		}
		last := len(groups) - 1
		groups[last], single = append(groups[last], c), back
		for _, item := range f.gives {
			made[item] = true
		}
	}
	return groups, err
}

// workFlow is what goes into an order and comes out of it.
type workFlow struct {
	takes, gives []int64
	kept         bool // of what it takes something is set aside
}

func flowsOf(tx *gorm.DB, all []*counted) (map[int64]workFlow, error) {
	var rows []struct {
		Order, Item  int64
		Output, Kept bool
	}
	var orders []int64
	for _, c := range all {
		orders = append(orders, c.job.Work)
	}
	err := tx.Raw(`
		SELECT c.work_order AS "order", c.item, c.output, EXISTS (SELECT 1 FROM reservation r WHERE r.item = c.item AND r.hard) AS kept
		  FROM work_component c
		 WHERE c.work_order IN (?)
		 UNION ALL
		SELECT id, item, TRUE, FALSE FROM work_order WHERE id IN (?)`, orders, orders).Scan(&rows).Error
	flows := map[int64]workFlow{}
	for _, r := range rows {
		f := flows[r.Order]
		if r.Output {
			f.gives = append(f.gives, r.Item)
		} else {
			f.takes, f.kept = append(f.takes, r.Item), f.kept || r.Kept
		}
		flows[r.Order] = f
	}
	return flows, err
}

// wholeWorks reads orders with all that they take, by their ids.
func wholeWorks(db *gorm.DB, ids []int64) (map[int64]*workorder.Order, error) {
	var rows []workRow
	if err := db.Where("id IN (?)", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	all := map[int64]*workorder.Order{}
	for _, r := range rows {
		o := r.order()
		all[r.ID] = &o
	}
	var components []workComponentRow
	if err := db.Where("work_order IN (?)", ids).Order("work_order, position").Find(&components).Error; err != nil {
		return nil, err
	}
	for _, c := range components {
		o := all[c.Order]
		o.Components = append(o.Components, c.component())
	}
	var operations []workOperationRow
	err := db.Where("work_order IN (?)", ids).Order("work_order, position").Find(&operations).Error
	for _, p := range operations {
		o := all[p.Order]
		o.Operations = append(o.Operations, p.operation())
	}
	return all, err
}
