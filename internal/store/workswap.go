package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/workorder"
)

// Swap takes another item in a component's place, for what is not made yet.
func (k works) Swap(ctx context.Context, s workorder.Swap, by workorder.Doing) (workorder.Order, error) {
	return k.alter(ctx, workAltered{s.ID, s.Version, "swap", s}, by, func(tx *gorm.DB, o *workorder.Order) error { return k.swap(tx, o, s, by) })
}

func (k works) swap(tx *gorm.DB, o *workorder.Order, s workorder.Swap, by workorder.Doing) error {
	substitutes, err := k.substitutes(tx, o)
	if err != nil {
		return err
	}
	for _, one := range substitutes {
		if one.Position == s.Position && one.Item == s.Item {
			return k.swapped(tx, o, one, by)
		}
	}
	return conflict("that item may not be taken at position %d of %s: it stands for nothing there; look again", s.Position, o.Number)
}

func (k works) swapped(tx *gorm.DB, o *workorder.Order, s workorder.Substitute, by workorder.Doing) error {
	if err := o.Swapped(s); err != nil {
		return err
	}
	at, err := k.s.at(tx)
	if err != nil {
		return err
	}
	var of int64
	if err := tx.Raw("SELECT bill FROM work_snapshot WHERE work_order = ? AND number = ?", o.ID, o.Snapshot).Row().Scan(&of); err != nil {
		return err
	}
	return keepSnapshot(tx, o, workCopy{o.Components, o.Operations, of}, at, by)
}

// Substitutes gives the items that may be taken in the place of an order's components.
func (k accounts) Substitutes(ctx context.Context, id int64) (all []workorder.Substitute, err error) {
	err = k.s.read(ctx, "find what may be taken in components' places", func(db *gorm.DB) error {
		o, _, err := wholeWork(db, id)
		if err != nil || o.Snapshot == 0 || !o.Open() {
			return err
		}
		all, err = works(k).substitutes(db, &o)
		return err
	})
	return all, err
}

// substitutes finds them: the alternates of the bill in force, and the items that may stand for a component everywhere.
func (k works) substitutes(tx *gorm.DB, o *workorder.Order) (all []workorder.Substitute, err error) {
	of, err := k.billAlternates(tx, o)
	if err != nil {
		return nil, err
	}
	for _, c := range o.Components {
		if c.Output || c.Per.Num == 0 && c.Once == 0 {
			continue
		}
		seen := map[int64]bool{c.Item: true}
		add := func(item int64, change func(*workorder.Component) bool) {
			s := workorder.Substitute{Component: c}
			s.Item, s.Revision, s.Place = item, "", 0
			s.Base, s.From, s.Issued, s.Short, s.Value = 0, 0, 0, 0, 0
			if !seen[item] && change(&s.Component) {
				seen[item], all = true, append(all, s)
			}
		}
		for _, a := range of[[2]int64{c.Position, c.Item}] {
			add(a.Item, func(s *workorder.Component) bool {
				s.Per, s.Once = workorder.Ratio(a.Per), a.Once
				return true
			})
		}
		alternates, err := itemAlternates(tx, c.Item)
		if err != nil {
			return nil, err
		}
		for _, a := range alternates {
			add(a.Item, func(s *workorder.Component) (ok bool) {
				if a.Factor.Num == 0 {
					return true
				}
				if s.Per, ok = c.Per.By(workorder.Ratio(a.Factor)); ok {
					s.Once, ok = c.Once.Times(a.Factor.Num, a.Factor.Den)
				}
				return ok
			})
		}
	}
	return all, substitutesPriced(tx, all)
}

func substitutesPriced(tx *gorm.DB, all []workorder.Substitute) error {
	priced := make([]workorder.Component, len(all))
	for i := range all {
		priced[i] = all[i].Component
	}
	err := workPriced(tx, priced)
	for i := range priced {
		all[i].Cost = priced[i].Cost
	}
	return err
}

// billAlternates are the alternates of the bill in force, by the position and the item that they stand for.
func (k works) billAlternates(tx *gorm.DB, o *workorder.Order) (map[[2]int64][]bill.Alternate, error) {
	at, err := k.s.at(tx)
	if err != nil {
		return nil, err
	}
	g, err := k.s.within(tx).Bills().Below(tx.Statement.Context, []int64{o.Item}, at)
	if err != nil {
		return nil, err
	}
	s, err := g.Snapshot(o.Item)
	all, place := map[[2]int64][]bill.Alternate{}, workPlaces()
	for _, c := range s.Components {
		all[[2]int64{place(c.Position), c.Item}] = c.Alternates
	}
	return all, err
}
