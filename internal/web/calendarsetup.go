package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/admin/equipment"
	"millwright/views/figure"
	"millwright/views/ui"
)

const (
	aheadDays = 14  // of the calendar that are drawn
	mostRows  = 100 // of a form of the calendar
)

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
				w.Lines = append(w.Lines, equipment.LineWeeks{Lines: []ui.Link{link}, Note: "with its own", Strip: weeks(line, line.Name, s.Now())})
			case shared < 0:
				shared = len(w.Lines)
				w.Lines = append(w.Lines, equipment.LineWeeks{Lines: []ui.Link{link}, Note: "as the site", Strip: weeks(line, site.Name, s.Now())})
			default:
				w.Lines[shared].Lines = append(w.Lines[shared].Lines, link)
			}
		}
	}
	return w
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
		seg.Title = fmt.Sprintf("%s, %s %s–%s", what, l.Date(s.From), l.Time(s.From), l.Time(s.To))
		strip.Segments = append(strip.Segments, seg)
	}
	strip.Sums = fmt.Sprintf("scheduled %s, breaks and planned stops %s", figure.Span(sums[plant.OnShift]), figure.Span(sums[plant.OnBreak]))
	return strip
}

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
		return p, errs.New(errs.NotFound, "there is no site %q in the plant as it is drafted", clip(c.Param("site")))
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
		lead = "Own shifts go in the place of the site's; own holidays and planned stops are added to the site's."
	}
	page, err := s.admin(c, "/admin/calendar", "Calendar of "+p.name(), lead)
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Calendar", Href: "/admin/calendar"}, {Name: p.name()}}
	one := equipment.One{Page: page, Forms: []equipment.Form{shiftsForm(p), holidaysForm(p), stopsForm(p)}}
	status := http.StatusOK
	for i, f := range one.Forms {
		if f.ID == form {
			one.Forms[i] = f.Typed(c.FormValue, r.Faults)
			one.Forms[i].Theirs, one.Forms[i].Seal = r.Theirs, r.Seal
			status = http.StatusUnprocessableEntity
		}
	}
	return s.showAs(c, status, equipment.ShowOne(one))
}

func (p place) calendarHref(form string) string {
	return strings.TrimSuffix("/admin/calendar/"+p.kind+"/"+p.id()+"/"+form, "/")
}

// rows are the numbers of a form's rows: those there, and some to fill in.
func rows(there int) []int {
	all := make([]int, there+2)
	for i := range all {
		all[i] = i
	}
	return all
}

// row is the i-th of a list; the zero value for one that is to be filled in.
func row[T any](list []T, i int) (e T) {
	if i < len(list) {
		return list[i]
	}
	return e
}

func weekdays() []string { return []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} }

func shiftsForm(p place) equipment.Form {
	shifts := *p.calendar().shifts
	f := equipment.Form{
		ID: "shifts", Title: "Shifts", Action: p.calendarHref("shifts"), Seal: seal(shifts), Button: "Keep in the draft",
		Lead: "By the clock of the site. An end before the start is on the next day. No day ticked is every day; an empty row is left out.",
	}
	for _, i := range rows(len(shifts)) {
		e := row(shifts, i)
		id := func(name string) string { return fmt.Sprintf("shift-%d-%s", i, name) }
		days := make([]equipment.Field, 0, 7)
		for _, d := range weekdays() {
			on := ""
			if slices.ContainsFunc(e.Days, func(s string) bool { return strings.EqualFold(s, d) }) {
				on = "on"
			}
			days = append(days, equipment.Field{Kind: equipment.Tick, Input: ui.Input{ID: id(d), Label: upper(d), Value: on, Optional: true}})
		}
		f.Groups = append(f.Groups,
			equipment.Group{Title: fmt.Sprintf("Shift %d", i+1), Row: true, Fields: []equipment.Field{
				optional(text(id("name"), "Name", "", e.Name)),
				optional(text(id("start"), "Start", "", e.Start)),
				optional(text(id("end"), "End", "", e.End)),
				optional(text(id("breaks"), "Breaks", "", strings.Join(e.Breaks, ", "))),
			}},
			equipment.Group{Title: fmt.Sprintf("Shift %d opens on", i+1), Days: true, Fields: days})
	}
	return f
}

func readShifts(c echo.Context, p place) error {
	var all []config.ShiftEntry
	for i := range mostRows {
		id := fmt.Sprintf("shift-%d-", i)
		value := func(name string) string { return strings.TrimSpace(c.FormValue(id + name)) }
		if empty(c, id) {
			continue
		}
		e := config.ShiftEntry{Name: value("name"), Start: value("start"), End: value("end")}
		for _, d := range weekdays() {
			if value(d) == "on" {
				e.Days = append(e.Days, d)
			}
		}
		for _, b := range strings.FieldsFunc(value("breaks"), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
			e.Breaks = append(e.Breaks, strings.ReplaceAll(b, "–", "-"))
		}
		all = append(all, e)
	}
	*p.calendar().shifts = all
	return nil
}

// repeatField asks how a date repeats; the rules that people need most have words.
func repeatField(id, rule string) []equipment.Field {
	choices := []ui.Choice{
		{Value: "", Name: "Once"},
		{Value: "FREQ=YEARLY", Name: "Every year"},
		{Value: "FREQ=MONTHLY", Name: "Every month"},
		{Value: "FREQ=WEEKLY", Name: "Every week"},
		{Value: "own", Name: "By a rule"},
	}
	own := ""
	if !slices.ContainsFunc(choices, func(c ui.Choice) bool { return c.Value == rule }) {
		rule, own = "own", rule
	}
	return []equipment.Field{choose(id+"-repeat", "Repeats", "", rule, choices...), optional(text(id+"-rule", "Rule", "", own))}
}

func readRepeat(c echo.Context, id string) string {
	if repeat := c.FormValue(id + "-repeat"); repeat != "own" {
		return repeat
	}
	return strings.TrimSpace(c.FormValue(id + "-rule"))
}

const ruleHelp = " A rule is one of RFC 5545, like FREQ=WEEKLY;BYDAY=MO, or FREQ=YEARLY;BYEASTER=1 for Easter Monday."

func holidaysForm(p place) equipment.Form {
	holidays := *p.calendar().holidays
	f := equipment.Form{
		ID: "holidays", Title: "Holidays and exceptions", Action: p.calendarHref("holidays"), Seal: seal(holidays), Button: "Keep in the draft",
		Lead: "Dates, like 2026-12-25, on which no shift opens; a night shift that opened the day before goes on." + ruleHelp,
	}
	for _, i := range rows(len(holidays)) {
		e, id := row(holidays, i), fmt.Sprintf("holiday-%d", i)
		fields := []equipment.Field{
			optional(text(id+"-name", "Name", "", e.Name)),
			optional(text(id+"-on", "Date", "", e.On)),
			optional(text(id+"-to", "Last date", "", e.To)),
		}
		f.Groups = append(f.Groups, equipment.Group{Title: fmt.Sprintf("Holiday %d", i+1), Row: true, Fields: append(fields, repeatField(id, e.Repeat)...)})
	}
	return f
}

func readHolidays(c echo.Context, p place) error {
	var all []config.DayEntry
	for i := range mostRows {
		id := fmt.Sprintf("holiday-%d", i)
		value := func(name string) string { return strings.TrimSpace(c.FormValue(id + "-" + name)) }
		if empty(c, id+"-") {
			continue
		}
		all = append(all, config.DayEntry{Name: value("name"), On: value("on"), To: value("to"), Repeat: readRepeat(c, id)})
	}
	*p.calendar().holidays = all
	return nil
}

func stopsForm(p place) equipment.Form {
	stops := *p.calendar().stops
	f := equipment.Form{
		ID: "stops", Title: "Planned stops", Action: p.calendarHref("stops"), Seal: seal(stops), Button: "Keep in the draft",
		Lead: "Times at which the lines are meant to stand still within a shift, such as service; they are no loss." + ruleHelp,
	}
	for _, i := range rows(len(stops)) {
		e, id := row(stops, i), fmt.Sprintf("stop-%d", i)
		fields := []equipment.Field{
			optional(text(id+"-name", "Name", "", e.Name)),
			optional(text(id+"-on", "Date", "", e.On)),
			optional(text(id+"-start", "Start", "", e.Start)),
			optional(text(id+"-end", "End", "", e.End)),
		}
		f.Groups = append(f.Groups, equipment.Group{Title: fmt.Sprintf("Planned stop %d", i+1), Row: true, Fields: append(fields, repeatField(id, e.Repeat)...)})
	}
	return f
}

func readStops(c echo.Context, p place) error {
	var all []config.StopEntry
	for i := range mostRows {
		id := fmt.Sprintf("stop-%d", i)
		value := func(name string) string { return strings.TrimSpace(c.FormValue(id + "-" + name)) }
		if empty(c, id+"-") {
			continue
		}
		all = append(all, config.StopEntry{Name: value("name"), On: value("on"), Start: value("start"), End: value("end"), Repeat: readRepeat(c, id)})
	}
	*p.calendar().stops = all
	return nil
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
		return done(c, p.calendarHref(""), "drafted")
	}
}

// calendarNames say where a form of a calendar shows what is wrong with it: rows that are left out count for nothing.
func calendarNames(c echo.Context, form string) func(place) []renamed {
	field := strings.TrimSuffix(form, "s")
	return func(p place) []renamed {
		var all []renamed
		for i := range mostRows {
			id := fmt.Sprintf("%s-%d-", field, i)
			if empty(c, id) {
				continue
			}
			all = append(all, renamed{fmt.Sprintf("%s.%s[%d].", p.path, form, len(all)), id})
		}
		return all
	}
}

// empty tells whether nothing is written in the row of a form.
func empty(c echo.Context, id string) bool {
	for _, column := range []string{"name", "on", "start", "end"} {
		if strings.TrimSpace(c.FormValue(id+column)) != "" {
			return false
		}
	}
	return true
}
