package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// reservations keeps what is meant for documents.
type reservations struct{ s *Store }

var _ stock.Reservations = reservations{}

// Reservations keeps what is meant for documents.
func (s *Store) Reservations() stock.Reservations { return reservations{s} }

func (r reservationRow) reservation() stock.Reservation {
	return stock.Reservation{
		ID: r.ID, Item: r.Item, Revision: r.Revision, Place: r.Place, Lot: r.Lot, Serial: r.Serial, Document: r.Document, Line: r.Line,
		Quantity: plant.Quantity(r.Qty), Hard: r.Hard, At: moment(r.At), By: r.Who.person(), Why: r.Why,
	}
}

// Reserve adds to what is meant for a line of a document. What is allocated must be there and free.
func (v reservations) Reserve(ctx context.Context, r stock.Reservation) (kept stock.Reservation, err error) {
	if err := r.Check(); err != nil {
		return r, err
	}
	err = v.s.write(ctx, "reserve stock for "+text(r.Document), func(tx *gorm.DB) error {
		do := workorder.Doing{By: r.By, Why: r.Why, Key: r.Key}
		asked := r
		asked.By, asked.Key = plant.Person{}, ""
		answer, again, err := knownWork(tx, do, "reserve", asked)
		if again && err == nil {
			kept, err = answeredReservation(tx, answer, r)
		}
		if again || err != nil {
			return err
		}
		if kept, err = reserveStock(tx, v.s.dialect, r); err != nil {
			return err
		}
		if err := answerWork(tx, do, kept.ID); err != nil {
			return err
		}
		_, err = v.s.audit(tx, access.Entry{
			Who: r.By, What: "stock.reserve", On: kept.Document, New: fmt.Sprintf("%s of item/%d, place/%d %s%s, hard %t", r.Quantity, r.Item, r.Place, r.Lot, r.Serial, r.Hard), Why: r.Why,
		})
		return err
	})
	return kept, err
}

// answeredReservation is a reservation that was made by the same key before, as it is now; what was released since is as
// it was asked for.
func answeredReservation(tx *gorm.DB, id int64, r stock.Reservation) (stock.Reservation, error) {
	var row reservationRow
	err := takeOne(tx.Where("id = ?", id), &row, "")
	if errs.KindOf(err) == errs.NotFound {
		r.ID = id
		return r, nil
	}
	return row.reservation(), err
}

// reserveStock reserves in the caller's transaction, which audits it.
func reserveStock(tx *gorm.DB, d dialect, r stock.Reservation) (stock.Reservation, error) {
	if err := r.Check(); err != nil {
		return r, err
	}
	row := reservationRow{
		Item: r.Item, Revision: text(r.Revision), Place: r.Place, Lot: text(r.Lot), Serial: text(r.Serial), Document: text(r.Document), Line: r.Line,
		Qty: int64(r.Quantity), Hard: r.Hard, Who: byOf(r.By), Why: text(r.Why),
	}
	if r.Hard && r.Place != 0 {
		if err := allocate(tx, row); err != nil {
			return r, err
		}
	} else if r.Hard {
		if err := setAside(tx, d, row); err != nil {
			return r, err
		}
	}
	var err error
	if row.ID, err = next(tx, "reservation", 1); err != nil {
		return r, err
	}
	if err := tx.Raw("SELECT " + d.now()).Row().Scan(&row.At); err != nil {
		return r, err
	}
	err = tx.Raw(`
		INSERT INTO reservation (id, item, revision, place, lot, serial, document, line, qty, hard, at, who_id, who_name, who_role, why)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (document, line, item, revision, place, lot, serial, hard) DO UPDATE SET qty = reservation.qty + excluded.qty
		RETURNING id, qty`, row.ID, row.Item, row.Revision, row.Place, row.Lot, row.Serial, row.Document, row.Line, row.Qty, row.Hard, row.At,
		row.Who.ID, row.Who.Name, row.Who.Role, row.Why).Row().Scan(&row.ID, &row.Qty)
	return row.reservation(), err
}

// allocate takes material at a balance for a document: only what is free and not held.
func allocate(tx *gorm.DB, r reservationRow) error {
	done := tx.Exec(`
		UPDATE stock_balance SET allocated = allocated + ?
		 WHERE item = ? AND revision = ? AND place = ? AND lot = ? AND serial = ? AND qty - allocated >= ?
		   AND NOT EXISTS (SELECT 1 FROM lot l WHERE l.item = stock_balance.item AND l.state <> 'free'
		                      AND l.number = CASE WHEN stock_balance.serial <> '' THEN stock_balance.serial ELSE stock_balance.lot END)
		   AND NOT EXISTS (SELECT 1 FROM stock_place p WHERE p.id = stock_balance.place AND p.quarantine)`,
		r.Qty, r.Item, r.Revision, r.Place, r.Lot, r.Serial, r.Qty)
	if done.Error != nil || done.RowsAffected > 0 {
		return done.Error
	}
	var there []balanceRow
	err := tx.Raw("SELECT * FROM stock_balance WHERE item = ? AND revision = ? AND place = ? AND lot = ? AND serial = ?", r.Item, r.Revision, r.Place, r.Lot, r.Serial).Scan(&there).Error
	if err != nil {
		return err
	}
	if len(there) == 0 {
		return conflict("reserve stock: there is none of it at that place")
	}
	return conflict("reserve stock: %s are there, %s of them allocated, and %s cannot be allocated besides, or it is on hold",
		plant.Quantity(there[0].Qty), plant.Quantity(there[0].Allocated), plant.Quantity(r.Qty))
}

// Release gives back what is still reserved.
func (v reservations) Release(ctx context.Context, id int64, by plant.Person, why string) error {
	return v.s.write(ctx, fmt.Sprintf("release reservation %d", id), func(tx *gorm.DB) error {
		row, err := releaseStock(tx, id)
		if err != nil {
			return err
		}
		_, err = v.s.audit(tx, access.Entry{Who: by, What: "stock.release", On: row.Document, Old: fmt.Sprintf("%s of item/%d, place/%d", plant.Quantity(row.Qty), row.Item, row.Place), Why: why})
		return err
	})
}

// releaseStock releases in the caller's transaction, which audits it. Postings wait, as they use reservations up.
func releaseStock(tx *gorm.DB, id int64) (row reservationRow, err error) {
	if _, err := next(tx, "stock move", 0); err != nil {
		return row, err
	}
	if err := takeOne(tx.Where("id = ?", id), &row, fmt.Sprintf("there is no reservation %d; it may have been used up", id)); err != nil {
		return row, err
	}
	if row.Hard && row.Place != 0 {
		if err := tx.Exec("UPDATE stock_balance SET allocated = allocated - ? WHERE item = ? AND revision = ? AND place = ? AND lot = ? AND serial = ?",
			row.Qty, row.Item, row.Revision, row.Place, row.Lot, row.Serial).Error; err != nil {
			return row, err
		}
	}
	return row, tx.Exec("DELETE FROM reservation WHERE id = ?", id).Error
}

// Reserved are reservations, the oldest first.
func (v reservations) Reserved(ctx context.Context, of stock.Meant) (all []stock.Reservation, err error) {
	if of.Item == 0 && of.Document == "" && !of.Every {
		return nil, errs.New(errs.Invalid, "name an item or a document")
	}
	var rows []reservationRow
	err = v.s.read(ctx, "load reservations", func(db *gorm.DB) error {
		if of.Item != 0 {
			db = db.Where("item = ?", of.Item)
		}
		if of.Document != "" {
			db = db.Where("document = ?", text(of.Document))
		}
		if of.Hard {
			db = db.Where("hard")
		}
		if of.Limit <= 0 {
			of.Limit = 10_000
		}
		return db.Where("id > ?", of.After).Order("id").Limit(min(of.Limit, 10_000)).Find(&rows).Error
	})
	for _, r := range rows {
		all = append(all, r.reservation())
	}
	return all, err
}
