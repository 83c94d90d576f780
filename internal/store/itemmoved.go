package store

import (
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// unmoved refuses to change what the ledger of material was written by: the unit that it counts in, and whether it knows
// lots or serials. Postings wait until the item is kept.
func (w *itemWriting) unmoved(was, i item.Item) error {
	if was.ID == 0 || was.Unit == i.Unit && was.Tracking == i.Tracking {
		return nil
	}
	if _, err := next(w.tx, "stock move", 0); err != nil {
		return err
	}
	var moved bool
	if err := w.tx.Raw("SELECT EXISTS (SELECT 1 FROM stock_move WHERE item = ?)", was.ID).Row().Scan(&moved); err != nil || !moved {
		return err
	}
	var wrong []errs.Field
	if was.Unit != i.Unit {
		wrong = append(wrong, errs.Field{Path: "unit", Message: fmt.Sprintf("%s has moved already, and its stock is counted in %s: add another unit to it, or a new item", was.Number, was.Unit)})
	}
	if was.Tracking != i.Tracking {
		wrong = append(wrong, errs.Field{Path: "tracking", Message: fmt.Sprintf("%s has moved already, and is kept by %q: a new item can be kept otherwise", was.Number, was.Tracking)})
	}
	return &errs.Error{Kind: errs.Invalid, Words: "keep item " + was.Number + ": " + wrong[0].Message, Fields: wrong}
}

// prefer makes the supplier of an item the one that is preferred of those that deliver it. They are one thing: whoever
// says the one says the other.
func (w *itemWriting) prefer(i item.Item) error {
	return w.tx.Exec("UPDATE supplier_item SET preferred = (partner = ?), version = version + 1 WHERE item = ? AND preferred <> (partner = ?)",
		i.Planning.Supplier, i.ID, i.Planning.Supplier).Error
}

// preferred makes the supplier that is preferred the item's, and one that no longer is, not.
func (k partners) preferred(tx *gorm.DB, s partner.Supply, by plant.Person, why string) error {
	var row itemRow
	if err := takeOne(tx.Where("id = ?", s.Item), &row, fmt.Sprintf("there is no item of id %d", s.Item)); err != nil {
		return err
	}
	was, err := wholeItem(tx, row)
	if err != nil {
		return err
	}
	is := was
	switch {
	case s.Preferred:
		is.Planning.Supplier = s.Partner
	case was.Planning.Supplier == s.Partner:
		is.Planning.Supplier = 0
	}
	if is.Planning.Supplier == was.Planning.Supplier {
		return nil
	}
	if err := tx.Exec("UPDATE item SET supplier = ?, version = version + 1 WHERE id = ?", is.Planning.Supplier, is.ID).Error; err != nil {
		return err
	}
	old, now := item.Differences(was, is)
	_, err = k.s.audit(tx, access.Entry{Who: by, What: "item.change", On: fmt.Sprintf("item/%d", is.ID), Old: old, New: now, Why: why})
	return err
}
