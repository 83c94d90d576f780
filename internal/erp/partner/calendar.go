package partner

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Days is a set of weekdays: bit 0 is Monday. None means every day.
type Days uint8

// Calendar is when goods go to a partner, or come from one.
type Calendar struct {
	Days   Days
	Closed []string // dates on which none go, in order: "2026-12-24"
}

// DayNames are the weekdays' short names, Monday first.
func DayNames() []string { return []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} }

// Has tells whether goods go on a weekday.
func (d Days) Has(day time.Weekday) bool { return d == 0 || d&(1<<((day+6)%7)) != 0 }

// With adds a weekday by its short name.
func (d Days) With(name string) (Days, bool) {
	i := slices.Index(DayNames(), name)
	if i < 0 {
		return d, false
	}
	return d | 1<<i, true
}

// Names are the short names of the weekdays in the set.
func (d Days) Names() (all []string) {
	for i, n := range DayNames() {
		if d&(1<<i) != 0 {
			all = append(all, n)
		}
	}
	return all
}

// String is the calendar in words: "Mon Wed Fri, not on 2026-12-24"; "" where goods go every day.
func (c Calendar) String() string {
	words := strings.Join(c.Days.Names(), " ")
	if len(c.Closed) > 0 {
		if words == "" {
			words = "every day"
		}
		words += ", not on " + strings.Join(c.Closed, ", ")
	}
	return words
}

func (c Calendar) clean() Calendar {
	var closed []string
	for _, d := range c.Closed {
		if d = strings.TrimSpace(d); d != "" {
			closed = append(closed, d)
		}
	}
	slices.Sort(closed)
	return Calendar{c.Days & 0x7f, slices.Compact(closed)}
}

const mostClosed = 400

func (c Calendar) check(w *Wrong) {
	if len(c.Closed) > mostClosed {
		w.Add("closed", "Keep %d closed days at most.", mostClosed)
		return
	}
	for _, d := range c.Closed {
		if !IsDate(d) {
			w.Add("closed", "%q is no date: write 2026-12-24, one on each line.", cut(d))
			return
		}
	}
}

func cut(s string) string { return s[:min(len(s), 20)] }

// Open tells whether goods go on a date.
func (c Calendar) Open(date string) bool {
	t, err := time.Parse(time.DateOnly, date)
	return err == nil && c.Days.Has(t.Weekday()) && !slices.Contains(c.Closed, date)
}

// Next is the first date from one on at which goods go; ok is false when none comes within two years.
func (c Calendar) Next(date string) (next string, ok bool) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return "", false
	}
	for range mostLead {
		if next = t.Format(time.DateOnly); c.Open(next) {
			return next, true
		}
		t = t.AddDate(0, 0, 1)
	}
	return "", false
}

// Later is the date some days after another.
func Later(date string, days int) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}

// IsDate tells whether a text is a date of our time: "2026-12-24".
func IsDate(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Year() >= 1970 && t.Year() <= 2199
}

// Weekday writes a date with its weekday: "Thu 2026-12-24".
func Weekday(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return fmt.Sprintf("%s %s", t.Format("Mon"), date)
}
