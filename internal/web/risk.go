// Orders at risk: what will be late, why, and what would help.

package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/outlook"
	"millwright/internal/mes/execution/promise/wording"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/internal/web/api/operation"
	promiseapi "millwright/internal/web/api/promises"
	"millwright/views/figure"
	riskview "millwright/views/risk"
	"millwright/views/ui"
)

// Promises is what is foretold of orders.
type Promises interface {
	Forecast() *promise.Forecast
	Dates(ctx context.Context, r promise.Ref) (outlook.Dates, error)
	// Course gives how a work order went, in so many steps of time.
	Course(ctx context.Context, work int64, steps int) (outlook.Course, error)
	// Fixes gives what would help, as it was worked out last; ok is false where it was not.
	Fixes(r promise.Ref) (all []promise.Fix, f *promise.Forecast, ok bool)
}

const (
	riskHome  = "/risk"
	riskPanel = "risk"
	mostRisks = 100
)

// riskPages are those of what is promised.
func (s *Server) riskPages() []route {
	return []route{
		get(riskHome, plant.Viewer, s.risk),
		get(workHome+"/:number/time", plant.Viewer, s.planned(s.workTime)),
	}
}

// riskRoom is the API of what is promised.
func (s *Server) riskRoom() operation.Room {
	return func(b *operation.Book) {
		promiseapi.Mount(b, promiseapi.Deps{Promises: s.Promises})
	}
}

// Foretold lets everybody see another forecast.
func (s *Server) Foretold() {
	w := newWatcher(s)
	w.touch(riskPanel)
	for i := range w.painter().lines {
		id := w.painter().lines[i].ID
		w.line(id, "jobs", "material", "terminal")
		w.wall("wall/line/" + string(id))
		w.plant(id)
	}
}

func noPromises() error { return errs.New(errs.NotFound, "nothing is foretold here") }

// forecast is the newest one; nil where nothing is foretold, and of moments that are over.
func (p *painter) forecast() *promise.Forecast {
	if p.Promises == nil || p.then != nil {
		return nil
	}
	return p.Promises.Forecast()
}

// risk shows the orders at risk.
func (s *Server) risk(c echo.Context) error {
	if s.Promises == nil {
		return noPromises()
	}
	f := s.frame(c, "Orders at risk", ui.Link{Name: "Orders at risk"})
	return s.show(c, riskview.Show(riskview.Page{Frame: f, Panel: s.sight(c).risks(moment{Time: s.Now()})}))
}

// risks is the panel "risk".
func (p *painter) risks(m moment) riskview.Panel {
	l, currency := figure.Locale{Zone: p.site().Zone}, p.site().Currency
	panel := riskview.Panel{Value: strings.TrimSuffix("Value, "+currency, ", ")}
	f := p.forecast()
	if f == nil {
		panel.Empty = &ui.Empty{Title: "Not foretold yet", Text: "The orders are gone through; look again in a moment."}
		return panel
	}
	panel.At = l.Clock(f.At)
	all, worth, unknown := f.Risks(), plant.Money(0), 0
	for i := range all {
		worth += all[i].Value
		if all[i].Unknown() {
			unknown++
		}
		if i < mostRisks {
			panel.Rows = append(panel.Rows, p.riskRow(m, f, &all[i]))
		}
	}
	if rest := len(all) - mostRisks; rest > 0 {
		panel.More = fmt.Sprintf("and %d more", rest)
	}
	panel.Figures = []ui.Figure{
		{Name: "Orders at risk", Value: fmt.Sprint(len(all)), Note: fmt.Sprintf("of %d", f.Promised()), Mood: alarmIf(len(all) > 0)},
		{Name: "Worth", Value: exactly(l, worth.In(p.Plant.Cent())), Unit: currency},
		{Name: "Without a date", Value: fmt.Sprint(unknown), Mood: warnIf(unknown > 0)},
	}
	if len(all) == 0 {
		panel.Empty = &ui.Empty{Title: "No order is at risk", Text: "As the lines run, everything that is ordered is done in time."}
	}
	return panel
}

func (p *painter) riskRow(m moment, f *promise.Forecast, o *promise.Order) riskview.Row {
	row := riskview.Row{
		Order: ui.Link{Name: o.Text, Href: p.promisedHref(o)}, For: o.For, What: promisedWhat(f, o), Due: soonDay(m, o.Due, f.Zone()), Late: tooLate(o),
		Best: soonDay(m, o.Best, f.Zone()), Likely: soonDay(m, o.Likely, f.Zone()), Why: wording.Say(f, o.Causes), Value: "–",
	}
	if o.Value > 0 {
		row.Value = exactly(figure.Locale{}, o.Value.In(p.Plant.Cent()))
	}
	if info, ok := p.line(o.Line); ok {
		row.Line = ui.Link{Name: info.Name, Href: "/line/" + string(o.Line)}
	}
	if fixes, of, ok := p.Promises.Fixes(o.Ref); ok {
		row.Fixes = fixWords(of, fixes)
	}
	return row
}

// mostFixes is how much advice helps.
const mostFixes = 3

func fixWords(f *promise.Forecast, all []promise.Fix) (words []string) {
	for _, x := range all[:min(mostFixes, len(all))] {
		words = append(words, wording.Fix(f, x))
	}
	return words
}

// promisedHref leads to the order.
func (p *painter) promisedHref(o *promise.Order) string {
	if o.Kind == promise.Jobs {
		return "/line/" + string(o.Line)
	}
	return "/" + o.Document
}

// promisedWhat is what is open of an order: "800 COLA-05".
func promisedWhat(f *promise.Forecast, o *promise.Order) string {
	it := f.Item(o.Item)
	amount := exactly(figure.Locale{}, o.Open.String())
	if it.Unit != "" && it.Unit != "H87" {
		amount += " " + measure.Symbol(it.Unit)
	}
	return strings.TrimSpace(amount + " " + o.Product)
}

func tooLate(o *promise.Order) string {
	if o.Unknown() {
		return "nobody can say"
	}
	return wording.Lasting(o.Lateness)
}

// soon writes a time as near as it is; "" of none.
func soon(m moment, t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return figure.Locale{Zone: zone}.Near(t, m.Time)
}

// soonDay writes the end of a day as the day, and any other time as what it is.
func soonDay(m moment, t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if local := t.In(zone); local.Hour() == 0 && local.Minute() == 0 && local.Second() == 0 {
		return figure.Locale{Zone: zone}.Date(t.Add(-time.Second))
	}
	return soon(m, t, zone)
}

// courseTicks are the times on an axis: about six of them, at round times of the plant's clocks.
func courseTicks(span plant.Span, l figure.Locale) (all []riskview.Tick) {
	steps := []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 24 * time.Hour, 4 * 24 * time.Hour}
	step := steps[len(steps)-1]
	for _, s := range steps {
		if span.Duration() <= 6*s {
			step = s
			break
		}
	}
	_, offset := span.From.In(orUTC(l.Zone)).Zone()
	shift := time.Duration(offset) * time.Second
	for at := span.From.Add(shift).Truncate(step).Add(step - shift); at.Before(span.To); at = at.Add(step) {
		words := l.Time(at)
		if step >= 24*time.Hour {
			words = strings.Split(l.Moment(at), ",")[0]
		}
		if share := float64(at.Sub(span.From)) / float64(span.Duration()); share < 0.97 {
			all = append(all, riskview.Tick{Words: words, Share: share})
		}
	}
	return all
}

func orUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}
