package api

import (
	"cmp"
	"context"
	"slices"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/web/api/kpi"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/why"
)

// Segment is one stretch of a line's time with one cause.
type Segment struct {
	From     time.Time    `json:"from"`
	To       time.Time    `json:"to"`
	Category string       `json:"category" example:"breakdown"`
	State    string       `json:"state" doc:"PackML state of the causing unit."`
	Unit     string       `json:"unit,omitempty"`
	Source   []string     `json:"source,omitempty" doc:"The tags of the unit whose samples in this time, and the last of each before it, say so: ask /api/v1/tags/samples."`
	Fault    string       `json:"fault,omitempty"`
	Reason   *why.Meaning `json:"reason,omitempty" doc:"As somebody said, or else as the fault code means."`
	why.Said
	Allowed *float64   `json:"changeoverTarget,omitempty" doc:"Seconds that the changeover may take."`
	SetUp   *why.SetUp `json:"changeover,omitempty" doc:"The changeover that it is part of."`
	Product string     `json:"product,omitempty"`
	Order   string     `json:"order,omitempty" doc:"The job that ran or, where none did, the order that the machine named." example:"J-1001"`
	Shift   string     `json:"shift,omitempty"`
	Date    string     `json:"date,omitempty" doc:"Local date on which the shift opened."`
	Good    Amount     `json:"good"`
	Reject  Amount     `json:"reject"`
	Ideal   float64    `json:"ideal" doc:"Seconds that an ideal line takes for these pieces."`
	Unseen  float64    `json:"unseen,omitempty" doc:"Of ideal: for pieces made while nobody saw the line."`
}

// OEE is a window's classic OEE with the numbers it was made from. What is not known is null.
type OEE struct {
	From         time.Time          `json:"from"`
	To           time.Time          `json:"to"`
	Availability *float64           `json:"availability" doc:"Run time / planned production time."`
	Performance  *float64           `json:"performance" doc:"(Ideal − unseen) / run time; not capped at 1."`
	Quality      *float64           `json:"quality" doc:"Good / all pieces."`
	OEE          *float64           `json:"oee"`
	Low          *float64           `json:"low,omitempty" doc:"With data missing: OEE at least."`
	High         *float64           `json:"high,omitempty" doc:"With data missing: OEE at most."`
	LowA         *float64           `json:"availabilityLow,omitempty" doc:"With data missing: availability at least."`
	HighA        *float64           `json:"availabilityHigh,omitempty"`
	Coverage     *float64           `json:"coverage" doc:"Known part of the scheduled time."`
	Confidence   *kpi.Confidence    `json:"confidence,omitempty" doc:"How far these can be relied on."`
	Planned      float64            `json:"planned" doc:"Planned production time, seconds."`
	Run          float64            `json:"run" doc:"Run time, seconds."`
	Ideal        float64            `json:"ideal" doc:"Ideal time of all pieces, seconds."`
	Unseen       float64            `json:"unseen,omitempty" doc:"Of ideal: for pieces made while nobody saw the line, which are no part of performance."`
	Good         Amount             `json:"good"`
	Reject       Amount             `json:"reject"`
	Seconds      map[string]float64 `json:"seconds" doc:"Of each category; they add up to the window."`
}

type (
	segmentsIn struct {
		Line  string    `query:"line" required:"true" maxLength:"80"`
		From  time.Time `query:"from" required:"true"`
		To    time.Time `query:"to" required:"true"`
		Limit int       `query:"limit" default:"1000" minimum:"1" maximum:"10000"`
	}
	segmentsOut struct {
		Body struct {
			Line     string     `json:"line"`
			Segments []Segment  `json:"segments"`
			Next     *time.Time `json:"next" doc:"Give it as from to get the rest; null when this is all."`
		}
	}
	oeeIn struct {
		Line string    `query:"line" required:"true" maxLength:"80"`
		From time.Time `query:"from" doc:"Leave both out for the running shift."`
		To   time.Time `query:"to"`
	}
	oeeOut struct {
		Body struct {
			Line string `json:"line"`
			OEE
		}
	}
)

func (a *API) mountTimes(b *operation.Book) {
	operation.Get(b, access.Read, "/api/v1/segments", "List segments of a line", a.segments)
	operation.Get(b, access.Read, "/api/v1/oee", "Measure a line", a.oee)
	figures := kpi.Desk{Now: a.Now, Floor: a.figures}
	operation.Get(b, access.Read, "/api/v1/kpi", "Measure lines over periods", figures.Ask)
	operation.Get(b, access.Read, "/api/v1/kpi/lens", "See a time under every definition", figures.Lens)
	operation.Get(b, access.Read, "/api/v1/kpi/segments", "List the segments of a figure", figures.Segments)
}

// figures is what key figures are made from.
func (a *API) figures(ctx context.Context) kpi.Floor {
	f := a.Floor(ctx)
	return kpi.Floor{Plant: f.Plant, Lines: f.Lines, Sums: a.Sums, Layout: f.Layout, Tags: f.Tags, UnitOf: f.UnitOf, Sessions: a.Sessions, Sources: f.behind, Alone: f.Alone}
}

func (a *API) segments(ctx context.Context, in *segmentsIn) (*segmentsOut, error) {
	l, err := a.find(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	if err := between(in.From, in.To); err != nil {
		return nil, err
	}
	f := a.Floor(ctx)
	all, err := f.Lines.Segments(ctx, l.ID, in.From.UTC(), in.To.UTC())
	if err != nil {
		return nil, err
	}
	out := &segmentsOut{}
	out.Body.Line, out.Body.Segments = in.Line, []Segment{}
	setUps := why.SetUps(l, all)
	for i := range all {
		s := &all[i]
		if len(out.Body.Segments) == in.Limit {
			out.Body.Next = when(s.From)
			break
		}
		setUp, target := why.Around(setUps, s.Category, s.From)
		reason, said := why.About(f.Plant, l, s)
		out.Body.Segments = append(out.Body.Segments, Segment{
			From: s.From.UTC(), To: s.To.UTC(), Category: s.Category.String(), State: s.State.String(), Unit: string(s.Unit), Source: f.behind(l, s),
			Fault: s.Fault, Reason: reason, Said: said, Product: s.Product, Order: s.Order, Shift: s.Shift, Date: s.Date,
			Allowed: target, SetUp: setUp, Good: amount(s.Good), Reject: amount(s.Reject), Ideal: seconds(s.Ideal), Unseen: seconds(s.Unseen),
		})
	}
	return out, nil
}

// behind are the tags that a segment rests on: of the unit that caused it, where none did of the pacer, and of the one
// whose counts are the line's where it has some.
func (f Floor) behind(l plant.Line, s *oee.Segment) []string {
	all := f.Sources(cmp.Or(s.Unit, oee.Pacer(l)))
	if s.Good != 0 || s.Reject != 0 {
		all = slices.Concat(all, slices.DeleteFunc(f.Sources(l.Output), func(t string) bool { return slices.Contains(all, t) }))
	}
	return all
}

// oee measures a window, or the running shift.
func (a *API) oee(ctx context.Context, in *oeeIn) (*oeeOut, error) {
	l, err := a.find(ctx, in.Line)
	if err != nil {
		return nil, err
	}
	out := &oeeOut{}
	out.Body.Line = in.Line
	if in.From.IsZero() && in.To.IsZero() {
		s, ok := a.Floor(ctx).Lines.Snapshot(l.ID)
		if !ok {
			return nil, errs.New(errs.Unavailable, "the ledger of line %s is being derived; try again in a few seconds", l.ID)
		}
		out.Body.OEE = measure(s.Window, s.Classic)
		out.Body.Confidence = a.figures(ctx).Trust(l.ID, s.Window, s.Segments)
		return out, nil
	}
	if err := between(in.From, in.To); err != nil {
		return nil, err
	}
	f := a.figures(ctx)
	window := f.Since(l.ID, plant.Span{From: in.From.UTC(), To: in.To.UTC()})
	all, err := f.Lines.Segments(ctx, l.ID, window.From, window.To)
	if err != nil {
		return nil, err
	}
	out.Body.OEE = measure(window, oee.Measure(window, all))
	out.Body.Confidence = f.Trust(l.ID, window, all)
	return out, nil
}

// measure writes a window's numbers.
func measure(w plant.Span, c oee.Classic) OEE {
	m := OEE{
		From: w.From.UTC(), To: w.To.UTC(), Availability: ratio(c.Availability), Performance: ratio(c.Performance), Quality: ratio(c.Quality), OEE: ratio(c.OEE), Coverage: ratio(c.Coverage),
		Planned: seconds(c.PPT), Run: seconds(c.Run), Ideal: seconds(c.Ideal), Unseen: seconds(c.Unseen), Good: amount(c.Good), Reject: amount(c.Reject), Seconds: map[string]float64{},
	}
	if c.Times[oee.NoData] > 0 {
		m.Low, m.High, m.LowA, m.HighA = ratio(c.OEELow), ratio(c.OEEHigh), ratio(c.AvailabilityLow), ratio(c.AvailabilityHigh)
	}
	for category, d := range c.Times {
		if d != 0 {
			m.Seconds[oee.Category(category).String()] = seconds(d)
		}
	}
	return m
}
