package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/errs"
)

// Add keeps a new version as a draft.
func (k bills) Add(ctx context.Context, b bill.Bill, c item.Change) (kept bill.Bill, err error) {
	err = k.write(ctx, "add a bill of material", func(tx *gorm.DB) error {
		was, again, err := repeatedBill(tx, b, c)
		if again || err != nil {
			kept = was
			return err
		}
		b.ID, b.State = 0, bill.Draft
		if kept, err = checkedBill(tx, b); err != nil {
			return err
		}
		if err := tx.Raw("SELECT COALESCE(MAX(number), 0) + 1 FROM bill WHERE item = ?", b.Item).Row().Scan(&kept.Number); err != nil {
			return err
		}
		if kept.ID, err = next(tx, "bill", 1); err != nil {
			return err
		}
		kept.Version = 1
		row := rowOfBill(kept)
		row.MadeID, row.MadeName = c.By.ID, text(c.By.Name)
		if c.Key != "" {
			key := text(c.Key)
			row.MadeKey = &key
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		if err := hangOnBill(tx, kept); err != nil {
			return err
		}
		return k.tell(tx, "bill.add", "", kept, c)
	})
	return kept, err
}

func repeatedBill(tx *gorm.DB, b bill.Bill, c item.Change) (was bill.Bill, again bool, err error) {
	if c.Key == "" {
		return was, false, nil
	}
	var row billRow
	err = tx.Take(&row, "made_id = ? AND made_name = ? AND made_key = ?", c.By.ID, text(c.By.Name), text(c.Key)).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return was, false, nil
	} else if err != nil {
		return was, false, err
	}
	if row.Item != b.Item {
		return was, false, errs.New(errs.Invalid, "this key was used for the bill of another item; make a new key for each")
	}
	was, err = wholeBill(tx, row.ID)
	return was, true, err
}

// Save keeps a draft in the place of the version it was read at.
func (k bills) Save(ctx context.Context, b bill.Bill, c item.Change) (kept bill.Bill, err error) {
	err = k.write(ctx, "change a bill of material", func(tx *gorm.DB) error {
		was, err := currentBill(tx, b.ID, b.Version)
		if err != nil {
			return err
		}
		if was.State != bill.Draft {
			return conflict("version %d is %s and is never changed; make a new version of it", was.Number, was.State)
		}
		b.Item, b.Number, b.State, b.From, b.Obsolete = was.Item, was.Number, was.State, was.From, was.Obsolete
		if kept, err = checkedBill(tx, b); err != nil {
			return err
		}
		kept.Version++
		if err := putBill(tx, kept); err != nil {
			return err
		}
		if err := hangOnBill(tx, kept); err != nil {
			return err
		}
		return k.tell(tx, "bill.change", was.Told(), kept, c)
	})
	return kept, err
}

// Step takes a bill a step further.
func (k bills) Step(ctx context.Context, s bill.Step, c item.Change) (kept bill.Bill, err error) {
	err = k.write(ctx, "take a bill of material further", func(tx *gorm.DB) error {
		was, err := currentBill(tx, s.ID, s.Version)
		if err != nil {
			return err
		}
		if err := was.Next(s.To); err != nil {
			return err
		}
		now, err := k.s.at(tx)
		if err != nil {
			return err
		}
		kept = was
		if kept.State = s.To; s.To == bill.Obsoleted {
			kept.Obsolete = now
		} else if kept, err = releasedBill(tx, kept); err != nil {
			return err
		} else if kept.From = s.From; s.From.IsZero() {
			kept.From = now
		}
		kept.Version++
		if err := putBill(tx, kept); duplicate(err) {
			return conflict("another version holds from the same moment; choose another time")
		} else if err != nil {
			return err
		}
		return k.tell(tx, "bill."+map[bill.State]string{bill.Released: "release", bill.Obsoleted: "obsolete"}[s.To], was.Told(), kept, c)
	})
	return kept, err
}

// releasedBill checks and reckons a draft once more, by the units that its items have now.
func releasedBill(tx *gorm.DB, b bill.Bill) (bill.Bill, error) {
	b, err := checkedBill(tx, b)
	if err != nil {
		return b, err
	}
	return b, hangOnBill(tx, b)
}

func (k bills) write(ctx context.Context, doing string, fn func(tx *gorm.DB) error) error {
	return k.s.write(ctx, doing, func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "bills"); err != nil {
			return err
		}
		return fn(tx)
	})
}

func (k bills) tell(tx *gorm.DB, what, old string, b bill.Bill, c item.Change) error {
	_, err := k.s.audit(tx, access.Entry{Who: c.By, What: what, On: fmt.Sprintf("bill/%d", b.ID), Old: old, New: b.Told(), Why: c.Why})
	return err
}

func currentBill(tx *gorm.DB, id, version int64) (bill.Bill, error) {
	was, err := wholeBill(tx, id)
	if err == nil && was.Version != version {
		err = conflict("version %d was changed by somebody else meanwhile; look again", was.Number)
	}
	return was, err
}

// checkedBill proves a bill against its items: their units, the work centres, and that nothing is made of itself.
func checkedBill(tx *gorm.DB, b bill.Bill) (bill.Bill, error) {
	b = b.Tidy()
	if err := b.Check(); err != nil {
		return b, err
	}
	items, err := itemsOfBill(tx, b)
	if err != nil {
		return b, err
	}
	switch of, known := items[b.Item]; {
	case !known:
		return b, errs.New(errs.Invalid, "there is no item that this bill would be of")
	case of.Kind == item.Buy || of.Kind == item.Service:
		return b, errs.New(errs.Invalid, "item %s is of the kind %q and is not made here; set its kind to make or both first", of.Number, of.Kind)
	}
	if b, err = b.Reckon(items); err != nil {
		return b, err
	}
	if err := centresThere(tx, b); err != nil {
		return b, err
	}
	return b, noCircle(tx, b, items)
}

func itemsOfBill(tx *gorm.DB, b bill.Bill) (map[int64]item.Item, error) {
	named := map[int64]bool{b.Item: true}
	for _, l := range b.Lines {
		named[l.Item] = true
	}
	ids, all := idsIn(named), map[int64]item.Item{}
	if err := eachItem(tx, ids, func(r itemRow) { all[r.ID] = r.item() }); err != nil {
		return nil, err
	}
	for from := 0; from < len(ids); from += atOnce {
		var units []itemUnitRow
		if err := tx.Where("item IN ?", ids[from:min(from+atOnce, len(ids))]).Order("item, unit").Find(&units).Error; err != nil {
			return nil, err
		}
		for _, u := range units {
			i := all[u.Item]
			i.Units = append(i.Units, item.Unit{Code: u.Unit, Factor: item.Ratio{Num: u.Num, Den: u.Den}})
			all[u.Item] = i
		}
	}
	return all, nil
}

func centresThere(tx *gorm.DB, b bill.Bill) error {
	for n, o := range b.Operations {
		var row centreRow
		if err := takeOne(tx.Where("id = ?", o.Centre), &row, "there is no such work centre"); errs.KindOf(err) == errs.NotFound || row.Retired {
			return &errs.Error{Kind: errs.Invalid, Words: "the bill of material cannot be kept: mend what is wrong with it", Fields: []errs.Field{
				{Path: fmt.Sprintf("operations[%d].centre", n), Message: "there is no such work centre, or it is retired: choose another"},
			}}
		} else if err != nil {
			return err
		}
	}
	return kitThere(tx, b)
}

// noCircle refuses a bill by which an item would be made of itself, by any bills that are not obsolete.
func noCircle(tx *gorm.DB, b bill.Bill, items map[int64]item.Item) error {
	var parts []int64
	for _, l := range b.Lines {
		if l.Kind == bill.Component {
			parts = append(parts, l.Item)
		}
	}
	way, err := bill.Circle(b.Item, parts, func(ids []int64) (map[int64][]int64, error) { return partsOf(tx, ids, b.ID) })
	if err != nil || len(way) == 0 {
		return err
	}
	if err := eachItem(tx, way, func(r itemRow) { items[r.ID] = r.item() }); err != nil {
		return err
	}
	return bill.Round(way, items)
}

func partsOf(tx *gorm.DB, ids []int64, but int64) (map[int64][]int64, error) {
	all := map[int64][]int64{}
	for from := 0; from < len(ids); from += atOnce {
		var rows []struct {
			Parent int64 `gorm:"column:parent"`
			Part   int64 `gorm:"column:part"`
		}
		err := tx.Raw(`
			SELECT DISTINCT b.item AS parent, l.item AS part
			  FROM bill AS b
			  JOIN bill_line AS l ON l.bill = b.id
			 WHERE b.item IN ? AND b.id <> ? AND b.state <> 'obsolete' AND l.kind = 'component'
			 ORDER BY b.item, l.item`, ids[from:min(from+atOnce, len(ids))], but).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			all[r.Parent] = append(all[r.Parent], r.Part)
		}
	}
	return all, nil
}

// putBill keeps a bill's own row in the place of the version before it.
func putBill(tx *gorm.DB, b bill.Bill) error {
	row := rowOfBill(b)
	done := tx.Model(&row).Where("version = ?", b.Version-1).Select("*").Omit("id", "item", "number", "made_id", "made_name", "made_key").Updates(&row)
	if done.Error == nil && done.RowsAffected == 0 {
		return conflict("version %d was changed by somebody else meanwhile; look again", b.Number)
	}
	return done.Error
}

// hangOnBill keeps a draft's lines and operations in the place of those it had.
func hangOnBill(tx *gorm.DB, b bill.Bill) error {
	if err := tx.Where("bill = ?", b.ID).Delete(&billLineRow{}).Error; err != nil {
		return err
	}
	if err := tx.Where("bill = ?", b.ID).Delete(&billOperationRow{}).Error; err != nil {
		return err
	}
	lines := make([]billLineRow, len(b.Lines))
	for i, l := range b.Lines {
		lines[i] = rowOfLine(b.ID, l)
	}
	operations := make([]billOperationRow, len(b.Operations))
	for i, o := range b.Operations {
		operations[i] = rowOfOperation(b.ID, o)
	}
	if len(lines) > 0 {
		if err := tx.CreateInBatches(&lines, 500).Error; err != nil {
			return err
		}
	}
	if len(operations) == 0 {
		return nil
	}
	return tx.CreateInBatches(&operations, 500).Error
}
