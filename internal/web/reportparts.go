// What reports have in common with pages: the same figures, made by the same functions, as rows of tables.

package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
	"millwright/internal/report"
	"millwright/views/figure"
	"millwright/views/ui"
)

// mostReported bounds the tables of a report; what is left out is told.
const mostReported = 500

// writes puts what pages write into the cells of reports.
type writes struct{ figure.Locale }

// number is a cell of a number as a page writes it.
func (w writes) number(text string, mood ...ui.Mood) report.Cell {
	value, ok := w.Plain(text)
	switch {
	case !ok: // it is not known
		return report.Cell{Text: text}
	case len(mood) > 0:
		return report.Cell{Text: text, Value: value, Mood: report.Mood(mood[0])}
	}
	return report.Cell{Text: text, Value: value}
}

func (w writes) numbers(texts ...string) (cells []report.Cell) {
	for _, t := range texts {
		cells = append(cells, w.number(t))
	}
	return cells
}

func (w writes) figures(all []ui.Figure) (figures []report.Figure) {
	for _, f := range all {
		figures = append(figures, report.Figure{Name: f.Name, Cell: w.number(f.Value, f.Mood), Unit: f.Unit, Note: f.Note})
	}
	return figures
}

// keyFigures are figures with the numbers in their formulas.
func (w writes) keyFigures(title string, all []ui.KPI) report.Part {
	p := report.Part{Title: title, Columns: []report.Column{{Name: "Figure"}, {Name: "Value", Number: true}, {Name: "Unit"}, {Name: "Formula"}, {Name: "With its numbers"}}}
	for _, k := range all {
		p.Rows = append(p.Rows, report.Row{Cells: []report.Cell{report.Text(k.Name), w.number(k.Value), report.Text(unitShown(k)), report.Text(k.Formula), report.Text(workingOf(k))}})
	}
	return p
}

// unitShown is what a value is in; an unknown one is in nothing.
func unitShown(k ui.KPI) string {
	if k.Value == figure.Unknown {
		return ""
	}
	return k.Unit
}

// workingOf is a formula with its numbers in it, or else the numbers, or why there are none.
func workingOf(k ui.KPI) string {
	var terms []string
	for _, t := range k.Terms {
		terms = append(terms, t.Name+" "+t.Value)
	}
	words := cmp.Or(k.Working, strings.Join(terms, "; "))
	if k.Note != "" {
		words = strings.TrimPrefix(words+". "+k.Note, ". ")
	}
	return words
}

// trusted says how far the figures can be relied on.
func trusted(grade kpi.Grade, between string, why []string) (all []report.Words) {
	mood := map[kpi.Grade]report.Mood{kpi.High: report.Well, kpi.Fair: report.Warning, kpi.Low: report.Alarm}[grade]
	all = append(all, report.Words{Text: "Confidence: " + string(grade), Mood: mood})
	for _, words := range append([]string{between}, why...) {
		if words != "" {
			all = append(all, report.Words{Text: words})
		}
	}
	return all
}

// fallPart is the way from planned time to good pieces.
func (l *loser) fallPart() report.Part {
	f, w := l.fall(), writes{l.locale}
	p := report.Part{Title: "From planned time to good pieces", Columns: l.moneyed(f.Currency, report.Column{Name: "Loss"}, report.Column{Name: "Minutes", Number: true}, report.Column{Name: "%", Number: true})}
	for _, s := range f.Steps {
		cells := append(report.Texts(s.State.Word), w.numbers(s.Minutes, s.Percent)...)
		if f.Currency != "" {
			cells = append(cells, w.number(s.Money))
		}
		p.Rows = append(p.Rows, report.Row{Cells: cells, Total: s.Whole})
	}
	if f.Note != "" {
		p.Words = append(p.Words, report.Words{Text: f.Note})
	}
	return p
}

// moneyed adds the column of amounts, where there is one.
func (l *loser) moneyed(currency string, columns ...report.Column) []report.Column {
	if currency != "" {
		columns = append(columns, report.Column{Name: currency, Number: true})
	}
	return columns
}

// paretoPart is what cost most.
func (l *loser) paretoPart(title string) report.Part {
	w, currency := writes{l.locale}, l.priced()
	p := report.Part{Title: title, None: "Nothing of this was lost in that time."}
	p.Columns = l.moneyed(currency, report.Column{Name: wordOf(lossSides(), l.by)}, report.Column{Name: "Minutes", Number: true}, report.Column{Name: "Count", Number: true})
	p.Columns = append(p.Columns, report.Column{Name: "%", Number: true}, report.Column{Name: "Sum %", Number: true})
	bars, whole := l.ranking(l.lossAsk)
	sum := int64(0)
	row := func(name string, r ranked) {
		b := l.bar(r, whole, sum, 0)
		cells := append(report.Texts(name), w.numbers(b.Minutes, b.Count)...)
		if currency != "" {
			cells = append(cells, w.number(b.Money))
		}
		p.Rows = append(p.Rows, report.Row{Cells: append(cells, w.numbers(b.Percent, b.Cumulative)...)})
	}
	for i, r := range bars {
		sum += max(0, r.size(l.in))
		if i < mostReported {
			row(l.nameOf(l.by, r.key), r)
		}
	}
	if len(bars) == 0 {
		return p
	}
	row("All", whole)
	last := &p.Rows[len(p.Rows)-1]
	last.Total, last.Cells[len(last.Cells)-1] = true, report.Cell{}
	p.Words = append(p.Words, l.left(len(bars), "smaller ones are")...)
	return p
}

// left tells how many rows a table is short of.
func (l *loser) left(all int, what string) []report.Words {
	if all <= mostReported {
		return nil
	}
	return []report.Words{{Text: l.locale.Whole(int64(all-mostReported)) + " " + what + " left out of this table, and are in its sum."}}
}

// stopsPart is each stop, what cost most first.
func (l *loser) stopsPart() report.Part {
	w, currency := writes{l.locale}, l.priced()
	p := report.Part{Title: "Each stop and micro-stop, the longest first", None: "No stop."}
	if !l.whole {
		p.None = fmt.Sprintf("Each stop is listed for %d days of one line, or as many days of several lines together.", mostDetail)
		return p
	}
	p.Columns = []report.Column{{Name: "Stop"}, {Name: "Line"}, {Name: "From"}, {Name: "To"}, {Name: "Minutes", Number: true}}
	p.Columns = append(l.moneyed(currency, p.Columns...), report.Column{Name: "Reason"}, report.Column{Name: "Unit"}, report.Column{Name: "Said by"}, report.Column{Name: "Comment"})
	all := l.sorted()
	for _, one := range all[:min(len(all), mostReported)] {
		r := l.row(one)
		cells := append(report.Texts(r.State.Word, r.Line, r.From, r.To), w.number(l.locale.Minutes(one.lasts)))
		if currency != "" {
			cells = append(cells, w.number(r.Money))
		}
		cells = append(cells, report.Texts(figure.Dash(cmp.Or(r.Reason, r.Fault)), r.Unit, saidBy(r.Reason, r.Who), r.Comment)...)
		p.Rows = append(p.Rows, report.Row{Cells: cells})
	}
	p.Words = l.left(len(all), "shorter ones are")
	return p
}

// saidBy is who gave a reason: what nobody said, the machine did.
func saidBy(reason, who string) string {
	if who == "" && reason != "" {
		return "machine"
	}
	return who
}

// fileDate is a moment in the name of a file.
func fileDate(t time.Time, zone *time.Location) string { return t.In(zone).Format("2006-01-02 1504") }

// madeAt says when a report was made, and from what.
func (p *painter) madeAt(l figure.Locale, at time.Time) string {
	words := l.Date(at) + ", " + l.Time(at)
	if p.Revision > 0 {
		words += ", from revision " + l.Whole(p.Revision) + " of the plant"
	}
	return words
}

// distinct are the words of a list that are no repetition, in their order.
func distinct(words []string) (all []string) {
	for _, w := range words {
		if w != "" && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// zoneOf is the clock that a site's reports go by.
func zoneOf(s plant.Site) string {
	if s.Zone == nil {
		return "UTC"
	}
	return s.Zone.String()
}
