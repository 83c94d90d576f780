// Package plan is how programs ask what is planned, decide about it and ask for promises, in the words of the API.
package plan

import (
	"context"
	"errors"
	"strconv"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Desk      *desk.Desk // nil means that nothing is planned
	Decisions desk.Decisions
	Kanban    desk.Kanban
	Items     item.Catalogue
	By        func(ctx context.Context) plant.Person
	Today     func() plant.Date
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	b.Quantities()
	operation.Get(b, access.Read, "/api/v1/plan", "List what planning asks for", d.list)
	operation.Get(b, access.Read, "/api/v1/plan/items/{item}", "Get the plan of an item", d.item)
	operation.Get(b, access.Read, "/api/v1/plan/promise", "Ask when a quantity can be delivered", d.promise)
	operation.Post(b, access.Read, "/api/v1/plan/whatif", "Ask how the plan would differ", d.suppose)
	operation.Post(b, access.Read, "/api/v1/plan/advice", "Reckon lots and safety stocks by formula", d.advise)
	operation.Post(b, access.WritePlan, "/api/v1/plan/accept", "Accept messages of planning", d.accept)
	operation.Post(b, access.WritePlan, "/api/v1/plan/ignore", "Ignore messages of planning", d.ignore)
	operation.Get(b, access.Read, "/api/v1/plan/forecast", "List the forecast", d.forecasts)
	operation.Post(b, access.WritePlan, "/api/v1/plan/forecast", "Set the forecast", d.setForecast)
	operation.Get(b, access.Read, "/api/v1/plan/kanban", "List kanban loops", d.loops)
	operation.Post(b, access.WritePlan, "/api/v1/plan/kanban", "Set a kanban loop", d.setLoop)
	operation.Post(b, access.WriteStock, "/api/v1/plan/kanban/scan", "Scan a kanban card", d.scan)
}

// there tells whether something is planned here, and gives the plan as it stands.
func (d Deps) standing(ctx context.Context) (*desk.Standing, error) {
	if d.Desk == nil {
		return nil, errs.New(errs.NotFound, "nothing is planned here")
	}
	return d.Desk.Standing(ctx)
}

func (d Deps) doing(ctx context.Context, key, why string) desk.Doing {
	return desk.Doing{By: d.By(ctx), Why: why, Key: key}
}

// numbered finds an item by its number.
func (d Deps) numbered(ctx context.Context, number string) (item.Item, error) {
	if d.Desk == nil {
		return item.Item{}, errs.New(errs.NotFound, "nothing is planned here")
	}
	i, err := d.Items.ByNumber(ctx, number)
	if errs.KindOf(err) == errs.NotFound {
		return i, errs.New(errs.NotFound, "there is no item %s", errs.Clip(number))
	}
	return i, err
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

// dated writes a date; none is empty.
func dated(d plant.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// PlanMessage is one thing that a planner is asked to do.
type PlanMessage struct {
	ID       int64          `json:"id"`
	Action   string         `json:"action" enum:"order,make,expedite,defer,cancel,increase,decrease,substitute"`
	Item     string         `json:"item"`
	Name     string         `json:"name"`
	Document string         `json:"document,omitempty" doc:"The order that it is about; left out for a planned order."`
	Line     int64          `json:"line,omitempty"`
	From     string         `json:"from" format:"date" doc:"Of a planned order its release, else when it is due now."`
	To       string         `json:"to" format:"date" doc:"When it is wanted."`
	Was      plant.Quantity `json:"was"`
	Quantity plant.Quantity `json:"quantity"`
	Soon     bool           `json:"soon" doc:"To be done within the next five working days."`
	Reason   string         `json:"reason"`
	Serves   []PlanServed   `json:"serves,omitempty" doc:"What is late when it is."`
	Ignored  string         `json:"ignoredUntil,omitempty" format:"date"`
	Why      string         `json:"why,omitempty"`
	Version  int64          `json:"version"`
}

// PlanServed is a demand that something goes into in the end.
type PlanServed struct {
	Document string         `json:"document"`
	Line     int64          `json:"line,omitempty"`
	Text     string         `json:"text"`
	Date     string         `json:"date" format:"date"`
	Quantity plant.Quantity `json:"quantity"`
}

func told(s *desk.Standing, m desk.Message) PlanMessage {
	i, _ := s.Item(m.Item) // without a name where it is gone
	return PlanMessage{
		ID: m.ID, Action: m.Action, Item: i.Number, Name: i.Name, Document: m.Document, Line: m.Line, From: dated(m.From), To: dated(m.To), Was: m.Was, Quantity: m.Quantity,
		Soon: m.Soon, Reason: m.Reason, Ignored: dated(m.IgnoredUntil), Why: m.Why, Version: m.Version,
	}
}

type (
	planListIn struct {
		Item   string `query:"item" maxLength:"80" doc:"Only of the item of this number."`
		Action string `query:"action" enum:"order,make,expedite,defer,cancel,increase,decrease,substitute"`
		All    bool   `query:"all" doc:"Also what is not to be done soon, and what is ignored."`
		Traces bool   `query:"traces" doc:"Also what each goes into in the end."`
		After  int64  `query:"after" minimum:"0"`
		Limit  int    `query:"limit" default:"200" minimum:"1" maximum:"5000"`
	}
	planListOut struct {
		Body struct {
			Planned  string        `json:"planned" format:"date" doc:"The date that is planned from."`
			Warnings []string      `json:"warnings"`
			Messages []PlanMessage `json:"messages" doc:"By id: what is new stands at the end."`
			Next     *int64        `json:"next" doc:"Give it as after to get the rest; null when this is all."`
		}
	}
)

func (d Deps) list(ctx context.Context, in *planListIn) (*planListOut, error) {
	s, err := d.standing(ctx)
	if err != nil {
		return nil, err
	}
	only := int64(0)
	if in.Item != "" {
		i, err := d.numbered(ctx, in.Item)
		if err != nil {
			return nil, err
		}
		only = i.ID
	}
	kept, err := d.Desk.Messages(ctx)
	if err != nil {
		return nil, err
	}
	out := &planListOut{}
	out.Body.Planned, out.Body.Messages, out.Body.Warnings = s.Calendar.Today().String(), []PlanMessage{}, []string{}
	for _, w := range s.Plan.Warnings {
		out.Body.Warnings = append(out.Body.Warnings, w.Say(s.Plan.Items))
	}
	for _, m := range kept {
		switch {
		case m.ID <= in.After || only != 0 && m.Item != only || in.Action != "" && m.Action != in.Action || !in.All && (!m.Soon || m.IgnoredUntil > s.Calendar.Today()):
			continue
		case len(out.Body.Messages) == in.Limit:
			next := out.Body.Messages[in.Limit-1].ID
			out.Body.Next = &next
			return out, nil
		}
		row := told(s, m)
		if in.Traces {
			row.Serves = served(s.Serves(m))
		}
		out.Body.Messages = append(out.Body.Messages, row)
	}
	return out, nil
}

func served(all []desk.Want) (out []PlanServed) {
	for _, w := range all {
		out = append(out, PlanServed{w.Document, w.Line, w.Text, w.Date.String(), w.Quantity})
	}
	return out
}

// PlanResult is what became of one row.
type PlanResult struct {
	ID       int64        `json:"id,omitempty"`
	Row      int          `json:"row"`
	Document string       `json:"document,omitempty" doc:"That was made or changed."`
	Error    string       `json:"error,omitempty" doc:"Left out when it went well."`
	Fields   []errs.Field `json:"fields,omitempty"`
}

type planResultsOut struct {
	Body struct {
		Done    int          `json:"done"`
		Results []PlanResult `json:"results" doc:"One for each row, in their order. Each row stands for itself."`
	}
}

// each does something for each row; a row that fails says why, and the others go on.
func each[T any](rows []T, do func(i int, row T) (PlanResult, error)) (*planResultsOut, error) {
	out := &planResultsOut{}
	out.Body.Results = []PlanResult{}
	for i, row := range rows {
		r, err := do(i, row)
		r.Row = i
		known := (*errs.Error)(nil)
		switch {
		case errors.As(err, &known):
			r.Error, r.Fields = known.Words, known.Fields
		case err != nil:
			return nil, err
		default:
			out.Body.Done++
		}
		out.Body.Results = append(out.Body.Results, r)
	}
	return out, nil
}

// rowKey is the key of a row of a request.
func rowKey(key string, row int) string {
	if key == "" {
		return ""
	}
	return key + "/" + strconv.Itoa(row)
}

// quantity reads a quantity.
func quantity(field, text string) (plant.Quantity, error) {
	q, err := plant.ParseQuantity(text)
	if err != nil {
		return 0, &errs.Error{Kind: errs.Invalid, Words: "this is no quantity", Fields: []errs.Field{{Path: field, Message: "Write a number like 12 or 9.62."}}}
	}
	return q, nil
}
