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

// workingPlant has an exception of every kind at both levels; line two says something else than its site.
const workingPlant = `sites:
  - id: ulm
    zone: Europe/Berlin
    shifts: [{name: Early, days: [mon, tue, wed, thu, fri], start: "06:00", end: "14:00"}]
    holidays:
      - {name: Christmas, on: "2026-12-25", repeat: FREQ=YEARLY}
      - {name: Extra, on: "2026-12-05", to: "2026-12-06", shifts: [{name: Extra, start: "06:00", end: "12:00", breaks: ["09:00-09:30"]}]}
      - {name: Longer, on: "2026-12-05", shifts: [{start: "10:00", end: "16:00"}]}
      - {name: Half day, on: "2026-12-24", repeat: FREQ=YEARLY, shifts: [{name: Early, start: "06:00", end: "10:00"}]}
      - {name: New Year, on: "2027-01-01", repeat: FREQ=YEARLY}
      - {name: Stocktaking, on: "2027-01-01", shifts: [{name: Count, start: "08:00", end: "09:00"}]}
    areas:
      - id: hall
        lines:
          - {id: one, units: [{id: press}]}
          - id: two
            units: [{id: press}]
            holidays:
              - {name: Rush, on: "2026-12-25", shifts: [{name: Rush, start: "22:00", end: "04:00"}]}
              - {name: Rebuild, on: "2026-12-06"}
              - {name: Own Saturday, on: "2026-12-05", shifts: [{name: Own, start: "13:00", end: "15:00"}]}
`

func TestALinesDatesWinOverItsSites(t *testing.T) {
	m, err := ParsePlant("plant", []byte(workingPlant))
	if err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string][2]string{ // of line one and two
		"2026-12-04": {"Early 06:00-14:00", "Early 06:00-14:00"},
		"2026-12-05": {"Extra 06:00-16:00", "Own 13:00-15:00"},
		"2026-12-06": {"Extra 06:00-12:00", ""},
		"2026-12-24": {"Early 06:00-10:00", "Early 06:00-10:00"},
		"2026-12-25": {"", "Rush 22:00-04:00"},
		"2027-01-01": {"Count 08:00-09:00", "Count 08:00-09:00"},
		"2027-12-24": {"Early 06:00-10:00", "Early 06:00-10:00"},
		"2027-12-25": {"", ""},
		"2028-01-01": {"", ""},
	} {
		d, err := plant.ParseDate(date)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range m.Plant.Lines() {
			zone := l.Calendar.Zone
			got := ""
			for _, s := range l.Calendar.Between(d.Begin(zone), (d + 1).Begin(zone)) {
				if s.Date == date {
					got += fmt.Sprintf("%s %s-%s", s.Name, s.From.In(zone).Format("15:04"), s.To.In(zone).Format("15:04"))
				}
			}
			if got != want[i] {
				t.Errorf("line %s on %s: %q, want %q", l.ID, date, got, want[i])
			}
		}
	}
}

func TestOtherShiftsThatCannotBeAreRefused(t *testing.T) {
	for old, c := range map[string]struct{ new, path, words string }{
		`{name: Rush, start: "22:00"`:  {`{name: Rush, start: "noon"`, "sites[0].areas[0].lines[1].holidays[0].shifts[0].start", "no time of day"},
		`end: "15:00"}`:                {`end: "15:00", days: [mon]}`, "sites[0].areas[0].lines[1].holidays[2].shifts[0].days", "names weekdays"},
		`"09:00-09:30"`:                {`"12:00-12:30"`, "sites[0].holidays[1].shifts", "does not lie within shift"},
		`start: "06:00", end: "10:00"`: {`start: "06:00", end: "10:00"}, {start: "09:00", end: "11:00"`, "sites[0].holidays[3].shifts", "overlap"},
		`start: "22:00", end: "04:00"`: {`start: "22:00", end: "21:00"`, "", ""}, // the next day is a Saturday
		`"2027-01-01", shifts`:         {`"2027-01-01", repeat: FREQ=DAILY, to: "2027-02-01", shifts`, "", ""},
		`name: Count, start: "08:00"`:  {`name: Count, start: "09:30"`, "", ""}, // to the next morning, a Saturday
		`on: "2026-12-05", to`:         {`on: "2026-12-04", to`, "", ""},
		`start: "06:00", end: "12:00"`: {`start: "06:30", end: "06:30"`, "sites[0].holidays[1].shifts", "goes on when"},
	} {
		_, err := ParsePlant("plant", []byte(strings.Replace(workingPlant, old, c.new, 1)))
		if c.path == "" {
			if err != nil {
				t.Errorf("%s: %v", c.new, err)
			}
			continue
		}
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), c.path+": ") || !strings.Contains(fmt.Sprint(err), c.words) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}

func TestARuleGivesNoEndlessDatesOtherShifts(t *testing.T) {
	text := strings.Replace(workingPlant, `on: "2026-12-24", repeat: FREQ=YEARLY`, `on: "1970-01-01", to: "1970-12-31", repeat: FREQ=YEARLY`, 1)
	_, err := ParsePlant("plant", []byte(text))
	if errs.KindOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), "sites[0].holidays[3].repeat: names more than") {
		t.Errorf("%v", err)
	}
}

// TestDatesAreLaidOutOnce: a rule whose spans overlap names each date once, however often it comes.
func TestDatesAreLaidOutOnce(t *testing.T) {
	text := strings.Replace(closedPlant, `on: "2026-12-24", to: "2026-12-26", repeat: FREQ=YEARLY`, `on: "2026-12-24", to: "2027-12-23", repeat: FREQ=DAILY`, 1)
	m, err := ParsePlant("plant", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	closed := m.Plant.Lines()[0].Calendar.Closed
	if n := len(closed); n < 16_000 || n > 17_000 {
		t.Errorf("%d dates are closed", n)
	}
	for i, c := range closed[1:] {
		if c.Date <= closed[i].Date {
			t.Fatalf("%s follows %s", c.Date, closed[i].Date)
		}
	}
}

// TestALinesShiftsRunIntoItsSitesException: it is said at the exception, once for all lines, which are named.
func TestALinesShiftsRunIntoItsSitesException(t *testing.T) {
	own := `
          - {id: %[1]s, name: %[2]s, shifts: [{name: Night, start: "22:00", end: "07:00"}], units: [{id: press}]}`
	for n, want := range map[int]string{
		1: "on line A: shift", 2: "on lines A and B: shift", 3: "on lines A, B and C: shift", 5: "on lines A, B, C and 2 more: shift",
	} {
		lines := ""
		for i := range n {
			lines += fmt.Sprintf(own, string(rune('a'+i)), string(rune('A'+i)))
		}
		text := strings.Replace(workingPlant, "        lines:", "        lines:"+lines, 1)
		_, err := ParsePlant("plant", []byte(text))
		if got := fmt.Sprint(err); errs.KindOf(err) != errs.Invalid || !strings.Contains(got, "sites[0].holidays[1].shifts: "+want) || strings.Count(got, "2026-12-05 begins") != 1 {
			t.Errorf("%d lines: %v", n, err)
		}
	}
}
