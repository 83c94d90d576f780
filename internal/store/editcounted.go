package store

import (
	"gorm.io/gorm"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// editCount is what an edit has booked, as it stands.
type editCount struct{ Edit, Good, Scrap int64 }

// tell says it in the edit.
func (c editCount) tell(e *edit.Edit) {
	if e.Kind == edit.Recount {
		e.Good, e.Reject = plant.Quantity(c.Good), plant.Quantity(c.Scrap)
	} else {
		e.Booked = &edit.Booked{Good: plant.Quantity(c.Good), Reject: plant.Quantity(c.Scrap)}
	}
}

// editCounts gives what recounts and readings have booked to jobs; of a reading that is none's there is nothing.
func editCounts(db *gorm.DB, rows []editRow) (all []editCount, err error) {
	var ids []int64
	for _, r := range rows {
		if k := edit.Kind(r.Kind); k == edit.Recount || k == edit.Reading {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	err = db.Raw(`
		SELECT edit, CAST(SUM(CASE WHEN scrap = 0 THEN qty ELSE 0 END) AS BIGINT) AS good, CAST(SUM(CASE WHEN scrap = 1 THEN qty ELSE 0 END) AS BIGINT) AS scrap
		  FROM edit_booking
		 WHERE edit IN (?)
		 GROUP BY edit`, ids).Scan(&all).Error
	return all, err
}

// unread is what a counter counted that people read, beyond all that is booked of its time.
func unread(tx *gorm.DB, row *editRow) (plant.Quantity, error) {
	if row.Good == 0 {
		return 0, nil
	}
	var known int64
	err := tx.Raw(`
		SELECT CAST(COALESCE(SUM(b.qty), 0) AS BIGINT)
		  FROM bookings AS b
		  LEFT JOIN jobs ON jobs.id = b.job
		 WHERE b.line = ? AND b.at >= ? AND b.at < ? AND b.tag <> ? AND (? = '' OR jobs.product = ?)`,
		row.Line, row.FromAt, row.ToAt, execution.ByHand, row.Product, row.Product).Row().Scan(&known)
	if err != nil {
		return 0, err
	}
	var said []struct{ FromAt, ToAt, Qty int64 }
	err = tx.Raw(`
		SELECT edits.from_at, edits.to_at, CAST(SUM(b.qty) AS BIGINT) AS qty
		  FROM edits
		  JOIN edit_booking AS b ON b.edit = edits.id
		  LEFT JOIN jobs ON jobs.id = b.job
		 WHERE edits.line = ? AND edits.from_at < ? AND edits.from_at > ? AND edits.to_at > ? AND edits.undoes IS NULL AND (? = '' OR jobs.product = ?)
		   AND NOT EXISTS (SELECT 1 FROM edits AS u WHERE u.undoes = edits.id)
		 GROUP BY edits.id, edits.from_at, edits.to_at`,
		row.Line, row.ToAt, row.FromAt-edit.Longest.Microseconds()-1, row.FromAt, row.Product, row.Product).Scan(&said).Error
	for _, s := range said {
		share, _ := plant.Quantity(s.Qty).Times(min(s.ToAt, row.ToAt)-max(s.FromAt, row.FromAt), s.ToAt-s.FromAt) // a share of a number that fits, fits
		if s.Qty%int64(plant.One) == 0 {
			share -= share % plant.One
		}
		known += int64(share)
	}
	return plant.Quantity(row.Good - known), err
}
