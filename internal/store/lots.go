package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Places are all places, by their codes: those that are not ours first.
func (k stocks) Places(ctx context.Context) (all []stock.Place, err error) {
	var rows []placeRow
	err = k.s.read(ctx, "load the places", func(db *gorm.DB) error {
		return db.Order("virtual DESC, folded").Limit(longest).Find(&rows).Error
	})
	for _, r := range rows {
		all = append(all, r.place())
	}
	return all, err
}

// Place gives a place.
func (k stocks) Place(ctx context.Context, id int64) (stock.Place, error) {
	var row placeRow
	err := k.s.read(ctx, "find a place", func(db *gorm.DB) error {
		return takeOne(db.Where("id = ?", id), &row, fmt.Sprintf("there is no place %d", id))
	})
	return row.place(), err
}

// KeepPlace adds a place, or changes one from the version that was seen.
func (k stocks) KeepPlace(ctx context.Context, p stock.Place, by plant.Person, why string) (stock.Place, error) {
	if err := p.Check(); err != nil {
		return p, err
	}
	err := k.s.write(ctx, "keep place "+p.Code, func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "places"); err != nil {
			return err
		}
		old := placeRow{}
		if p.ID != 0 {
			if err := takeOne(tx.Where("id = ?", p.ID), &old, fmt.Sprintf("there is no place %d", p.ID)); err != nil {
				return err
			}
		}
		if err := k.fits(tx, p, old); err != nil {
			return err
		}
		row := placeRow{
			ID: p.ID, Code: text(p.Code), Folded: strings.ToLower(text(p.Code)), Name: text(p.Name), Parent: p.Parent, Line: text(p.Line),
			Quarantine: p.Quarantine, Counting: old.Counting, Version: p.Version + 1, Retired: p.Retired,
		}
		if err := keepPlace(tx, &row); duplicate(err) {
			return conflict("there is a place %s already; choose another code", p.Code)
		} else if err != nil {
			return err
		}
		p = row.place()
		_, err := k.s.audit(tx, access.Entry{Who: by, What: "place.keep", On: fmt.Sprintf("place/%d", row.ID), Old: old.words(), New: row.words(), Why: why})
		return err
	})
	return p, err
}

// keepPlace writes a place down.
func keepPlace(tx *gorm.DB, row *placeRow) (err error) {
	if row.ID == 0 {
		if row.ID, err = next(tx, "place", 1); err != nil {
			return err
		}
		return tx.Create(row).Error
	}
	return tx.Exec("UPDATE stock_place SET code = ?, folded = ?, name = ?, parent = ?, line = ?, quarantine = ?, version = ?, retired = ? WHERE id = ?",
		row.Code, row.Folded, row.Name, row.Parent, row.Line, row.Quarantine, row.Version, row.Retired, row.ID).Error
}

func (r placeRow) words() string {
	if r.ID == 0 {
		return ""
	}
	words := fmt.Sprintf("%s, %q, in place/%d", r.Code, r.Name, r.Parent)
	if r.Line != "" {
		words += ", beside line " + r.Line
	}
	if r.Quarantine {
		words += ", quarantine"
	}
	if r.Retired {
		words += ", no longer used"
	}
	return words
}

// fits refuses a place that lies in itself, in one that is not there or not ours, or that is left with material in it.
func (k stocks) fits(tx *gorm.DB, p stock.Place, old placeRow) error {
	switch {
	case p.ID != 0 && p.ID < stock.Warehouse:
		return errs.New(errs.Invalid, "place %s is every plant's, and stays as it is", old.Code)
	case p.Version != old.Version:
		return conflict("place %s was changed by somebody else; look again", old.Code)
	}
	for id, steps := p.Parent, 0; id != 0; steps++ {
		var up placeRow
		if err := tx.Where("id = ?", id).Limit(1).Find(&up).Error; err != nil {
			return err
		}
		if up.ID == 0 || up.ID < stock.Warehouse {
			return errs.New(errs.Invalid, "a place of ours lies in no place %d", id)
		}
		if id == p.ID || steps > 20 {
			return errs.New(errs.Invalid, "place %s would lie in itself", p.Code)
		}
		id = up.Parent
	}
	if !p.Retired {
		return nil
	}
	var held int64
	err := tx.Raw("SELECT COUNT(*) FROM (SELECT 1 FROM stock_balance WHERE place = ? LIMIT 1) b", p.ID).Row().Scan(&held)
	if err == nil && held > 0 {
		return conflict("there is material at %s; move it before the place goes out of use", p.Code)
	}
	return err
}

// Lots finds lots and serials, by number.
func (k stocks) Lots(ctx context.Context, of stock.Lots) (all []stock.Lot, err error) {
	if of.Limit <= 0 || of.Limit > 1000 {
		of.Limit = 100
	}
	var rows []lotRow
	err = k.s.read(ctx, "find lots", func(db *gorm.DB) error {
		id := "id"
		if of.State != "" && of.State != stock.Free { // there are few, which an index of their own leads to
			id = "id + 0"
			db = db.Where("state <> 'free'")
		}
		db = db.Where(id+" > ?", of.After)
		if of.Item != 0 {
			db = db.Where("item = ?", of.Item)
		}
		if of.Number != "" {
			db = db.Where("number >= ? AND number < ?", text(of.Number), text(of.Number)+"\U0010FFFF")
		}
		if of.State != "" {
			db = db.Where("state = ?", text(string(of.State)))
		}
		return db.Order(id).Limit(of.Limit).Find(&rows).Error
	})
	for _, r := range rows {
		all = append(all, r.lot())
	}
	return all, err
}

// Lot gives a lot.
func (k stocks) Lot(ctx context.Context, id int64) (stock.Lot, error) {
	var row lotRow
	err := k.s.read(ctx, "find a lot", func(db *gorm.DB) error {
		return takeOne(db.Where("id = ?", id), &row, fmt.Sprintf("there is no lot %d", id))
	})
	return row.lot(), err
}

// Hold puts a lot on hold, into quarantine, or frees it. Postings wait, so that none that has begun takes it meanwhile.
func (k stocks) Hold(ctx context.Context, h stock.Holding) (lot stock.Lot, err error) {
	if err := h.Check(); err != nil {
		return lot, err
	}
	err = k.s.write(ctx, fmt.Sprintf("change the state of lot %d", h.Lot), func(tx *gorm.DB) error {
		if _, err := next(tx, "stock move", 0); err != nil {
			return err
		}
		var row lotRow
		if err := takeOne(tx.Where("id = ?", h.Lot), &row, fmt.Sprintf("there is no lot %d", h.Lot)); err != nil {
			return err
		}
		if row.Version != h.Version {
			return conflict("lot %s was changed by %s; look again", row.Number, row.By.Name)
		}
		old := row.State + ": " + row.Why
		row.State, row.Why, row.By, row.Version = string(h.State), text(h.Why), byOf(h.By), row.Version+1
		lot = row.lot()
		if err := tx.Exec("UPDATE lot SET state = ?, why = ?, by_id = ?, by_name = ?, by_role = ?, version = ? WHERE id = ?",
			row.State, row.Why, row.By.ID, row.By.Name, row.By.Role, row.Version, row.ID).Error; err != nil {
			return err
		}
		_, err := k.s.audit(tx, access.Entry{Who: h.By, What: "lot.state", On: fmt.Sprintf("lot/%d", row.ID), Old: old, New: row.State + ": " + row.Why, Why: h.Why})
		return err
	})
	return lot, err
}

// Numbered gives the lot, or the serial, of an item by its number.
func (k stocks) Numbered(ctx context.Context, item int64, number string, serial bool) (stock.Lot, error) {
	var row lotRow
	err := k.s.read(ctx, "find a lot", func(db *gorm.DB) error {
		return takeOne(db.Where("item = ? AND number = ? AND serial = ?", item, text(number), serial), &row, fmt.Sprintf("there is no lot %q", errs.Clip(number)))
	})
	return row.lot(), err
}

// Describe changes what is known of a lot. Postings wait, so that none that has begun takes it meanwhile.
func (k stocks) Describe(ctx context.Context, d stock.Description) (lot stock.Lot, err error) {
	if err := d.Check(); err != nil {
		return lot, err
	}
	err = k.s.write(ctx, fmt.Sprintf("describe lot %d", d.Lot), func(tx *gorm.DB) error {
		if _, err := next(tx, "stock move", 0); err != nil {
			return err
		}
		var row lotRow
		if err := takeOne(tx.Where("id = ?", d.Lot), &row, fmt.Sprintf("there is no lot %d", d.Lot)); err != nil {
			return err
		}
		if row.Version != d.Version {
			return conflict("lot %s was changed by %s; look again", row.Number, row.By.Name)
		}
		old := row.lot().Told()
		row.ExpiresAt, row.SupplierLot, row.Version = maybe(d.Expires), text(d.SupplierLot), row.Version+1
		lot = row.lot()
		if err := tx.Exec("UPDATE lot SET expires_at = ?, supplier_lot = ?, version = ? WHERE id = ?", row.ExpiresAt, row.SupplierLot, row.Version, row.ID).Error; err != nil {
			return err
		}
		_, err := k.s.audit(tx, access.Entry{Who: d.By, What: "lot.describe", On: fmt.Sprintf("lot/%d", row.ID), Old: old, New: lot.Told(), Why: d.Why})
		return err
	})
	return lot, err
}
