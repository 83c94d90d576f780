// Package rehearsal lays out what a line did under settings that are not in use.
package rehearsal

import (
	"context"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Outcome is what a window of a line's past comes to.
type Outcome struct {
	Classic    oee.Classic
	Stops      int           // time that the line was meant to run and did not, each from its beginning to its end
	MicroStops int           // pauses that count as running
	Slow       time.Duration // of the running time: stretches between two stops that were below the low speed
}

// Lay lays a window out from the facts as the line's settings have it. Nothing is written anywhere.
func Lay(ctx context.Context, line plant.Line, signals []machine.Signals, facts timeline.Source, window plant.Span) ([]oee.Segment, error) {
	e := timeline.NewEngine(line, signals...)
	closed, err := e.Derive(ctx, facts, window.From, window.To)
	if err != nil {
		return nil, err
	}
	return slices.Concat(closed, e.Open(window.To)), nil
}

// Play tells what a window comes to that is laid out so.
func Play(ctx context.Context, line plant.Line, signals []machine.Signals, facts timeline.Source, window plant.Span) (Outcome, error) {
	segments, err := Lay(ctx, line, signals, facts, window)
	if err != nil {
		return Outcome{}, err
	}
	o := Outcome{Classic: oee.Measure(window, segments)}
	o.count(segments)
	o.Slow = slow(segments, line)
	return o, nil
}

// count counts the stops: segments of one kind that touch are one, however the ledger is cut.
func (o *Outcome) count(segments []oee.Segment) {
	for i := range segments {
		s := &segments[i]
		if i > 0 && segments[i-1].Category == s.Category && segments[i-1].To.Equal(s.From) {
			continue
		}
		switch {
		case s.Category.Stopped():
			o.Stops++
		case s.Category == oee.MicroStop:
			o.MicroStops++
		}
	}
}

// slow adds up running stretches that made less than a share of what an ideal line makes.
func slow(segments []oee.Segment, line plant.Line) (sum time.Duration) {
	for i := range segments {
		s := &segments[i]
		lasts := s.To.Sub(s.From)
		if s.Category == oee.Running && s.Unrated == 0 && float64(s.Ideal-s.Unseen) < line.Limits(s.Product).Low()*float64(lasts) {
			sum += lasts
		}
	}
	return sum
}
