package store

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

type itemRow struct {
	ID            int64   `gorm:"column:id;primaryKey;autoIncrement:false"`
	Number        string  `gorm:"column:number"`
	Folded        string  `gorm:"column:folded"`
	Name          string  `gorm:"column:name"`
	Kind          string  `gorm:"column:kind"`
	Unit          string  `gorm:"column:unit"`
	Tracking      string  `gorm:"column:tracking"`
	ShelfDays     int64   `gorm:"column:shelf_days"`
	Valuation     string  `gorm:"column:valuation"`
	StandardCost  int64   `gorm:"column:standard_cost"`
	Product       string  `gorm:"column:product"`
	Barcode       string  `gorm:"column:barcode"`
	Phantom       bool    `gorm:"column:phantom"`
	Note          string  `gorm:"column:note"`
	LeadDays      int64   `gorm:"column:lead_days"`
	Safety        int64   `gorm:"column:safety"`
	SafetyDays    int64   `gorm:"column:safety_days"`
	FenceDays     int64   `gorm:"column:fence_days"`
	LotRule       string  `gorm:"column:lot_rule"`
	LotQuantity   int64   `gorm:"column:lot_quantity"`
	LotMin        int64   `gorm:"column:lot_min"`
	LotMax        int64   `gorm:"column:lot_max"`
	LotMultiple   int64   `gorm:"column:lot_multiple"`
	LotDays       int64   `gorm:"column:lot_days"`
	YieldNum      int64   `gorm:"column:yield_num"`
	YieldDen      int64   `gorm:"column:yield_den"`
	ReorderMethod string  `gorm:"column:reorder_method"`
	ReorderPoint  int64   `gorm:"column:reorder_point"`
	Supplier      int64   `gorm:"column:supplier"`
	Alternates    string  `gorm:"column:alternates_taken"`
	Version       int64   `gorm:"column:version"`
	Retired       bool    `gorm:"column:retired"`
	MadeID        int64   `gorm:"column:made_id"`
	MadeName      string  `gorm:"column:made_name"`
	MadeKey       *string `gorm:"column:made_key"`
}

// TableName is the row's table.
func (itemRow) TableName() string { return "item" }

type itemUnitRow struct {
	Item int64  `gorm:"column:item;primaryKey;autoIncrement:false"`
	Unit string `gorm:"column:unit;primaryKey"`
	Num  int64  `gorm:"column:num"`
	Den  int64  `gorm:"column:den"`
}

// TableName is the row's table.
func (itemUnitRow) TableName() string { return "item_unit" }

type itemRevisionRow struct {
	Item     int64  `gorm:"column:item;primaryKey;autoIncrement:false"`
	Revision string `gorm:"column:revision;primaryKey"`
	FromAt   *int64 `gorm:"column:from_at"`
	Note     string `gorm:"column:note"`
}

// TableName is the row's table.
func (itemRevisionRow) TableName() string { return "item_revision" }

type itemAlternateRow struct {
	Item      int64 `gorm:"column:item;primaryKey;autoIncrement:false"`
	Alternate int64 `gorm:"column:alternate;primaryKey;autoIncrement:false"`
	Rank      int64 `gorm:"column:rank"`
	Num       int64 `gorm:"column:num"`
	Den       int64 `gorm:"column:den"`
}

// TableName is the row's table.
func (itemAlternateRow) TableName() string { return "item_alternate" }

func (r itemRow) item() item.Item {
	return item.Item{
		ID: r.ID, Number: r.Number, Name: r.Name, Kind: item.Kind(r.Kind), Unit: r.Unit, Tracking: item.Tracking(r.Tracking),
		ShelfDays: r.ShelfDays, Valuation: item.Valuation(r.Valuation), Standard: plant.Money(r.StandardCost), Product: r.Product,
		Barcode: r.Barcode, Phantom: r.Phantom, Note: r.Note, Retired: r.Retired, Version: r.Version,
		Planning: item.Planning{
			LeadDays: r.LeadDays, Safety: plant.Quantity(r.Safety), SafetyDays: r.SafetyDays, FenceDays: r.FenceDays,
			Rule: item.LotRule(r.LotRule), Lot: plant.Quantity(r.LotQuantity), Min: plant.Quantity(r.LotMin), Max: plant.Quantity(r.LotMax),
			Multiple: plant.Quantity(r.LotMultiple), LotDays: r.LotDays, Yield: item.Ratio{Num: r.YieldNum, Den: r.YieldDen},
			Method: item.Reorder(r.ReorderMethod), Point: plant.Quantity(r.ReorderPoint), Supplier: r.Supplier, Alternates: item.Substitution(r.Alternates),
		},
	}
}

func rowOfItem(i item.Item) itemRow {
	p := i.Planning
	return itemRow{
		ID: i.ID, Number: text(i.Number), Folded: foldedNumber(i.Number), Name: text(i.Name), Kind: string(i.Kind), Unit: i.Unit,
		Tracking: string(i.Tracking), ShelfDays: i.ShelfDays, Valuation: string(i.Valuation), StandardCost: int64(i.Standard),
		Product: text(i.Product), Barcode: text(i.Barcode), Phantom: i.Phantom, Note: text(i.Note),
		LeadDays: p.LeadDays, Safety: int64(p.Safety), SafetyDays: p.SafetyDays, FenceDays: p.FenceDays,
		LotRule: string(p.Rule), LotQuantity: int64(p.Lot), LotMin: int64(p.Min), LotMax: int64(p.Max),
		LotMultiple: int64(p.Multiple), LotDays: p.LotDays, YieldNum: p.Yield.Num, YieldDen: p.Yield.Den,
		ReorderMethod: string(p.Method), ReorderPoint: int64(p.Point), Supplier: p.Supplier, Alternates: string(p.Alternates), Version: i.Version, Retired: i.Retired,
	}
}

// wholeItem reads what hangs on an item.
func wholeItem(db *gorm.DB, row itemRow) (item.Item, error) {
	i := row.item()
	var units []itemUnitRow
	if err := db.Where("item = ?", i.ID).Order("unit").Find(&units).Error; err != nil {
		return i, err
	}
	for _, u := range units {
		i.Units = append(i.Units, item.Unit{Code: u.Unit, Factor: item.Ratio{Num: u.Num, Den: u.Den}})
	}
	var revisions []itemRevisionRow
	if err := db.Where("item = ?", i.ID).Order("revision").Find(&revisions).Error; err != nil {
		return i, err
	}
	for _, r := range revisions {
		i.Revisions = append(i.Revisions, item.Revision{Name: r.Revision, From: known(r.FromAt), Note: r.Note})
	}
	alternates, err := itemAlternates(db, i.ID)
	i.Alternates = alternates
	return i.Ordered(), err
}

func itemAlternates(db *gorm.DB, id int64) (all []item.Alternate, err error) {
	var rows []struct {
		Row    itemAlternateRow `gorm:"embedded"`
		Number string           `gorm:"column:number"`
	}
	err = db.Raw(`
		SELECT a.item, a.alternate, a.rank, a.num, a.den, item.number
		  FROM item_alternate AS a
		  JOIN item ON item.id = a.alternate
		 WHERE a.item = ?
		 ORDER BY a.rank, item.number`, id).Scan(&rows).Error
	for _, r := range rows {
		all = append(all, item.Alternate{Item: r.Row.Alternate, Number: r.Number, Rank: r.Row.Rank, Factor: item.Ratio{Num: r.Row.Num, Den: r.Row.Den}})
	}
	return all, err
}

// write keeps the rows of an item that has its id.
func (w *itemWriting) write(i, was item.Item) error {
	row := rowOfItem(i)
	if was.ID == 0 {
		row.MadeID, row.MadeName = w.c.By.ID, text(w.c.By.Name)
		if w.c.Key != "" {
			key := text(w.c.Key)
			row.MadeKey = &key
		}
		if err := w.tx.Create(&row).Error; err != nil {
			return err
		}
	} else {
		done := w.tx.Model(&row).Where("version = ?", was.Version).Select("*").Omit("id", "made_id", "made_name", "made_key").Updates(&row)
		if done.Error != nil {
			return done.Error
		} else if done.RowsAffected == 0 {
			return conflict("item %s was changed by somebody else meanwhile; look again", i.Number)
		}
	}
	return w.hang(i, was)
}

// hang keeps what hangs on an item in the place of what did.
func (w *itemWriting) hang(i, was item.Item) error {
	if fmt.Sprint(i.Units) != fmt.Sprint(was.Units) {
		rows := make([]itemUnitRow, len(i.Units))
		for n, u := range i.Units {
			rows[n] = itemUnitRow{i.ID, u.Code, u.Factor.Num, u.Factor.Den}
		}
		if err := replaceOf(w.tx, i.ID, rows); err != nil {
			return err
		}
	}
	if fmt.Sprint(i.Revisions) != fmt.Sprint(was.Revisions) {
		rows := make([]itemRevisionRow, len(i.Revisions))
		for n, r := range i.Revisions {
			rows[n] = itemRevisionRow{i.ID, text(r.Name), maybe(r.From), text(r.Note)}
		}
		if err := replaceOf(w.tx, i.ID, rows); err != nil {
			return err
		}
	}
	rows := make([]itemAlternateRow, len(i.Alternates))
	for n, a := range i.Alternates {
		rows[n] = itemAlternateRow{i.ID, a.Item, a.Rank, a.Factor.Num, a.Factor.Den}
	}
	if len(i.Alternates)+len(was.Alternates) == 0 {
		return nil
	}
	return replaceOf(w.tx, i.ID, rows)
}

// replaceOf keeps rows in the place of all that an item has in their table.
func replaceOf[T any](tx *gorm.DB, id int64, rows []T) error {
	var row T
	if err := tx.Where("item = ?", id).Delete(&row).Error; err != nil || len(rows) == 0 {
		return err
	}
	return tx.Create(&rows).Error
}

// alternates finds the items that are named as alternates, by id or by number.
func (w *itemWriting) alternates(i item.Item) (item.Item, error) {
	if len(i.Alternates) == 0 {
		return i, nil
	}
	ids, numbers := make([]int64, len(i.Alternates)), make([]string, len(i.Alternates))
	for n, a := range i.Alternates {
		ids[n], numbers[n] = a.Item, foldedNumber(a.Number)
	}
	var rows []itemRow
	if err := w.tx.Where("id IN ? OR folded IN ?", ids, numbers).Find(&rows).Error; err != nil {
		return i, err
	}
	var wrong []errs.Field
	for n := range i.Alternates {
		a := &i.Alternates[n]
		at := slices.IndexFunc(rows, func(r itemRow) bool {
			return r.ID == a.Item || a.Item == 0 && r.Folded == foldedNumber(a.Number)
		})
		if at < 0 {
			wrong = append(wrong, errs.Field{Path: "alternates", Message: fmt.Sprintf("there is no item %s that this one could be replaced by", cmp.Or(errs.Clip(a.Number), fmt.Sprint(a.Item)))})
			continue
		}
		a.Item, a.Number = rows[at].ID, rows[at].Number
	}
	if len(wrong) > 0 {
		return i, &errs.Error{Kind: errs.Invalid, Words: "item " + errs.Clip(i.Number) + " cannot be kept: mend what is wrong with it", Fields: wrong}
	}
	return i.Ordered(), nil
}
