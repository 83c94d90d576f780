package kpi

import (
	"context"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// slice is the last of some dates that are read at once: sums of dates are kept by the month.
func slice(by kpi.Period, from, last plant.Date) plant.Date {
	begin := from.Begin(time.UTC)
	end := plant.DateOf(begin.AddDate(0, 1, 1-begin.Day())) - 1
	if by == kpi.Week {
		end = from + plant.Date(6-(int(begin.Weekday())+6)%7)
	}
	return min(end, last)
}

// page answers as much of a question as a limit lets: whole dates, weeks or months, and the date from which to ask for more.
func (d Desk) page(ctx context.Context, a *asked, in *Question) (*Figures, error) {
	first, wrong := plant.ParseDate(in.From)
	last, wrongToo := plant.ParseDate(in.To)
	switch p := a.by.Period; {
	case wrong != nil || wrongToo != nil || p == kpi.Whole || p == kpi.Hour:
		return nil, errs.New(errs.Invalid, "a limit goes with dates, and by shift, day, week or month")
	case in.ThenFrom != "" || in.ThenTo != "":
		return nil, errs.New(errs.Invalid, "with a limit nothing is compared; ask for the other range by itself")
	}
	out := &Figures{}
	out.Body.By, out.Body.Groups = in.By, []FiguresOf{}
	if last < first { // refused as it is without a limit
		_, _, err := d.groups(ctx, a, in.Range)
		return nil, err
	}
	for from := first; from <= last; {
		end := slice(a.by.Period, from, last)
		all, span, err := d.groups(ctx, a, Range{from.String(), end.String()})
		if errs.KindOf(err) == errs.Invalid && from > first { // the rest lies in the future
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if out.Body.From.IsZero() {
			out.Body.From = span.From
		}
		for i := range all {
			g := &all[i]
			if n := len(out.Body.Groups); n >= in.Limit && !together(a.by.Period, out.Body.Groups[n-1].Period, g.Period) {
				out.Body.Next, out.Body.To = next(a.by.Period, g.Period, from), g.From.UTC()
				return out, nil
			}
			out.Body.Groups = append(out.Body.Groups, a.group(g))
		}
		out.Body.To, from = span.To, end+1
	}
	return out, nil
}

// together tells whether two periods are of one date, week or month, which is not divided.
func together(by kpi.Period, a, b string) bool {
	const date = len(time.DateOnly)
	if by == kpi.Shift && len(a) >= date && len(b) >= date {
		return a[:date] == b[:date]
	}
	return a == b
}

// next is the date that a period begins with.
func next(by kpi.Period, period string, from plant.Date) string {
	const date = len(time.DateOnly)
	if (by == kpi.Shift || by == kpi.Day) && len(period) >= date {
		return period[:date]
	}
	return from.String()
}
