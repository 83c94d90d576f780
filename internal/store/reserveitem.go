package store

import (
	"maps"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// keptSQL sums what is set aside of items, wherever it lies.
const keptSQL = `
	SELECT r.item, CAST(SUM(r.qty) AS BIGINT) AS kept
	  FROM reservation r
	 WHERE r.hard AND r.place = 0 AND r.item IN (?)
	 GROUP BY r.item`

// keptFor gives what is set aside of items for whatever documents.
func keptFor(tx *gorm.DB, items []int64) (map[int64]int64, error) {
	var rows []struct{ Item, Kept int64 }
	err := tx.Raw(keptSQL, items).Scan(&rows).Error
	kept := make(map[int64]int64, len(rows))
	for _, r := range rows {
		kept[r.Item] = r.Kept
	}
	return kept, err
}

// usable gives what may be used of items now and is allocated to nobody.
func usable(tx *gorm.DB, now string, items []int64) (map[int64]int64, error) {
	var rows []struct{ Item, Free int64 }
	err := tx.Raw(freeSQL(now)+" AND p.id <> 6 AND b.item IN (?) GROUP BY b.item", items).Scan(&rows).Error
	free := make(map[int64]int64, len(rows))
	for _, r := range rows {
		free[r.Item] = r.Free
	}
	return free, err
}

// setAside refuses to keep more of an item for a document than is free. Postings wait until it is kept.
func setAside(tx *gorm.DB, d dialect, r reservationRow) error {
	if _, err := next(tx, "stock move", 0); err != nil {
		return err
	}
	free, err := usable(tx, d.now(), []int64{r.Item})
	if err != nil {
		return err
	}
	kept, err := keptFor(tx, []int64{r.Item})
	if left := free[r.Item] - kept[r.Item]; err == nil && left < r.Qty {
		return conflict("reserve stock: %s of it are free, and %s cannot be set aside", plant.Quantity(max(0, left)), plant.Quantity(r.Qty))
	}
	return err
}

// keeps refuses to use what is set aside for other documents. What is scrapped, counted or moved is what it is.
func (w *poster) keeps() error {
	var items []int64
	for _, item := range slices.Sorted(maps.Keys(w.beyond)) {
		if w.beyond[item] > 0 {
			items = append(items, item)
		}
	}
	if len(items) == 0 {
		return nil
	}
	kept, err := keptFor(w.tx, items)
	if err != nil || len(kept) == 0 {
		return err
	}
	free, err := usable(w.tx, w.d.now(), slices.Sorted(maps.Keys(kept)))
	if err != nil {
		return err
	}
	for i, m := range w.moves {
		if q := kept[m.Item]; w.beyond[m.Item] > 0 && free[m.Item] < q {
			return w.fail(i, errs.New(errs.Conflict, "%s of %s are set aside for other documents; take %s less",
				plant.Quantity(q), w.goods[m.Item].Number, plant.Quantity(q-free[m.Item])))
		}
	}
	return nil
}
