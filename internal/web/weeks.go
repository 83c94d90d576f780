// When the lines are meant to produce: the calendars of all sites, drawn.

package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/plant"
	"millwright/views/admin/equipment"
	"millwright/views/figure"
	"millwright/views/ui"
)

const aheadDays = 14 // of the calendar that are drawn

// calendarSetup shows when each line is meant to produce, as it is drafted.
func (s *Server) calendarSetup(c echo.Context) error {
	page, err := s.admin(c, "/admin/calendar", "Calendar", "When the lines are meant to produce: the next two weeks as they are drafted.")
	if err != nil {
		return err
	}
	d, err := s.document(c.Request().Context())
	if err != nil {
		return err
	}
	m, err := withoutMachines(d).Model("the plant", nil)
	if err != nil {
		return err
	}
	p := equipment.Calendar{Page: page}
	for i, site := range m.Plant.Sites {
		p.Sites = append(p.Sites, s.siteWeeks(site, &d.Sites[i]))
	}
	if len(p.Sites) == 0 {
		p.Empty = &ui.Empty{Title: "No sites yet", Text: "A calendar belongs to a site.", Next: ui.Link{Name: "Add a site", Href: "/admin/equipment/add?at="}}
	}
	return s.showAs(c, http.StatusOK, equipment.ShowCalendar(p))
}

// withoutMachines takes out of a document what a calendar does not need, so that it is understood at once.
func withoutMachines(d config.Document) config.Document {
	for _, site := range d.Sites {
		for _, area := range site.Areas {
			for i := range area.Lines {
				l := &area.Lines[i]
				l.Units, l.Pacer, l.Output = []config.UnitEntry{{ID: "unit"}}, "", ""
			}
		}
	}
	return d
}

func (s *Server) siteWeeks(site plant.Site, e *config.SiteEntry) equipment.SiteWeeks {
	w := equipment.SiteWeeks{ID: e.ID, Name: site.Name, Zone: e.Zone, Edit: "/admin/calendar/site/" + e.ID}
	for i := range aheadDays {
		w.Days = append(w.Days, s.Now().In(site.Zone).AddDate(0, 0, i).Format("Mon 2"))
	}
	shared := -1 // of w.Lines: those without a calendar of their own
	for i, area := range site.Areas {
		for j, line := range area.Lines {
			entry := &e.Areas[i].Lines[j]
			link := ui.Link{Name: line.Name, Href: "/admin/calendar/line/" + entry.ID}
			own := len(entry.Shifts)+len(entry.Holidays)+len(entry.Stops) > 0
			switch {
			case own:
				w.Lines = append(w.Lines, equipment.LineWeeks{Lines: []ui.Link{link}, Note: "with its own", Strip: weeks(line, line.Name, s.Now()), Exceptions: exceptions(line.Calendar, s.Now())})
			case shared < 0:
				shared = len(w.Lines)
				w.Lines = append(w.Lines, equipment.LineWeeks{Lines: []ui.Link{link}, Note: "as the site", Strip: weeks(line, site.Name, s.Now()), Exceptions: exceptions(line.Calendar, s.Now())})
			default:
				w.Lines[shared].Lines = append(w.Lines[shared].Lines, link)
			}
		}
	}
	return w
}

// exceptions are the dates of the two weeks that are not as their weekday, and the planned stops on them, in words.
func exceptions(c plant.Calendar, now time.Time) (all []string) {
	l := figure.Locale{Zone: c.Zone}
	first := plant.DateIn(now, c.Zone)
	for d := first; d < first+aheadDays; d++ {
		begin := d.Begin(c.Zone)
		if other, ok := c.OtherOn(d); ok {
			said := l.Date(begin) + ": " + other.Name
			for _, p := range other.Shifts {
				said += fmt.Sprintf(", %s %s", p.Name, plant.ClockSpan{Start: p.Start, End: p.End})
			}
			all = append(all, said)
		} else if why, closed := c.ClosedOn(d); closed {
			all = append(all, fmt.Sprintf("%s: %s, closed", l.Date(begin), why))
		}
		for _, p := range c.StopsOn(d) {
			all = append(all, fmt.Sprintf("%s: %s, planned stop %s", l.Date(begin), p.Name, plant.ClockSpan{Start: p.Start, End: p.End}))
		}
	}
	return all
}

// weeks draws two weeks of a line's calendar from midnight on.
func weeks(line plant.Line, name string, now time.Time) ui.Strip {
	zone := line.Calendar.Zone
	l := figure.Locale{Zone: zone}
	local := now.In(zone)
	from := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
	to := from.AddDate(0, 0, aheadDays)
	strip := ui.Strip{ID: "weeks-" + string(line.ID), Title: name + ", the next two weeks", From: from, To: to, Now: now, Locale: l}
	sums := map[plant.Plan]time.Duration{}
	for _, s := range line.Calendar.Cut(from, to) {
		sums[s.Plan] += s.Duration()
		seg := ui.Segment{From: s.From, To: s.To, Tone: ui.Running}
		switch s.Plan {
		case plant.OnBreak:
			seg.Tone = ui.Planned
		case plant.OffShift:
			seg.Tone = ui.Off
		}
		what := s.Shift.Name
		if s.Plan != plant.OnShift {
			what = upper(s.Plan.String())
		}
		if why, closed := line.Calendar.ClosedOn(plant.DateOf(s.From.In(zone))); closed && s.Plan == plant.OffShift {
			what = why
		}
		if stop, planned := line.Calendar.StopAt(s.From); planned && s.Plan == plant.OnBreak {
			what = stop
		}
		seg.Title = fmt.Sprintf("%s, %s %s–%s", what, l.Date(s.From), l.Time(s.From), l.Time(s.To))
		strip.Segments = append(strip.Segments, seg)
	}
	strip.Sums = fmt.Sprintf("scheduled %s, breaks and planned stops %s", figure.Span(sums[plant.OnShift]), figure.Span(sums[plant.OnBreak]))
	return strip
}
