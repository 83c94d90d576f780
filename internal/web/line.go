package web

import (
	"cmp"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/views/figure"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// line is everything about one line.
func (s *Server) line(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	m := moment{Time: s.Now(), steps: visitorOf(c).Role >= plant.Operator}
	chart, err := s.sight(c).lineChart(c.Request().Context(), m, l, askOf(c))
	if err != nil {
		return err
	}
	snap := s.sight(c).snapshot(m, l.ID)
	f := s.frame(c, l.Name, ui.Link{Name: l.site.Name, Href: "/"}, ui.Link{Name: l.area.Name, Href: "/lines"}, ui.Link{Name: l.Name})
	f.Charts, f.Zone = true, l.site.Zone.String()
	return s.show(c, lineview.Show(lineview.Page{
		Frame: f,
		Head:  s.sight(c).head(m, l, snap),
		Calls: s.sight(c).callsPanel(m, l),
		Lack:  s.sight(c).materialPanel(m, l),
		Shift: s.sight(c).shift(m, l, snap),
		KPIs:  s.sight(c).kpis(l, snap),
		Units: s.sight(c).units(m, l),
		Jobs:  s.sight(c).jobs(m, l, snap),
		Tags:  s.sight(c).tags(m, l),
		Trend: chart,
	}))
}

// lineOf finds the line that a page is about.
func (s *Server) lineOf(c echo.Context) (lineInfo, error) {
	l, ok := s.sight(c).line(plant.LineID(c.Param("line")))
	if !ok {
		return lineInfo{}, errs.New(errs.NotFound, "there is no line of that name; look for it among the lines")
	}
	return l, nil
}

// lines is all lines by area, for finding one.
func (s *Server) lines(c echo.Context) error {
	return s.show(c, lineview.List(lineview.ListPage{Frame: s.frame(c, "Lines"), Panel: s.sight(c).list(moment{Time: s.Now()})}))
}

// list is the panel "lines".
func (p *painter) list(m moment) lineview.ListPanel {
	var panel lineview.ListPanel
	for _, site := range p.Plant.Sites {
		for _, a := range site.Areas {
			area := lineview.Area{Name: a.Name}
			if p.view.sees(p.areas[a.ID].place) {
				area.Walls = []ui.Link{{Name: "Wall of the hall", Href: "/wall/hall/" + a.ID}, {Name: "Wall of its orders", Href: "/wall/orders/" + a.ID}}
			}
			for _, l := range a.Lines {
				info, _ := p.line(l.ID)
				snap := p.snapshot(m, l.ID)
				area.Lines = append(area.Lines, lineview.Entry{
					Name:    l.Name,
					Href:    "/line/" + string(l.ID),
					State:   stateNow(snap),
					Product: p.product(info, snap),
					OEE:     percent(figure.Locale{Zone: site.Zone}, snap.Classic.OEE),
					Wall:    ui.Link{Name: "Wall", Href: "/wall/line/" + string(l.ID)},
				})
			}
			panel.Areas = append(panel.Areas, area)
		}
	}
	if len(panel.Areas) == 0 {
		panel.Empty = noLines()
	}
	return panel
}

// head is the panel "line/<id>/head".
func (p *painter) head(m moment, l lineInfo, s oee.Snapshot) lineview.Head {
	text, mood := delta(l.locale, s.Classic.Good, s.Target)
	made := s.Classic.Good + s.Classic.Reject
	rejects := ui.Figure{Name: "Reject", Value: pieces(l.locale, s.Classic.Reject)}
	if made > 0 {
		rejects.Note = l.locale.Percent(s.Classic.Reject.Float()/made.Float(), true) + " %"
	}
	return lineview.Head{
		Line:    string(l.ID),
		Name:    l.Name,
		State:   stateNow(s),
		Since:   standsSince(m, s),
		Cause:   causeNow(l, s),
		Product: p.product(l, s),
		Order:   errs.Clip(s.Order),
		Figures: l.opens(s, []ui.Figure{
			{Name: "Good pieces", Value: pieces(l.locale, s.Classic.Good)},
			{Name: "Target by now", Value: targetText(l.locale, s.Target)},
			{Name: "To target", Value: text, Mood: mood},
			rejects,
		}),
		Newest: m.ageOf(p.newest(l.tags)),
		Wall:   ui.Link{Name: "Wall display", Href: "/wall/line/" + string(l.ID)},
		Health: p.healthLink(l),
	}
}

// shift is the panel "line/<id>/strip".
func (p *painter) shift(m moment, l lineInfo, s oee.Snapshot) lineview.ShiftPanel {
	panel := lineview.ShiftPanel{Line: string(l.ID), Title: "No shift", Hours: hours(m, l, s, false)}
	axis := s.Window
	if !s.Shift.From.IsZero() {
		panel.Title = fmt.Sprintf("%s shift, %s", s.Shift.Name, span(l.locale, s.Shift))
		axis = plant.Span{From: s.Shift.From, To: s.Shift.To}
	}
	panel.Strip = p.strip(m, l, s, axis)
	panel.Strip.ID, panel.Strip.Hours = string(l.ID)+"-shift", true
	p.stops(m, l, s, &panel)
	return panel
}

// units is the panel "line/<id>/units".
func (p *painter) units(m moment, l lineInfo) lineview.UnitsPanel {
	panel := lineview.UnitsPanel{Line: string(l.ID)}
	for _, u := range p.statuses(l) {
		unit := lineview.Unit{
			ID:      string(u.Unit),
			Name:    l.names[u.Unit],
			State:   unitState(u),
			Since:   m.since(u.Since),
			Mode:    u.Mode.String(),
			Product: errs.Clip(u.Product),
			Order:   errs.Clip(u.Order),
			Role:    roleOf(l, u.Unit),
			Good:    count(l.locale, u.Good),
			Reject:  count(l.locale, u.Reject),
			Speed:   figure.Unknown,
		}
		if id := p.commands[u.Unit]; id != 0 && m.steps && p.Dispatch.Write != nil {
			unit.Command = writeHref(l.ID, p.Tags.Tag(id).Name)
		}
		if u.Good.Tag == 0 && u.Total.Tag != 0 {
			unit.Good, unit.GoodNote = count(l.locale, u.Total), "all pieces; good are these less rejected"
			if u.Reject.Tag == 0 {
				unit.GoodNote = "all pieces; no rejects are counted"
			}
		}
		if u.SpeedOK {
			unit.Speed = l.locale.Reading(u.Speed) + " " + perMinute(p.speedUnit[u.Unit])
		}
		if faulty(u.Fault) {
			unit.Fault = cmp.Or(l.reason(u.Unit, u.Fault), u.Fault)
		}
		panel.Units = append(panel.Units, unit)
	}
	return panel
}

// perMinute writes the unit of a rate shorter: "/min" for "1/min".
func perMinute(unit string) string {
	if len(unit) > 2 && unit[:2] == "1/" {
		return unit[1:]
	}
	return unit
}

func roleOf(l lineInfo, u plant.UnitID) string {
	switch {
	case u != l.Pacer && u != l.Output:
		return ""
	case u != l.Output:
		return "pacer"
	case u != l.Pacer:
		return "output"
	}
	return "pacer and output"
}

// tags is the panel "line/<id>/tags".
func (p *painter) tags(m moment, l lineInfo) lineview.TagsPanel {
	panel := lineview.TagsPanel{Line: string(l.ID)}
	for _, id := range l.tags {
		t := p.Tags.Tag(id)
		row := lineview.Tag{
			Name:     t.Name,
			Label:    t.Label,
			Machine:  l.names[p.homes[id].unit],
			Value:    figure.Unknown,
			Unit:     t.Unit,
			Quality:  "no value yet",
			Grade:    lineview.Bad,
			Age:      ui.Timer{Text: figure.Unknown},
			Writable: t.Writable,
			Trend:    "/line/" + string(l.ID) + "?tag=" + escape(t.Name) + "#trend",
		}
		if s, ok := p.Latest.Get(id); ok {
			row.Value, row.Quality, row.Grade = reading(l.locale, s), s.Quality.String(), grade(s.Quality)
			if word := p.codes[id].Word(s); word != "" {
				row.Value = word + " (" + row.Value + ")"
			}
			row.Age = m.ageOf(s.Time.Truncate(100 * time.Millisecond))
			if isText(s.Value) {
				row.Trend = ""
			}
		}
		if t.Writable && m.steps && p.Dispatch.Write != nil {
			row.Write = writeHref(l.ID, t.Name)
		}
		panel.Tags = append(panel.Tags, row)
	}
	if len(panel.Tags) == 0 {
		panel.Empty = &ui.Empty{Title: "No tags", Text: "Give the line's machines tags in the plant file."}
	}
	return panel
}
