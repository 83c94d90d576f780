// The report of losses and key figures over a range of time.

package web

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
	"millwright/internal/report"
	"millwright/views/figure"
	"millwright/views/ui"
)

// placed are the lines at a place of the plant: "" is all of it.
func (p *painter) placed(at plant.Place) (lines []lineInfo, name string, err error) {
	name = cmp.Or(p.Plant.Enterprise, "The whole plant")
	for _, l := range p.lines {
		if at == "" || at.Covers(l.Place()) {
			lines = append(lines, l)
		}
	}
	if at != "" && len(lines) == 0 {
		return nil, "", errs.New(errs.NotFound, "there is no line at that place of the plant; choose one on the page of reports")
	}
	if at != "" {
		name = placeName(p.places(), at)
	}
	return lines, name, nil
}

// lossReport makes the report of what was lost at a place. The range must be readable: an error tells its field.
func (p *painter) lossReport(ctx context.Context, a lossAsk, at plant.Place, now time.Time) (report.Report, error) {
	l := loser{lossAsk: a, p: p}
	r := report.Report{Kind: "Losses and key figures"}
	var err error
	if l.lines, r.Subject, err = p.placed(at); err != nil {
		return r, err
	}
	if l.eras, err = l.erasOf(l.over, l.lines, now); err != nil {
		return r, err
	}
	if err := l.read(ctx, now, false); err != nil {
		return r, err
	}
	r.Plant, r.Zone = l.plantAndZone()
	r.Title, r.Facts, r.Made = l.named(l.over, l.eras), l.reportFacts(), p.madeAt(l.locale, now)
	r.Name = report.Name("losses", cmp.Or(string(at), "plant"), l.over)
	if from, to := l.span(); !from.IsZero() {
		r.Name = report.Name("losses", cmp.Or(string(at), "plant"), fileDate(from, l.locale.Zone), fileDate(to, l.locale.Zone))
	}
	if l.sums.Window() == 0 {
		r.Parts = []report.Part{{Title: "Figures", None: "Nothing is known of that time: there is no such shift, or it lies before the first data."}}
		return r, nil
	}
	r.Parts = []report.Part{l.headPart()}
	if l.several {
		r.Parts = append(r.Parts, l.linesPart())
	}
	w := writes{l.locale}
	var all []ui.KPI
	for _, v := range kpi.Values(&l.sums, kpi.About{}) {
		all = append(all, keyFigure(l.locale, v))
	}
	pareto := l.paretoPart("Stops and micro-stops, told apart by " + strings.ToLower(wordOf(lossSides(), l.by)))
	r.Parts = append(r.Parts, l.fallPart(), pareto, w.keyFigures("Key figures", all), l.stopsPart())
	return r, nil
}

// span is the time from the first beginning to the last end of the eras.
func (l *loser) span() (from, to time.Time) {
	for _, e := range l.eras {
		end := e.To
		if e.From.IsZero() {
			continue
		}
		if from.IsZero() || e.From.Before(from) {
			from = e.From
		}
		if end.After(to) {
			to = end
		}
	}
	return from, to
}

// plantAndZone are the sites of the lines, and their clocks.
func (l *loser) plantAndZone() (sites, zones string) {
	var all, clocks []string
	for _, one := range l.lines {
		all, clocks = append(all, one.site.Name), append(clocks, zoneOf(one.site))
	}
	return strings.Join(distinct(all), ", "), strings.Join(distinct(clocks), ", ")
}

func (l *loser) reportFacts() []report.Fact {
	var names []string
	for _, one := range l.lines {
		names = append(names, one.Name)
	}
	facts := []report.Fact{
		{Name: "Plant", Value: cmp.Or(l.p.Plant.Enterprise, figure.Unknown)},
		{Name: "Lines", Value: figure.Dash(strings.Join(names, ", "))},
		{Name: "OEE", Value: "classic: availability × performance × quality"},
	}
	for _, side := range lossSides() {
		if value, is := l.only[side.word]; is {
			facts = append(facts, report.Fact{Name: "Only " + strings.ToLower(side.name), Value: l.nameOf(side.word, value)})
		}
	}
	return facts
}

// headPart is the figures of the time.
func (l *loser) headPart() report.Part {
	h, w := l.head(), writes{l.locale}
	p := report.Part{Title: "Figures"}
	for _, k := range h.KPIs {
		p.Figures = append(p.Figures, report.Figure{Name: k.Name, Cell: w.number(k.Value), Unit: unitShown(k)})
	}
	p.Figures = append(p.Figures, w.figures(h.Figures)...)
	p.Words = trusted(kpi.Grade(h.Trust), h.Between, h.Why)
	return p
}

// linesPart puts the lines side by side, that which lost most first.
func (l *loser) linesPart() report.Part {
	w, currency := writes{l.locale}, l.priced()
	p := report.Part{Title: "Line by line", Columns: []report.Column{{Name: "Line"}}}
	ids := []kpi.ID{kpi.OEE, kpi.Availability, kpi.Performance, kpi.Quality}
	for _, name := range []string{"OEE %", "Availability %", "Performance %", "Quality %", "Good", "Reject", "Planned min", "Lost min"} {
		p.Columns = append(p.Columns, report.Column{Name: name, Number: true})
	}
	p.Columns = l.moneyed(currency, p.Columns...)
	type entry struct {
		name string
		all  ledger
		lost time.Duration
	}
	entries := make([]entry, len(l.lines))
	for i, one := range l.lines {
		entries[i] = entry{name: one.Name, all: l.of(one.ID)}
		c := entries[i].all.sums.Classic()
		if split, ok := c.Losses(); ok {
			entries[i].lost = c.PPT - split.Good
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(b.lost, a.lost) })
	row := func(name string, all *ledger) report.Row {
		cells := report.Texts(name)
		for _, v := range kpi.Values(&all.sums, kpi.About{}) {
			if slices.Contains(ids, v.ID) {
				cells = append(cells, w.number(percent(l.locale, v.Ratio)))
			}
		}
		c := all.sums.Classic()
		lost := figure.Unknown
		if split, ok := c.Losses(); ok {
			lost = l.locale.Minutes(c.PPT - split.Good)
		}
		cells = append(cells, w.numbers(pieces(l.locale, c.Good), pieces(l.locale, c.Reject), l.locale.Minutes(c.PPT), lost)...)
		if currency != "" {
			worth := all.money()
			cells = append(cells, w.number(l.cash.write(worth.Total(), worth.Unknown < c.PPT)))
		}
		return report.Row{Cells: cells}
	}
	for i := range entries {
		p.Rows = append(p.Rows, row(entries[i].name, &entries[i].all))
	}
	total := row("All", l.ledger)
	total.Total = true
	p.Rows = append(p.Rows, total)
	return p
}

// of is what the time of one line comes to.
func (all *ledger) of(line plant.LineID) (one ledger) {
	one.rates = all.rates
	for i := range all.group.Parts {
		if p := all.group.Parts[i]; p.Line == line {
			one.group.Parts = append(one.group.Parts, p)
			one.sums.Add(&p.Sums)
		}
	}
	one.group.Sums = one.sums
	return one
}
