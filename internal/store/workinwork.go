package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// mostOpen is how many open orders one report tells of.
const mostOpen = 10_000

// inWork is SQL for orders that something is in, as the index of them says it.
const inWork = "lifecycle IN ('released', 'started', 'completed') AND (issued_value <> 0 OR booked_value <> 0 OR received_value <> 0)"

// Progress gives orders that something is in, with what the stock ledger says of them, and what all hold.
func (k accounts) Progress(ctx context.Context, after int64, limit int) (some []workorder.InProgress, count int64, wip plant.Money, err error) {
	err = k.s.review(ctx, "report what is in work", func(tx *gorm.DB) error {
		err := tx.Raw("SELECT COUNT(*), CAST(COALESCE(SUM(issued_value + booked_value - received_value - settled), 0) AS BIGINT) FROM work_order WHERE "+inWork).Row().Scan(&count, &wip)
		if err == nil {
			some, err = inWorkAfter(tx, after, min(max(limit, 1), mostOpen))
		}
		return err
	})
	return some, count, wip, err
}

func inWorkAfter(db *gorm.DB, after int64, limit int) (all []workorder.InProgress, err error) {
	var rows []struct {
		ID        int64
		Number    string
		Item      int64
		Name      string
		Lifecycle string
		Issued    int64
		Booked    int64
		Received  int64
		Settled   int64
		Ledger    int64
	}
	err = db.Raw(`
		SELECT w.id, w.number, w.item, i.name, w.lifecycle, w.issued_value AS issued, w.booked_value AS booked, w.received_value AS received, w.settled,
		       COALESCE((SELECT -SUM(m.value)
		                   FROM stock_move m
		                  WHERE m.document <> '' AND m.document = 'work/' || CAST(w.id AS TEXT)
		                    AND (m.from_place = 3 OR m.to_place = 3)), 0) AS ledger
		  FROM (SELECT * FROM work_order WHERE `+inWork+` AND id > ? ORDER BY id LIMIT ?) w
		  JOIN item i ON i.id = w.item
		 ORDER BY w.id`, after, limit).Scan(&rows).Error
	for _, r := range rows {
		all = append(all, workorder.InProgress{
			ID: r.ID, Number: r.Number, Item: r.Item, Name: r.Name, State: workorder.Lifecycle(r.Lifecycle), Issued: plant.Money(r.Issued), Booked: plant.Money(r.Booked),
			Received: plant.Money(r.Received), WIP: plant.Money(r.Issued + r.Booked - r.Received - r.Settled), Ledger: plant.Money(r.Ledger),
		})
	}
	return all, err
}

// Shortages gives what was used by counts and is not issued, in the order of its place.
func (k accounts) Shortages(ctx context.Context, after workorder.Shortage, limit int) (all []workorder.Shortage, err error) {
	err = k.s.read(ctx, "list what is short", func(db *gorm.DB) error {
		var rows []struct {
			ID       int64
			Number   string
			Position int64
			Item     int64
			Name     string
			Short    int64
		}
		err := db.Raw(`
			SELECT w.id, w.number, c.position, c.item, i.number || ' ' || i.name AS name, c.short
			  FROM work_component c
			  JOIN work_order w ON w.id = c.work_order
			  JOIN item i ON i.id = c.item
			 WHERE c.short > 0 AND (c.work_order, c.position) > (?, ?) AND w.lifecycle NOT IN ('closed', 'cancelled')
			 ORDER BY c.work_order, c.position
			 LIMIT ?`, after.Order, after.Position, min(max(limit, 1), mostOpen)).Scan(&rows).Error
		for _, r := range rows {
			all = append(all, workorder.Shortage{Order: r.ID, Number: r.Number, Position: r.Position, Item: r.Item, Name: r.Name, Short: plant.Quantity(r.Short)})
		}
		return err
	})
	return all, err
}
