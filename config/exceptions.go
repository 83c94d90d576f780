package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"millwright/internal/plant"
)

const (
	furthest = 20_000 // dates of one rule
	mostDays = 366    // of one holiday
)

// horizon is up to when rules are laid out: the calendar of a plant holds dates, no rules.
func horizon() time.Time { return time.Date(2070, 1, 1, 0, 0, 0, 0, time.UTC) }

// closings lays out the dates on which no shift opens, in their order, each once.
func (b *builder) closings(path string, list []DayEntry) []plant.Closing {
	var all []plant.Closing
	for i, e := range list {
		at := fmt.Sprintf("%s.holidays[%d]", path, i)
		days := plant.Date(1)
		on, ok := b.date(at+".on", e.On)
		if e.To != "" {
			to, okTo := b.date(at+".to", e.To)
			days = to - on + 1
			if ok && okTo && (days < 1 || days > mostDays) {
				b.add(at+".to", "%s does not lie within a year after %s", e.To, e.On)
				continue
			}
			ok = ok && okTo
		}
		for _, d := range b.dates(at, on, e.Repeat, ok) {
			for n := range days {
				all = append(all, plant.Closing{Date: d + n, Name: or(e.Name, "Closed")})
			}
		}
	}
	return once(all)
}

// over is a site's calendar for a line that says more: its shifts go in the place of the site's, the rest is added.
func over(site, line plant.Calendar) plant.Calendar {
	if len(line.Shifts) > 0 {
		site.Shifts = line.Shifts
	}
	if len(line.Closed) > 0 {
		site.Closed = once(slices.Concat(site.Closed, line.Closed))
	}
	if len(line.Stops) > 0 {
		site.Stops = inOrder(slices.Concat(site.Stops, line.Stops))
	}
	return site
}

// once puts closings in order and keeps the first of those of one date.
func once(all []plant.Closing) []plant.Closing {
	slices.SortStableFunc(all, func(a, b plant.Closing) int { return cmp.Compare(a.Date, b.Date) })
	return slices.CompactFunc(all, func(a, b plant.Closing) bool { return a.Date == b.Date })
}

// stops lays out the planned stops, in their order.
func (b *builder) stops(path string, list []StopEntry) []plant.PlannedStop {
	var all []plant.PlannedStop
	for i, e := range list {
		at := fmt.Sprintf("%s.stops[%d]", path, i)
		on, ok := b.date(at+".on", e.On)
		start, end := b.clock(at+".start", e.Start), b.clock(at+".end", e.End)
		if start == end && e.Start != "" {
			b.add(at+".end", "is when it starts; write a later time")
		}
		for _, d := range b.dates(at, on, e.Repeat, ok) {
			all = append(all, plant.PlannedStop{Name: or(e.Name, "Planned stop"), Date: d, Start: start, End: end})
		}
	}
	return inOrder(all)
}

func inOrder(all []plant.PlannedStop) []plant.PlannedStop {
	slices.SortStableFunc(all, func(a, b plant.PlannedStop) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Start, b.Start))
	})
	return all
}

func (b *builder) date(path, text string) (plant.Date, bool) {
	d, err := plant.ParseDate(strings.TrimSpace(text))
	if err != nil {
		b.add(path, "%v", err)
	}
	return d, err == nil
}

// dates are a date and those on which a rule repeats it.
func (b *builder) dates(path string, on plant.Date, rule string, ok bool) []plant.Date {
	if !ok {
		return nil
	}
	if rule == "" {
		return []plant.Date{on}
	}
	all, err := repeated(on, rule)
	if err != nil {
		b.add(path+".repeat", "%v", err)
	}
	return all
}

// repeated lays out a recurrence rule from a date on.
func repeated(on plant.Date, rule string) ([]plant.Date, error) {
	o, err := rrule.StrToROption(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(rule)), "RRULE:"))
	if err != nil {
		return nil, fmt.Errorf("%q is no recurrence rule; write one like FREQ=YEARLY or FREQ=WEEKLY;BYDAY=MO", clip(rule))
	}
	if o.Freq > rrule.DAILY || len(o.Byhour)+len(o.Byminute)+len(o.Bysecond) > 0 {
		return nil, fmt.Errorf("%q repeats within a day; the shortest is FREQ=DAILY", clip(rule))
	}
	o.Dtstart = time.Unix(int64(on)*24*3600, 0).UTC()
	if o.Until.IsZero() || o.Until.After(horizon()) {
		o.Until = horizon()
	}
	r, err := rrule.NewRRule(*o)
	if err != nil {
		return nil, fmt.Errorf("%q is no recurrence rule: %w", clip(rule), err)
	}
	var all []plant.Date
	for next := r.Iterator(); ; {
		t, more := next()
		if !more {
			break
		}
		if all = append(all, plant.DateOf(t)); len(all) > furthest {
			return nil, fmt.Errorf("%q names more than %d dates; end it with UNTIL", clip(rule), furthest)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%q names no date from %s on", clip(rule), on)
	}
	return all, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 64 {
		return string(r[:64])
	}
	return s
}
