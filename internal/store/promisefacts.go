package store

import (
	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/outlook"
	"millwright/internal/plant"
)

// What a forecast reads of the business.

// promisedSales reads open lines of confirmed orders.
func promisedSales(tx *gorm.DB, b *outlook.Business) error {
	var rows []struct {
		ID, Document, Place, Item              int64
		Number, Customer                       string
		Open, Kept, Asked, Price, Whole, Stand int64
		Requested, Promised                    string
	}
	err := tx.Raw(`
		SELECT l.id, l.document, l.place, l.item, o.number, p.name AS customer, l.open, COALESCE(r.kept, 0) AS kept, l.asked, l.price, l.quantity AS whole,
		       i.standard_cost AS stand, l.requested, l.promised
		  FROM sales_line l
		  JOIN sales_order o ON o.id = l.document
		  JOIN partner p ON p.id = o.partner
		  JOIN item i ON i.id = l.item
		  LEFT JOIN (SELECT document, line, CAST(SUM(qty) AS BIGINT) AS kept FROM reservation WHERE hard AND document LIKE 'sales/%' GROUP BY document, line) r
		    ON r.document = 'sales/' || CAST(l.document AS TEXT) AND r.line = l.place
		 WHERE o.firm AND l.open > 0 AND i.kind <> 'service'
		 ORDER BY l.id`).Scan(&rows).Error
	for _, r := range rows {
		total, _ := plant.Money(r.Price).Times(r.Asked, int64(plant.One))
		s := promise.Sale{
			ID: r.ID, Order: r.Document, Place: r.Place, Text: lineText(r.Number, r.Place), Customer: r.Customer, Item: r.Item, Open: plant.Quantity(r.Open), Kept: plant.Quantity(r.Kept),
			Requested: dateOf(r.Requested), Promised: dateOf(r.Promised), Value: shareOf(total, r.Open, r.Whole),
		}
		if r.Stand > 0 {
			s.Margin, s.Margins = shareOf(total, int64(plant.One), r.Whole)-plant.Money(r.Stand), true
		}
		b.Sales = append(b.Sales, s)
	}
	return err
}

// promisedWork reads open work orders, with what they take.
func promisedWork(tx *gorm.DB, b *outlook.Business) error {
	var rows []workRow
	err := tx.Where("lifecycle IN ('created', 'firmed', 'released', 'started')").Order("id").Find(&rows).Error
	if err != nil {
		return err
	}
	at := make(map[int64]int, len(rows))
	for i := range rows {
		o := rows[i].order()
		at[o.ID] = i
		b.Work = append(b.Work, promise.Work{
			ID: o.ID, Number: o.Number, Item: o.Item, Product: o.Product, Line: plant.LineID(o.Line), Left: o.Left(), Made: o.Good + o.Scrap, Due: o.Due, Held: o.Held, Sale: o.SalesLine,
			Released: o.Lifecycle == workorder.Released || o.Lifecycle == workorder.Started,
		})
	}
	var parts []workComponentRow
	err = tx.Raw(`
		SELECT c.*
		  FROM work_component c
		  JOIN work_order w ON w.id = c.work_order
		 WHERE w.lifecycle IN ('released', 'started')
		 ORDER BY c.work_order, c.position`).Scan(&parts).Error
	for _, r := range parts {
		if i, is := at[r.Order]; is {
			b.Work[i].Components = append(b.Work[i].Components, r.component())
		}
	}
	return err
}

// promisedComing reads what suppliers bring: each dated part of a line, of what was ordered.
func promisedComing(tx *gorm.DB, b *outlook.Business) error {
	var rows []planLine
	err := tx.Raw(`
		SELECT l.item, l.document, o.number, l.place, l.due, l.requested AS asked, l.open
		  FROM purchase_line l
		  JOIN purchase_order o ON o.id = l.document
		 WHERE l.open > 0 AND o.firm
		 ORDER BY l.id`).Scan(&rows).Error
	for _, r := range rows {
		b.Coming = append(b.Coming, promise.Coming{
			Item: r.Item, Date: r.date(), Quantity: plant.Quantity(r.Open), Document: documentOf("purchase", r.Document), Text: lineText(r.Number, r.Place),
		})
	}
	return err
}

// items reads the items that anybody waits for, and what there is of them but what is set aside for customers.
func (k promises) items(tx *gorm.DB, b *outlook.Business) error {
	b.Items = map[int64]promise.Item{}
	for i := range b.Sales {
		b.Items[b.Sales[i].Item] = promise.Item{}
	}
	for i := range b.Work {
		b.Items[b.Work[i].Item] = promise.Item{}
		for k := range b.Work[i].Components {
			b.Items[b.Work[i].Components[k].Item] = promise.Item{}
		}
	}
	if len(b.Items) == 0 {
		return nil
	}
	var rows []struct {
		ID, LeadDays             int64
		Number, Name, Unit, Kind string
		Free, Cost               int64
	}
	err := tx.Raw(`
		SELECT i.id, i.lead_days, i.number, i.name, i.unit, i.kind, i.standard_cost AS cost, COALESCE(h.free, 0) - COALESCE(r.kept, 0) AS free
		  FROM item i
		  LEFT JOIN (` + heldSQL(k.s.dialect.now()) + ` GROUP BY b.item) h ON h.item = i.id
		  LEFT JOIN (SELECT item, CAST(SUM(qty) AS BIGINT) AS kept FROM reservation WHERE hard AND document LIKE 'sales/%' GROUP BY item) r ON r.item = i.id
		 WHERE i.id IN (SELECT item FROM sales_line WHERE open > 0)
		    OR i.id IN (SELECT item FROM work_order WHERE lifecycle IN ('created', 'firmed', 'released', 'started'))
		    OR i.id IN (SELECT c.item FROM work_component c JOIN work_order w ON w.id = c.work_order WHERE w.lifecycle IN ('released', 'started'))`).Scan(&rows).Error
	for _, r := range rows {
		if _, wanted := b.Items[r.ID]; wanted {
			b.Items[r.ID] = promise.Item{Number: r.Number, Name: r.Name, Unit: r.Unit, Free: plant.Quantity(max(0, r.Free)), Lead: r.LeadDays, Orders: true, Make: r.Kind != "buy", Cost: plant.Money(r.Cost)}
		}
	}
	for i := range b.Work {
		w := &b.Work[i]
		w.Value = shareOf(b.Items[w.Item].Cost, int64(w.Left), int64(plant.One))
	}
	return err
}

// promisedPlaces reads what lies where components are taken from.
func promisedPlaces(tx *gorm.DB, b *outlook.Business) error {
	b.Places = map[promise.Spot]plant.Quantity{}
	var rows []struct{ Place, Item, There int64 }
	err := tx.Raw(`
		SELECT b.place, b.item, CAST(SUM(b.qty) AS BIGINT) AS there
		  FROM stock_balance b
		 WHERE EXISTS (SELECT 1
		                 FROM work_component c
		                 JOIN work_order w ON w.id = c.work_order
		                WHERE w.lifecycle IN ('released', 'started') AND c.place <> 0 AND c.place = b.place AND c.item = b.item)
		 GROUP BY b.place, b.item`).Scan(&rows).Error
	for _, r := range rows {
		b.Places[promise.Spot{Place: r.Place, Item: r.Item}] = plant.Quantity(r.There)
	}
	return err
}
