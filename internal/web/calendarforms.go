// The forms of a calendar: shifts, holidays, planned stops. Each row of one is an entry, and an empty row is none.

package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// empty tells whether nothing is written in the row of a form.
func empty(c echo.Context, id string) bool {
	for _, column := range []string{"name", "on", "start", "end"} {
		if strings.TrimSpace(c.FormValue(id+column)) != "" {
			return false
		}
	}
	return true
}

func weekdays() []string { return []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} }

func shiftsForm(c echo.Context, p place) equipment.Form {
	shifts := *p.calendar().shifts
	f := equipment.Form{
		ID: "shifts", Title: "Shifts", Action: p.calendarHref("shifts"), Seal: seal(shifts), Button: "Keep in the draft",
		Lead: "By the clock of the site. An end before the start is on the next day. No day ticked is every day; an empty row is left out.",
	}
	for i := range (leaf{to: len(shifts)}).rows(c, "shift") {
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
				optional(text(id("start"), "Start", "like 06:00", e.Start)),
				optional(text(id("end"), "End", "like 14:00", e.End)),
				optional(text(id("breaks"), "Breaks", "like 10:00-10:30, 12:00-12:15", strings.Join(e.Breaks, ", "))),
			}},
			equipment.Group{Title: fmt.Sprintf("Days of shift %d", i+1), Days: true, Fields: days})
	}
	return f
}

func readShifts(c echo.Context, p place) error {
	var all []config.ShiftEntry
	for _, i := range typedRows(c, "shift") {
		id := fmt.Sprintf("shift-%d-", i)
		if empty(c, id) {
			continue
		}
		e := readShift(c, id)
		for _, d := range weekdays() {
			if c.FormValue(id+d) == "on" {
				e.Days = append(e.Days, d)
			}
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

func stopsForm(c echo.Context, p place) equipment.Form {
	stops := *p.calendar().stops
	l := leafOf(c, "stops", len(stops))
	f := equipment.Form{
		ID: "stops", Title: "Planned stops", Action: p.calendarHref("stops"), Seal: seal(stops), Button: "Keep in the draft",
		Lead: "Times at which the lines are meant to stand still within a shift, such as service; they are no loss." + ruleHelp,
	}
	l.turn(p, &f)
	for i := range l.rows(c, "stop") {
		e, id := row(stops[l.from:l.to], i), fmt.Sprintf("stop-%d", i)
		fields := []equipment.Field{
			optional(text(id+"-name", "Name", "", e.Name)),
			optional(text(id+"-on", "Date", "like 2027-01-31", e.On)),
			optional(text(id+"-start", "Start", "like 06:00", e.Start)),
			optional(text(id+"-end", "End", "like 08:00", e.End)),
		}
		f.Groups = append(f.Groups, equipment.Group{Title: fmt.Sprintf("Planned stop %d", l.number(i)), Row: true, Fields: append(fields, repeatField(id, e.Repeat)...)})
	}
	return f
}

func readStops(c echo.Context, p place) error {
	var all []config.StopEntry
	for _, i := range typedRows(c, "stop") {
		id := fmt.Sprintf("stop-%d", i)
		value := func(name string) string { return strings.TrimSpace(c.FormValue(id + "-" + name)) }
		if empty(c, id+"-") {
			continue
		}
		all = append(all, config.StopEntry{Name: value("name"), On: value("on"), Start: value("start"), End: value("end"), Repeat: readRepeat(c, id)})
	}
	stops := p.calendar().stops
	*stops = within(leafOf(c, "stops", len(*stops)), *stops, all)
	return nil
}
