package web

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/mes/oee"
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

// behindStop lists the samples that a stop rests on.
func (s *Server) behindStop(c echo.Context, o oneStop) (b lineview.Behind, err error) {
	after, err := shiftAt(c.QueryParam("after"))
	if err != nil {
		return b, err
	}
	w := behindWhat{Span: o.Span, units: []plant.UnitID{cmp.Or(o.Unit, oee.Pacer(o.line.Line))}, after: after, href: stopHref(o.line.ID, o.From)}
	return s.behind(c.Request().Context(), o.line, w)
}

// behindWhat is whose samples are listed, and of what time.
type behindWhat struct {
	plant.Span
	units []plant.UnitID
	after time.Time // those that are listed come after it; zero for from the beginning
	href  string    // of the page they stand on
}

// behind lists the samples that a time rests on: of the units that tell it, from the one that held when it began to the
// one that ended it.
func (s *Server) behind(ctx context.Context, l lineInfo, w behindWhat) (lineview.Behind, error) {
	p := s.painter()
	b := lineview.Behind{}
	var ids []tag.ID
	for _, u := range w.units {
		for _, id := range sources(p.Signals, u) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		b.Unit = andWords(b.Unit, l.names[u])
	}
	if len(ids) == 0 {
		return b, nil
	}
	var ranges []history.Range
	pens := url.Values{"from": {w.From.Add(-time.Minute).UTC().Format(time.RFC3339)}, "to": {w.To.Add(time.Minute).UTC().Format(time.RFC3339)}}
	from, carry := w.From, true
	if w.after.After(w.From) {
		from, carry = w.after.Add(time.Microsecond), false
		b.First = ui.Link{Name: "From the beginning", Href: w.href + "#behind"}
	}
	for i, id := range ids {
		ranges = append(ranges, history.Range{Tag: id, From: from, To: w.To.Add(time.Microsecond), Carry: carry})
		if i < maxPens {
			pens.Add("tag", p.Tags.Tag(id).Name)
		}
	}
	b.Trend = ui.Link{Name: "Draw them", Href: "/trends?" + pens.Encode()}
	var last time.Time
	err := p.Archive.Merge(ctx, ranges, func(v tag.Sample) bool {
		if len(b.Samples) >= mostBehind && v.Time.After(last) { // those of one moment stand together
			b.Next = ui.Link{Name: "Those that follow", Href: afterHref(w.href, last)}
			return false
		}
		last = v.Time
		row := lineview.Sample{At: l.locale.Clock(v.Time) + fmt.Sprintf(".%03d", v.Time.Nanosecond()/1e6), Tag: p.Tags.Tag(v.Tag).Name, Value: reading(l.locale, v), Quality: v.Quality.String()}
		if v.Time.Before(w.From) {
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
		all, err := s.Corrections.Of(ctx, name, plant.Span{From: w.From, To: w.To.Add(time.Microsecond)}, mostBehind)
		if err != nil {
			return b, err
		}
		for _, c := range all {
			b.Corrected = append(b.Corrected, fmt.Sprintf("%s at %s: %s, before %s. %s: %s", name, l.locale.Clock(c.New.Time), figure.Dash(reads(c.New)), figure.Dash(reads(c.Was)), c.By.Name, c.Why))
		}
	}
	return b, nil
}
