package lineage

import (
	"context"
	"time"

	"millwright/internal/mes/trace"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// TraceSignal is a tag over the time in which a lot was made.
type TraceSignal struct {
	Tag    string       `json:"tag"`
	Unit   string       `json:"unit,omitempty"`
	Points []TracePoint `json:"points"`
}

// TracePoint is a part of that time. What is null is not known.
type TracePoint struct {
	At     time.Time `json:"at"`
	Mean   *float64  `json:"mean"`
	Low    *float64  `json:"low" doc:"The lowest of the good lots before, at the same time from their beginning."`
	Middle *float64  `json:"middle"`
	High   *float64  `json:"high"`
	Lots   int       `json:"lots" doc:"That low, middle and high are of."`
}

type (
	madeIn struct {
		Lot  int64  `path:"lot" minimum:"1" doc:"The id of a lot or serial."`
		Unit string `query:"unit" doc:"The machine whose tags are given: line/unit. Without it none are."`
		Good int    `query:"good" minimum:"1" maximum:"50" default:"10" doc:"How many good lots before it are laid under it."`
	}
	madeOut struct {
		Body struct {
			Stays   []TraceStay   `json:"stays"`
			Signals []TraceSignal `json:"signals"`
		}
	}
)

func (d Deps) madeAt(ctx context.Context, in *madeIn) (*madeOut, error) {
	lots, err := d.of(ctx, in.Lot)
	if err != nil {
		return nil, err
	}
	stays, err := d.Desk.Stays(ctx, lots)
	if err != nil {
		return nil, err
	}
	n, err := d.names(ctx, lots)
	if err != nil {
		return nil, err
	}
	out := &madeOut{}
	out.Body.Stays, out.Body.Signals = []TraceStay{}, []TraceSignal{}
	for _, s := range stays {
		out.Body.Stays = append(out.Body.Stays, n.stay(s))
	}
	if in.Unit == "" {
		return out, nil
	}
	out.Body.Signals, err = d.signals(ctx, lots[0], stays, plant.UnitID(in.Unit), in.Good)
	return out, err
}

// signals are the tags of a machine over the stays of a lot at its line.
func (d Deps) signals(ctx context.Context, of trace.Lot, stays []trace.Stay, unit plant.UnitID, good int) ([]TraceSignal, error) {
	all, tags := []TraceSignal{}, d.Tags(ctx, unit)
	if len(tags) == 0 {
		return all, nil
	}
	_, line, _ := d.Find(ctx, tags[0].Name)
	var here []trace.Stay
	for _, s := range stays {
		if s.Line == line {
			here = append(here, s)
		}
	}
	if len(here) == 0 {
		return all, nil
	}
	past, err := d.Desk.Past(ctx, of, line, here[len(here)-1].Span.To, good)
	if err != nil {
		return nil, err
	}
	var ids []tag.ID
	for _, t := range tags {
		ids = append(ids, t.ID)
	}
	drawn, err := d.Desk.Draw(ctx, ids, here, past)
	for i, s := range drawn {
		all = append(all, TraceSignal{Tag: tags[i].Name, Unit: tags[i].Unit, Points: points(s)})
	}
	return all, err
}

func points(s trace.Signal) []TracePoint {
	all := []TracePoint{}
	for i, b := range s.Points {
		p := TracePoint{At: b.Start.UTC()}
		if b.Known() {
			p.Mean = &b.Mean
		}
		if i < len(s.Envelope) && s.Envelope[i].Lots > 0 {
			e := s.Envelope[i]
			p.Low, p.Middle, p.High, p.Lots = &e.Low, &e.Middle, &e.High, e.Lots
		}
		all = append(all, p)
	}
	return all
}
