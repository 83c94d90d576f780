// How long it took until somebody came who was called for.

package web

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/mes/andon"
	"millwright/internal/plant"
	callview "millwright/views/calls"
	"millwright/views/figure"
	"millwright/views/ui"
)

// callsShown is how many calls stand on the page of all of them.
const callsShown = 200

// callsBack are the times that the page of all calls can show, in days.
var callsBack = [...]struct {
	days int
	name string
}{{1, "24 hours"}, {7, "7 days"}, {30, "30 days"}}

// callsPage is the calls of all lines that the reader sees, and how they were answered.
func (s *Server) callsPage(c echo.Context) error {
	p, m := s.sight(c), moment{Time: s.Now()}
	page := callview.Page{Frame: s.frame(c, "Calls for help")}
	page.Frame.Live, page.Frame.Refresh = false, 0
	days := 1
	for _, back := range callsBack {
		if c.QueryParam("days") == strconv.Itoa(back.days) {
			days = back.days
		}
	}
	for _, back := range callsBack {
		page.Days = append(page.Days, ui.Way{Link: ui.Link{Name: back.name, Href: "/calls?days=" + strconv.Itoa(back.days)}, Current: back.days == days})
	}
	calls, err := p.callsBetween(c.Request().Context(), "", plant.Span{From: m.Add(-time.Duration(days) * 24 * time.Hour), To: m.Add(time.Second)})
	if err != nil {
		return err
	}
	page.Times = p.responses(calls, true)
	for _, one := range slices.Backward(calls) {
		if len(page.Calls) == callsShown {
			page.More = "Older ones are left out."
			break
		}
		page.Calls = append(page.Calls, p.callRow(m.Time, one, true))
	}
	for _, l := range p.lines {
		for _, one := range p.openCalls(l) {
			page.Open = append(page.Open, p.callRow(m.Time, one, true))
		}
	}
	return s.show(c, callview.Show(page))
}

// callsBetween are the calls of a line, or of all that are seen, that were raised in a time.
func (p *painter) callsBetween(ctx context.Context, line plant.LineID, of plant.Span) ([]andon.Call, error) {
	if p.Calls == nil || !of.From.Before(of.To) {
		return nil, nil
	}
	all, err := p.Calls.Between(ctx, line, of.From, of.To)
	return slices.DeleteFunc(all, func(c andon.Call) bool {
		_, seen := p.line(c.Line)
		return !seen
	}), err
}

// responses are how calls were answered, in the order of the lines.
func (p *painter) responses(calls []andon.Call, named bool) (all []callview.Response) {
	times := andon.Responses(calls)
	slices.SortStableFunc(times, func(a, b andon.Response) int { return p.at[a.Line] - p.at[b.Line] })
	for _, r := range times {
		row := callview.Response{Kind: upper(string(r.Kind)), Calls: strconv.Itoa(r.Calls), Answered: tookOf(r.Answered), Done: tookOf(r.Done)}
		if named {
			l, _ := p.line(r.Line)
			row.Line = l.Name
		}
		if r.Waiting > 0 {
			row.Waiting = plural(r.Waiting, "waits", "wait")
		}
		all = append(all, row)
	}
	return all
}

func tookOf(t andon.Times) callview.Span {
	if t.N == 0 {
		return callview.Span{Median: figure.Unknown, Longest: figure.Unknown}
	}
	return callview.Span{Median: figure.Span(t.Median), Longest: figure.Span(t.Longest)}
}

// callRow tells of a call, its time as it is read at another.
func (p *painter) callRow(near time.Time, c andon.Call, named bool) callview.Call {
	l, _ := p.line(c.Line)
	row := callview.Call{Words: l.calledFor(c), At: l.locale.Near(c.Raised.At, near), By: c.Raised.By.Name, Mood: ui.Alarm}
	if c.Note != "" {
		row.Words += ": " + c.Note
	}
	if named {
		row.Line = ui.Link{Name: l.Name, Href: "/line/" + string(l.ID)}
	}
	if !c.Answered.At.IsZero() {
		row.Answered, row.Mood = c.Answered.By.Name+" came after "+figure.Span(max(0, c.Answered.At.Sub(c.Raised.At))), ui.Warning
	}
	if j, runs := p.Jobs.Current(c.Line); c.Open() && (runs || p.stands(c.Line)) {
		row.Orders = upper(p.endangers(l, j))
	}
	if !c.Open() {
		row.Done, row.Mood = "done after "+figure.Span(max(0, c.Done.At.Sub(c.Raised.At)))+" by "+c.Done.By.Name, ui.Plain
	}
	return row
}
