// How the machines ran while a lot was made, over how they ran for the good lots before.

package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/mes/trace"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	stockview "millwright/views/stock"
	traceview "millwright/views/trace"
	"millwright/views/ui"
)

const (
	goodLots     = 10 // that an envelope is laid by
	mostSignals  = 8  // on one page
	signalLabels = 4
)

// addMade tells where and when a lot was made, and draws the tags of the machines over that time.
func (s *Server) addMade(c echo.Context, d trace.Desk, page *stockview.Page, of trace.Lot) error {
	ctx := c.Request().Context()
	stays, err := d.Stays(ctx, []trace.Lot{of})
	if err != nil {
		return err
	}
	var documents []string
	for _, one := range stays {
		documents = append(documents, one.Order)
	}
	numbers, err := s.papers(ctx, documents...)
	if err != nil {
		return err
	}
	p := s.sight(c)
	t := &stockview.Table{Columns: columns("Line", "From", "To", "#Minutes", "Order", "Known by"), Empty: "Nobody says at which machine it was made: it was bought, or its order was reported without a line."}
	for _, one := range stays {
		t.Rows = append(t.Rows, []stockview.Cell{p.lineCell(one), {Text: s.stamp(one.Span.From)}, {Text: s.stamp(one.Span.To)}, {Text: s.locale().Minutes(one.Span.Duration())}, docCell(numbers, one.Order), {Text: restsWords(one.Rests)}})
	}
	page.Sections = append(page.Sections, stockview.Section{ID: "made", Title: "Where and when it was made", Table: t})
	if len(stays) == 0 {
		return nil
	}
	drawn, err := s.signals(ctx, d, p, makingOf{of, stays}, c.QueryParam("unit"))
	if err != nil {
		return err
	}
	page.Drawn = traceview.Draw(drawn)
	return nil
}

func restsWords(rests string) string {
	return map[string]string{trace.ByRuns: "the runs of its order", trace.ByCounts: "what the machine counted", trace.ByReports: "what was reported"}[rests]
}

// lineCell names the line and the machine of a stay.
func (p *painter) lineCell(one trace.Stay) stockview.Cell {
	cell := stockview.Cell{Text: string(one.Line)}
	if at, is := p.at[one.Line]; is {
		cell.Text, cell.Href = p.lines[at].Name, "/line/"+url.PathEscape(string(one.Line))
		cell.Under = p.lines[at].names[one.Unit]
	}
	return cell
}

// makingPlace is a machine at which a lot was made, and when.
type makingPlace struct {
	line  lineInfo
	unit  plant.Unit
	stays []trace.Stay
}

// makersOf are the machines of the lines at which a lot was made.
func (p *painter) makersOf(stays []trace.Stay) (all []makingPlace) {
	by := map[plant.LineID][]trace.Stay{}
	var lines []plant.LineID
	for _, one := range stays {
		if len(by[one.Line]) == 0 {
			lines = append(lines, one.Line)
		}
		by[one.Line] = append(by[one.Line], one)
	}
	for _, id := range lines {
		at, is := p.at[id]
		if !is {
			continue
		}
		for _, u := range p.lines[at].Units {
			all = append(all, makingPlace{p.lines[at], u, by[id]})
		}
	}
	return all
}

// makingOf is a lot and the time in which it was made.
type makingOf struct {
	lot   trace.Lot
	stays []trace.Stay
}

// signals draws the tags of one machine; without its name, of the first.
func (s *Server) signals(ctx context.Context, d trace.Desk, p *painter, of makingOf, unit string) (v traceview.Signals, err error) {
	v = traceview.Signals{Title: "How the machines ran", Empty: "The machines have no tags that can be drawn, or none are known of that time."}
	all := p.makersOf(of.stays)
	if len(all) == 0 {
		return v, nil
	}
	at := max(0, slices.IndexFunc(all, func(m makingPlace) bool { return string(m.unit.ID) == unit }))
	if len(all) > 1 {
		for i, m := range all {
			v.Ways = append(v.Ways, ui.Way{Link: ui.Link{Name: m.line.Name + ", " + m.unit.Name, Href: "?unit=" + url.QueryEscape(string(m.unit.ID))}, Current: i == at})
		}
	}
	m := all[at]
	past, err := d.Past(ctx, of.lot, m.line.ID, m.stays[len(m.stays)-1].Span.To, goodLots)
	if err != nil {
		return v, err
	}
	drawn, err := d.Draw(ctx, p.numericTags(m), m.stays, past)
	if err != nil {
		return v, err
	}
	v.Lead = fmt.Sprintf("The tags of %s while the lot was made; pauses between runs are left out. ", m.unit.Name)
	if len(past) > 0 {
		v.Lead += fmt.Sprintf("The band is from the lowest to the highest of the last %d good lots of the item here, at the same time from their beginning; the dashed line is their middle.", len(past))
	} else {
		v.Lead += "No good lot of the item was made here before, so that there is nothing to lay it over."
	}
	for _, one := range drawn {
		if sig, known := s.signalView(p, one, len(past)); known {
			v.All = append(v.All, sig)
		}
	}
	return v, nil
}

// numericTags are those of a machine that can be drawn: what counts and what is measured, and no codes.
func (p *painter) numericTags(m makingPlace) (ids []tag.ID) {
	for _, id := range m.line.tags {
		if p.homes[id].unit == m.unit.ID && !p.isText(id) && !p.isCode(id) && len(ids) < mostSignals {
			ids = append(ids, id)
		}
	}
	return ids
}

// isCode tells whether a tag says a state, a mode, a fault or a product.
func (p *painter) isCode(id tag.ID) bool {
	return slices.ContainsFunc(p.Signals, func(s machine.Signals) bool {
		return id == s.State || id == s.Mode || id == s.Fault || id == s.Product
	})
}

// signalView is one tag as it is drawn; false when nothing is known of it.
func (s *Server) signalView(p *painter, one trace.Signal, past int) (v traceview.Signal, known bool) {
	t, locale := p.Tags.Tag(one.Tag), s.locale()
	v = traceview.Signal{Name: t.Label, Unit: t.Unit, Locale: locale}
	if one.Counts {
		v.Name += ", since the beginning"
	}
	for i, b := range one.Points {
		point := traceview.Point{Mean: b.Mean, OK: b.Known()}
		if i < len(one.Envelope) && one.Envelope[i].Lots > 0 {
			e := one.Envelope[i]
			point.Low, point.Middle, point.High, point.Known = e.Low, e.Middle, e.High, true
		}
		known = known || point.OK
		v.Points = append(v.Points, point)
	}
	if !known {
		return v, false
	}
	for i := range signalLabels {
		part := i * (len(one.Points) - 1) / (signalLabels - 1)
		v.Times = append(v.Times, traceview.Mark{Part: part, Label: locale.Time(one.Points[part].Start)})
	}
	first, last := one.Points[0].Start, one.Points[len(one.Points)-1].Start.Add(time.Second)
	v.Href = "/trends?" + url.Values{"tag": {t.Name}, "from": {first.UTC().Format(time.RFC3339)}, "to": {last.Add(time.Second).UTC().Format(time.RFC3339)}}.Encode()
	outside, of := trace.Outside(one.Points, one.Envelope)
	switch {
	case past == 0 || of == 0:
	case outside == 0:
		v.Note, v.Mood = "within the band all the time", ui.Well
	default:
		v.Note, v.Mood = locale.Percent(float64(outside)/float64(of), true)+" % of the time outside the band", ui.Warning
	}
	return v, true
}
