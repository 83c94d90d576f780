package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/erp/workorder/cost"
	"millwright/internal/plant"
)

// accounts tells what work orders cost, and what they lack.
type accounts struct{ s *Store }

var _ workorder.Accounts = accounts{}

// WorkAccounts tells what work orders cost, and what they lack.
func (s *Store) WorkAccounts() workorder.Accounts { return accounts{s} }

// WorkScrap tells why pieces of work orders were scrapped.
func (s *Store) WorkScrap() workorder.Scrap { return accounts{s} }

// Sheet gives the costs of an order.
func (k accounts) Sheet(ctx context.Context, id int64) (sheet cost.Sheet, err error) {
	err = k.s.read(ctx, "find the costs of a work order", func(db *gorm.DB) error {
		o, _, err := wholeWork(db, id)
		if err != nil {
			return err
		}
		sheet, err = cost.Of(workSheet(&o))
		return err
	})
	return sheet, err
}

// Free gives what there is of items that no document has taken for itself.
func (k accounts) Free(ctx context.Context, items []int64) (free map[int64]plant.Quantity, err error) {
	free = map[int64]plant.Quantity{}
	if len(items) == 0 {
		return free, nil
	}
	err = k.s.read(ctx, "find what there is", func(db *gorm.DB) error {
		var rows []struct{ Item, Free int64 }
		err := db.Raw(freeSQL(k.s.dialect.now())+" AND b.item IN ? GROUP BY b.item", items).Scan(&rows).Error
		for _, r := range rows {
			free[r.Item] = plant.Quantity(r.Free)
		}
		if err != nil {
			return err
		}
		kept, err := keptFor(db, items)
		for item, q := range kept {
			free[item] = max(0, free[item]-plant.Quantity(q))
		}
		return err
	})
	return free, err
}

// freeSQL sums up what may be used of items now and is allocated to nobody; a condition and the grouping follow.
func freeSQL(now string) string { return fitSQL("b.qty - b.allocated", now) }

// heldSQL sums up what may be used of items now, set apart or not.
func heldSQL(now string) string { return fitSQL("b.qty", now) }

func fitSQL(sum, now string) string {
	return `
	SELECT b.item, CAST(SUM(` + sum + `) AS BIGINT) AS free
	  FROM stock_balance b
	  JOIN stock_place p ON p.id = b.place
	  LEFT JOIN lot l ON l.item = b.item AND l.number = CASE WHEN b.serial <> '' THEN b.serial ELSE b.lot END AND l.serial = (b.serial <> '')
	 WHERE NOT p.quarantine AND NOT p.virtual AND (l.id IS NULL OR l.state = 'free' AND (l.expires_at IS NULL OR l.expires_at > ` + now + `))`
}

// Journal gives what was reported of an order, the newest first.
func (k accounts) Journal(ctx context.Context, id int64) (all []workorder.Entry, err error) {
	err = k.s.read(ctx, "read the journal of a work order", func(db *gorm.DB) error {
		var rows []workReportRow
		err := db.Where("work_order = ?", id).Order("id DESC").Limit(1000).Find(&rows).Error
		for _, r := range rows {
			all = append(all, workorder.Entry{
				ID: r.ID, Operation: r.Operation, Good: plant.Quantity(r.Good), Scrap: plant.Quantity(r.Scrap), SetUp: plant.Quantity(r.SetUp), Run: plant.Quantity(r.Run),
				Labour: plant.Quantity(r.Labour), Cost: plant.Money(r.Cost), Issued: plant.Money(r.Issued), Received: plant.Money(r.Received),
				First: r.FirstMove, Last: r.LastMove, At: moment(r.At), By: r.ByName, Source: r.Source,
			})
		}
		return err
	})
	return all, err
}

// mostReasons is how many reasons for scrap are told.
const mostReasons = 100

// Scrapped gives why pieces of an order were scrapped, the most first; without words what nobody gave a reason for.
func (k accounts) Scrapped(ctx context.Context, id int64) (all []workorder.Scrapped, err error) {
	err = k.s.read(ctx, "read the scrap of a work order", func(db *gorm.DB) error {
		var rows []struct {
			Reason string
			Qty    int64
		}
		err := db.Raw(`
			SELECT reason, CAST(SUM(qty) AS BIGINT) AS qty
			  FROM (SELECT reason, qty FROM work_scrap WHERE work_order = ?
			        UNION ALL
			        SELECT '', r.scrap - COALESCE((SELECT SUM(s.qty) FROM work_scrap s WHERE s.report = r.id), 0)
			          FROM work_report r
			         WHERE r.work_order = ? AND r.scrap <> 0) told
			 GROUP BY reason
			HAVING SUM(qty) <> 0
			 ORDER BY 2 DESC, 1
			 LIMIT ?`, id, id, mostReasons).Scan(&rows).Error
		for _, r := range rows {
			all = append(all, workorder.Scrapped{Reason: r.Reason, Quantity: plant.Quantity(r.Qty)})
		}
		return err
	})
	return all, err
}

// Snapshots gives bill and routing of an order as they were copied, the first first.
func (k accounts) Snapshots(ctx context.Context, id int64) (all []workorder.Snapshot, err error) {
	err = k.s.read(ctx, "read the snapshots of a work order", func(db *gorm.DB) error {
		var rows []workSnapshotRow
		if err := db.Where("work_order = ?", id).Order("number").Limit(1000).Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			var c workContent
			if err := json.Unmarshal([]byte(r.Content), &c); err != nil {
				return fmt.Errorf("read snapshot %d: %w", r.Number, err)
			}
			all = append(all, workorder.Snapshot{
				Number: r.Number, At: moment(r.At), Made: plant.Quantity(r.Made), Bill: r.Bill, By: r.ByName, Why: r.Why, Components: c.Components, Operations: c.Operations,
			})
		}
		return nil
	})
	return all, err
}

// Orders lists orders by number.
func (k accounts) Orders(ctx context.Context, s workorder.Search) (all []workorder.Head, err error) {
	where, args := []string{"w.id > ?"}, []any{s.After}
	and := func(is bool, condition string, values ...any) {
		if is {
			where, args = append(where, condition), append(args, values...)
		}
	}
	and(s.Open, "w.lifecycle IN ('created', 'firmed', 'released', 'started')")
	and(s.State != "", "w.lifecycle = ?", string(s.State))
	and(s.Item != 0, "w.item = ?", s.Item)
	and(s.Line != "", "w.line = ?", text(s.Line))
	if s.Text != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(text(s.Text))) + "%"
		and(true, `(LOWER(w.number) LIKE ? ESCAPE '\' OR LOWER(i.number) LIKE ? ESCAPE '\' OR LOWER(i.name) LIKE ? ESCAPE '\')`, like, like, like)
	}
	err = k.s.read(ctx, "list work orders", func(db *gorm.DB) error {
		var rows []struct {
			Work       workRow `gorm:"embedded"`
			ItemNumber string
			ItemName   string
			Unit       string
		}
		err := db.Raw(`
			SELECT w.*, i.number AS item_number, i.name AS item_name, i.unit
			  FROM work_order w
			  JOIN item i ON i.id = w.item
			 WHERE `+strings.Join(where, " AND ")+`
			 ORDER BY w.id
			 LIMIT ?`, append(args, min(max(s.Limit, 1), mostOpen))...).Scan(&rows).Error
		for _, r := range rows {
			all = append(all, workorder.Head{Order: r.Work.order(), ItemNumber: r.ItemNumber, ItemName: r.ItemName, Unit: r.Unit})
		}
		return err
	})
	return all, err
}
