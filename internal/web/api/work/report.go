package work

import (
	"context"
	"time"

	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// WorkIssue is material that goes into an order; below 0, back.
type WorkIssue struct {
	Position int64          `json:"position" doc:"Of the component."`
	Quantity plant.Quantity `json:"quantity"`
	Lot      string         `json:"lot,omitempty" maxLength:"80"`
	Serial   string         `json:"serial,omitempty" maxLength:"80"`
	Place    int64          `json:"place,omitempty" doc:"Id of the place it is taken from; any when left out."`
	Settle   bool           `json:"settle,omitempty" doc:"Take what counts have used and was not there, as far as it is there now; a quantity of 0 is all of it. It can be asked for twice."`
}

// WorkScrap is what was scrapped for a reason.
type WorkScrap struct {
	Reason   string         `json:"reason" example:"rejected at filling-1/capper" doc:"Empty: nobody gave one."`
	Quantity plant.Quantity `json:"quantity"`
}

type workReportIn struct {
	Keyed
	Order string `path:"order" maxLength:"20"`
	Body  struct {
		Operation int64          `json:"operation,omitempty" doc:"Position of the operation; the order as a whole when left out."`
		Done      bool           `json:"done,omitempty" doc:"Nothing more is to be done at the operation."`
		Good      plant.Quantity `json:"good,omitempty" doc:"Below 0: taken back."`
		Scrap     plant.Quantity `json:"scrap,omitempty"`
		Reason    string         `json:"scrapReason,omitempty" maxLength:"80" doc:"Why it was scrapped."`
		SetUp     plant.Quantity `json:"setUp,omitempty" doc:"Minutes."`
		Run       plant.Quantity `json:"run,omitempty" doc:"Minutes."`
		Labour    plant.Quantity `json:"labour,omitempty" doc:"Minutes of people."`
		Energy    plant.Quantity `json:"energy,omitempty" doc:"What the energy has cost."`
		Issues    []WorkIssue    `json:"issues,omitempty" maxItems:"1000" doc:"What was taken by hand. What is not there is refused; what counts use beside it is kept as short."`
		Lot       string         `json:"lot,omitempty" maxLength:"80" doc:"Of the product; the order's number when left out."`
		Serial    string         `json:"serial,omitempty" maxLength:"80"`
		Place     int64          `json:"place,omitempty" doc:"Where the product goes."`
		At        time.Time      `json:"at,omitempty" doc:"When it happened; now when left out."`
		Source    string         `json:"source,omitempty" maxLength:"80" doc:"machine:line/unit; a person when left out."`
		Why       string         `json:"why,omitempty" maxLength:"500"`
	}
}

func (d Deps) report(ctx context.Context, in *workReportIn) (*workOrderOut, error) {
	o, err := d.find(ctx, in.Order)
	if err != nil {
		return nil, err
	}
	b := in.Body
	r := workorder.Report{
		Order: o.ID, Operation: b.Operation, Done: b.Done, Good: b.Good, Scrap: b.Scrap, SetUp: b.SetUp, Run: b.Run, Labour: b.Labour, Energy: plant.Money(b.Energy),
		Lot: b.Lot, Serial: b.Serial, Place: b.Place, At: b.At, Source: b.Source,
	}
	if b.Reason != "" && b.Scrap != 0 {
		r.Scraps = []workorder.Scrapped{{Reason: b.Reason, Quantity: b.Scrap}}
	}
	for _, i := range b.Issues {
		r.Issues = append(r.Issues, workorder.Issue(i))
	}
	o, err = d.Book.Report(ctx, r, d.doing(ctx, in.Key, b.Why))
	return d.answer(ctx, o, err)
}

// WorkInProgress is an order that something is in.
type WorkInProgress struct {
	Number    string `json:"number"`
	Name      string `json:"name"`
	Lifecycle string `json:"lifecycle"`
	Issued    string `json:"issued"`
	Booked    string `json:"booked"`
	Received  string `json:"received"`
	WIP       string `json:"wip"`
	Ties      bool   `json:"ties" doc:"Issued and received are what the stock ledger says."`
}

type workProgressOut struct {
	Body struct {
		Orders []WorkInProgress `json:"orders"`
		WIP    string           `json:"wip" doc:"In all."`
		Ties   bool             `json:"ties"`
	}
}

func (d Deps) progress(ctx context.Context, _ *struct{}) (*workProgressOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	out := &workProgressOut{}
	out.Body.Orders, out.Body.Ties = []WorkInProgress{}, true
	all, _, wip, err := d.Accounts.Progress(ctx, 0, 10_000)
	for _, p := range all {
		out.Body.Ties = out.Body.Ties && p.Ties()
		out.Body.Orders = append(out.Body.Orders, WorkInProgress{p.Number, p.Name, string(p.State), p.Issued.String(), p.Booked.String(), p.Received.String(), p.WIP.String(), p.Ties()})
	}
	out.Body.WIP = wip.String()
	return out, err
}

// WorkShortage is a component that is not issued.
type WorkShortage struct {
	Order    string         `json:"order"`
	Position int64          `json:"position"`
	Name     string         `json:"name"`
	Short    plant.Quantity `json:"short"`
}

type workShortagesOut struct {
	Body struct {
		Shortages []WorkShortage `json:"shortages"`
	}
}

func (d Deps) shortages(ctx context.Context, _ *struct{}) (*workShortagesOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	all, err := d.Accounts.Shortages(ctx, workorder.Shortage{}, 10_000)
	out := &workShortagesOut{}
	out.Body.Shortages = []WorkShortage{}
	for _, s := range all {
		out.Body.Shortages = append(out.Body.Shortages, WorkShortage{s.Number, s.Position, s.Name, s.Short})
	}
	return out, err
}
