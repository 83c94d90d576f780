package figure

import (
	"fmt"
	"strconv"
	"time"
)

func (l Locale) local(t time.Time) time.Time {
	if l.Zone == nil {
		return t.UTC()
	}
	return t.In(l.Zone)
}

// Time writes a time of day: "14:05"; Unknown for the zero time.
func (l Locale) Time(t time.Time) string { return l.layout(t, "15:04") }

// Clock writes a time of day with seconds: "14:05:09".
func (l Locale) Clock(t time.Time) string { return l.layout(t, "15:04:05") }

// Date writes a day: "Sat 28 Mar 2026".
func (l Locale) Date(t time.Time) string { return l.layout(t, "Mon 2 Jan 2006") }

// Moment writes a day and a time: "28 Mar, 14:05".
func (l Locale) Moment(t time.Time) string { return l.layout(t, "2 Jan, 15:04") }

// Near writes a time by its clock alone when it lies on the same local day as now, else with its day.
func (l Locale) Near(t, now time.Time) string {
	if l.layout(t, time.DateOnly) == l.layout(now, time.DateOnly) {
		return l.Time(t)
	}
	return l.Moment(t)
}

func (l Locale) layout(t time.Time, layout string) string {
	if t.IsZero() {
		return Unknown
	}
	return l.local(t).Format(layout)
}

// Timer writes a running time as a stop watch shows it: "04:12", "1:04:12", "3 d 04:12".
func Timer(d time.Duration) string {
	s := int64(max(d, 0) / time.Second)
	switch {
	case s >= 86400:
		return fmt.Sprintf("%d%sd %02d:%02d", s/86400, bound, s/3600%24, s/60%60)
	case s >= 3600:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// Span writes a length of time in its two largest parts: "48 s", "12 min", "5 h 12 min", "3 d 4 h".
func Span(d time.Duration) string {
	if d < 0 {
		return minus + Span(-d)
	}
	d = d.Round(time.Second)
	switch {
	case d < time.Minute:
		return parts(int64(d/time.Second), "s", 0, "")
	case d < 10*time.Minute:
		return parts(int64(d/time.Minute), "min", int64(d%time.Minute/time.Second), "s")
	}
	switch m := d.Round(time.Minute); {
	case m < time.Hour:
		return parts(int64(m/time.Minute), "min", 0, "")
	case m < 24*time.Hour:
		return parts(int64(m/time.Hour), "h", int64(m%time.Hour/time.Minute), "min")
	default:
		h := d.Round(time.Hour)
		return parts(int64(h/(24*time.Hour)), "d", int64(h%(24*time.Hour)/time.Hour), "h")
	}
}

func parts(a int64, unit string, b int64, small string) string {
	s := strconv.FormatInt(a, 10) + bound + unit
	if b == 0 {
		return s
	}
	return s + " " + strconv.FormatInt(b, 10) + bound + small
}

// Age writes how old a value is in its largest part only: "now", "4 s", "12 min", "5 h", "3 d".
func Age(d time.Duration) string {
	switch {
	case d < time.Second:
		return "now"
	case d < time.Minute:
		return parts(int64(d/time.Second), "s", 0, "")
	case d < time.Hour:
		return parts(int64(d/time.Minute), "min", 0, "")
	case d < 24*time.Hour:
		return parts(int64(d/time.Hour), "h", 0, "")
	}
	return parts(int64(d/(24*time.Hour)), "d", 0, "")
}

// Ago says how long ago something was: "now", "3 s ago".
func Ago(d time.Duration) string {
	if d < time.Second {
		return "now"
	}
	return Age(d) + " ago"
}
