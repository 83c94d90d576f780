// What would have been, in numbers and in words.

package web

import (
	"fmt"
	"strings"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/whatif"
	"millwright/internal/plant"
	whatifview "millwright/views/whatif"
)

// rows are the figures before and after, each with how it is made.
func (t *tried) rows() (rows []whatifview.Row) {
	before, after := t.Before(), t.After()
	was := map[kpi.ID]kpi.Value{}
	for _, v := range kpi.Values(&before, kpi.About{}) {
		was[v.ID] = v
	}
	for _, v := range kpi.Values(&after, kpi.About{}) {
		switch v.ID {
		case kpi.OEE, kpi.Availability, kpi.Performance, kpi.Quality:
			rows = append(rows, t.ratio(was[v.ID], v))
		}
	}
	l := t.line.locale
	count := func(name string, a, b plant.Quantity, good bool, how []string) {
		r := whatifview.Row{Name: name, Before: pieces(l, a), After: pieces(l, b), Change: l.Signed((b - a).Floor()), How: how}
		if d := int64(b - a); good {
			r.Mood = moodOf(-d)
		} else {
			r.Mood = moodOf(d)
		}
		rows = append(rows, r)
	}
	count("Good pieces", before.Good, after.Good, true, t.goodWords())
	count("Rejects", before.Reject, after.Reject, false, t.rejectWords())
	run := func(s *kpi.Sums) time.Duration { return s.Times[oee.Running] + s.Times[oee.MicroStop] }
	rows = append(rows, whatifview.Row{
		Name: "Run time", Unit: "min", Before: l.Minutes(run(&before)), After: l.Minutes(run(&after)),
		Change: withSign(l.Minutes(run(&after)-run(&before)), int64(run(&after)-run(&before))), Mood: moodOf(int64(run(&before) - run(&after))),
		How: []string{"Running and micro-stops. Planned production time and all other time stay as long as they were."},
	})
	return append(rows, t.moneyRows()...)
}

func (t *tried) ratio(was, is kpi.Value) whatifview.Row {
	l := t.line.locale
	a, b := keyFigure(l, was), keyFigure(l, is)
	r := whatifview.Row{Name: is.Name, Unit: "%", Before: a.Value, After: b.Value, Change: "–", Strong: is.ID == kpi.OEE, How: []string{is.Formula + "."}}
	if was.OK && is.OK {
		d := oee.Ratio{Value: is.Value - was.Value, OK: true}
		if r.Change = withSign(percent(l, d), int64(d.Value*1e6)); !strings.HasPrefix(r.Change, "±") {
			r.Mood = moodOf(-int64(d.Value * 1e6))
		}
	}
	for _, x := range []struct{ when, working, note string }{{"Before: ", a.Working, a.Note}, {"After: ", b.Working, b.Note}} {
		if x.working+x.note != "" {
			r.How = append(r.How, x.when+strings.TrimSpace(x.working+" "+x.note))
		}
	}
	return r
}

// goodWords tell where more good pieces come from.
func (t *tried) goodWords() (all []string) {
	l := t.line.locale
	for i := range t.Parts {
		x := &t.Parts[i]
		running, micro := x.Laid.Times[oee.Running], x.Laid.Times[oee.MicroStop]
		made := func(gained, of time.Duration) string {
			more, _ := x.Laid.Good.Times(int64(gained), int64(of))
			return pieces(l, more)
		}
		if x.Stopped > 0 && running > 0 {
			all = append(all, fmt.Sprintf("%s: %s good pieces ÷ %s min of run time × %s min gained from stops = %s more.", productWords(x.Product), pieces(l, x.Laid.Good), l.Minutes(running+micro), l.Minutes(x.Stopped), made(x.Stopped, running+micro)))
		}
		if x.Micro > 0 && running > 0 {
			all = append(all, fmt.Sprintf("%s: %s good pieces ÷ %s min of running × %s min gained from micro-stops = %s more.", productWords(x.Product), pieces(l, x.Laid.Good), l.Minutes(running), l.Minutes(x.Micro), made(x.Micro, running)))
		}
	}
	if t.Scrap > 0 {
		all = append(all, fmt.Sprintf("%s %% of the rejects would have been good.", plain(float64(t.Scrap)/10)))
	}
	if len(all) == 0 {
		all = append(all, "No time is gained, and no reject saved.")
	}
	return all
}

func (t *tried) rejectWords() []string {
	all := []string{"Gained time makes the same share of rejects as the rest."}
	if t.Scrap > 0 {
		all = append(all, fmt.Sprintf("Then %s %% of them would have been good.", plain(float64(t.Scrap)/10)))
	}
	return all
}

// effectWords tell what each cut takes off.
func (t *tried) effectWords() (all []string) {
	l := t.line.locale
	for _, e := range t.Effects {
		if e.By == "" {
			all = append(all, fmt.Sprintf("Changeovers: what is longer than %s min goes: %s of %s min.", minutesText(t.SetUp), l.Minutes(e.Less), l.Minutes(e.Lasts)))
			continue
		}
		name := t.lossName(e.Of)
		if e.By == whatif.Unit {
			name = "Stops of " + t.unitName(e.Of)
		}
		all = append(all, fmt.Sprintf("%s: %s min × %s %% = %s min less.", name, l.Minutes(e.Lasts), plain(float64(e.Share)/10), l.Minutes(e.Less)))
	}
	return all
}

// notes are the rules that it is reckoned by.
func (t *tried) notes() []string {
	l := t.line.locale
	all := []string{"Time that is not lost to a stop is run like the rest of the run time: as fast, with as many micro-stops and rejects. Nothing of this is written anywhere."}
	if t.Relaid {
		all = append(all, "With other thresholds both sides are laid out anew from the readings as they were kept, before as the line is set up now: so they may differ from what the ledger says of a time in which it was set up otherwise.")
	}
	if len(t.Cycles) > 0 {
		all = append(all, "Another ideal cycle measures the same pieces by another yardstick; it makes none. Where stops begin and end is left as it was.")
	}
	if t.Unpaced > 0 {
		all = append(all, l.Minutes(t.Unpaced)+" min cannot be gained: nothing ran in this time whose pace they could go at.")
	}
	if t.Unvalued != 0 {
		all = append(all, "Of "+pieces(l, t.Unvalued)+" of the pieces nobody says what they are worth: they are left out of the money.")
	}
	return all
}

// lead says the most important of it.
func (t *tried) lead() string {
	if t.Nothing() {
		return "Change something to see what it would have made of this time."
	}
	before, after := t.Before(), t.After()
	a, b := before.Classic(), after.Classic()
	l := t.line.locale
	words := fmt.Sprintf("OEE would have been %s %% instead of %s %%, with %s good pieces.", percent(l, b.OEE), percent(l, a.OEE), l.Signed((b.Good - a.Good).Floor()))
	return words
}

// moneyRows are what the pieces that are more are worth, in this time, in a shift and in a year.
func (t *tried) moneyRows() []whatifview.Row {
	l := t.line.locale
	cash := cash{locale: l, currency: t.line.site.Currency}
	cash.places = cash.decimals()
	known := t.Unvalued == 0 || t.Gain != 0
	row := func(name string, amount plant.Money, known bool, how ...string) whatifview.Row {
		cash := cash
		if amount >= 1000*plant.Currency {
			cash.places = 0
		}
		r := whatifview.Row{Name: name, Unit: cash.currency, Change: withSign(cash.write(amount, known), int64(amount)), How: how}
		if known {
			r.Mood = moodOf(-int64(amount))
		}
		return r
	}
	gain := row("Money, in this time", t.Gain, known, t.worthWords(cash)...)
	before := t.Before()
	planned := before.Classic().PPT
	shifts, year := whatif.Planned(t.line.Calendar, t.year.UTC(), t.year.UTC().AddDate(0, 0, 365))
	if planned <= 0 || shifts == 0 {
		return []whatifview.Row{gain}
	}
	perYear, fits := t.Gain.Times(int64(year), int64(planned))
	perShift, _ := perYear.Times(1, int64(shifts))
	amount := strings.TrimSpace(cash.write(t.Gain, known) + " " + cash.currency)
	return []whatifview.Row{
		gain,
		row("Money, in a shift", perShift, known && fits, fmt.Sprintf("%s ÷ %s min planned in this time × %s min planned in a shift.", amount, l.Minutes(planned), l.Minutes(year/time.Duration(shifts)))),
		row("Money, in a year", perYear, known && fits, fmt.Sprintf("%s ÷ %s h × %s h: the calendar plans %s shifts in the next 365 days.", amount, l.Number(planned.Hours(), 1), l.Number(year.Hours(), 1), l.Whole(int64(shifts))),
			"Assumes that every planned hour goes as this time did, and that what is made more is sold."),
	}
}

// worthWords tell what the pieces are worth that are more.
func (t *tried) worthWords(m cash) (all []string) {
	l := t.line.locale
	m.places = 2
	for i := range t.Parts {
		x := &t.Parts[i]
		more := x.After.Good - x.Laid.Good
		cycle, ok := t.line.Ideal(x.Product)
		if more == 0 || !x.Valued || !ok {
			continue
		}
		worth, per, _ := t.line.Worth.Of(x.Product, cycle)
		if per == cycle {
			all = append(all, fmt.Sprintf("%s: %s more good pieces × a margin of %s %s = %s %s.", productWords(x.Product), pieces(l, more), worth.String(), m.currency, m.write(x.Worth, true), m.currency))
			continue
		}
		all = append(all, fmt.Sprintf("%s: %s more good pieces × %s s of ideal cycle, at %s %s an hour = %s %s.", productWords(x.Product), pieces(l, more), secondsText(cycle), worth.String(), m.currency, m.write(x.Worth, true), m.currency))
	}
	return all
}
