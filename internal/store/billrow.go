package store

import (
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/plant"
)

type centreRow struct {
	ID          int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Code        string `gorm:"column:code"`
	Folded      string `gorm:"column:folded"`
	Name        string `gorm:"column:name"`
	Place       string `gorm:"column:place"`
	MachineHour int64  `gorm:"column:machine_hour"`
	LabourHour  int64  `gorm:"column:labour_hour"`
	Retired     bool   `gorm:"column:retired"`
	Version     int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (centreRow) TableName() string { return "work_centre" }

func (r centreRow) centre() bill.Centre {
	return bill.Centre{ID: r.ID, Code: r.Code, Name: r.Name, Place: r.Place, Machine: plant.Money(r.MachineHour), Labour: plant.Money(r.LabourHour), Retired: r.Retired, Version: r.Version}
}

func rowOfCentre(c bill.Centre) centreRow {
	return centreRow{c.ID, text(c.Code), foldedNumber(c.Code), text(c.Name), text(c.Place), int64(c.Machine), int64(c.Labour), c.Retired, c.Version}
}

type billRow struct {
	ID         int64   `gorm:"column:id;primaryKey;autoIncrement:false"`
	Item       int64   `gorm:"column:item"`
	Number     int64   `gorm:"column:number"`
	State      string  `gorm:"column:state"`
	Revision   string  `gorm:"column:revision"`
	Batch      int64   `gorm:"column:batch"`
	Note       string  `gorm:"column:note"`
	FromAt     *int64  `gorm:"column:from_at"`
	ObsoleteAt *int64  `gorm:"column:obsolete_at"`
	Version    int64   `gorm:"column:version"`
	MadeID     int64   `gorm:"column:made_id"`
	MadeName   string  `gorm:"column:made_name"`
	MadeKey    *string `gorm:"column:made_key"`
}

// TableName is the row's table.
func (billRow) TableName() string { return "bill" }

func (r billRow) bill() bill.Bill {
	return bill.Bill{
		ID: r.ID, Item: r.Item, Number: r.Number, State: bill.State(r.State), Revision: r.Revision, Batch: plant.Quantity(r.Batch),
		Note: r.Note, From: known(r.FromAt), Obsolete: known(r.ObsoleteAt), Version: r.Version,
	}
}

func rowOfBill(b bill.Bill) billRow {
	return billRow{
		ID: b.ID, Item: b.Item, Number: b.Number, State: string(b.State), Revision: text(b.Revision), Batch: int64(b.Batch),
		Note: text(b.Note), FromAt: maybe(b.From), ObsoleteAt: maybe(b.Obsolete), Version: b.Version,
	}
}

type billLineRow struct {
	Bill      int64  `gorm:"column:bill;primaryKey;autoIncrement:false"`
	Position  int64  `gorm:"column:position;primaryKey;autoIncrement:false"`
	Kind      string `gorm:"column:kind"`
	Item      int64  `gorm:"column:item"`
	Quantity  int64  `gorm:"column:quantity"`
	Unit      string `gorm:"column:unit"`
	Once      int64  `gorm:"column:once"`
	Scrap     int64  `gorm:"column:scrap"`
	Policy    string `gorm:"column:policy"`
	Every     int64  `gorm:"column:every"`
	Operation int64  `gorm:"column:operation"`
	Instead   int64  `gorm:"column:instead"`
	Share     int64  `gorm:"column:share"`
	Note      string `gorm:"column:note"`
	PerNum    int64  `gorm:"column:per_num"`
	PerDen    int64  `gorm:"column:per_den"`
	OnceQ     int64  `gorm:"column:once_q"`
}

// TableName is the row's table.
func (billLineRow) TableName() string { return "bill_line" }

func (r billLineRow) line() bill.Line {
	return bill.Line{
		Position: r.Position, Kind: bill.Kind(r.Kind), Item: r.Item, Quantity: plant.Quantity(r.Quantity), Unit: r.Unit, Once: plant.Quantity(r.Once),
		Scrap: plant.Quantity(r.Scrap), Policy: bill.Policy(r.Policy), Every: plant.Quantity(r.Every), Operation: r.Operation, Instead: r.Instead,
		Share: plant.Quantity(r.Share), Note: r.Note, Per: item.Ratio{Num: r.PerNum, Den: r.PerDen}, OnceOff: plant.Quantity(r.OnceQ),
	}
}

func rowOfLine(id int64, l bill.Line) billLineRow {
	return billLineRow{
		id, l.Position, string(l.Kind), l.Item, int64(l.Quantity), l.Unit, int64(l.Once), int64(l.Scrap), string(l.Policy), int64(l.Every),
		l.Operation, l.Instead, int64(l.Share), text(l.Note), l.Per.Num, max(l.Per.Den, 1), int64(l.OnceOff),
	}
}

type billOperationRow struct {
	Bill       int64  `gorm:"column:bill;primaryKey;autoIncrement:false"`
	Position   int64  `gorm:"column:position;primaryKey;autoIncrement:false"`
	Name       string `gorm:"column:name"`
	WorkCentre int64  `gorm:"column:work_centre"`
	SetupUS    int64  `gorm:"column:setup_us"`
	RunUS      int64  `gorm:"column:run_us"`
	QueueUS    int64  `gorm:"column:queue_us"`
	Crew       int64  `gorm:"column:crew"`
	Note       string `gorm:"column:note"`
	Skill      int64  `gorm:"column:skill"`
	Tool       int64  `gorm:"column:tool"`
	Tools      int64  `gorm:"column:tools"`
	Also       string `gorm:"column:also"`
}

// TableName is the row's table.
func (billOperationRow) TableName() string { return "bill_operation" }

func (r billOperationRow) operation() bill.Operation {
	us := func(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
	return bill.Operation{
		Position: r.Position, Name: r.Name, Centre: r.WorkCentre, Setup: us(r.SetupUS), Run: us(r.RunUS), Queue: us(r.QueueUS), Crew: plant.Quantity(r.Crew), Note: r.Note,
		Skill: r.Skill, Tool: r.Tool, Tools: r.Tools, Also: takesOf(r.Also),
	}
}

func rowOfOperation(id int64, o bill.Operation) billOperationRow {
	return billOperationRow{id, o.Position, text(o.Name), o.Centre, o.Setup.Microseconds(), o.Run.Microseconds(), o.Queue.Microseconds(), int64(o.Crew), text(o.Note), o.Skill, o.Tool, o.Tools, codeOf(o.Also)}
}

// fillBills reads lines and operations of bills, which are in order of their ids.
func fillBills(db *gorm.DB, rows []billRow) ([]bill.Bill, error) {
	all, at := make([]bill.Bill, len(rows)), make(map[int64]*bill.Bill, len(rows))
	ids := make([]int64, len(rows))
	for i, r := range rows {
		all[i], ids[i] = r.bill(), r.ID
		at[r.ID] = &all[i]
	}
	for from := 0; from < len(ids); from += atOnce {
		some := ids[from:min(from+atOnce, len(ids))]
		var lines []billLineRow
		if err := db.Where("bill IN ?", some).Order("bill, position").Find(&lines).Error; err != nil {
			return nil, err
		}
		for _, l := range lines {
			b := at[l.Bill]
			b.Lines = append(b.Lines, l.line())
		}
		var operations []billOperationRow
		if err := db.Where("bill IN ?", some).Order("bill, position").Find(&operations).Error; err != nil {
			return nil, err
		}
		for _, o := range operations {
			b := at[o.Bill]
			b.Operations = append(b.Operations, o.operation())
		}
	}
	return all, nil
}
