package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/views/figure"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// mostBehind is how many samples behind a stop its page lists.
const mostBehind = 200

// sources are the tags of a unit that a line's time is laid out by, in the order in which they matter; what made
// them speak is what the ledger says of that time.
func sources(all []machine.Signals, u plant.UnitID) (ids []tag.ID) {
	for i := range all {
		s := &all[i]
		if s.Unit != u {
			continue
		}
		for _, id := range []tag.ID{s.State, s.Mode, s.Fault, s.Product, s.Order, s.Good.Tag, s.Reject.Tag, s.Total.Tag} {
			if id != 0 && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// behind lists the samples that a stop rests on: of the unit that caused it, from the one that held when it began to the
// one that ended it.
func (s *Server) behind(ctx context.Context, l lineInfo, x edit.Stop) (lineview.Behind, error) {
	p := s.painter()
	unit := x.Unit
	if unit == "" {
		unit = oee.Pacer(l.Line)
	}
	b := lineview.Behind{Unit: l.names[unit]}
	ids := sources(p.Signals, unit)
	if len(ids) == 0 {
		return b, nil
	}
	var ranges []history.Range
	pens := url.Values{"from": {x.From.Add(-time.Minute).UTC().Format(time.RFC3339)}, "to": {x.To.Add(time.Minute).UTC().Format(time.RFC3339)}}
	for i, id := range ids {
		ranges = append(ranges, history.Range{Tag: id, From: x.From, To: x.To.Add(time.Microsecond), Carry: true})
		if i < maxPens {
			pens.Add("tag", p.Tags.Tag(id).Name)
		}
	}
	b.Trend = ui.Link{Name: "Draw them", Href: "/trends?" + pens.Encode()}
	err := p.Archive.Merge(ctx, ranges, func(v tag.Sample) bool {
		if len(b.Samples) == mostBehind {
			b.More = fmt.Sprintf("Only the first %d are listed.", mostBehind)
			return false
		}
		row := lineview.Sample{At: l.locale.Clock(v.Time) + fmt.Sprintf(".%03d", v.Time.Nanosecond()/1e6), Tag: p.Tags.Tag(v.Tag).Name, Value: reading(l.locale, v), Quality: v.Quality.String()}
		if v.Time.Before(x.From) {
			row.At = l.locale.Moment(v.Time)
			row.Held = true
		}
		b.Samples = append(b.Samples, row)
		return true
	})
	if err != nil || s.Corrections == nil {
		return b, err
	}
	for _, id := range ids {
		name := p.Tags.Tag(id).Name
		all, err := s.Corrections.Of(ctx, name, plant.Span{From: x.From, To: x.To.Add(time.Microsecond)}, mostBehind)
		if err != nil {
			return b, err
		}
		for _, c := range all {
			b.Corrected = append(b.Corrected, fmt.Sprintf("%s at %s: %s, before %s. %s: %s", name, l.locale.Clock(c.New.Time), figure.Dash(reads(c.New)), figure.Dash(reads(c.Was)), c.By.Name, c.Why))
		}
	}
	return b, nil
}
