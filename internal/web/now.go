package web

import (
	"fmt"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
	"millwright/views/figure"
	oeeview "millwright/views/oee"
	"millwright/views/ui"
)

// now is the first page: every line as a shift-long strip.
func (s *Server) now(c echo.Context) error {
	m := moment{Time: s.Now()}
	return s.show(c, oeeview.NowPage(oeeview.Now{
		Frame:  s.frame(c, "Now"),
		Totals: s.sight(c).totals(m),
		Lines:  s.sight(c).rows(m),
	}))
}

// totals is one line of figures for the plant.
func (p *painter) totals(m moment) oeeview.TotalsPanel {
	l := figure.Locale{Zone: p.site().Zone}
	var classics []oee.Classic
	var good, target plant.Quantity
	var newest time.Time
	running, open, jobs, late := 0, 0, 0, 0
	for _, info := range p.lines {
		snap := p.snapshot(m, info.ID)
		classics = append(classics, snap.Classic)
		good, target, open = good+snap.Classic.Good, target+snap.Target, open+snap.Open
		if snap.Now == oee.Running || snap.Now == oee.MicroStop || snap.Now == oee.ReducedSpeed {
			running++
		}
		if at := p.newest(info.tags); at.After(newest) {
			newest = at
		}
		if j, ok := p.Jobs.Current(info.ID); ok {
			jobs++
			if p.promiseOf(m, info, j, snap.Classic).late {
				late++
			}
		}
	}
	text, mood := delta(l, good, target)
	whole := oee.Roll(classics...)
	panel := oeeview.TotalsPanel{
		Figures: []ui.Figure{
			{Name: "Lines running", Value: fmt.Sprint(running), Note: fmt.Sprintf("of %d", len(p.lines)), Href: "/lines"},
			{Name: "OEE", Value: percent(l, whole.OEE), Unit: "%", Note: interval(l, whole), Href: lossesHome + "?range=" + nowShift + "#formula-oee"},
			{Name: "Good pieces", Value: pieces(l, good), Note: "of " + targetText(l, target), Href: figuresHome + "?range=" + nowShift + "&side=line"},
			{Name: "To target", Value: text, Mood: mood, Href: "#panel:now/lines"}, // of each line below
			{Name: "Stops without a reason", Value: fmt.Sprint(open), Mood: warnIf(open > 0), Href: "/unexplained"},
			p.atRisk(late, jobs),
		},
		Newest: m.ageOf(newest),
		At:     l.Time(m.Time),
	}
	if lost, priced := p.lostNow(m); priced {
		lost.Href = lossesHome + "?range=" + nowShift + "&in=" + string(inMoney)
		panel.Figures = append(panel.Figures, lost)
	}
	return panel
}

// lostNow is the money that the shifts lost so far, as Losses has it; priced is false where nobody says what time is worth.
func (p *painter) lostNow(m moment) (f ui.Figure, priced bool) {
	l, made := loser{ledger: &ledger{}, lines: p.lines}, parts{}
	for _, info := range p.lines {
		snap := p.snapshot(m, info.ID)
		rows := info.layout.Rows(snap.Window, snap.Segments)
		for i := range rows {
			made.of(info.ID, rows[i].Product).Add(&rows[i].Sums)
		}
	}
	l.add(p, made)
	l.locale, l.cash = moneyOf(p.lines)
	l.cash = l.cash.fit(l.ledger)
	return l.lostMoney(), l.priced() != ""
}

// atRisk is how many orders are at risk; where nothing is foretold, or not all of the plant is seen, how many jobs are.
func (p *painter) atRisk(late, jobs int) ui.Figure {
	f := p.forecast()
	if f == nil || p.view != "" {
		return ui.Figure{Name: "Jobs at risk", Value: fmt.Sprint(late), Note: fmt.Sprintf("of %d", jobs), Mood: alarmIf(late > 0)}
	}
	n := len(f.Risks())
	return ui.Figure{Name: "Orders at risk", Value: fmt.Sprint(n), Note: fmt.Sprintf("of %d", f.Promised()), Mood: alarmIf(n > 0), Href: riskHome}
}

func warnIf(b bool) ui.Mood {
	if b {
		return ui.Warning
	}
	return ui.Plain
}

func alarmIf(b bool) ui.Mood {
	if b {
		return ui.Alarm
	}
	return ui.Plain
}

// rows is all lines, those first that need attention most.
func (p *painter) rows(m moment) oeeview.LinesPanel {
	snaps := make([]oee.Snapshot, len(p.lines))
	order := make([]int, len(p.lines))
	for i, l := range p.lines {
		snaps[i], order[i] = p.snapshot(m, l.ID), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return rankNow(snaps[a]) - rankNow(snaps[b]) })
	axis := axisOf(m, snaps)
	panel := oeeview.LinesPanel{
		Axis: ui.Strip{From: axis.From, To: axis.To, Now: m.clock(), Hours: true, Locale: figure.Locale{Zone: p.site().Zone}},
	}
	if len(p.lines) == 0 {
		panel.Empty = noLines()
	}
	for _, i := range order {
		row := p.row(m, p.lines[i], snaps[i])
		row.Strip = p.strip(m, p.lines[i], snaps[i], axis)
		panel.Rows = append(panel.Rows, row)
	}
	return panel
}

// axisOf is the time from the first start to the last end of the lines' shifts; without any, the last eight hours.
func axisOf(m moment, snaps []oee.Snapshot) plant.Span {
	var axis plant.Span
	for _, s := range snaps {
		if s.Shift.From.IsZero() {
			continue
		}
		if axis.From.IsZero() || s.Shift.From.Before(axis.From) {
			axis.From = s.Shift.From
		}
		if s.Shift.To.After(axis.To) {
			axis.To = s.Shift.To
		}
	}
	if axis.From.IsZero() {
		return plant.Span{From: m.clock().Add(-8 * time.Hour), To: m.clock()}
	}
	return axis
}

func (p *painter) row(m moment, l lineInfo, s oee.Snapshot) oeeview.Row {
	text, mood := delta(l.locale, s.Classic.Good, s.Target)
	row := oeeview.Row{
		ID:      string(l.ID),
		Name:    l.Name,
		Href:    "/line/" + string(l.ID),
		Area:    l.area.Name,
		Product: p.product(l, s),
		State:   stateNow(s),
		Since:   standsSince(m, s),
		Cause:   causeNow(l, s),
		OEE:     percent(l.locale, s.Classic.OEE),
		Formula: "/line/" + string(l.ID) + "#formula-" + string(l.ID) + "-oee",
		Target:  "/line/" + string(l.ID) + "#formula-" + targetID(l),
		Between: interval(l.locale, s.Classic),
		Factors: factors(l.locale, s.Classic),
		Delta:   oeeview.Delta{Text: text, Actual: pieces(l.locale, s.Classic.Good), Target: targetText(l.locale, s.Target), Mood: mood},
	}
	if g := p.gradeOf(l, s); g != kpi.High {
		row.Trust, row.Doubt = string(g), gradeMood(g)
	}
	if s.Open > 0 {
		row.Needs = append(row.Needs, oeeview.Need{Text: plural(s.Open, "stop", "stops") + " without a reason", Mood: ui.Warning, Href: row.Href})
	}
	if missing := l.uncycled(s); missing != "" {
		row.Needs = append(row.Needs, oeeview.Need{Text: missing, Mood: ui.Warning, Href: row.Href + "#kpi"})
	}
	row.Needs = append(row.Needs, p.callNeeds(l)...)
	if words, mood := p.starvesFirst(l); words != "" && mood == ui.Alarm {
		row.Needs = append(row.Needs, oeeview.Need{Text: words, Mood: mood, Href: row.Href + "#material-title"})
	}
	if s.Now == oee.NoData {
		row.Needs = append(row.Needs, oeeview.Need{Text: "No data from the machine", Mood: ui.Alarm, Href: row.Href})
	}
	if j, ok := p.Jobs.Current(l.ID); ok {
		will := p.promiseOf(m, l, j, s.Classic)
		row.Job = nowJob(m, l, j, will)
		if will.late {
			word := " will be late"
			if m.After(j.Due) {
				word = " is overdue"
			}
			row.Needs = append(row.Needs, oeeview.Need{Text: j.ID + word, Mood: ui.Alarm, Href: row.Href})
		}
	}
	return row
}

// product is what a line makes: as its machines say, else as its job says.
func (p *painter) product(l lineInfo, s oee.Snapshot) string {
	if s.Product != "" {
		return s.Product
	}
	if j, ok := p.Jobs.Current(l.ID); ok {
		return j.Product
	}
	return ""
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func factors(l figure.Locale, c oee.Classic) []oeeview.Factor {
	return []oeeview.Factor{
		{Letter: "A", Name: "Availability", Value: percent(l, c.Availability), Share: share(c.Availability)},
		{Letter: "P", Name: "Performance", Value: percent(l, c.Performance), Share: share(c.Performance)},
		{Letter: "Q", Name: "Quality", Value: percent(l, c.Quality), Share: share(c.Quality)},
	}
}

func nowJob(m moment, l lineInfo, j execution.Job, will readiness) *oeeview.Job {
	return &oeeview.Job{
		ID:        j.ID,
		Href:      "/line/" + string(l.ID),
		Product:   j.Product,
		Done:      pieces(l.locale, j.Good),
		Estimated: estimated(l.locale, j.Estimated),
		Planned:   pieces(l.locale, j.Planned),
		Progress:  share(progress(j)),
		Due:       due(m, l, j),
		Promise:   will.text,
		Mood:      will.mood,
		Status:    string(j.Status),
	}
}

// noLines says how a plant comes to its first lines. Who may not set them up is told whom to ask by the page it leads to.
func noLines() *ui.Empty {
	return &ui.Empty{
		Title: "No lines yet", Text: "An admin connects the machines and sets up the lines; they appear here once that is published.",
		Next: ui.Link{Name: "Set up the plant", Href: "/admin"},
	}
}
