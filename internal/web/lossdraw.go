package web

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/money"
	"millwright/internal/plant"
	"millwright/views/figure"
	lossview "millwright/views/loss"
	"millwright/views/ui"
)

// cash is how amounts of money are written: whole ones where they are large.
type cash struct {
	locale   figure.Locale
	currency string
	mixed    bool // the lines have several currencies
	places   int
}

// fit chooses how exactly amounts are written.
func (m cash) fit(all *ledger) cash {
	if all.money().Perfect < 1_000*plant.Currency {
		m.places = m.decimals()
	}
	return m
}

// decimals are those of the currency.
func (m cash) decimals() int { return plant.Cent(m.currency).Places() }

// write writes an amount; one that nobody knows is unknown.
func (m cash) write(amount plant.Money, ok bool) string {
	if !ok || m.mixed {
		return figure.Unknown
	}
	step := plant.Currency
	for range m.places {
		step /= 10
	}
	half := step / 2
	if amount < 0 {
		half = -half
	}
	return m.locale.Number(float64((amount+half)/step)*plant.Quantity(step).Float(), m.places)
}

// money is what the time was worth, and what it was lost to.
func (all *ledger) money() (sum money.Losses) {
	for i := range all.group.Parts {
		p := all.group.Parts[i]
		sum.Add(money.Of(&p.Sums, all.rates[maker{p.Line, p.Product}]))
	}
	return sum
}

// priced is the currency that losses are valued in; "" when nobody says what any of the time is worth.
func (l *loser) priced() string {
	if l.cash.mixed || l.money().Unknown >= l.sums.Classic().PPT {
		return ""
	}
	return cmp.Or(l.cash.currency, "Money")
}

func (l *loser) lostMoney() ui.Figure {
	f := ui.Figure{Name: "Money lost", Value: figure.Unknown, Unit: l.cash.currency}
	sum, ppt := l.money(), l.sums.Classic().PPT
	switch {
	case l.cash.mixed:
		f.Note = "several currencies"
	case sum.Unknown >= ppt:
		f.Note = "worth not set"
	default:
		f.Value = l.cash.write(sum.Total(), true)
		if sum.Unknown > 0 {
			f.Note = "without " + l.lasting(sum.Unknown) + " of unknown worth"
		}
	}
	return f
}

// fallOrder is the order in which losses stand between the planned time and the good pieces.
var fallOrder = []oee.Category{oee.Breakdown, oee.Changeover, oee.Starved, oee.Blocked, oee.NoOrder, oee.MicroStop}

// fall is the way from planned time to good pieces.
func (l *loser) fall() lossview.Fall {
	c, worth := l.sums.Classic(), l.money()
	known := worth.Unknown < c.PPT
	f := lossview.Fall{Currency: l.priced(), Note: l.fallNote(c)}
	left := c.PPT
	step := func(word string, tone ui.Tone, d time.Duration, m plant.Money) *lossview.Step {
		s := lossview.Step{
			State: ui.State{Tone: tone, Word: word}, From: int64(left - d), To: int64(left),
			Minutes: l.locale.Minutes(d), Percent: l.part(d, c.PPT), Money: l.cash.write(m, known),
		}
		left -= d
		f.Steps = append(f.Steps, s)
		return &f.Steps[len(f.Steps)-1]
	}
	whole := step("Planned time", ui.Planned, 0, worth.Perfect)
	whole.From, whole.To, whole.Whole = 0, int64(c.PPT), true
	whole.Minutes, whole.Percent = l.locale.Minutes(c.PPT), l.part(c.PPT, c.PPT)
	for _, category := range fallOrder {
		if d := c.Times[category]; d > 0 {
			s := step(upper(category.String()), tones[category], d, worth.Stops[category])
			s.Href = l.within(byCategory, category.String())
		}
	}
	last := func(word string, d time.Duration, m plant.Money) {
		s := step(word, ui.Running, 0, m)
		s.From, s.To, s.Whole = 0, int64(d), true
		s.Minutes, s.Percent = l.locale.Minutes(d), l.part(d, c.PPT)
	}
	split, ok := c.Losses()
	if !ok {
		last("Running", left, 0)
		f.Steps[len(f.Steps)-1].Money = figure.Unknown
		return f
	}
	step("Lost speed", ui.Slow, split.Performance-c.Times[oee.MicroStop], worth.Speed)
	step("Rejects", ui.Off, split.Quality, worth.Quality)
	last("Good pieces", split.Good, worth.Good)
	return f
}

func (l *loser) fallNote(c oee.Classic) string {
	switch {
	case c.Unrated != 0:
		return pieces(l.locale, c.Unrated) + " pieces have no ideal cycle: speed and rejects cannot be told apart."
	case c.Performance.OK && c.Performance.Value > 1:
		return "The line was faster than its ideal cycle: the cycle is set too slow."
	case c.Times[oee.NoData] > 0:
		return "For " + l.lasting(c.Times[oee.NoData]) + " more there is no data. It is part of no figure."
	}
	return ""
}

func (l *loser) part(of, whole time.Duration) string { return percent(l.locale, over(of, whole)) }

func over(of, whole time.Duration) oee.Ratio {
	if whole <= 0 {
		return oee.Ratio{}
	}
	return oee.Ratio{Value: float64(of) / float64(whole), OK: true}
}

// mostBars is how many bars stand in a Pareto; the rest are one.
const mostBars = 20

// ranked is one bar before it is drawn.
type ranked struct {
	key string
	*heap
	worth plant.Money
	known bool
}

// by gives the size of a bar.
func (r ranked) size(in string) int64 {
	switch in {
	case inCount:
		return r.stops
	case inMoney:
		return int64(r.worth)
	}
	return int64(r.lasts)
}

// ranking puts the heaps of a side in order, the largest first.
func (all *ledger) ranking(a lossAsk) (bars []ranked, whole ranked) {
	heaps, sum := all.heaps(a, a.by)
	whole.heap = sum
	for _, key := range slices.Sorted(maps.Keys(heaps)) {
		r := ranked{key: key, heap: heaps[key]}
		r.worth, r.known = all.worth(r.heap)
		whole.worth += r.worth
		whole.known = whole.known || r.known
		bars = append(bars, r)
	}
	slices.SortStableFunc(bars, func(a2, b ranked) int {
		return cmp.Or(cmp.Compare(b.size(a.in), a2.size(a.in)), cmp.Compare(b.lasts, a2.lasts))
	})
	return bars, whole
}

// pareto is what cost most.
func (l *loser) pareto() lossview.Pareto {
	p := lossview.Pareto{Currency: l.priced(), In: l.in, By: wordOf(lossSides(), l.by)}
	for _, m := range lossMeasures() {
		p.Measures = append(p.Measures, ui.Way{Link: ui.Link{Name: m.name, Href: l.href(lossesHome, "in", m.word) + "#pareto"}, Current: m.word == l.in})
	}
	for _, side := range lossSides() {
		if side.word == byLine && !l.several {
			continue
		}
		p.Sides = append(p.Sides, ui.Way{Link: ui.Link{Name: side.name, Href: l.href(lossesHome, "by", side.word) + "#pareto"}, Current: side.word == l.by})
	}
	bars, whole := l.ranking(l.lossAsk)
	p.Export, p.Rule = l.href(lossesHome+"/export.csv"), l.rule()
	if len(bars) > mostBars {
		p.More = l.locale.Whole(int64(len(bars)-mostBars)) + " smaller ones are not drawn; the file has all of them."
	}
	sum := int64(0)
	for i, r := range bars {
		sum += max(0, r.size(l.in))
		if i < mostBars {
			p.Bars = append(p.Bars, l.bar(r, whole, sum, bars[0].size(l.in)))
		}
	}
	p.Points.Locale = l.locale
	for i, r := range bars[:min(len(bars), mostBars)] {
		p.Points.Points = append(p.Points.Points, lossview.Point{Name: p.Bars[i].Name, Href: p.Bars[i].Href, Tone: p.Bars[i].Tone, Count: r.stops, Lasts: r.lasts, Named: i < 5})
	}
	p.Total = l.bar(whole, whole, 0, 0)
	p.Total.Name, p.Total.Href, p.Total.Cumulative = "All", "", ""
	return p
}

func (l *loser) bar(r, whole ranked, sum, largest int64) lossview.Bar {
	b := lossview.Bar{
		Name: l.nameOf(l.by, r.key), Tone: ui.Stopped, Href: l.within(l.by, r.key), Stops: l.stopsOf(r.key),
		Minutes: l.locale.Minutes(r.lasts), Count: l.locale.Whole(r.stops), Money: l.cash.write(r.worth, r.known),
	}
	if l.by != byCategory {
		b.Tone = ui.Planned
	} else if category, ok := oee.ParseCategory(r.key); ok {
		b.Tone = tones[category]
	}
	all := oee.Ratio{}
	if n := whole.size(l.in); n > 0 {
		all = oee.Ratio{Value: float64(r.size(l.in)) / float64(n), OK: true}
		b.Cumulative = percent(l.locale, oee.Ratio{Value: float64(sum) / float64(n), OK: true})
	}
	b.Percent = percent(l.locale, all)
	if largest > 0 {
		b.Share = share(oee.Ratio{Value: float64(r.size(l.in)) / float64(largest), OK: true})
	}
	return b
}

func wordOf(words []namedWord, word string) string {
	for _, w := range words {
		if w.word == word {
			return w.name
		}
	}
	return word
}
