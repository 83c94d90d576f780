// The calendar of one site or line: its page, and how its forms are kept.

package web

import (
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// calendarParts are what is set up about the calendar of a site or a line.
type calendarParts struct {
	shifts   *[]config.ShiftEntry
	holidays *[]config.DayEntry
	stops    *[]config.StopEntry
}

func (p place) calendar() calendarParts {
	if p.kind == "line" {
		return calendarParts{&p.line.Shifts, &p.line.Holidays, &p.line.Stops}
	}
	return calendarParts{&p.site.Shifts, &p.site.Holidays, &p.site.Stops}
}

// calendarPlace finds the site or line of an address in the draft.
func (s *Server) calendarPlace(c echo.Context) (place, error) {
	if c.Param("line") != "" {
		return s.linePlace(c)
	}
	d, err := s.document(c.Request().Context())
	if err != nil {
		return place{}, err
	}
	p, ok := placeOf(&d, c.Param("site"))
	if !ok || p.kind != "site" {
		return p, errs.New(errs.NotFound, "there is no site %q in the plant as it is drafted", errs.Clip(c.Param("site")))
	}
	return p, nil
}

// calendarOne shows the calendar of one site or line.
func (s *Server) calendarOne(c echo.Context) error { return s.calendarPage(c, "", refusal{}) }

func (s *Server) calendarPage(c echo.Context, form string, r refusal) error {
	p, err := s.calendarPlace(c)
	if err != nil {
		return err
	}
	lead := "For every line of the site that has none of its own."
	if p.kind == "line" {
		lead = "Own shifts go in the place of the site's; own exceptions win over the site's on the same date; the rest of them, and own planned stops, are added."
	}
	page, err := s.admin(c, "/admin/calendar", "Calendar of "+p.name(), lead)
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Calendar", Href: "/admin/calendar"}, {Name: p.name()}}
	one := equipment.One{Page: page, Forms: []equipment.Form{shiftsForm(c, p), holidaysForm(c, p), stopsForm(c, p)}}
	return s.formsPage(c, one, form, r)
}

func (p place) calendarHref(form string) string {
	return strings.TrimSuffix("/admin/calendar/"+p.kind+"/"+p.id()+"/"+form, "/")
}

// keepCalendar keeps a form of a calendar in the draft.
func (s *Server) keepCalendar(form string) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := s.calendarPlace(c)
		if err != nil {
			return err
		}
		sub := subject{at: p.at, names: calendarNames(c, form)}
		switch form {
		case "shifts":
			sub.part, sub.apply = func(p place) any { return *p.calendar().shifts }, func(p place) error { return readShifts(c, p) }
		case "holidays":
			sub.part, sub.apply = func(p place) any { return *p.calendar().holidays }, func(p place) error { return readHolidays(c, p) }
		default:
			sub.part, sub.apply = func(p place) any { return *p.calendar().stops }, func(p place) error { return readStops(c, p) }
		}
		r, err := s.change(c, sub)
		if err != nil {
			return err
		}
		if len(r.Faults) > 0 {
			return s.calendarPage(c, form, r)
		}
		now := leafOf(c, form, leafShown*leafShown) // the page bounds it by how long the list is
		return done(c, now.href(p.calendarHref(""), now.at), "drafted")
	}
}

// calendarNames say where a form of a calendar shows what is wrong with it: rows that are left out count for nothing.
func calendarNames(c echo.Context, form string) func(place) []renamed {
	if form == "holidays" {
		return exceptionNames(c)
	}
	field := strings.TrimSuffix(form, "s")
	return func(p place) []renamed {
		var all []renamed
		from := 0
		if form == "stops" {
			from = leafOf(c, form, len(*p.calendar().stops)).from
		}
		for _, i := range typedRows(c, field) {
			id := fmt.Sprintf("%s-%d-", field, i)
			if empty(c, id) {
				continue
			}
			all = append(all, renamed{fmt.Sprintf("%s.%s[%d].", p.path, form, from+len(all)), id})
		}
		return append(append(all, renamed{p.path + "." + form, ""}), allDates(p)...)
	}
}

// allDates are the places of what goes for the dates of a site and its lines together, such as shifts that run into
// each other: it is said without a field.
func allDates(p place) []renamed {
	site, _, _ := strings.Cut(p.path, ".")
	return []renamed{{p.path + ".holidays", ""}, {site + ".holidays", ""}, {site + ".areas", ""}}
}
