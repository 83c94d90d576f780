// The tags on the axis of a work order.

package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"millwright/internal/errs"
	"millwright/views/figure"
	riskview "millwright/views/risk"
	trendview "millwright/views/trend"
	"millwright/views/ui"
)

// mostTagTracks is how many tags are drawn beneath one another.
const mostTagTracks = 6

// eachOnce gives names in their order, each once.
func eachOnce(names []string) (all []string) {
	for _, n := range names {
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

// picks lets the reader choose among the tags of the line: the speed of the machine that sets the pace, unless asked.
func (k *course) picks(p *painter, page *riskview.TimePage) (status int) {
	status = http.StatusOK
	if !k.on {
		return status
	}
	if len(k.tags) == 0 {
		if name := p.speedTag(k.line); name != "" {
			k.tags = []string{name}
		}
	}
	page.Picker, page.Most = p.pickerOf([]lineInfo{k.line}, k.tags), fmt.Sprintf("Up to %d at once, each on an axis of its own. The address keeps them.", mostTagTracks)
	if len(k.tags) > mostTagTracks {
		page.Faults = []ui.Fault{{Field: "picks", Text: fmt.Sprintf("Choose %d tags at most: %d are chosen, and the first %d are drawn.", mostTagTracks, len(k.tags), mostTagTracks)}}
		k.tags, status = k.tags[:mostTagTracks], http.StatusUnprocessableEntity
	}
	return status
}

// tagTracks draws the tags that are asked for, one beneath the other.
func (p *painter) tagTracks(ctx context.Context, k *course) (all []riskview.Track, err error) {
	for _, name := range k.tags {
		id, ok := p.find(name)
		if !ok {
			return nil, errs.New(errs.NotFound, "there is no tag %q; choose tags from the list", errs.Clip(name))
		}
		pen, err := p.pen(ctx, k.line.locale, id, k.span)
		if err != nil {
			return nil, err
		}
		curve, note := curveOf(pen, k.line.locale)
		curve.Words, curve.From, curve.To = pen.Label+" over time, "+note, k.span.From, k.span.To
		all = append(all, riskview.Track{Name: p.labelOf(id, k.line.ID), Note: note, Curve: &curve})
	}
	return all, nil
}

// curveOf puts a pen on an axis of its own, from nothing where its lowest value is near to that.
func curveOf(pen trendview.Pen, l figure.Locale) (c riskview.Curve, note string) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range pen.Points {
		if x.OK {
			low, high = min(low, x.Min), max(high, x.Max)
		}
	}
	if high < low {
		return c, "nothing is known of this time"
	}
	unit := perMinute(pen.Unit)
	note = l.Reading(low) + " to " + l.Reading(high) + " " + unit
	switch {
	case low == high:
		note = "always " + l.Reading(low) + " " + unit
	case low >= 0 && low <= high/2:
		low, note = 0, "up to "+l.Reading(high)+" "+unit
	}
	note = strings.TrimSuffix(note, " ")
	share := func(v float64) float64 {
		if high == low {
			return 0.5
		}
		return (v - low) / (high - low)
	}
	c.Band = true
	for _, x := range pen.Points {
		dot := riskview.Dot{At: x.Start, OK: x.OK}
		if x.OK {
			dot.Share, dot.Low, dot.High = share(x.Mean), share(x.Min), share(x.Max)
		}
		c.Dots = append(c.Dots, dot)
	}
	return c, note
}
