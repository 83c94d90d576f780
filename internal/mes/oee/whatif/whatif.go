// Package whatif reckons what a line's past would have come to under other settings, or with less lost. It writes nothing.
package whatif

import (
	"context"
	"maps"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// Room is where the past of lines is read, with what people said laid over it.
type Room struct {
	Segments func(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
	// Anew lays a window out from the readings, as a line is set up that need not be in use.
	Anew func(ctx context.Context, line plant.Line, window plant.Span) ([]oee.Segment, error)
}

// Past is a window of a line's time as it was, and as its settings would have laid it out.
type Past struct {
	Line plant.Line
	plant.Span
	Was, Is []oee.Segment
}

// Outcome is what a window comes to, before and after a change.
type Outcome struct {
	plant.Span
	Relaid   bool   // both sides are laid out from the readings, as the line is set up now and as it would be
	Parts    []Part // by product
	Reasons  []Loss // what there is to cut, the most first
	Units    []Loss
	Effects  []Effect       // of the cuts, in their order; that of a limit to changeovers comes first
	Unpaced  time.Duration  // of what is cut: left as it was, as nothing ran whose pace it could have gone at
	Gain     plant.Money    // of the good pieces that are more than before
	Unvalued plant.Quantity // of these: nobody says what they are worth
}

// Part is one product of it.
type Part struct {
	Product       string
	Before, After kpi.Sums
	Laid          kpi.Sums      // as the settings lay it out, before anything is cut: Before, unless that is laid out anew
	Stopped       time.Duration // gained from stops: run as the run time was
	Micro         time.Duration // gained from micro-stops: run as the time between them was
	Worth         plant.Money   // of the good pieces that are more
	Valued        bool

	gone oee.Times // cut
}

// Effect is what one cut takes off. Of a limit to changeovers By is "".
type Effect struct {
	Cut
	Lasts time.Duration // what there was of it when its turn came
	Less  time.Duration
}

// Before and After are the sums of all products.
func (o *Outcome) Before() kpi.Sums { return o.sum(func(p *Part) *kpi.Sums { return &p.Before }) }

// After is what it would have come to.
func (o *Outcome) After() kpi.Sums { return o.sum(func(p *Part) *kpi.Sums { return &p.After }) }

func (o *Outcome) sum(of func(*Part) *kpi.Sums) (all kpi.Sums) {
	for i := range o.Parts {
		all.Add(of(&o.Parts[i]))
	}
	return all
}

// Try reads a window of a line and reckons what a change would have made of it.
func (r Room) Try(ctx context.Context, line plant.Line, window plant.Span, c Change) (o Outcome, err error) {
	if err := c.Check(); err != nil {
		return o, err
	}
	p := Past{Line: line, Span: window}
	if !c.Anew() {
		p.Was, err = r.Segments(ctx, line.ID, window.From, window.To)
		p.Is = p.Was
	} else if p.Was, err = r.Anew(ctx, line, window); err == nil {
		p.Is, err = r.Anew(ctx, c.Line(line), window)
	}
	if err != nil {
		return o, err
	}
	return p.Reckon(c), nil
}

// Reckon gives what a change would have made of a past.
func (p Past) Reckon(c Change) Outcome {
	d := desk{line: p.Line, change: c, parts: map[string]*Part{}, freed: map[place]time.Duration{}}
	d.sum(p.Span, p.Was, func(x *Part) *kpi.Sums { return &x.Before })
	d.sum(p.Span, p.Is, func(x *Part) *kpi.Sums { return &x.After })
	d.lose(edit.Clip(p.Is, p.Span))
	d.run()
	o := Outcome{
		Span: p.Span, Relaid: c.Anew(), Effects: d.effects, Unpaced: d.unpaced,
		Reasons: Losses(p.Span, p.Is, Reason), Units: Losses(p.Span, p.Is, Unit),
	}
	for _, product := range slices.Sorted(maps.Keys(d.parts)) {
		x := d.parts[product]
		d.rate(x)
		d.scrap(x)
		o.Gain += d.worth(x)
		if !x.Valued {
			o.Unvalued += x.After.Good - x.Laid.Good
		}
		o.Parts = append(o.Parts, *x)
	}
	return o
}
