package calendar

import (
	"cmp"
	"fmt"
	"slices"

	"millwright/config/dates"
	"millwright/internal/plant"
)

// mostDays is how long one holiday may be.
const mostDays = 366

// mostDates is how many dates one entry may name.
const mostDates = 20_000

// Most is how many dates the calendars of a plant may name in all.
const Most = 2_000_000

// exceptions lays out the dates that are not as their weekdays are, each once and in their order: those on which no
// shift opens, and those with other shifts. What names shifts wins over what names none.
func (r *reader) exceptions(path string, list []Day) (closed []plant.Closing, other []plant.OtherDay) {
	for i, e := range list {
		at := fmt.Sprintf("%s.holidays[%d]", path, i)
		days := r.days(at, e)
		if len(e.Shifts) > 0 {
			other = append(other, r.otherDays(at, e, days)...)
			continue
		}
		for _, d := range days {
			closed = append(closed, plant.Closing{Date: d, Name: cmp.Or(e.Name, "Closed")})
		}
	}
	other = together(other)
	return once(unless(closed, closedOn, taken(nil, other))), other
}

// days are the dates that an entry names.
func (r *reader) days(at string, e Day) (all []plant.Date) {
	days := plant.Date(1)
	on, ok := r.date(at+".on", e.On)
	if e.To != "" {
		to, okTo := r.date(at+".to", e.To)
		days = to - on + 1
		if ok && okTo && (days < 1 || days > mostDays) {
			r.add(at+".to", "%s does not lie within a year after %s", e.To, e.On)
			return nil
		}
		ok = ok && okTo
	}
	all = spread(r.dates(at, on, e.Repeat, ok), days)
	if !r.take(at+".repeat", len(all)) {
		return nil
	}
	return all
}

// spread lays out spans of so many days, each date once; it ends when they are too many. starts are in their order.
func spread(starts []plant.Date, days plant.Date) (all []plant.Date) {
	var free plant.Date // the first that is not there yet
	for i, start := range starts {
		if i == 0 {
			free = start
		}
		for d := max(start, free); d < start+days; d++ {
			if all = append(all, d); len(all) > mostDates {
				return all
			}
		}
		free = max(free, start+days)
	}
	return all
}

// take counts the dates that an entry names, and tells when they are too many.
func (r *reader) take(path string, n int) bool {
	if n > mostDates {
		r.add(path, "names more than %d dates; end it with UNTIL, as in FREQ=DAILY;UNTIL=20271231T000000Z", mostDates)
		return false
	}
	had := r.left
	r.left -= n
	if r.left < 0 && had >= 0 { // told once
		r.add(path, "makes the calendars of the plant name more than %d dates in all; end rules with UNTIL", Most)
	}
	return r.left >= 0
}

// otherDays are the dates of an entry with its shifts.
func (r *reader) otherDays(at string, e Day, days []plant.Date) []plant.OtherDay {
	for i, s := range e.Shifts {
		if len(s.Days) > 0 {
			r.add(fmt.Sprintf("%s.shifts[%d].days", at, i), "names weekdays, but the shift is on the dates of its exception; leave them out")
		}
	}
	mistakes := len(r.wrong)
	one := plant.OtherDay{Name: cmp.Or(e.Name, "Other shifts"), Shifts: r.shifts(at, e.Shifts)}
	if len(r.wrong) > mistakes {
		return nil
	}
	for _, err := range one.Validate() {
		r.add(at+".shifts", "%v", err)
	}
	if len(r.wrong) > mistakes {
		return nil
	}
	all := make([]plant.OtherDay, len(days))
	for i, d := range days {
		all[i] = one
		all[i].Date = d
	}
	return all
}

// Over is a site's calendar for a line that says more: its shifts go in the place of the site's, and so do its dates
// in the place of the same ones; the rest is added.
func Over(site, line plant.Calendar) plant.Calendar {
	if len(line.Shifts) > 0 {
		site.Shifts = line.Shifts
	}
	if len(line.Closed)+len(line.Other) > 0 {
		site.Closed = once(slices.Concat(unless(site.Closed, closedOn, taken(nil, line.Other)), line.Closed))
		site.Other = together(slices.Concat(unless(site.Other, otherOn, taken(line.Closed, line.Other)), line.Other))
	}
	if len(line.Stops) > 0 {
		site.Stops = inOrder(slices.Concat(site.Stops, line.Stops))
	}
	return site
}

func closedOn(c plant.Closing) plant.Date { return c.Date }
func otherOn(o plant.OtherDay) plant.Date { return o.Date }

// taken are the dates of closings and other days.
func taken(closed []plant.Closing, other []plant.OtherDay) map[plant.Date]bool {
	all := map[plant.Date]bool{}
	for _, c := range closed {
		all[c.Date] = true
	}
	for _, o := range other {
		all[o.Date] = true
	}
	return all
}

// unless leaves out what is on a date that is gone.
func unless[T any](all []T, on func(T) plant.Date, gone map[plant.Date]bool) (kept []T) {
	for _, x := range all {
		if !gone[on(x)] {
			kept = append(kept, x)
		}
	}
	return kept
}

// once puts closings in order and keeps the first of those of one date.
func once(all []plant.Closing) []plant.Closing {
	slices.SortStableFunc(all, func(a, b plant.Closing) int { return cmp.Compare(a.Date, b.Date) })
	return slices.CompactFunc(all, func(a, b plant.Closing) bool { return a.Date == b.Date })
}

// together puts other days in order and makes one of those of one date.
func together(all []plant.OtherDay) (kept []plant.OtherDay) {
	slices.SortStableFunc(all, func(a, b plant.OtherDay) int { return cmp.Compare(a.Date, b.Date) })
	for _, o := range all {
		if n := len(kept); n > 0 && kept[n-1].Date == o.Date {
			kept[n-1] = kept[n-1].And(o)
		} else {
			kept = append(kept, o)
		}
	}
	return kept
}

// stops lays out the planned stops, in their order.
func (r *reader) stops(path string, list []Stop) []plant.PlannedStop {
	var all []plant.PlannedStop
	for i, e := range list {
		at := fmt.Sprintf("%s.stops[%d]", path, i)
		on, ok := r.date(at+".on", e.On)
		start, end := r.clock(at+".start", e.Start), r.clock(at+".end", e.End)
		if start == end && e.Start != "" {
			r.add(at+".end", "is when it starts; write a later time")
		}
		days := r.dates(at, on, e.Repeat, ok)
		if !r.take(at+".repeat", len(days)) {
			continue
		}
		for _, d := range days {
			all = append(all, plant.PlannedStop{Name: cmp.Or(e.Name, "Planned stop"), Date: d, Start: start, End: end})
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

// dates are a date and those on which a rule repeats it.
func (r *reader) dates(path string, on plant.Date, rule string, ok bool) []plant.Date {
	if !ok {
		return nil
	}
	if rule == "" {
		return []plant.Date{on}
	}
	all, err := dates.Repeated(on, rule)
	if err != nil {
		r.add(path+".repeat", "%v", err)
	}
	return all
}
