// What is to be mended about how lines are measured.

package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/health"
	givens "millwright/internal/mes/oee/health/given"
	"millwright/internal/plant"
	healthview "millwright/views/health"
	"millwright/views/ui"
)

const healthHome = "/health"

// healthSpans are the days that one may look back.
func healthSpans() []int { return []int{7, health.Days, health.Longest} }

func lastDays(n int) string { return fmt.Sprintf("Last %d days", n) }

func healthHref(line plant.LineID) string { return "/line/" + string(line) + "/health" }

// linesHealth is all lines with what is found about them.
func (s *Server) linesHealth(c echo.Context) error {
	p, now := s.sight(c), s.Now()
	f := s.frame(c, "Line health")
	f.Live, f.Refresh = false, 0
	page := healthview.Overview{Frame: f, Title: lastDays(health.Days), Queue: ui.Link{Name: "Explain them", Href: openHome}}
	if len(p.lines) == 0 {
		page.Empty = noLines()
		return s.show(c, healthview.ShowAll(page))
	}
	q, err := p.openStops(c.Request().Context(), openAsk{days: health.Days}, now)
	if err != nil {
		return err
	}
	page.Figures = q.figures()
	for _, l := range p.lines {
		found, err := p.Health.Findings(c.Request().Context(), l.ID)
		if err != nil {
			return err
		}
		page.Lines = append(page.Lines, healthview.Line{Link: ui.Link{Name: l.Name, Href: healthHref(l.ID)}, Area: l.area.Name, Findings: l.findings(found)})
	}
	slices.SortStableFunc(page.Lines, func(a, b healthview.Line) int { return len(b.Findings) - len(a.Findings) })
	return s.show(c, healthview.ShowAll(page))
}

// healthLink leads from a line to what was found about it.
func (p *painter) healthLink(l lineInfo) ui.Link {
	link := ui.Link{Name: "Line health", Href: healthHref(l.ID)}
	if n := p.Health.Count(l.ID); n > 0 {
		link.Name = plural(n, "finding", "findings")
	}
	return link
}

// healthAsk is what an address asks of a line's health.
type healthAsk struct {
	line plant.LineID
	days int
	late time.Duration // from when on a reason came late
}

func healthAskOf(line plant.LineID, q url.Values) (healthAsk, error) {
	a := healthAsk{line: line, days: health.Days, late: health.LateAfter}
	for _, w := range []struct {
		name string
		of   []int
		set  func(int)
	}{
		{"days", healthSpans(), func(n int) { a.days = n }},
		{"late", lateSteps(), func(n int) { a.late = time.Duration(n) * time.Minute }},
	} {
		text := q.Get(w.name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || !slices.Contains(w.of, n) {
			return a, errs.New(errs.Invalid, "%s cannot be %q; choose one of the page", w.name, errs.Clip(text))
		}
		w.set(n)
	}
	return a, nil
}

// lateSteps are the minutes from which on a reason may count as late.
func lateSteps() (all []int) {
	for _, s := range givens.Steps[1:] {
		all = append(all, int(s/time.Minute))
	}
	return all
}

// href is the address that asks the same but for one thing.
func (a healthAsk) href(name string, n int) string {
	q := url.Values{}
	for key, is := range map[string]struct{ now, usual int }{"days": {a.days, health.Days}, "late": {int(a.late / time.Minute), int(health.LateAfter / time.Minute)}} {
		if key == name {
			is.now = n
		}
		if is.now != is.usual {
			q.Set(key, strconv.Itoa(is.now))
		}
	}
	if len(q) == 0 {
		return healthHref(a.line)
	}
	return healthHref(a.line) + "?" + q.Encode()
}

// since is the first date that is asked for.
func (a healthAsk) since(now time.Time, l lineInfo) plant.Date {
	return plant.DateIn(now, l.site.Zone) - plant.Date(a.days) + 1
}

// lineHealth is one line.
func (s *Server) lineHealth(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	a, err := healthAskOf(l.ID, c.QueryParams())
	if err != nil {
		return err
	}
	ctx, p := c.Request().Context(), s.sight(c)
	rates, err := p.Health.Rates(ctx, l.ID, a.days)
	if err != nil {
		return err
	}
	sums, err := p.Health.Given(ctx, l.ID, a.since(s.Now(), l))
	if err != nil {
		return err
	}
	_, all := sums.Per(func(givens.Key) string { return "" })
	page := healthview.Page{
		Frame: s.frame(c, l.Name+", health", ui.Link{Name: "Health", Href: healthHome}, ui.Link{Name: l.Name, Href: "/line/" + string(l.ID)}, ui.Link{Name: "Health"}),
		Title: "Health of " + l.Name, Findings: l.findings(health.Judge(rates.All, &all)),
		Asof: "as of " + l.locale.Moment(rates.Of.To), Window: sustainedWords,
		Reasons: l.reasonHealth(a, &sums, s.readerAt(c, l).Role >= plant.Manager),
	}
	page.Frame.Live, page.Frame.Refresh = false, 0
	for _, days := range healthSpans() {
		page.Spans = append(page.Spans, ui.Way{Link: ui.Link{Name: lastDays(days), Href: a.href("days", days)}, Current: days == a.days})
	}
	for i := range rates.All {
		page.Cycles = append(page.Cycles, l.cycleHealth(&rates.All[i]))
	}
	return s.show(c, healthview.Show(page))
}

// findings says what was found about a line.
func (l lineInfo) findings(all []health.Finding) (found []healthview.Finding) {
	page := healthHref(l.ID)
	for _, f := range all {
		one := healthview.Finding{Next: ui.Link{Name: "Look", Href: page + "#reasons"}}
		share := percent(l.locale, f.Share) + " %"
		switch f.What {
		case health.CycleTooSlow, health.CycleLow, health.CycleUnset:
			one.Text, one.Next.Href = productName(f.Rate.Product)+": "+l.verdict(&f.Rate), page+"#cycles"
		case health.Unexplained:
			one.Text = fmt.Sprintf("%s of the breakdown time has no reason: %s.", share, plural(f.Count, "stop", "stops"))
			one.Next = ui.Link{Name: "Explain them", Href: openAsk{line: string(l.ID), days: health.Days}.href()}
		case health.Vague:
			one.Text = fmt.Sprintf("%s of the breakdown time has a reason that says nothing in particular: %s.", share, plural(f.Count, "stop", "stops"))
		case health.Late:
			one.Text = fmt.Sprintf("%s of the reasons were given more than %d min after the stop: %d.", share, int(health.LateAfter.Minutes()), f.Count)
			one.Next.Href = page + "#late"
		case health.Contradicts:
			one.Text = fmt.Sprintf("%s contradict the fault code of their stop.", plural(f.Count, "reason", "reasons"))
			one.Next.Href = page + "#against"
		}
		found = append(found, one)
	}
	return found
}

func productName(product string) string {
	if product == "" {
		return "No product told"
	}
	return errs.Clip(product)
}
