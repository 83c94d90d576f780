// Reports for those who get them by mail: made by the same functions as the pages, of the whole plant.

package web

import (
	"context"
	"slices"

	"millwright/internal/errs"
	"millwright/internal/mail"
	"millwright/internal/plant"
	"millwright/internal/report"
)

// Office makes the reports that are mailed.
func (s *Server) Office() mail.Office { return office{s} }

type office struct{ *Server }

// Placed gives the lines at a place of the plant in use.
func (o office) Placed(at plant.Place) (lines []plant.Line) {
	all, _, err := o.painter().placed(at)
	if err != nil {
		return nil
	}
	for _, l := range all {
		lines = append(lines, l.Line)
	}
	return lines
}

// lineOf is the line of a shift, which must still be one of the subscription's.
func (o office) lineOf(s mail.Subscription, p mail.Period) (lineInfo, error) {
	all, _, err := o.painter().placed(s.Place)
	i := slices.IndexFunc(all, func(l lineInfo) bool { return l.ID == p.Line })
	if err != nil || i < 0 {
		return lineInfo{}, errs.New(errs.NotFound, "line %s is not at the place of this subscription any more", p.Line)
	}
	return all[i], nil
}

// Settled tells why a period is not yet what it will be.
func (o office) Settled(ctx context.Context, s mail.Subscription, p mail.Period) (wait string, err error) {
	if s.Kind == mail.Shift {
		l, err := o.lineOf(s, p)
		if err != nil {
			return "", err
		}
		return o.over(ctx, l, p)
	}
	lines, _, err := o.painter().placed(s.Place)
	if err != nil {
		return "", err
	}
	for _, l := range lines {
		e := dated(p.First, p.Last, l.site.Zone)
		shifts := slices.DeleteFunc(l.Calendar.Between(e.From, e.To), func(x plant.Shift) bool { return x.Date < e.first || x.Date > e.last })
		if len(shifts) == 0 {
			continue
		}
		if wait, err = o.over(ctx, l, mail.Period{Line: l.ID, From: shifts[len(shifts)-1].From}); wait != "" || err != nil {
			return wait, err
		}
	}
	return "", nil
}

// over tells why a shift is not laid out to its end.
func (o office) over(ctx context.Context, l lineInfo, p mail.Period) (wait string, err error) {
	shift, err := o.painter().Shifts.Shift(ctx, l.ID, p.From)
	if errs.KindOf(err) == errs.NotFound || err == nil && (!shift.Contains(p.From) || !shift.Over) {
		return "It waits until the shift of line " + l.Name + " is laid out to its end.", nil
	}
	return "", err
}

// Report makes the report of a period.
func (o office) Report(ctx context.Context, s mail.Subscription, p mail.Period) (r report.Report, page string, err error) {
	pt := o.painter()
	if s.Kind == mail.Shift {
		l, err := o.lineOf(s, p)
		if err != nil {
			return r, "", err
		}
		shift, err := pt.oneShift(ctx, moment{Time: o.Now()}, l, p.From)
		if err != nil {
			return r, "", err
		}
		if !shift.Contains(p.From) {
			return r, "", errs.New(errs.NotFound, "nothing is known of that shift of line %s", l.Name)
		}
		r, err = pt.shiftReport(ctx, shift)
		return r, o.address() + shiftReportHref(l.ID, shift.From), err
	}
	a := lossAsk{over: customRange, by: byReason, in: inMinutes, from: p.First.String(), to: p.Last.String()}
	r, err = pt.lossReport(ctx, a, s.Place, o.Now())
	return r, o.address() + a.href(reportsHome+"/losses", "place", string(s.Place)), err
}

// address is where readers of letters reach the site.
func (o office) address() string {
	if o.public == nil && o.listener == nil {
		return ""
	}
	return o.site()
}

// File writes a report.
func (o office) File(r report.Report, f report.Format) ([]byte, error) { return fileOf(r, f, o.Now()) }
