package store

import (
	"context"
	"math"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// mostPerformed is how many orders are told of at once.
const mostPerformed = 1000

// reportedRow is what was reported at one operation of an order in a time; 0 is the order as a whole.
type reportedRow struct {
	WorkOrder   int64
	Operation   int64
	Good, Scrap int64
	SetUp, Run  int64
	Labour      int64
	Begun       int64
	Ended       int64
}

// Performed tells what was made, taken and spent, by order.
func (k works) Performed(ctx context.Context, s workorder.Span) (all []workorder.Performance, err error) {
	err = k.s.read(ctx, "tell what was made", func(db *gorm.DB) error {
		all = nil
		from, until := spanned(s)
		rows, err := reported(db, s.Orders, from, until)
		if err != nil {
			return err
		}
		var ids []int64
		last := int64(0)
		for _, r := range rows {
			if r.WorkOrder != last {
				ids, last = append(ids, r.WorkOrder), r.WorkOrder
			}
		}
		if s.Orders != nil {
			ids = s.Orders // also those of which nothing is reported
		}
		if len(ids) > mostPerformed {
			return errs.New(errs.Invalid, "more than %d orders have reports in this time; ask for a shorter one", mostPerformed)
		}
		for _, id := range ids {
			p, err := performance(db, id, rows)
			if err == nil {
				err = materials(db, &p, from, until)
			}
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		return nil
	})
	return all, err
}

func spanned(s workorder.Span) (from, until int64) {
	from, until = 0, math.MaxInt64
	if !s.From.IsZero() {
		from = s.From.UnixMicro()
	}
	if !s.Until.IsZero() {
		until = s.Until.UnixMicro()
	}
	return from, until
}

func reported(db *gorm.DB, orders []int64, from, until int64) (rows []reportedRow, err error) {
	where, args := "", []any{from, until}
	if orders != nil {
		where, args = " AND work_order IN ?", append(args, orders)
	}
	err = db.Raw(`
		SELECT work_order, operation, CAST(SUM(good) AS BIGINT) AS good, CAST(SUM(scrap) AS BIGINT) AS scrap, CAST(SUM(set_up) AS BIGINT) AS set_up,
		       CAST(SUM(run) AS BIGINT) AS run, CAST(SUM(labour) AS BIGINT) AS labour, MIN(at) AS begun, MAX(at) AS ended
		  FROM work_report
		 WHERE at >= ? AND at < ?`+where+`
		 GROUP BY work_order, operation
		 ORDER BY work_order, operation
		 LIMIT 100000`, args...).Scan(&rows).Error
	return rows, err
}

// performance puts an order together with what was reported of it.
func performance(db *gorm.DB, id int64, rows []reportedRow) (p workorder.Performance, err error) {
	p.Order, _, err = wholeWork(db, id)
	if err != nil {
		return p, err
	}
	var item struct{ Number, Name, Unit string }
	if err := db.Raw("SELECT number, name, unit FROM item WHERE id = ?", p.Item).Scan(&item).Error; err != nil {
		return p, err
	}
	p.ItemNumber, p.ItemName, p.Unit = item.Number, item.Name, item.Unit
	last := int64(0)
	if n := len(p.Operations); n > 0 {
		last = p.Operations[n-1].Position
	}
	for _, r := range rows {
		if r.WorkOrder != id {
			continue
		}
		begun, ended := moment(r.Begun), moment(r.Ended)
		p.Begun, p.Ended = earlier(p.Begun, begun), later(p.Ended, ended)
		p.Loss += plant.Quantity(r.Scrap)
		if r.Operation == 0 || r.Operation == last {
			p.Yield += plant.Quantity(r.Good)
		}
		if r.Operation == 0 {
			continue
		}
		name := ""
		if op, is := p.Operation(r.Operation); is {
			name = op.Name
		}
		p.Steps = append(p.Steps, workorder.Worked{
			Position: r.Operation, Name: name, Begun: begun, Ended: ended, Good: plant.Quantity(r.Good), Scrap: plant.Quantity(r.Scrap),
			SetUp: plant.Quantity(r.SetUp), Run: plant.Quantity(r.Run), Labour: plant.Quantity(r.Labour),
		})
	}
	return p, nil
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// materials adds what went into an order and came out of it, lot by lot, less what was taken back.
func materials(db *gorm.DB, p *workorder.Performance, from, until int64) error {
	var rows []struct {
		Item     int64
		Number   string
		Name     string
		Unit     string
		Revision string
		Lot      string
		Serial   string
		Made     bool
		Quantity int64
	}
	err := db.Raw(`
		SELECT n.item, i.number, i.name, i.unit, n.revision, n.lot, n.serial, n.made, CAST(SUM(n.quantity) AS BIGINT) AS quantity
		  FROM (SELECT m.item, m.revision, m.lot, m.serial, (m.from_place = 3) = (m.reverses IS NULL) AS made,
		               CASE WHEN m.reverses IS NULL THEN m.qty ELSE -m.qty END AS quantity
		          FROM stock_move m
		         WHERE m.document <> '' AND m.document = ? AND (m.from_place = 3 OR m.to_place = 3) AND m.at >= ? AND m.at < ?) n
		  JOIN item i ON i.id = n.item
		 GROUP BY n.item, i.number, i.name, i.unit, n.revision, n.lot, n.serial, n.made
		HAVING SUM(n.quantity) <> 0
		 ORDER BY i.number, n.revision, n.lot, n.serial
		 LIMIT 100000`, p.Document(), from, until).Scan(&rows).Error
	for _, r := range rows {
		l := workorder.Lotted{Item: r.Item, Number: r.Number, Name: r.Name, Unit: r.Unit, Revision: r.Revision, Lot: r.Lot, Serial: r.Serial, Quantity: plant.Quantity(r.Quantity)}
		if r.Made {
			p.Made = append(p.Made, l)
			continue
		}
		for _, c := range p.Components {
			if c.Item == r.Item && !c.Output {
				l.Operation = c.Operation
				break
			}
		}
		p.Used = append(p.Used, l)
	}
	return err
}
