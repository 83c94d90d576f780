package web

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	givens "millwright/internal/mes/oee/health/given"
	"millwright/views/figure"
	healthview "millwright/views/health"
	"millwright/views/ui"
)

// mostAgainst is how many contradictions stand on the page.
const mostAgainst = 50

// reasonHealth is how people say why a line stood. Who said what is for those who answer for them.
func (l lineInfo) reasonHealth(a healthAsk, sums *givens.Sums, people bool) healthview.Reasons {
	shifts, all := sums.Per(func(k givens.Key) string { return k.Shift })
	r := healthview.Reasons{
		Queue: ui.Link{Name: "Stops without a reason", Href: openAsk{line: string(l.ID), days: a.days}.href()},
		Late:  lateWords(a.late),
	}
	if all.Stops == 0 {
		r.None = "The line had no breakdown in that time."
		return r
	}
	of := "of " + l.locale.Whole(int64(all.Stops))
	r.Figures = []ui.Figure{
		{Name: "No reason", Value: l.locale.Whole(int64(all.None)), Note: of + ", " + l.shareOf(all.NoneFor, all.Lasted) + " of the time", Mood: warnIf(all.None > 0)},
		{Name: "Nothing in particular", Value: l.locale.Whole(int64(all.Vague)), Note: of + ", " + l.shareOf(all.Vaguely, all.Lasted) + " of the time"},
		{Name: "By the fault code", Value: l.locale.Whole(int64(all.Machine)), Note: of},
		{Name: "By people", Value: l.locale.Whole(int64(all.Said())), Note: fmt.Sprintf("%s late", l.locale.Whole(int64(all.Later(a.late))))},
		{Name: "Contradict the code", Value: l.locale.Whole(int64(all.Against)), Mood: warnIf(all.Against > 0)},
	}
	weeks, _ := sums.Per(givens.Key.Week)
	slices.Reverse(weeks) // the newest first
	r.Weeks, r.Shifts = l.parts(weeks, a.late, "Outside shifts"), l.parts(shifts, a.late, "Outside shifts")
	if people {
		by, _ := sums.Per(func(k givens.Key) string { return k.By })
		r.People = l.parts(by, a.late, "Nobody, or the machine")
	}
	for _, step := range givens.Steps[1:] {
		r.Lates = append(r.Lates, ui.Way{Link: ui.Link{Name: figure.Span(step), Href: a.href("late", int(step/time.Minute)) + "#late"}, Current: step == a.late})
	}
	r.Delays = l.delays(&all)
	r.Against, r.Count = l.against(sums, &all, people)
	return r
}

func lateWords(d time.Duration) string { return "more than " + figure.Span(d) + " after the stop" }

func (l lineInfo) shareOf(part, whole time.Duration) string {
	if whole <= 0 {
		return figure.Unknown
	}
	return percent(l.locale, oee.Ratio{Value: float64(part) / float64(whole), OK: true}) + " %"
}

// parts writes what stops are told apart by.
func (l lineInfo) parts(all []givens.Part, late time.Duration, none string) []healthview.Part {
	parts := make([]healthview.Part, len(all))
	for i := range all {
		p := &all[i]
		_, unclear := p.Unclear()
		share0 := func(d time.Duration) string {
			return percent(l.locale, oee.Ratio{Value: float64(d) / float64(max(p.Lasted, 1)), OK: p.Lasted > 0})
		}
		parts[i] = healthview.Part{
			Name: cmp.Or(p.Name, none), Stops: l.locale.Whole(int64(p.Stops)), Minutes: l.locale.Minutes(p.Lasted),
			None: share0(p.NoneFor), Vague: share0(p.Vaguely), Unclear: share(unclear), Late: percent(l.locale, p.Late(late)), Against: l.locale.Whole(int64(p.Against)),
		}
	}
	return parts
}

// delays is how soon reasons were given.
func (l lineInfo) delays(t *givens.Tally) (all []healthview.Delay) {
	said := t.Said()
	if said == 0 {
		return nil
	}
	for i, n := range t.Delays {
		var name string
		switch {
		case i == 0:
			name = "While it stood"
		case i == len(givens.Steps):
			name = "Later than " + figure.Span(givens.Steps[i-1])
		default:
			name = "Within " + figure.Span(givens.Steps[i])
		}
		r := oee.Ratio{Value: float64(n) / float64(said), OK: true}
		all = append(all, healthview.Delay{Name: name, Count: l.locale.Whole(int64(n)), Percent: percent(l.locale, r), Share: share(r)})
	}
	return all
}

// against are the stops whose reason contradicts their fault code, the newest first.
func (l lineInfo) against(sums *givens.Sums, t *givens.Tally, people bool) (all []healthview.Against, more string) {
	for _, x := range slices.Backward(sums.Against) {
		if len(all) == mostAgainst {
			break
		}
		one := healthview.Against{
			Stop: ui.Link{Name: l.locale.Moment(x.From), Href: stopHref(l.ID, x.From)}, Unit: figure.Dash(l.names[x.Unit]), Fault: x.Fault,
			Means: l.reasonNamed(string(x.Means)), Said: l.reasonNamed(x.Reason),
		}
		if people {
			one.By = x.By
		}
		all = append(all, one)
	}
	if len(all) < t.Against {
		more = fmt.Sprintf("The newest %d of %s.", len(all), l.locale.Whole(int64(t.Against)))
	}
	return all, more
}
