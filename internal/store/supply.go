package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

type supplyRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Partner   int64  `gorm:"column:partner"`
	Item      int64  `gorm:"column:item"`
	Number    string `gorm:"column:number"`
	Unit      string `gorm:"column:unit"`
	Price     *int64 `gorm:"column:price"`
	LeadDays  *int64 `gorm:"column:lead_days"`
	Least     int64  `gorm:"column:least"`
	Multiple  int64  `gorm:"column:multiple"`
	Preferred bool   `gorm:"column:preferred"`
	Version   int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (supplyRow) TableName() string { return "supplier_item" }

// Supplies gives what a supplier delivers, or who delivers an item.
func (k partners) Supplies(ctx context.Context, of, item int64) (all []partner.Supply, err error) {
	err = k.s.read(ctx, "load what suppliers deliver", func(db *gorm.DB) error {
		all, err = suppliesIn(db, of, item)
		return err
	})
	return all, err
}

func suppliesIn(db *gorm.DB, of, item int64) ([]partner.Supply, error) {
	var rows []struct {
		Supply supplyRow `gorm:"embedded"`
		Label  labelled  `gorm:"embedded"`
	}
	err := db.Raw(`
		SELECT p.*,`+beside+`
		  FROM supplier_item AS p`+besideFrom+`
		 WHERE (CAST(? AS BIGINT) = 0 OR p.partner = ?) AND (CAST(? AS BIGINT) = 0 OR p.item = ?)
		 ORDER BY i.folded, o.folded
		 LIMIT ?`, of, of, item, item, mostPrices).Scan(&rows).Error
	all := make([]partner.Supply, len(rows))
	for i, r := range rows {
		all[i] = r.Supply.supply()
		all[i].ItemNo, all[i].Supplier, all[i].Name, all[i].Factor = r.Label.ItemNo, r.Label.No, r.Label.Name, r.Label.factor(r.Supply.Unit)
	}
	return all, err
}

func (r supplyRow) supply() partner.Supply {
	s := partner.Supply{
		ID: r.ID, Partner: r.Partner, Item: r.Item, Number: r.Number, Unit: r.Unit, Least: plant.Quantity(r.Least), Multiple: plant.Quantity(r.Multiple),
		Preferred: r.Preferred, Version: r.Version,
	}
	if r.Price != nil {
		m := plant.Money(*r.Price)
		s.Price = &m
	}
	if r.LeadDays != nil {
		d := int(*r.LeadDays)
		s.LeadDays = &d
	}
	return s
}

// KeepSupply keeps what a supplier delivers of an item. The one that is preferred takes the place of another.
func (k partners) KeepSupply(ctx context.Context, n partner.Supply, by plant.Person, why string) (partner.Supply, error) {
	if err := n.Check(); err != nil {
		return n, err
	}
	err := k.s.write(ctx, "keep what a supplier delivers", func(tx *gorm.DB) (err error) {
		for _, room := range []string{"items", "prices"} {
			if err := k.s.dialect.queue(tx, room); err != nil {
				return err
			}
		}
		if n.Unit, err = k.counted(tx, n.Item, n.Unit); err != nil {
			return err
		}
		told := ""
		was, err := suppliesIn(tx, n.Partner, n.Item)
		if err != nil {
			return err
		}
		for _, o := range was {
			if told = o.Told(); o.Version != n.Version {
				return conflict("somebody has changed what %s delivers of %s meanwhile; look again", o.Supplier, o.ItemNo)
			}
			n.ID = o.ID
		}
		if n.Preferred {
			if err := tx.Exec("UPDATE supplier_item SET preferred = ?, version = version + 1 WHERE item = ? AND preferred AND partner <> ?", false, n.Item, n.Partner).Error; err != nil {
				return err
			}
		}
		if err := k.writeSupply(tx, &n); err != nil {
			return err
		}
		is, err := suppliesIn(tx, n.Partner, n.Item)
		if err != nil || len(is) != 1 {
			return fmt.Errorf("read what was kept: %d rows: %w", len(is), err)
		}
		n = is[0]
		if err := k.preferred(tx, n, by, why); err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: by, What: "supply.keep", On: partner.Ref(n.Partner), Old: told, New: n.Told(), Why: why})
		return err
	})
	return n, err
}

func (k partners) writeSupply(tx *gorm.DB, n *partner.Supply) (err error) {
	fresh := n.ID == 0
	if fresh {
		if n.ID, err = next(tx, "supplier item", 1); err != nil {
			return err
		}
	}
	n.Version++
	row := supplyRow{n.ID, n.Partner, n.Item, text(n.Number), n.Unit, (*int64)(n.Price), nil, int64(n.Least), int64(n.Multiple), n.Preferred, n.Version}
	if n.LeadDays != nil {
		d := int64(*n.LeadDays)
		row.LeadDays = &d
	}
	if fresh {
		return tx.Create(&row).Error
	}
	return tx.Model(&row).Select("*").Updates(&row).Error
}
