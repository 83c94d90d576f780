package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

type priceRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Side      string `gorm:"column:side"`
	List      string `gorm:"column:list"`
	Partner   int64  `gorm:"column:partner"`
	Item      int64  `gorm:"column:item"`
	Unit      string `gorm:"column:unit"`
	Least     int64  `gorm:"column:least"`
	Amount    int64  `gorm:"column:amount"`
	ValidFrom string `gorm:"column:valid_from"`
	ValidTo   string `gorm:"column:valid_to"`
	Version   int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (priceRow) TableName() string { return "price" }

// labelled is what a reader wants to know beside a price or supply.
type labelled struct {
	ItemNo string `gorm:"column:item_no"`
	No     string `gorm:"column:partner_no"`
	Name   string `gorm:"column:partner_name"`
	Stock  string `gorm:"column:stock_unit"`
	Num    int64  `gorm:"column:num"` // 0 where the item does not say
	Den    int64  `gorm:"column:den"`
}

// factor is what one of a unit is.
func (n labelled) factor(unit string) partner.Factor {
	if n.Den != 0 {
		return partner.Factor{Num: n.Num, Den: n.Den}
	}
	f, _ := order.Between(unit, n.Stock) // it was kept in a unit of the item
	return f
}

// beside joins the words that a reader wants to a price or supply p.
const beside = `
	       i.number AS item_no, COALESCE(o.number, '') AS partner_no, COALESCE(o.name, '') AS partner_name, i.unit AS stock_unit, COALESCE(u.num, 0) AS num, COALESCE(u.den, 0) AS den`

const besideFrom = `
	  JOIN item AS i ON i.id = p.item
	  LEFT JOIN partner AS o ON o.id = p.partner
	  LEFT JOIN item_unit AS u ON u.item = p.item AND u.unit = p.unit`

// mostPrices is how many prices one answer holds.
const mostPrices = 10_000

// Prices gives the prices of an item, a list or a partner.
func (k partners) Prices(ctx context.Context, of partner.Ask) (all []partner.Price, err error) {
	err = k.s.read(ctx, "load prices", func(db *gorm.DB) error {
		all, err = pricesIn(db, of)
		return err
	})
	return all, err
}

func pricesIn(db *gorm.DB, of partner.Ask) ([]partner.Price, error) {
	var rows []struct {
		Price priceRow `gorm:"embedded"`
		Label labelled `gorm:"embedded"`
	}
	err := db.Raw(`
		SELECT p.*,`+beside+`
		  FROM price AS p`+besideFrom+`
		 WHERE (CAST(? AS TEXT) = '' OR p.side = ?) AND (CAST(? AS BIGINT) = 0 OR p.item = ?)
		   AND (CAST(? AS BIGINT) = 0 AND CAST(? AS TEXT) = '' OR p.partner <> 0 AND p.partner = ? OR p.list <> '' AND p.list = ?)
		 ORDER BY i.folded, p.list, p.partner, p.unit, p.least, p.valid_from
		 LIMIT ?`, string(of.Side), string(of.Side), of.Item, of.Item, of.Partner, text(of.List), of.Partner, text(of.List), mostPrices).Scan(&rows).Error
	all := make([]partner.Price, len(rows))
	for i, r := range rows {
		all[i] = r.Price.price(r.Label)
	}
	return all, err
}

func (r priceRow) price(l labelled) partner.Price {
	return partner.Price{
		ID: r.ID, Side: partner.Side(r.Side), List: r.List, Partner: r.Partner, Item: r.Item, Unit: r.Unit, Least: plant.Quantity(r.Least),
		Amount: plant.Money(r.Amount), From: r.ValidFrom, To: r.ValidTo, Version: r.Version,
		Number: l.ItemNo, Name: l.No, Factor: l.factor(r.Unit),
	}
}

// KeepPrice keeps a new price, or one in the place of the version it was read at.
func (k partners) KeepPrice(ctx context.Context, p partner.Price, by plant.Person, why string) (partner.Price, error) {
	p = p.Clean()
	if err := p.Check(); err != nil {
		return p, err
	}
	err := k.s.write(ctx, "keep a price", func(tx *gorm.DB) (err error) {
		if err := k.s.dialect.queue(tx, "prices"); err != nil {
			return err
		}
		if p.Unit, err = k.counted(tx, p.Item, p.Unit); err != nil {
			return err
		}
		told := ""
		if p.ID != 0 {
			was, err := priceIn(tx, p.ID, p.Version)
			if err != nil {
				return err
			}
			told = was.Told()
		}
		fresh := p.ID == 0
		if fresh {
			if p.ID, err = next(tx, "price", 1); err != nil {
				return err
			}
		}
		p.Version++
		row := priceRow{p.ID, string(p.Side), text(p.List), p.Partner, p.Item, p.Unit, int64(p.Least), int64(p.Amount), p.From, p.To, p.Version}
		if fresh {
			err = tx.Create(&row).Error
		} else {
			err = tx.Model(&row).Select("*").Updates(&row).Error
		}
		if duplicate(err) {
			return invalidField("price", "from", "There is a price for that quantity from that day on already: change it instead.")
		} else if err != nil {
			return err
		}
		if p, err = priceIn(tx, p.ID, p.Version); err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: by, What: "price.keep", On: pricedOn(p), Old: told, New: p.Told(), Why: why})
		return err
	})
	return p, err
}

// pricedOn is what a price is a fact of: the partner it is agreed with, or the item.
func pricedOn(p partner.Price) string {
	if p.Partner != 0 {
		return partner.Ref(p.Partner)
	}
	return fmt.Sprintf("item/%d", p.Item)
}

func invalidField(what, path, message string) error {
	return &errs.Error{Kind: errs.Invalid, Words: "this " + what + " cannot be kept", Fields: []errs.Field{{Path: path, Message: message}}}
}

// priceIn finds a price of a version.
func priceIn(tx *gorm.DB, id, version int64) (partner.Price, error) {
	var row struct {
		Price priceRow `gorm:"embedded"`
		Label labelled `gorm:"embedded"`
	}
	found := tx.Raw("SELECT p.*,"+beside+" FROM price AS p"+besideFrom+" WHERE p.id = ?", id).Scan(&row)
	if found.Error != nil {
		return partner.Price{}, found.Error
	}
	p := row.Price.price(row.Label)
	switch {
	case found.RowsAffected == 0:
		return p, errs.New(errs.NotFound, "there is no such price")
	case p.Version != version:
		return p, conflict("somebody has changed this price meanwhile; look again")
	}
	return p, nil
}

// counted gives the unit by which an item is counted, or refuses it.
func (k partners) counted(tx *gorm.DB, item int64, unit string) (string, error) {
	known, err := orderItems(tx, "id = ?", item)
	if err != nil {
		return "", err
	}
	for _, i := range known {
		code, _, ok := i.Counted(unit)
		if !ok {
			return "", invalidField("price", "unit", i.Number+" is not counted in "+errs.Clip(unit)+".")
		}
		return code, nil
	}
	return "", invalidField("price", "item", "There is no such item.")
}

// DropPrice removes a price.
func (k partners) DropPrice(ctx context.Context, id, version int64, by plant.Person) error {
	return k.s.write(ctx, "remove a price", func(tx *gorm.DB) error {
		p, err := priceIn(tx, id, version)
		if err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM price WHERE id = ? AND version = ?", id, version).Error; err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: by, What: "price.remove", On: pricedOn(p), Old: p.Told()})
		return err
	})
}
