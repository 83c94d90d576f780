// Package promises is how programs ask when orders will be done, which are at risk and why, in the words of the API.
package promises

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/outlook"
	"millwright/internal/mes/execution/promise/wording"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Outlook is what is foretold.
type Outlook interface {
	Forecast() *promise.Forecast
	Dates(ctx context.Context, r promise.Ref) (outlook.Dates, error)
	Fixes(r promise.Ref) (all []promise.Fix, f *promise.Forecast, ok bool)
}

// Deps is what the operations answer from.
type Deps struct {
	Promises Outlook
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	b.Quantities()
	operation.Get(b, access.Read, "/api/v1/risk", "List the orders at risk", d.risk)
	operation.Get(b, access.Read, "/api/v1/promises", "List what is promised", d.list)
	operation.Get(b, access.Read, "/api/v1/promises/dates", "Get the four dates of an order", d.dates)
	operation.Get(b, access.Read, "/api/v1/starvation", "List how long components last", d.starvation)
}

// Promise is what is foretold of an order, a line of an order or a job.
type Promise struct {
	Document string         `json:"document" example:"sales/7" doc:"sales/7 with its line, work/11, or job/J-7."`
	Line     int64          `json:"line" doc:"Of the sales order; 0 otherwise."`
	Number   string         `json:"number" example:"SO-000007/1"`
	For      string         `json:"for,omitempty" doc:"The customer, or what it is for."`
	Product  string         `json:"product,omitempty"`
	Open     plant.Quantity `json:"open" doc:"Still to be delivered, or made, in stock units."`
	Value    plant.Quantity `json:"value" doc:"Of what is open."`
	Due      *time.Time     `json:"due" doc:"The end of the day that it is held to; null for none."`
	Best     *time.Time     `json:"best" doc:"When it is done if no line stops any more; null when nobody can say."`
	Likely   *time.Time     `json:"likely" doc:"When it is done as the lines ran lately; null when nobody can say."`
	Stalled  *time.Time     `json:"stalledSince" doc:"Since when the line stands that it waits for."`
	Late     *float64       `json:"late" doc:"Seconds beyond due; null when it is in time."`
	At       string         `json:"at,omitempty" doc:"The line of the plant that it waits for."`
	Job      string         `json:"job,omitempty" doc:"And the job."`
	Work     []int64        `json:"work" doc:"Work orders that it waits for, the last one first."`
	Why      string         `json:"why,omitempty" example:"Filler down 38 min; Resin short from 14:10"`
	Causes   []Cause        `json:"causes"`
}

// Cause is one reason why it is not done sooner.
type Cause struct {
	Kind  string     `json:"kind" enum:"on hold,line stands,material short,queue,slow,stops,scrap,no shift,on no line,not released,no cycle,not ordered,on its way,not delivered,too long"`
	Line  string     `json:"line,omitempty"`
	Item  string     `json:"item,omitempty" doc:"Its number."`
	Job   string     `json:"job,omitempty"`
	Since *time.Time `json:"since"`
	Until *time.Time `json:"until" doc:"Null when nobody can say."`
}

// Risk is an order at risk, with what would help.
type Risk struct {
	Promise
	Fixes []Fix `json:"fixes" doc:"What would help, those first that make nobody else late. Worked out for those at the head of the list."`
}

// Fix is something that would make an order ready sooner.
type Fix struct {
	Remedy string    `json:"remedy" enum:"first in the queue,on another line,the material at once,without breaks and closed hours,off hold"`
	Line   string    `json:"line,omitempty"`
	Likely time.Time `json:"likely" doc:"When it would be done."`
	InTime bool      `json:"inTime"`
	Hurts  []string  `json:"hurts" doc:"Orders that would be late by it, and are not."`
	Words  string    `json:"words" example:"Next on Filling 1: done 13:00, in time"`
}

// Dates are the four dates of an order.
type Dates struct {
	Document   string     `json:"document"`
	Line       int64      `json:"line"`
	Requested  *time.Time `json:"requested" doc:"The end of the date that was asked for."`
	Baseline   *time.Time `json:"baseline" doc:"The first promise: it never changes."`
	BaselineAt *time.Time `json:"baselineAt" doc:"When that was promised."`
	Best       *time.Time `json:"best"`
	Likely     *time.Time `json:"likely" doc:"The live forecast; null when nobody can say."`
	Actual     *time.Time `json:"actual" doc:"When all of it was delivered, or made."`
	History    []Past     `json:"history" doc:"How the forecast has moved, the newest first."`
}

// Past is a forecast that was.
type Past struct {
	At     time.Time  `json:"at"`
	Best   *time.Time `json:"best"`
	Likely *time.Time `json:"likely"`
	Why    string     `json:"why,omitempty"`
}

// Lack is how long a component of what a line makes lasts.
type Lack struct {
	Line    string         `json:"line"`
	Job     string         `json:"job"`
	Item    string         `json:"item" doc:"Its number."`
	Name    string         `json:"name"`
	There   plant.Quantity `json:"there" doc:"Beside the line where it is kept there, else in the stock."`
	Need    plant.Quantity `json:"need" doc:"What the job still takes."`
	Minutes float64        `json:"minutes" doc:"Of running that it is enough for."`
	Enough  bool           `json:"enough" doc:"For the whole job."`
	Next    *time.Time     `json:"next" doc:"When more comes; null when none is on its way."`
	By      string         `json:"by,omitempty" doc:"What brings it."`
}

type (
	riskIn struct {
		Limit int `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	riskOut struct {
		Body struct {
			At    *time.Time `json:"at" doc:"When it was foretold; null before anything was."`
			Risks []Risk     `json:"risks" doc:"What is worth most times what it is late first."`
			Total int        `json:"total" doc:"How many there are in all."`
		}
	}
	listIn struct {
		Document string `query:"document" maxLength:"80" doc:"Only of this document: sales/7, work/11, job/J-7."`
		Kind     string `query:"kind" enum:"sales,work,job" doc:"Only of these."`
		Skip     int    `query:"skip" minimum:"0" maximum:"1000000"`
		Limit    int    `query:"limit" default:"200" minimum:"1" maximum:"1000"`
	}
	listOut struct {
		Body struct {
			At       *time.Time `json:"at"`
			Promises []Promise  `json:"promises" doc:"Lines of sales orders, then work orders, then jobs that no work order has."`
			Total    int        `json:"total"`
		}
	}
	datesIn struct {
		Document string `query:"document" required:"true" maxLength:"80" example:"sales/7"`
		Line     int64  `query:"line" minimum:"0" doc:"Of the sales order; left out otherwise."`
	}
	datesOut     struct{ Body Dates }
	starvationIn struct {
		Line string `query:"line" maxLength:"80" doc:"Only of this line."`
	}
	starvationOut struct {
		Body struct {
			At         *time.Time `json:"at"`
			Components []Lack     `json:"components" doc:"By line; what is gone first comes first."`
		}
	}
)

// forecast is the newest one.
func (d Deps) forecast() (*promise.Forecast, error) {
	if d.Promises == nil {
		return nil, errs.New(errs.NotFound, "nothing is foretold here")
	}
	if f := d.Promises.Forecast(); f != nil {
		return f, nil
	}
	return promise.Foretell(&promise.Facts{}), nil // a moment after the start
}

func (d Deps) risk(_ context.Context, in *riskIn) (*riskOut, error) {
	f, err := d.forecast()
	if err != nil {
		return nil, err
	}
	all, out := f.Risks(), &riskOut{}
	out.Body.At, out.Body.Total, out.Body.Risks = when(f.At), len(all), []Risk{}
	for i := range all[:min(in.Limit, len(all))] {
		r := Risk{Promise: told(f, &all[i]), Fixes: []Fix{}}
		fixes, of, _ := d.Promises.Fixes(all[i].Ref)
		for _, x := range fixes {
			r.Fixes = append(r.Fixes, fix(of, x))
		}
		out.Body.Risks = append(out.Body.Risks, r)
	}
	return out, nil
}

func (d Deps) list(_ context.Context, in *listIn) (*listOut, error) {
	f, err := d.forecast()
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.At, out.Body.Promises = when(f.At), []Promise{}
	for i := range f.Orders {
		o := &f.Orders[i]
		if in.Document != "" && o.Document != in.Document || in.Kind != "" && kinds()[o.Kind] != in.Kind {
			continue
		}
		if out.Body.Total++; out.Body.Total > in.Skip && len(out.Body.Promises) < in.Limit {
			out.Body.Promises = append(out.Body.Promises, told(f, o))
		}
	}
	return out, nil
}

func kinds() [3]string {
	return [3]string{promise.Sales: "sales", promise.Works: "work", promise.Jobs: "job"}
}

func (d Deps) dates(ctx context.Context, in *datesIn) (*datesOut, error) {
	f, err := d.forecast()
	if err != nil {
		return nil, err
	}
	r := promise.Ref{Document: in.Document, Line: in.Line}
	is, err := d.Promises.Dates(ctx, r)
	if err != nil {
		return nil, err
	}
	if _, open := f.Of(r); !open && is.At.IsZero() {
		return nil, errs.New(errs.NotFound, "nothing was promised of %s, line %d", errs.Clip(in.Document), in.Line)
	}
	out := Dates{
		Document: r.Document, Line: r.Line, Requested: when(is.Requested), Baseline: when(is.Baseline), BaselineAt: when(is.BaselineAt), Best: when(is.Best), Likely: when(is.Likely),
		Actual: when(is.Actual), History: []Past{},
	}
	for _, p := range is.History {
		out.History = append(out.History, Past{At: p.At.UTC(), Best: when(p.Best), Likely: when(p.Likely), Why: p.Causes})
	}
	return &datesOut{out}, nil
}

func (d Deps) starvation(_ context.Context, in *starvationIn) (*starvationOut, error) {
	f, err := d.forecast()
	if err != nil {
		return nil, err
	}
	out := &starvationOut{}
	out.Body.At, out.Body.Components = when(f.At), []Lack{}
	for _, s := range f.Starves {
		if in.Line != "" && string(s.Line) != in.Line {
			continue
		}
		it := f.Item(s.Item)
		out.Body.Components = append(out.Body.Components, Lack{
			Line: string(s.Line), Job: s.Job, Item: it.Number, Name: it.Name, There: s.There, Need: s.Need, Minutes: s.Lasts.Minutes(), Enough: s.Enough, Next: when(s.Next), By: s.By,
		})
	}
	return out, nil
}

func told(f *promise.Forecast, o *promise.Order) Promise {
	out := Promise{
		Document: o.Document, Line: o.Ref.Line, Number: o.Text, For: o.For, Product: o.Product, Open: o.Open, Value: plant.Quantity(o.Value), Due: when(o.Due), Best: when(o.Best),
		Likely: when(o.Likely), Stalled: when(o.Stalled), At: string(o.Line), Job: o.Job, Work: append([]int64{}, o.Works...), Why: wording.Say(f, o.Causes), Causes: []Cause{},
	}
	if o.Late() {
		late := o.Lateness.Seconds()
		out.Late = &late
	}
	for _, c := range o.Causes {
		out.Causes = append(out.Causes, Cause{Kind: string(c.Why), Line: string(c.Line), Item: f.Item(c.Item).Number, Job: c.Job, Since: when(c.Since), Until: when(c.Until)})
	}
	return out
}

func fix(f *promise.Forecast, x promise.Fix) Fix {
	out := Fix{Remedy: string(x.Remedy), Line: string(x.Line), Likely: x.Likely.UTC(), InTime: x.Lateness <= 0, Hurts: []string{}, Words: wording.Fix(f, x)}
	for _, r := range x.Hurts {
		if o, ok := f.Of(r); ok {
			out.Hurts = append(out.Hurts, o.Text)
		}
	}
	return out
}

// when gives a time, else null.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}
