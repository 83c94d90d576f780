package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"millwright/internal/mes/execution/promise/outlook"
	"millwright/internal/plant"
)

// Course gives how a work order went, in so many steps of time.
func (k promises) Course(ctx context.Context, work int64, steps int) (c outlook.Course, err error) {
	err = k.s.read(ctx, "read how a work order went", func(db *gorm.DB) error {
		var span struct{ First, Last *int64 }
		if err := db.Raw("SELECT MIN(at) AS first, MAX(at) AS last FROM work_report WHERE work_order = ?", work).Scan(&span).Error; err != nil {
			return err
		}
		if span.First != nil {
			c.From, c.To = moment(*span.First), moment(*span.Last)
			step := max(1, (*span.Last-*span.First)/int64(max(1, steps))+1)
			c.Step = time.Duration(step) * time.Microsecond
			if err := reportedIn(db, &c, work, *span.First, step); err != nil {
				return err
			}
		}
		return lotsUsed(db, &c, work)
	})
	return c, err
}

func reportedIn(db *gorm.DB, c *outlook.Course, work, first, step int64) error {
	var rows []struct{ Slot, Good, Scrap, Cost int64 }
	err := db.Raw(`
		SELECT (at - ?) / ? AS slot, CAST(SUM(good) AS BIGINT) AS good, CAST(SUM(scrap) AS BIGINT) AS scrap, CAST(SUM(cost + issued) AS BIGINT) AS cost
		  FROM work_report
		 WHERE work_order = ?
		 GROUP BY 1
		 ORDER BY 1`, first, step, work).Scan(&rows).Error
	for _, r := range rows {
		c.Points = append(c.Points, outlook.Point{At: moment(first + r.Slot*step), Good: plant.Quantity(r.Good), Scrap: plant.Quantity(r.Scrap), Cost: plant.Money(r.Cost)})
	}
	return err
}

// mostLots is how many lots of one order are told.
const mostLots = 200

func lotsUsed(db *gorm.DB, c *outlook.Course, work int64) error {
	var rows []struct {
		Item, First, Last, Qty int64
		Lot                    string
		Made                   bool
	}
	err := db.Raw(`
		SELECT item, CASE WHEN serial <> '' THEN serial ELSE lot END AS lot, CASE WHEN reverses IS NULL THEN from_place ELSE to_place END = 3 AS made,
		       MIN(at) AS first, MAX(at) AS last, CAST(SUM(CASE WHEN reverses IS NULL THEN qty ELSE -qty END) AS BIGINT) AS qty
		  FROM stock_move
		 WHERE document <> '' AND document = ?
		 GROUP BY 1, 2, 3
		 ORDER BY 3, 1, 4, 2
		 LIMIT ?`, documentOf("work", work), mostLots).Scan(&rows).Error
	for _, r := range rows {
		c.Lots = append(c.Lots, outlook.LotUse{Item: r.Item, Lot: r.Lot, Made: r.Made, First: moment(r.First), Last: moment(r.Last), Quantity: plant.Quantity(r.Qty)})
	}
	return err
}
