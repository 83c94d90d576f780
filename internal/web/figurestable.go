package web

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/plant"
	"millwright/internal/sheet"
	"millwright/views/figure"
	ledgerview "millwright/views/ledger"
	"millwright/views/ui"
)

// interval is where OEE lies when part of the time is not known, in percent; "" when it is known.
func interval(l figure.Locale, c oee.Classic) string {
	if c.Times[oee.NoData] <= 0 || !c.OEELow.OK || !c.OEEHigh.OK {
		return ""
	}
	low, high := percent(l, c.OEELow), percent(l, c.OEEHigh)
	if low == high {
		return ""
	}
	return low + "–" + high
}

// table draws the figures of each part, and of the whole.
func (f *figurer) table(ctx context.Context, page *ledgerview.FiguresPage) error {
	all, err := f.parts(ctx, mostRows)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		page.Empty = timeless()
		return nil
	}
	whole := all
	if !f.by.Causes() && f.by != (kpi.By{}) { // what causes time is shown without money, and without a total
		if whole, err = f.groups(ctx, kpi.By{}, 1); err != nil {
			return err
		}
	}
	page.Section, page.Export = "All of it", f.href(figuresHome+"/export.csv")
	if words := f.divided(); words != "" {
		page.Section = "By " + words
	}
	if f.by.Has(kpi.Operator) {
		page.Note = "What several people share who are signed on together is counted for each of them: operators may come to more than the whole."
	}
	if workunit.Divides(f.by) {
		page.Note = "OEE, its factors and the yield are the machine's own, by its own state and counters. Stopped time and what follows it is what the machine cost its line."
	}
	if f.by.Period == kpi.Hour {
		page.Note = strings.TrimSpace(page.Note + " Pieces of a stretch that goes on over the end of an hour are estimated: they are shared out evenly over it.")
	}
	for _, words := range []string{f.estimates(), f.lag(), f.wholeHours()} {
		page.Note = strings.TrimSpace(page.Note + " " + words)
	}
	page.Heads = f.heads()
	f.fitCash(whole)
	for i := range all {
		page.Rows = append(page.Rows, f.row(&all[i]))
	}
	if len(whole) == 1 && !f.by.Causes() && f.by != (kpi.By{}) {
		total := f.row(&whole[0])
		total.Names = f.totalNames()
		page.Total = &total
	}
	return nil
}

// fitCash lets amounts have as many places as the largest of them needs.
func (f *figurer) fitCash(whole []kpi.Group) {
	for i := range whole {
		if l, ok := f.worth(&whole[i]); ok && l.Total() < 1_000*plant.Currency {
			f.cash.places = f.cash.decimals()
		}
	}
}

// divided says by what.
func (f *figurer) divided() (words string) {
	for _, s := range f.by.Sides {
		if s != kpi.All {
			words = andWords(words, lowerFirst(nameOfWord(sideNames(), string(s))))
		}
	}
	if f.by.Period != kpi.Whole {
		words = andWords(words, lowerFirst(nameOfWord(periodNames(), string(f.by.Period))))
	}
	return words
}

func andWords(a, b string) string {
	if a == "" {
		return b
	}
	return a + " and " + b
}

func lowerFirst(s string) string { return string(s[0]|0x20) + s[1:] }

// sides are those that it is divided by, without those that are none.
func (f *figurer) sides() []kpi.Side {
	return slices.DeleteFunc(slices.Clone(f.by.Sides[:]), func(s kpi.Side) bool { return s == kpi.All })
}

func (f *figurer) heads() (all []ledgerview.Head) {
	word := func(name string) { all = append(all, ledgerview.Head{Name: name}) }
	if f.by.Period != kpi.Whole {
		word(nameOfWord(periodNames(), string(f.by.Period)))
	}
	for _, s := range f.sides() {
		word(nameOfWord(sideNames(), string(s)))
	}
	if len(all) == 0 {
		word("What")
	}
	names := []string{"OEE %", "Availability %", "Performance %", "Quality %", "Planned min", "Good", "Reject", "MTBF min", "MTTR min"}
	if f.by.Causes() {
		names = nil
		if workunit.Divides(f.by) {
			names = []string{"OEE %", "Availability %", "Performance %", "Quality %", "First pass yield %"}
		}
		names = append(names, "Stopped min", "Stops", "Breakdowns", "MTBF min", "MTTR min", "Planned time lost %")
	} else if f.rolls() {
		names = append(names, "Rolled yield %")
	}
	for _, n := range names {
		all = append(all, ledgerview.Head{Name: n, Num: true})
	}
	if !f.by.Causes() {
		if !f.cash.mixed && f.cash.currency != "" {
			all = append(all, ledgerview.Head{Name: "Lost " + f.cash.currency, Num: true})
		}
		word("Confidence")
	}
	return all
}

// names are the cells that say which part it is: the first leads to its page.
func (f *figurer) names(n kpi.Name) (all []ui.Link) {
	if f.by.Period != kpi.Whole {
		all = append(all, ui.Link{Name: f.periodName(n.Period)})
	}
	for i, s := range f.sides() {
		all = append(all, ui.Link{Name: f.sideName(s, n.Sides[i])})
	}
	if len(all) == 0 {
		all = append(all, ui.Link{Name: f.partName(n)})
	}
	all[0].Href = f.within(figuresHome, n)
	return all
}

func (f *figurer) totalNames() []ui.Link {
	a := f.figureAsk
	a.by, a.one = kpi.By{}, true
	all := make([]ui.Link, max(1, len(f.names(kpi.Name{}))))
	all[0] = ui.Link{Name: "All of it", Href: a.href(figuresHome) + "&period="}
	return all
}

func (f *figurer) row(g *kpi.Group) ledgerview.Row {
	r := ledgerview.Row{Names: f.names(g.Name)}
	values := map[kpi.ID]kpi.Value{}
	for _, v := range f.bare(g) {
		values[v.ID] = v
	}
	num := func(text string) { r.Cells = append(r.Cells, ledgerview.Cell{Text: text}) }
	minutesOf := func(id kpi.ID) {
		v := values[id]
		cell := ledgerview.Cell{Text: figure.Unknown}
		if v.OK {
			cell.Text = f.locale.Minutes(time.Duration(v.Value * float64(time.Second)))
		}
		if v.AtLeast {
			cell.Text = "≥ " + cell.Text
		}
		r.Cells = append(r.Cells, cell)
	}
	if workunit.Divides(f.by) {
		for _, id := range []kpi.ID{kpi.OEE, kpi.Availability, kpi.Performance, kpi.Quality, kpi.FPY} {
			num(percent(f.locale, values[id].Ratio))
		}
	}
	if f.by.Causes() {
		num(f.locale.Minutes(lostTime(&g.Sums)))
		num(f.locale.Whole(stretches(&g.Sums)))
		num(f.locale.Whole(g.Failures))
		minutesOf(kpi.MTBF)
		minutesOf(kpi.MTTR)
		num(percent(f.locale, values[kpi.LossShare].Ratio))
		return r
	}
	r.Cells = append(r.Cells, ledgerview.Cell{Text: percent(f.locale, values[kpi.OEE].Ratio), Note: f.between(g)})
	for _, id := range []kpi.ID{kpi.Availability, kpi.Performance, kpi.Quality} {
		num(percent(f.locale, values[id].Ratio))
	}
	num(f.locale.Minutes(g.Classic().PPT))
	good, reject := f.pieces(g)
	r.Cells = append(r.Cells, good, reject)
	minutesOf(kpi.MTBF)
	minutesOf(kpi.MTTR)
	if f.rolls() {
		num(percent(f.locale, values[kpi.RolledYield].Ratio))
	}
	if !f.cash.mixed && f.cash.currency != "" {
		l, ok := f.worth(g)
		num(f.cash.write(l.Total(), ok))
	}
	t := f.trust(g)
	r.Cells = append(r.Cells, ledgerview.Cell{Text: t.Word, Mood: t.Mood, Word: true})
	return r
}

// lostTime is how long what caused it stopped its lines.
func lostTime(s *kpi.Sums) (all time.Duration) {
	for c, d := range s.Times {
		if is := oee.Category(c); is.Stopped() || is == oee.MicroStop {
			all += d
		}
	}
	return all
}

func stretches(s *kpi.Sums) (all int64) {
	for c, n := range s.Stops {
		if is := oee.Category(c); is.Stopped() || is == oee.MicroStop {
			all += n
		}
	}
	return all
}

// file writes every key figure of each part; what is not known is empty.
func (f *figurer) file(all []kpi.Group) [][]sheet.Cell {
	head := texts()
	if f.by.Period != kpi.Whole {
		head = append(head, texts(string(f.by.Period))...)
	}
	for _, s := range f.sides() {
		head = append(head, texts(string(s))...)
	}
	head = append(head, texts("from", "to", "good", "reject", "estimated", "confidence", "oee-low", "oee-high")...)
	for _, v := range f.values(&kpi.Group{}) {
		head = append(head, texts(string(v.ID))...)
	}
	if f.ownTimes() {
		head = append(head, texts("own-from", "own-to")...)
	}
	rows := [][]sheet.Cell{head}
	for i := range all {
		rows = append(rows, f.fileRow(&all[i]))
	}
	return rows
}

func (f *figurer) fileRow(g *kpi.Group) (row []sheet.Cell) {
	ratio := func(r oee.Ratio) {
		if !r.OK {
			row = append(row, texts("")...)
			return
		}
		row = append(row, sheet.Number(r.Value))
	}
	if f.by.Period != kpi.Whole {
		row = append(row, texts(g.Period)...)
	}
	for i := range f.sides() {
		row = append(row, texts(g.Sides[i])...)
	}
	zone := cmp.Or(f.locale.Zone, time.UTC)
	row = append(row, texts(g.From.In(zone).Format(time.RFC3339), g.To.In(zone).Format(time.RFC3339))...)
	row = append(row, sheet.Number(g.Good.Float()), sheet.Number(g.Reject.Float()))
	row = append(row, texts(map[bool]string{true: "yes"}[rollup.Estimated(g, f.cuts)])...)
	trust := ""
	if !f.by.Causes() {
		trust = f.trust(g).Word
	}
	row = append(row, texts(trust)...)
	c := g.Classic()
	ratio(c.OEELow)
	ratio(c.OEEHigh)
	for _, v := range f.bare(g) {
		ratio(v.Ratio)
	}
	if f.ownTimes() {
		row = append(row, texts(f.ownTime(g))...)
	}
	return row
}
