package store

import (
	"cmp"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/erp/workorder/cost"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

type workRow struct {
	ID          int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Number      string `gorm:"column:number"`
	Item        int64  `gorm:"column:item"`
	Revision    string `gorm:"column:revision"`
	Product     string `gorm:"column:product"`
	Line        string `gorm:"column:line"`
	Quantity    int64  `gorm:"column:quantity"`
	Good        int64  `gorm:"column:good"`
	Scrap       int64  `gorm:"column:scrap"`
	Begins      string `gorm:"column:begins"`
	Due         string `gorm:"column:due"`
	Rank        int64  `gorm:"column:rank"`
	Lifecycle   string `gorm:"column:lifecycle"`
	Held        string `gorm:"column:held"`
	Note        string `gorm:"column:note"`
	Parent      int64  `gorm:"column:parent"`
	Snapshot    int64  `gorm:"column:snapshot"`
	Planned     int64  `gorm:"column:planned_cost"`
	Issued      int64  `gorm:"column:issued_value"`
	Booked      int64  `gorm:"column:booked_value"`
	Received    int64  `gorm:"column:received_value"`
	Settled     int64  `gorm:"column:settled"`
	CreatedAt   int64  `gorm:"column:created_at"`
	CreatedName string `gorm:"column:created_name"`
	ClosedAt    *int64 `gorm:"column:closed_at"`
	Version     int64  `gorm:"column:version"`
	Reference   string `gorm:"column:reference"`
	SalesLine   int64  `gorm:"column:sales_line"`
}

// TableName is the row's table.
func (workRow) TableName() string { return "work_order" }

type workComponentRow struct {
	Order     int64  `gorm:"column:work_order;primaryKey;autoIncrement:false"`
	Position  int64  `gorm:"column:position;primaryKey;autoIncrement:false"`
	Item      int64  `gorm:"column:item"`
	Revision  string `gorm:"column:revision"`
	PerNum    int64  `gorm:"column:per_num"`
	PerDen    int64  `gorm:"column:per_den"`
	Once      int64  `gorm:"column:once"`
	Base      int64  `gorm:"column:base"`
	Since     int64  `gorm:"column:since"`
	Operation int64  `gorm:"column:operation"`
	Flow      string `gorm:"column:flow"`
	Place     int64  `gorm:"column:place"`
	Output    bool   `gorm:"column:output"`
	Issued    int64  `gorm:"column:issued"`
	Short     int64  `gorm:"column:short"`
	Cost      int64  `gorm:"column:cost"`
	Value     int64  `gorm:"column:value"`
	Policy    string `gorm:"column:policy"`
	Every     int64  `gorm:"column:every"`
}

// TableName is the row's table.
func (workComponentRow) TableName() string { return "work_component" }

type workOperationRow struct {
	Order       int64  `gorm:"column:work_order;primaryKey;autoIncrement:false"`
	Position    int64  `gorm:"column:position;primaryKey;autoIncrement:false"`
	Name        string `gorm:"column:name"`
	Centre      int64  `gorm:"column:centre"`
	SetUp       int64  `gorm:"column:set_up"`
	Run         int64  `gorm:"column:run"`
	MachineRate int64  `gorm:"column:machine_rate"`
	LabourRate  int64  `gorm:"column:labour_rate"`
	Done        bool   `gorm:"column:done"`
	Good        int64  `gorm:"column:good"`
	Scrap       int64  `gorm:"column:scrap"`
	SetUpIs     int64  `gorm:"column:set_up_is"`
	RunIs       int64  `gorm:"column:run_is"`
	LabourIs    int64  `gorm:"column:labour_is"`
	Machine     int64  `gorm:"column:machine"`
	Labour      int64  `gorm:"column:labour"`
	Energy      int64  `gorm:"column:energy"`
	Crew        int64  `gorm:"column:crew"`
	Skill       int64  `gorm:"column:skill"`
	Tool        int64  `gorm:"column:tool"`
	Tools       int64  `gorm:"column:tools"`
	Also        string `gorm:"column:also"`
}

// TableName is the row's table.
func (workOperationRow) TableName() string { return "work_operation" }

type workSnapshotRow struct {
	Order   int64  `gorm:"column:work_order;primaryKey;autoIncrement:false"`
	Number  int64  `gorm:"column:number;primaryKey;autoIncrement:false"`
	At      int64  `gorm:"column:at"`
	Made    int64  `gorm:"column:made"`
	Bill    int64  `gorm:"column:bill"`
	Content string `gorm:"column:content"`
	ByName  string `gorm:"column:by_name"`
	Why     string `gorm:"column:why"`
}

// TableName is the row's table.
func (workSnapshotRow) TableName() string { return "work_snapshot" }

type workCommandRow struct {
	WhoID   int64  `gorm:"column:who_id;primaryKey;autoIncrement:false"`
	WhoName string `gorm:"column:who_name;primaryKey"`
	Key     string `gorm:"column:key;primaryKey"`
	Asked   string `gorm:"column:asked"`
	Answer  int64  `gorm:"column:answer"`
}

// TableName is the row's table.
func (workCommandRow) TableName() string { return "work_command" }

// dateOf reads a date that we wrote; an empty one is none.
func dateOf(s string) plant.Date {
	d, err := plant.ParseDate(s)
	if err != nil {
		return 0
	}
	return d
}

// dateText writes a date; none is empty.
func dateText(d plant.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func (r workRow) order() workorder.Order {
	return workorder.Order{
		ID: r.ID, Number: r.Number, Reference: r.Reference, Item: r.Item, Revision: r.Revision, Product: r.Product, Line: r.Line, Quantity: plant.Quantity(r.Quantity),
		Good: plant.Quantity(r.Good), Scrap: plant.Quantity(r.Scrap), Begin: dateOf(r.Begins), Due: dateOf(r.Due), Rank: r.Rank,
		Lifecycle: workorder.Lifecycle(r.Lifecycle), Held: r.Held, Note: r.Note, Parent: r.Parent, SalesLine: r.SalesLine, Snapshot: r.Snapshot, Version: r.Version,
		Money: workorder.Money{Planned: plant.Money(r.Planned), Issued: plant.Money(r.Issued), Booked: plant.Money(r.Booked), Received: plant.Money(r.Received), Settled: plant.Money(r.Settled)},
	}
}

// take puts what may change of an order into its row.
func (r *workRow) take(o workorder.Order) {
	r.ID, r.Number, r.Reference, r.Item, r.Revision, r.Product, r.Line = o.ID, o.Number, text(o.Reference), o.Item, text(o.Revision), text(o.Product), text(o.Line)
	r.Quantity, r.Good, r.Scrap, r.Begins, r.Due, r.Rank = int64(o.Quantity), int64(o.Good), int64(o.Scrap), dateText(o.Begin), dateText(o.Due), o.Rank
	r.Lifecycle, r.Held, r.Note, r.Parent, r.Snapshot, r.Version = string(o.Lifecycle), text(o.Held), text(o.Note), o.Parent, o.Snapshot, o.Version
	r.SalesLine = o.SalesLine
	m := o.Money
	r.Planned, r.Issued, r.Booked, r.Received, r.Settled = int64(m.Planned), int64(m.Issued), int64(m.Booked), int64(m.Received), int64(m.Settled)
}

func (r workComponentRow) component() workorder.Component {
	return workorder.Component{
		Position: r.Position, Item: r.Item, Revision: r.Revision, Per: workorder.Ratio{Num: r.PerNum, Den: r.PerDen}, Once: plant.Quantity(r.Once),
		Base: plant.Quantity(r.Base), From: plant.Quantity(r.Since), Operation: r.Operation, Flow: workorder.Flow(r.Flow), Place: r.Place, Output: r.Output,
		Issued: plant.Quantity(r.Issued), Short: plant.Quantity(r.Short), Cost: plant.Money(r.Cost), Value: plant.Money(r.Value), Policy: workorder.Policy(r.Policy), Every: plant.Quantity(r.Every),
	}
}

func rowOfWorkComponent(order int64, c workorder.Component) workComponentRow {
	return workComponentRow{
		order, c.Position, c.Item, text(c.Revision), c.Per.Num, max(c.Per.Den, 1), int64(c.Once), int64(c.Base), int64(c.From), c.Operation, string(c.Flow),
		c.Place, c.Output, int64(c.Issued), int64(c.Short), int64(c.Cost), int64(c.Value), string(cmp.Or(c.Policy, workorder.PerCount)), int64(c.Every),
	}
}

func (r workOperationRow) operation() workorder.Operation {
	return workorder.Operation{
		Position: r.Position, Name: r.Name, Centre: r.Centre, SetUp: plant.Quantity(r.SetUp), Run: plant.Quantity(r.Run), Done: r.Done,
		Good: plant.Quantity(r.Good), Scrap: plant.Quantity(r.Scrap), SetUpIs: plant.Quantity(r.SetUpIs), RunIs: plant.Quantity(r.RunIs), Labour: plant.Quantity(r.LabourIs),
		Rates: cost.Rates{Machine: plant.Money(r.MachineRate), Labour: plant.Money(r.LabourRate)},
		Spent: cost.Part{Machine: plant.Money(r.Machine), Labour: plant.Money(r.Labour), Energy: plant.Money(r.Energy)},
		Crew:  plant.Quantity(r.Crew), Skill: r.Skill, Tool: r.Tool, Tools: r.Tools, Also: takesOf(r.Also),
	}
}

func rowOfWorkOperation(order int64, o workorder.Operation) workOperationRow {
	return workOperationRow{
		order, o.Position, text(o.Name), o.Centre, int64(o.SetUp), int64(o.Run), int64(o.Rates.Machine), int64(o.Rates.Labour), o.Done,
		int64(o.Good), int64(o.Scrap), int64(o.SetUpIs), int64(o.RunIs), int64(o.Labour), int64(o.Spent.Machine), int64(o.Spent.Labour), int64(o.Spent.Energy),
		int64(o.Crew), o.Skill, o.Tool, o.Tools, codeOf(o.Also),
	}
}

// wholeWork reads an order with all that it takes.
func wholeWork(db *gorm.DB, id int64) (o workorder.Order, row workRow, err error) {
	if err := takeOne(db.Where("id = ?", id), &row, "there is no such work order"); err != nil {
		return o, row, err
	}
	o = row.order()
	var components []workComponentRow
	if err := db.Where("work_order = ?", id).Order("position").Find(&components).Error; err != nil {
		return o, row, err
	}
	for _, c := range components {
		o.Components = append(o.Components, c.component())
	}
	var operations []workOperationRow
	err = db.Where("work_order = ?", id).Order("position").Find(&operations).Error
	for _, p := range operations {
		o.Operations = append(o.Operations, p.operation())
	}
	return o, row, err
}

// saveWork writes an order that was read as it was; version has grown by one.
func saveWork(tx *gorm.DB, row workRow, was, o workorder.Order) error {
	row.take(o)
	done := tx.Model(&row).Where("version = ?", was.Version).Select("*").Updates(&row)
	if done.Error != nil {
		return done.Error
	} else if done.RowsAffected == 0 {
		return errs.New(errs.Conflict, "somebody has changed %s meanwhile; look again", o.Number)
	}
	if err := saveComponents(tx, was, o); err != nil {
		return err
	}
	return saveOperations(tx, was, o)
}

func saveComponents(tx *gorm.DB, was, o workorder.Order) error {
	old := map[int64]workorder.Component{}
	for _, c := range was.Components {
		old[c.Position] = c
	}
	for _, c := range o.Components {
		before, is := old[c.Position]
		delete(old, c.Position)
		row := rowOfWorkComponent(o.ID, c)
		var err error
		switch {
		case !is:
			err = tx.Create(&row).Error
		case before != c:
			err = tx.Model(&row).Select("*").Updates(&row).Error
		}
		if err != nil {
			return err
		}
	}
	for position := range old {
		if err := tx.Exec("DELETE FROM work_component WHERE work_order = ? AND position = ?", o.ID, position).Error; err != nil {
			return err
		}
	}
	return nil
}

func saveOperations(tx *gorm.DB, was, o workorder.Order) error {
	old := map[int64]workorder.Operation{}
	for _, p := range was.Operations {
		old[p.Position] = p
	}
	for _, p := range o.Operations {
		before, is := old[p.Position]
		delete(old, p.Position)
		row := rowOfWorkOperation(o.ID, p)
		var err error
		switch {
		case !is:
			err = tx.Create(&row).Error
		case before != p:
			err = tx.Model(&row).Select("*").Updates(&row).Error
		}
		if err != nil {
			return err
		}
	}
	for position := range old {
		if err := tx.Exec("DELETE FROM work_operation WHERE work_order = ? AND position = ?", o.ID, position).Error; err != nil {
			return err
		}
	}
	return nil
}
