package plant

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func weekdaysOnly(t testing.TB) Calendar {
	return Calendar{Zone: zone(t, "Europe/Berlin"), Shifts: []ShiftPattern{
		pattern(t, "Early 06:00-14:00 09:00-09:15", time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday),
		pattern(t, "Night 22:00-06:00", time.Monday, time.Tuesday, time.Wednesday, time.Thursday),
	}}
}

func TestADateHasOtherShiftsThanItsWeekday(t *testing.T) {
	for name, x := range map[string]struct {
		other    []string // of the date
		date     string
		closed   bool
		want     string        // shifts that open on the date
		lasts    time.Duration // all of them
		pauses   time.Duration
		runsAt   string // in a shift of the date
		silentAt string
	}{
		"an extra Saturday":          {[]string{"Extra 06:00-12:00 09:00-09:30"}, "2026-12-05", false, "Extra", 6 * time.Hour, 30 * time.Minute, "2026-12-05T11:59:00+01:00", "2026-12-05T12:00:00+01:00"},
		"work on a holiday":          {[]string{"Early 06:00-14:00", "Late 14:00-20:00"}, "2026-12-25", true, "Early Late", 14 * time.Hour, 0, "2026-12-25T19:00:00+01:00", "2026-12-25T20:00:00+01:00"},
		"a short day":                {[]string{"Early 07:00-11:00"}, "2026-12-24", false, "Early", 4 * time.Hour, 0, "2026-12-24T07:00:00+01:00", "2026-12-24T12:00:00+01:00"},
		"a night of seven hours":     {[]string{"Night 22:00-06:00 01:30-03:30"}, "2026-03-28", false, "Night", 7 * time.Hour, time.Hour, "2026-03-29T05:59:00+02:00", "2026-03-29T06:00:00+02:00"},
		"a night of nine hours":      {[]string{"Night 22:00-06:00 01:30-03:30"}, "2026-10-24", false, "Night", 9 * time.Hour, 3 * time.Hour, "2026-10-25T02:30:00+01:00", "2026-10-25T06:00:00+01:00"},
		"only in the hour skipped":   {[]string{"Odd 02:00-03:00"}, "2026-03-29", false, "", 0, 0, "", "2026-03-29T03:00:00+02:00"},
		"the whole day":              {[]string{"Day 00:00-24:00"}, "2026-12-06", false, "Day", 24 * time.Hour, 0, "2026-12-06T23:59:59+01:00", "2026-12-07T00:00:00+01:00"},
		"nothing where nothing said": {nil, "2026-12-25", true, "", 0, 0, "", "2026-12-25T07:00:00+01:00"},
	} {
		c := weekdaysOnly(t)
		d := dateOf(t, x.date)
		if x.closed {
			c.Closed = []Closing{{d, "Holiday"}}
		}
		o := OtherDay{Date: d, Name: name}
		for _, s := range x.other {
			o.Shifts = append(o.Shifts, pattern(t, s))
		}
		if o.Shifts != nil {
			c.Other = []OtherDay{o}
		}
		if wrong, collide := c.Validate(), c.Collisions(); len(wrong)+len(collide) > 0 {
			t.Errorf("%s: %v %v", name, wrong, collide)
		}
		var names []string
		var lasts, pauses time.Duration
		for _, s := range c.Between(d.Begin(c.Zone), (d + 1).Begin(c.Zone)) {
			if s.Date != x.date {
				continue
			}
			names, lasts = append(names, s.Name), lasts+s.Span().Duration()
			for _, b := range s.Breaks {
				pauses += b.Duration()
			}
		}
		if got := strings.Join(names, " "); got != x.want || lasts != x.lasts || pauses != x.pauses {
			t.Errorf("%s: %q for %s with %s of breaks", name, got, lasts, pauses)
		}
		if x.runsAt != "" {
			if s, ok := c.At(moment(t, x.runsAt)); !ok || s.Date != x.date {
				t.Errorf("%s: at %s runs %+v", name, x.runsAt, s)
			}
		}
		if s, ok := c.At(moment(t, x.silentAt)); ok && s.Date == x.date {
			t.Errorf("%s: at %s runs %+v", name, x.silentAt, s)
		}
	}
}

func TestTheDayAfterAnotherDayIsAsItsWeekday(t *testing.T) {
	c := weekdaysOnly(t)
	c.Other = []OtherDay{{dateOf(t, "2026-12-01"), "Short", []ShiftPattern{pattern(t, "Short 08:00-10:00")}}}
	var got []string
	for _, s := range c.Between(moment(t, "2026-11-30T00:00:00+01:00"), moment(t, "2026-12-03T00:00:00+01:00")) {
		got = append(got, s.Date[8:]+" "+s.Name)
	}
	if want := "[30 Early 30 Night 01 Short 02 Early 02 Night]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}

func TestOfTwoOtherDaysTheFirstStartAndTheLastEndWin(t *testing.T) {
	for _, x := range []struct {
		one, two []string
		want     string
	}{
		{[]string{"A 06:00-14:00"}, []string{"B 10:00-18:00 12:00-12:30"}, "[A 06:00–18:00 12:00–12:30]"},
		{[]string{"B 10:00-18:00"}, []string{"A 06:00-14:00 09:00-09:15"}, "[A 06:00–18:00 09:00–09:15]"},
		{[]string{"A 06:00-14:00"}, []string{"B 14:00-22:00"}, "[A 06:00–14:00 B 14:00–22:00]"},
		{[]string{"A 06:00-14:00"}, []string{"B 13:00-05:00"}, "[A 06:00–05:00]"},
		{[]string{"A 06:00-14:00"}, []string{"B 10:00-07:00 05:30-06:30"}, "[A 06:00–06:00 05:30–06:30]"},
		{[]string{"A 06:00-14:00", "C 20:00-22:00"}, []string{"B 10:00-21:00"}, "[A 06:00–22:00]"},
		{[]string{"A 06:00-14:00"}, []string{"B 08:00-09:00"}, "[A 06:00–14:00]"},
	} {
		day := func(all []string) (o OtherDay) {
			for _, s := range all {
				o.Shifts = append(o.Shifts, pattern(t, s))
			}
			return o
		}
		one := day(x.one)
		before := fmt.Sprint(one)
		var got []string
		for _, p := range one.And(day(x.two)).Shifts {
			got = append(got, p.Name, ClockSpan{p.Start, p.End}.String())
			for _, b := range p.Breaks {
				got = append(got, b.String())
			}
		}
		if fmt.Sprint(got) != x.want || fmt.Sprint(one) != before {
			t.Errorf("%v and %v are %v, want %s", x.one, x.two, got, x.want)
		}
	}
}

func TestOtherDaysThatCannotBeAreToldWhy(t *testing.T) {
	for name, x := range map[string]struct {
		date, shift, want string
	}{
		"into the next morning": {"2026-12-01", "Long 12:00-07:00", `shift "Long" (12:00–07:00) of 2026-12-01 goes on when "Early" (06:00–14:00) of 2026-12-02 begins`},
		"out of the night":      {"2026-12-04", "Extra 05:00-12:00", `shift "Night" (22:00–06:00) of 2026-12-03 goes on when "Extra" (05:00–12:00) of 2026-12-04 begins`},
		"into a free day":       {"2026-12-05", "Long 12:00-07:00", ""},
	} {
		c := weekdaysOnly(t)
		c.Other = []OtherDay{{dateOf(t, x.date), "x", []ShiftPattern{pattern(t, x.shift)}}}
		if wrong := c.Collisions(); (len(wrong) == 0) != (x.want == "") || !strings.Contains(fmt.Sprint(wrong), x.want) {
			t.Errorf("%s: %v", name, wrong)
		}
	}
	twice := OtherDay{Shifts: []ShiftPattern{pattern(t, "A 06:00-14:00"), pattern(t, "B 13:00-15:00")}}
	if wrong := twice.Validate(); len(wrong) != 1 || !strings.Contains(fmt.Sprint(wrong), "overlap") {
		t.Errorf("%v", wrong)
	}
	twice.Shifts = slices.Delete(twice.Shifts, 0, 1)
	if wrong := twice.Validate(); len(wrong) > 0 {
		t.Error(wrong)
	}
}
