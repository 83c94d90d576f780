// Package work is how programs keep work orders, and report what was made, in the words of the API.
package work

import (
	"context"
	"strconv"
	"strings"
	"time"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tool"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Book     workorder.Book // nil means that no work orders are kept
	Accounts workorder.Accounts
	Scrap    workorder.Scrap
	Items    item.Catalogue
	Tools    tool.Book
	Exchange workorder.Exchange
	Pegs     workorder.Pegs
	Importer register.Importer // of schedules
	Zone     func() *time.Location
	Now      func() time.Time
	By       func(ctx context.Context) plant.Person
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	b.Quantities()
	operation.Get(b, access.Read, "/api/v1/work", "List work orders", d.list)
	operation.Get(b, access.Read, "/api/v1/work/progress", "Tell what is in work", d.progress)
	operation.Get(b, access.Read, "/api/v1/work/shortages", "Tell what work orders are short of", d.shortages)
	d.mountExchange(b)
	operation.Get(b, access.Read, "/api/v1/work/{order}", "Get a work order", d.one)
	operation.Create(b, access.WritePlan, "/api/v1/work", "Add a work order", d.add)
	operation.Post(b, access.WritePlan, "/api/v1/work/batch", "Add many work orders", d.batch)
	operation.Post(b, access.WritePlan, "/api/v1/work/{order}/change", "Change a work order", d.change)
	operation.Post(b, access.WritePlan, "/api/v1/work/{order}/steps/{step}", "Take a work order on", d.step)
	operation.Post(b, access.WritePlan, "/api/v1/work/{order}/split", "Split a work order", d.split)
	operation.Post(b, access.WritePlan, "/api/v1/work/{order}/merge", "Merge two work orders", d.merge)
	operation.Post(b, access.WritePlan, "/api/v1/work/{order}/amend", "Copy bill and routing anew", d.amend)
	operation.Get(b, access.Read, "/api/v1/work/{order}/substitutes", "List what may be taken in components' places", d.substitutes)
	operation.Post(b, access.WritePlan, "/api/v1/work/{order}/swap", "Take another item in a component's place", d.swap)
	operation.Post(b, access.WriteStock, "/api/v1/work/{order}/reports", "Report on a work order", d.report)
}

// WorkOrder is a work order.
type WorkOrder struct {
	ID        int64          `json:"id"`
	Number    string         `json:"number"`
	Reference string         `json:"reference,omitempty" doc:"By which another system knows it."`
	Item      string         `json:"item" doc:"Its number."`
	Name      string         `json:"name,omitempty"`
	Revision  string         `json:"revision,omitempty"`
	Product   string         `json:"product,omitempty" doc:"The code that lines report for it."`
	Line      string         `json:"line,omitempty"`
	Quantity  plant.Quantity `json:"quantity"`
	Good      plant.Quantity `json:"good"`
	Scrap     plant.Quantity `json:"scrap"`
	Begin     string         `json:"begin" format:"date"`
	Due       string         `json:"due" format:"date"`
	Rank      int64          `json:"rank"`
	Lifecycle string         `json:"lifecycle" enum:"created,firmed,released,started,completed,closed,cancelled"`
	Held      string         `json:"held,omitempty" doc:"Why it is on hold; left out when it is not."`
	Note      string         `json:"note,omitempty"`
	SalesLine int64          `json:"salesLine,omitempty" doc:"The line of a sales order that it is made for, and nothing else."`
	Snapshot  int64          `json:"snapshot" doc:"Number of the copy of bill and routing in force; 0 before the release."`
	Steps     []string       `json:"steps" doc:"What can be done with it now."`
	Version   int64          `json:"version" doc:"Send it with a change: it fails when somebody else was first."`
}

func told(h workorder.Head) WorkOrder {
	o := h.Order
	out := WorkOrder{
		ID: o.ID, Number: o.Number, Reference: o.Reference, Item: h.ItemNumber, Name: h.ItemName, Revision: o.Revision, Product: o.Product, Line: o.Line, Quantity: o.Quantity, Good: o.Good, Scrap: o.Scrap,
		Begin: o.Begin.String(), Due: o.Due.String(), Rank: o.Rank, Lifecycle: string(o.Lifecycle), Held: o.Held, Note: o.Note, SalesLine: o.SalesLine, Snapshot: o.Snapshot, Steps: []string{}, Version: o.Version,
	}
	for _, s := range o.Steps() {
		out.Steps = append(out.Steps, string(s))
	}
	return out
}

// Keyed is a request with its key.
type Keyed struct {
	Key string `header:"Idempotency-Key" maxLength:"100" doc:"The same key again gives the same answer and does nothing twice."`
}

func (d Deps) doing(ctx context.Context, key, why string) workorder.Doing {
	return workorder.Doing{By: d.By(ctx), Why: why, Key: key}
}

// there tells whether work orders are kept.
func (d Deps) there() error {
	if d.Book == nil {
		return errs.New(errs.NotFound, "no work orders are kept here")
	}
	return nil
}

type (
	workListIn struct {
		Open  bool   `query:"open" doc:"Only those that are not completed, closed or cancelled."`
		State string `query:"lifecycle" enum:"created,firmed,released,started,completed,closed,cancelled"`
		Item  string `query:"item" maxLength:"80" doc:"Only of the item of this number."`
		Line  string `query:"line" maxLength:"80"`
		Text  string `query:"q" maxLength:"80" doc:"In number and name."`
		After int64  `query:"after" minimum:"0" doc:"Orders of a higher id."`
		Limit int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	workListOut struct {
		Body struct {
			Orders []WorkOrder `json:"orders"`
			Next   *int64      `json:"next" doc:"Give it as after to get the rest; null when this is all."`
		}
	}
	workOrderOut struct{ Body WorkOrder }
)

func (d Deps) list(ctx context.Context, in *workListIn) (*workListOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	s := workorder.Search{Open: in.Open, State: workorder.Lifecycle(in.State), Line: in.Line, Text: in.Text, After: in.After, Limit: in.Limit + 1}
	if in.Item != "" {
		i, err := d.Items.ByNumber(ctx, in.Item)
		if err != nil {
			return nil, err
		}
		s.Item = i.ID
	}
	all, err := d.Accounts.Orders(ctx, s)
	if err != nil {
		return nil, err
	}
	out := &workListOut{}
	out.Body.Orders = []WorkOrder{}
	for _, h := range all {
		if len(out.Body.Orders) == in.Limit {
			next := out.Body.Orders[in.Limit-1].ID
			out.Body.Next = &next
			break
		}
		out.Body.Orders = append(out.Body.Orders, told(h))
	}
	return out, nil
}

// find finds an order by its id or number.
func (d Deps) find(ctx context.Context, name string) (workorder.Order, error) {
	none := errs.New(errs.NotFound, "there is no work order %s", errs.Clip(name))
	if err := d.there(); err != nil {
		return workorder.Order{}, err
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(name, "WO-"), 10, 64)
	if err != nil {
		return workorder.Order{}, none
	}
	o, err := d.Book.Order(ctx, id)
	if errs.KindOf(err) == errs.NotFound {
		return o, none
	}
	return o, err
}

// head names the item of an order.
func (d Deps) head(ctx context.Context, o workorder.Order) (workorder.Head, error) {
	named, err := d.Items.Named(ctx, []int64{o.Item})
	return workorder.Head{Order: o, ItemNumber: named[o.Item].Number, ItemName: named[o.Item].Name}, err
}

func (d Deps) answer(ctx context.Context, o workorder.Order, err error) (*workOrderOut, error) {
	if err != nil {
		return nil, err
	}
	h, err := d.head(ctx, o)
	if err != nil {
		return nil, err
	}
	return &workOrderOut{told(h)}, nil
}

// WorkWanted is a work order as it is asked for.
type WorkWanted struct {
	Item      string         `json:"item" maxLength:"80" doc:"Number of the item that is to be made."`
	Reference string         `json:"reference,omitempty" maxLength:"80" doc:"By which another system knows the order; of no other one."`
	Revision  string         `json:"revision,omitempty" maxLength:"40"`
	Quantity  plant.Quantity `json:"quantity" doc:"Good, in the item's stock unit."`
	Begin     string         `json:"begin,omitempty" maxLength:"10" doc:"A date; the due date when left out."`
	Due       string         `json:"due" maxLength:"10" doc:"A date like 2026-12-24."`
	Line      string         `json:"line,omitempty" maxLength:"80"`
	Rank      int64          `json:"rank,omitempty"`
	Note      string         `json:"note,omitempty" maxLength:"2000"`
	For       string         `json:"for,omitempty" maxLength:"60" doc:"The line of a sales order that it is made for, and nothing else: SO-000007/1."`
	Firm      bool           `json:"firm,omitempty" doc:"Firmed at once: planning leaves it alone."`
}

// order reads what is asked for.
func (d Deps) order(ctx context.Context, w WorkWanted) (workorder.Order, error) {
	if err := d.there(); err != nil {
		return workorder.Order{}, err
	}
	i, err := d.Items.ByNumber(ctx, w.Item)
	if errs.KindOf(err) == errs.NotFound {
		return workorder.Order{}, &errs.Error{Kind: errs.Invalid, Words: "this cannot be a work order", Fields: []errs.Field{{Path: "item", Message: "There is no item " + errs.Clip(w.Item) + "."}}}
	} else if err != nil {
		return workorder.Order{}, err
	}
	o := workorder.Order{Item: i.ID, Reference: w.Reference, Revision: w.Revision, Quantity: w.Quantity, Line: w.Line, Rank: w.Rank, Note: w.Note, Lifecycle: workorder.Created}
	if w.Firm {
		o.Lifecycle = workorder.Firmed
	}
	if o.Due, err = date("due", w.Due); err != nil {
		return o, err
	}
	if o.Begin, err = date("begin", w.Begin); err != nil {
		return o, err
	}
	o.SalesLine, err = d.sold(ctx, w.For)
	return o, err
}

// date reads a date; "" is none.
func date(field, text string) (plant.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, err := plant.ParseDate(text)
	if err != nil || d <= 0 {
		return 0, &errs.Error{Kind: errs.Invalid, Words: "this is no date", Fields: []errs.Field{{Path: field, Message: "Write a date like 2026-12-24."}}}
	}
	return d, nil
}

type workAddIn struct {
	Keyed
	Body struct {
		WorkWanted
		Why string `json:"why,omitempty" maxLength:"500"`
	}
}

func (d Deps) add(ctx context.Context, in *workAddIn) (*workOrderOut, error) {
	o, err := d.order(ctx, in.Body.WorkWanted)
	if err != nil {
		return nil, err
	}
	o, err = d.Book.Create(ctx, o, d.doing(ctx, in.Key, in.Body.Why))
	return d.answer(ctx, o, err)
}

// when gives a time, else null.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}
