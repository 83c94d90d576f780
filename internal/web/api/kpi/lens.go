package kpi

import (
	"context"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/kpi/lens"
	"millwright/internal/plant"
)

// LensIn asks for a line's time under every definition.
type LensIn struct {
	Line    string    `query:"line" required:"true" maxLength:"80"`
	From    time.Time `query:"from" doc:"Leave both out for the running shift."`
	To      time.Time `query:"to"`
	Against string    `query:"against" default:"classic" maxLength:"40" doc:"The definition from which the others differ."`
}

// LensOut is that.
type LensOut struct {
	Body struct {
		Line        string     `json:"line"`
		From        time.Time  `json:"from"`
		To          time.Time  `json:"to"`
		Definitions []LensView `json:"definitions"`
	}
}

// LensView is a time as one definition sees it.
type LensView struct {
	ID           string     `json:"id" example:"classic"`
	Name         string     `json:"name"`
	Says         string     `json:"says" doc:"What is particular about it."`
	Availability *float64   `json:"availability"`
	Performance  *float64   `json:"performance"`
	Quality      *float64   `json:"quality"`
	OEE          *float64   `json:"oee"`
	Low          *float64   `json:"low,omitempty" doc:"With data missing: OEE at least."`
	High         *float64   `json:"high,omitempty" doc:"With data missing: OEE at most."`
	Measured     float64    `json:"measuredSeconds" doc:"What availability is measured by."`
	Run          float64    `json:"runSeconds" doc:"What performance is measured by."`
	Lost         float64    `json:"lostSeconds"`
	Outside      float64    `json:"notMeasuredSeconds"`
	Unknown      float64    `json:"unknownSeconds"`
	Moved        float64    `json:"movedSeconds" doc:"Time that it takes for something else than the one it is compared with."`
	Moves        []LensMove `json:"moves"`
}

// LensMove is time of a category that two definitions take for different things.
type LensMove struct {
	Category string     `json:"category"`
	From     string     `json:"from" doc:"What the one it is compared with takes it for." example:"lost"`
	To       string     `json:"to" doc:"What it takes it for." example:"not measured"`
	Seconds  float64    `json:"seconds"`
	Spans    []LensSpan `json:"spans"`
}

// LensSpan is a stretch of time.
type LensSpan struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Lens shows a line's time under every definition.
func (d Desk) Lens(ctx context.Context, in *LensIn) (*LensOut, error) {
	f := d.Floor(ctx)
	l, ok := f.Plant.Line(plant.LineID(in.Line))
	if !ok {
		return nil, errs.New(errs.NotFound, "there is no line %q; GET /api/v1/lines lists them", clip(in.Line))
	}
	window, segments, err := f.looked(ctx, l.ID, in)
	if err != nil {
		return nil, err
	}
	var against *lens.Definition
	all := lens.Definitions()
	for i := range all {
		if all[i].ID == in.Against {
			against = &all[i]
		}
	}
	if against == nil {
		return nil, errs.New(errs.Invalid, "there is no definition %q; without against all of them are told", clip(in.Against))
	}
	out := &LensOut{}
	out.Body.Line, out.Body.From, out.Body.To = in.Line, window.From, window.To
	sums := kpi.Of(window, segments)
	for _, def := range all {
		seen := seenBy(def.See(&sums))
		for _, m := range lens.Moves(*against, def, window, segments) {
			seen.Moved += m.Sum.Seconds()
			seen.Moves = append(seen.Moves, moveOf(m))
		}
		out.Body.Definitions = append(out.Body.Definitions, seen)
	}
	return out, nil
}

// looked gives the time that is looked at, with its segments.
func (f Floor) looked(ctx context.Context, line plant.LineID, in *LensIn) (plant.Span, []oee.Segment, error) {
	if in.From.IsZero() && in.To.IsZero() {
		s, ok := f.Lines.Snapshot(line)
		if !ok {
			return plant.Span{}, nil, errs.New(errs.Unavailable, "the ledger of line %s is being derived; try again in a few seconds", line)
		}
		return plant.Span{From: s.Window.From.UTC(), To: s.Window.To.UTC()}, s.Segments, nil
	}
	window := plant.Span{From: in.From.UTC(), To: in.To.UTC()}
	if !window.From.Before(window.To) || window.Duration() > widest || window.From.Year() < 1970 {
		return window, nil, errs.New(errs.Invalid, "from must come before to, by eight days at most")
	}
	window = f.Since(line, window)
	segments, err := f.Lines.Segments(ctx, line, window.From, window.To)
	return window, segments, err
}

// Since leaves of a time of a line what its ledger is of.
func (f Floor) Since(line plant.LineID, of plant.Span) plant.Span {
	of.From = plant.Earlier(plant.Later(of.From, f.Layout(line).Begin), of.To)
	return of
}

func seenBy(s lens.Seen) LensView {
	return LensView{
		ID: s.ID, Name: s.Name, Says: s.Says, Moves: []LensMove{},
		Availability: number(s.Availability), Performance: number(s.Performance), Quality: number(s.Quality),
		OEE: number(s.OEE), Low: number(s.OEELow), High: number(s.OEEHigh),
		Measured: s.Measured.Seconds(), Run: s.Run.Seconds(), Lost: s.LostInStop.Seconds(), Outside: s.NotMeasured.Seconds(), Unknown: s.Unknown.Seconds(),
	}
}

func moveOf(m lens.Move) LensMove {
	out := LensMove{Category: m.Category.String(), From: m.From.String(), To: m.To.String(), Seconds: m.Sum.Seconds()}
	for _, s := range m.Spans {
		out.Spans = append(out.Spans, LensSpan{s.From.UTC(), s.To.UTC()})
	}
	return out
}
