// Package past tells programs of the past: how lines stood at a moment and, by package whatif, what it could have been.
package past

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/piece"
	"millwright/internal/web/api/whatif"
	"millwright/internal/web/api/why"
)

// Line is a line as it stood.
type Line struct {
	plant.Line
	oee.Snapshot
	Job   *execution.Job // nil when none owned the line
	Calls []andon.Call   // that were open
}

// Deps is what the answers are made from.
type Deps struct {
	Plant func(ctx context.Context) *plant.Plant // as far as who asks sees it
	Look  func(ctx context.Context, lines []plant.Line, at time.Time) ([]Line, error)
	Now   func() time.Time

	WhatIf whatif.Deps
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/replay", "See lines as they stood", d.replay)
	whatif.Mount(b, d.WhatIf)
}

// Stood is a line as it stood at the moment.
type Stood struct {
	Line         string       `json:"line" example:"filling-1"`
	Category     string       `json:"category" doc:"What the line did." example:"running"`
	State        string       `json:"state" doc:"PackML state of the causing unit."`
	Since        time.Time    `json:"since" doc:"Within its shift."`
	Cause        string       `json:"cause,omitempty" doc:"The work unit behind it."`
	Fault        string       `json:"fault,omitempty"`
	Reason       *why.Meaning `json:"reason,omitempty" doc:"As somebody said, or else as the fault code means."`
	Product      string       `json:"product,omitempty"`
	Order        string       `json:"order,omitempty"`
	Shift        string       `json:"shift,omitempty" doc:"That of the moment, or the last one before it."`
	Date         string       `json:"date,omitempty" doc:"Local date on which it opened."`
	From         time.Time    `json:"from" doc:"The shift's beginning: the figures are from there to the moment."`
	Good         float64      `json:"good"`
	Reject       float64      `json:"reject"`
	Target       *float64     `json:"target" doc:"Pieces an ideal line had made by then; null when no rate is known."`
	OEE          *float64     `json:"oee"`
	Availability *float64     `json:"availability"`
	Performance  *float64     `json:"performance"`
	Quality      *float64     `json:"quality"`
	Open         int          `json:"stopsWithoutReason" doc:"As is known now."`
	Job          *StoodJob    `json:"job" doc:"Whose the line was; null for none."`
	Calls        []StoodCall  `json:"calls" doc:"Calls for help that were open."`
}

// StoodJob is the job of then.
type StoodJob struct {
	ID      string  `json:"id" example:"J-1001"`
	Product string  `json:"product"`
	Status  string  `json:"status"`
	Good    float64 `json:"good" doc:"Booked by then."`
	Scrap   float64 `json:"scrap"`
	Planned float64 `json:"planned"`
}

// StoodCall is a call for help that was open.
type StoodCall struct {
	Kind     string     `json:"kind" example:"maintenance"`
	Unit     string     `json:"unit,omitempty"`
	Raised   time.Time  `json:"raised"`
	Answered *time.Time `json:"answered" doc:"null while nobody came."`
}

type (
	replayIn struct {
		At   time.Time `query:"at" required:"true" doc:"The moment; not after now."`
		Line []string  `query:"line,explode" maxItems:"500" doc:"Only these lines."`
	}
	replayOut struct {
		Body struct {
			At    time.Time `json:"at"`
			Lines []Stood   `json:"lines"`
		}
	}
)

func (d Deps) replay(ctx context.Context, in *replayIn) (*replayOut, error) {
	at := in.At.UTC().Truncate(time.Microsecond)
	if at.After(d.Now()) || at.Year() < 1970 {
		return nil, errs.New(errs.Invalid, "at must be a moment of the past")
	}
	p := d.Plant(ctx)
	lines := p.Lines()
	if len(in.Line) > 0 {
		lines = nil
		for _, id := range in.Line {
			l, ok := p.Line(plant.LineID(id))
			if !ok {
				return nil, errs.New(errs.NotFound, "there is no line %q; GET /api/v1/lines lists them", errs.Clip(id))
			}
			lines = append(lines, l)
		}
	}
	all, err := d.Look(ctx, lines, at)
	if err != nil {
		return nil, err
	}
	out := &replayOut{}
	out.Body.At, out.Body.Lines = at, []Stood{}
	for i := range all {
		out.Body.Lines = append(out.Body.Lines, all[i].told(p))
	}
	return out, nil
}

func (l *Line) told(p *plant.Plant) Stood {
	c := &l.Classic
	s := Stood{
		Line: string(l.ID), Category: l.Now.String(), State: l.State.String(), Since: l.Since.UTC(), Cause: string(l.Cause), Fault: l.Fault,
		Product: l.Product, Order: l.Order, Shift: l.Shift.Name, Date: l.Shift.Date, From: l.Window.From.UTC(), Good: piece.Told(c.Good), Reject: piece.Told(c.Reject),
		OEE: ratio(c.OEE), Availability: ratio(c.Availability), Performance: ratio(c.Performance), Quality: ratio(c.Quality), Open: l.Open, Calls: []StoodCall{},
	}
	if s.Reason = why.Given(p, l.Line, l.Reason); s.Reason == nil {
		s.Reason = why.Of(p, l.Line, l.Cause, l.Fault)
	}
	if l.Target > 0 {
		target := piece.Told(l.Target)
		s.Target = &target
	}
	if j := l.Job; j != nil {
		s.Job = &StoodJob{ID: j.ID, Product: j.Product, Status: string(j.Status), Good: piece.Told(j.Good), Scrap: piece.Told(j.Scrap), Planned: piece.Told(j.Planned)}
	}
	for _, c := range l.Calls {
		one := StoodCall{Kind: string(c.Kind), Unit: string(c.Unit), Raised: c.Raised.At.UTC()}
		if at := c.Answered.At.UTC(); !c.Answered.At.IsZero() {
			one.Answered = &at
		}
		s.Calls = append(s.Calls, one)
	}
	return s
}

func ratio(r oee.Ratio) *float64 {
	if !r.OK {
		return nil
	}
	return &r.Value
}
