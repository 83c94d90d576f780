package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/costing"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// stockAccounts keeps what the stock is worth beside its moves.
type stockAccounts struct{ s *Store }

var _ costing.Accounts = stockAccounts{}

// Accounts keeps what the stock is worth beside its moves.
func (s *Store) Accounts() costing.Accounts { return stockAccounts{s} }

// Land adds a cost to a receipt that was posted before.
func (a stockAccounts) Land(ctx context.Context, l costing.Landing) (e costing.Entry, err error) {
	all, err := a.LandAll(ctx, []costing.Landing{l})
	if err != nil {
		return e, err
	}
	return all[0], nil
}

// LandAll adds several, all or none.
func (a stockAccounts) LandAll(ctx context.Context, landings []costing.Landing) (all []costing.Entry, err error) {
	for _, l := range landings {
		if l.Cost <= 0 || plant.Quantity(l.Cost) > countable || len(l.Why) > 500 || len(l.Document) > 80 || len(l.Key) > 200 {
			return nil, errs.New(errs.Invalid, "land a cost of %s: it must be above nothing, with a short reason and document", l.Cost)
		}
	}
	err = a.s.write(ctx, "land costs on receipts", func(tx *gorm.DB) error {
		all = nil
		last, err := next(tx, "stock move", 0)
		if err != nil {
			return err
		}
		for _, l := range landings {
			e, err := a.land(tx, l, last-1)
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	})
	return all, err
}

// land adds one after a move.
func (a stockAccounts) land(tx *gorm.DB, l costing.Landing, after int64) (e costing.Entry, err error) {
	row, again, err := a.landed(tx, l, after)
	if again || err != nil {
		return row.entry(), err
	}
	row.After = after
	if row.ID, err = next(tx, "value entry", 1); err != nil {
		return e, err
	}
	if err := tx.Create(&row).Error; err != nil {
		return e, err
	}
	e = row.entry()
	_, err = a.s.audit(tx, access.Entry{
		Who: l.By, What: "stock.land", On: fmt.Sprintf("move/%d", l.Receipt), New: fmt.Sprintf("%s: %s into the stock, %s a variance", l.Cost, e.Gain, e.Variance), Why: l.Why,
	})
	return e, err
}

// landed works out where a landed cost goes, and changes the layer.
func (a stockAccounts) landed(tx *gorm.DB, l costing.Landing, after int64) (row valueEntryRow, again bool, err error) {
	if l.Key != "" {
		err := tx.Take(&row, "key = ?", text(l.Key)).Error
		if err == nil {
			if row.Move != l.Receipt || row.Cost != int64(l.Cost) {
				return row, true, errs.New(errs.Invalid, "this key was used for another cost; make a new key for each")
			}
			return row, true, nil
		} else if !errors.Is(err, gorm.ErrRecordNotFound) {
			return row, false, err
		}
	}
	at, err := a.dated(tx, l.At)
	if err != nil {
		return row, false, err
	}
	var m moveRow
	if err := takeOne(tx.Where("number = ?", l.Receipt), &m, fmt.Sprintf("there is no move %d", l.Receipt)); err != nil {
		return row, false, err
	}
	if !stock.Virtual(m.From) || m.Reverses != nil {
		return row, false, errs.New(errs.Invalid, "move %d brought nothing in; land the cost on the receipt", l.Receipt)
	}
	var v valueRow
	if err := tx.Take(&v, "item = ?", m.Item).Error; err != nil {
		return row, false, err
	}
	row = valueEntryRow{Item: m.Item, Kind: "landed", Move: m.Number, Cost: int64(l.Cost), Document: text(l.Document), At: at.UnixMicro(), Who: byOf(l.By), Why: text(l.Why)}
	if key := text(l.Key); key != "" {
		row.Key = &key
	}
	variance, err := landOn(tx, v, m, l.Cost)
	row.Gain, row.Variance = int64(l.Cost-variance), int64(variance)
	if err == nil && row.Gain != 0 {
		err = a.gained(tx, after, v, row.Gain)
	}
	return row, false, err
}

// gained keeps in the course of the stock what an item gained after a move.
func (a stockAccounts) gained(tx *gorm.DB, after int64, was valueRow, gain int64) error {
	var c course
	if err := c.begin(tx); err != nil {
		return err
	}
	now := was
	now.Value += gain
	if err := c.to(after, was, now); err != nil {
		return err
	}
	return c.keep(tx, a.s.dialect)
}

// landOn adds a cost to what is left of a receipt.
func landOn(tx *gorm.DB, v valueRow, m moveRow, cost plant.Money) (variance plant.Money, err error) {
	method, err := costing.ParseMethod(v.Method)
	if err != nil {
		return 0, err
	}
	find := tx.Where("item = ?", m.Item)
	if method == costing.FIFO {
		find = find.Where("receipt = ?", m.Number)
	}
	var rows []layerRow
	if err := find.Order("receipt").Limit(1).Find(&rows).Error; err != nil {
		return 0, err
	}
	s := costing.Stock{Method: method, Cost: plant.Money(v.Cost)}
	for _, r := range rows {
		s.Put(r.layer())
	}
	if variance, err = s.Land(m.Number, plant.Quantity(m.Qty), cost); err != nil || variance == cost {
		return variance, err
	}
	gain := int64(cost - variance)
	if err := tx.Exec("UPDATE stock_layer SET value = value + ? WHERE item = ? AND receipt = ?", gain, m.Item, rows[0].Receipt).Error; err != nil {
		return 0, err
	}
	return variance, tx.Exec("UPDATE stock_value SET value = value + ? WHERE item = ?", gain, m.Item).Error
}

// dated gives the time that something is booked at, and refuses one in a closed period.
func (a stockAccounts) dated(tx *gorm.DB, at time.Time) (time.Time, error) {
	now, err := a.s.at(tx)
	if err != nil {
		return at, err
	}
	if at.IsZero() {
		at = now
	}
	if at.After(now.Add(ahead)) {
		return at, errs.New(errs.Invalid, "%s lies ahead", at.Format("2 January 2006 15:04"))
	}
	return moment(at.UnixMicro()), openAt(tx, at)
}

// Entries are costs and variances, the newest first.
func (a stockAccounts) Entries(ctx context.Context, s costing.Entries) (all []costing.Entry, err error) {
	if s.Limit <= 0 || s.Limit > 1000 {
		s.Limit = 100
	}
	var rows []valueEntryRow
	err = a.s.read(ctx, "load the variances", func(db *gorm.DB) error {
		if s.Item != 0 {
			db = db.Where("item = ?", s.Item)
		}
		if s.Before != 0 {
			db = db.Where("id < ?", s.Before)
		}
		return db.Where("gain <> 0 OR variance <> 0").Order("id DESC").Limit(s.Limit).Find(&rows).Error
	})
	for _, r := range rows {
		all = append(all, r.entry())
	}
	return all, err
}

// signed is SQL for what a move adds to the stock that is ours.
const signed = "CASE WHEN from_place < 10 AND from_place <> 6 THEN qty WHEN to_place < 10 AND to_place <> 6 THEN -qty ELSE 0 END"
