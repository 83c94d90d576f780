package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/plant"
)

// VerifyWork proves that counts, work orders and material agree, and gives how many work orders they do of: what was
// reported of a job is what its order was told, what was not is accounted for, and an order's progress is what its reports
// moved.
func (s *Store) VerifyWork(ctx context.Context) (n int64, err error) {
	err = s.review(ctx, "verify the work orders", func(tx *gorm.DB) error {
		for _, check := range []func(*gorm.DB) error{toldAsReported, movedAsMade} {
			if err := check(tx); err != nil {
				return err
			}
		}
		return tx.Raw("SELECT COUNT(*) FROM work_order").Row().Scan(&n)
	})
	return n, err
}

func toldAsReported(tx *gorm.DB) error {
	var wrong struct {
		ID                  string
		Good, Scrap         plant.Quantity
		ToldGood, ToldScrap plant.Quantity
		Reported, Rejected  plant.Quantity
	}
	found := tx.Raw(`
		SELECT j.id, j.good, j.scrap, j.told_good, j.told_scrap, COALESCE(r.good, 0) AS reported, COALESCE(r.scrap, 0) AS rejected
		  FROM jobs j
		  LEFT JOIN (SELECT job, CAST(SUM(good) AS BIGINT) AS good, CAST(SUM(scrap) AS BIGINT) AS scrap
		               FROM work_report
		              WHERE job <> ''
		              GROUP BY job) r ON r.job = j.id
		 WHERE j.work <> 0
		   AND (j.told_good <> COALESCE(r.good, 0) OR j.told_scrap <> COALESCE(r.scrap, 0)
		        OR j.untold = '' AND (j.good <> j.told_good OR j.scrap <> j.told_scrap))
		 ORDER BY j.id
		 LIMIT 1`).Scan(&wrong)
	if found.Error == nil && found.RowsAffected > 0 {
		return fmt.Errorf("work orders broken: job %s has %s good and %s scrap, of which %s and %s are told, and the reports make %s and %s",
			wrong.ID, wrong.Good, wrong.Scrap, wrong.ToldGood, wrong.ToldScrap, wrong.Reported, wrong.Rejected)
	}
	return found.Error
}

func movedAsMade(tx *gorm.DB) error {
	var wrong struct {
		Work, Item int64
		Over       plant.Quantity
	}
	found := tx.Raw(`
		SELECT work, item, CAST(SUM(q) AS BIGINT) AS over
		  FROM (SELECT r.work_order AS work, m.item, CASE WHEN m.from_place = 3 THEN m.qty ELSE -m.qty END AS q
		          FROM work_report r
		          JOIN stock_move m ON m.number BETWEEN r.first_move AND r.last_move
		         WHERE r.first_move > 0
		        UNION ALL
		        SELECT id, item, -good FROM work_order
		        UNION ALL
		        SELECT work_order, item, CASE WHEN output THEN -issued ELSE issued END FROM work_component) AS all_of_it
		 GROUP BY work, item
		HAVING SUM(q) <> 0
		 ORDER BY work, item
		 LIMIT 1`).Scan(&wrong)
	if found.Error == nil && found.RowsAffected > 0 {
		return fmt.Errorf("work orders broken: the moves of work order %d make %s more of item %d than it says", wrong.Work, wrong.Over, wrong.Item)
	}
	return found.Error
}
