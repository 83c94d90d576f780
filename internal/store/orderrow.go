package store

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// book is the tables of one side of orders, and what it calls the columns that the other calls otherwise.
type book struct {
	side               order.Side
	prefix             string // of numbers
	ordered, done, due string
}

func bookOf(side order.Side) (book, error) {
	switch side {
	case partner.Sales:
		return book{side, "SO-", "quantity", "delivered", "promised"}, nil
	case partner.Purchase:
		return book{side, "PO-", "ordered", "received", "due"}, nil
	}
	return book{}, errs.New(errs.NotFound, "there are sales orders and purchase orders; %q is none of it", errs.Clip(string(side)))
}

// sql puts the side's words into a statement: {} its tables' name, {ordered}, {done} and {due} its columns.
func (b book) sql(text string) string {
	return strings.NewReplacer("{}", string(b.side), "{ordered}", b.ordered, "{done}", b.done, "{due}", b.due).Replace(text)
}

func (b book) table(name string) string { return string(b.side) + "_" + name }

type orderRow struct {
	ID          int64  `gorm:"column:id"`
	Number      string `gorm:"column:number"`
	Partner     int64  `gorm:"column:partner"`
	Reference   string `gorm:"column:reference"`
	Address     string `gorm:"column:address"`
	Terms       string `gorm:"column:terms"`
	Note        string `gorm:"column:note"`
	Firm        bool   `gorm:"column:firm"`
	State       string `gorm:"column:state"`
	Amount      int64  `gorm:"column:amount"`
	Due         string `gorm:"column:due"`
	CreatedAt   int64  `gorm:"column:created_at;autoCreateTime:false"`
	CreatedName string `gorm:"column:created_name"`
	FirmAt      *int64 `gorm:"column:firm_at"`
	Version     int64  `gorm:"column:version"`
	Cent        int64  `gorm:"column:cent"`
}

func rowOfOrder(o order.Order) orderRow {
	return orderRow{
		o.ID, o.Number, o.Partner.ID, text(o.Reference), text(o.Address), text(o.Terms), text(o.Note), o.Firm, string(o.State()), int64(o.Total()), o.Due(),
		o.Created.UnixMicro(), text(o.By), maybe(o.FirmAt), o.Version, int64(o.Cent),
	}
}

type lineRow struct {
	ID        int64  `gorm:"column:id"`
	Place     int    `gorm:"column:place"`
	Item      int64  `gorm:"column:item"`
	Number    string `gorm:"column:number"`
	Revision  string `gorm:"column:revision"`
	Text      string `gorm:"column:text"`
	Unit      string `gorm:"column:unit"`
	Num       int64  `gorm:"column:num"`
	Den       int64  `gorm:"column:den"`
	Asked     int64  `gorm:"column:asked"`
	Price     int64  `gorm:"column:price"`
	PriceWhy  string `gorm:"column:price_why"`
	OverPct   int64  `gorm:"column:over_pct"`
	UnderPct  int64  `gorm:"column:under_pct"`
	Requested string `gorm:"column:requested"`
	Due       string `gorm:"column:due"`
	Ordered   int64  `gorm:"column:ordered"`
	Done      int64  `gorm:"column:done"`
	Cancelled int64  `gorm:"column:cancelled"`
	Returned  int64  `gorm:"column:returned"`
	Billed    int64  `gorm:"column:billed"`
	Promise   string `gorm:"column:promise_why"`
	StockUnit string `gorm:"column:stock_unit"`
	Tracking  string `gorm:"column:tracking"`
	Kind      string `gorm:"column:kind"`
	ShelfDays int64  `gorm:"column:shelf_days"`
}

func (r lineRow) line(cent plant.Money) order.Line {
	return order.Line{
		Cent: cent, ID: r.ID, Place: r.Place, Item: r.Item, Number: r.Number, Text: r.Text, Revision: r.Revision, Unit: r.Unit, Factor: partner.Factor{Num: r.Num, Den: r.Den},
		Asked: plant.Quantity(r.Asked), Price: plant.Money(r.Price), Why: r.PriceWhy, Requested: r.Requested, Due: r.Due, Promise: r.Promise,
		Margin:  partner.Margin{Over: plant.Quantity(r.OverPct), Under: plant.Quantity(r.UnderPct)},
		Ordered: plant.Quantity(r.Ordered), Done: plant.Quantity(r.Done), Cancelled: plant.Quantity(r.Cancelled), Returned: plant.Quantity(r.Returned), Billed: plant.Quantity(r.Billed),
		Stock: order.Stocked{Unit: r.StockUnit, Tracking: r.Tracking, Service: r.Kind == "service", Days: int(r.ShelfDays)},
	}
}

// values are a line's columns.
func (b book) values(document int64, l order.Line, firm bool) map[string]any {
	open := l.Open()
	if b.side == partner.Sales && !firm {
		open = 0 // nobody plans for a quote
	}
	return map[string]any{
		"id": l.ID, "document": document, "place": l.Place, "item": l.Item, "revision": text(l.Revision), "text": text(l.Text), "unit": l.Unit, "num": l.Factor.Num, "den": l.Factor.Den,
		"asked": int64(l.Asked), "price": int64(l.Price), "price_why": text(l.Why), "over_pct": int64(l.Margin.Over), "under_pct": int64(l.Margin.Under),
		"requested": l.Requested, b.due: l.Due, b.ordered: int64(l.Ordered), b.done: int64(l.Done), "cancelled": int64(l.Cancelled), "returned": int64(l.Returned),
		"open": int64(open), "promise_why": text(l.Promise),
	}
}

// order reads an order whole.
func (b book) order(db *gorm.DB, id int64) (order.Order, error) {
	var row orderRow
	found := db.Raw(b.sql("SELECT * FROM {}_order WHERE id = ?"), id).Scan(&row)
	if found.Error != nil {
		return order.Order{}, found.Error
	} else if found.RowsAffected == 0 {
		return order.Order{}, errs.New(errs.NotFound, "there is no %s order %d", b.side, id)
	}
	o := order.Order{
		Side: b.side, ID: row.ID, Number: row.Number, Reference: row.Reference, Address: row.Address, Terms: row.Terms, Note: row.Note, Firm: row.Firm,
		Created: moment(row.CreatedAt), By: row.CreatedName, FirmAt: known(row.FirmAt), Version: row.Version, Cent: plant.Money(row.Cent),
	}
	var err error
	if o.Partner, err = partnerIn(db, row.Partner); err != nil {
		return o, err
	}
	var lines []lineRow
	err = db.Raw(b.sql(`
		SELECT l.id, l.place, l.item, i.number, l.revision, l.text, l.unit, l.num, l.den, l.asked, l.price, l.price_why, l.over_pct, l.under_pct, l.requested,
		       l.{due} AS due, l.{ordered} AS ordered, l.{done} AS done, l.cancelled, l.returned, l.billed, l.promise_why, i.unit AS stock_unit, i.tracking, i.kind, i.shelf_days
		  FROM {}_line AS l
		  JOIN item AS i ON i.id = l.item
		 WHERE l.document = ?
		 ORDER BY l.place
		 LIMIT ?`), id, longest).Scan(&lines).Error
	if err != nil {
		return o, err
	}
	for _, l := range lines {
		o.Lines = append(o.Lines, l.line(o.Cent))
	}
	if err := b.reserved(db, &o); err != nil {
		return o, err
	}
	return o, b.calls(db, &o)
}

// keep writes an order in the place of what it was; new lines get their ids.
func (b book) keep(tx *gorm.DB, was *order.Order, o *order.Order) error {
	o.Version++
	row := rowOfOrder(*o)
	if was == nil {
		if err := tx.Table(b.table("order")).Create(&row).Error; err != nil {
			return err
		}
	} else {
		done := tx.Table(b.table("order")).Where("id = ? AND version = ?", o.ID, was.Version).Select("*").Updates(&row)
		if done.Error != nil {
			return done.Error
		} else if done.RowsAffected == 0 {
			return conflict("somebody has changed %s meanwhile; look again", o.Number)
		}
	}
	for i := range o.Lines {
		if err := b.keepLine(tx, o, i); err != nil {
			return err
		}
	}
	return b.dropLines(tx, was, *o)
}

func (b book) keepLine(tx *gorm.DB, o *order.Order, i int) (err error) {
	l := &o.Lines[i]
	fresh := l.ID == 0
	if fresh {
		if l.ID, err = next(tx, string(b.side)+" line", 1); err != nil {
			return err
		}
	}
	values := b.values(o.ID, *l, o.Firm)
	if fresh {
		values["billed"] = int64(0) // exports alone change it
		err = tx.Table(b.table("line")).Create(values).Error
	} else {
		err = tx.Table(b.table("line")).Where("id = ?", l.ID).Updates(values).Error
	}
	if err != nil || b.side != partner.Purchase {
		return err
	}
	if err := tx.Exec("DELETE FROM purchase_call WHERE line = ?", l.ID).Error; err != nil {
		return err
	}
	for _, c := range l.Calls {
		if err := tx.Create(&callOffRow{l.ID, c.Due, int64(c.Quantity)}).Error; err != nil {
			return err
		}
	}
	return nil
}

// dropLines removes the lines that a quote has no more.
func (b book) dropLines(tx *gorm.DB, was *order.Order, o order.Order) error {
	if was == nil {
		return nil
	}
	for _, l := range was.Lines {
		if _, there := o.Line(l.Place); there {
			continue
		}
		if b.side == partner.Purchase {
			if err := tx.Exec("DELETE FROM purchase_call WHERE line = ?", l.ID).Error; err != nil {
				return err
			}
		}
		if err := tx.Exec(b.sql("DELETE FROM {}_line WHERE id = ?"), l.ID).Error; err != nil {
			return err
		}
	}
	return nil
}

// orderItems reads what orders know of items.
func orderItems(db *gorm.DB, where string, args ...any) (map[string]order.Item, error) {
	var rows []struct {
		ID        int64   `gorm:"column:id"`
		Number    string  `gorm:"column:number"`
		Folded    string  `gorm:"column:folded"`
		Name      string  `gorm:"column:name"`
		Unit      string  `gorm:"column:unit"`
		Tracking  string  `gorm:"column:tracking"`
		Kind      string  `gorm:"column:kind"`
		ShelfDays int64   `gorm:"column:shelf_days"`
		Retired   bool    `gorm:"column:retired"`
		Other     *string `gorm:"column:other"`
		Num       *int64  `gorm:"column:num"`
		Den       *int64  `gorm:"column:den"`
	}
	err := db.Raw(fmt.Sprintf(`
		SELECT i.id, i.number, i.folded, i.name, i.unit, i.tracking, i.kind, i.shelf_days, i.retired, u.unit AS other, u.num, u.den
		  FROM item AS i
		  LEFT JOIN item_unit AS u ON u.item = i.id
		 WHERE i.%s
		 ORDER BY i.id
		 LIMIT %d`, where, longest), args...).Scan(&rows).Error
	all := map[string]order.Item{}
	for _, r := range rows {
		i, known := all[r.Folded]
		if !known {
			i = order.Item{
				ID: r.ID, Number: r.Number, Name: r.Name, Retired: r.Retired, Unit: r.Unit, Units: map[string]partner.Factor{r.Unit: partner.Unity()},
				Stock: order.Stocked{Unit: r.Unit, Tracking: r.Tracking, Service: r.Kind == "service", Days: int(r.ShelfDays)},
			}
		}
		if r.Other != nil && r.Num != nil && r.Den != nil {
			i.Units[*r.Other] = partner.Factor{Num: *r.Num, Den: *r.Den}
		}
		all[r.Folded] = i
	}
	return all, err
}
