package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
	reasons "millwright/internal/plant/reason"
	"millwright/views/figure"
	lossview "millwright/views/loss"
	"millwright/views/ui"
)

// loser draws what was lost in a time.
type loser struct {
	lossAsk
	*ledger
	p       *painter
	lines   []lineInfo
	eras    []era
	locale  figure.Locale
	cash    cash
	skewed  oee.Skew
	several bool // of lines
}

// losses is where the time went over a range, and what to do first about it.
func (s *Server) losses(c echo.Context) error {
	f := s.frame(c, "Losses")
	f.Live, f.Refresh = false, 0
	page := lossview.Page{Frame: f}
	l, err := s.loser(c, false)
	page.Tools = l.tools()
	if fields := faults(err); err != nil && errs.KindOf(err) == errs.Invalid && len(fields) > 0 && fields[0].Field != "" {
		page.Tools.Faults = fields
		return s.showAs(c, http.StatusUnprocessableEntity, lossview.Show(page))
	}
	if err != nil {
		return err
	}
	l.fill(&page)
	page.Frame.Live = page.Head.Live != ""
	if err := l.compare(c.Request().Context(), &page); err != nil {
		return err
	}
	return s.show(c, lossview.Show(page))
}

// loser reads what a request asks for: each stop, or as finely as it has to be. With an error that is about the range, its tools can be drawn all the same.
func (s *Server) loser(c echo.Context, whole bool) (l loser, err error) {
	p := s.sight(c)
	l.p = p
	if l.lossAsk, err = lossAskOf(c.QueryParams()); err != nil {
		return l, err
	}
	if l.lines, err = l.lossAsk.lines(p); err != nil {
		return l, err
	}
	if l.eras, err = l.erasOf(l.over, l.lines, s.Now()); err != nil {
		return l, err
	}
	return l, l.read(c.Request().Context(), s.Now(), whole)
}

// read reads the time of the lines and eras that are chosen.
func (l *loser) read(ctx context.Context, now time.Time, whole bool) (err error) {
	if whole && lineDays(l.eras) > mostStopDays*24*time.Hour {
		return wrongRange("to", "Each stop is told of 1,500 days of lines at most: choose one line, or a shorter time.")
	}
	l.several = len(l.lines) > 1
	l.locale, l.cash = moneyOf(l.lines)
	begin := now
	for _, e := range l.eras {
		if !e.From.IsZero() {
			begin = plant.Earlier(begin, e.From)
		}
	}
	ids := make([]plant.LineID, len(l.lines))
	for i := range l.lines {
		ids[i] = l.lines[i].ID
	}
	l.skewed = l.p.clocks().skew(begin, ids...)
	if l.ledger, err = l.p.losses(ctx, l.lossAsk, l.lines, l.eras, whole || fine(l.eras)); err != nil {
		return err
	}
	l.now = now
	l.cash = l.cash.fit(l.ledger)
	return nil
}

// tools is how another time, another line or another view is chosen.
func (l *loser) tools() lossview.Tools {
	t := lossview.Tools{From: l.from, To: l.to, Line: l.line, Hidden: map[string]string{"by": l.by, "in": l.in, "then": l.then, "range": customRange}, Custom: l.over == customRange}
	for side, value := range l.only {
		t.Hidden["only-"+side] = value
	}
	shown := l.lossAsk
	shown.from, shown.to = "", ""
	for _, r := range lossRanges() {
		t.Ranges = append(t.Ranges, ui.Way{Link: ui.Link{Name: r.name, Href: shown.href(lossesHome, "range", r.word)}, Current: r.word == l.over})
	}
	if l.p == nil {
		return t
	}
	t.Lines = []ui.Choice{{Value: "", Name: "All lines"}}
	for _, one := range l.p.lines {
		t.Lines = append(t.Lines, ui.Choice{Value: string(one.ID), Name: one.Name})
	}
	if l.over != customRange {
		t.Over = l.over
		t.From, t.To = l.fixed()
	}
	return t
}

// fixed is the range as two times or dates, which mean the same tomorrow; empty where lines differ in it.
func (l *loser) fixed() (from, to string) {
	if len(l.eras) == 0 || l.eras[0].From.IsZero() {
		return "", ""
	}
	e := l.eras[0]
	if e.first != "" {
		return e.first, e.last
	}
	end := e.shift.To
	for _, other := range l.eras[1:] {
		if !other.From.Equal(e.From) || !other.shift.To.Equal(end) {
			return "", ""
		}
	}
	const layout = "2006-01-02 15:04"
	return e.From.In(l.locale.Zone).Format(layout), end.In(l.locale.Zone).Format(layout)
}

// fill draws all of a page but what it is compared with.
func (l *loser) fill(page *lossview.Page) {
	page.Title = l.named(l.over, l.eras)
	if from, to := l.fixed(); from != "" && l.over != customRange {
		page.Fixed = l.href(lossesHome, "range", customRange, "from", from, "to", to)
	}
	page.By = figureAsk{lossAsk: l.timeOnly(), by: kpi.Per(kpi.Line)}.href(figuresHome)
	if len(l.lines) == 1 {
		page.Lens = l.href(lossesHome + "/lens")
		page.WhatIf = whatIfHome + "?" + url.Values{"line": {string(l.lines[0].ID)}}.Encode()
	}
	if len(l.lines) == 0 {
		page.Empty = noLines()
		return
	}
	if l.sums.Window() == 0 {
		page.Empty = timeless()
		return
	}
	page.Head = l.head()
	page.Fall = l.fall()
	page.Pareto = l.pareto()
	page.Stops = l.list()
	for _, side := range lossSides() {
		if value, is := l.only[side.word]; is {
			page.Only = append(page.Only, lossview.Only{Side: side.name, Name: l.nameOf(side.word, value), Href: l.without(side.word)})
		}
	}
}

// timeless is shown where no line has time of what is asked for.
func timeless() *ui.Empty {
	return &ui.Empty{Title: "Nothing is known of that time", Text: "Choose another range: of this one there is no shift, or it lies before the first data."}
}

// named says what time is shown.
func (l *loser) named(over string, eras []era) string {
	title := ""
	for i, e := range eras {
		one := e.title(l.lines[i].locale)
		if i > 0 && one != title {
			for _, r := range lossRanges() {
				if r.word == over {
					return r.name + " of each line"
				}
			}
		}
		title = one
	}
	if len(eras) > 0 && !eras[0].shift.From.IsZero() && eras[0].To.Before(eras[0].shift.To) {
		title += ", so far"
	}
	return title
}

// head is the figures of the time.
func (l *loser) head() lossview.Head {
	h := lossview.Head{Live: l.panel()}
	ids := []kpi.ID{kpi.OEE, kpi.Availability, kpi.Performance, kpi.Quality}
	for _, v := range kpi.Values(&l.sums, kpi.About{}) {
		if !slices.Contains(ids, v.ID) {
			continue
		}
		one := opening(keyFigure(l.locale, v), v, figureAsk{lossAsk: l.timeOnly()}.made)
		one.Rows = ui.Link{Name: "The stops behind it", Href: "#stops"}
		h.KPIs = append(h.KPIs, one)
		if v.Low.OK && v.High.OK && v.ID == kpi.OEE && percent(l.locale, v.Low) != percent(l.locale, v.High) {
			h.Between = fmt.Sprintf("OEE lies between %s and %s %%, as part of the time is not known.", percent(l.locale, v.Low), percent(l.locale, v.High))
		}
	}
	linkFactors(h.KPIs)
	c := l.sums.Classic()
	time := ui.Figure{Name: "Time lost", Value: figure.Unknown, Unit: "min"}
	if lost, ok := c.Losses(); ok {
		time.Value = l.locale.Minutes(c.PPT - lost.Good)
		time.Note = "of " + l.locale.Minutes(c.PPT)
	}
	unexplained := ui.Figure{Name: "Stops without a reason", Value: l.locale.Whole(l.sums.Unasked)}
	if l.sums.Unexplained > 0 {
		unexplained.Note, unexplained.Mood = l.lasting(l.sums.Unexplained), ui.Warning
	}
	h.Figures = []ui.Figure{time, l.lostMoney(), unexplained}
	t := kpi.Trust(&l.sums, l.skewed)
	h.Trust, h.Why = string(t.Grade), t.Why
	h.Mood = map[kpi.Grade]ui.Mood{kpi.High: ui.Well, kpi.Fair: ui.Warning, kpi.Low: ui.Alarm}[t.Grade]
	return h
}

// nameOf is how people call one of a side.
func (l *loser) nameOf(side, key string) string {
	switch side {
	case byCategory:
		return upper(key)
	case byReason:
		if kind, none := strings.CutPrefix(key, "="); none {
			return upper(kind) + ", no reason"
		}
		return l.reasonName(key)
	case byUnit:
		if i, ok := l.p.lineOf[plant.UnitID(key)]; ok {
			one := l.p.lines[i]
			if l.several {
				return one.Name + ", " + one.names[plant.UnitID(key)]
			}
			return one.names[plant.UnitID(key)]
		}
	case byLine:
		if one, ok := l.p.line(plant.LineID(key)); ok {
			return one.Name
		}
	case byShift:
		if key == "" {
			return "Outside shifts"
		}
	}
	return figure.Dash(errs.Clip(key))
}

func (l *loser) reasonName(id string) string {
	language := ""
	if len(l.lines) > 0 {
		language = l.lines[0].Language
	}
	if r, ok := l.p.Plant.Reasons.Stop(reasons.ID(id)); ok {
		return r.In(language)
	}
	return errs.Clip(id)
}

// moneyOf is how some lines write numbers and money: of several currencies no sum can be made.
func moneyOf(lines []lineInfo) (figure.Locale, cash) {
	if len(lines) == 0 {
		return figure.Locale{Zone: time.UTC}, cash{}
	}
	m := cash{locale: lines[0].locale, currency: lines[0].site.Currency}
	for _, l := range lines {
		m.mixed = m.mixed || l.site.Currency != m.currency
	}
	return lines[0].locale, m
}

// lasting writes a length of time for a sentence.
func (l *loser) lasting(d time.Duration) string { return l.locale.Minutes(d) + "\u00a0min" }
