// The times that losses are looked at over.

package web

import (
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/figure"
)

const (
	longestLoss  = 366 * 24 * time.Hour
	mostLineDays = 20_000 // that are looked at
	mostStopDays = 1_500  // of which each stop is told
)

// era is the time of one line that is asked for: of that window what is of these dates; "" is all of it.
type era struct {
	plant.Span
	first, last string
	shift       plant.Shift // that it is; the zero Shift when it is none
	now         bool        // it goes on to now
}

// of tells whether a row is of a date that is asked for.
func (e era) of(date string) bool {
	return (e.first == "" || e.first <= date) && (e.last == "" || date <= e.last)
}

// lines are those that are asked for, of those that the reader sees.
func (a lossAsk) lines(p *painter) ([]lineInfo, error) {
	if a.line == "" {
		return p.lines, nil
	}
	l, ok := p.line(plant.LineID(a.line))
	if !ok {
		return nil, errs.New(errs.NotFound, "there is no line of that name; look for it among the lines")
	}
	return []lineInfo{l}, nil
}

// erasOf gives the time of each line over a range. Lines without such a time have an empty one.
func (a lossAsk) erasOf(over string, lines []lineInfo, now time.Time) (eras []era, err error) {
	days := time.Duration(0)
	for _, l := range lines {
		e, err := a.era(over, l, now)
		if err != nil {
			return nil, err
		}
		if e.To.After(now) {
			e.To, e.now = now, true
		}
		eras = append(eras, e)
		days += max(0, e.Duration())
	}
	if days > mostLineDays*24*time.Hour {
		return nil, wrongRange("to", "That is more than can be looked at at once: choose one line, or a shorter time.")
	}
	return eras, nil
}

func (a lossAsk) era(over string, l lineInfo, now time.Time) (era, error) {
	now = now.UTC().Truncate(time.Microsecond)
	shifts := l.Calendar.Between(now.Add(-9*24*time.Hour), now)
	switch over {
	case nowShift, shiftBefore, shiftWeekAgo:
		return shiftEra(over, shifts), nil
	case customRange:
		return a.custom(l, now)
	}
	today := plant.DateIn(now, l.site.Zone)
	if n := len(shifts); n > 0 && now.Before(shifts[n-1].To) {
		if d, err := plant.ParseDate(shifts[n-1].Date); err == nil {
			today = d // a night shift is of the day on which it began
		}
	}
	first := today
	day := first.Begin(time.UTC)
	switch over {
	case thisWeek:
		first -= plant.Date((day.Weekday() + 6) % 7)
	case thisMonth:
		first -= plant.Date(day.Day() - 1)
	}
	return dated(first, today, l.site.Zone), nil
}

// dated is the time of the shifts that open on some dates.
func dated(first, last plant.Date, zone *time.Location) era {
	const longestShift = 26 * time.Hour
	return era{Span: plant.Span{From: first.Begin(zone), To: (last + 1).Begin(zone).Add(longestShift)}, first: first.String(), last: last.String()}
}

// ends is when nothing of a line can be of it any more: the window of dates is as wide as shifts can be.
func (e era) ends(l lineInfo) time.Time {
	last, err := plant.ParseDate(e.last)
	if err != nil {
		return e.To
	}
	at := (last + 1).Begin(l.site.Zone)
	for _, s := range l.Calendar.Between(at, e.To) {
		if e.of(s.Date) {
			at = plant.Later(at, s.To)
		}
	}
	return plant.Earlier(at, e.To)
}

func shiftEra(over string, shifts []plant.Shift) era {
	n := len(shifts)
	if n == 0 {
		return era{}
	}
	found := shifts[n-1]
	switch over {
	case shiftBefore:
		if n < 2 {
			return era{}
		}
		found = shifts[n-2]
	case shiftWeekAgo:
		d, err := plant.ParseDate(found.Date)
		i := slices.IndexFunc(shifts, func(s plant.Shift) bool { return err == nil && s.Name == found.Name && s.Date == (d-7).String() })
		if i < 0 {
			return era{}
		}
		found = shifts[i]
	}
	return era{Span: plant.Span{From: found.From, To: found.To}, shift: found}
}

// custom reads two dates, or two times of the plant's clocks.
func (a lossAsk) custom(l lineInfo, now time.Time) (era, error) {
	first, wrong := plant.ParseDate(a.from)
	last, wrongToo := plant.ParseDate(a.to)
	var e era
	if wrong == nil && wrongToo == nil {
		e = dated(first, last, l.site.Zone)
	} else {
		from, ok := localMoment(a.from, l.site.Zone)
		if !ok {
			return e, wrongRange("from", "Write a date, or a date and a time: 2026-11-28 14:05.")
		}
		to, ok := localMoment(a.to, l.site.Zone)
		if !ok {
			return e, wrongRange("to", "Write it as the beginning: a date, or a date and a time.")
		}
		e.Span = plant.Span{From: from.UTC(), To: to.UTC()}
	}
	switch {
	case !e.From.Before(e.To) || last < first:
		return e, wrongRange("to", "The end must come after the beginning.")
	case !e.From.Before(now):
		return e, wrongRange("from", "The beginning lies in the future.")
	case e.Duration() > longestLoss+48*time.Hour:
		return e, wrongRange("to", "Choose a year at most.")
	}
	return e, nil
}

func localMoment(typed string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, typed, zone); err == nil && t.Year() > 1970 && t.Year() < 2300 {
			return t, true
		}
	}
	return time.Time{}, false
}

func wrongRange(field, message string) error {
	return &errs.Error{Kind: errs.Invalid, Words: "this range cannot be shown", Fields: []errs.Field{{Path: field, Message: message}}}
}

// title says what time a line's era is.
func (e era) title(l figure.Locale) string {
	switch {
	case !e.shift.From.IsZero():
		return e.shift.Name + " shift, " + l.Date(e.shift.From) + ", " + span(l, e.shift)
	case e.first != "" && e.first == e.last:
		return "Shifts of " + e.first
	case e.first != "":
		return "Shifts of " + e.first + " to " + e.last
	case e.From.IsZero():
		return "No such shift"
	}
	return l.Moment(e.From) + " to " + l.Moment(e.To)
}
