package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/workorder"
	"millwright/internal/erp/workorder/cost"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// within is the store in a transaction that has begun: its commands become parts of that one.
func (s *Store) within(tx *gorm.DB) *Store { return &Store{dialect: s.dialect, writer: tx, reader: tx} }

// workContent is what a snapshot keeps.
type workContent struct {
	Components []workorder.Component
	Operations []workorder.Operation
}

// snapshot copies bill and routing into an order, and keeps the copy.
func (k works) snapshot(tx *gorm.DB, o *workorder.Order, by workorder.Doing) error {
	at, err := k.s.at(tx)
	if err != nil {
		return err
	}
	copied, err := k.copyBill(tx, o, at)
	if err != nil {
		return err
	}
	if o.Snapshot == 0 {
		o.Components = copied.components
	} else {
		o.Amend(copied.components)
	}
	o.Operations = workCarried(o.Operations, copied.operations)
	return keepSnapshot(tx, o, copied, at, by)
}

// keepSnapshot counts a copy, reckons what the order is planned to cost by it, and keeps it.
func keepSnapshot(tx *gorm.DB, o *workorder.Order, copied workCopy, at time.Time, by workorder.Doing) error {
	o.Snapshot++
	sheet, err := cost.Of(workSheet(o))
	if err != nil {
		return err
	}
	o.Money.Planned = sheet.Planned.Sum()
	content, err := json.Marshal(workContent{copied.components, copied.operations})
	if err != nil {
		return fmt.Errorf("copy a bill: %w", err)
	}
	return tx.Create(&workSnapshotRow{
		Order: o.ID, Number: o.Snapshot, At: at.UnixMicro(), Made: int64(o.Good + o.Scrap), Bill: copied.bill, Content: string(content), ByName: text(by.By.Name), Why: text(by.Why),
	}).Error
}

// workCarried gives the operations of a new snapshot what was reported at those of the old one. Those that are left out and
// have something reported stay, and are done.
func workCarried(old, fresh []workorder.Operation) []workorder.Operation {
	all := slices.Clone(fresh)
	for _, was := range old {
		i := slices.IndexFunc(all, func(p workorder.Operation) bool { return p.Position == was.Position })
		switch {
		case i >= 0:
			n := &all[i]
			n.Done, n.Good, n.Scrap, n.SetUpIs, n.RunIs, n.Labour, n.Spent = was.Done, was.Good, was.Scrap, was.SetUpIs, was.RunIs, was.Labour, was.Spent
		case was.Good != 0 || was.Scrap != 0 || was.Spent.Sum() != 0:
			was.SetUp, was.Run, was.Done = 0, 0, true
			all = append(all, was)
		}
	}
	slices.SortFunc(all, func(a, b workorder.Operation) int { return int(a.Position - b.Position) })
	return all
}

// workCopy is a bill as an order takes it.
type workCopy struct {
	components []workorder.Component
	operations []workorder.Operation
	bill       int64
}

// copyBill reads the bill that is in force, with what its parts and hours cost.
func (k works) copyBill(tx *gorm.DB, o *workorder.Order, at time.Time) (c workCopy, err error) {
	g, err := k.s.within(tx).Bills().Below(tx.Statement.Context, []int64{o.Item}, at)
	if err != nil {
		return c, err
	}
	s, err := g.Snapshot(o.Item)
	if err != nil {
		return c, err
	}
	c.bill = s.Bill
	place := workPlaces()
	for _, m := range s.Components {
		n := workorder.Component{Position: place(m.Position), Item: m.Item, Per: workorder.Ratio(m.Per), Once: m.Once, Operation: m.Operation, Flow: workorder.Backflush}
		switch m.Policy {
		case bill.ByHand:
			n.Flow = workorder.ByHand
		case bill.PerCycle:
			n.Policy, n.Every = workorder.PerCycle, m.Every
		case bill.AtCompletion:
			n.Policy = workorder.AtCompletion
		case bill.PerCount:
		}
		c.components = append(c.components, n)
	}
	for _, m := range s.Outputs {
		c.components = append(c.components, workorder.Component{Position: place(m.Position), Item: m.Item, Per: workorder.Ratio(m.Per), Flow: workorder.Backflush, Output: true})
	}
	if err := workPriced(tx, c.components); err != nil {
		return c, err
	}
	c.operations, err = workRouted(g, s, o.Quantity)
	return c, err
}

// workPlaces gives components positions of their own: a phantom's parts share that of its line.
func workPlaces() func(int64) int64 {
	taken := map[int64]bool{}
	return func(p int64) int64 {
		for taken[p] || p == 0 {
			p++
		}
		taken[p] = true
		return p
	}
}

// workRouted gives the operations of a snapshot for a quantity, with the rates of their work centres.
func workRouted(g *bill.Graph, s bill.Snapshot, quantity plant.Quantity) (all []workorder.Operation, err error) {
	for i, d := range s.Times(quantity) {
		p := s.Operations[i]
		setUp, run := workMinutes(p.Setup), workMinutes(d-p.Setup)
		centre := g.Centres[p.Centre]
		labour, ok := centre.Labour.Times(int64(p.Crew), int64(plant.One))
		if !ok {
			return nil, errs.New(errs.Invalid, "the crew of operation %d costs more than can be counted", p.Position)
		}
		all = append(all, workorder.Operation{Position: p.Position, Name: p.Name, Centre: p.Centre, SetUp: setUp, Run: run, Rates: cost.Rates{Machine: centre.Machine, Labour: labour}, Crew: p.Crew, Skill: p.Skill, Tool: p.Tool, Tools: p.Tools, Also: p.Also})
	}
	return all, nil
}

// workMinutes is a time in millionths of minutes, rounded to the nearest.
func workMinutes(d time.Duration) plant.Quantity {
	q, _ := plant.Quantity(d).Times(int64(plant.One), int64(time.Minute)) // years fit
	return q
}

// workPriced fills in what components cost now: what their stock is worth, else what the last of it cost, else the standard.
func workPriced(tx *gorm.DB, all []workorder.Component) error {
	for i := range all {
		var v struct {
			Standard int64
			Qty      *int64
			Value    *int64
			LastCost *int64
		}
		err := tx.Raw(`
			SELECT i.standard_cost AS standard, v.qty, v.value, v.last_cost
			  FROM item i
			  LEFT JOIN stock_value v ON v.item = i.id
			 WHERE i.id = ?`, all[i].Item).Scan(&v).Error
		if err != nil {
			return err
		}
		c := plant.Money(v.Standard)
		switch {
		case v.Qty != nil && v.Value != nil && *v.Qty > 0:
			if each, ok := plant.Money(*v.Value).Times(int64(plant.One), *v.Qty); ok {
				c = each
			}
		case v.LastCost != nil && *v.LastCost > 0:
			c = plant.Money(*v.LastCost)
		}
		all[i].Cost = c
	}
	return nil
}

// workSheet is what an order's costs are made from.
func workSheet(o *workorder.Order) cost.Order {
	out := cost.Order{Quantity: o.Quantity, Made: o.Good, Received: o.Money.Received, Settled: o.Money.Settled}
	for i := range o.Components {
		c := &o.Components[i]
		if c.Output {
			continue // its value is received
		}
		out.Materials = append(out.Materials, cost.Material{
			Position: c.Position, Item: c.Item, Needed: c.Needed(o.Quantity), Allowed: c.Used(o.Good), Cost: c.Cost, Issued: c.Issued, Value: c.Value,
		})
	}
	for _, p := range o.Operations {
		out.Works = append(out.Works, cost.Work{
			Position: p.Position, Name: p.Name, Rates: p.Rates, SetUp: p.SetUp, Run: p.Run, SetUpIs: p.SetUpIs, RunIs: p.RunIs, LabourIs: p.Labour,
			Machine: p.Spent.Machine, Labour: p.Spent.Labour, Energy: p.Spent.Energy,
		})
	}
	return out
}
