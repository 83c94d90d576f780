// One segment of a line's time, and the samples that it rests on.

package web

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	"millwright/views/figure"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// oneSegment is a segment with what a page about it needs.
type oneSegment struct {
	oee.Segment
	line       lineInfo
	last, next *oee.Segment
	runs       bool // it has not ended
}

// segmentAt finds the segment that was at a moment.
func (s *Server) segmentAt(ctx context.Context, l lineInfo, at time.Time) (o oneSegment, err error) {
	all, err := s.painter().Lines.Segments(ctx, l.ID, at.Add(-around), at.Add(around))
	if err != nil {
		return o, err
	}
	i := slices.IndexFunc(all, func(x oee.Segment) bool { return !at.Before(x.From) && at.Before(x.To) })
	if i < 0 {
		return o, errs.New(errs.NotFound, "nothing is known of the line at that time; look at its segments")
	}
	o = oneSegment{Segment: all[i], line: l}
	if i > 0 {
		o.last = &all[i-1]
	}
	if i+1 < len(all) {
		o.next = &all[i+1]
	}
	snap, ok := s.painter().Lines.Snapshot(l.ID)
	o.runs = ok && o.next == nil && !o.To.Before(snap.Window.To)
	return o, nil
}

// segment shows a segment with the samples that it rests on.
func (s *Server) segment(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	at, err := shiftAt(c.QueryParam("at"))
	if err == nil && at.IsZero() {
		err = errs.New(errs.Invalid, "the address does not say which segment; open it from a list of segments")
	}
	if err != nil {
		return err
	}
	after, err := shiftAt(c.QueryParam("after"))
	if err != nil {
		return err
	}
	o, err := s.segmentAt(c.Request().Context(), l, at)
	if err != nil {
		return err
	}
	p := s.segmentPage(c, o)
	w := behindWhat{Span: plant.Span{From: o.From, To: o.To}, units: o.restsOn(), after: after, href: segmentHref(l.ID, o.From)}
	if p.Behind, err = s.behind(c.Request().Context(), l, w); err != nil {
		return err
	}
	return s.show(c, lineview.ShowSegment(p))
}

// restsOn are the units whose samples a segment rests on: the one that caused it and, where pieces were counted, those
// that count them.
func (o oneSegment) restsOn() []plant.UnitID {
	units := []plant.UnitID{cmp.Or(o.Unit, oee.Pacer(o.line.Line))}
	if pacer := oee.Pacer(o.line.Line); o.Category.Planned() && !o.Category.Stopped() && !slices.Contains(units, pacer) {
		units = append(units, pacer)
	}
	if output := o.line.Output; output != "" && !slices.Contains(units, output) {
		units = append(units, output)
	}
	return units
}

func (s *Server) segmentPage(c echo.Context, o oneSegment) lineview.SegmentPage {
	l := o.line
	end := l.locale.Clock(o.To)
	if o.runs {
		end = "now"
	}
	title := upper(o.Category.String()) + " from " + l.locale.Clock(o.From) + " to " + end
	home := ui.Link{Name: l.Name, Href: "/line/" + string(l.ID)}
	p := lineview.SegmentPage{
		Frame: s.frame(c, title, ui.Link{Name: l.site.Name, Href: "/"}, home, ui.Link{Name: title}),
		Title: title, State: stateOf(o.Category, o.Fault+o.Reason), Facts: o.facts(end),
	}
	p.Frame.Live, p.Frame.Refresh = false, 0
	add := func(name, href string) { p.Links = append(p.Links, ui.Link{Name: name, Href: href}) }
	if edit.Stands(o.Category) {
		add("The stop that it is part of", stopHref(l.ID, o.From))
	}
	if o.Shift != "" {
		add("Its shift", shiftHref(l.ID, o.From))
	}
	add("See it again", replayHref(string(l.ID), o.From))
	if o.last != nil {
		add("Segment before: "+o.last.Category.String(), segmentHref(l.ID, o.last.From))
	}
	if o.next != nil {
		add("Segment after: "+o.next.Category.String(), segmentHref(l.ID, o.next.From))
	}
	add("Back to "+l.Name, home.Href)
	return p
}

// facts are what the ledger says of it.
func (o oneSegment) facts(end string) []ui.Term {
	l := o.line.locale
	lasts := o.To.Sub(o.From)
	all := []ui.Term{
		{Name: "From", Value: l.Date(o.From) + ", " + l.Clock(o.From)},
		{Name: "To", Value: end},
		{Name: "Lasts", Value: figure.Span(lasts)},
		{Name: "Shift", Value: figure.Dash(strings.TrimSpace(o.Shift + " " + o.Date))},
		{Name: "Cause", Value: figure.Dash(o.line.because(o.Segment))},
		{Name: "State", Value: o.State.String()},
		{Name: "Product", Value: figure.Dash(o.Product)},
		{Name: "Order", Value: figure.Dash(o.Order)},
		{Name: "Good pieces", Value: pieces(l, o.Good)},
		{Name: "Rejected pieces", Value: pieces(l, o.Reject)},
	}
	if made := o.Good + o.Reject; made > o.Unrated && made > 0 {
		cycle := time.Duration(float64(o.Ideal) / (made - o.Unrated).Float())
		all = append(all, ui.Term{Name: "Ideal time of these pieces", Value: l.Minutes(o.Ideal) + "\u00a0min, " + l.Reading(cycle.Seconds()) + "\u00a0s each"})
	}
	if o.Unseen != 0 {
		all = append(all, ui.Term{Name: "Of it of unseen time", Value: l.Minutes(o.Unseen) + "\u00a0min: these pieces were made while nobody saw the line, and are no part of performance"})
	}
	for _, f := range []struct {
		name string
		is   plant.Quantity
	}{{"Without a known rate", o.Unrated}, {"Counted by people", o.Manual}, {"Reworked", o.Rework}} {
		if f.is != 0 {
			all = append(all, ui.Term{Name: f.name, Value: pieces(l, f.is)})
		}
	}
	if o.By != "" {
		all = append(all, ui.Term{Name: "Said by", Value: o.By})
	}
	if o.Edit != 0 && o.Derived != o.Category {
		all = append(all, ui.Term{Name: "The machine said", Value: upper(o.Derived.String())})
	}
	return all
}

func afterHref(href string, at time.Time) string {
	return href + "&after=" + strconv.FormatInt(at.UnixMicro(), 10) + "#behind"
}
