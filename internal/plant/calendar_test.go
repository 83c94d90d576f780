package plant

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func clockAt(t testing.TB, s string) Clock {
	t.Helper()
	c, err := ParseClock(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// pattern reads "Night 22:00-06:00 23:45-00:15 02:00-02:30".
func pattern(t testing.TB, s string, days ...time.Weekday) ShiftPattern {
	t.Helper()
	words := strings.Fields(s)
	span := func(w string) ClockSpan {
		from, to, _ := strings.Cut(w, "-")
		return ClockSpan{clockAt(t, from), clockAt(t, to)}
	}
	p := ShiftPattern{Name: words[0], Days: days, Start: span(words[1]).Start, End: span(words[1]).End}
	for _, w := range words[2:] {
		p.Breaks = append(p.Breaks, span(w))
	}
	return p
}

func threeShifts(t testing.TB) Calendar {
	return Calendar{Zone: zone(t, "Europe/Berlin"), Shifts: []ShiftPattern{
		pattern(t, "Early 06:00-14:00 09:00-09:15 12:00-12:30"),
		pattern(t, "Late 14:00-22:00"),
		pattern(t, "Night 22:00-06:00 23:45-00:15 02:00-02:30"),
	}}
}

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestNightShiftIsShorterAndLongerWhenClocksChange(t *testing.T) {
	cases := []struct {
		at, date string
		hours    float64
		breaks   string
	}{
		{"2026-03-27T23:00:00+01:00", "2026-03-27", 8, "30m0s 30m0s"},
		{"2026-03-28T23:00:00+01:00", "2026-03-28", 7, "30m0s"}, // 02:00 to 02:30 is skipped
		{"2026-03-29T05:59:59+02:00", "2026-03-28", 7, "30m0s"},
		{"2026-10-24T23:00:00+02:00", "2026-10-24", 9, "30m0s 30m0s"},
		{"2026-10-25T02:45:00+02:00", "2026-10-24", 9, "30m0s 30m0s"},
		{"2026-10-25T02:15:00+01:00", "2026-10-24", 9, "30m0s 30m0s"},
		{"2026-10-25T05:59:59+01:00", "2026-10-24", 9, "30m0s 30m0s"},
		{"2026-10-25T22:00:00+01:00", "2026-10-25", 8, "30m0s 30m0s"},
	}
	c := threeShifts(t)
	for _, x := range cases {
		s, ok := c.At(moment(t, x.at))
		var breaks []string
		for _, b := range s.Breaks {
			breaks = append(breaks, b.Duration().String())
		}
		if !ok || s.Name != "Night" || s.Date != x.date || s.Span().Duration().Hours() != x.hours || strings.Join(breaks, " ") != x.breaks {
			t.Errorf("%s: shift %+v, lasts %s, breaks %v; want %s, %v h, %s", x.at, s, s.Span().Duration(), breaks, x.date, x.hours, x.breaks)
		}
	}
}

func TestHalfHourShiftsAtClockChanges(t *testing.T) {
	// Lord Howe Island moves its clocks by 30 minutes, at 02:00.
	c := Calendar{Zone: zone(t, "Australia/Lord_Howe"), Shifts: []ShiftPattern{pattern(t, "Night 22:00-06:00")}}
	for at, want := range map[string]time.Duration{
		"2026-04-04T22:30:00+11:00": 8*time.Hour + 30*time.Minute,
		"2026-10-03T22:30:00+10:30": 7*time.Hour + 30*time.Minute,
	} {
		if s, ok := c.At(moment(t, at)); !ok || s.Span().Duration() != want {
			t.Errorf("%s: %v, want %s", at, s.Span().Duration(), want)
		}
	}
}

func TestShiftBelongsToTheDateOnWhichItOpened(t *testing.T) {
	c := threeShifts(t)
	for at, want := range map[string]string{
		"2026-07-01T05:59:59.999999+02:00": "2026-06-30 Night",
		"2026-07-01T06:00:00+02:00":        "2026-07-01 Early",
		"2026-07-01T13:59:59+02:00":        "2026-07-01 Early",
		"2026-07-01T14:00:00+02:00":        "2026-07-01 Late",
		"2026-07-01T22:00:00+02:00":        "2026-07-01 Night",
		"2026-07-02T00:00:00+02:00":        "2026-07-01 Night",
		"2027-01-01T00:00:00+01:00":        "2026-12-31 Night",
		"1969-12-31T23:30:00+01:00":        "1969-12-31 Night",
	} {
		if s, _ := c.At(moment(t, at)); s.Date+" "+s.Name != want {
			t.Errorf("%s is in %s %s, want %s", at, s.Date, s.Name, want)
		}
	}
}

func TestTimesThatClocksSkipOrShowTwice(t *testing.T) {
	cases := []struct{ zone, shift, day, want string }{
		// 02:30 is skipped: the shift starts when the clocks change
		{"Europe/Berlin", "A 02:30-10:00", "2026-03-29T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-29T08:00:00Z"},
		{"Europe/Berlin", "A 22:00-02:30", "2026-03-28T22:00:00Z", "2026-03-28T21:00:00Z 2026-03-29T01:00:00Z"},
		// 02:30 comes twice: the first counts, for an end as for a start
		{"Europe/Berlin", "A 02:30-10:00", "2026-10-25T05:00:00Z", "2026-10-25T00:30:00Z 2026-10-25T09:00:00Z"},
		{"Europe/Berlin", "A 22:00-02:30", "2026-10-24T22:00:00Z", "2026-10-24T20:00:00Z 2026-10-25T00:30:00Z"},
		{"America/New_York", "A 02:30-10:00", "2026-03-08T12:00:00Z", "2026-03-08T07:00:00Z 2026-03-08T14:00:00Z"},
		{"America/New_York", "A 01:30-10:00", "2026-11-01T12:00:00Z", "2026-11-01T05:30:00Z 2026-11-01T15:00:00Z"},
		// midnight itself is skipped, or shown twice
		{"Asia/Beirut", "A 00:00-24:00", "2026-03-29T12:00:00Z", "2026-03-28T22:00:00Z 2026-03-29T21:00:00Z"},
		{"America/Havana", "A 00:00-24:00", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z 2026-11-02T05:00:00Z"},
		// Samoa had no 30 December 2011
		{"Pacific/Apia", "A 22:00-06:00", "2011-12-30T09:00:00Z", "2011-12-30T08:00:00Z 2011-12-30T10:00:00Z"},
	}
	for _, x := range cases {
		c := Calendar{Zone: zone(t, x.zone), Shifts: []ShiftPattern{pattern(t, x.shift)}}
		found := false
		for _, s := range c.Between(moment(t, x.day).Add(-24*time.Hour), moment(t, x.day).Add(24*time.Hour)) {
			found = found || s.From.Format(time.RFC3339)+" "+s.To.Format(time.RFC3339) == x.want
		}
		if !found {
			t.Errorf("%s %s on %s: want %s among %+v", x.zone, x.shift, x.day, x.want, c.Between(moment(t, x.day).Add(-24*time.Hour), moment(t, x.day).Add(24*time.Hour)))
		}
	}
}

func TestNoShiftsMeansAlways(t *testing.T) {
	var c Calendar
	s, ok := c.At(moment(t, "2026-03-29T23:59:59Z"))
	want := Shift{Name: "Day", Date: "2026-03-29", From: moment(t, "2026-03-29T00:00:00Z"), To: moment(t, "2026-03-30T00:00:00Z")}
	if diff := cmp.Diff(want, s); diff != "" || !ok {
		t.Error(diff)
	}
	c.Zone = zone(t, "Europe/Berlin")
	for day, hours := range map[string]float64{"2026-03-29": 23, "2026-10-25": 25, "2026-07-01": 24} {
		if s, ok := c.At(moment(t, day+"T12:00:00Z")); !ok || s.Date != day || s.Span().Duration().Hours() != hours {
			t.Errorf("%s: %+v", day, s)
		}
	}
}

func TestWeekendIsNotScheduled(t *testing.T) {
	c := Calendar{Zone: zone(t, "Europe/Berlin"), Shifts: []ShiftPattern{
		pattern(t, "Early 06:00-14:00 09:00-09:15", time.Monday, time.Friday),
		pattern(t, "Night 22:00-06:00", time.Friday),
	}}
	var got []string
	for _, s := range c.Cut(moment(t, "2026-07-03T08:00:00+02:00"), moment(t, "2026-07-06T07:00:00+02:00")) {
		got = append(got, s.From.In(c.Zone).Format("Mon 15:04")+" "+s.Plan.String()+" "+s.Shift.Name)
	}
	want := []string{
		"Fri 08:00 scheduled Early", "Fri 09:00 break Early", "Fri 09:15 scheduled Early", "Fri 14:00 not scheduled ",
		"Fri 22:00 scheduled Night", "Sat 06:00 not scheduled ", "Mon 06:00 scheduled Early",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, ok := c.At(moment(t, "2026-07-05T12:00:00+02:00")); ok {
		t.Error("a shift runs on Sunday")
	}
	if c.Cut(moment(t, "2026-07-05T12:00:00Z"), moment(t, "2026-07-05T12:00:00Z")) != nil {
		t.Error("an empty window has stretches")
	}
}

func TestValidateSaysWhatIsWrong(t *testing.T) {
	cases := []struct {
		shifts []ShiftPattern
		want   string
	}{
		{threeShifts(t).Shifts, ""},
		{nil, ""},
		{[]ShiftPattern{pattern(t, "A 06:00-06:00")}, ""},
		{[]ShiftPattern{pattern(t, "A 06:00-14:00"), pattern(t, "B 13:00-22:00")}, `shifts "A" (Sunday 06:00–14:00) and "B" (Sunday 13:00–22:00) overlap: let one end before the other starts`},
		{[]ShiftPattern{pattern(t, "A 22:00-06:00", time.Saturday), pattern(t, "B 05:00-14:00", time.Sunday)}, `shifts "A" (Saturday 22:00–06:00) and "B" (Sunday 05:00–14:00) overlap: let one end before the other starts`},
		{[]ShiftPattern{pattern(t, "A 22:00-06:00", time.Saturday), pattern(t, "B 05:00-14:00", time.Monday)}, ""},
		{[]ShiftPattern{{Name: " ", Start: 1500, End: -1}}, "shift 1 has no name: give it one, like Early\nshift \" \" starts at 25:00: use 00:00 to 23:59\nshift \" \" ends at 00:-1: use 00:00 to 24:00"},
		{[]ShiftPattern{pattern(t, "A 06:00-14:00", 7, time.Monday, time.Monday)}, "shift \"A\" opens on day 7: a week has the days 0 (Sunday) to 6\nshift \"A\" names Monday twice"},
		{[]ShiftPattern{pattern(t, "A 06:00-14:00 13:50-14:10")}, `break 13:50–14:10 does not lie within shift "A" (06:00–14:00)`},
		{[]ShiftPattern{pattern(t, "A 06:00-14:00 05:00-05:15")}, `break 05:00–05:15 does not lie within shift "A" (06:00–14:00)`},
		{[]ShiftPattern{pattern(t, "A 06:00-14:00 06:00-14:00")}, `break 06:00–14:00 does not lie within shift "A" (06:00–14:00)`},
		{[]ShiftPattern{pattern(t, "A 06:00-14:00 09:00-09:00")}, `break 09:00–09:00 of shift "A" is no span of time: write it like 09:00–09:15`},
		{[]ShiftPattern{pattern(t, "A 22:00-06:00 23:45-00:15 00:00-00:30")}, `breaks 23:45–00:15 and 00:00–00:30 of shift "A" overlap: make one of them`},
	}
	for _, x := range cases {
		got := ""
		if err := errors.Join(Calendar{Shifts: x.shifts}.Validate()...); err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(x.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestClockReadsAndPrints(t *testing.T) {
	for in, want := range map[string]string{"06:00": "06:00", "6:05": "06:05", "22:00": "22:00", "24:00": "24:00", "00:00": "00:00", "23:59": "23:59"} {
		var c Clock
		if err := c.UnmarshalText([]byte(in)); err != nil || c.String() != want {
			t.Errorf("%q reads as %s: %v", in, c, err)
		}
	}
	for _, in := range []string{"", "6", "24:01", "25:00", "12:60", "-1:00", "+6:00", "06:0", "006:00", "06:00:00", "six", "06.00", "٠٦:٠٠"} {
		if c, err := ParseClock(in); err == nil || !strings.Contains(err.Error(), "is no time of day") {
			t.Errorf("%q reads as %s: %v", in, c, err)
		}
	}
}

func BenchmarkCalendarAt(b *testing.B) {
	c := threeShifts(b)
	at := moment(b, "2026-07-01T05:00:00Z")
	for b.Loop() {
		if _, ok := c.At(at); !ok {
			b.Fatal("no shift")
		}
		at = at.Add(time.Minute)
	}
}

// TestCalendarsOfOneKeyShareWhatTheySay: a copy has the key of its original until something else is said in it.
func TestCalendarsOfOneKeyShareWhatTheySay(t *testing.T) {
	c := Calendar{Zone: time.UTC, Shifts: []ShiftPattern{{Name: "Early"}, {Name: "Late"}}, Stops: []PlannedStop{{Name: "Service"}}}
	same := c
	same.Closed = []Closing{}
	if c.Key() != same.Key() {
		t.Error("a copy has another key")
	}
	for name, change := range map[string]func(*Calendar){
		"zone":   func(c *Calendar) { c.Zone = nil },
		"fewer":  func(c *Calendar) { c.Shifts = c.Shifts[:1] },
		"others": func(c *Calendar) { c.Shifts = append([]ShiftPattern(nil), c.Shifts...) },
		"closed": func(c *Calendar) { c.Closed = []Closing{{Name: "Holiday"}} },
		"other":  func(c *Calendar) { c.Other = []OtherDay{{Name: "Extra"}} },
		"stops":  func(c *Calendar) { c.Stops = nil },
	} {
		other := c
		change(&other)
		if other.Key() == c.Key() {
			t.Errorf("%s: the same key", name)
		}
	}
}
