package work

import (
	"context"
	"errors"
	"time"

	"millwright/internal/erp/workorder"
	"millwright/internal/erp/workorder/cost"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// wrong gives what is wrong in words and by field.
func wrong(err error) (string, []errs.Field) {
	known := (*errs.Error)(nil)
	if errors.As(err, &known) {
		return known.Words, known.Fields
	}
	return err.Error(), nil
}

// WorkComponent is a part that an order takes.
type WorkComponent struct {
	Position  int64          `json:"position"`
	Item      string         `json:"item"`
	Name      string         `json:"name"`
	Needed    plant.Quantity `json:"needed" doc:"For the whole order."`
	Issued    plant.Quantity `json:"issued"`
	Short     plant.Quantity `json:"short" doc:"Used by counts, and not issued yet."`
	Flow      string         `json:"flow" enum:"backflush,by hand"`
	Output    bool           `json:"output,omitempty" doc:"It comes out, and is not taken."`
	Operation int64          `json:"operation,omitempty"`
}

// WorkOperation is a step of an order's routing. Times are minutes.
type WorkOperation struct {
	Position int64          `json:"position"`
	Name     string         `json:"name"`
	SetUp    plant.Quantity `json:"setUp" doc:"Planned, in minutes."`
	Run      plant.Quantity `json:"run"`
	SetUpIs  plant.Quantity `json:"setUpIs" doc:"Booked, in minutes."`
	RunIs    plant.Quantity `json:"runIs"`
	Labour   plant.Quantity `json:"labour"`
	Good     plant.Quantity `json:"good"`
	Scrap    plant.Quantity `json:"scrap"`
	Done     bool           `json:"done"`
	Crew     plant.Quantity `json:"crew" doc:"People at it."`
	Skill    string         `json:"skill,omitempty" doc:"That they need."`
	Tool     string         `json:"tool,omitempty" doc:"The number of the tool that it takes."`
	Tools    int64          `json:"tools,omitempty" doc:"How many of it."`
	Also     string         `json:"also,omitempty" example:"GAUGE-1; 2 × DIE-L; Welding" doc:"What it takes besides."`
}

// WorkCosts is what an order costs.
type WorkCosts struct {
	Planned   WorkPart       `json:"planned" doc:"For the planned quantity, with the costs at the release."`
	Allowed   WorkPart       `json:"allowed" doc:"For what was made."`
	Actual    WorkPart       `json:"actual"`
	Received  string         `json:"received"`
	WIP       string         `json:"wip" doc:"What is in the order."`
	Variances []WorkVariance `json:"variances" doc:"They add up to actual less received."`
}

// WorkPart is one sort of costs by kind. Amounts are decimals in text.
type WorkPart struct {
	Material string `json:"material"`
	Machine  string `json:"machine"`
	Labour   string `json:"labour"`
	Energy   string `json:"energy"`
	Sum      string `json:"sum"`
}

// WorkVariance is how much more was spent for one cause.
type WorkVariance struct {
	Cause  string `json:"cause"`
	Amount string `json:"amount"`
}

func partOf(p cost.Part) WorkPart {
	return WorkPart{p.Material.String(), p.Machine.String(), p.Labour.String(), p.Energy.String(), p.Sum().String()}
}

func costsOf(s cost.Sheet) WorkCosts {
	c := WorkCosts{Planned: partOf(s.Planned), Allowed: partOf(s.Allowed), Actual: partOf(s.Actual), Received: s.Received.String(), WIP: s.WIP.String(), Variances: []WorkVariance{}}
	for _, v := range s.Variances {
		c.Variances = append(c.Variances, WorkVariance{string(v.Cause), v.Amount.String()})
	}
	return c
}

// WorkEntry is one report.
type WorkEntry struct {
	At        *time.Time     `json:"at"`
	By        string         `json:"by"`
	Source    string         `json:"source,omitempty"`
	Operation int64          `json:"operation,omitempty"`
	Good      plant.Quantity `json:"good"`
	Scrap     plant.Quantity `json:"scrap"`
	First     int64          `json:"firstMove,omitempty" doc:"Of the stock ledger."`
	Last      int64          `json:"lastMove,omitempty"`
}

type (
	workOneIn struct {
		Order string `path:"order" maxLength:"20" doc:"Its id or number."`
	}
	workOneOut struct {
		Body struct {
			WorkOrder
			Readiness  string          `json:"readiness" enum:"ready,partly,short," doc:"Whether the material of what is left is there; empty when nothing is needed."`
			Can        plant.Quantity  `json:"can" doc:"How much of what is left the material is enough for."`
			Between    plant.Quantity  `json:"between" doc:"Begun, and neither good at the last operation nor scrapped."`
			Components []WorkComponent `json:"components"`
			Operations []WorkOperation `json:"operations"`
			Costs      WorkCosts       `json:"costs"`
			Scraps     []WorkScrap     `json:"scraps" doc:"Why pieces were scrapped, the most first."`
			Journal    []WorkEntry     `json:"journal" doc:"The newest first."`
		}
	}
)

func (d Deps) one(ctx context.Context, in *workOneIn) (*workOneOut, error) {
	o, err := d.find(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	ids := []int64{o.Item}
	for _, c := range o.Components {
		ids = append(ids, c.Item)
	}
	named, err := d.Items.Named(ctx, ids)
	if err != nil {
		return nil, err
	}
	free, err := d.Accounts.Free(ctx, ids[1:])
	if err != nil {
		return nil, err
	}
	sheet, err := d.Accounts.Sheet(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	journal, err := d.Accounts.Journal(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	kit, err := d.Tools.Kit(ctx)
	if err != nil {
		return nil, err
	}
	scraps, err := d.Scrap.Scrapped(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	out := &workOneOut{}
	b := &out.Body
	b.WorkOrder = told(workorder.Head{Order: o, ItemNumber: named[o.Item].Number, ItemName: named[o.Item].Name})
	ready, can, _ := workorder.Material(&o, free)
	b.Readiness, b.Can, b.Costs = string(ready), can, costsOf(sheet)
	_, b.Between = workorder.Made(o.Operations)
	b.Components, b.Operations, b.Journal = []WorkComponent{}, []WorkOperation{}, []WorkEntry{}
	for i := range o.Components {
		c := &o.Components[i]
		b.Components = append(b.Components, WorkComponent{
			c.Position, named[c.Item].Number, named[c.Item].Name, c.Needed(o.Good + o.Scrap + o.Left()), c.Issued, c.Short, string(c.Flow), c.Output, c.Operation,
		})
	}
	for _, p := range o.Operations {
		b.Operations = append(b.Operations, WorkOperation{p.Position, p.Name, p.SetUp, p.Run, p.SetUpIs, p.RunIs, p.Labour, p.Good, p.Scrap, p.Done, p.Crew, kit.Skills[p.Skill], kit.Tools[p.Tool].Number, p.Tools, kit.Write(p.Also)})
	}
	b.Scraps = []WorkScrap{}
	for _, s := range scraps {
		b.Scraps = append(b.Scraps, WorkScrap(s))
	}
	for _, e := range journal {
		b.Journal = append(b.Journal, WorkEntry{when(e.At), e.By, e.Source, e.Operation, e.Good, e.Scrap, e.First, e.Last})
	}
	return out, nil
}

type workChangeIn struct {
	Keyed
	Order string `path:"order" maxLength:"20"`
	Body  struct {
		Version  int64           `json:"version"`
		Quantity *plant.Quantity `json:"quantity,omitempty"`
		Begin    *string         `json:"begin,omitempty" maxLength:"10"`
		Due      *string         `json:"due,omitempty" maxLength:"10"`
		Rank     *int64          `json:"rank,omitempty"`
		Line     *string         `json:"line,omitempty" maxLength:"80"`
		Note     *string         `json:"note,omitempty" maxLength:"2000"`
		For      *string         `json:"for,omitempty" maxLength:"60" doc:"The line of a sales order that it is made for; \"\" for none."`
		Why      string          `json:"why,omitempty" maxLength:"500"`
	}
}

func (d Deps) change(ctx context.Context, in *workChangeIn) (*workOrderOut, error) {
	o, err := d.find(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	b := in.Body
	o.Version = b.Version
	if b.Quantity != nil {
		o.Quantity = *b.Quantity
	}
	for field, text := range map[string]*string{"begin": b.Begin, "due": b.Due} {
		if text == nil {
			continue
		}
		day, err := date(field, *text)
		if err != nil {
			return nil, err
		}
		if field == "begin" {
			o.Begin = day
		} else {
			o.Due = day
		}
	}
	if b.Rank != nil {
		o.Rank = *b.Rank
	}
	if b.Line != nil {
		o.Line = *b.Line
	}
	if b.Note != nil {
		o.Note = *b.Note
	}
	if b.For != nil {
		if o.SalesLine, err = d.sold(ctx, *b.For); err != nil {
			return nil, err
		}
	}
	o, err = d.Book.Change(ctx, o, d.doing(ctx, in.Key, b.Why))
	return d.answer(ctx, o, err)
}

type workStepIn struct {
	Keyed
	Order string `path:"order" maxLength:"20"`
	Step  string `path:"step" enum:"firm,release,start,complete,reopen,close,cancel,hold,resume"`
	Body  struct {
		Version int64  `json:"version"`
		Why     string `json:"why,omitempty" maxLength:"500" doc:"Asked for by hold and cancel."`
	}
}

func (d Deps) step(ctx context.Context, in *workStepIn) (*workOrderOut, error) {
	o, err := d.find(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	o, err = d.Book.Step(ctx, workorder.Stepping{ID: o.ID, Version: in.Body.Version, Step: workorder.Step(in.Step)}, d.doing(ctx, in.Key, in.Body.Why))
	return d.answer(ctx, o, err)
}

type workSplitIn struct {
	Keyed
	Order string `path:"order" maxLength:"20"`
	Body  struct {
		Version  int64          `json:"version"`
		Quantity plant.Quantity `json:"quantity" doc:"That goes into an order of its own."`
		Why      string         `json:"why,omitempty" maxLength:"500"`
	}
}

func (d Deps) split(ctx context.Context, in *workSplitIn) (*workOrderOut, error) {
	o, err := d.find(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	if in.Body.Quantity <= 0 {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "this cannot be split off", Fields: []errs.Field{{Path: "quantity", Message: "Give a quantity greater than 0."}}}
	}
	o, err = d.Book.Divide(ctx, workorder.Division{ID: o.ID, Version: in.Body.Version, Quantity: in.Body.Quantity}, d.doing(ctx, in.Key, in.Body.Why))
	return d.answer(ctx, o, err)
}

type workAmendIn struct {
	Keyed
	Order string `path:"order" maxLength:"20"`
	Body  struct {
		Version int64  `json:"version"`
		Why     string `json:"why,omitempty" maxLength:"500"`
	}
}

func (d Deps) amend(ctx context.Context, in *workAmendIn) (*workOrderOut, error) {
	o, err := d.find(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	o, err = d.Book.Amend(ctx, o.ID, in.Body.Version, d.doing(ctx, in.Key, in.Body.Why))
	return d.answer(ctx, o, err)
}
