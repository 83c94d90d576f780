package plan

import (
	"context"

	"millwright/internal/erp/mrp/desk"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Keyed is a request with its key.
type Keyed struct {
	Key string `header:"Idempotency-Key" maxLength:"100" doc:"The same key again gives the same answer and does nothing twice."`
}

// PlanAccepted is a message that is to be done.
type PlanAccepted struct {
	ID       int64          `json:"id"`
	Version  int64          `json:"version" doc:"As it was seen: it is refused when the plan has changed since."`
	Quantity plant.Quantity `json:"quantity,omitempty" doc:"Another than it asks for."`
	Due      string         `json:"due,omitempty" maxLength:"10" doc:"Another date than it asks for."`
	Release  bool           `json:"release,omitempty" doc:"Of a planned order to make: it is released at once, and not only firmed."`
}

type planAcceptIn struct {
	Keyed
	Body struct {
		Messages []PlanAccepted `json:"messages" minItems:"1" maxItems:"1000"`
		Why      string         `json:"why,omitempty" maxLength:"500"`
	}
}

func (d Deps) accept(ctx context.Context, in *planAcceptIn) (*planResultsOut, error) {
	if _, err := d.standing(ctx); err != nil {
		return nil, err
	}
	return each(in.Body.Messages, func(i int, m PlanAccepted) (PlanResult, error) {
		r := PlanResult{ID: m.ID}
		due, err := date("due", m.Due)
		if err == nil && m.Quantity < 0 {
			err = errs.New(errs.Invalid, "a quantity is not negative")
		}
		if err != nil {
			return r, err
		}
		r.Document, err = d.Decisions.Accept(ctx, desk.Acceptance{ID: m.ID, Version: m.Version, Quantity: m.Quantity, Due: due, Today: d.Today(), Release: m.Release}, d.doing(ctx, rowKey(in.Key, i), in.Body.Why))
		return r, err
	})
}

// PlanIgnored is a message that is to be left alone.
type PlanIgnored struct {
	ID      int64  `json:"id"`
	Version int64  `json:"version"`
	Until   string `json:"until" maxLength:"10" doc:"A date; empty: not any more."`
}

type planIgnoreIn struct {
	Body struct {
		Messages []PlanIgnored `json:"messages" minItems:"1" maxItems:"1000"`
		Why      string        `json:"why,omitempty" maxLength:"500"`
	}
}

func (d Deps) ignore(ctx context.Context, in *planIgnoreIn) (*planResultsOut, error) {
	if _, err := d.standing(ctx); err != nil {
		return nil, err
	}
	return each(in.Body.Messages, func(_ int, m PlanIgnored) (PlanResult, error) {
		r := PlanResult{ID: m.ID}
		until, err := date("until", m.Until)
		if err != nil {
			return r, err
		}
		return r, d.Decisions.Ignore(ctx, desk.Ignoring{ID: m.ID, Version: m.Version, Until: until}, d.doing(ctx, "", in.Body.Why))
	})
}

// PlanForecast is what is expected to be ordered in a time.
type PlanForecast struct {
	Item     string         `json:"item" maxLength:"80"`
	From     string         `json:"from" maxLength:"10" doc:"The first date."`
	To       string         `json:"to" maxLength:"10" doc:"The date after the last one."`
	Quantity plant.Quantity `json:"quantity" doc:"0 takes it away."`
	Note     string         `json:"note,omitempty" maxLength:"500"`
	Version  int64          `json:"version,omitempty" doc:"Of the one that it changes; whichever there is when left out."`
}

type (
	planForecastsIn struct {
		Item string `query:"item" maxLength:"80"`
	}
	planForecastsOut struct {
		Body struct {
			Forecast []PlanForecast `json:"forecast"`
		}
	}
	planForecastIn struct {
		Keyed
		Body struct {
			Forecast []PlanForecast `json:"forecast" minItems:"1" maxItems:"5000"`
			Why      string         `json:"why,omitempty" maxLength:"500"`
		}
	}
)

func (d Deps) forecasts(ctx context.Context, in *planForecastsIn) (*planForecastsOut, error) {
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
	all, err := d.Decisions.Forecasts(ctx, only)
	out := &planForecastsOut{}
	out.Body.Forecast = []PlanForecast{}
	for _, f := range all {
		i, _ := s.Item(f.Item)
		out.Body.Forecast = append(out.Body.Forecast, PlanForecast{i.Number, f.From.String(), f.To.String(), f.Quantity, f.Note, f.Version})
	}
	return out, err
}

func (d Deps) setForecast(ctx context.Context, in *planForecastIn) (*planResultsOut, error) {
	if _, err := d.standing(ctx); err != nil {
		return nil, err
	}
	return each(in.Body.Forecast, func(_ int, f PlanForecast) (PlanResult, error) {
		i, err := d.numbered(ctx, f.Item)
		if err != nil {
			return PlanResult{}, err
		}
		n := desk.Forecast{Item: i.ID, Quantity: f.Quantity, Note: f.Note, Version: f.Version}
		if n.From, err = date("from", f.From); err != nil {
			return PlanResult{}, err
		}
		if n.To, err = date("to", f.To); err != nil {
			return PlanResult{}, err
		}
		n, err = d.Decisions.SetForecast(ctx, n, d.doing(ctx, "", in.Body.Why))
		return PlanResult{ID: n.ID}, err
	})
}

// KanbanLoop is a kanban loop with its cards.
type KanbanLoop struct {
	ID       int64          `json:"id,omitempty" doc:"Left out for a new one."`
	Item     string         `json:"item" maxLength:"80"`
	Supply   string         `json:"supply" enum:"make,buy"`
	Line     string         `json:"line,omitempty" maxLength:"80"`
	Quantity plant.Quantity `json:"quantity" doc:"Of one card."`
	Note     string         `json:"note,omitempty" maxLength:"500"`
	Retired  bool           `json:"retired,omitempty"`
	Version  int64          `json:"version,omitempty"`
	Count    int            `json:"cards" minimum:"1" maximum:"500"`
	Cards    []KanbanCard   `json:"all,omitempty" readOnly:"true"`
}

// KanbanCard is a card of a loop.
type KanbanCard struct {
	Code     string `json:"code"`
	State    string `json:"state" enum:"full,empty,ordered"`
	Document string `json:"document,omitempty"`
}

func loopOf(l desk.Loop) KanbanLoop {
	out := KanbanLoop{ID: l.ID, Item: l.Number, Supply: l.Supply, Line: l.Line, Quantity: l.Quantity, Note: l.Note, Retired: l.Retired, Version: l.Version, Count: len(l.Cards)}
	for _, c := range l.Cards {
		out.Cards = append(out.Cards, KanbanCard{c.Code, string(c.State), c.Document})
	}
	return out
}

type (
	planLoopsOut struct {
		Body struct {
			Loops []KanbanLoop `json:"loops"`
		}
	}
	planLoopIn struct {
		Keyed
		Body KanbanLoop
	}
	planLoopOut struct{ Body KanbanLoop }
	planScanIn  struct {
		Keyed
		Body struct {
			Code string `json:"code" maxLength:"40"`
		}
	}
	planScanOut struct{ Body KanbanCard }
)

func (d Deps) loops(ctx context.Context, _ *struct{}) (*planLoopsOut, error) {
	if _, err := d.standing(ctx); err != nil {
		return nil, err
	}
	all, err := d.Kanban.Loops(ctx)
	out := &planLoopsOut{}
	out.Body.Loops = []KanbanLoop{}
	for _, l := range all {
		out.Body.Loops = append(out.Body.Loops, loopOf(l))
	}
	return out, err
}

func (d Deps) setLoop(ctx context.Context, in *planLoopIn) (*planLoopOut, error) {
	i, err := d.numbered(ctx, in.Body.Item)
	if err != nil {
		return nil, err
	}
	b := in.Body
	l, err := d.Kanban.SetLoop(ctx, desk.Loop{
		ID: b.ID, Item: i.ID, Supply: b.Supply, Line: b.Line, Quantity: b.Quantity, Note: b.Note, Retired: b.Retired, Version: b.Version,
	}, b.Count, d.doing(ctx, in.Key, ""))
	if err != nil {
		return nil, err
	}
	return &planLoopOut{loopOf(l)}, nil
}

func (d Deps) scan(ctx context.Context, in *planScanIn) (*planScanOut, error) {
	if _, err := d.standing(ctx); err != nil {
		return nil, err
	}
	c, err := d.Kanban.ScanCard(ctx, desk.Scanning{Code: in.Body.Code, Today: d.Today()}, d.doing(ctx, in.Key, ""))
	if err != nil {
		return nil, err
	}
	return &planScanOut{KanbanCard{c.Code, string(c.State), c.Document}}, nil
}
