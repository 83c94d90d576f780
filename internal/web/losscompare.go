package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
	"millwright/views/figure"
	lossview "millwright/views/loss"
	"millwright/views/ui"
)

// back is the era that another is compared with: as long as that is so far.
func (a lossAsk) back(e era, l lineInfo) (then era) {
	if !e.From.Before(e.To) {
		return era{}
	}
	first, wrong := plant.ParseDate(e.first)
	last, _ := plant.ParseDate(e.last)
	switch {
	case !e.shift.From.IsZero():
		then = backShift(a.then, e.shift, l.Calendar)
	case wrong == nil:
		to := a.backDate(first, last)
		then = dated(to, to+last-first, l.site.Zone)
	case a.then == thenWeekAgo:
		then.Span = plant.Span{From: e.From.In(l.site.Zone).AddDate(0, 0, -7).UTC(), To: e.To.In(l.site.Zone).AddDate(0, 0, -7).UTC()}
	default:
		then.Span = plant.Span{From: e.From.Add(-e.Duration()), To: e.From}
	}
	if end := then.From.Add(e.Duration()); end.Before(then.To) {
		then.To = end
	}
	return then
}

// backDate is where the dates begin that others are compared with.
func (a lossAsk) backDate(first, last plant.Date) plant.Date {
	switch {
	case a.then == thenWeekAgo || a.over == thisWeek:
		return first - 7
	case a.over == thisMonth:
		return plant.DateOf(first.Begin(time.UTC).AddDate(0, -1, 0))
	}
	return first - (last - first + 1)
}

func backShift(then string, shift plant.Shift, calendar plant.Calendar) era {
	before := calendar.Between(shift.From.Add(-9*24*time.Hour), shift.From)
	date, _ := plant.ParseDate(shift.Date)
	for _, s := range slices.Backward(before) {
		if then == thenBefore || s.Name == shift.Name && s.Date == (date-7).String() {
			return era{Span: plant.Span{From: s.From, To: s.To}, shift: s}
		}
	}
	return era{}
}

// compare draws beside a page what was in another time.
func (l *loser) compare(ctx context.Context, page *lossview.Page) error {
	page.Thens = []ui.Way{{Link: ui.Link{Name: "Nothing", Href: l.href(lossesHome, "then", "")}, Current: l.then == ""}}
	for _, t := range lossThens() {
		page.Thens = append(page.Thens, ui.Way{Link: ui.Link{Name: t.name, Href: l.href(lossesHome, "then", t.word)}, Current: l.then == t.word})
	}
	if l.then == "" || page.Empty != nil {
		return nil
	}
	eras := make([]era, len(l.eras))
	for i, e := range l.eras {
		eras[i] = l.back(e, l.lines[i])
	}
	then, err := l.p.losses(ctx, l.lossAsk, l.lines, eras, l.whole)
	if err != nil {
		return err
	}
	page.Then = &lossview.Compared{Title: l.named(l.over, eras), Rows: l.compared(then), KPIs: l.gauges(then, eras)}
	bars, whole := then.ranking(l.lossAsk)
	was := map[string]ranked{}
	for _, r := range bars {
		was[r.key] = r
	}
	now, all := l.ranking(l.lossAsk)
	for i := range page.Pareto.Bars {
		l.beside(&page.Pareto.Bars[i], now[i], was[now[i].key])
	}
	l.beside(&page.Pareto.Total, all, whole)
	page.Pareto.Compared = true
	return nil
}

// beside writes what a bar was then, and what it is more or less now.
func (l *loser) beside(b *lossview.Bar, now, then ranked) {
	if then.heap == nil {
		then.heap = &heap{}
		then.known = now.known
	}
	write := func(n int64) string {
		switch l.in {
		case inCount:
			return l.locale.Whole(n)
		case inMoney:
			return l.cash.write(plant.Money(n), now.known && then.known)
		}
		return l.locale.Minutes(time.Duration(n))
	}
	d := now.size(l.in) - then.size(l.in)
	b.Then, b.Delta = write(then.size(l.in)), withSign(write(d), d)
	b.Mood = moodOf(d)
}

// withSign puts the sign before a difference that is written.
func withSign(text string, d int64) string {
	if strings.Trim(text, "0.,") == "" {
		return "±" + text
	}
	if d > 0 && text != figure.Unknown {
		return "+" + text
	}
	return text
}

// moodOf is how it is to have lost more or less.
func moodOf(d int64) ui.Mood {
	switch {
	case d > 0:
		return ui.Warning
	case d < 0:
		return ui.Well
	}
	return ui.Plain
}

// thenField begins the marks of figures of the other time.
const thenField = "then-"

// gauges are the figures of the other time with their formulas, whose numbers lead to its segments where all lines have
// the same time.
func (l *loser) gauges(then *ledger, eras []era) (all []ui.KPI) {
	a, one := l.timeOnly(), len(eras) > 0
	for _, e := range eras {
		one = one && e.Span == eras[0].Span && !e.From.IsZero()
	}
	if one {
		a.over, a.from, a.to = customRange, l.lines[0].typed(eras[0].From), l.lines[0].typed(eras[0].To)
		if eras[0].first != "" {
			a.from, a.to = eras[0].first, eras[0].last
		}
	}
	for _, v := range kpi.Values(&then.sums, kpi.About{}) {
		if !slices.Contains([]kpi.ID{kpi.OEE, kpi.Availability, kpi.Performance, kpi.Quality}, v.ID) {
			continue
		}
		k := keyFigure(l.locale, v)
		if one {
			k = opening(k, v, figureAsk{lossAsk: a}.made)
		}
		k.ID = thenField + k.ID
		all = append(all, k)
	}
	linkFactors(all)
	return all
}

// compared are the key figures of both times.
func (l *loser) compared(then *ledger) (rows []lossview.Pair) {
	was := map[kpi.ID]kpi.Value{}
	for _, v := range kpi.Values(&then.sums, kpi.About{}) {
		was[v.ID] = v
	}
	for _, v := range kpi.Values(&l.sums, kpi.About{}) {
		if !slices.Contains([]kpi.ID{kpi.OEE, kpi.Availability, kpi.Performance, kpi.Quality}, v.ID) {
			continue
		}
		d := oee.Ratio{Value: v.Value - was[v.ID].Value, OK: v.OK && was[v.ID].OK}
		p := lossview.Pair{Name: v.Name, Unit: "%", Now: percent(l.locale, v.Ratio), Then: percent(l.locale, was[v.ID].Ratio), Delta: percent(l.locale, d)}
		if d.OK {
			p.Mood = moodOf(-int64(d.Value * 1e6))
			p.Delta = withSign(p.Delta, int64(d.Value*1e6))
		}
		p.NowHref, p.ThenHref = "#formula-"+string(v.ID), "#formula-"+thenField+string(v.ID)
		rows = append(rows, p)
	}
	now, before := l.sums.Classic(), then.sums.Classic()
	rows = append(rows,
		lossview.Pair{Name: "Planned time", Unit: "min", Now: l.locale.Minutes(now.PPT), Then: l.locale.Minutes(before.PPT), Delta: withSign(l.locale.Minutes(now.PPT-before.PPT), int64(now.PPT-before.PPT))},
		lossview.Pair{Name: "Good pieces", Now: pieces(l.locale, now.Good), Then: pieces(l.locale, before.Good), Delta: l.locale.Signed((now.Good - before.Good).Floor()), Mood: moodOf(int64(before.Good - now.Good))})
	a, b := l.money(), then.money()
	known := a.Unknown < now.PPT && b.Unknown < before.PPT
	d := a.Total() - b.Total()
	money := lossview.Pair{Name: "Money lost", Unit: l.cash.currency, Now: l.cash.write(a.Total(), a.Unknown < now.PPT), Then: l.cash.write(b.Total(), b.Unknown < before.PPT)}
	money.Delta = withSign(l.cash.write(d, known), int64(d))
	if known {
		money.Mood = moodOf(int64(d))
	}
	return append(rows, money)
}
