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

// defaultLow is the share of the ideal speed below which running is slow, where the line does not say.
const defaultLow = 0.9

// Play lays a window out from the facts as the line's settings have it. Nothing is written anywhere.
func Play(ctx context.Context, line plant.Line, signals []machine.Signals, facts timeline.Source, window plant.Span) (Outcome, error) {
	e := timeline.NewEngine(line, signals...)
	closed, err := e.Derive(ctx, facts, window.From, window.To)
	if err != nil {
		return Outcome{}, err
	}
	segments := slices.Concat(closed, e.Open(window.To))
	o := Outcome{Classic: oee.Measure(window, segments)}
	o.count(segments)
	low := line.Thresholds.LowSpeed
	if low <= 0 {
		low = defaultLow
	}
	o.Slow = slow(segments, low)
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
func slow(segments []oee.Segment, low float64) (sum time.Duration) {
	for i := range segments {
		s := &segments[i]
		lasts := s.To.Sub(s.From)
		if s.Category == oee.Running && s.Unrated == 0 && float64(s.Ideal) < low*float64(lasts) {
			sum += lasts
		}
	}
	return sum
}
