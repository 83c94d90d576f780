// The running shift as its page is kept: figures, the hour that runs, and the sum.

package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/plant"
	shiftview "millwright/views/shift"
)

// The panels of a shift's page are "line/<id>/<part><when it began, in microseconds>".
const (
	glancePanel = "shift-"
	hourPart    = "hour-"
	sumPart     = "sum-"
)

// panel names a panel of the shift; "" when it does not run.
func (o oneShift) panel(part string, from time.Time) string {
	if !o.runs() {
		return ""
	}
	return "line/" + string(o.line.ID) + "/" + panelPart(part, from)
}

func panelPart(part string, from time.Time) string {
	return part + strconv.FormatInt(from.UnixMicro(), 10)
}

// shiftPart takes the last part of a panel's name apart.
func shiftPart(name string) (part string, from time.Time, ok bool) {
	for _, part := range []string{glancePanel, hourPart, sumPart} {
		if us, is := strings.CutPrefix(name, part); is {
			from = microsOf(us)
			return part, from, !from.IsZero()
		}
	}
	return "", from, false
}

// glance is the shift at a glance.
func (p *painter) glance(o oneShift) shiftview.Glance {
	g := shiftview.Glance{Live: o.panel(glancePanel, o.Plan.From), Figures: p.head(o.m, o.line, o.snap).Figures, KPIs: kpis(o.line, o.snap).KPIs, Trust: o.trust()}
	if !o.runs() {
		g.Figures[1].Name = "Target"
	}
	g.Strip = p.strip(o.m, o.line, o.snap, plant.Span{From: o.Plan.From, To: o.Plan.To})
	g.Strip.ID, g.Strip.Hours = string(o.line.ID)+"-shift", true
	return g
}

// running is the shift of a line that runs, from memory.
func (p *painter) running(m moment, l lineInfo) oneShift {
	snap := p.snapshot(m, l.ID)
	return oneShift{
		Sheet: logbook.Sheet{View: logbook.View{Segments: snap.Segments}, Span: snap.Window, Plan: snap.Shift},
		line:  l, m: m, snap: snap, skew: p.clocks().skew(snap.Window.From, l.ID),
	}
}

// holds tells whether a panel is of this shift.
func (o oneShift) holds(part string, from time.Time) bool {
	if part == hourPart {
		return !from.Before(o.Plan.From) && from.Before(o.Plan.To) && from.Sub(o.Plan.From)%time.Hour == 0
	}
	return from.Equal(o.Plan.From)
}

// knowsShift tells whether a panel is of the running shift of a line: no other changes.
func (p *painter) knowsShift(l lineInfo, name string) bool {
	part, from, ok := shiftPart(name)
	o := p.running(moment{Time: p.Now()}, l)
	return ok && o.runs() && o.holds(part, from)
}

// shiftPanel draws a panel of a shift's page; ok is false when it is none. A shift that has ended since is read once more.
func (p *painter) shiftPanel(ctx context.Context, m moment, panel string) (c templ.Component, ok bool, err error) {
	id, part, _ := strings.Cut(strings.TrimPrefix(panel, "line/"), "/")
	l, known := p.line(plant.LineID(id))
	part, from, is := shiftPart(part)
	if !known || !is {
		return nil, false, nil
	}
	o := p.running(m, l)
	if !o.holds(part, from) {
		if o, err = p.oneShift(ctx, m, l, from); err != nil {
			return nil, true, err
		}
	}
	switch part {
	case glancePanel:
		g := p.glance(o)
		g.Live = panel
		return shiftview.Top(g), true, nil
	case sumPart:
		h := o.total()
		h.Live = panel
		return shiftview.Sum(h), true, nil
	}
	h := o.hourAt(plant.Span{From: from, To: plant.Earlier(from.Add(time.Hour), o.Plan.To)})
	h.Live = panel
	return shiftview.Row(h), true, nil
}

// shift touches what shows a running shift.
func (w *watcher) shift(s oee.Snapshot) {
	if s.Shift.From.IsZero() {
		return
	}
	hour := s.Shift.From.Add(s.At.Sub(s.Shift.From).Truncate(time.Hour))
	w.line(s.Line, panelPart(glancePanel, s.Shift.From), panelPart(sumPart, s.Shift.From), panelPart(hourPart, hour))
}
