package plant

import (
	"testing"
	"time"
)

func dateOf(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestNoShiftOpensOnAHoliday(t *testing.T) {
	c := threeShifts(t)
	c.Closed = []Closing{{dateOf(t, "2026-03-28"), "Stocktaking"}, {dateOf(t, "2026-12-25"), "Christmas Day"}}
	for at, want := range map[string]string{
		"2026-12-25T03:00:00+01:00": "2026-12-24 Night", // opened the day before
		"2026-12-25T06:00:00+01:00": "",
		"2026-12-25T23:00:00+01:00": "",
		"2026-12-26T03:00:00+01:00": "",
		"2026-12-26T06:00:00+01:00": "2026-12-26 Early",
		"2026-03-28T23:00:00+01:00": "", // the night in which clocks are put forward
		"2026-03-29T04:00:00+02:00": "",
	} {
		s, ok := c.At(moment(t, at))
		if got := s.Date + " " + s.Name; ok != (want != "") || ok && got != want {
			t.Errorf("%s is in %q, want %q", at, got, want)
		}
	}
	if why, ok := c.ClosedOn(dateOf(t, "2026-12-25")); !ok || why != "Christmas Day" {
		t.Errorf("%q %t", why, ok)
	}
	always := Calendar{Closed: c.Closed}
	if _, ok := always.At(moment(t, "2026-12-25T12:00:00Z")); ok {
		t.Error("a line without shifts works on a holiday")
	}
}

func TestAPlannedStopIsABreakOfItsShifts(t *testing.T) {
	c := threeShifts(t)
	c.Stops = []PlannedStop{
		{"Service", dateOf(t, "2026-03-28"), clockAt(t, "21:00"), clockAt(t, "03:30")}, // over two shifts, and the change of clocks
		{"Cleaning", dateOf(t, "2026-07-01"), clockAt(t, "12:15"), clockAt(t, "13:00")},
		{"Audit", dateOf(t, "2026-07-02"), clockAt(t, "06:00"), clockAt(t, "14:00")},
	}
	on := func(from, to string) (sum time.Duration) {
		for _, s := range c.Cut(moment(t, from), moment(t, to)) {
			if s.Plan == OnBreak {
				sum += s.Duration()
			}
		}
		return sum
	}
	for _, x := range []struct {
		from, to string
		want     time.Duration
	}{
		{"2026-03-28T14:00:00+01:00", "2026-03-28T22:00:00+01:00", time.Hour},
		{"2026-03-28T22:00:00+01:00", "2026-03-29T06:00:00+02:00", 4*time.Hour + 30*time.Minute}, // 22:00 to 03:30 is 4.5 h that night
		{"2026-07-01T06:00:00+02:00", "2026-07-01T14:00:00+02:00", 15*time.Minute + 60*time.Minute},
		{"2026-07-02T06:00:00+02:00", "2026-07-02T14:00:00+02:00", 8 * time.Hour},
		{"2026-07-03T06:00:00+02:00", "2026-07-03T14:00:00+02:00", 45 * time.Minute},
	} {
		if got := on(x.from, x.to); got != x.want {
			t.Errorf("%s: %s of breaks, want %s", x.from, got, x.want)
		}
	}
	for at, hours := range map[string]float64{"2026-03-28T23:00:00+01:00": 7, "2026-10-24T23:00:00+02:00": 9} {
		if s, ok := c.At(moment(t, at)); !ok || s.Name != "Night" || s.Span().Duration().Hours() != hours {
			t.Errorf("%s: %+v", at, s)
		}
	}
}

func TestAPlannedStopIsKnownByItsName(t *testing.T) {
	c := threeShifts(t)
	c.Stops = []PlannedStop{
		{"Service", dateOf(t, "2026-03-28"), clockAt(t, "21:00"), clockAt(t, "03:30")}, // over midnight, and the change of clocks
		{"Audit", dateOf(t, "2026-07-02"), clockAt(t, "06:00"), clockAt(t, "14:00")},
		{"Drill", dateOf(t, "2026-07-02"), clockAt(t, "15:00"), clockAt(t, "15:10")},
	}
	for at, want := range map[string]string{
		"2026-03-28T20:59:59+01:00": "",
		"2026-03-28T21:00:00+01:00": "Service",
		"2026-03-29T01:59:59+01:00": "Service",
		"2026-03-29T03:29:59+02:00": "Service",
		"2026-03-29T03:30:00+02:00": "",
		"2026-07-02T13:59:59+02:00": "Audit",
		"2026-07-02T14:00:00+02:00": "",
		"2026-07-02T13:05:00Z":      "Drill",
	} {
		if name, ok := c.StopAt(moment(t, at)); name != want || ok != (want != "") {
			t.Errorf("%s is in %q, want %q", at, name, want)
		}
	}
	for date, want := range map[string]int{"2026-03-28": 1, "2026-03-29": 0, "2026-07-02": 2, "2026-12-24": 0} {
		if got := c.StopsOn(dateOf(t, date)); len(got) != want {
			t.Errorf("%s: %v", date, got)
		}
	}
}

func TestDatesReadAndPrint(t *testing.T) {
	for _, s := range []string{"2026-12-25", "1969-12-31", "1970-01-01", "2028-02-29"} {
		if got := dateOf(t, s).String(); got != s {
			t.Errorf("%s prints as %s", s, got)
		}
	}
	for _, s := range []string{"", "2026-02-29", "25.12.2026", "2026-1-1"} {
		if _, err := ParseDate(s); err == nil {
			t.Errorf("%q is a date", s)
		}
	}
}

func TestADayBeginsWhenItsClockFirstShowsIt(t *testing.T) {
	for zone, cases := range map[string][3]string{ // a moment, its date, and where that begins
		"Europe/Berlin":   {"2026-03-29T01:30:00Z", "2026-03-29", "2026-03-28T23:00:00Z"},
		"Asia/Beirut":     {"2026-03-28T22:30:00Z", "2026-03-29", "2026-03-28T22:00:00Z"}, // 00:00 to 01:00 is skipped
		"America/Havana":  {"2026-11-01T05:30:00Z", "2026-11-01", "2026-11-01T04:00:00Z"}, // 00:00 to 01:00 comes twice
		"America/Godthab": {"2026-10-25T01:30:00Z", "2026-10-24", "2026-10-24T01:00:00Z"}, // put back over midnight
	} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := time.Parse(time.RFC3339, cases[0])
		d := DateIn(at, loc)
		if got := d.Begin(loc).UTC().Format(time.RFC3339); d.String() != cases[1] || got != cases[2] {
			t.Errorf("%s in %s is of %s, which begins %s; want %s, %s", cases[0], zone, d, got, cases[1], cases[2])
		}
		if d.Begin(loc).After(at) || !(d + 1).Begin(loc).After(at) {
			t.Errorf("%s in %s does not lie within %s", cases[0], zone, d)
		}
	}
}

func TestPlannedStopsThatOverlapAreOne(t *testing.T) {
	monday, _ := ParseDate("2026-03-02")
	c := Calendar{
		Shifts: []ShiftPattern{{Name: "Day", End: minutesPerDay}}, // busy all day, also from 05:00 to 06:00
		Stops:  []PlannedStop{{Name: "Service", Date: monday, End: 12 * 60}, {Name: "Painting", Date: monday, Start: 60, End: 13 * 60}},
	}
	from := monday.Begin(time.UTC)
	var down []Span
	for _, s := range c.Cut(from, from.Add(24*time.Hour)) {
		if n := len(down); s.Plan == OnBreak && n > 0 && down[n-1].To.Equal(s.From) {
			down[n-1].To = s.To
		} else if s.Plan == OnBreak {
			down = append(down, s.Span)
		}
	}
	if want := (Span{from, from.Add(13 * time.Hour)}); len(down) != 1 || down[0] != want {
		t.Errorf("planned down for %v, want %v: the first start and the last end win", down, want)
	}
}
