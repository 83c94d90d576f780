// The form of the exceptions of a calendar: dates that are closed, or have other shifts than their weekday.

package web

import (
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// The kinds of exceptions, as the form names them.
const (
	kindClosed = ""
	kindOther  = "other"
)

func holidaysForm(c echo.Context, p place) equipment.Form {
	holidays := *p.calendar().holidays
	l := leafOf(c, "holidays", len(holidays))
	f := equipment.Form{
		ID: "holidays", Title: "Holidays and exceptions", Action: p.calendarHref("holidays"), Seal: seal(holidays), Button: "Keep in the draft",
		Lead: "Dates, like 2026-12-25, that are not as their weekday: closed, so that no shift opens (a night shift that opened the day before goes on), or with other shifts, such as an extra Saturday." + ruleHelp,
	}
	l.turn(p, &f)
	for i := range l.rows(c, "holiday") {
		e, id := row(holidays[l.from:l.to], i), fmt.Sprintf("holiday-%d", i)
		kind := kindClosed
		if len(e.Shifts) > 0 {
			kind = kindOther
		}
		fields := []equipment.Field{
			optional(text(id+"-name", "Name", "", e.Name)),
			optional(text(id+"-on", "Date", "", e.On)),
			optional(text(id+"-to", "Last date", "", e.To)),
		}
		fields = append(fields, repeatField(id, e.Repeat)...)
		fields = append(fields, choose(id+"-kind", "Kind", "", kind, ui.Choice{Value: kindClosed, Name: "Closed"}, ui.Choice{Value: kindOther, Name: "Other shifts"}))
		f.Groups = append(f.Groups, equipment.Group{Title: fmt.Sprintf("Exception %d", l.number(i)), Row: true, Fields: fields})
		for j := range min(max(len(e.Shifts)+1, 2), bounds.MostShifts) {
			f.Groups = append(f.Groups, otherShift(fmt.Sprintf("%s-shift-%d-", id, j), fmt.Sprintf("Shift %d of exception %d", j+1, l.number(i)), row(e.Shifts, j)))
		}
	}
	return f
}

func otherShift(id, title string, e config.ShiftEntry) equipment.Group {
	return equipment.Group{Fold: title, Row: true, Fields: []equipment.Field{
		optional(text(id+"name", "Name of the shift", "", e.Name)),
		optional(text(id+"start", "Start", "like 06:00", e.Start)),
		optional(text(id+"end", "End", "like 14:00", e.End)),
		optional(text(id+"breaks", "Breaks", "like 10:00-10:30", strings.Join(e.Breaks, ", "))),
	}}
}

func readHolidays(c echo.Context, p place) error {
	var all []config.DayEntry
	var w wrong
	for _, i := range exceptionsSent(c) {
		id := fmt.Sprintf("holiday-%d", i)
		value := func(name string) string { return strings.TrimSpace(c.FormValue(id + "-" + name)) }
		e := config.DayEntry{Name: value("name"), On: value("on"), To: value("to"), Repeat: readRepeat(c, id)}
		for _, j := range otherSent(c, i) {
			e.Shifts = append(e.Shifts, readShift(c, fmt.Sprintf("%s-shift-%d-", id, j)))
		}
		switch kind := value("kind"); {
		case kind == kindOther && len(e.Shifts) == 0:
			w.add(id+"-shift-0-start", "Write when the shift starts and ends, or choose Closed.")
		case kind != kindOther && len(e.Shifts) > 0:
			w.add(id+"-kind", "Shifts are written below: choose Other shifts, or empty them.")
		}
		all = append(all, e)
	}
	holidays := p.calendar().holidays
	*holidays = within(leafOf(c, "holidays", len(*holidays)), *holidays, all)
	return w.err()
}

// readShift reads a shift without its days.
func readShift(c echo.Context, id string) config.ShiftEntry {
	value := func(name string) string { return strings.TrimSpace(c.FormValue(id + name)) }
	e := config.ShiftEntry{Name: value("name"), Start: value("start"), End: value("end")}
	for _, b := range strings.FieldsFunc(value("breaks"), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		e.Breaks = append(e.Breaks, strings.ReplaceAll(b, "–", "-"))
	}
	return e
}

// exceptionsSent are the numbers of the exceptions in which something is written.
func exceptionsSent(c echo.Context) (all []int) {
	for _, i := range typedRows(c, "holiday") {
		id := fmt.Sprintf("holiday-%d-", i)
		if !empty(c, id) || c.FormValue(id+"kind") == kindOther || len(otherSent(c, i)) > 0 {
			all = append(all, i)
		}
	}
	return all
}

// otherSent are the numbers of the shifts of an exception in which something is written.
func otherSent(c echo.Context, exception int) (all []int) {
	for j := range bounds.MostShifts {
		if id := fmt.Sprintf("holiday-%d-shift-%d-", exception, j); !empty(c, id) || strings.TrimSpace(c.FormValue(id+"breaks")) != "" {
			all = append(all, j)
		}
	}
	return all
}

// exceptionNames say where the form shows what is wrong with an exception: its shifts first, then the rest of it.
func exceptionNames(c echo.Context) func(place) []renamed {
	return func(p place) (all []renamed) {
		from := leafOf(c, "holidays", len(*p.calendar().holidays)).from
		for n, i := range exceptionsSent(c) {
			path := fmt.Sprintf("%s.holidays[%d].", p.path, from+n)
			id := fmt.Sprintf("holiday-%d-", i)
			for m, j := range otherSent(c, i) {
				all = append(all, renamed{fmt.Sprintf("%sshifts[%d].", path, m), fmt.Sprintf("%sshift-%d-", id, j)})
			}
			all = append(all, renamed{path + "shifts", id + "kind"}, renamed{path, id})
		}
		return append(all, allDates(p)...)
	}
}
