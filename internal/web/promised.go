// What is promised of an order, on its page and on that of its line.

package web

import (
	"context"
	"strings"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/wording"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/money"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/views/figure"
	riskview "millwright/views/risk"
	"millwright/views/ui"
)

// promisedOf is the dates of one thing.
func (s *Server) promisedOf(ctx context.Context, r promise.Ref, name ui.Link) (riskview.Dated, error) {
	d, err := s.Promises.Dates(ctx, r)
	row := riskview.Dated{Name: name}
	f := s.Promises.Forecast()
	if err != nil || f == nil {
		return row, err
	}
	m, zone := moment{Time: s.Now()}, f.Zone()
	row.Requested, row.Actual, row.Why = soonDay(m, d.Requested, zone), soon(m, d.Actual, zone), ""
	row.Baseline = soon(m, d.Baseline, zone)
	if d.Dated {
		row.Baseline = soonDay(m, d.Baseline, zone)
	}
	for _, w := range d.History {
		row.History = append(row.History, riskview.Was{At: figure.Locale{Zone: zone}.Moment(w.At), Likely: soon(m, w.Likely, zone), Best: soon(m, w.Best, zone), Why: w.Causes})
	}
	o, ok := f.Of(r)
	if !ok {
		return row, nil
	}
	row.Best, row.Likely, row.Why = soonDay(m, o.Best, zone), soonDay(m, o.Likely, zone), wording.Say(f, o.Causes)
	row.Verdict, row.Mood = verdict(&o)
	if !o.Stalled.IsZero() {
		row.Under = "stalled since " + soon(m, o.Stalled, zone)
	}
	if fixes, of, ok := s.Promises.Fixes(r); ok {
		row.Fixes = fixWords(of, fixes)
	} else if o.Late() {
		row.Fixes = fixWords(f, f.Fixes(r))
	}
	return row, nil
}

// verdict tells how an order stands against the day that it is held to.
func verdict(o *promise.Order) (string, ui.Mood) {
	switch {
	case o.Unknown():
		return "nobody can say", ui.Alarm
	case o.Late():
		return wording.Lasting(o.Lateness) + " late", ui.Alarm
	case o.Due.IsZero():
		return "", ui.Plain
	}
	return "in time", ui.Well
}

// salesPromise is what is promised of the lines of a sales order; nil where nothing is.
func (s *Server) salesPromise(ctx context.Context, o order.Order) (*riskview.Box, error) {
	if s.Promises == nil || !o.Firm {
		return nil, nil
	}
	box := &riskview.Box{Title: "Promise", Lead: "Foretold from the lines as they run, their queues, shifts and material. The baseline is the first promise, and stays.", Empty: "Nothing of it is made or kept."}
	for _, l := range o.Lines {
		if l.Stock.Service {
			continue
		}
		row, err := s.promisedOf(ctx, promise.SaleRef(o.ID, int64(l.Place)), ui.Link{Name: l.Number, Href: itemHref(l.Item)})
		if err != nil {
			return nil, err
		}
		f := s.Promises.Forecast()
		if x, ok := f.Of(promise.SaleRef(o.ID, int64(l.Place))); ok && len(x.Works) > 0 {
			if w, ok := f.Of(promise.WorkRef(x.Works[0])); ok {
				row.Under = strings.TrimPrefix(row.Under+", made by "+w.Text, ", ")
			}
		}
		box.Rows = append(box.Rows, row)
	}
	return box, nil
}

// workPromise is what is promised of a work order; nil where nothing is.
func (s *Server) workPromise(ctx context.Context, w oneWork) (*riskview.Box, error) {
	if s.Promises == nil {
		return nil, nil
	}
	row, err := s.promisedOf(ctx, promise.WorkRef(w.ID), ui.Link{Name: w.Number})
	if err != nil {
		return nil, err
	}
	return &riskview.Box{Title: "Promise", Lead: "Foretold from the line as it runs, its queue, shifts and material. The baseline is the first promise, and stays.", Rows: []riskview.Dated{row}}, nil
}

// materialPanel is the panel "line/<id>/material".
func (p *painter) materialPanel(m moment, l lineInfo) riskview.LackPanel {
	panel := riskview.LackPanel{Line: string(l.ID), Empty: "No work order runs here, so that nothing is known of what the line takes."}
	s := p.snapshot(m, l.ID)
	f := p.forecast()
	j, runs := p.Jobs.Current(l.ID)
	panel.Stop, panel.Mood = p.stopWords(m, l, s, j, runs)
	if f == nil || !runs || j.Work == 0 {
		return panel
	}
	panel.Job = ui.Link{Name: j.ID}
	if p.view == "" {
		panel.Job.Href = "/" + promise.WorkRef(j.Work).Document
	}
	panel.Empty = "It takes nothing for each piece."
	for _, x := range f.Starving(l.ID) {
		panel.Rows = append(panel.Rows, p.lackRow(m, l, f, &x))
	}
	return panel
}

// scarce is how long a component may last until somebody is told.
const scarce = time.Hour

func (p *painter) lackRow(m moment, l lineInfo, f *promise.Forecast, x *promise.Starving) riskview.Part {
	it := f.Item(x.Item)
	row := riskview.Part{
		Item: ui.Link{Name: it.Number}, Name: it.Name, There: roughly(l.locale, x.There, it.Unit, false), Need: roughly(l.locale, x.Need, it.Unit, true), Lasts: wording.Lasting(x.Lasts),
	}
	if p.view == "" {
		row.Item.Href = itemHref(x.Item)
	}
	switch {
	case x.Enough:
		row.Next = "enough for the job"
		return row
	case x.Lasts < scarce:
		row.Mood = ui.Alarm
	default:
		row.Mood = ui.Warning
	}
	row.Ends, row.Next = "until "+l.locale.Near(m.Add(x.Lasts), m.Time), "none is on its way"
	if !x.Next.IsZero() {
		row.Next = strings.TrimSuffix(x.By+", "+l.locale.Near(x.Next, m.Time), ", ")
	}
	return row
}

// starvesFirst is the component that is gone first of what a line makes, in words; "" when none is before the job ends.
func (p *painter) starvesFirst(l lineInfo) (words string, mood ui.Mood) {
	f := p.forecast()
	for _, x := range f.Starving(l.ID) {
		if x.Enough {
			continue
		}
		mood = ui.Warning
		if x.Lasts < scarce {
			mood = ui.Alarm
		}
		return f.Item(x.Item).Name + " for " + wording.Lasting(x.Lasts), mood
	}
	return "", ui.Plain
}

// lossOf is what a stop of a line costs: the margin of the running order for the good pieces that are not made, and no
// more of them than the order still wants. By the line of a sales order that waits for it, else by the plant's margins.
func (p *painter) lossOf(l lineInfo, j execution.Job, c oee.Classic, lasted time.Duration, left plant.Quantity) (lost plant.Money, sale string, ok bool) {
	product := j.Product
	rate := money.RateOf(l.Line, product)
	cycle, known := l.Ideal(product)
	if margin, of, is := p.forecast().Margin(j.Work); is && known && cycle > 0 {
		rate, sale = money.Rate{Worth: margin, Per: cycle, Piece: true, OK: true}, of
	}
	stop := money.Stop{Lasts: lasted, Quality: money.Expected(c.Good, c.Reject), Left: left, Bounded: j.Planned > 0}
	return rate.Stopped(stop), sale, rate.OK
}

// stopWords tells what the stop that goes on costs, and what it endangers; "" where the line does not stand.
func (p *painter) stopWords(m moment, l lineInfo, s oee.Snapshot, j execution.Job, runs bool) (string, ui.Mood) {
	if s.Now != oee.Breakdown && s.Now != oee.Blocked && s.Now != oee.Starved {
		return "", ui.Plain
	}
	words := "The line stands since " + l.locale.Near(s.Since, m.Time)
	if runs {
		if lost, sale, ok := p.lossOf(l, j, s.Classic, m.Sub(s.Since), max(0, j.Planned-j.Good)); ok {
			words += "; that has cost " + strings.TrimSpace(paidIn(l, lost)+" "+l.site.Currency)
			if sale != "" && p.view == "" {
				words += " of the margin of " + sale
			}
		}
	}
	if more := p.endangers(l, j); more != "" {
		words += "; " + more
	}
	return words + ".", ui.Alarm
}

// stopNote tells what a stop of the shift cost, and which order it endangers while it lasts; "" where nothing is known.
func (p *painter) stopNote(l lineInfo, s oee.Snapshot, x edit.Stop, lasts bool) string {
	var notes []string
	if j, ok := p.Jobs.Job(x.Order); ok && x.Order != "" && x.Category != oee.NoOrder {
		left := j.Planned - j.Good
		for i := range s.Segments {
			if g := &s.Segments[i]; g.Order == j.ID && !g.From.Before(x.From) {
				left += g.Good // made since
			}
		}
		if lost, _, ok := p.lossOf(l, j, s.Classic, x.Lasted, max(0, left)); ok && lost > 0 {
			notes = append(notes, strings.TrimSpace(paidIn(l, lost)+" "+l.site.Currency))
		}
	}
	if j, ok := p.Jobs.Current(l.ID); ok && lasts {
		if more := p.endangers(l, j); more != "" {
			notes = append(notes, more)
		}
	}
	return strings.Join(notes, ", ")
}

// paidIn writes an amount in whole cents of a line's currency.
func paidIn(l lineInfo, m plant.Money) string {
	cent := plant.Cent(l.site.Currency)
	return exactly(l.locale, m.Paid(cent).In(cent))
}

// endangers tells which orders a line that stands keeps waiting, or how much slack its job has.
func (p *painter) endangers(l lineInfo, j execution.Job) string {
	f := p.forecast()
	if f == nil {
		return ""
	}
	if all := f.Endangered(l.ID); len(all) > 0 {
		words := "it endangers " + all[0].Text
		if p.view != "" {
			words = "it endangers an order"
		}
		if all[0].Lateness > 0 && !all[0].Unknown() {
			words += ", " + wording.Lasting(all[0].Lateness) + " late"
		}
		if len(all) > 1 {
			words += ", and " + plural(len(all)-1, "more", "more")
		}
		return words
	}
	return p.standing(j)
}

// roughly writes a quantity as it is judged at a glance: in whole pieces, to a tenth, or below ten to a thousandth. What is
// there is rounded down, what is needed up.
func roughly(l figure.Locale, q plant.Quantity, unit string, up bool) string {
	step := plant.One / 10
	switch {
	case unit == "" || unit == "H87":
		step = plant.One
	case q < 10*plant.One:
		step = plant.One / 1000
	}
	if over := q % step; over != 0 {
		if q -= over; up && over > 0 {
			q += step
		} else if !up && over < 0 {
			q -= step
		}
	}
	words := exactly(l, q.String())
	if step == plant.One {
		return words
	}
	return words + " " + measure.Symbol(unit)
}
