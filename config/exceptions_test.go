package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// closedPlant is a site of two lines with holidays and planned stops.
const closedPlant = `sites:
  - id: ulm
    zone: Europe/Berlin
    shifts: [{name: Night, start: "22:00", end: "06:00"}]
    holidays:
      - {name: Christmas, on: "2026-12-24", to: "2026-12-26", repeat: FREQ=YEARLY}
      - {name: Easter Monday, on: "2026-04-06", repeat: FREQ=YEARLY;BYEASTER=1}
    stops: [{name: Cleaning, on: "2026-03-02", start: "23:00", end: "00:30", repeat: FREQ=WEEKLY;BYDAY=MO;UNTIL=20260331T000000Z}]
    areas:
      - id: hall
        lines:
          - {id: one, units: [{id: press}]}
          - id: two
            units: [{id: press}]
            holidays: [{name: Rebuild, on: "2026-03-28"}]
            stops: [{name: Service, on: "2026-10-24", start: "22:00", end: "23:00"}]
`

func calendarOf(t *testing.T, line string) plant.Calendar {
	t.Helper()
	m, err := ParsePlant("plant", []byte(closedPlant))
	if err != nil {
		t.Fatal(err)
	}
	l, ok := m.Plant.Line(plant.LineID(line))
	if !ok {
		t.Fatalf("there is no line %s", line)
	}
	return l.Calendar
}

func TestHolidaysRepeatByTheirRules(t *testing.T) {
	one, two := calendarOf(t, "one"), calendarOf(t, "two")
	for date, want := range map[string]string{
		"2026-12-23": "", "2026-12-24": "Christmas", "2026-12-26": "Christmas", "2026-12-27": "", "2031-12-25": "Christmas", "2025-12-25": "",
		"2026-04-06": "Easter Monday", "2027-03-29": "Easter Monday", "2027-04-06": "", "2026-03-28": "",
	} {
		d, err := plant.ParseDate(date)
		if err != nil {
			t.Fatal(err)
		}
		if why, _ := one.ClosedOn(d); why != want {
			t.Errorf("%s: %q, want %q", date, why, want)
		}
	}
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	// The nights of the changes of clocks: 7 h, and not scheduled where the line is rebuilt; 9 h.
	spring, autumn := at("2026-03-28T23:30:00+01:00"), at("2026-10-24T23:30:00+02:00")
	if s, ok := one.At(spring); !ok || s.Span().Duration() != 7*time.Hour {
		t.Errorf("%+v", s)
	}
	if s, ok := two.At(spring); ok {
		t.Errorf("line two works while it is rebuilt: %+v", s)
	}
	if s, ok := two.At(autumn); !ok || s.Span().Duration() != 9*time.Hour || len(s.Breaks) != 1 || s.Breaks[0].Duration() != time.Hour {
		t.Errorf("%+v", s)
	}
	if s, _ := one.At(at("2026-03-30T23:30:00+02:00")); len(s.Breaks) != 1 || s.Breaks[0].Duration() != 90*time.Minute {
		t.Errorf("no cleaning on Monday: %+v", s)
	}
	if s, _ := one.At(at("2026-04-13T23:30:00+02:00")); len(s.Breaks) != 0 {
		t.Errorf("cleaning after its end: %+v", s)
	}
}

func TestHolidaysThatCannotBeAreRefused(t *testing.T) {
	for old, c := range map[string]struct{ new, path, words string }{
		`on: "2026-12-24"`:       {`on: "2026-12-32"`, "sites[0].holidays[0].on", "is no date"},
		`to: "2026-12-26"`:       {`to: "2026-12-20"`, "sites[0].holidays[0].to", "does not lie within a year"},
		"FREQ=YEARLY}":           {"often}", "sites[0].holidays[0].repeat", "is no recurrence rule"},
		"FREQ=YEARLY;BYEASTER=1": {"FREQ=SECONDLY", "sites[0].holidays[1].repeat", "within a day"},
		"FREQ=WEEKLY;BYDAY=MO;":  {"FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30;", "sites[0].stops[0].repeat", "names no date"},
		`end: "23:00"`:           {`end: "22:00"`, "sites[0].areas[0].lines[1].stops[0].end", "is when it starts"},
	} {
		_, err := ParsePlant("plant", []byte(strings.Replace(closedPlant, old, c.new, 1)))
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), c.path+": ") || !strings.Contains(fmt.Sprint(err), c.words) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}

func TestAHolidayChangesTheCalendarOfItsLines(t *testing.T) {
	before, err := ParsePlant("before", []byte(closedPlant))
	if err != nil {
		t.Fatal(err)
	}
	after, err := ParsePlant("after", []byte(strings.Replace(closedPlant, `on: "2026-03-28"`, `on: "2026-03-29"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(Changes(before, after), Redrawn(before, after)); got != "[{line two changes its calendar}] [two]" {
		t.Error(got)
	}
}
