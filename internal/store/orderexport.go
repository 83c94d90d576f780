package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// mostBilled is how many lines one export holds; the rest is for the next.
const mostBilled = 2_000

type exportRow struct {
	ID     int64  `gorm:"column:id"`
	At     int64  `gorm:"column:at"`
	ByName string `gorm:"column:by_name"`
	Lines  int64  `gorm:"column:lines"`
	Amount int64  `gorm:"column:amount"`
}

// Export hands everything over to accounting that it does not know yet: each line once.
func (k orders) Export(ctx context.Context, side order.Side, by order.Doing) (e order.Export, err error) {
	b, err := bookOf(side)
	if err != nil {
		return e, err
	}
	err = k.s.write(ctx, "export "+string(side), func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, string(side)+" export"); err != nil {
			return err
		}
		id, again, err := k.known(tx, by, "export", side)
		if again && err == nil {
			e, err = b.export(tx, id)
		}
		if again || err != nil {
			return err
		}
		e, err = k.export(tx, b, by)
		return err
	})
	return e, err
}

func (k orders) export(tx *gorm.DB, b book, by order.Doing) (e order.Export, err error) {
	e.Side = b.side
	last, ids, err := b.waiting(tx)
	if err != nil || last == 0 {
		return e, err
	}
	for _, id := range ids {
		if err := k.s.dialect.queue(tx, order.Ref(b.side, id)); err != nil {
			return e, err
		}
	}
	var sum struct{ Lines, Amount int64 }
	err = tx.Raw(b.sql("SELECT COUNT(*) AS lines, CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount FROM {}_paper_line WHERE export IS NULL AND id <= ?"), last).Scan(&sum).Error
	if err != nil {
		return e, err
	}
	at, err := k.s.at(tx)
	if err != nil {
		return e, err
	}
	if e.ID, err = next(tx, string(b.side)+" export", 1); err != nil {
		return e, err
	}
	row := exportRow{e.ID, at.UnixMicro(), text(by.By.Name), sum.Lines, sum.Amount}
	if err := tx.Table(b.table("export")).Create(&row).Error; err != nil {
		return e, err
	}
	if err := tx.Exec(b.sql("UPDATE {}_paper_line SET export = ? WHERE export IS NULL AND id <= ?"), e.ID, last).Error; err != nil {
		return e, err
	}
	if err := k.billed(tx, b, e.ID, ids); err != nil {
		return e, err
	}
	if err := k.answer(tx, by, "export", b.side, e.ID); err != nil {
		return e, err
	}
	_, err = k.s.audit(tx, access.Entry{
		Who: by.By, What: string(b.side) + ".export", On: fmt.Sprintf("%s export/%d", b.side, e.ID), New: fmt.Sprintf("%d lines, %s", sum.Lines, plant.Money(sum.Amount)), Why: by.Why,
	})
	if err != nil {
		return e, err
	}
	return b.export(tx, e.ID)
}

// waiting is the last of the lines that the next export holds, and the orders that they are of.
func (b book) waiting(tx *gorm.DB) (last int64, ids []int64, err error) {
	var rows []struct{ ID, Document int64 }
	err = tx.Raw(b.sql(`
		SELECT p.id, l.document
		  FROM {}_paper_line AS p
		  JOIN {}_line AS l ON l.id = p.line
		 WHERE p.export IS NULL
		 ORDER BY p.id
		 LIMIT ?`), mostBilled).Scan(&rows).Error
	for _, r := range rows {
		last, ids = r.ID, append(ids, r.Document)
	}
	slices.Sort(ids)
	return last, slices.Compact(ids), err
}

// billed counts on each line what accounting knows now, and derives the states of their orders anew.
func (k orders) billed(tx *gorm.DB, b book, export int64, ids []int64) error {
	err := tx.Exec(b.sql(`
		UPDATE {}_line
		   SET billed = (SELECT CAST(COALESCE(SUM(p.quantity), 0) AS BIGINT) FROM {}_paper_line AS p WHERE p.line = {}_line.id AND p.export IS NOT NULL)
		 WHERE id IN (SELECT line FROM {}_paper_line WHERE export = ?)`), export).Error
	if err != nil {
		return err
	}
	for _, id := range ids {
		o, err := b.order(tx, id)
		if err != nil {
			return err
		}
		if err := tx.Exec(b.sql("UPDATE {}_order SET state = ? WHERE id = ?"), string(o.State()), id).Error; err != nil {
			return err
		}
	}
	return nil
}

// Exported gives an earlier export again.
func (k orders) Exported(ctx context.Context, side order.Side, id int64) (e order.Export, err error) {
	b, err := bookOf(side)
	if err != nil {
		return e, err
	}
	err = k.s.read(ctx, "find an export", func(db *gorm.DB) error {
		e, err = b.export(db, id)
		return err
	})
	return e, err
}

// export reads what was handed over at once.
func (b book) export(db *gorm.DB, id int64) (order.Export, error) {
	e := order.Export{Side: b.side, ID: id}
	var head exportRow
	if err := takeOne(db.Table(b.table("export")).Where("id = ?", id), &head, fmt.Sprintf("there is no export %d", id)); err != nil {
		return e, err
	}
	e.At, e.By = moment(head.At), head.ByName
	var rows []struct {
		Paper, Kind, Document, Reference, Partner, Name, Item, Text, Unit string
		At, Num, Den, Quantity, Price, Amount                             int64
		Place                                                             int
	}
	err := db.Raw(b.sql(`
		SELECT p.number AS paper, p.kind, p.at, o.number AS document, o.reference, c.number AS partner, c.name, l.place, i.number AS item, l.text, l.unit,
		       l.num, l.den, m.quantity, l.price, m.amount
		  FROM {}_paper_line AS m
		  JOIN {}_paper AS p ON p.id = m.paper
		  JOIN {}_line AS l ON l.id = m.line
		  JOIN {}_order AS o ON o.id = l.document
		  JOIN partner AS c ON c.id = o.partner
		  JOIN item AS i ON i.id = l.item
		 WHERE m.export = ?
		 ORDER BY m.id
		 LIMIT ?`), id, longest).Scan(&rows).Error
	for _, r := range rows {
		quantity, ok := partner.Factor{Num: r.Num, Den: r.Den}.Of(plant.Quantity(r.Quantity))
		if !ok {
			return e, fmt.Errorf("export %d: %s does not fit its unit", id, r.Paper)
		}
		e.Lines = append(e.Lines, order.Billing{
			Paper: r.Paper, Kind: order.Kind(r.Kind), At: moment(r.At), Order: r.Document, Reference: r.Reference, Partner: r.Partner, Name: r.Name,
			Place: r.Place, Item: r.Item, Text: r.Text, Unit: r.Unit, Quantity: quantity, Price: plant.Money(r.Price), Amount: plant.Money(r.Amount),
		})
	}
	return e, err
}
